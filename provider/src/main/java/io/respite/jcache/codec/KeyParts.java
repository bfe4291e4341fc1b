package io.respite.jcache.codec;

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
        || part instanceof Dictionary;
  }
}
