package io.respite.examples.shop;

import io.respite.jcache.RespiteConfiguration;
import java.util.concurrent.TimeUnit;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ModifiedExpiryPolicy;

/**
 * How the cache of prices is kept, which all applications of the shop have to agree about: the
 * first one writes it down on the server, and one that comes later and thinks otherwise is told so.
 */
final class Prices {
  static final String CACHE = "prices";

  /** Over so many hashes the prices are spread; on a cluster they could be on different nodes. */
  private static final int BUCKETS = 4;

  private static final long MINUTES = 10;

  private Prices() {}

  /** Keys are names of articles, values are JSON; a price that nobody confirms is soon gone. */
  static RespiteConfiguration<String, Price> configuration() {
    return new RespiteConfiguration<String, Price>()
        .setTypes(String.class, Price.class)
        .setValueCodec("json")
        .setBuckets(BUCKETS)
        .setExpiryPolicyFactory(
            ModifiedExpiryPolicy.factoryOf(new Duration(TimeUnit.MINUTES, MINUTES)));
  }
}
