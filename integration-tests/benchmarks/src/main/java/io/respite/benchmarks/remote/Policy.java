package io.respite.benchmarks.remote;

import java.util.concurrent.TimeUnit;
import javax.cache.configuration.Factory;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;

/** The specification's five expiry policies, and one that an application wrote. */
enum Policy {
  ETERNAL(EternalExpiryPolicy.factoryOf()),
  CREATED(CreatedExpiryPolicy.factoryOf(Duration.TEN_MINUTES)),
  MODIFIED(ModifiedExpiryPolicy.factoryOf(Duration.TEN_MINUTES)),
  ACCESSED(AccessedExpiryPolicy.factoryOf(Duration.TEN_MINUTES)),
  TOUCHED(TouchedExpiryPolicy.factoryOf(Duration.TEN_MINUTES)),
  CUSTOM(Custom::new);

  final Factory<? extends ExpiryPolicy> factory;

  Policy(Factory<? extends ExpiryPolicy> factory) {
    this.factory = factory;
  }

  /** Whether a provider can know in advance what the policy answers. */
  boolean isStandard() {
    return this != CUSTOM;
  }

  /** Twenty minutes for new entries, ten more for those that are used. */
  private static final class Custom implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return new Duration(TimeUnit.MINUTES, 20);
    }

    @Override
    public Duration getExpiryForAccess() {
      return Duration.TEN_MINUTES;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return Duration.TEN_MINUTES;
    }
  }
}
