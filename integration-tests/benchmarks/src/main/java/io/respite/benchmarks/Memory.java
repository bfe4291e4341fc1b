package io.respite.benchmarks;

import io.respite.server.EmbeddedHash;
import io.respite.server.Engine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Bytes of live heap per entry, after a full collection: a million strings and one hash of a
 * million fields, with keys of 16 and values of 64 bytes, with and without a time to live. Run with
 * the serial collector, whose heap is what is live:
 *
 * <pre>java -Xms4g -Xmx4g -XX:+UseSerialGC -cp ... io.respite.benchmarks.Memory</pre>
 */
public final class Memory {
  private static final int ENTRIES = 1_000_000;
  private static final long HOUR_MILLIS = 3_600_000;

  private Memory() {}

  /** Prints the table. */
  public static void main(String[] args) {
    System.out.println("| entries | bytes each |");
    System.out.println("|---|---:|");
    System.out.printf("| strings | %.1f |%n", strings(false));
    System.out.printf("| strings with a TTL | %.1f |%n", strings(true));
    System.out.printf("| fields of one hash | %.1f |%n", fields(false));
    System.out.printf("| fields of one hash, each with a TTL | %.1f |%n", fields(true));
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

  private static byte[] key(int i) {
    return String.format("key:%012d", i).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] value() {
    byte[] value = new byte[64];
    Arrays.fill(value, (byte) 'v');
    return value;
  }

  private static long live() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
