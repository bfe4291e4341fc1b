package io.respite.examples.shop;

import io.respite.jcache.RespiteCache;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryUpdatedListener;

/** The application that reads prices, from a near cache, and hears of their changes. */
final class Checkout implements Orders.Application {
  private static final int NEAR_ENTRIES = 1_000;
  private static final int PATIENCE_SECONDS = 10;

  /** Between two looks at a price. A look costs next to nothing, but there are other programs. */
  private static final long LOOK_NANOS = 50_000;

  private final Orders orders;
  private final CacheManager manager;
  private final Cache<String, Price> prices;
  private final Ear ear;
  private CompletableFuture<Duration> watching;

  private Checkout(Orders orders, URI uri) {
    this.orders = orders;
    manager = Caching.getCachingProvider().getCacheManager(uri, null);
    prices =
        manager.createCache(
            Prices.CACHE,
            Prices.configuration().setNearCacheEntries(NEAR_ENTRIES).setStatisticsEnabled(true));
    ear = new Ear(orders);
    boolean oldValues = true;
    boolean synchronous = false;
    prices.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new FactoryBuilder.SingletonFactory<>(ear), null, oldValues, synchronous));
    orders.say(
        "has opened the cache '%s', keeps up to %d prices near, and listens"
            .formatted(Prices.CACHE, NEAR_ENTRIES));
  }

  /** Runs until the orders end; the arguments are the server's URI and the file for answers. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var orders = new Orders("checkout");
    orders.follow(args[1], () -> new Checkout(orders, URI.create(args[0])));
  }

  @Override
  public String obey(List<String> words) throws InterruptedException, TimeoutException {
    return switch (words.get(0)) {
      case "await" -> ear.await(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
      case "read" -> read(Integer.parseInt(words.get(1)));
      case "price" -> price(words.get(1));
      case "watch" -> watch(words.get(1));
      case "watched" -> watched();
      default -> throw new IllegalArgumentException("checkout does not understand " + words);
    };
  }

  /** Reads the prices of all articles that it has heard of, one after the other. */
  private String read(int times) {
    List<String> articles = List.copyOf(ear.articles.keySet());
    long before = RespiteCache.of(prices).statistics().hits();
    for (int i = 0; i < times; i++) {
      prices.get(articles.get(i % articles.size()));
    }
    long hits = RespiteCache.of(prices).statistics().hits() - before;
    orders.say("reads %d times, %d hits by the cache's statistics".formatted(times, hits));
    return Long.toString(hits);
  }

  private String price(String article) {
    Price price = prices.get(article);
    orders.say("answers %s for %s".formatted(price, article));
    return String.valueOf(price);
  }

  /** Reads a price again and again from now on, until the answer is another. */
  private String watch(String article) {
    Price before = prices.get(article);
    watching = CompletableFuture.supplyAsync(() -> whenItChanges(article, before));
    return String.valueOf(before);
  }

  private Duration whenItChanges(String article, Price before) {
    while (true) {
      Price price = prices.get(article);
      if (price != null && !price.equals(before)) {
        Duration age = price.age();
        orders.say(
            "answers %s for %s, no longer %s: %s ms after %s set it"
                .formatted(price, article, before, millis(age), price.by()));
        return age;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** How many milliseconds after the change the near cache gave the new price. */
  private String watched() throws InterruptedException, TimeoutException {
    try {
      return millis(watching.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      throw new IllegalStateException("watching a price has failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw (TimeoutException)
          new TimeoutException(
                  "the near cache has answered the old price for %d s after a change"
                      .formatted(PATIENCE_SECONDS))
              .initCause(e);
    }
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e6);
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Hears what the others do. */
  private static final class Ear
      implements CacheEntryCreatedListener<String, Price>,
          CacheEntryUpdatedListener<String, Price> {
    private final Orders orders;

    /** All articles heard of. */
    private final Map<String, Price> articles = new ConcurrentSkipListMap<>();

    /** Guarded by this, as the next one. */
    private int created;

    private int updated;

    Ear(Orders orders) {
      this.orders = orders;
    }

    @Override
    public synchronized void onCreated(
        Iterable<CacheEntryEvent<? extends String, ? extends Price>> events) {
      for (CacheEntryEvent<? extends String, ? extends Price> event : events) {
        Price price = event.getValue();
        orders.say("hears: %s costs %s, says %s".formatted(event.getKey(), price, price.by()));
        articles.put(event.getKey(), price);
        created++;
      }
      notifyAll();
    }

    @Override
    public synchronized void onUpdated(
        Iterable<CacheEntryEvent<? extends String, ? extends Price>> events) {
      for (CacheEntryEvent<? extends String, ? extends Price> event : events) {
        Price price = event.getValue();
        orders.say(
            "hears: %s changes from %s to %s, says %s"
                .formatted(event.getKey(), event.getOldValue(), price, price.by()));
        articles.put(event.getKey(), price);
        updated++;
      }
      notifyAll();
    }

    /** Waits until it has heard so much. */
    synchronized String await(int creations, int updates)
        throws InterruptedException, TimeoutException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (created < creations || updated < updates) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new TimeoutException(
              "checkout has heard of %d new and %d changed prices, not of %d and %d"
                  .formatted(created, updated, creations, updates));
        }
        wait(left);
      }
      return created + " " + updated;
    }
  }
}
