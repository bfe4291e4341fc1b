package io.respite.server.keyspace;

import io.respite.server.type.Value;

/**
 * A data set that is being loaded, apart from the one that is there. Only when all of it has been
 * found good does it take that one's place, or join it: of a damaged file nothing stays.
 */
public final class Staging {
  private final Keyspace keyspace;
  private final Database[] databases;

  Staging(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.databases = new Database[keyspace.size()];
    for (int i = 0; i < databases.length; i++) {
      databases[i] = new Database(keyspace, i);
    }
  }

  /** How many databases there are. */
  public int size() {
    return databases.length;
  }

  /**
   * Adds a string.
   *
   * @param key taken over
   * @param expireAt milliseconds since 1970, 0 for none
   * @param access what eviction remembers of its use, see {@link AccessClock}
   * @return false when the database has such a key; nothing has changed then
   */
  public boolean add(int database, byte[] key, byte[] string, long expireAt, int access) {
    return databases[database].load(key, string, expireAt, access);
  }

  /** Adds a value; see {@link #add(int, byte[], byte[], long, int)}. */
  public boolean add(int database, byte[] key, Value value, long expireAt, int access) {
    return databases[database].load(key, value, expireAt, access);
  }

  /** Puts the data set in the place of the one that is there. Listeners hear of a flush. */
  public void replace() {
    for (int i = 0; i < databases.length; i++) {
      Database live = keyspace.database(i);
      boolean had = live.size() > 0;
      live.swap(databases[i]);
      databases[i].forget();
      if (had) {
        for (KeyListener listener : keyspace.listeners()) {
          listener.flushed(i);
        }
      }
    }
  }

  /**
   * A key that is in this data set and in the one that is there.
   *
   * @return null when there is none
   */
  public byte[] conflict() {
    for (int i = 0; i < databases.length; i++) {
      Database live = keyspace.database(i);
      byte[][] found = {null};
      databases[i].forEachWhile(
          entry -> {
            byte[] key = Database.keyOf(entry);
            if (live.peek(key, 0, key.length) != null) {
              found[0] = key;
            }
            return found[0] == null;
          });
      if (found[0] != null) {
        return found[0];
      }
    }
    return null;
  }

  /** Adds the data set to the one that is there; where both have a key, this one's value stays. */
  public void merge() {
    for (int i = 0; i < databases.length; i++) {
      Database live = keyspace.database(i);
      databases[i].forEach(
          entry -> {
            live.place(Database.keyOf(entry), entry);
          });
      databases[i].forget();
    }
  }
}
