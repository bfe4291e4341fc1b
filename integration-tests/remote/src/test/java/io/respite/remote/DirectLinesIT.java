package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.rigs.Checks;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers that read and write their own connections to real servers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DirectLinesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RespiteCachingProvider provider = new RespiteCachingProvider();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    provider.close();
  }

  private CacheManager manager(String uri) {
    return provider.getCacheManager(URI.create(uri), getClass().getClassLoader());
  }

  private Cache<String, String> open(String uri) {
    return manager(uri)
        .createCache(
            "c", new RespiteConfiguration<String, String>().setTypes(String.class, String.class));
  }

  /** The lines of CLIENT LIST that are the provider's. */
  private static List<String> lines(SingleServer server) {
    return server
        .process()
        .ask("CLIENT", "LIST")
        .text()
        .lines()
        .filter(line -> line.contains(" name=respite "))
        .toList();
  }

  private static String id(String line) {
    return line.replaceFirst("^id=(\\d+) .*", "$1");
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void values_of_all_sizes_come_back_as_they_were(Engine engine) {
    long seed = Checks.seed();
    Random random = new Random(seed);
    try (SingleServer server = SingleServer.start(engine)) {
      Cache<String, byte[]> cache =
          manager(server.uri() + "?timeout=60000")
              .createCache(
                  "sizes",
                  new RespiteConfiguration<String, byte[]>().setTypes(String.class, byte[].class));
      List<Integer> sizes =
          new ArrayList<>(List.of(0, 1, 32_700, 32_766, 32_767, 32_768, 65_536, 1 << 20, 8 << 20));
      for (int i = 0; i < 20; i++) {
        sizes.add(random.nextInt(300_000));
      }
      Map<String, byte[]> all = new HashMap<>();
      for (int size : sizes) {
        var value = new byte[size];
        random.nextBytes(value);
        cache.put("k" + size, value);
        all.put("k" + size, value);
        assertThat(Arrays.equals(cache.get("k" + size), value))
            .as("seed %d, size %d", seed, size)
            .isTrue();
      }
      // Much to write while there is much to read.
      for (int i = 0; i < 3; i++) {
        cache.putAll(all);
        Map<String, byte[]> found = cache.getAll(all.keySet());
        assertThat(found).hasSameSizeAs(all);
        found.forEach(
            (key, value) ->
                assertThat(Arrays.equals(value, all.get(key)))
                    .as("seed %d, %s", seed, key)
                    .isTrue());
      }
      // One for this thread, and one for what is done now and then.
      assertThat(lines(server)).hasSizeBetween(1, 2);
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void ten_thousand_entries_are_put_and_got_at_once(Engine engine) {
    try (SingleServer server = SingleServer.start(engine)) {
      Cache<String, String> cache = open(server.uri() + "?timeout=60000");
      Map<String, String> entries = new HashMap<>();
      for (int i = 0; i < 10_000; i++) {
        entries.put("key " + i, "value ".repeat(i % 40) + i);
      }
      cache.putAll(entries);
      assertThat(cache.getAll(entries.keySet())).isEqualTo(entries);
      int count = 0;
      for (Cache.Entry<String, String> entry : cache) {
        assertThat(entry.getValue()).isEqualTo(entries.get(entry.getKey()));
        count++;
      }
      assertThat(count).isEqualTo(10_000);
    }
  }

  @Test
  void a_script_that_the_server_has_forgotten_is_sent_again() {
    try (SingleServer server = SingleServer.start(Engine.real())) {
      Cache<String, String> cache = open(server.uri());
      cache.put("a", "1");
      server.process().ask("SCRIPT", "FLUSH");
      assertThat(cache.getAndPut("a", "2")).isEqualTo("1");
      assertThat(cache.get("a")).isEqualTo("2");
    }
  }

  @Test
  void a_line_that_the_server_has_closed_is_replaced_without_a_word() {
    try (SingleServer server = SingleServer.start(Engine.real())) {
      Cache<String, String> cache = open(server.uri());
      for (int i = 0; i < 20; i++) {
        List<String> ids = lines(server).stream().map(DirectLinesIT::id).toList();
        ids.forEach(id -> server.process().ask("CLIENT", "KILL", "ID", id));
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> lines(server).stream().map(DirectLinesIT::id).noneMatch(ids::contains));
        cache.put("k", Integer.toString(i));
        assertThat(cache.get("k")).isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void a_server_that_ends_idle_connections_disturbs_nobody() {
    try (SingleServer server = SingleServer.start(Engine.real(), "--timeout", "1")) {
      Cache<String, String> cache = open(server.uri());
      for (int i = 0; i < 3; i++) {
        cache.put("k", Integer.toString(i));
        Awaitility.await().atMost(PATIENCE).until(() -> lines(server).isEmpty());
        assertThat(cache.get("k")).isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void a_server_that_is_replaced_between_calls_is_found() {
    try (SingleServer server = SingleServer.start(Engine.real())) {
      Cache<String, String> cache = open(server.uri() + "?timeout=10000");
      for (int i = 0; i < 3; i++) {
        cache.put("k", "v");
        server.process().kill();
        server.restart();
        assertThat(cache.get("k")).isNull();
      }
    }
  }

  @Test
  void callers_with_a_password_are_let_in_and_others_are_refused_in_words() {
    try (SingleServer server = SingleServer.start(Engine.real(), "--requirepass", "secret")) {
      String place = "127.0.0.1:" + server.port();
      assertThatThrownBy(() -> open("redis://" + place))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("cannot be reached")
          .hasMessageContaining("NOAUTH");
      assertThatThrownBy(() -> open("redis://:wrong@" + place))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("cannot be reached")
          .hasMessageContaining("WRONGPASS");
      Cache<String, String> cache = open("redis://:secret@" + place + "/2");
      cache.put("k", "v");
      assertThat(cache.get("k")).isEqualTo("v");
    }
  }

  @Test
  void a_user_with_a_password_is_let_in() throws IOException {
    Path users = folder.resolve("users.acl");
    Files.writeString(users, "user default off\nuser me on >p%40ss ~* &* +@all\n");
    try (SingleServer server = SingleServer.start(Engine.real())) {
      assertThat(
              server
                  .process()
                  .ask("ACL", "SETUSER", "me", "on", ">p@ss", "~*", "&*", "+@all")
                  .text())
          .isEqualTo("OK");
      Cache<String, String> cache = open("redis://me:p%40ss@127.0.0.1:" + server.port());
      cache.put("k", "v");
      assertThat(cache.get("k")).isEqualTo("v");
      assertThat(lines(server)).singleElement().asString().contains(" user=me ");
    }
  }

  @Test
  void a_server_that_lets_no_more_in_is_used_by_who_is_in() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.real())) {
      Cache<String, String> cache = open(server.uri() + "?timeout=20000");
      cache.put("k", "v");
      // The one that is there, and the one that asks.
      assertThat(server.process().ask("CONFIG", "SET", "maxclients", "1").text()).isEqualTo("OK");
      ExecutorService pool = Executors.newFixedThreadPool(4);
      try {
        List<Future<Boolean>> parts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          parts.add(
              pool.submit(
                  () -> {
                    boolean all = true;
                    for (int call = 0; call < 200; call++) {
                      all &= "v".equals(cache.get("k"));
                    }
                    return all;
                  }));
        }
        for (Future<Boolean> part : parts) {
          assertThat(part.get()).isTrue();
        }
      } finally {
        pool.shutdownNow();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void no_update_is_lost_whichever_way_callers_go(Engine engine) throws Exception {
    int threads = 8;
    int times = 250;
    try (SingleServer server = SingleServer.start(engine)) {
      for (int direct : new int[] {0, 1, 2, 8}) {
        Cache<String, String> cache = open(server.uri() + "?timeout=20000&direct=" + direct);
        cache.put("n", "0");
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
          List<Future<?>> parts = new ArrayList<>();
          for (int i = 0; i < threads; i++) {
            parts.add(
                pool.submit(
                    () -> {
                      for (int n = 0; n < times; n++) {
                        cache.invoke("n", DirectLinesIT::increment);
                      }
                    }));
          }
          for (Future<?> part : parts) {
            part.get();
          }
        } finally {
          pool.shutdownNow();
        }
        assertThat(cache.get("n")).isEqualTo(Integer.toString(threads * times));
        provider.close();
        Awaitility.await().atMost(PATIENCE).until(() -> lines(server).isEmpty());
      }
    }
  }

  /** Puts and gets one key; counts what interrupts have cost. */
  private static final class Caller extends Thread {
    private final Cache<String, Integer> cache;
    private final String key;
    private final int times;
    int interrupted;
    String wrong = "";

    Caller(Cache<String, Integer> cache, int number, int times) {
      this.cache = cache;
      this.key = "k" + number;
      this.times = times;
    }

    @Override
    public void run() {
      // What was put when an interrupt came may come there at any time, or never.
      Set<Integer> possible = new HashSet<>();
      int sure = -1;
      for (int i = 0; i < times; i++) {
        try {
          cache.put(key, i);
          sure = i;
        } catch (CacheException e) {
          expectInterrupt(e);
          possible.add(i);
        }
        int now = get();
        if (now != sure && !possible.contains(now)) {
          wrong += key + " is " + now + " after " + sure + "; ";
        }
      }
    }

    private int get() {
      while (true) {
        try {
          return cache.get(key);
        } catch (CacheException e) {
          expectInterrupt(e);
        }
      }
    }

    private void expectInterrupt(CacheException e) {
      interrupted++;
      if (!Thread.interrupted() || !e.getMessage().contains("The thread was interrupted")) {
        wrong += e + "; ";
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void interrupted_callers_are_told_and_disturb_nobody(Engine engine) throws Exception {
    long seed = Checks.seed();
    Random random = new Random(seed);
    try (SingleServer server = SingleServer.start(engine)) {
      Cache<String, Integer> cache =
          manager(server.uri() + "?timeout=20000&direct=1")
              .createCache(
                  "c",
                  new RespiteConfiguration<String, Integer>()
                      .setTypes(String.class, Integer.class));
      List<Caller> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        cache.put("k" + i, -1);
        callers.add(new Caller(cache, i, 400));
      }
      callers.forEach(Thread::start);
      while (callers.stream().anyMatch(Thread::isAlive)) {
        callers.get(random.nextInt(callers.size())).interrupt();
        Thread.sleep(random.nextInt(4));
      }
      assertThat(callers).as("seed %d", seed).extracting(caller -> caller.wrong).containsOnly("");
      int interrupted = callers.stream().mapToInt(caller -> caller.interrupted).sum();
      assertThat(interrupted).as("seed %d", seed).isPositive();
      assertThat(cache.get("k0")).isNotNull();
      // The lines that were left are ended by the last one who used them.
      Awaitility.await().atMost(PATIENCE).until(() -> lines(server).size() == 1);
    }
  }

  private static Object increment(
      javax.cache.processor.MutableEntry<String, String> entry, Object... arguments) {
    entry.setValue(Integer.toString(Integer.parseInt(entry.getValue()) + 1));
    return arguments.length;
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void one_thread_loads_no_class_of_the_client_library(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      Path log = folder.resolve("classes.log");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xlog:class+load:file=" + log,
                  "-cp",
                  System.getProperty("java.class.path"),
                  FirstValue.class.getName(),
                  server.uri())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out.log").toFile())
              .start();
      assertThat(process.waitFor()).as(Files.readString(folder.resolve("out.log"))).isZero();
      List<String> classes = Files.readAllLines(log);
      assertThat(classes).anyMatch(line -> line.contains(" io.respite.jcache.RespiteCache "));
      assertThat(classes)
          .noneMatch(line -> line.contains(" io.lettuce.") || line.contains(" io.netty."));
    }
  }
}
