package io.respite.jcache.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.store.LocalStore;
import io.respite.jcache.store.SizeLimit;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.StoreListener;
import io.respite.jcache.store.TimeToLive;
import io.respite.server.EmbeddedHash;
import io.respite.server.MemoryFullException;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.WrongTypeException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * One cache's hash in an engine of this JVM. A record is the engine's own packed entry; nothing is
 * copied.
 */
final class EmbeddedStore implements LocalStore {
  private static final int CHUNK = 100;

  private final SharedEngine engine;
  private final SharedHash shared;
  private final EmbeddedHash hash;
  private final StoreListener listener;

  EmbeddedStore(SharedEngine engine, SharedHash shared, SizeLimit limit, StoreListener listener) {
    this.engine = engine;
    this.shared = shared;
    this.hash = shared.hash();
    this.listener = listener;
    shared.attach(listener, limit);
  }

  @Override
  public byte[] get(byte[] key) {
    try {
      return hash.get(key);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    }
  }

  @Override
  public byte[] getAndTouch(byte[] key, long ttl) {
    try {
      return hash.getAndTouch(key, ttl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    }
  }

  @Override
  public boolean touch(byte[] key, byte[] expected, long ttl) {
    try {
      return hash.touch(key, expected, ttl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    }
  }

  @Override
  public byte[] put(byte[] key, byte[] value, long creationTtl, long updateTtl) {
    try {
      return hash.put(key, value, creationTtl, updateTtl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    } catch (MemoryFullException e) {
      throw full(e);
    }
  }

  @Override
  public byte[] setKnown(byte[] key, byte[] value, long creationTtl, long updateTtl) {
    try {
      return hash.set(key, value, creationTtl, updateTtl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    } catch (MemoryFullException e) {
      throw full(e);
    }
  }

  @Override
  public byte[] replaceKnown(byte[] key, byte[] value, long updateTtl) {
    try {
      return hash.setPresent(key, value, updateTtl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    } catch (MemoryFullException e) {
      throw full(e);
    }
  }

  @Override
  public byte[] compareAndPutKnown(byte[] expected, byte[] value, long ttl) {
    try {
      return hash.setUnchanged(expected, value, ttl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    } catch (MemoryFullException e) {
      throw full(e);
    }
  }

  @Override
  public byte[] putIfAbsent(byte[] key, byte[] value, long creationTtl) {
    try {
      return hash.putIfAbsent(key, value, creationTtl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    } catch (MemoryFullException e) {
      throw full(e);
    }
  }

  @Override
  public byte[] replace(byte[] key, byte[] value, long updateTtl) {
    try {
      return hash.replace(key, value, updateTtl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    } catch (MemoryFullException e) {
      throw full(e);
    }
  }

  @Override
  public byte[] remove(byte[] key) {
    try {
      return hash.remove(key);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    }
  }

  @Override
  public boolean compareAndPut(byte[] key, byte[] expected, byte[] value, long ttl) {
    try {
      return hash.compareAndPut(key, expected, value, ttl);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    } catch (MemoryFullException e) {
      throw full(e);
    }
  }

  @Override
  public boolean compareAndRemove(byte[] key, byte[] expected) {
    try {
      return hash.compareAndRemove(key, expected);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    }
  }

  @Override
  public byte[][] getAll(byte[][] keys, long ttl) {
    var records = new byte[keys.length][];
    for (int i = 0; i < keys.length; i++) {
      records[i] = ttl == TimeToLive.KEEP ? get(keys[i]) : getAndTouch(keys[i], ttl);
    }
    return records;
  }

  @Override
  public byte[][] putAll(
      byte[][] keys, byte[][] values, long creationTtl, long updateTtl, Consumer<byte[][]> then) {
    var records = new byte[keys.length][];
    inChunks(keys.length, i -> records[i] = put(keys[i], values[i], creationTtl, updateTtl));
    then.accept(records);
    return records;
  }

  @Override
  public byte[][] removeAll(byte[][] keys, Consumer<byte[][]> then) {
    var records = new byte[keys.length][];
    inChunks(keys.length, i -> records[i] = remove(keys[i]));
    then.accept(records);
    return records;
  }

  /**
   * Takes the engine once for many entries, which is cheaper, and not for too many, so that others
   * get their turn.
   */
  private void inChunks(int count, IntConsumer step) {
    for (int begin = 0; begin < count; begin += CHUNK) {
      int from = begin;
      int to = Math.min(count, begin + CHUNK);
      hash.exclusively(
          () -> {
            for (int i = from; i < to; i++) {
              step.accept(i);
            }
          });
    }
  }

  @Override
  public long scan(long cursor, int count, Consumer<byte[]> records) {
    try {
      return hash.scan(cursor, count, records);
    } catch (WrongTypeException e) {
      throw notAHash(e);
    }
  }

  @Override
  public long size() {
    try {
      return hash.size();
    } catch (WrongTypeException e) {
      throw notAHash(e);
    }
  }

  /** Another client of the engine has put something else where the cache's hash belongs. */
  private StoreException notAHash(WrongTypeException cause) {
    return new StoreException(
        "The key '%s' of the datastore holds something else than the hash of a cache"
            .formatted(new String(hash.key(), UTF_8)),
        cause);
  }

  private StoreException full(MemoryFullException cause) {
    return new StoreException(
        "The cache's entry in the hash '%s' is not stored: %s"
            .formatted(new String(hash.key(), UTF_8), cause.getMessage()),
        cause);
  }

  @Override
  public void clear() {
    hash.delete();
  }

  @Override
  public void detach() {
    shared.detach(listener);
  }

  @Override
  public Object incarnation() {
    return hash.incarnation();
  }

  @Override
  public boolean isCurrent(byte[] record, Object incarnation) {
    return hash.isCurrent(record, incarnation);
  }

  @Override
  public int groupOf(byte[] record) {
    return hash.groupOf(record);
  }

  @Override
  public int changes(Object incarnation, int group) {
    return hash.changes(incarnation, group);
  }

  @Override
  public boolean isStill(Object incarnation, int group, int changes) {
    return hash.isStill(incarnation, group, changes);
  }

  @Override
  public int keyOffset(byte[] record) {
    return PackedEntry.keyOffset(record);
  }

  @Override
  public int keyLength(byte[] record) {
    return PackedEntry.keyLength(record);
  }

  @Override
  public int valueOffset(byte[] record) {
    return PackedEntry.valueOffset(record);
  }

  @Override
  public int valueLength(byte[] record) {
    return PackedEntry.valueLength(record);
  }

  @Override
  public long expireAt(byte[] record) {
    return PackedEntry.expireAt(record);
  }

  @Override
  public long currentTimeMillis() {
    return engine.currentTimeMillis();
  }
}
