package io.respite.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.codec.Codec;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.Factory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Values that cannot be changed are handed out as one object, and never a moment too long. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LiveValuesTest {
  private static final URI SHARED = URI.create("respite:embedded:live-values-test");

  private final List<CacheManager> managers = new ArrayList<>();

  private CacheManager manager() {
    // A loader of its own makes a manager of its own; the engine's name lets them meet.
    ClassLoader loader = new ClassLoader(getClass().getClassLoader()) {};
    CacheManager manager =
        Caching.getCachingProvider(getClass().getClassLoader()).getCacheManager(SHARED, loader);
    managers.add(manager);
    return manager;
  }

  private static RespiteConfiguration<String, String> strings() {
    return new RespiteConfiguration<String, String>().setTypes(String.class, String.class);
  }

  private final Cache<String, String> cache = manager().createCache("live", strings());

  @AfterEach
  void close() {
    managers.forEach(CacheManager::close);
  }

  @Nested
  class An_entry_read_twice {
    @Test
    void is_the_same_object_when_it_cannot_be_changed() {
      cache.put("k", "value");
      assertThat(cache.get("k")).isEqualTo("value").isSameAs(cache.get("k"));
    }

    @Test
    void is_decoded_anew_when_it_can_be_changed() {
      Cache<String, byte[]> bytes =
          managers
              .get(0)
              .createCache(
                  "bytes",
                  new RespiteConfiguration<String, byte[]>().setTypes(String.class, byte[].class));
      bytes.put("k", new byte[] {1});
      assertThat(bytes.get("k")).isEqualTo(bytes.get("k")).isNotSameAs(bytes.get("k"));
    }

    @Test
    void is_decoded_anew_when_nothing_is_to_be_kept() {
      Cache<String, String> lean = managers.get(0).createCache("lean", strings().setLiveBytes(0));
      lean.put("k", "value");
      assertThat(lean.get("k")).isEqualTo("value").isNotSameAs(lean.get("k"));
    }
  }

  @Nested
  class A_value_that_was_put {
    private Cache<String, Object> untyped(Factory<? extends Codec<Object>> codec) {
      return managers
          .get(0)
          .createCache(
              "untyped",
              new RespiteConfiguration<String, Object>()
                  .setTypes(String.class, Object.class)
                  .setValueCodecFactory(codec));
    }

    @Test
    void is_the_object_that_is_read() {
      cache.put("another", "with which the hash begins, whose first object is not kept");
      String put = new String("put");
      cache.put("k", put);
      assertThat(cache.get("k")).isSameAs(put);
      String put2 = new String("put again");
      cache.put("k", put2);
      assertThat(cache.get("k")).isSameAs(put2);
      String replaced = new String("replaced");
      assertThat(cache.replace("k", replaced)).isTrue();
      assertThat(cache.getAll(Set.of("k")).get("k")).isSameAs(replaced);
      String processed = new String("processed");
      cache.invoke(
          "k",
          (entry, arguments) -> {
            entry.setValue(processed);
            return null;
          });
      assertThat(cache.get("k")).isSameAs(processed);
    }

    @Test
    void is_not_kept_for_an_entry_that_was_not_there_to_be_replaced() {
      assertThat(cache.replace("absent", "value")).isFalse();
      assertThat(cache.get("absent")).isNull();
    }

    @Test
    void is_decoded_when_its_codec_does_not_promise_an_equal_object() {
      Cache<String, Object> shouting =
          untyped(
              () ->
                  new Codec<>() {
                    @Override
                    public String name() {
                      return "shouting";
                    }

                    @Override
                    public boolean makesImmutables() {
                      return true;
                    }

                    @Override
                    public byte[] encode(Object value) {
                      return value.toString().toUpperCase(Locale.ROOT).getBytes(UTF_8);
                    }

                    @Override
                    public Object decode(byte[] buffer, int offset, int length) {
                      return new String(buffer, offset, length, UTF_8);
                    }
                  });
      shouting.put("k", "value");
      assertThat(shouting.get("k")).isEqualTo("VALUE");
    }

    @Test
    void is_decoded_when_it_may_be_of_a_class_that_can_be_changed() {
      Cache<String, BigInteger> numbers =
          managers
              .get(0)
              .createCache(
                  "integers",
                  new RespiteConfiguration<String, BigInteger>()
                      .setTypes(String.class, BigInteger.class));
      BigInteger put = new BigInteger("12345678901234567890");
      numbers.put("k", put);
      assertThat(numbers.get("k")).isEqualTo(put).isNotSameAs(put);
    }

    @Test
    void is_counted_as_ever() {
      RespiteCache<String, String> counted =
          RespiteCache.of(
              managers.get(0).createCache("counted", strings().setStatisticsEnabled(true)));
      counted.put("k", "1");
      counted.put("k", "2");
      assertThat(counted.replace("k", "3")).isTrue();
      assertThat(counted.replace("absent", "3")).isFalse();
      assertThat(counted.get("k")).isEqualTo("3");
      RespiteStatistics statistics = counted.statistics();
      assertThat(statistics.puts()).isEqualTo(3);
      assertThat(statistics.hits()).isEqualTo(2);
      assertThat(statistics.misses()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("ReferenceEquality") // Whether it is the same object is the question.
    void is_still_kept_now_and_then_when_nobody_has_read_what_was_put() {
      String first = new String("value");
      for (int i = 0; i < 1_000; i++) {
        cache.put("unread" + i, first);
      }
      int same = 0;
      for (int i = 0; i < 1_000; i++) {
        same += cache.get("unread" + i) == first ? 1 : 0;
      }
      assertThat(same).isBetween(64, 64 + 1_000 / 16);
      // They have been read now, so all that is put is kept again.
      for (int i = 0; i < 50; i++) {
        cache.put("unread" + i, first);
        assertThat(cache.get("unread" + i)).isSameAs(first);
      }
    }
  }

  @Nested
  class Many_entries {
    @Test
    void are_found_among_live_ones_and_others() {
      cache.put("live", "1");
      cache.put("stored", "2");
      String live = cache.get("live");
      Map<String, String> found = cache.getAll(Set.of("live", "stored", "absent"));
      assertThat(found).containsExactlyInAnyOrderEntriesOf(Map.of("live", "1", "stored", "2"));
      assertThat(found.get("live")).isSameAs(live);
      assertThat(cache.get("stored")).isSameAs(found.get("stored"));
      cache.put("live", "3");
      assertThat(cache.getAll(Set.of("live"))).containsExactly(Map.entry("live", "3"));
      assertThat(cache.getAll(Set.of())).isEmpty();
    }
  }

  @Nested
  class A_change {
    private final Cache<String, String> other = manager().createCache("live", strings());

    private void kept() {
      cache.put("k", "old");
      cache.get("k");
      assertThat(cache.get("k")).isSameAs(cache.get("k"));
    }

    @Test
    void of_any_kind_is_seen_at_once() {
      kept();
      cache.put("k", "put");
      assertThat(cache.get("k")).isEqualTo("put");
      cache.replace("k", "replaced");
      assertThat(cache.get("k")).isEqualTo("replaced");
      cache.invoke(
          "k",
          (entry, arguments) -> {
            entry.setValue(entry.getValue() + " and processed");
            return null;
          });
      assertThat(cache.get("k")).isEqualTo("replaced and processed");
      cache.remove("k");
      assertThat(cache.get("k")).isNull();
      kept();
      cache.clear();
      assertThat(cache.get("k")).isNull();
      kept();
      cache.removeAll(Set.of("k"));
      assertThat(cache.get("k")).isNull();
    }

    @Test
    void by_somebody_else_is_seen_at_once() {
      kept();
      other.put("k", "other");
      assertThat(cache.get("k")).isEqualTo("other");
      other.remove("k");
      assertThat(cache.get("k")).isNull();
      kept();
      other.clear();
      other.put("k", "after clear");
      assertThat(cache.get("k")).isEqualTo("after clear");
    }

    @Test
    void by_time_is_seen_at_once() {
      Cache<String, String> brief =
          managers
              .get(0)
              .createCache(
                  "brief",
                  strings()
                      .setExpiryPolicyFactory(
                          CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MILLISECONDS, 30))));
      brief.put("k", "value");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (brief.get("k") != null) {
        assertThat(System.nanoTime()).as("it expires").isLessThan(end);
      }
      assertThat(brief.containsKey("k")).isFalse();
    }

    @Test
    void is_never_undone_for_a_reader_in_another_thread() throws InterruptedException {
      int keys = 20;
      Cache<String, Long> numbers =
          managers
              .get(0)
              .createCache(
                  "numbers",
                  new RespiteConfiguration<String, Long>().setTypes(String.class, Long.class));
      AtomicBoolean done = new AtomicBoolean();
      AtomicReference<String> wrong = new AtomicReference<>();
      List<Thread> readers = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        Thread reader =
            new Thread(
                () -> {
                  long[] last = new long[keys];
                  while (!done.get()) {
                    for (int k = 0; k < keys; k++) {
                      Long now = numbers.get("key" + k);
                      if (now != null) {
                        if (now < last[k]) {
                          wrong.set("key" + k + " went from " + last[k] + " back to " + now);
                        }
                        last[k] = now;
                      }
                    }
                  }
                });
        readers.add(reader);
        reader.start();
      }
      for (long i = 1; i <= 5_000; i++) {
        for (int k = 0; k < keys; k++) {
          numbers.put("key" + k, i);
        }
        if (i % 1_000 == 0) {
          assertThat(numbers.get("key0")).isEqualTo(i);
        }
      }
      done.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(wrong.get()).isNull();
    }
  }

  @Nested
  class The_bound {
    @Test
    @SuppressWarnings("ReferenceEquality") // Whether it is the same object is the question.
    void lets_large_values_be_decoded_anew() {
      Cache<String, String> bounded =
          managers.get(0).createCache("bounded", strings().setLiveBytes(10_000));
      String large = "v".repeat(4_000);
      for (int i = 0; i < 10; i++) {
        bounded.put("k" + i, large);
      }
      int kept = 0;
      for (int i = 0; i < 10; i++) {
        String first = bounded.get("k" + i);
        kept += first == bounded.get("k" + i) ? 1 : 0;
      }
      assertThat(kept).isEqualTo(2);
    }
  }
}
