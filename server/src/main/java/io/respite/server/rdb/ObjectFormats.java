package io.respite.server.rdb;

import io.respite.server.encoding.SeededHash;
import io.respite.server.type.EncodingLimits;
import io.respite.server.type.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The formats of all types. A string that is a record has form 0 and is written by {@link
 * RdbOutput#writeString}; everything else goes through here.
 */
public final class ObjectFormats {
  /** The form of a plain string. */
  public static final int STRING = 0;

  /** The version whose hashes have fields with deadlines: Redis 7.4's. */
  public static final int FIELD_DEADLINE_VERSION = ObjectFormat.FIELD_DEADLINE_VERSION;

  /** The newest version of payloads that is read. */
  public static final int NEWEST_VERSION = 12;

  /** The version of what Valkey 9 writes, which goes its own way. */
  public static final int VALKEY_VERSION = 80;

  private static final int VALKEY_HASH_BYTE = 22;

  /**
   * Valkey's hash whose fields have deadlines. Its number there is 22, which in a preliminary Redis
   * was something else, so that here it has one that no byte can be.
   */
  static final int VALKEY_HASH = 0x100 + 22;

  /**
   * What a value that is made belongs to.
   *
   * @param hasher of its tables
   * @param limits up to which it keeps its compact form
   * @param longestString bytes of the longest string that may be made, however short it is when
   *     compressed
   */
  public record Surroundings(SeededHash hasher, EncodingLimits limits, long longestString) {}

  private static final List<ObjectFormat<?>> ALL =
      List.of(
          new StringFormat(),
          new ListFormat(),
          new SetFormat(),
          new SortedSetFormat(),
          new HashFormat(),
          new StreamFormat());

  private static final Map<Class<?>, ObjectFormat<?>> BY_CLASS = new HashMap<>();

  static {
    ALL.forEach(format -> BY_CLASS.put(format.values(), format));
  }

  private ObjectFormats() {}

  @SuppressWarnings("unchecked") // the map's keys are the formats' own classes
  private static <V extends Value> ObjectFormat<V> of(V value) {
    return (ObjectFormat<V>) BY_CLASS.get(value.getClass());
  }

  /** The form that a byte stands for, in what Valkey 9 has written or in anything else. */
  static int form(int number, boolean valkey) {
    return valkey && number == VALKEY_HASH_BYTE ? VALKEY_HASH : number;
  }

  /** The number of the form that a value is written in. */
  public static int form(Value value) {
    return of(value).form(value);
  }

  /** The version that a reader has to know for this value. */
  public static int version(Value value) {
    return of(value).version(value);
  }

  /** Writes a value in its form, without the form's number. */
  public static void save(Value value, RdbOutput out) {
    of(value).save(value, out);
  }

  /** Whether values of this form are read. */
  public static boolean reads(int form) {
    return ALL.stream().anyMatch(format -> format.reads(form));
  }

  /**
   * Reads a value.
   *
   * @throws RdbFormatException when the form is unknown or what is read makes no sense
   */
  public static Value load(int form, RdbInput in, Surroundings surroundings) {
    for (ObjectFormat<?> format : ALL) {
      if (format.reads(form)) {
        return format.load(form, in, surroundings);
      }
    }
    throw new RdbFormatException("Unknown RDB encoding type " + form);
  }
}
