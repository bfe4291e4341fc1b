package io.respite.server.command.family.sort;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import io.respite.server.type.StringValue;
import java.util.Arrays;

/**
 * A pattern behind BY or GET: a key's name in which the first star stands for the element, with
 * {@code ->field} behind it for a field of the hash at that key; or {@code #} for the element
 * itself ("SORT", redis.io/docs).
 *
 * <pre>
 *   weight_*            the string at weight_ELEMENT
 *   object_*:x->name    the field "name" of the hash at object_ELEMENT:x
 *   object_*->          the string at object_ELEMENT->, because a field has a name
 * </pre>
 */
final class SortPattern {
  private static final int NONE = -1;

  private final byte[] pattern;
  private final int star;

  /** Where the key's name ends and the arrow begins; the pattern's length without a field. */
  private final int keyEnd;

  private final byte[] field;

  SortPattern(byte[] pattern) {
    this.pattern = pattern;
    this.star = indexOf('*');
    int arrow = star == NONE ? NONE : arrow(star + 1);
    this.keyEnd = arrow == NONE ? pattern.length : arrow;
    this.field =
        arrow == NONE ? new byte[0] : Arrays.copyOfRange(pattern, arrow + 2, pattern.length);
  }

  private int indexOf(char wanted) {
    for (int i = 0; i < pattern.length; i++) {
      if (pattern[i] == wanted) {
        return i;
      }
    }
    return NONE;
  }

  /** Where the first arrow is, if a name follows it. */
  private int arrow(int from) {
    for (int i = from; i + 1 < pattern.length; i++) {
      if (pattern[i] == '-' && pattern[i + 1] == '>') {
        return i + 2 < pattern.length ? i : NONE;
      }
    }
    return NONE;
  }

  /** Whether the pattern depends on the element. */
  boolean hasStar() {
    return star != NONE;
  }

  /** Whether it reads a field of a hash. */
  boolean namesField() {
    return field.length > 0;
  }

  /** What the pattern finds for an element, a copy; null when there is nothing. */
  byte[] lookup(Database database, long now, byte[] element) {
    if (pattern.length == 1 && pattern[0] == '#') {
      return element;
    }
    if (star == NONE) {
      return null;
    }
    byte[] key = Arrays.copyOf(pattern, keyEnd - 1 + element.length);
    System.arraycopy(element, 0, key, star, element.length);
    System.arraycopy(pattern, star + 1, key, star + element.length, keyEnd - star - 1);
    Object entry = database.lookup(key, 0, key.length);
    if (entry instanceof byte[] record) {
      return namesField()
          ? null
          : Arrays.copyOfRange(record, PackedEntry.valueOffset(record), record.length);
    }
    if (entry instanceof KeyEntry keyed) {
      if (namesField() && keyed.value() instanceof HashValue hash) {
        FieldView found = hash.find(field, 0, field.length, now);
        return found == null ? null : found.value();
      }
      if (!namesField() && keyed.value() instanceof StringValue string) {
        return Arrays.copyOf(string.bytes(), string.length());
      }
    }
    return null;
  }
}
