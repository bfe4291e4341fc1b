package io.respite.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations, compared with a map; and a listener that rebuilds the cache from its events
 * alone.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ModelTest {
  private final RespiteCachingProvider provider = new RespiteCachingProvider();
  private final RespiteCacheManager manager =
      provider.getCacheManager().unwrap(RespiteCacheManager.class);

  @AfterEach
  void close() {
    provider.close();
  }

  private RespiteCache<Integer, String> cache() {
    return manager.getOrCreateCache(
        "c", new RespiteConfiguration<Integer, String>().setTypes(Integer.class, String.class));
  }

  /** The cache as its events tell it; complains about an event that does not fit the one before. */
  private static final class Mirror
      implements CacheEntryCreatedListener<Integer, String>,
          CacheEntryUpdatedListener<Integer, String>,
          CacheEntryRemovedListener<Integer, String> {
    private final Map<Integer, String> entries = new ConcurrentHashMap<>();

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Integer, ? extends String>> events) {
      events.forEach(event -> assertThat(entries.put(event.getKey(), event.getValue())).isNull());
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends Integer, ? extends String>> events) {
      events.forEach(
          event ->
              assertThat(entries.put(event.getKey(), event.getValue()))
                  .isEqualTo(event.getOldValue()));
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends Integer, ? extends String>> events) {
      events.forEach(
          event -> assertThat(entries.remove(event.getKey())).isEqualTo(event.getOldValue()));
    }
  }

  private static Mirror mirror(RespiteCache<Integer, String> cache) {
    var mirror = new Mirror();
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new SingletonFactory<>(mirror), null, true, true));
    return mirror;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void any_sequence_of_operations_does_what_a_map_would_do(boolean listening) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    RespiteCache<Integer, String> cache = cache();
    Mirror mirror = listening ? mirror(cache) : null;
    Map<Integer, String> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      assertThat(act(random, cache, model)).as("seed %d, step %d", seed, step).isTrue();
    }
    assertThat(contents(cache)).as("seed %d", seed).isEqualTo(model);
    assertThat(cache.size()).isEqualTo(model.size());
    if (listening) {
      assertThat(mirror.entries).as("seed %d", seed).isEqualTo(model);
    }
  }

  private static Map<Integer, String> contents(RespiteCache<Integer, String> cache) {
    Map<Integer, String> contents = new HashMap<>();
    cache.forEach(entry -> contents.put(entry.getKey(), entry.getValue()));
    return contents;
  }

  /** One operation on both; whether they agree. */
  private static boolean act(
      Random random, Cache<Integer, String> cache, Map<Integer, String> model) {
    Integer key = random.nextInt(30);
    Integer other = random.nextInt(30);
    String value = "v" + random.nextInt(4);
    String old = "v" + random.nextInt(4);
    return switch (random.nextInt(15)) {
      case 0 -> agree(cache.get(key), model.get(key));
      case 1 -> agree(cache.containsKey(key), model.containsKey(key));
      case 2 -> {
        cache.put(key, value);
        model.put(key, value);
        yield true;
      }
      case 3 -> agree(cache.getAndPut(key, value), model.put(key, value));
      case 4 -> agree(cache.putIfAbsent(key, value), model.putIfAbsent(key, value) == null);
      case 5 -> agree(cache.replace(key, value), model.replace(key, value) != null);
      case 6 -> agree(cache.getAndReplace(key, value), model.replace(key, value));
      case 7 -> agree(cache.replace(key, old, value), model.replace(key, old, value));
      case 8 -> agree(cache.remove(key), model.remove(key) != null);
      case 9 -> agree(cache.remove(key, old), model.remove(key, old));
      case 10 -> agree(cache.getAndRemove(key), model.remove(key));
      case 11 -> {
        cache.putAll(Map.of(key, value));
        model.put(key, value);
        yield true;
      }
      case 12 -> {
        cache.removeAll(Set.copyOf(List.of(key, other)));
        model.remove(key);
        model.remove(other);
        yield true;
      }
      case 13 -> {
        Map<Integer, String> expected = new HashMap<>(model);
        expected.keySet().retainAll(Set.of(key));
        yield agree(cache.getAll(Set.of(key)), expected);
      }
      default ->
          agree(
              cache.invoke(key, (entry, arguments) -> process(entry, value)),
              model.containsKey(key) ? processed(model, key) : created(model, key, value));
    };
  }

  /** Removes an entry that is there, makes one that is not. */
  private static String process(
      javax.cache.processor.MutableEntry<Integer, String> entry, String value) {
    if (entry.exists()) {
      String was = entry.getValue();
      entry.remove();
      return was;
    }
    entry.setValue(value);
    return "new";
  }

  private static String processed(Map<Integer, String> model, Integer key) {
    return model.remove(key);
  }

  private static String created(Map<Integer, String> model, Integer key, String value) {
    model.put(key, value);
    return "new";
  }

  private static boolean agree(Object one, Object other) {
    return one == null ? other == null : one.equals(other);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void events_alone_rebuild_the_cache_however_many_threads_change_it(int keys) throws Exception {
    long seed = System.nanoTime();
    RespiteCache<Integer, String> cache = cache();
    Mirror mirror = mirror(cache);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        var random = new Random(seed + thread);
        running.add(
            threads.submit(
                () -> {
                  for (int step = 0; step < 3000; step++) {
                    change(random, cache, random.nextInt(keys));
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(mirror.entries).as("seed %d", seed).isEqualTo(contents(cache));
  }

  private static void change(Random random, Cache<Integer, String> cache, Integer key) {
    String value = "v" + random.nextInt(1000);
    switch (random.nextInt(6)) {
      case 0 -> cache.put(key, value);
      case 1 -> cache.remove(key);
      case 2 -> cache.putIfAbsent(key, value);
      case 3 -> cache.invoke(key, (entry, arguments) -> process(entry, value));
      case 4 -> cache.getAndReplace(key, value);
      default -> cache.putAll(Map.of(key, value));
    }
  }
}
