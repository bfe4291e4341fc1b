package io.respite.server.rdb;

import io.respite.server.type.Value;

/**
 * How values of one type are written and read. A type may have several forms, each with a number of
 * its own; the newest that the version allows is written, all are read.
 */
abstract class ObjectFormat<V extends Value> {
  /** The version that is written unless a value needs a newer one: Redis 7.0's. */
  static final int COMMON_VERSION = 10;

  /** The version whose hashes have fields with deadlines: Redis 7.4's. */
  static final int FIELD_DEADLINE_VERSION = 12;

  /** The class of the values. */
  abstract Class<V> values();

  /** Whether this format reads the form with this number. */
  abstract boolean reads(int form);

  /** The number of the form that a value is written in. */
  abstract int form(V value);

  /** The least version in which that form exists. */
  int version(V value) {
    return COMMON_VERSION;
  }

  /** Writes a value in its {@link #form}. */
  abstract void save(V value, RdbOutput out);

  /**
   * Reads a value.
   *
   * @param form one that this format reads
   * @return a value with at least one element, except for streams
   * @throws RdbFormatException when what is read makes no sense
   */
  abstract V load(int form, RdbInput in, ObjectFormats.Surroundings surroundings);
}
