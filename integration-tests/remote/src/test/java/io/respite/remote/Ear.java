package io.respite.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;

/** Hears everything, and writes it down: type, key, value, and the value before if it is told. */
final class Ear
    implements CacheEntryCreatedListener<String, String>,
        CacheEntryUpdatedListener<String, String>,
        CacheEntryRemovedListener<String, String>,
        CacheEntryExpiredListener<String, String> {
  final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final Runnable first;

  Ear() {
    this(() -> {});
  }

  /** Does something before it hears. */
  Ear(Runnable first) {
    this.first = first;
  }

  private void hear(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    first.run();
    events.forEach(
        event ->
            heard.add(
                event.getEventType()
                    + " "
                    + event.getKey()
                    + " "
                    + event.getValue()
                    + (event.isOldValueAvailable() ? " " + event.getOldValue() : "")));
  }

  @Override
  public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    hear(events);
  }

  @Override
  public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    hear(events);
  }

  @Override
  public void onRemoved(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    hear(events);
  }

  @Override
  public void onExpired(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    hear(events);
  }

  List<String> next(int count) throws InterruptedException {
    List<String> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      next.add(heard.poll(20, TimeUnit.SECONDS));
    }
    return next;
  }

  /** A registration for it: synchronous, with old values. */
  MutableCacheEntryListenerConfiguration<String, String> listening() {
    return new MutableCacheEntryListenerConfiguration<>(
        new FactoryBuilder.SingletonFactory<>(this), null, true, true);
  }
}
