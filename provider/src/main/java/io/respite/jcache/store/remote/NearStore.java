package io.respite.jcache.store.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.respite.jcache.store.Claim;
import io.respite.jcache.store.Heard;
import io.respite.jcache.store.LoadLease;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.TimeToLive;
import io.respite.jcache.store.remote.wire.Receiver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * A remote store that keeps entries read of late in this JVM, too.
 *
 * <p>What is kept is right, as far as the server's messages have arrived: every change of an entry
 * is published with its key, by the script that makes the change, to those who keep entries.
 *
 * <ol>
 *   <li>A message takes the entry away, and no other one.
 *   <li>A read that was on its way meanwhile may bring the value from before: it is kept only if
 *       its key's stripe has seen no change since the read began.
 *   <li>While messages may be missed nothing is kept, and nothing that was kept is believed: the
 *       <i>incarnation</i>, an object that stands for an unbroken time of listening, is gone then.
 *   <li>A record holds the end of its time to live, counted from before the read began; after that
 *       it is not believed.
 *   <li>What this JVM changes it takes away itself, when the server has answered, or has not.
 *   <li>A record that is taken away for whatever reason is marked as ended, so that who holds it
 *       can tell without a search.
 * </ol>
 */
final class NearStore implements Store, Receiver {
  private static final int STRIPES = 1 << 12;

  /**
   * One in so many uses of an entry is told to the cache, whose choice whom to keep depends on it.
   */
  private static final int SAMPLED = 64;

  /** A key with its hash. */
  private static final class Key {
    final byte[] bytes;
    final int hash;

    Key(byte[] bytes) {
      this.bytes = bytes;
      int mixed = Arrays.hashCode(bytes) * 0x9E3779B9;
      this.hash = mixed ^ mixed >>> 15;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }
  }

  private final RemoteStore remote;
  private final Server server;
  private final Layout layout;
  private final Cache<Key, byte[]> kept;
  private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

  /** How many channels are heard; guarded by this. */
  private int heard;

  private volatile Object incarnation;

  /**
   * Begins to keep entries.
   *
   * @param entries how many at most
   */
  NearStore(RemoteStore remote, Server server, Layout layout, long entries) {
    this.remote = remote;
    this.server = server;
    this.layout = layout;
    this.kept =
        Caffeine.newBuilder()
            .maximumSize(entries)
            .executor(Runnable::run)
            .evictionListener((Key key, byte[] record, RemovalCause why) -> Records.end(record))
            .build();
    List<byte[]> begun = new ArrayList<>();
    try {
      for (byte[] channel : channels()) {
        server.subscriptions().subscribe(channel, this);
        begun.add(channel);
      }
    } catch (RuntimeException e) {
      begun.forEach(channel -> server.subscriptions().unsubscribe(channel, this));
      throw e;
    }
  }

  private List<byte[]> channels() {
    List<byte[]> channels = new ArrayList<>(layout.channels(""));
    channels.addAll(layout.channels(Layout.KEYS));
    return channels;
  }

  // ---- what the server tells

  @Override
  public void received(byte[] bytes) {
    var message = new Message(bytes);
    if (message.isCleared()) {
      forgetAll();
    } else if (!message.isFrom(layout.origin())) {
      forget(message.key());
    }
  }

  @Override
  public synchronized void interrupted() {
    heard--;
    incarnation = null;
    kept.invalidateAll();
  }

  @Override
  public synchronized void resumed() {
    if (++heard == 2 * layout.buckets()) {
      kept.invalidateAll();
      incarnation = new Object();
    }
  }

  // ---- keeping

  private void forget(byte[] bytes) {
    var key = new Key(bytes);
    changes.incrementAndGet(key.hash & (STRIPES - 1));
    byte[] record = kept.asMap().remove(key);
    if (record != null) {
      Records.end(record);
    }
  }

  private synchronized void forgetAll() {
    // Whoever reads now began under another incarnation.
    if (incarnation != null) {
      incarnation = new Object();
    }
    kept.invalidateAll();
  }

  private byte[] known(Key key) {
    byte[] record = kept.getIfPresent(key);
    return record != null && incarnation != null && Records.isCurrent(record) ? record : null;
  }

