package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.KeyListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The data stays below maxmemory, and those leave that the policy names. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MemoryLimitTest {
  private static final String OK = "+OK\r\n";
  private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
  private static final String VALUE = "v".repeat(100);
  private static final int SAMPLED_KEYS = 4_000;

  private final long seed = new Random().nextLong();
  private final ManualClock clock = new ManualClock();
  private final List<Engine> engines = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private Engine engine;
  private Session session;

  @TempDir private Path folder;

  private void open(String... settings) {
    open(clock.environment(seed), settings);
  }

  private void open(Environment environment, String... settings) {
    Map<String, String> all = new HashMap<>(Map.of("maxmemory-hash-fields", "no"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    engine = Engine.open(all, environment);
    engines.add(engine);
    session = engine.newSession(Session.Connection.NONE, true);
    engine.keyspace().addListener(new Listener());
  }

  @AfterEach
  void close() {
    engines.forEach(Engine::close);
  }

  private final class Listener implements KeyListener {
    @Override
    public void modified(int database, byte[] bytes, int offset, int length, KeyEvent event) {
      events.add(
          event.eventName() + " " + new String(bytes, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public void flushed(int database) {}

    @Override
    public void swapped(int first, int second) {}
  }

  private String call(String... words) {
    return call(session, words);
  }

  private String call(Session client, String... words) {
    return new String(engine.execute(client, Arguments.of(words)), StandardCharsets.ISO_8859_1);
  }

  private String run(String line) {
    return call(line.split(" ", -1));
  }

  private long number(String line) {
    String reply = run(line);
    return Long.parseLong(reply.substring(1, reply.length() - 2));
  }

  private String info(String name) {
    return run("INFO everything")
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1);
  }

  private long used() {
    return engine.keyspace().memory().used();
  }

  private boolean exists(String key) {
    return engine.keyspace().database(0).raw(bytes(key), 0, key.length()) != null;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void setKeys(String prefix, int count, String... options) {
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>(List.of("SET", prefix + i, VALUE));
      words.addAll(List.of(options));
      assertThat(call(words.toArray(String[]::new))).isEqualTo(OK);
    }
  }

  private void limitTo(long bytes) {
    assertThat(run("CONFIG SET maxmemory " + bytes)).isEqualTo(OK);
  }

  private long left(String prefix, int count) {
    long left = 0;
    for (int i = 0; i < count; i++) {
      left += exists(prefix + i) ? 1 : 0;
    }
    return left;
  }

  @Nested
  class Noeviction {
    @Test
    void refuses_what_needs_memory_and_lets_all_else_pass() {
      open();
      setKeys("k", 100);
      limitTo(used() - 1);
      assertThat(run("SET other 1")).isEqualTo(OOM);
      assertThat(run("LPUSH l 1")).isEqualTo(OOM);
      assertThat(run("GET k1")).contains(VALUE);
      assertThat(run("EXPIRE k1 100")).isEqualTo(":1\r\n");
      assertThat(run("DEL k1 k2 k3")).isEqualTo(":3\r\n");
      assertThat(run("SET other 1")).isEqualTo(OK);
      assertThat(number("DBSIZE")).isEqualTo(98);
    }

    @Test
    void no_limit_refuses_nothing() {
      open("maxmemory", "1");
      assertThat(run("SET k 1")).isEqualTo(OOM);
      limitTo(0);
      assertThat(run("SET k 1")).isEqualTo(OK);
    }
  }

  @Nested
  class Transactions {
    @Test
    void refuse_while_queuing_and_then_as_a_whole() {
      open("maxmemory", "1");
      assertThat(run("MULTI")).isEqualTo(OK);
      assertThat(run("GET k")).isEqualTo(OOM);
      assertThat(run("EXEC"))
          .isEqualTo("-EXECABORT Transaction discarded because of previous errors.\r\n");
    }

    @Test
    void refuse_at_their_end_only_when_they_need_memory() {
      open();
      for (String[] queued : new String[][] {{"GET", "k"}, {"SET", "k", "1"}}) {
        limitTo(0);
        run("MULTI");
        call(queued);
        call(engine.newSession(Session.Connection.NONE, true), "CONFIG", "SET", "maxmemory", "1");
        String answer = run("EXEC");
        if (queued[0].equals("GET")) {
          assertThat(answer).isEqualTo("*1\r\n$-1\r\n");
        } else {
          assertThat(answer)
              .isEqualTo(
                  "-EXECABORT Transaction discarded because of: OOM command not allowed when used"
                      + " memory > 'maxmemory'.\r\n");
        }
      }
    }

    @Test
    void DISCARD_is_possible_without_memory() {
      open();
      run("MULTI");
      call(engine.newSession(Session.Connection.NONE, true), "CONFIG", "SET", "maxmemory", "1");
      assertThat(run("DISCARD")).isEqualTo(OK);
    }

    @Test
    void whose_watched_key_is_evicted_do_nothing() {
      open("maxmemory-policy", "allkeys-random");
      run("SET k " + VALUE);
      run("WATCH k");
      limitTo(1);
      engine.housekeepingSlice();
      limitTo(0);
      assertThat(exists("k")).isFalse();
      run("MULTI");
      run("SET k 2");
      assertThat(run("EXEC")).isEqualTo("*-1\r\n");
    }
  }

  @Nested
  class Scripts {
    @Test
    void refuse_a_first_write_that_needs_memory() {
      open("maxmemory", "1");
      assertThat(call("EVAL", "return redis.call('set', KEYS[1], 1)", "1", "k"))
          .startsWith("-OOM command not allowed when used memory > 'maxmemory'.");
      assertThat(call("EVAL", "return redis.call('get', KEYS[1])", "1", "k")).isEqualTo("$-1\r\n");
    }

    @Test
    void finish_what_they_have_begun() {
      open("maxmemory", "1");
      String script = "redis.call('del', KEYS[1]) return redis.call('set', KEYS[1], 1)";
      assertThat(call("EVAL", script, "1", "k")).isEqualTo(OK);
    }

    @Test
    void with_a_first_line_need_its_flag() {
      open("maxmemory", "1");
      String body = "\nreturn redis.call('set', KEYS[1], 1)";
      assertThat(call("EVAL", "#!lua" + body, "1", "k")).isEqualTo(OOM);
      assertThat(call("EVAL", "#!lua flags=allow-oom" + body, "1", "k")).isEqualTo(OK);
      assertThat(call("EVAL", "#!lua flags=no-writes\nreturn 1", "0")).isEqualTo(":1\r\n");
    }

    @Test
    void in_a_transaction_let_it_be_refused_as_a_whole() {
      open();
      run("MULTI");
      call("EVAL", "#!lua\nreturn 1", "0");
      call(engine.newSession(Session.Connection.NONE, true), "CONFIG", "SET", "maxmemory", "1");
      assertThat(run("EXEC"))
          .isEqualTo(
              "-EXECABORT Transaction discarded because of: OOM command not allowed when used"
                  + " memory > 'maxmemory'.\r\n");
    }

    @Test
    void as_functions_need_it_too() {
      open();
      String library =
          "#!lua name=lib\n"
              + "redis.register_function('f', function() return 1 end)\n"
              + "redis.register_function{function_name='g', callback=function() return 2 end,"
              + " flags={'allow-oom'}}";
      assertThat(call("FUNCTION", "LOAD", library)).contains("lib");
      limitTo(1);
      assertThat(run("FCALL f 0")).isEqualTo(OOM);
      assertThat(run("FCALL g 0")).isEqualTo(":2\r\n");
    }
  }

  @Nested
  class Any_policy {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "allkeys-lru",
          "allkeys-lfu",
          "allkeys-random",
          "volatile-lru",
          "volatile-lfu",
          "volatile-random",
          "volatile-ttl"
        })
    void holds_while_keys_come_and_come(String policy) {
      long limit = 200_000;
      open("maxmemory", "" + limit, "maxmemory-policy", policy);
      for (int i = 0; i < 5_000; i++) {
        assertThat(call("SET", "k" + i, VALUE, "EX", "" + (100 + i % 50))).isEqualTo(OK);
        assertThat(used()).as("seed %d", seed).isLessThan(limit * 102 / 100);
      }
      assertThat(used()).isGreaterThan(limit * 90 / 100);
      long there = number("DBSIZE");
      assertThat(engine.keyspace().statistics().evictedKeys).isEqualTo(5_000 - there);
      assertThat(events).filteredOn(event -> event.startsWith("evicted ")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"})
    void takes_keys_with_a_deadline_alone_where_it_says_so(String policy) {
      open("maxmemory-policy", policy);
      setKeys("stays", 20_000);
      setKeys("goes", 30, "EX", "1000");
      limitTo(used() - 1_500);
      assertThat(run("SET stays0 " + VALUE)).isEqualTo(OK);
      assertThat(left("stays", 20_000)).isEqualTo(20_000);
      assertThat(left("goes", 30)).as("seed %d", seed).isLessThan(30);
      limitTo(1);
      assertThat(run("SET stays0 " + VALUE)).isEqualTo(OOM);
      assertThat(left("goes", 30)).isZero();
    }

    @Test
    void takes_expired_keys_first_and_counts_them_as_such() {
      open("maxmemory-policy", "allkeys-lru");
      setKeys("dead", 3, "PX", "10");
      setKeys("live", 3);
      clock.advanceMillis(11);
      limitTo(used() - 1);
      run("PING");
      engine.housekeepingSlice();
      assertThat(left("live", 3)).isEqualTo(3);
      assertThat(engine.keyspace().statistics().evictedKeys).isZero();
    }

    @Test
    void looks_into_all_databases() {
      open("maxmemory-policy", "allkeys-random");
      for (int database = 0; database < 4; database++) {
        run("SELECT " + database);
        setKeys("k", 200);
      }
      limitTo(used() / 2);
      run("PING");
      for (int database = 0; database < 4; database++) {
        assertThat(engine.keyspace().database(database).size())
            .as("database %d, seed %d", database, seed)
            .isBetween(1L, 199L);
      }
    }

    @Test
    void drops_a_giant_key_at_once() {
      open("maxmemory-policy", "allkeys-lru", "maxmemory-samples", "20");
      for (int i = 0; i < 10_000; i++) {
        run("RPUSH giant " + VALUE);
      }
      clock.advanceMillis(5_000);
      setKeys("k", 10);
      limitTo(100_000);
      assertThat(run("SET other 1")).isEqualTo(OK);
      assertThat(exists("giant")).isFalse();
      assertThat(left("k", 10)).isEqualTo(10);
    }

    @Test
    void goes_on_in_later_turns_when_one_is_over() {
      open(
          Environment.system(),
          "maxmemory-policy",
          "allkeys-lru",
          "maxmemory-eviction-tenacity",
          "0");
      setKeys("k", 20_000);
      long before = number("DBSIZE");
      limitTo(used() / 10);
      assertThat(run("SET other 1")).isEqualTo(OK);
      assertThat(before).isEqualTo(20_000);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> engine.keyspace().heapBytes() <= engine.keyspace().memory().limit());
    }
  }

  @Nested
  class Least_recently_used {
    /** Uses all keys, one a second, in an order that their names do not tell. */
    private List<String> usedInOrder() {
      List<String> order = new ArrayList<>();
      for (int i = 0; i < SAMPLED_KEYS; i++) {
        order.add("k" + i);
      }
      java.util.Collections.shuffle(order, new Random(seed));
      for (String key : order) {
        clock.advanceMillis(1_000);
        assertThat(call("GET", key)).contains(VALUE);
      }
      return order;
    }

    @ParameterizedTest
    @CsvSource({"5, 85", "10, 93"})
    void evicts_hardly_any_of_the_newer_half(int samples, int percent) {
      open("maxmemory-policy", "allkeys-lru", "maxmemory-samples", "" + samples);
      setKeys("k", SAMPLED_KEYS);
      List<String> order = usedInOrder();
      limitTo(used() * 55 / 100);
      run("PING");
      assertThat(used()).isLessThanOrEqualTo(engine.keyspace().memory().limit());
      long older = order.subList(0, SAMPLED_KEYS / 2).stream().filter(k -> !exists(k)).count();
      long all = order.stream().filter(k -> !exists(k)).count();
      assertThat(older * 100 / all)
          .as("%d of %d, seed %d", older, all, seed)
          .isGreaterThan(percent);
    }

    @Test
    void keeps_a_hot_tenth_while_others_come_and_go() {
      open("maxmemory", "300000", "maxmemory-policy", "allkeys-lru");
      setKeys("hot", 150);
      Random random = new Random(seed);
      int hits = 0;
      for (int i = 0; i < 20_000; i++) {
        if (i % 20 == 0) {
          clock.advanceMillis(100);
        }
        if (i % 2 == 0) {
          String key = "hot" + random.nextInt(150);
          if (call("GET", key).contains(VALUE)) {
            hits++;
          } else {
            call("SET", key, VALUE);
          }
        } else {
          call("SET", "cold" + i, VALUE);
        }
      }
      assertThat(hits).as("of 10000, seed %d", seed).isGreaterThan(9_500);
    }

    @Test
    void OBJECT_IDLETIME_and_FREQ_tell_what_the_policy_goes_by() {
      open("maxmemory-policy", "allkeys-lru");
      run("SET k 1");
      clock.advanceMillis(7_000);
      assertThat(run("OBJECT IDLETIME k")).isEqualTo(":7\r\n");
      assertThat(run("OBJECT FREQ k")).startsWith("-ERR An LFU maxmemory policy is not selected");
      run("CONFIG SET maxmemory-policy volatile-lfu");
      assertThat(run("OBJECT IDLETIME k")).startsWith("-ERR An LFU maxmemory policy is selected");
      assertThat(run("SET k 2")).isEqualTo(OK);
      assertThat(run("OBJECT FREQ k")).isEqualTo(":5\r\n");
    }
  }

  @Nested
  class Least_frequently_used {
    @Test
    void keeps_what_is_used_often_although_it_was_not_used_lately() {
      open("maxmemory-policy", "allkeys-lfu", "lfu-log-factor", "0");
      setKeys("often", 100);
      for (int i = 0; i < 50; i++) {
        for (int k = 0; k < 100; k++) {
          call("GET", "often" + k);
        }
      }
      clock.advanceMillis(5_000);
      setKeys("once", 900);
      limitTo(used() / 4);
      run("PING");
      assertThat(left("often", 100)).as("seed %d", seed).isGreaterThan(97);
    }
  }

  @Nested
  class First_due {
    @Test
    void evicts_what_would_expire_first() {
      open("maxmemory-policy", "volatile-ttl", "maxmemory-samples", "10");
      for (int i = 0; i < 1_000; i++) {
        call("SET", "k" + i, VALUE, "EX", "" + (1_000 + i));
      }
      limitTo(used() * 6 / 10);
      run("PING");
      long sooner = 500 - left("k", 500);
      long all = 1_000 - number("DBSIZE");
      assertThat(sooner * 100 / all).as("%d of %d, seed %d", sooner, all, seed).isGreaterThan(90);
    }
  }

  @Nested
  class What_others_are_told {
    @ParameterizedTest
    @CsvSource({"no, DEL", "yes, UNLINK"})
    void the_journal_has_it_and_what_was_evicted_stays_gone(String lazy, String word)
        throws Exception {
      String[] settings = {
        "dir",
        folder.toString(),
        "appendonly",
        "yes",
        "aof-use-rdb-preamble",
        "no",
        "save",
        "",
        "maxmemory-policy",
        "allkeys-lru",
        "lazyfree-lazy-eviction",
        lazy
      };
      open(settings);
      setKeys("k", 500);
      for (int i = 0; i < 500; i++) {
        run("HSET hash f" + i + " " + VALUE);
      }
      limitTo(used() / 3);
      run("PING");
      limitTo(0);
      List<String> kept = keys();
      assertThat(kept).hasSizeBetween(1, 499);
      engine.close();
      try (var files = java.nio.file.Files.walk(folder)) {
        String journal =
            new String(
                java.nio.file.Files.readAllBytes(
                    files
                        .filter(file -> file.toString().endsWith(".incr.aof"))
                        .findFirst()
                        .orElseThrow()),
                StandardCharsets.UTF_8);
        assertThat(journal).contains("\r\n" + word + "\r\n");
      }

      open(settings);
      assertThat(keys()).containsExactlyInAnyOrderElementsOf(kept);
    }

    private List<String> keys() {
      List<String> keys = new ArrayList<>();
      engine
          .keyspace()
          .database(0)
          .forEach(
              entry ->
                  keys.add(
                      new String(
                          io.respite.server.keyspace.Database.keyOf(entry),
                          StandardCharsets.UTF_8)));
      return keys;
    }

    @Test
    void what_is_loaded_counts_like_what_was_written() {
      open("dir", folder.toString(), "save", "", "enable-debug-command", "yes");
      setKeys("k", 1_000);
      for (int i = 0; i < 1_000; i++) {
        run("HSET hash f" + i + " " + VALUE);
        run("RPUSH list " + VALUE);
        run("ZADD sorted " + i + " " + VALUE + i);
      }
      long before = used();
      assertThat(run("DEBUG RELOAD")).isEqualTo(OK);
      assertThat(used()).isBetween(before * 8 / 10, before * 12 / 10);
    }

    @Test
    void INFO_tells_the_limit_what_counts_and_what_left() {
      open("maxmemory-policy", "allkeys-lru");
      setKeys("k", 100);
      limitTo(10_000);
      clock.advanceMillis(250);
      run("PING");
      assertThat(info("maxmemory")).isEqualTo("10000");
      assertThat(info("maxmemory_human")).isEqualTo("9.77K");
      assertThat(info("maxmemory_policy")).isEqualTo("allkeys-lru");
      assertThat(Long.parseLong(info("used_memory"))).isEqualTo(used()).isLessThan(10_000);
      assertThat(
              Long.parseLong(info("used_memory_dataset"))
                  + Long.parseLong(info("used_memory_overhead")))
          .isEqualTo(used());
      assertThat(Long.parseLong(info("evicted_keys"))).isEqualTo(100 - number("DBSIZE"));
      assertThat(info("current_eviction_exceeded_time")).isEqualTo("0");
    }

    @Test
    void INFO_tells_how_long_the_limit_was_exceeded() {
      open("maxmemory", "1");
      run("PING");
      clock.advanceMillis(250);
      assertThat(info("current_eviction_exceeded_time")).isEqualTo("250");
      assertThat(info("total_eviction_exceeded_time")).isEqualTo("250");
      limitTo(0);
      assertThat(info("current_eviction_exceeded_time")).isEqualTo("0");
      assertThat(info("total_eviction_exceeded_time")).isEqualTo("250");
    }
  }

  @Nested
  class Single_fields {
    private static final int FIELDS = 2_000;

    private EmbeddedHash filled(String name) {
      EmbeddedHash hash = engine.hash(bytes(name));
      for (int i = 0; i < FIELDS; i++) {
        hash.put(bytes("f" + i), bytes(VALUE), EmbeddedHash.ETERNAL, EmbeddedHash.KEEP);
      }
      return hash;
    }

    @Test
    void leave_where_fields_are_switched_on_and_the_hash_stays() {
      open("maxmemory-hash-fields", "yes", "maxmemory-policy", "allkeys-lru");
      limitTo(1 << 20);
      EmbeddedHash hash = filled("cache");
      List<String> told = new ArrayList<>();
      hash.listener(
          new HashListener() {
            @Override
            public void expired(byte[] packedEntry) {
              told.add("expired");
            }

            @Override
            public void evicted(byte[] packedEntry) {
              told.add(new String(PackedEntry.key(packedEntry), StandardCharsets.UTF_8));
            }
          });
      limitTo(used() / 2);
      hash.put(bytes("more"), bytes(VALUE), EmbeddedHash.ETERNAL, EmbeddedHash.KEEP);
      assertThat(hash.size()).isBetween(FIELDS / 3L, FIELDS * 2L / 3);
      assertThat(told).hasSize(FIELDS + 1 - (int) hash.size()).doesNotHaveDuplicates();
      assertThat(engine.keyspace().statistics().evictedFields).isEqualTo(told.size());
      assertThat(engine.keyspace().statistics().evictedKeys).isZero();
      assertThat(hash.get(bytes("more"))).isNotNull();
    }

    @Test
    void stay_where_fields_are_not_and_the_hash_leaves() {
      open("maxmemory-policy", "allkeys-lru");
      EmbeddedHash hash = filled("cache");
      limitTo(used() / 2);
      run("PING");
      assertThat(hash.size()).isZero();
      assertThat(engine.keyspace().statistics().evictedKeys).isOne();
    }

    @Test
    void leave_by_their_own_use_also_among_several_hashes() {
      open("maxmemory-hash-fields", "yes", "maxmemory-policy", "allkeys-lru");
      limitTo(100 << 20);
      EmbeddedHash one = filled("one");
      EmbeddedHash two = filled("two");
      clock.advanceMillis(10_000);
      for (int i = 0; i < FIELDS / 2; i++) {
        assertThat(one.get(bytes("f" + i))).isNotNull();
        assertThat(run("HGET two f" + i)).contains(VALUE);
      }
      limitTo(used() * 7 / 10);
      run("PING");
      int kept = 0;
      for (int i = 0; i < FIELDS / 2; i++) {
        kept += one.get(bytes("f" + i)) != null ? 1 : 0;
        kept += two.get(bytes("f" + i)) != null ? 1 : 0;
      }
      assertThat(kept).as("of %d, seed %d", FIELDS, seed).isGreaterThan(FIELDS * 95 / 100);
    }

    @Test
    void with_a_deadline_alone_leave_under_a_volatile_policy() {
      open("maxmemory-hash-fields", "yes", "maxmemory-policy", "volatile-lru");
      EmbeddedHash hash = filled("cache");
      hash.put(bytes("due"), bytes(VALUE), 1_000_000, EmbeddedHash.KEEP);
      limitTo(used() - 1);
      run("PING");
      assertThat(hash.get(bytes("due"))).isNull();
      assertThat(hash.size()).isEqualTo(FIELDS);
      limitTo(1);
      assertThatThrownBy(
              () -> hash.put(bytes("x"), bytes("y"), EmbeddedHash.ETERNAL, EmbeddedHash.KEEP))
          .isInstanceOf(MemoryFullException.class)
          .hasMessageContaining("maxmemory");
      assertThat(hash.remove(bytes("f0"))).isNotNull();
    }

    @Test
    void of_a_compact_hash_leave_if_they_have_deadlines_and_with_the_last_the_hash() {
      open("maxmemory-hash-fields", "yes", "maxmemory-policy", "allkeys-random");
      for (int i = 0; i < 50; i++) {
        run("HSET h f" + i + " " + i);
        run("HPEXPIRE h 100000 FIELDS 1 f" + i);
      }
      limitTo(1);
      run("PING");
      assertThat(exists("h")).isFalse();
      assertThat(engine.keyspace().statistics().evictedFields).isEqualTo(50);
      assertThat(events).endsWith("hdel h", "del h");
    }

    @Test
    void of_a_compact_hash_without_deadlines_leave_together() {
      open("maxmemory-hash-fields", "yes", "maxmemory-policy", "allkeys-lru");
      for (int i = 0; i < 50; i++) {
        run("HSET h f" + i + " " + i);
      }
      limitTo(used() - 1);
      run("PING");
      assertThat(exists("h")).isFalse();
      assertThat(engine.keyspace().statistics().evictedKeys).isOne();
      assertThat(events).endsWith("evicted h");
    }

    @Test
    void of_a_hash_with_a_limit_of_its_own_leave_by_that_hash_s_account() {
      open("maxmemory-hash-fields", "yes", "maxmemory-policy", "allkeys-lru");
      EmbeddedHash hash = engine.hash(bytes("cache"));
      hash.limit(FIELDS, 0, Eviction.LRU);
      filled("cache");
      for (int i = 0; i < FIELDS / 10; i++) {
        hash.get(bytes("f" + i));
      }
      limitTo(used() / 2);
      run("PING");
      int kept = 0;
      for (int i = 0; i < FIELDS / 10; i++) {
        kept += hash.get(bytes("f" + i)) != null ? 1 : 0;
      }
      assertThat(kept).as("seed %d", seed).isGreaterThan(FIELDS / 10 * 95 / 100);
    }
  }
}
