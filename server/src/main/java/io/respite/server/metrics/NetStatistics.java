package io.respite.server.metrics;

/** What INFO shows of the network. Plain fields: they belong to the baton's holder. */
public final class NetStatistics {
  /** Connections accepted, those refused right away included. */
  public long connectionsReceived;

  /** Connections refused because there were too many. */
  public long rejectedConnections;

  /** Bytes that came. */
  public long inputBytes;

  /** Bytes that went. */
  public long outputBytes;

  /** Reads that brought bytes. */
  public long reads;

  /** Writes to the network. */
  public long writes;

  /** Clients closed because they did not read what they had asked for. */
  public long outputLimitDisconnections;

  /** Clients closed because their request grew too long. */
  public long queryLimitDisconnections;

  /** Back to zero, as CONFIG RESETSTAT does. */
  public void reset() {
    connectionsReceived = 0;
    rejectedConnections = 0;
    inputBytes = 0;
    outputBytes = 0;
    reads = 0;
    writes = 0;
    outputLimitDisconnections = 0;
    queryLimitDisconnections = 0;
  }
}
