package io.respite.jcache.processor;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import javax.cache.processor.MutableEntry;

/**
 * One entry while a processor works on it. It records what the processor does, and changes nothing:
 * when the processor has returned, the operation reads {@link #outcome} and carries it out at once
 * (JSR-107 1.1.1, MutableEntry).
 *
 * <pre>
 *              getValue: there   ┌──────────┐
 *            ┌──────────────────>│ ACCESSED │──┐ setValue
 * ┌───────────┐                  └──────────┘  │   ┌─────┐  remove, was there  ┌─────────┐
 * │ UNTOUCHED │────────────────────────────────┼──>│ SET │────────────────────>│ REMOVED │
 * └───────────┘                  ┌──────────┐  │   └─────┘<────────────────────└─────────┘
 *            └──────────────────>│  LOADED  │──┘               setValue
 *              getValue: loaded  └──────────┘      remove, was not there: back to UNTOUCHED
 * </pre>
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class ProcessedEntry<K, V> implements MutableEntry<K, V> {

  /** What has to be done for an entry. */
  public enum Outcome {
    /** Nothing. */
    UNTOUCHED,
    /** It existed and was read. */
    ACCESSED,
    /** It did not exist, and the loader had a value. */
    LOADED,
    /** It has a new value. */
    SET,
    /** It is to be removed. */
    REMOVED
  }

  private final K key;
  private final boolean existed;
  private final Supplier<? extends V> stored;
  private final Supplier<? extends V> loader;
  private Outcome outcome = Outcome.UNTOUCHED;
  private V value;

  /**
   * @param stored gives the value in the cache; null when there is no entry
   * @param loader gives the loader's value, or null if it has none; null when the cache does not
   *     read through
   */
  public ProcessedEntry(K key, Supplier<? extends V> stored, Supplier<? extends V> loader) {
    this.key = key;
    this.existed = stored != null;
    this.stored = stored;
    this.loader = loader;
  }

  /** What has to be done. */
  public Outcome outcome() {
    return outcome;
  }

  /** The value to store, for {@link Outcome#SET} and {@link Outcome#LOADED}. */
  public V newValue() {
    return value;
  }

  @Override
  public boolean exists() {
    return switch (outcome) {
      case UNTOUCHED, ACCESSED -> existed;
      case LOADED, SET -> true;
      case REMOVED -> false;
    };
  }

  @Override
  public K getKey() {
    return key;
  }

  @Override
  public V getValue() {
    if (outcome == Outcome.UNTOUCHED) {
      if (existed) {
        value = stored.get();
        outcome = Outcome.ACCESSED;
      } else if (loader != null) {
        value = loader.get();
        outcome = value == null ? Outcome.UNTOUCHED : Outcome.LOADED;
      }
    }
    return value;
  }

  @Override
  public void setValue(V newValue) {
    value = requireNonNull(newValue, "value");
    outcome = Outcome.SET;
  }

  @Override
  public void remove() {
    value = null;
    // What this processor itself has brought in vanishes without a trace.
    outcome =
        !existed && (outcome == Outcome.SET || outcome == Outcome.LOADED)
            ? Outcome.UNTOUCHED
            : Outcome.REMOVED;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException("This entry is not a " + type.getName());
  }
}
