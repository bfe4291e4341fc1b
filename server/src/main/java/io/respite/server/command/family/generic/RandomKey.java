package io.respite.server.command.family.generic;

import io.respite.server.keyspace.Database;

/** RANDOMKEY's choice: a live key. A dead one that is hit is removed and the draw repeated. */
final class RandomKey {
  /** Draws before the database is walked from its start. */
  private static final int TRIES = 100;

  private RandomKey() {}

  /** A live key, or null when there is none. */
  static byte[] choose(Database database) {
    for (int i = 0; i < TRIES; i++) {
      Object entry = database.random();
      if (entry == null) {
        return null;
      }
      byte[] key = Database.keyOf(entry);
      if (database.peek(key, 0, key.length) != null) {
        return key;
      }
    }
    byte[][] found = new byte[1][];
    long cursor = 0;
    do {
      cursor =
          database.scan(
              cursor,
              TRIES,
              entry -> {
                if (found[0] == null && !database.dead(entry)) {
                  found[0] = Database.keyOf(entry);
                }
              });
    } while (cursor != 0 && found[0] == null);
    return found[0];
  }
}
