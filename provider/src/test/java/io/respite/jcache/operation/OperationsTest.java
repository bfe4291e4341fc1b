package io.respite.jcache.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.codec.Codec;
import io.respite.jcache.codec.CodecSettings;
import io.respite.jcache.codec.Codecs;
import io.respite.jcache.event.Listeners;
import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.integration.WriteThrough;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.store.SizeLimit;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoredForm;
import io.respite.jcache.store.embedded.EmbeddedConnection;
import io.respite.server.Engine;
import io.respite.server.environment.Environment;
import io.respite.server.environment.RandomSource;
import io.respite.server.environment.Storage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation, with every policy, with and without code of the application, on a clock that the
 * test moves.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OperationsTest {
  private static final Duration TEN_SECONDS = new Duration(TimeUnit.SECONDS, 10);
  private static final long FOREVER = -1;

  private final ManualClock clock = new ManualClock();
  private final Engine engine =
      Engine.open(Map.of(), new Environment(clock, Storage.system(), RandomSource.system()));
  private final List<String> log = new ArrayList<>();
  private final Statistics statistics = new Statistics();
  private Listeners<String, String> listeners;
  private EntryOperations<String, String> entries;
  private BulkOperations<String, String> bulk;
  private ProcessorOperations<String, String> processors;
  private CacheParts<String, String> parts;

  @AfterEach
  void close() {
    engine.close();
  }

  @SuppressWarnings(
      "unchecked") // The default codec of String, and a cache that only serves as the source of
  // events.
  private void build(
      ExpiryPolicy policy, CacheLoader<String, String> loader, CacheWriter<String, String> writer) {
    statistics.enable(true);
    // No thread delivers expirations by itself, so that the order is the same each time.
    var events = new StoreEvents<String, String>("c", task -> {}, statistics);
    Store store =
        EmbeddedConnection.to(engine)
            .open("c", new StoredForm(SizeLimit.NONE, 0, "string", "string", 0, 0), events);
    var codec =
        (Codec<String>)
            Codecs.byDefault(
                CodecSettings.forType(String.class, true, getClass().getClassLoader()));
    var marshalling = new Marshalling<>("c", codec, codec, store);
    var source =
        (Cache<String, String>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Cache.class},
                (proxy, method, arguments) -> "c");
    listeners = new Listeners<>(source, Runnable::run);
    events.deliverTo(store, marshalling, listeners);
    parts =
        new CacheParts<>(
            store,
            marshalling,
            Expiry.of(policy),
            loader == null ? null : new Loading<>(loader),
            loader != null,
            writer == null ? null : new WriteThrough<>(writer),
            listeners,
            statistics,
            events,
            1 << 20,
            0,
            0,
            false,
            Runnable::run);
    entries = new EntryOperations<>(parts);
    bulk = new BulkOperations<>(parts, entries);
    processors = new ProcessorOperations<>(parts, entries);
  }

  private void listen() {
    listeners.register(
        new MutableCacheEntryListenerConfiguration<>(
            new SingletonFactory<>(new Log()), null, true, true));
  }

  /** Writes down every event. */
  private final class Log
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String>,
          CacheEntryRemovedListener<String, String>,
          CacheEntryExpiredListener<String, String> {
    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(e -> log.add("created %s=%s".formatted(e.getKey(), e.getValue())));
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(
          e ->
              log.add("updated %s=%s was %s".formatted(e.getKey(), e.getValue(), e.getOldValue())));
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(e -> log.add("removed %s was %s".formatted(e.getKey(), e.getOldValue())));
    }

    @Override
    public void onExpired(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(e -> log.add("expired %s was %s".formatted(e.getKey(), e.getOldValue())));
    }
  }

  /** A policy that answers what another does, so that it must be asked. */
  private record Asked(ExpiryPolicy policy) implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return policy.getExpiryForCreation();
    }

    @Override
    public Duration getExpiryForAccess() {
      return policy.getExpiryForAccess();
    }

    @Override
    public Duration getExpiryForUpdate() {
      return policy.getExpiryForUpdate();
    }
  }

  /** Any durations. */
  private record Given(Duration creation, Duration access, Duration update)
      implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return creation;
    }

    @Override
    public Duration getExpiryForAccess() {
      return access;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return update;
    }
  }

  /** What an operation on an existing entry is, as far as expiry is concerned. */
  enum Kind {
    NEITHER,
    ACCESS,
    UPDATE
  }

  record Case(
      String policyName, ExpiryPolicy policy, boolean listening, String name, Kind kind, Act act) {
    @Override
    public String toString() {
      return "%s, %s%s, %s"
          .formatted(
              policyName,
              policy instanceof Asked ? "asked" : "known",
              listening ? " with a listener" : "",
              name);
    }
  }

  private interface Act extends Consumer<OperationsTest> {}

  static Stream<Case> matrix() {
    Map<String, ExpiryPolicy> policies =
        Map.of(
            "created", new CreatedExpiryPolicy(TEN_SECONDS),
            "modified", new ModifiedExpiryPolicy(TEN_SECONDS),
            "accessed", new AccessedExpiryPolicy(TEN_SECONDS),
            "touched", new TouchedExpiryPolicy(TEN_SECONDS),
            "eternal", new EternalExpiryPolicy());
    List<Case> cases = new ArrayList<>();
    policies.forEach(
        (name, policy) -> {
          for (ExpiryPolicy each : List.of(policy, new Asked(policy))) {
            for (boolean listening : new boolean[] {false, true}) {
              addOperations(cases, name, each, listening);
            }
          }
        });
    return cases.stream();
  }

  private static void addOperations(
      List<Case> cases, String name, ExpiryPolicy policy, boolean listening) {
    Map<String, Act> reads =
        Map.of(
            "get", t -> t.entries.get("k"),
            "getAll", t -> t.bulk.getAll(Set.of("k", "missing")),
            "replace of another value", t -> t.entries.replace("k", "other", "w"),
            "remove of another value", t -> t.entries.remove("k", "other"),
            "invoke that reads",
                t -> t.processors.invoke("k", (entry, arguments) -> entry.getValue()),
            "iteration", t -> t.iterator().next());
    Map<String, Act> writes =
        Map.of(
            "put", t -> t.entries.put("k", "w"),
            "getAndPut", t -> t.entries.getAndPut("k", "w"),
            "putAll", t -> t.bulk.putAll(Map.of("k", "w")),
            "replace", t -> t.entries.replace("k", "w"),
            "replace of the value", t -> t.entries.replace("k", "v", "w"),
            "getAndReplace", t -> t.entries.getAndReplace("k", "w"),
            "invoke that sets",
                t -> t.processors.invoke("k", (entry, arguments) -> set(entry, "w")));
    Map<String, Act> others =
        Map.of(
            "containsKey", t -> t.entries.containsKey("k"),
            "putIfAbsent", t -> t.entries.putIfAbsent("k", "w"),
            "invoke that only asks",
                t -> t.processors.invoke("k", (entry, arguments) -> entry.exists()));
    reads.forEach((op, act) -> cases.add(new Case(name, policy, listening, op, Kind.ACCESS, act)));
    writes.forEach((op, act) -> cases.add(new Case(name, policy, listening, op, Kind.UPDATE, act)));
    others.forEach(
        (op, act) -> cases.add(new Case(name, policy, listening, op, Kind.NEITHER, act)));
  }

  private static Object set(
      javax.cache.processor.MutableEntry<String, String> entry, String value) {
    entry.setValue(value);
    return null;
  }

  private Iterator<String> iterator() {
    return new EntryIterator<>(parts, entries, (key, value) -> key + "=" + value);
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void an_existing_entry_lives_on_as_its_policy_says(Case tested) {
    build(tested.policy, null, null);
    if (tested.listening) {
      listen();
    }
    entries.put("k", "v");
    clock.advanceSeconds(4);
    tested.act.accept(this);

    boolean renewed =
        switch (tested.policyName) {
          case "accessed" -> tested.kind == Kind.ACCESS;
          case "modified" -> tested.kind == Kind.UPDATE;
          case "touched" -> tested.kind != Kind.NEITHER;
          default -> false;
        };
    long expected = tested.policyName.equals("eternal") ? FOREVER : renewed ? 10_000 : 6_000;
    assertThat(entries.timeToLive("k")).isEqualTo(expected);
    clock.advanceSeconds(10);
    assertThat(entries.containsKey("k")).isEqualTo(expected == FOREVER);
    String now = tested.kind == Kind.UPDATE ? "w" : "v";
    if (tested.listening) {
      assertThat(log)
          .isEqualTo(
              now.equals("w")
                  ? List.of("created k=v", "updated k=w was v")
                  : List.of("created k=v"));
    }
  }

  @Nested
  class Zero {
    @Test
    void at_creation_stores_nothing_and_tells_nobody() {
      for (ExpiryPolicy policy :
          List.of(new CreatedExpiryPolicy(Duration.ZERO), new Given(Duration.ZERO, null, null))) {
        build(policy, null, null);
        listen();
        entries.put("k", "v");
        assertThat(entries.getAndPut("k", "v")).isNull();
        assertThat(entries.putIfAbsent("k", "v")).isFalse();
        bulk.putAll(Map.of("k", "v"));
        processors.invoke("k", (entry, arguments) -> set(entry, "v"));
        assertThat(entries.containsKey("k")).isFalse();
        assertThat(statistics.getCachePuts()).isZero();
        assertThat(log).isEmpty();
      }
    }

    @Test
    void at_update_tells_of_the_update_and_the_end() {
      build(new Given(Duration.ETERNAL, null, Duration.ZERO), null, null);
      listen();
      entries.put("k", "v");
      entries.put("k", "w");
      assertThat(entries.get("k")).isNull();
      assertThat(log).containsExactly("created k=v", "updated k=w was v", "expired k was w");
    }

    @Test
    void at_access_gives_the_value_once() {
      build(new Given(Duration.ETERNAL, Duration.ZERO, null), null, null);
      listen();
      entries.put("k", "v");
      assertThat(entries.get("k")).isEqualTo("v");
      assertThat(entries.get("k")).isNull();
      assertThat(log).containsExactly("created k=v", "expired k was v");
    }
  }

  @Nested
  class Events {
    @Test
    void come_in_the_order_of_the_changes_with_old_values() {
      build(new EternalExpiryPolicy(), null, null);
      listen();
      entries.put("k", "1");
      entries.replace("k", "1", "2");
      entries.replace("k", "1", "no");
      processors.invoke("k", (entry, arguments) -> set(entry, "3"));
      entries.putIfAbsent("k", "no");
      entries.getAndRemove("k");
      entries.remove("k");
      bulk.putAll(Map.of("k", "4"));
      bulk.removeAll();
      assertThat(log)
          .containsExactly(
              "created k=1",
              "updated k=2 was 1",
              "updated k=3 was 2",
              "removed k was 3",
              "created k=4",
              "removed k was 4");
    }

    @Test
    void of_an_expired_entry_come_before_those_of_its_successor() {
      build(new CreatedExpiryPolicy(TEN_SECONDS), null, null);
      listen();
      entries.put("k", "1");
      clock.advanceSeconds(11);
      entries.put("k", "2");
      assertThat(log).containsExactly("created k=1", "expired k was 1", "created k=2");
    }

    @Test
    void of_clear_do_not_exist() {
      build(new EternalExpiryPolicy(), null, null);
      listen();
      entries.put("k", "1");
      bulk.clear();
      assertThat(entries.containsKey("k")).isFalse();
      assertThat(log).containsExactly("created k=1");
    }
  }

  /** A source of data that writes down who asks. */
  private final class Source implements CacheLoader<String, String>, CacheWriter<String, String> {
    private final Map<String, String> data = new HashMap<>();
    private boolean broken;

    @Override
    public String load(String key) {
      log.add("load " + key);
      return data.get(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      check();
      log.add("write %s=%s".formatted(entry.getKey(), entry.getValue()));
      data.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      check();
      log.add("delete " + key);
      data.remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }

    private void check() {
      if (broken) {
        throw new IllegalStateException("the source is broken");
      }
    }
  }

  @Nested
  class Integration {
    private final Source source = new Source();

    @Test
    void a_miss_is_loaded_once_and_not_written_back() {
      build(new EternalExpiryPolicy(), source, source);
      source.data.put("k", "v");
      assertThat(entries.get("k")).isEqualTo("v");
      assertThat(entries.get("k")).isEqualTo("v");
      assertThat(entries.get("missing")).isNull();
      assertThat(log).containsExactly("load k", "load missing");
      assertThat(statistics.getCacheMisses()).isEqualTo(2);
      assertThat(statistics.getCachePuts()).isZero();
    }

    @Test
    void the_writer_hears_each_change_once_and_nothing_else() {
      build(new EternalExpiryPolicy(), null, source);
      entries.put("k", "1");
      entries.putIfAbsent("k", "no");
      entries.replace("k", "no", "no");
      entries.replace("k", "1", "2");
      processors.invoke("k", (entry, arguments) -> set(entry, "3"));
      processors.invoke(
          "new",
          (entry, arguments) -> {
            entry.setValue("x");
            entry.remove();
            return null;
          });
      entries.remove("k");
      entries.remove("never there");
      assertThat(log)
          .containsExactly("write k=1", "write k=2", "write k=3", "delete k", "delete never there");
    }

    @Test
    void what_the_writer_refuses_does_not_happen() {
      build(new EternalExpiryPolicy(), null, source);
      entries.put("k", "1");
      source.broken = true;
      assertThatThrownBy(() -> entries.put("k", "2")).isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> entries.remove("k")).isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> bulk.putAll(Map.of("k", "2", "l", "2")))
          .isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> bulk.removeAll()).isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> processors.invoke("k", (entry, arguments) -> set(entry, "2")))
          .isInstanceOf(CacheWriterException.class);
      assertThat(entries.get("k")).isEqualTo("1");
      assertThat(entries.containsKey("l")).isFalse();
    }

    @Test
    void a_loader_may_use_the_cache_for_other_keys() {
      CacheLoader<String, String> chain =
          new CacheLoader<>() {
            @Override
            public String load(String key) {
              int n = Integer.parseInt(key);
              return n == 0 ? "0" : entries.get(Integer.toString(n - 1)) + "," + n;
            }

            @Override
            public Map<String, String> loadAll(Iterable<? extends String> keys) {
              throw new UnsupportedOperationException();
            }
          };
      build(new EternalExpiryPolicy(), chain, null);
      assertThat(entries.get("20")).startsWith("0,1,2").endsWith(",19,20");
    }
  }
}
