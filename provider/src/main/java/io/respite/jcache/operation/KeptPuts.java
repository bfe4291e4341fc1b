package io.respite.jcache.operation;

import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.store.Claim;
import io.respite.jcache.store.LocalStore;
import io.respite.jcache.store.TimeToLive;

/**
 * Changes that keep the object which they put for those who read it next ({@link LiveValues}), if
 * that has paid of late; otherwise they are the store's calls and no more.
 *
 * <p>Only where nobody but listeners has a say in a change, and no entry is over as soon as it is
 * put.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class KeptPuts<K, V> {
  private final LocalStore store;
  private final LiveValues<K, V> live;
  private final Marshalling<K, V> marshalling;
  private final Expiry expiry;

  private KeptPuts(CacheParts<K, V> parts, LocalStore store, LiveValues<K, V> live) {
    this.store = store;
    this.live = live;
    this.marshalling = parts.marshalling();
    this.expiry = parts.expiry();
  }

  /**
   * The changes of a cache, or null where they cannot keep what they put.
   *
   * @param live null where no values are kept
   */
  static <K, V> KeptPuts<K, V> of(CacheParts<K, V> parts, LiveValues<K, V> live) {
    return live != null
            && parts.store() instanceof LocalStore local
            && parts.marshalling().decodesToEqual()
            && parts.writing() == null
            && parts.expiry().creation() != TimeToLive.NOW
            && parts.expiry().update() != TimeToLive.NOW
        ? new KeptPuts<>(parts, local, live)
        : null;
  }

  /** Puts a value. */
  void put(K key, V value) {
    byte[] newValue = marshalling.value(value);
    if (!live.paysToKeepPut()) {
      store.set(marshalling.key(key), newValue, expiry.creation(), expiry.update());
      return;
    }
    Object incarnation = store.incarnation();
    byte[] entry = updateKnown(key, newValue);
    if (entry == null) {
      byte[] encoded = marshalling.key(key);
      entry = store.setKnown(encoded, newValue, expiry.creation(), expiry.update());
    }
    live.keepPut(key, value, entry, incarnation);
  }

  /** Replaces the value of an entry if there is one; whether there was. */
  boolean replace(K key, V value) {
    byte[] newValue = marshalling.value(value);
    if (!live.paysToKeepPut()) {
      return store.replace(marshalling.key(key), newValue, expiry.update()) != null;
    }
    Object incarnation = store.incarnation();
    byte[] entry = updateKnown(key, newValue);
    if (entry == null) {
      entry = store.replaceKnown(marshalling.key(key), newValue, expiry.update());
    }
    if (entry == null) {
      return false;
    }
    live.keepPut(key, value, entry, incarnation);
    return true;
  }

  /**
   * Updates an entry whose record is known, without the key's bytes; the new record, or null when
   * none is known or it is the entry's no longer, and nothing was done.
   */
  private byte[] updateKnown(K key, byte[] newValue) {
    byte[] known = live.record(key);
    return known == null ? null : store.compareAndPutKnown(known, newValue, expiry.update());
  }

  /** The record of an entry that is there, as far as it is known without asking the store. */
  byte[] known(K key) {
    return live.hasPaid() ? live.currentRecord(key) : null;
  }

  /** Puts a value into an entry that was read and is claimed by nobody; see {@link Claim#put}. */
  boolean put(Claim claim, K key, V value, byte[] newValue, long ttl) {
    byte[] before = claim.entry();
    if (before == null) {
      return claim.put(newValue, ttl);
    }
    Object incarnation = store.incarnation();
    byte[] entry = store.compareAndPutKnown(before, newValue, ttl);
    if (entry == null) {
      return false;
    }
    if (live.paysToKeepPut()) {
      live.keepPut(key, value, entry, incarnation);
    }
    return true;
  }
}
