package io.respite.server.command;

/** What is left to do of a request whose handler has returned; see {@link Call#continueLater}. */
@FunctionalInterface
public interface Unfinished {
  /**
   * Goes on for some milliseconds, with the baton held. While it is not done, the engine must be
   * {@linkplain io.respite.server.keyspace.Baton#occupied occupied}.
   *
   * @param reply where exactly one reply is written when it is done
   * @return whether it is done
   */
  boolean goOn(Reply reply);
}
