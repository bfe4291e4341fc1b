package io.respite.jcache.expiry;

import io.respite.jcache.store.TimeToLive;
import java.io.Closeable;
import java.util.Set;
import java.util.function.Supplier;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long an entry lives after it is created, updated or read, in the codes of {@link TimeToLive}.
 *
 * <p>The five policies of the specification answer the same every time. They are recognized by
 * their exact class and asked once, so that an operation can tell the store both what to do when it
 * creates and what to do when it updates, in one call. Any other policy must be asked exactly when
 * the specification says (JSR-107 1.1.1, table in chapter 6), and is.
 *
 * <p>When a policy throws, or has no answer for creation, the entry is eternal when created and
 * keeps its time otherwise: the specification leaves the choice to the implementation.
 */
public final class Expiry {
  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
  private static final Set<Class<?>> STANDARD =
      Set.of(
          CreatedExpiryPolicy.class,
          ModifiedExpiryPolicy.class,
          AccessedExpiryPolicy.class,
          TouchedExpiryPolicy.class,
          EternalExpiryPolicy.class);

  /** The policy to ask, or null when the three codes are constant. */
  private final ExpiryPolicy policy;

  private final long creation;
  private final long update;
  private final long access;

  private Expiry(ExpiryPolicy policy, long creation, long update, long access) {
    this.policy = policy;
    this.creation = creation;
    this.update = update;
    this.access = access;
  }

  /** The expiry that a policy demands. */
  public static Expiry of(ExpiryPolicy policy) {
    if (!STANDARD.contains(policy.getClass())) {
      return new Expiry(policy, TimeToLive.ETERNAL, TimeToLive.KEEP, TimeToLive.KEEP);
    }
    return new Expiry(
        null,
        code(policy.getExpiryForCreation(), TimeToLive.ETERNAL),
        code(policy.getExpiryForUpdate(), TimeToLive.KEEP),
        code(policy.getExpiryForAccess(), TimeToLive.KEEP));
  }

  /** One time to live for creating and updating; reading keeps it. */
  public static Expiry fixed(long ttl) {
    return new Expiry(null, ttl, ttl, TimeToLive.KEEP);
  }

  /** Whether the answers are always the same, so that it may be asked beforehand. */
  public boolean isConstant() {
    return policy == null;
  }

  /** Whether reading never changes the time to live. */
  public boolean isUntouchedByAccess() {
    return policy == null && access == TimeToLive.KEEP;
  }

  /** The time to live of an entry that is being created; never {@link TimeToLive#KEEP}. */
  public long creation() {
    return policy == null ? creation : ask(policy::getExpiryForCreation, TimeToLive.ETERNAL);
  }

  /** The time to live of an entry that is being updated. */
  public long update() {
    return policy == null ? update : ask(policy::getExpiryForUpdate, TimeToLive.KEEP);
  }

  /** The time to live of an entry that is being read. */
  public long access() {
    return policy == null ? access : ask(policy::getExpiryForAccess, TimeToLive.KEEP);
  }

  /** The policy, when it wants to be closed with its cache; otherwise null. */
  public Closeable closeable() {
    return policy instanceof Closeable closeable ? closeable : null;
  }

  private long ask(Supplier<Duration> question, long otherwise) {
    try {
      return code(question.get(), otherwise);
    } catch (RuntimeException e) {
      LOG.warn(
          "Expiry policy {} failed; the entry's time to live is the default",
          policy.getClass().getName(),
          e);
      return otherwise;
    }
  }

  private static long code(Duration duration, long otherwise) {
    if (duration == null) {
      return otherwise;
    }
    return duration.isEternal()
        ? TimeToLive.ETERNAL
        : TimeToLive.ofMillis(duration.getTimeUnit().toMillis(duration.getDurationAmount()));
  }
}
