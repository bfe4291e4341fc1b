package io.respite.jcache.operation;

import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.operation.Operation.Action;
import io.respite.jcache.processor.ProcessedEntry;
import io.respite.jcache.processor.ProcessedEntry.Outcome;
import io.respite.jcache.processor.ProcessorResult;
import io.respite.jcache.store.Claim;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.TimeToLive;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
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
 * <p>In a cache that writes through the key is claimed in the store before the processor runs, and
 * until its work is put: of all JVMs one at a time reads, processes, tells the writer and puts. So
 * the writer is told once, of what comes to be in the cache, and if it throws the entry is
 * unchanged. Only somebody who changes the entry without a writer can make the compare-and-set fail
 * then; after that the processor decides, and the writer hears, anew.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class ProcessorOperations<K, V> {
  private final EntryOperations<K, V> entries;
  private final ReadThrough<K, V> loads;
  private final Marshalling<K, V> marshalling;
  private final Expiry expiry;
  private final Loading<K, V> loading;
  private final boolean writesThrough;

  public ProcessorOperations(CacheParts<K, V> parts, EntryOperations<K, V> entries) {
    this.entries = entries;
    this.loads = entries.readThrough();
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
    OwnChange own = entries.events().begin(encoded);
    try {
      boolean wasClaimed = hold.isClaimed();
      while (true) {
        Claim claim = entries.claim(hold, key, encoded, writesThrough);
        byte[] before = claim.entry();
        try (var load = loads.new ProcessorLoad(hold, key, encoded, !writesThrough)) {
          var entry =
              new ProcessedEntry<K, V>(
                  key,
                  before == null ? null : () -> entries.valueOf(key, before),
                  loading == null ? null : load::load);
          T result = process(processor, entry, arguments);
          if (carryOut(key, encoded, claim, entry, begin)) {
            return result;
          }
        } finally {
          EntryOperations.unclaim(hold, claim, wasClaimed);
        }
      }
    } finally {
      entries.events().end(encoded, own);
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
      K key, byte[] encoded, Claim claim, ProcessedEntry<K, V> entry, long begin) {
    byte[] before = claim.entry();
    Outcome outcome = entry.outcome();
    boolean done =
        switch (outcome) {
          case UNTOUCHED -> true;
          case ACCESSED -> {
            entries.accessed(key, encoded, before);
            yield true;
          }
          case LOADED, SET -> put(key, encoded, claim, entry, begin);
          case REMOVED -> remove(key, encoded, claim, begin);
        };
    if (done) {
      entries.countLookup(before != null, begin);
    }
    return done;
  }

  private boolean put(K key, byte[] encoded, Claim claim, ProcessedEntry<K, V> entry, long begin) {
    byte[] before = claim.entry();
    V value = entry.newValue();
    byte[] newValue = marshalling.value(value);
    long ttl = before == null ? expiry.creation() : expiry.update();
    boolean isPut = entry.outcome() == Outcome.SET;
    boolean told = isPut && writesThrough;
    if (told) {
      entries.writeThrough(Action.PUT, key, value);
    }
    if (!made(encoded, told, () -> entries.put(claim, key, value, newValue, ttl))) {
      return false;
    }
    if (isPut && (before != null || ttl != TimeToLive.NOW)) {
      entries.countChange(Action.PUT, 1, begin);
    }
    entries.notifyOf(Action.PUT, key, encoded, value, before, ttl);
    return true;
  }

  private boolean made(byte[] encoded, boolean writerWasTold, BooleanSupplier change) {
    try {
      return change.getAsBoolean();
    } catch (StoreException e) {
      if (writerWasTold) {
        entries.suspect(encoded);
      }
      throw e;
    }
  }

  private boolean remove(K key, byte[] encoded, Claim claim, long begin) {
    byte[] before = claim.entry();
    if (writesThrough) {
      entries.writeThrough(Action.REMOVE, key, null);
    }
    if (before == null) {
      return true;
    }
    if (!made(encoded, writesThrough, claim::remove)) {
      return false;
    }
    entries.countChange(Action.REMOVE, 1, begin);
    entries.notifyOf(Action.REMOVE, key, encoded, null, before, TimeToLive.NOW);
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
