package io.respite.server.rdb;

import io.respite.server.encoding.PackedEntry;

/**
 * What stands in a file before a value: the key, and what is known of it. One object is used for
 * all keys of a file, one after the other; whoever is told of it must not keep it.
 */
public final class RdbKey {
  private int database;
  private int form;
  private boolean hasDeadline;
  private long expireAt;
  private long idleSeconds;
  private int frequency;

  /** Null while only the record has it. */
  private byte[] name;

  private byte[] record;

  RdbKey() {}

  /** Another key begins; what is known of it follows, then its name. */
  void begin(int number, int formOfValue) {
    database = number;
    form = formOfValue;
    name = null;
    record = null;
  }

  void deadline(boolean has, long millis) {
    hasDeadline = has;
    expireAt = millis;
  }

  void use(long idle, int counter) {
    idleSeconds = idle;
    frequency = counter;
  }

  void name(byte[] bytes) {
    name = bytes;
  }

  void nameOf(byte[] whole) {
    record = whole;
  }

  /** The database's number. */
  public int database() {
    return database;
  }

  /** The key; whoever is told of it may keep the array. */
  public byte[] name() {
    if (name == null) {
      name = PackedEntry.key(record);
    }
    return name;
  }

  /** The number of the value's form. */
  public int form() {
    return form;
  }

  /** Whether it has a deadline. */
  public boolean hasDeadline() {
    return hasDeadline;
  }

  /** The deadline, milliseconds since 1970, perhaps negative; 0 where there is none. */
  public long expireAt() {
    return expireAt;
  }

  /** Seconds since its last use, -1 where not said. */
  public long idleSeconds() {
    return idleSeconds;
  }

  /** A logarithmic counter of uses, 0 to 255, -1 where not said. */
  public int frequency() {
    return frequency;
  }
}
