package io.respite.benchmarks;

import io.respite.server.EmbeddedHash;
import io.respite.server.Engine;
import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * Bytes of live heap per entry, after a full collection: a million strings and one hash of a
 * million fields, with keys of 16 and values of 64 bytes, with and without a time to live; a set
 * and a sorted set of a million members of 13 bytes, with random scores. memory.sh runs it once per
 * row, so that nothing of an earlier one is counted.
 */
public final class Memory {
  private static final int ENTRIES = 1_000_000;
  private static final long HOUR_MILLIS = 3_600_000;

  private Memory() {}

  /**
   * Prints the row of the table that the argument names: strings, strings-ttl, fields, fields-ttl,
   * set or zset.
   */
  public static void main(String[] args) {
    String row = args.length == 1 ? args[0] : "";
    boolean ttl = row.endsWith("-ttl");
    double bytes =
        switch (row) {
          case "strings", "strings-ttl" -> strings(ttl);
          case "fields", "fields-ttl" -> fields(ttl);
          case "set" -> members("SADD", false);
          case "zset" -> members("ZADD", true);
          default ->
              throw new IllegalArgumentException(
                  "which row? strings, strings-ttl, fields, fields-ttl, set, zset");
        };
    System.out.printf("| %s | %.1f |%n", row, bytes);
  }

  private static double strings(boolean ttl) {
    try (Engine engine = Engine.open(Map.of())) {
      byte[] value = value();
      long before = live();
      engine.keyspace().baton().take();
      try {
        for (int i = 0; i < ENTRIES; i++) {
          byte[] key = key(i);
          long expireAt = ttl ? System.currentTimeMillis() + HOUR_MILLIS : 0;
          engine
              .keyspace()
              .database(0)
              .putString(key, 0, key.length, value, 0, value.length, expireAt, 0);
        }
      } finally {
        engine.keyspace().baton().pass();
      }
      return (live() - before) / (double) ENTRIES;
    }
  }

  private static double fields(boolean ttl) {
    try (Engine engine = Engine.open(Map.of())) {
      byte[] value = value();
      long before = live();
      EmbeddedHash hash = engine.hash("cache".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < ENTRIES; i++) {
        hash.put(key(i), value, ttl ? HOUR_MILLIS : EmbeddedHash.ETERNAL, EmbeddedHash.KEEP);
      }
      double bytes = (live() - before) / (double) ENTRIES;
      if (hash.size() != ENTRIES) {
        throw new IllegalStateException("fields were lost");
      }
      return bytes;
    }
  }

  /**
   * One set or sorted set, filled by its own command; the same members as memory.sh gives redis.
   */
  private static double members(String command, boolean scored) {
    try (Engine engine = Engine.open(Map.of())) {
      Random scores = new Random(1);
      Session session = engine.newSession(Session.Connection.NONE, true);
      long before = live();
      for (int i = 0; i < ENTRIES; i++) {
        String member = String.format("member:%06d", i);
        Arguments request =
            scored
                ? Arguments.of(command, "members", Double.toString(scores.nextDouble()), member)
                : Arguments.of(command, "members", member);
        String reply = new String(engine.execute(session, request), StandardCharsets.US_ASCII);
        if (!reply.equals(":1\r\n")) {
          throw new IllegalStateException(command + " of " + member + " answered " + reply);
        }
      }
      return (live() - before) / (double) ENTRIES;
    }
  }

  private static byte[] key(int i) {
    return String.format("key:%012d", i).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] value() {
    byte[] value = new byte[64];
    Arrays.fill(value, (byte) 'v');
    return value;
  }

  /**
   * What the last collection left; free memory would count the allocation buffers of threads as
   * used.
   */
  private static long live() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    long bytes = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        bytes += pool.getCollectionUsage().getUsed();
      }
    }
    return bytes;
  }
}
