package io.respite.jcache.store.embedded;

import io.respite.jcache.store.SizeLimit;
import io.respite.jcache.store.StoreListener;
import io.respite.server.EmbeddedHash;
import io.respite.server.Eviction;
import io.respite.server.HashListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The hash of one cache, with the listeners of all managers that have the cache open: an engine's
 * hash tells only one.
 */
final class SharedHash implements HashListener {
  private final EmbeddedHash hash;
  private final List<StoreListener> listeners = new CopyOnWriteArrayList<>();

  SharedHash(EmbeddedHash hash) {
    this.hash = hash;
  }

  EmbeddedHash hash() {
    return hash;
  }

  /** Adds a user of the hash. The limit of the last one that has a limit holds. */
  synchronized void attach(StoreListener listener, SizeLimit limit) {
    listeners.add(listener);
    hash.listener(this);
    if (!limit.isNone() || listeners.size() == 1) {
      hash.limit(limit.entries(), limit.bytes(), Eviction.valueOf(limit.policy().name()));
    }
  }

  synchronized void detach(StoreListener listener) {
    listeners.remove(listener);
    if (listeners.isEmpty()) {
      hash.listener(null);
    }
  }

  @Override
  public void expired(byte[] packedEntry) {
    for (StoreListener listener : listeners) {
      listener.expired(packedEntry);
    }
  }

  @Override
  public void evicted(byte[] packedEntry) {
    for (StoreListener listener : listeners) {
      listener.evicted(packedEntry);
    }
  }
}
