package io.respite.jcache.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Dictionary;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The parts of one key while it is serialized: finds the part written before that equals the one at
 * hand.
 */
final class KeyParts {
  private static final String IMMUTABLE_FORM = "java.util.CollSer";
  private static final int IMMUTABLE_LIST = 1;

  private final Map<Object, Object> seen = new HashMap<>();

  /**
   * The first part that equals this one and has its class, or this one when it is new.
   *
   * @throws CodecException when the part's serialized form depends on more than its value
   */
  Object canonical(Object part) {
    if (isUnordered(part)) {
      throw new CodecException(
          "A key must not hold a %s: its elements have no order, so equal keys would not give equal bytes. "
                  .formatted(part.getClass().getName())
              + "Use a sorted set, a sorted map or a list");
    }
    Object before = seen.putIfAbsent(part, part);
    return before == null || before.getClass() != part.getClass() ? part : before;
  }

  private static boolean isUnordered(Object part) {
    return (part instanceof Set && !(part instanceof SortedSet) && !(part instanceof EnumSet))
        || (part instanceof Map && !(part instanceof SortedMap) && !(part instanceof EnumMap))
        || part instanceof Dictionary
        || isImmutableSetOrMap(part);
  }

  /**
   * Whether the part stands for a {@code Set.of} or {@code Map.of}, whose order depends on a number
   * that each JVM draws. They and {@code List.of} are written as one private class of the JDK,
   * whose serialized form (its documentation gives it) has a tag as its only field: 1 for a list, 2
   * for a set, 3 for a map.
   */
  private static boolean isImmutableSetOrMap(Object part) {
    return part.getClass().getName().equals(IMMUTABLE_FORM) && tagOf(part) != IMMUTABLE_LIST;
  }

  private static int tagOf(Object form) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new WithoutElements(bytes, form)) {
      out.writeObject(form);
    } catch (IOException e) {
      throw new CodecException(
          "A collection inside a key cannot be serialized: " + e.getMessage(), e);
    }
    // stream header 4, TC_OBJECT 1, TC_CLASSDESC 1, name 2 + n, serialVersionUID 8, flags 1, count
    // of fields 2,
    // field: type 1, name 2 + 3, TC_ENDBLOCKDATA 1, TC_NULL 1; then the tag, of which the low 8
    // bits count
    return bytes.toByteArray()[27 + IMMUTABLE_FORM.length() + Integer.BYTES - 1];
  }

  /** Writes an object and null for each object in it. */
  private static final class WithoutElements extends ObjectOutputStream {
    private final Object whole;

    WithoutElements(ByteArrayOutputStream out, Object whole) throws IOException {
      super(out);
      this.whole = whole;
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object part) {
      return part == whole ? part : null;
    }
  }
}
