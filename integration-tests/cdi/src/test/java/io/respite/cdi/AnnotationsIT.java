package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.cdi.Choices.BeanFactory;
import io.respite.cdi.Choices.BeanGenerator;
import io.respite.cdi.Choices.LoudKey;
import io.respite.jcache.codec.GeneratedKey;
import java.io.IOException;
import java.util.List;
import javax.cache.Cache;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every member of every annotation, through a container's interceptors. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnotationsIT {
  private static Container container;
  private static Lab lab;

  @BeforeAll
  static void start() {
    container = Container.start(Lab.class, BeanFactory.class, BeanGenerator.class);
    lab = container.bean(Lab.class);
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void reset() {
    container.clear();
    lab.reset();
  }

  private static Cache<Object, Object> cache(String name) {
    return container.cache(name);
  }

  private static GeneratedKey key(Object... parameters) {
    return GeneratedKey.of(parameters);
  }

  private static void failing(Exception failure, ThrowingCallable call) {
    lab.fail(failure);
    assertThatThrownBy(call).isSameAs(failure);
    lab.fail(null);
  }

  @Nested
  class CacheResult {
    @Test
    void answers_from_the_cache() throws Exception {
      assertThat(lab.byDefaults("a")).isEqualTo("a#1");
      assertThat(lab.byDefaults("a")).isEqualTo("a#1");
      assertThat(lab.byDefaults("b")).isEqualTo("b#2");
      assertThat(lab.calls()).isEqualTo(2);
    }

    @Test
    void uses_the_cache_of_the_class_s_defaults() throws Exception {
      lab.byDefaults("a");
      assertThat(cache("lab").get(key("a"))).isEqualTo("a#1");
    }

    @Test
    void uses_the_cache_it_names() throws Exception {
      lab.own("a");
      assertThat(cache("own").get(key("a"))).isEqualTo("a#1");
      assertThat(cache("lab").get(key("a"))).isNull();
    }

    @Test
    void skipGet_runs_always_and_keeps_the_last_result() throws Exception {
      assertThat(lab.fresh("a")).isEqualTo("a#1");
      assertThat(lab.fresh("a")).isEqualTo("a#2");
      assertThat(lab.byDefaults("a")).isEqualTo("a#2");
    }

    @Test
    void null_is_returned_and_not_kept() throws Exception {
      assertThat(lab.nothing("a")).isNull();
      assertThat(lab.nothing("a")).isNull();
      assertThat(lab.calls()).isEqualTo(2);
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void primitives_are_boxed() {
      assertThat(lab.number(7)).isEqualTo(107);
      assertThat(lab.number(7)).isEqualTo(107);
      assertThat(cache("numbers").get(key(7))).isEqualTo(107);
    }

    @Test
    void parameters_marked_as_key_are_the_key_alone() throws Exception {
      assertThat(lab.keyed("a", new Object())).isEqualTo("a#1");
      assertThat(lab.keyed("a", new Object())).isEqualTo("a#1");
    }

    @Test
    void arrays_and_lists_count_by_content() throws Exception {
      lab.many(new String[] {"x", "y"}, List.of(1, 2), new byte[] {3});
      lab.many(new String[] {"x", "y"}, new java.util.ArrayList<>(List.of(1, 2)), new byte[] {3});
      assertThat(lab.calls()).isEqualTo(1);
      lab.many(new String[] {"x", "y"}, List.of(1, 2), new byte[] {4});
      assertThat(lab.calls()).isEqualTo(2);
    }

    @Test
    void a_method_without_parameters_has_one_result() throws Exception {
      assertThat(lab.once()).isEqualTo("once#1");
      assertThat(lab.once()).isEqualTo("once#1");
    }

    @Test
    void null_as_parameter_is_part_of_the_key() throws Exception {
      assertThat(lab.byDefaults(null)).isEqualTo("null#1");
      assertThat(lab.byDefaults(null)).isEqualTo("null#1");
    }

    @Test
    void exceptions_are_not_kept_without_a_cache_for_them() {
      failing(new IOException("1"), () -> lab.byDefaults("a"));
      failing(new IOException("2"), () -> lab.byDefaults("a"));
      assertThat(lab.calls()).isEqualTo(2);
    }

    @Test
    void exceptionCacheName_keeps_every_exception() {
      failing(new IOException("first"), () -> lab.remembersAll("a"));
      assertThatThrownBy(() -> lab.remembersAll("a"))
          .isInstanceOf(IOException.class)
          .hasMessage("first");
      assertThat(lab.calls()).isEqualTo(1);
      assertThat(cache("failures").get(key("a"))).isInstanceOf(IOException.class);
    }

    @Test
    void cachedExceptions_keeps_those_alone() throws Exception {
      failing(new IllegalStateException("kept"), () -> lab.remembersSome("a"));
      failing(new IllegalArgumentException("not kept"), () -> lab.remembersSome("b"));
      assertThatThrownBy(() -> lab.remembersSome("a")).hasMessage("kept");
      assertThat(lab.remembersSome("b")).isEqualTo("b#3");
    }

    @Test
    void nonCachedExceptions_keeps_the_others() throws Exception {
      failing(new IllegalStateException("not kept"), () -> lab.remembersOthers("a"));
      failing(new IllegalArgumentException("kept"), () -> lab.remembersOthers("b"));
      assertThat(lab.remembersOthers("a")).isEqualTo("a#3");
      assertThatThrownBy(() -> lab.remembersOthers("b")).hasMessage("kept");
    }

    @Test
    void both_lists_keep_those_of_the_first_that_are_not_of_the_second() throws Exception {
      failing(new IllegalStateException("excluded"), () -> lab.remembersBoth("a"));
      failing(new IOException("not included"), () -> lab.remembersBoth("b"));
      failing(new IllegalArgumentException("kept"), () -> lab.remembersBoth("c"));
      assertThat(lab.remembersBoth("a")).isEqualTo("a#4");
      assertThat(lab.remembersBoth("b")).isEqualTo("b#5");
      assertThatThrownBy(() -> lab.remembersBoth("c")).hasMessage("kept");
    }

    @Test
    void skipGet_asks_for_no_exception_and_keeps_it() {
      failing(new IOException("first"), () -> lab.freshFailure("a"));
      failing(new IOException("second"), () -> lab.freshFailure("a"));
      assertThat(lab.calls()).isEqualTo(2);
      assertThatThrownBy(() -> lab.remembersAll("a")).hasMessage("second");
    }

    @Test
    void cacheResolverFactory_may_be_a_plain_class() throws Exception {
      lab.resolvedByClass("a");
      lab.resolvedByClass("a");
      assertThat(lab.calls()).isEqualTo(1);
      assertThat(cache("plain-resolved").get(key("a"))).isEqualTo("a#1");
    }

    @Test
    void cacheResolverFactory_may_be_a_bean_and_chooses_the_cache_for_exceptions()
        throws Exception {
      lab.resolvedByBean("a");
      assertThat(cache("bean-resolved").get(key("a"))).isEqualTo("a#1");
      failing(new IOException("kept"), () -> lab.resolvedByBean("b"));
      assertThat(cache("bean-exceptions-resolved").get(key("b"))).isInstanceOf(IOException.class);
    }

    @Test
    void cacheKeyGenerator_may_be_a_plain_class() throws Exception {
      lab.keyByClass("a");
      assertThat(cache("generated").get(new LoudKey("a!"))).isEqualTo("a#1");
    }

    @Test
    void cacheKeyGenerator_may_be_a_bean() throws Exception {
      lab.keyByClass("a");
      assertThat(lab.keyByBean("a")).isEqualTo("a#1");
      assertThat(lab.calls()).isEqualTo(1);
    }
  }

  @Nested
  class CachePut {
    @Test
    void puts_the_value_when_the_method_has_returned() throws Exception {
      lab.put("a", "new");
      assertThat(cache("lab").get(key("a"))).isEqualTo("new");
      assertThat(lab.byDefaults("a")).isEqualTo("new");
    }

    @Test
    void uses_the_cache_it_names() throws Exception {
      lab.putOwn("a", "new");
      assertThat(lab.own("a")).isEqualTo("new");
    }

    @Test
    void puts_nothing_when_the_method_throws() {
      failing(new IOException("no"), () -> lab.put("a", "new"));
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void before_the_invocation_it_puts_whatever_the_method_does() {
      failing(new IOException("no"), () -> lab.putBefore("a", "new"));
      assertThat(cache("lab").get(key("a"))).isEqualTo("new");
    }

    @Test
    void cacheFor_puts_despite_those_exceptions() {
      failing(new IllegalStateException("yes"), () -> lab.putFor("a", "new"));
      failing(new IOException("no"), () -> lab.putFor("b", "new"));
      assertThat(cache("lab").containsKey(key("a"))).isTrue();
      assertThat(cache("lab").containsKey(key("b"))).isFalse();
    }

    @Test
    void noCacheFor_puts_despite_the_others() {
      failing(new IllegalStateException("no"), () -> lab.putNotFor("a", "new"));
      failing(new IOException("yes"), () -> lab.putNotFor("b", "new"));
      assertThat(cache("lab").containsKey(key("a"))).isFalse();
      assertThat(cache("lab").containsKey(key("b"))).isTrue();
    }

    @Test
    void both_lists_put_for_those_of_the_first_that_are_not_of_the_second() {
      failing(new IllegalStateException("excluded"), () -> lab.putForBoth("a", "new"));
      failing(new IOException("not included"), () -> lab.putForBoth("b", "new"));
      failing(new IllegalArgumentException("yes"), () -> lab.putForBoth("c", "new"));
      assertThat(cache("lab").containsKey(key("a"))).isFalse();
      assertThat(cache("lab").containsKey(key("b"))).isFalse();
      assertThat(cache("lab").containsKey(key("c"))).isTrue();
    }

    @Test
    void parameters_marked_as_key_are_the_key_alone() throws Exception {
      lab.putKeyed("a", new Object(), "new");
      assertThat(lab.keyed("a", new Object())).isEqualTo("new");
    }

    @Test
    void an_only_parameter_is_the_value() throws Exception {
      lab.putOnly("new");
      assertThat(lab.once()).isEqualTo("new");
    }

    @Test
    void null_cannot_be_put() {
      assertThatThrownBy(() -> lab.put("a", null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage(
              "io.respite.cdi.Lab.put(String, String): parameter 1 is null, and null cannot be put into cache 'lab'; use @CacheRemove for what is gone");
      assertThat(lab.calls()).isEqualTo(1);
    }

    @Test
    void resolvers_and_generators_of_the_application_serve() throws Exception {
      lab.putResolved("a", "new");
      lab.putGenerated("a", "new");
      assertThat(cache("plain-resolved").get(key("a"))).isEqualTo("new");
      assertThat(cache("generated").get(new LoudKey("a!"))).isEqualTo("new");
    }
  }

  @Nested
  class CacheRemove {
    @BeforeEach
    void fill() {
      for (String cache : List.of("lab", "own", "keyed", "plain-resolved")) {
        container
            .manager()
            .unwrap(io.respite.jcache.RespiteCacheManager.class)
            .getOrCreateCache(cache)
            .put(key("a"), "old");
      }
    }

    @Test
    void removes_one_entry_when_the_method_has_returned() throws Exception {
      cache("lab").put(key("b"), "other");
      lab.remove("a");
      assertThat(cache("lab").containsKey(key("a"))).isFalse();
      assertThat(cache("lab").containsKey(key("b"))).isTrue();
    }

    @Test
    void uses_the_cache_it_names() throws Exception {
      lab.removeOwn("a");
      assertThat(cache("own")).isEmpty();
      assertThat(cache("lab")).isNotEmpty();
    }

    @Test
    void removes_nothing_when_the_method_throws() {
      failing(new IOException("no"), () -> lab.remove("a"));
      assertThat(cache("lab")).isNotEmpty();
    }

    @Test
    void before_the_invocation_it_removes_whatever_the_method_does() {
      failing(new IOException("no"), () -> lab.removeBefore("a"));
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void evictFor_removes_despite_those_exceptions() {
      failing(new IOException("no"), () -> lab.removeFor("a"));
      assertThat(cache("lab")).isNotEmpty();
      failing(new IllegalStateException("yes"), () -> lab.removeFor("a"));
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void noEvictFor_removes_despite_the_others() {
      failing(new IllegalStateException("no"), () -> lab.removeNotFor("a"));
      assertThat(cache("lab")).isNotEmpty();
      failing(new IOException("yes"), () -> lab.removeNotFor("a"));
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void both_lists_remove_for_those_of_the_first_that_are_not_of_the_second() {
      failing(new IllegalStateException("excluded"), () -> lab.removeForBoth("a"));
      failing(new IOException("not included"), () -> lab.removeForBoth("a"));
      assertThat(cache("lab")).isNotEmpty();
      failing(new IllegalArgumentException("yes"), () -> lab.removeForBoth("a"));
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void keys_resolvers_and_generators_serve() throws Exception {
      lab.removeKeyed("a", new Object());
      assertThat(cache("keyed")).isEmpty();
      lab.removeResolved("a");
      assertThat(cache("plain-resolved")).isEmpty();
      lab.keyByClass("a");
      lab.removeGenerated("a");
      assertThat(cache("generated")).isEmpty();
    }
  }

  @Nested
  class CacheRemoveAll {
    @BeforeEach
    void fill() {
      for (String cache : List.of("lab", "own", "plain-resolved")) {
        Cache<Object, Object> filled =
            container
                .manager()
                .unwrap(io.respite.jcache.RespiteCacheManager.class)
                .getOrCreateCache(cache);
        filled.put(key("a"), "old");
        filled.put(key("b"), "old");
      }
    }

    @Test
    void removes_all_entries_when_the_method_has_returned() throws Exception {
      lab.removeAll();
      assertThat(cache("lab")).isEmpty();
      assertThat(cache("own")).hasSize(2);
    }

    @Test
    void uses_the_cache_it_names() throws Exception {
      lab.removeAllOwn();
      assertThat(cache("own")).isEmpty();
    }

    @Test
    void removes_nothing_when_the_method_throws() {
      failing(new IOException("no"), () -> lab.removeAll());
      assertThat(cache("lab")).hasSize(2);
    }

    @Test
    void before_the_invocation_it_removes_whatever_the_method_does() {
      failing(new IOException("no"), () -> lab.removeAllBefore());
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void evictFor_removes_despite_those_exceptions() {
      failing(new IOException("no"), () -> lab.removeAllFor());
      assertThat(cache("lab")).hasSize(2);
      failing(new IllegalStateException("yes"), () -> lab.removeAllFor());
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void noEvictFor_removes_despite_the_others() {
      failing(new IllegalStateException("no"), () -> lab.removeAllNotFor());
      assertThat(cache("lab")).hasSize(2);
      failing(new IOException("yes"), () -> lab.removeAllNotFor());
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void both_lists_remove_for_those_of_the_first_that_are_not_of_the_second() {
      failing(new IllegalStateException("excluded"), () -> lab.removeAllForBoth());
      failing(new IOException("not included"), () -> lab.removeAllForBoth());
      assertThat(cache("lab")).hasSize(2);
      failing(new IllegalArgumentException("yes"), () -> lab.removeAllForBoth());
      assertThat(cache("lab")).isEmpty();
    }

    @Test
    void resolvers_of_the_application_serve() throws Exception {
      lab.removeAllResolved();
      assertThat(cache("plain-resolved")).isEmpty();
    }
  }
}
