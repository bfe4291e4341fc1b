package io.respite.jcache.event;

import java.io.Closeable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.event.EventType;

/**
 * The listeners of one cache.
 *
 * <p>An operation that changes an entry publishes the change while it still holds the entry's lock,
 * so that events of one key reach each listener in the order of the changes. A synchronous listener
 * runs there and then, in the thread of the operation; an asynchronous one gets its events from a
 * queue of its own.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class Listeners<K, V> {
  private final Cache<K, V> cache;
  private final Executor executor;
  private final List<Registration<K, V>> registrations = new CopyOnWriteArrayList<>();

  /**
   * For each type the registrations that hear it; replaced as a whole, empty lists when none does.
   */
  private volatile Map<EventType, List<Registration<K, V>>> byType = Map.of();

  /** Whether anybody listens at all: the one thing that a fast operation asks. */
  private volatile boolean any;

  /**
   * @param cache the source of all events
   * @param executor runs asynchronous listeners
   */
  public Listeners(Cache<K, V> cache, Executor executor) {
    this.cache = cache;
    this.executor = executor;
  }

  /** Makes a configuration's listener and lets it hear from now on. */
  public void register(CacheEntryListenerConfiguration<K, V> configuration) {
    var registration = new Registration<>(configuration, executor);
    synchronized (registrations) {
      registrations.add(registration);
      index();
    }
  }

  /** Ends a configuration's listener; returns what of it wants to be closed. */
  public List<Closeable> deregister(CacheEntryListenerConfiguration<K, V> configuration) {
    for (Registration<K, V> registration : List.copyOf(registrations)) {
      if (registration.configuration().equals(configuration)) {
        synchronized (registrations) {
          registrations.remove(registration);
          index();
        }
        registration.stop();
        return registration.closeables();
      }
    }
    return List.of();
  }

  /** Ends all listeners; returns what of them wants to be closed. */
  public List<Closeable> close() {
    List<Registration<K, V>> ended;
    synchronized (registrations) {
      ended = List.copyOf(registrations);
      registrations.clear();
      index();
    }
    ended.forEach(Registration::stop);
    return ended.stream().flatMap(registration -> registration.closeables().stream()).toList();
  }

  private void index() {
    var index = new EnumMap<EventType, List<Registration<K, V>>>(EventType.class);
    for (EventType type : EventType.values()) {
      index.put(
          type, registrations.stream().filter(registration -> registration.hears(type)).toList());
    }
    byType = index;
    any = !registrations.isEmpty();
  }

  /** Whether there is any listener. */
  public boolean any() {
    return any;
  }

  /** Whether a listener wants to know the values before. */
  public boolean wantOldValues() {
    return registrations.stream().anyMatch(Registration::wantsOldValue);
  }

  /** Whether a listener wants who changes something to wait for it. */
  public boolean areSynchronous() {
    return registrations.stream().anyMatch(Registration::isSynchronous);
  }

  /** Whether there is a listener for a type of events. */
  public boolean hear(EventType type) {
    return any && !hearing(type).isEmpty();
  }

  private List<Registration<K, V>> hearing(EventType type) {
    return byType.getOrDefault(type, List.of());
  }

  /**
   * Tells the listeners about a change. All are told, even if one fails; the first failure is
   * thrown in the end.
   *
   * @param value the new value, or null when the entry is gone
   * @param oldValue gives the value before; only asked when a listener requires old values
   */
  public void publish(EventType type, K key, V value, Supplier<? extends V> oldValue) {
    List<Registration<K, V>> hearing = hearing(type);
    V old =
        type != EventType.CREATED && hearing.stream().anyMatch(Registration::wantsOldValue)
            ? oldValue.get()
            : null;
    Throwable failure = null;
    for (Registration<K, V> registration : hearing) {
      V shownOld = registration.wantsOldValue() ? old : null;
      try {
        // For an entry that is gone, the value is the one it had (CacheEntryEvent.getValue, since
        // 1.1).
        registration.deliver(
            new Event<>(cache, type, key, value != null ? value : shownOld, shownOld));
      } catch (RuntimeException | Error e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
