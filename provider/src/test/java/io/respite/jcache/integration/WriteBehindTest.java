package io.respite.jcache.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WriteBehindTest {
  private static final Duration LONG = Duration.ofHours(1);

  /** Notes what it is given, as far as it does not refuse. */
  private static final class Source implements CacheWriter<String, String> {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private void refuse() {
      try {
        assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new CacheWriterException(e);
      }
      if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new NoClassDefFoundError("a library is missing");
      }
      if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new CacheWriterException("not now");
      }
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      throw new AssertionError("entries are written together");
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      refuse();
      calls.add("write " + entries.stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      throw new AssertionError("entries are deleted together");
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      refuse();
      calls.add("delete " + keys);
      keys.clear();
    }
  }

  private final Source source = new Source();

  private WriteBehind<String, String> behind(Duration delay, int batch, int capacity) {
    return new WriteBehind<>(
        "c",
        new WriteThrough<>(source),
        new WriteBehind.Limits(delay, batch, capacity, Duration.ofMillis(200)),
        getClass().getClassLoader());
  }

  @Test
  void a_full_batch_is_written_at_once_and_in_order() {
    WriteBehind<String, String> writing = behind(LONG, 3, 10);
    writing.write("a", "1");
    writing.write("b", "2");
    assertThat(writing.pending()).isEqualTo(2);
    writing.delete("c");
    Awaitility.await().until(() -> writing.pending() == 0);
    assertThat(source.calls).containsExactly("write [a=1, b=2]", "delete [c]");
    writing.close();
  }

  @Test
  void the_oldest_change_waits_no_longer_than_the_delay() {
    WriteBehind<String, String> writing = behind(Duration.ofMillis(50), 100, 100);
    writing.write("a", "1");
    Awaitility.await().until(() -> source.calls.equals(List.of("write [a=1]")));
    writing.close();
  }

  @Test
  void of_one_key_the_last_change_alone_is_written() {
    WriteBehind<String, String> writing = behind(LONG, 100, 100);
    writing.write("a", "1");
    writing.write("a", "2");
    writing.delete("b");
    writing.write("b", "3");
    writing.close();
    assertThat(source.calls).containsExactly("write [a=2, b=3]");
  }

  @Test
  void what_the_writer_refuses_is_tried_again_unless_it_has_changed() {
    source.refusals.set(1);
    source.gate = new CountDownLatch(1);
    WriteBehind<String, String> writing = behind(LONG, 2, 100);
    writing.write("a", "1");
    writing.write("b", "1");
    Awaitility.await().until(() -> writing.pending() == 2);
    writing.write("a", "2");
    source.gate.countDown();
    Awaitility.await().until(() -> writing.pending() == 0);
    assertThat(source.calls).containsExactly("write [b=1, a=2]");
    writing.close();
  }

  @Test
  void who_wants_more_than_may_wait_is_refused_after_a_while() {
    source.gate = new CountDownLatch(1);
    WriteBehind<String, String> writing = behind(LONG, 1, 2);
    writing.write("a", "1");
    Awaitility.await().until(() -> writing.writeAll(Map.of()).done().isEmpty());
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10; i++) {
                writing.write("k" + i, "1");
              }
            })
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining("2 changes wait to be written already");
    source.gate.countDown();
    writing.close();
    assertThat(writing.pending()).isZero();
  }

  @Test
  void closing_writes_what_waits_and_gives_up_what_is_refused() {
    WriteBehind<String, String> writing = behind(LONG, 2, 100);
    source.refusals.set(2);
    writing.write("a", "1");
    writing.close();
    assertThat(source.calls).containsExactly("write [a=1]");

    source.refusals.set(100);
    WriteBehind<String, String> hopeless = behind(LONG, 2, 100);
    hopeless.write("b", "1");
    hopeless.close();
    assertThat(source.calls).containsExactly("write [a=1]");
    assertThatThrownBy(() -> hopeless.write("c", "1")).hasMessageContaining("is closing");
  }

  @Test
  void a_writer_that_fails_for_good_reason_or_none_is_tried_again() {
    source.errors.set(1);
    WriteBehind<String, String> writing = behind(LONG, 1, 100);
    writing.write("a", "1");
    Awaitility.await().until(() -> writing.pending() == 0);
    assertThat(source.calls).containsExactly("write [a=1]");
    writing.close();
  }

  @Test
  void who_loads_gets_what_is_not_written_yet() {
    CacheLoader<String, String> old =
        new CacheLoader<>() {
          @Override
          public String load(String key) {
            return "old " + key;
          }

          @Override
          public Map<String, String> loadAll(Iterable<? extends String> keys) {
            return Map.of("c", "old c");
          }
        };
    WriteBehind<String, String> writing = behind(LONG, 100, 100);
    CacheLoader<String, String> loader = writing.before(old);
    writing.write("a", "new a");
    writing.delete("b");
    assertThat(loader.load("a")).isEqualTo("new a");
    assertThat(loader.load("b")).isNull();
    assertThat(loader.load("c")).isEqualTo("old c");
    assertThat(loader.loadAll(List.of("a", "b", "c")))
        .isEqualTo(Map.of("a", "new a", "c", "old c"));
    writing.close();
  }
}
