package io.respite.server.keyspace;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.TableFiller;
import io.respite.server.type.Value;

/**
 * A data set that is being loaded, apart from the one that is there. Only when all of it has been
 * found good does it take that one's place, or join it: of a damaged file nothing stays.
 */
public final class Staging {
  private final Keyspace keyspace;
  private final Database[] databases;

  /** Strings on their way into the database of this number; null before the first. */
  private TableFiller filler;

  private int filled;

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
   * Says how many keys a database will have, if what is loaded tells the truth: it grows faster.
   */
  public void expect(int database, long keys) {
    databases[database].expect(keys);
  }

  /**
   * Adds a string. Strings are put into their database some at a time, so that a key that comes
   * twice is noticed a little later.
   *
   * @param record a {@link PackedEntry}, taken over
   * @return null; or a key that was added now or before to a database that had it already: the data
   *     set is of no use then
   */
  public byte[] add(int database, byte[] record) {
    byte[] twice = null;
    if (filler == null || filled != database) {
      twice = complete();
      filler = databases[database].filler();
      filled = database;
    }
    return twice != null ? twice : keyOrNull(filler.add(record));
  }

  /**
   * Adds a value.
   *
   * @param key taken over
   * @param expireAt milliseconds since 1970, 0 for none
   * @param access what eviction remembers of its use, see {@link AccessClock}
   * @return as for a string
   */
  public byte[] add(int database, byte[] key, Value value, long expireAt, int access) {
    byte[] twice = complete();
    if (twice != null) {
      return twice;
    }
    return databases[database].load(key, value, expireAt, access) ? null : key;
  }

  /**
   * Puts into their database the strings that still wait. Must come before anything is done with
   * the data set.
   *
   * @return as for a string
   */
  public byte[] complete() {
    return filler == null ? null : keyOrNull(filler.flush());
  }

  private static byte[] keyOrNull(byte[] record) {
    return record == null ? null : PackedEntry.key(record);
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
