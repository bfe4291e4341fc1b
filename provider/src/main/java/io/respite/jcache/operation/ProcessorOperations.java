package io.respite.jcache.operation;

import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.operation.Operation.Action;
import io.respite.jcache.processor.ProcessedEntry;
import io.respite.jcache.processor.ProcessedEntry.Outcome;
import io.respite.jcache.processor.ProcessorResult;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.TimeToLive;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;

/**
 * Runs entry processors, atomically.
 *
 * <p>The processor works on what was read, in this JVM and under the key's lock; then all it did is
 * put into the store by one compare-and-set. If another JVM or a Redis client changed the entry
 * meanwhile, the processor runs again on what is there now. So no update is lost however many JVMs
 * take part, and as long as only one does, each processor runs exactly once.
 *
 * <p>The writer is told just before the compare-and-set, and again if that fails and the processor
 * then decides anew.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class ProcessorOperations<K, V> {
  private final EntryOperations<K, V> entries;
  private final Store store;
  private final Marshalling<K, V> marshalling;
  private final Expiry expiry;
  private final Loading<K, V> loading;
  private final boolean writesThrough;

  public ProcessorOperations(CacheParts<K, V> parts, EntryOperations<K, V> entries) {
    this.entries = entries;
    this.store = parts.store();
    this.marshalling = parts.marshalling();
    this.expiry = parts.expiry();
    this.loading = parts.readThrough();
    this.writesThrough = parts.writing() != null;
  }

  /** See {@link javax.cache.Cache#invoke}. */
  public <T> T invoke(K key, EntryProcessor<K, V, T> processor, Object... arguments) {
    long begin = entries.begin();
    byte[] encoded = marshalling.key(key);
    KeyLocks.Hold hold = entries.locks().acquire(encoded);
    try {
      while (true) {
        byte[] before = store.get(encoded);
        var entry =
            new ProcessedEntry<K, V>(
                key,
                before == null ? null : () -> entries.valueOf(key, before),
                loading == null ? null : () -> loading.load(key));
        T result = process(processor, entry, arguments);
        if (carryOut(key, encoded, before, entry, begin)) {
          return result;
        }
      }
    } finally {
      entries.locks().release(hold);
    }
  }

  private static <K, V, T> T process(
      EntryProcessor<K, V, T> processor, ProcessedEntry<K, V> entry, Object... arguments) {
    try {
      return processor.process(entry, arguments);
    } catch (EntryProcessorException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EntryProcessorException("The entry processor failed: " + e, e);
    }
  }

  /**
   * Does what the processor wanted; returns false, having changed nothing, when the entry is no
   * longer what it saw.
   */
  private boolean carryOut(
      K key, byte[] encoded, byte[] before, ProcessedEntry<K, V> entry, long begin) {
    Outcome outcome = entry.outcome();
    boolean done =
        switch (outcome) {
          case UNTOUCHED -> true;
          case ACCESSED -> {
            entries.accessed(key, encoded, before);
            yield true;
          }
          case LOADED, SET -> put(key, encoded, before, entry, begin);
          case REMOVED -> remove(key, encoded, before, begin);
        };
    if (done) {
      entries.countLookup(before != null, begin);
    }
    return done;
  }

  private boolean put(
      K key, byte[] encoded, byte[] before, ProcessedEntry<K, V> entry, long begin) {
    V value = entry.newValue();
    byte[] newValue = marshalling.value(value);
    long ttl = before == null ? expiry.creation() : expiry.update();
    boolean isPut = entry.outcome() == Outcome.SET;
    if (isPut && writesThrough) {
      entries.writeThrough(Action.PUT, key, value);
    }
    if (!store.compareAndPut(encoded, before, newValue, ttl)) {
      return false;
    }
    if (isPut && (before != null || ttl != TimeToLive.NOW)) {
      entries.countChange(Action.PUT, 1, begin);
    }
    entries.notifyOf(Action.PUT, key, value, before, ttl);
    return true;
  }

  private boolean remove(K key, byte[] encoded, byte[] before, long begin) {
    if (writesThrough) {
      entries.writeThrough(Action.REMOVE, key, null);
    }
    if (before == null) {
      return true;
    }
    if (!store.compareAndRemove(encoded, before)) {
      return false;
    }
    entries.countChange(Action.REMOVE, 1, begin);
    entries.notifyOf(Action.REMOVE, key, null, before, TimeToLive.NOW);
    return true;
  }

  /**
   * See {@link javax.cache.Cache#invokeAll}: each key by itself; a processor that returns null
   * leaves no result.
   */
  public <T> Map<K, EntryProcessorResult<T>> invokeAll(
      Set<? extends K> keys, EntryProcessor<K, V, T> processor, Object... arguments) {
    Map<K, EntryProcessorResult<T>> results = new HashMap<>();
    for (K key : keys) {
      try {
        T result = invoke(key, processor, arguments);
        if (result != null) {
          results.put(key, new ProcessorResult<>(result, null));
        }
      } catch (EntryProcessorException e) {
        results.put(key, new ProcessorResult<>(null, e));
      } catch (RuntimeException e) {
        results.put(key, new ProcessorResult<>(null, new EntryProcessorException(e)));
      }
    }
    return results;
  }
}
