package io.respite.examples.shop;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.processor.EntryProcessor;

/** The application that sets and corrects prices. */
final class Catalog implements Orders.Application {
  private static final String NAME = "catalog";

  private static final Map<String, Integer> CENTS = new LinkedHashMap<>();

  static {
    CENTS.put("coffee", 420);
    CENTS.put("tea", 280);
    CENTS.put("cocoa", 350);
    CENTS.put("bread", 190);
    CENTS.put("butter", 265);
    CENTS.put("honey", 540);
    CENTS.put("cheese", 475);
    CENTS.put("apples", 310);
  }

  private static final EntryProcessor<String, Price, Price> RAISE =
      (entry, cents) -> {
        if (!entry.exists()) {
          throw new IllegalStateException("There is no price of " + entry.getKey());
        }
        entry.setValue(Price.now(NAME, entry.getValue().cents() + (Integer) cents[0]));
        return entry.getValue();
      };

  private final Orders orders;
  private final CacheManager manager;
  private final Cache<String, Price> prices;

  private Catalog(Orders orders, URI uri) {
    this.orders = orders;
    manager = Caching.getCachingProvider().getCacheManager(uri, null);
    prices = manager.createCache(Prices.CACHE, Prices.configuration());
    if (prices.iterator().hasNext()) {
      manager.close();
      throw new IllegalStateException(
          "There are entries in a cache '%s' on this server already, which are not this example's; choose another database, or a prefix: redis://host:port/db?prefix=name:"
              .formatted(Prices.CACHE));
    }
    orders.say("has opened the cache '%s'".formatted(Prices.CACHE));
  }

  /** Runs until the orders end; the arguments are the server's URI and the file for answers. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var orders = new Orders(NAME);
    orders.follow(args[1], () -> new Catalog(orders, URI.create(args[0])));
  }

  @Override
  public String obey(List<String> words) {
    return switch (words.get(0)) {
      case "publish" -> publish();
      case "raise" -> raise(words.get(1), Integer.parseInt(words.get(2)));
      default -> throw new IllegalArgumentException("catalog does not understand " + words);
    };
  }

  private String publish() {
    Map<String, Price> all = new LinkedHashMap<>();
    CENTS.forEach((article, cents) -> all.put(article, Price.now(NAME, cents)));
    prices.putAll(all);
    orders.say("sets %d prices".formatted(all.size()));
    return Integer.toString(all.size());
  }

  /** Atomic, whoever else changes the price at the same time. */
  private String raise(String article, int cents) {
    orders.say("raises the price of %s by %d cents".formatted(article, cents));
    return prices.invoke(article, RAISE, cents).toString();
  }

  /** Leaves a server that belongs to others as it was. */
  @Override
  public void close() {
    manager.destroyCache(Prices.CACHE);
    manager.close();
  }
}
