package io.respite.server.encoding;

import io.respite.server.environment.RandomSource;
import java.util.function.Predicate;

/**
 * Takes samples of a table's entries. Neighbours in a hash table have nothing in common, so they
 * are as good a sample as scattered ones, and cost one walk.
 *
 * <p>A segment knows the earliest deadline in it, or that there is none. Who samples entries with a
 * deadline passes over all segments without one at the cost of one number each; a segment that
 * claims one in vain, because it is gone since, is corrected on the way.
 */
public final class TableSampler {
  private TableSampler() {}

  /** Fills an array with neighbouring entries from a random place; how many there are. */
  public static int sample(RecordTable table, RandomSource random, Object[] sample) {
    return sample(table, random, sample, sample.length, entry -> true, false);
  }

  /**
   * Fills an array with neighbouring entries from a random place.
   *
   * @param count how many entries are wanted, at most the array's length
   * @param wanted whether an entry is to be in the sample
   * @param withDeadline whether it asks for entries alone that are due some day, or something in
   *     them is
   * @return how many there are in {@code sample}, from its start; fewer than wanted only when the
   *     table has no more
   */
  public static int sample(
      RecordTable table,
      RandomSource random,
      Object[] sample,
      int count,
      Predicate<Object> wanted,
      boolean withDeadline) {
    int found = 0;
    int length = table.directoryLength();
    int place = random.nextInt(length);
    int passed = 0;
    boolean first = true;
    while (found < count && passed < length) {
      Segment s = table.segmentAt(place);
      int behind = table.placeBehind(place);
      if (s.count > 0 && !(withDeadline && s.earliest == Long.MAX_VALUE)) {
        int from = first ? random.nextInt(s.capacity()) : 0;
        found = walk(s, from, sample, found, count, wanted, withDeadline);
      }
      first = false;
      passed += length >>> s.depth;
      place = behind >= length ? 0 : behind;
    }
    return found;
  }

  /** Goes through a segment once round; how many entries the sample has then. */
  private static int walk(
      Segment s,
      int from,
      Object[] sample,
      int before,
      int count,
      Predicate<Object> wanted,
      boolean withDeadline) {
    int found = before;
    boolean deadlines = false;
    int at = from;
    for (int left = s.capacity(); left > 0; left--) {
      Object entry = s.slots[at];
      at = at + 1 == s.capacity() ? 0 : at + 1;
      if (entry == null) {
        continue;
      }
      deadlines = deadlines || !withDeadline || RecordTable.deadline(entry) != Long.MAX_VALUE;
      if (wanted.test(entry)) {
        sample[found++] = entry;
        if (found == count) {
          return found;
        }
      }
    }
    if (withDeadline && !deadlines) {
      s.earliest = Long.MAX_VALUE;
    }
    return found;
  }
}
