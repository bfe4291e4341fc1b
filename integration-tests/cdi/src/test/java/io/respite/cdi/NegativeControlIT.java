package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Why the extension gives the members of the annotations a new {@code @Nonbinding}: without it,
 * these containers refuse to deploy, or miss every method whose annotation has a member. If one day
 * this test no longer sees that, the others here prove less than they seem to.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NegativeControlIT {
  private static final AtomicInteger CALLS = new AtomicInteger();

  /** Counts the calls it intercepts. */
  @CacheResult
  @Interceptor
  @Priority(3000)
  public static class Counting {
    @AroundInvoke
    Object count(InvocationContext context) throws Exception {
      CALLS.incrementAndGet();
      return context.proceed();
    }
  }

  /** Has a method whose annotation has a member, and one whose has none. */
  @Dependent
  public static class Counted {
    @CacheResult
    public String bare() {
      return "bare";
    }

    @CacheResult(cacheName = "named")
    public String named() {
      return "named";
    }
  }

  /** Registers the annotation as it is. */
  public static class Careless implements Extension {
    void begin(@Observes BeforeBeanDiscovery event) {
      event.addInterceptorBinding(CacheResult.class);
    }
  }

  /** Registers the annotation as Respite does. */
  public static class Careful implements Extension {
    void begin(@Observes BeforeBeanDiscovery event) {
      event
          .configureInterceptorBinding(CacheResult.class)
          .methods()
          .forEach(member -> member.add(Nonbinding.Literal.INSTANCE));
    }
  }

  @BeforeEach
  void withoutRespite() {
    System.setProperty("respite.cdi.enabled", "false");
    CALLS.set(0);
  }

  @AfterEach
  void again() {
    System.clearProperty("respite.cdi.enabled");
  }

  private static void callBoth(Extension extension) {
    try (var container =
        Container.initializer(Counted.class, Counting.class)
            .addExtensions(extension)
            .initialize()) {
      Counted counted = container.select(Counted.class).get();
      counted.bare();
      counted.named();
    }
  }

  @Test
  void the_api_s_own_nonbinding_is_gone() {
    assertThat(Arrays.asList(CachePut.class.getDeclaredMethods()))
        .isNotEmpty()
        .allSatisfy(member -> assertThat(member.getAnnotations()).isEmpty());
  }

  @Test
  void with_nonbinding_members_both_methods_are_intercepted() {
    callBoth(new Careful());
    assertThat(CALLS).hasValue(2);
  }

  @Test
  void without_it_the_deployment_fails_or_a_method_is_missed() {
    if (Container.isOpenWebBeans()) {
      callBoth(new Careless());
      assertThat(CALLS).hasValue(1);
    } else {
      assertThatThrownBy(() -> callBoth(new Careless())).hasStackTraceContaining("WELD-001121");
    }
  }
}
