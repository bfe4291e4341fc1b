package io.respite.jcache.codec;

import java.io.Serializable;

/**
 * What one serialized object may ask of the JVM that decodes it, so that a few crafted bytes cannot
 * take all memory or time.
 *
 * @param depth the deepest nesting of objects, at least 1
 * @param references the most objects in one value, at least 1
 * @param array the longest array or collection table, in elements, at least 1
 * @param bytes the longest serialized form, in bytes, at least 1; also a limit when encoding
 */
public record SerializationLimits(int depth, long references, long array, long bytes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 100 levels, 1,000,000 objects, arrays of 10,000,000 elements, 100 MiB. */
  public static final SerializationLimits DEFAULT =
      new SerializationLimits(100, 1_000_000, 10_000_000, 100L << 20);

  public SerializationLimits {
    atLeastOne("depth", depth);
    atLeastOne("references", references);
    atLeastOne("array", array);
    atLeastOne("bytes", bytes);
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Serialization limit '%s' is %d; it must be at least 1".formatted(name, value));
    }
  }
}
