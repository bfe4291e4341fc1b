package io.respite.jcache.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.codec.Codec;
import io.respite.jcache.codec.CodecSettings;
import io.respite.jcache.codec.Codecs;
import io.respite.jcache.event.Listeners;
import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.store.ChangeKind;
import io.respite.jcache.store.SizeLimit;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoredForm;
import io.respite.jcache.store.embedded.EmbeddedConnection;
import io.respite.server.Engine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.EternalExpiryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What this JVM does among what others do, as a store tells it that is made to. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StoreEventsTest {
  private static final long SOMEBODY = 7;
  private static final long SOMEBODY_ELSE = 8;

  private final Engine engine = Engine.open(Map.of());
  private final List<String> log = new ArrayList<>();

  /** What the manager's threads have to do; done when the test says so. */
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private final StoreEvents<String, String> events =
      new StoreEvents<>("c", tasks::add, new Statistics());
  private Store real;
  private Marshalling<String, String> marshalling;
  private EntryOperations<String, String> entries;
  private byte[] key;

  /** What happens while the store puts an entry. */
  private Runnable during = () -> {};

  private boolean echoes = true;

  /** Writes down what it hears. */
  private final class Log
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String> {
    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> heard) {
      heard.forEach(event -> log.add(event.getValue()));
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> heard) {
      onCreated(heard);
    }
  }

  @BeforeEach
  @SuppressWarnings("unchecked") // The default codec of String; a cache that is a source of events.
  void open() {
    real =
        EmbeddedConnection.to(engine)
            .open("c", new StoredForm(SizeLimit.NONE, 0, "string", "string", 0, 0), events);
    ClassLoader loader = getClass().getClassLoader();
    Store store =
        (Store)
            Proxy.newProxyInstance(
                loader,
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("echoes")) {
                    return echoes;
                  }
                  try {
                    Object result = method.invoke(real, arguments);
                    if (method.getName().equals("put")) {
                      during.run();
                    }
                    return result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    var codec = (Codec<String>) Codecs.byDefault(CodecSettings.forType(String.class, true, loader));
    marshalling = new Marshalling<>("c", codec, codec, store);
    key = marshalling.key("k");
    var source =
        (Cache<String, String>)
            Proxy.newProxyInstance(
                loader, new Class<?>[] {Cache.class}, (proxy, method, arguments) -> "c");
    var listeners = new Listeners<String, String>(source, Runnable::run);
    listeners.register(
        new MutableCacheEntryListenerConfiguration<>(
            new SingletonFactory<>(new Log()), null, false, true));
    events.deliverTo(store, marshalling, listeners);
    entries =
        new EntryOperations<>(
            new CacheParts<>(
                store,
                marshalling,
                Expiry.of(new EternalExpiryPolicy()),
                null,
                false,
                null,
                listeners,
                new Statistics(),
                events,
                0,
                0,
                0,
                false,
                tasks::add));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private void put(String value) {
    entries.put("k", value);
  }

  private void changed(String key, String value) {
    byte[] encoded = marshalling.key(key);
    real.put(encoded, marshalling.value(value), -1, -1);
    events.changed(SOMEBODY, ChangeKind.UPDATED, real.get(encoded), null);
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void own_changes_are_told_between_those_before_and_behind_their_echoes() {
    during =
        () -> {
          changed("k", "before");
          events.echoed(key);
          changed("k", "behind");
          changed("k", "behind that");
        };
    put("mine");
    assertThat(log).containsExactly("before", "mine");
    runTasks();
    assertThat(log).containsExactly("before", "mine", "behind", "behind that");
  }

  @Test
  void other_keys_are_not_kept_back() {
    during =
        () -> {
          events.echoed(key);
          changed("other", "another key's");
        };
    put("mine");
    assertThat(log).containsExactly("another key's", "mine");
  }

  @Test
  void what_has_to_come_after_somebodys_changes_waits_for_those_that_are_kept_back() {
    during =
        () -> {
          events.echoed(key);
          changed("k", "behind");
          events.afterwards(SOMEBODY, key, () -> log.add("after"));
          events.afterwards(SOMEBODY, null, () -> log.add("after all"));
          events.afterwards(SOMEBODY, marshalling.key("other"), () -> log.add("other key"));
          events.afterwards(SOMEBODY_ELSE, key, () -> log.add("somebody else"));
        };
    put("mine");
    assertThat(log).containsExactly("other key", "somebody else", "mine");
    runTasks();
    assertThat(log)
        .containsExactly("other key", "somebody else", "mine", "behind", "after", "after all");
  }

  @Test
  void nothing_is_kept_back_for_a_change_that_did_not_come_to_be() {
    OwnChange change = events.begin(key);
    assertThat(change).isNotNull();
    changed("k", "others'");
    runTasks();
    assertThat(log).containsExactly("others'");
    events.end(key, change);
  }

  @Test
  void changes_within_a_change_of_the_key_take_the_order_from_all_of_them() {
    OwnChange outer = events.begin(key);
    assertThat(outer).isNotNull();
    events.echoed(key);
    changed("k", "behind");
    assertThat(events.begin(key)).isNull();
    runTasks();
    assertThat(log).containsExactly("behind");
    assertThat(events.begin(key)).isNull();
    events.echoed(key);
    changed("k", "behind that");
    runTasks();
    assertThat(log).containsExactly("behind", "behind that");
    events.end(key, outer);
    assertThat(events.begin(key)).isNotNull();
  }

  @Test
  void without_an_echo_a_change_is_told_all_the_same_and_the_next_ones_wait_for_none() {
    put("mine");
    assertThat(log).containsExactly("mine");
    assertThat(events.begin(key)).isNull();
    events.echoed(key);
    assertThat(events.begin(key)).isNotNull();
  }

  @Test
  void where_nothing_is_heard_nothing_is_waited_for() {
    during = () -> echoes = false;
    put("mine");
    assertThat(log).containsExactly("mine");
    assertThat(events.begin(key)).isNull();
    echoes = true;
    assertThat(events.begin(key)).isNotNull();
  }
}
