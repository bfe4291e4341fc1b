package io.respite.server.transaction;

import io.respite.server.keyspace.Database;
import java.nio.ByteBuffer;

/** A key that a transaction watches, and what it was like when the watch began. */
final class WatchedKey {
  private final Database database;
  private final byte[] name;
  private final boolean existed;
  private final boolean wasDead;

  WatchedKey(Database database, byte[] name) {
    this.database = database;
    this.name = name;
    // Watching is no look-up: a key past its deadline stays until somebody looks for it.
    this.existed = exists();
    this.wasDead = dead();
  }

  /** The number of the key's database. */
  int database() {
    return database.id();
  }

  /** The name, for maps. */
  ByteBuffer key() {
    return ByteBuffer.wrap(name);
  }

  /** Whether it was alive when the watch began. */
  boolean existed() {
    return existed;
  }

  /**
   * Whether it was past its deadline then, yet not removed: its removal later changes nothing for
   * the watcher.
   */
  boolean wasDead() {
    return wasDead;
  }

  /** Whether it is there now, past its deadline, and nobody has noticed yet. */
  boolean dead() {
    Object entry = database.raw(name, 0, name.length);
    return entry != null && database.dead(entry);
  }

  /** Whether it is there now and alive; nothing is removed. */
  boolean exists() {
    Object entry = database.raw(name, 0, name.length);
    return entry != null && !database.dead(entry);
  }
}
