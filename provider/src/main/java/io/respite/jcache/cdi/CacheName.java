package io.respite.jcache.cdi;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks for a cache of Respite by name, or without a name for its manager or provider:
 *
 * <pre>{@code
 * @Inject @CacheName("customers") Cache<Long, Customer> customers;
 * @Inject @CacheName CacheManager manager;
 * }</pre>
 *
 * A cache that neither the configuration file nor properties declare is made, with the types of the
 * injection point.
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface CacheName {
  /** The cache's name; none for a manager or provider. */
  @Nonbinding
  String value() default "";

  /** The annotation as an object, for {@link jakarta.enterprise.inject.Instance#select}. */
  final class Literal extends AnnotationLiteral<CacheName> implements CacheName {
    private static final long serialVersionUID = 1L;

    private final String value;

    private Literal(String value) {
      this.value = value;
    }

    /** The annotation with a name. */
    public static Literal of(String name) {
      return new Literal(name);
    }

    @Override
    public String value() {
      return value;
    }
  }
}
