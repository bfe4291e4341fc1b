package io.respite.server.metrics;

import java.util.Map;
import java.util.TreeMap;

/**
 * What INFO errorstats shows: how often each error code was answered. Belongs to the baton's
 * holder.
 */
public final class ErrorStatistics {
  /**
   * Different codes that are told apart; clients can make up codes by scripts, so there must be an
   * end.
   */
  private static final int LIMIT = 128;

  private final Map<String, Long> counts = new TreeMap<>();
  private long total;

  /** Counts an error reply by its first word. */
  public void count(String reply) {
    total++;
    int space = reply.indexOf(' ');
    String code = space < 0 ? reply : reply.substring(0, space);
    if (counts.size() < LIMIT || counts.containsKey(code)) {
      counts.merge(code, 1L, Long::sum);
    }
  }

  /** All errors. */
  public long total() {
    return total;
  }

  /** Times answered, by code. */
  public Map<String, Long> counts() {
    return counts;
  }

  /** Back to zero, as CONFIG RESETSTAT does. */
  public void reset() {
    counts.clear();
    total = 0;
  }
}