  private void keep(Key key, byte[] record, long changesBefore, Object since) {
    if (since == null || record == null) {
      return;
    }
    byte[] other = kept.asMap().put(key, record);
    if (other != null) {
      // It could not be found any more when it has to be taken away.
      Records.end(other);
    }
    if (changes.get(key.hash & (STRIPES - 1)) != changesBefore || incarnation != since) {
      kept.asMap().remove(key, record);
      Records.end(record);
    }
  }

  @Override
  public Object incarnation() {
    return incarnation;
  }

  @Override
  public boolean isCurrent(byte[] record, Object since) {
    if (since != incarnation || !Records.isCurrent(record)) {
      return false;
    }
    // By chance: a counter would be written to by all threads.
    if ((ThreadLocalRandom.current().nextInt() & (SAMPLED - 1)) != 0) {
      return true;
    }
    int offset = keyOffset(record);
    byte[] key = Arrays.copyOfRange(record, offset, offset + keyLength(record));
    return kept.getIfPresent(new Key(key)) == record;
  }

  // ---- reading

  @Override
  public byte[] get(byte[] bytes) {
    var key = new Key(bytes);
    byte[] record = known(key);
    if (record != null) {
      return record;
    }
    long before = changes.get(key.hash & (STRIPES - 1));
    Object since = incarnation;
    record = remote.getTimed(bytes);
    keep(key, record, before, since);
    return record;
  }

  @Override
  public byte[] getTimed(byte[] key) {
    return get(key);
  }

  @Override
  public LoadLease lease(byte[] key, long millis, boolean waited) {
    return remote.lease(key, millis, waited);
  }

  @Override
  public LoadLease leaseRefresh(byte[] key, long millis) {
    return remote.leaseRefresh(key, millis);
  }

  @Override
  public LoadLease[] leaseAll(byte[][] keys, long millis) {
    return remote.leaseAll(keys, millis);
  }

  @Override
  public Claim claim(byte[] key) {
    Claim claim = remote.claim(key);
    return new Claim() {
      @Override
      public byte[] entry() {
        return claim.entry();
      }

      @Override
      public boolean put(byte[] value, long ttl) {
        return changing(key, () -> claim.put(value, ttl));
      }

      @Override
      public boolean remove() {
        return changing(key, claim::remove);
      }

      @Override
      public void end() {
        claim.end();
      }
    };
  }

  @Override
  public boolean contains(byte[] key) {
    return known(new Key(key)) != null || remote.contains(key);
  }

  @Override
  public long timeToLive(byte[] key) {
    return remote.timeToLive(key);
  }

  @Override
  public byte[][] getAll(byte[][] keys, long ttl) {
    if (ttl != TimeToLive.KEEP) {
      return changing(keys, () -> remote.getAll(keys, ttl));
    }
    var records = new byte[keys.length][];
    var missing = new int[keys.length];
    int count = 0;
    for (int i = 0; i < keys.length; i++) {
      records[i] = known(new Key(keys[i]));
      if (records[i] == null) {
        missing[count++] = i;
      }
    }
    if (count == 0) {
      return records;
    }
    var asked = new byte[count][];
    var before = new long[count];
    for (int i = 0; i < count; i++) {
      asked[i] = keys[missing[i]];
      before[i] = changes.get(new Key(asked[i]).hash & (STRIPES - 1));
    }
    Object since = incarnation;
    byte[][] found = remote.getAllTimed(asked);
    for (int i = 0; i < count; i++) {
      records[missing[i]] = found[i];
      keep(new Key(asked[i]), found[i], before[i], since);
    }
    return records;
  }

  // ---- changing

  private interface Change<T> {
    T make();
  }

  private <T> T changing(byte[] key, Change<T> change) {
    try {
      return change.make();
    } finally {
      forget(key);
    }
  }

  private <T> T changing(byte[][] keys, Change<T> change) {
    try {
      return change.make();
    } finally {
      forgetAll(keys);
    }
  }

  private void forgetAll(byte[][] keys) {
    for (byte[] key : keys) {
      forget(key);
    }
  }

  /** Whoever is told of a change, and then reads, must not read what was before. */
  private Consumer<byte[][]> forgetting(byte[][] keys, Consumer<byte[][]> then) {
    return before -> {
      forgetAll(keys);
      then.accept(before);
    };
  }

  @Override
  public byte[] getAndTouch(byte[] key, long ttl) {
    return changing(key, () -> remote.getAndTouch(key, ttl));
  }

