package io.respite.server.config;

/**
 * How much unsent output a client may have before it is disconnected, by class of client.
 *
 * @param normal for ordinary clients
 * @param replica for replicas
 * @param pubsub for clients that subscribed to something
 */
public record OutputLimits(Limit normal, Limit replica, Limit pubsub) {
  /**
   * One class's limits; 0 means none.
   *
   * @param hardBytes disconnects at once
   * @param softBytes disconnects when exceeded without a break
   * @param softSeconds for this long
   */
  public record Limit(long hardBytes, long softBytes, long softSeconds) {
    String words() {
      return hardBytes + " " + softBytes + " " + softSeconds;
    }
  }
}
