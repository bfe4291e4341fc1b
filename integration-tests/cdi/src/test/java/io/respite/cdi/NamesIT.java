package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.cdi.Choices.LoudKey;
import io.respite.cdi.Choices.PlainFactory;
import io.respite.cdi.Choices.PlainGenerator;
import io.respite.jcache.codec.GeneratedKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Where names and defaults come from, and what classes pass on. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NamesIT {
  private Container container;

  /** Names nothing. */
  @ApplicationScoped
  public static class Nameless {
    private final AtomicInteger calls = new AtomicInteger();

    @CacheResult
    public String find(String id, int[] more, List<String> list) {
      return id + calls.incrementAndGet();
    }
  }

  /** Gives its subclasses every default there is. */
  @CacheDefaults(
      cacheName = "inherited",
      cacheResolverFactory = PlainFactory.class,
      cacheKeyGenerator = PlainGenerator.class)
  public abstract static class Base {
    private final AtomicInteger calls = new AtomicInteger();

    @CacheResult
    public String find(String id) {
      return id + calls.incrementAndGet();
    }
  }

  /** Inherits defaults and annotated methods. */
  @ApplicationScoped
  public static class Child extends Base {
    @CacheRemove
    public void remove(String id) {}

    /** Goes before the defaults. */
    @CacheResult(cacheName = "own")
    public String own(String id) {
      return "own " + id;
    }
  }

  /** Caches whatever it returns, unless a method says something else. */
  @Dependent
  @CacheResult(cacheName = "whole")
  public static class Whole {
    private final AtomicInteger calls = new AtomicInteger();

    public String find(String id) {
      return id + calls.incrementAndGet();
    }

    public void nothing() {
      calls.incrementAndGet();
    }

    @CacheRemove(cacheName = "whole")
    public void remove(String id) {}
  }

  @BeforeEach
  void start() {
    container = Container.start(Nameless.class, Child.class, Whole.class);
  }

  @AfterEach
  void stop() {
    container.close();
  }

  @Test
  void without_a_name_it_is_the_method_s() {
    container.bean(Nameless.class).find("a", new int[0], List.of());
    assertThat(container.manager().getCacheNames())
        .contains("io.respite.cdi.NamesIT$Nameless.find(java.lang.String,[I,java.util.List)");
  }

  @Test
  void subclasses_inherit_name_resolver_and_generator() {
    Child child = container.bean(Child.class);
    assertThat(child.find("a")).isEqualTo("a1");
    assertThat(child.find("a")).isEqualTo("a1");
    assertThat(container.cache("plain-inherited").get(new LoudKey("a!"))).isEqualTo("a1");
    child.remove("a");
    assertThat(child.find("a")).isEqualTo("a2");
  }

  @Test
  void a_method_s_members_go_before_the_class_s_defaults() {
    container.bean(Child.class).own("a");
    assertThat(container.cache("plain-own").get(new LoudKey("a!"))).isEqualTo("own a");
  }

  @Test
  void an_annotation_of_the_class_is_for_all_methods_without_their_own() {
    Whole whole = container.bean(Whole.class);
    assertThat(whole.find("a")).isEqualTo("a1");
    assertThat(whole.find("a")).isEqualTo("a1");
    whole.nothing();
    assertThat(container.cache("whole").get(GeneratedKey.of("a"))).isEqualTo("a1");
    whole.remove("a");
    assertThat(whole.find("a")).isEqualTo("a3");
  }
}
