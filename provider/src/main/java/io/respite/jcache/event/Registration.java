package io.respite.jcache.event;

import java.io.Closeable;
import java.util.List;
import java.util.concurrent.Executor;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.event.EventType;

/**
 * A listener with its filter, as one configuration describes them.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class Registration<K, V> {
  private final CacheEntryListenerConfiguration<K, V> configuration;
  private final CacheEntryListener<? super K, ? super V> listener;
  private final CacheEntryEventFilter<? super K, ? super V> filter;

  /** Where an asynchronous listener's events wait; null for a synchronous one. */
  private final SerialQueue queue;

  Registration(CacheEntryListenerConfiguration<K, V> configuration, Executor executor) {
    this.configuration = configuration;
    this.listener = configuration.getCacheEntryListenerFactory().create();
    Factory<CacheEntryEventFilter<? super K, ? super V>> filters =
        configuration.getCacheEntryEventFilterFactory();
    this.filter = filters == null ? null : filters.create();
    this.queue = configuration.isSynchronous() ? null : new SerialQueue(executor);
  }

  CacheEntryListenerConfiguration<K, V> configuration() {
    return configuration;
  }

  boolean isSynchronous() {
    return queue == null;
  }

  boolean wantsOldValue() {
    return configuration.isOldValueRequired();
  }

  boolean hears(EventType type) {
    return switch (type) {
      case CREATED -> listener instanceof CacheEntryCreatedListener;
      case UPDATED -> listener instanceof CacheEntryUpdatedListener;
      case REMOVED -> listener instanceof CacheEntryRemovedListener;
      case EXPIRED -> listener instanceof CacheEntryExpiredListener;
    };
  }

  /**
   * Tells the listener, now if it is synchronous, soon and in order if not.
   *
   * @throws CacheEntryListenerException when a filter or synchronous listener fails; an {@link
   *     Error} passes as it is
   */
  void deliver(Event<K, V> event) {
    if (queue != null) {
      queue.add(() -> tell(event));
      return;
    }
    try {
      tell(event);
    } catch (CacheEntryListenerException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CacheEntryListenerException("A listener failed: " + event, e);
    }
  }

  /** The listener hears only types that {@link #hears} found it to implement. */
  @SuppressWarnings("unchecked")
  private void tell(Event<K, V> event) {
    if (filter != null && !filter.evaluate(event)) {
      return;
    }
    List<CacheEntryEvent<? extends K, ? extends V>> events = List.of(event);
    switch (event.getEventType()) {
      case CREATED -> ((CacheEntryCreatedListener<K, V>) listener).onCreated(events);
      case UPDATED -> ((CacheEntryUpdatedListener<K, V>) listener).onUpdated(events);
      case REMOVED -> ((CacheEntryRemovedListener<K, V>) listener).onRemoved(events);
      case EXPIRED -> ((CacheEntryExpiredListener<K, V>) listener).onExpired(events);
    }
  }

  /** Ends delivery: what waits is delivered first, within a limit of time. */
  void stop() {
    if (queue != null) {
      queue.close();
    }
  }

  /** The application's objects that want to be closed. */
  List<Closeable> closeables() {
    return java.util.stream.Stream.of(listener, filter)
        .filter(Closeable.class::isInstance)
        .map(Closeable.class::cast)
        .toList();
  }
}
