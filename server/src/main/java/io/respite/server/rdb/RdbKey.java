package io.respite.server.rdb;

/** What stands in a file before a value: the key, and what is known of it. */
public final class RdbKey {
  private final int database;
  private final byte[] name;
  private final int form;
  private boolean hasDeadline;
  private long expireAt;
  private long idleSeconds = -1;
  private int frequency = -1;

  RdbKey(int database, byte[] name, int form) {
    this.database = database;
    this.name = name;
    this.form = form;
  }

  void deadline(long millis) {
    hasDeadline = true;
    expireAt = millis;
  }

  void use(long idle, int counter) {
    idleSeconds = idle;
    frequency = counter;
  }

  /** The database's number. */
  public int database() {
    return database;
  }

  /** The key; whoever is told of it may keep the array. */
  public byte[] name() {
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
