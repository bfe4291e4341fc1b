package io.respite.remote.wire;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has passed a {@link Relay}. Requests of nothing but PING, by which clients keep connections
 * alive, count as bytes alone.
 *
 * @param roundTrips how often the client has sent something after it had received something, and
 *     the first time; a client that waits for one reply before it sends the next request takes as
 *     many round trips as it sends requests
 * @param requests how many requests the client has sent
 * @param sent bytes from the client to the server
 * @param received bytes from the server to the client
 * @param commands how many requests there were of each command, by its name in capitals
 */
public record Traffic(
    long roundTrips, long requests, long sent, long received, SortedMap<String, Long> commands) {
  /** Nothing. */
  public static final Traffic NONE = new Traffic(0, 0, 0, 0, new TreeMap<>());

  /** Keeps a copy of the commands. */
  public Traffic {
    commands = Collections.unmodifiableSortedMap(new TreeMap<>(commands));
  }

  /** Both together. */
  public Traffic plus(Traffic other) {
    return combined(other, 1);
  }

  /** What has come since an earlier look at the same relay. */
  public Traffic minus(Traffic earlier) {
    return combined(earlier, -1);
  }

  private Traffic combined(Traffic other, int sign) {
    SortedMap<String, Long> sum = new TreeMap<>(commands);
    other.commands.forEach((name, count) -> sum.merge(name, sign * count, Long::sum));
    sum.values().removeIf(count -> count == 0);
    return new Traffic(
        roundTrips + sign * other.roundTrips,
        requests + sign * other.requests,
        sent + sign * other.sent,
        received + sign * other.received,
        sum);
  }
}