  @Override
  public boolean touch(byte[] key, byte[] expected, long ttl) {
    return changing(key, () -> remote.touch(key, expected, ttl));
  }

  @Override
  public byte[] put(byte[] key, byte[] value, long creationTtl, long updateTtl) {
    return changing(key, () -> remote.put(key, value, creationTtl, updateTtl));
  }

  @Override
  public void set(byte[] key, byte[] value, long creationTtl, long updateTtl) {
    changing(
        key,
        () -> {
          remote.set(key, value, creationTtl, updateTtl);
          return null;
        });
  }

  @Override
  public byte[] putIfAbsent(byte[] key, byte[] value, long creationTtl) {
    return changing(key, () -> remote.putIfAbsent(key, value, creationTtl));
  }

  @Override
  public byte[] replace(byte[] key, byte[] value, long updateTtl) {
    return changing(key, () -> remote.replace(key, value, updateTtl));
  }

  @Override
  public byte[] remove(byte[] key) {
    return changing(key, () -> remote.remove(key));
  }

  @Override
  public boolean delete(byte[] key) {
    return changing(key, () -> remote.delete(key));
  }

  @Override
  public byte[] replaceEqual(
      byte[] key, byte[] expectedValue, byte[] value, long updateTtl, long mismatchTtl) {
    return changing(
        key, () -> remote.replaceEqual(key, expectedValue, value, updateTtl, mismatchTtl));
  }

  @Override
  public byte[] removeEqual(byte[] key, byte[] expectedValue, long mismatchTtl) {
    return changing(key, () -> remote.removeEqual(key, expectedValue, mismatchTtl));
  }

  @Override
  public boolean compareAndPut(byte[] key, byte[] expected, byte[] value, long ttl) {
    return changing(key, () -> remote.compareAndPut(key, expected, value, ttl));
  }

  @Override
  public boolean compareAndRemove(byte[] key, byte[] expected) {
    return changing(key, () -> remote.compareAndRemove(key, expected));
  }

  @Override
  public byte[][] putAll(
      byte[][] keys, byte[][] values, long creationTtl, long updateTtl, Consumer<byte[][]> then) {
    return changing(
        keys, () -> remote.putAll(keys, values, creationTtl, updateTtl, forgetting(keys, then)));
  }

  @Override
  public byte[][] putAllIfAbsent(byte[][] keys, byte[][] values, long creationTtl) {
    return changing(keys, () -> remote.putAllIfAbsent(keys, values, creationTtl));
  }

  @Override
  public void setAll(byte[][] keys, byte[][] values, long creationTtl, long updateTtl) {
    changing(
        keys,
        () -> {
          remote.setAll(keys, values, creationTtl, updateTtl);
          return null;
        });
  }

  @Override
  public byte[][] removeAll(byte[][] keys, Consumer<byte[][]> then) {
    return changing(keys, () -> remote.removeAll(keys, forgetting(keys, then)));
  }

  @Override
  public long deleteAll(byte[][] keys) {
    return changing(keys, () -> remote.deleteAll(keys));
  }

  @Override
  public void clear() {
    try {
      remote.clear();
    } finally {
      forgetAll();
    }
  }

  // ---- all else is the remote store's

  @Override
  public long scan(long cursor, int count, Consumer<byte[]> records) {
    return remote.scan(cursor, count, records);
  }

  @Override
  public long size() {
    return remote.size();
  }

  @Override
  public boolean echoes(byte[] key) {
    return remote.echoes(key);
  }

  @Override
  public void hear(Heard what) {
    remote.hear(what);
  }

  @Override
  public void detach() {
    channels().forEach(channel -> server.subscriptions().unsubscribe(channel, this));
    remote.detach();
  }

  @Override
  public int keyOffset(byte[] record) {
    return remote.keyOffset(record);
  }

  @Override
  public int keyLength(byte[] record) {
    return remote.keyLength(record);
  }

  @Override
  public int valueOffset(byte[] record) {
    return remote.valueOffset(record);
  }

  @Override
  public int valueLength(byte[] record) {
    return remote.valueLength(record);
  }

  @Override
  public long expireAt(byte[] record) {
    return remote.expireAt(record);
  }

  @Override
  public long currentTimeMillis() {
    return remote.currentTimeMillis();
  }
}
