package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Checks;
import io.respite.rigs.Resp;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server at its limit of memory, beside a real one at its own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MaxmemoryIT {
  private static final long MAXIMUM = 64L << 20;

  /** A heap that the limit takes half of. */
  private static final String HEAP = "-Xmx128m";

  private static final int CLIENTS = 8;
  private static final int REQUESTS = 30_000;
  private static final int BATCH = 50;
  private static final String VALUE = "v".repeat(500);

  private final List<ServerProcess> servers = new ArrayList<>();

  private ServerProcess respite(String... options) throws IOException {
    servers.add(ServerProcess.respite(options));
    return servers.get(servers.size() - 1);
  }

  private ServerProcess redis(String... options) throws IOException {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    servers.add(ServerProcess.redis(options).orElseThrow());
    return servers.get(servers.size() - 1);
  }

  @AfterEach
  void stop() {
    servers.forEach(ServerProcess::close);
  }

  private static long figure(Peer peer, String section, String name) throws IOException {
    Matcher found =
        Pattern.compile("^" + name + ":(\\d+)", Pattern.MULTILINE)
            .matcher(peer.ask("INFO", section).text());
    assertThat(found.find()).as(name).isTrue();
    return Long.parseLong(found.group(1));
  }

  @Nested
  class Replies {
    /** What a client sends to both; sessions are named by the first word. */
    private final List<String> script =
        List.of(
            "a SET k v",
            "a SET dead v",
            "a HSET h f v",
            "a RPUSH l 1 2 3",
            "a SET n 5",
            "a FUNCTION LOAD REPLACE #!lua name=lib\nredis.register_function('plain',"
                + " function(k, a) return redis.call('set', k[1], 'f') end)"
                + " redis.register_function{function_name='brave', callback=function(k, a) return"
                + " redis.call('set', k[1], 'f') end, flags={'allow-oom'}}"
                + " redis.register_function{function_name='reader', callback=function(k, a) return"
                + " redis.call('get', k[1]) end, flags={'no-writes'}}",
            "b MULTI",
            "b SET q 1",
            "c MULTI",
            "c GET k",
            "d MULTI",
            "d DEL dead",
            "d EVAL redis.call('set','x','1') 0",
            "h MULTI",
            "h FCALL plain 1 k",
            "h EVAL #!lua\nreturn redis.call('get',KEYS[1]) 1 k2",
            "h EVAL return redis.call('set',KEYS[1],'v') 1 k",
            "i MULTI",
            "i EVAL return redis.call('set',KEYS[1],'v') 1 k",
            "i FCALL brave 1 k",
            "i EVAL #!lua flags=no-writes\nreturn redis.call('get',KEYS[1]) 1 k2",
            "a CONFIG SET maxmemory 1",
            "a SET k v",
            "a GET k",
            "a APPEND k v",
            "a INCR n",
            "a HSET h f v2",
            "a HDEL h f",
            "a LPUSH l 1",
            "a LPOP l",
            "a RPOPLPUSH l l",
            "a EXPIRE k 1000",
            "a PERSIST k",
            "a RENAME k k2",
            "a COPY k2 k3",
            "a RESTORE r 0 x",
            "a GETEX k2 EX 100",
            "a GETSET k2 v",
            "a XADD s * f v",
            "a PUBLISH ch m",
            "a SORT l STORE l2",
            "a BITFIELD bits GET u8 0",
            "a PFADD hll a",
            "a EVAL return redis.call('set',KEYS[1],'v') 1 k",
            "a EVAL return redis.pcall('set',KEYS[1],'v').err 1 k",
            "a EVAL return redis.call('get',KEYS[1]) 1 k2",
            "a EVAL redis.call('del',KEYS[1]) return redis.call('set',KEYS[1],'v') 1 dead",
            "a EVAL #!lua\nreturn redis.call('get',KEYS[1]) 1 k2",
            "a EVAL #!lua flags=no-writes\nreturn redis.call('get',KEYS[1]) 1 k2",
            "a EVAL #!lua flags=allow-oom\nreturn redis.call('set',KEYS[1],'v') 1 k2",
            "a EVAL_RO return redis.call('get',KEYS[1]) 1 k2",
            "a SCRIPT LOAD return 1",
            "a FCALL plain 1 k",
            "a FCALL brave 1 k",
            "a FCALL reader 1 k",
            "a FCALL_RO reader 1 k",
            "a FUNCTION LOAD #!lua name=other\nredis.register_function('o', function() end)",
            "b EXEC",
            "c EXEC",
            "d EXEC",
            "h EXEC",
            "i EXEC",
            "e MULTI",
            "e GET k2",
            "e SET k2 v",
            "e EXEC",
            "f MULTI",
            "f PING",
            "f DISCARD",
            "g WATCH k2",
            "g UNWATCH",
            "a SELECT 1",
            "a SELECT 0",
            "a OBJECT FREQ k2",
            "a CONFIG SET maxmemory-policy volatile-lru",
            "a SET k v",
            "a CONFIG SET maxmemory-policy allkeys-lfu",
            "a SET k v",
            "a EXISTS k",
            "a DBSIZE",
            "a CONFIG SET maxmemory 0",
            "a SET k v",
            "a OBJECT FREQ k",
            "a OBJECT IDLETIME k",
            "a CONFIG SET maxmemory-policy nonsense",
            "a CONFIG SET maxmemory -1",
            "a CONFIG SET maxmemory-samples 0",
            "a CONFIG SET maxmemory 100mb",
            "a CONFIG GET maxmemory");

    private List<String> answers(ServerProcess server) throws IOException {
      List<String> answers = new ArrayList<>();
      Map<String, Peer> peers = new TreeMap<>();
      try {
        for (String line : script) {
          Peer peer = peers.get(line.substring(0, 1));
          if (peer == null) {
            peer = new Peer(server.port);
            peers.put(line.substring(0, 1), peer);
          }
          answers.add(line + " => " + peer.ask(words(line.substring(2))));
        }
      } finally {
        for (Peer peer : peers.values()) {
          peer.close();
        }
      }
      return answers;
    }

    /** Splits at spaces, but a script or library is one word. */
    private String[] words(String line) {
      if (line.startsWith("FUNCTION LOAD")) {
        int code = line.indexOf("#!");
        List<String> words = new ArrayList<>(List.of(line.substring(0, code).trim().split(" ")));
        words.add(line.substring(code));
        return words.toArray(String[]::new);
      }
      if (line.startsWith("EVAL") || line.startsWith("SCRIPT LOAD")) {
        Matcher parts =
            Pattern.compile("(EVAL_RO|EVAL|SCRIPT LOAD) (.*?)((?: \\d(?: \\w+)?)?)", Pattern.DOTALL)
                .matcher(line);
        assertThat(parts.matches()).isTrue();
        List<String> words = new ArrayList<>(List.of(parts.group(1).split(" ")));
        words.add(parts.group(2));
        if (!parts.group(3).isEmpty()) {
          words.addAll(List.of(parts.group(3).trim().split(" ")));
        }
        return words.toArray(String[]::new);
      }
      return line.split(" ");
    }

    @Test
    void are_those_of_a_real_server_where_there_is_no_memory() throws IOException {
      assertThat(answers(respite())).isEqualTo(answers(redis()));
    }
  }

  @Nested
  class Under_load {
    /** What eight clients did to a server, and what was seen meanwhile. */
    record Seen(long most, long evicted, long refused, double perSecond) {}

    private Seen load(ServerProcess server, long seed) throws Exception {
      AtomicLong refused = new AtomicLong();
      ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
      long most = 0;
      long began = System.nanoTime();
      try (Peer operator = new Peer(server.port)) {
        List<Future<?>> clients = new ArrayList<>();
        for (int c = 0; c < CLIENTS; c++) {
          Random random = new Random(seed + c);
          clients.add(
              pool.submit(
                  () -> {
                    write(server, random, refused);
                    return null;
                  }));
        }
        pool.shutdown();
        while (!pool.awaitTermination(20, TimeUnit.MILLISECONDS)) {
          most = Math.max(most, figure(operator, "memory", "used_memory"));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        for (Future<?> client : clients) {
          client.get();
        }
        most = Math.max(most, figure(operator, "memory", "used_memory"));
        return new Seen(
            most,
            figure(operator, "stats", "evicted_keys"),
            refused.get(),
            (double) CLIENTS * REQUESTS / seconds);
      }
    }

    private void write(ServerProcess server, Random random, AtomicLong refused) throws IOException {
      try (Peer peer = new Peer(server.port)) {
        for (int i = 0; i < REQUESTS; i += BATCH) {
          List<Request> batch = new ArrayList<>();
          for (int j = 0; j < BATCH; j++) {
            String key = "key:" + random.nextInt(1 << 30);
            batch.add(
                switch (random.nextInt(8)) {
                  case 0 -> new Request("rpush", List.of("RPUSH", "l" + key, VALUE, VALUE));
                  case 1 -> new Request("hset", List.of("HSET", "h" + key, "f", VALUE, "g", "1"));
                  default -> new Request("set", List.of("SET", key, VALUE));
                });
          }
          peer.send(batch);
          for (int j = 0; j < BATCH; j++) {
            Resp answer = peer.receive();
            if (answer.type() == '-') {
              refused.incrementAndGet();
            }
          }
        }
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "allkeys-random"})
    void memory_stays_within_two_percent_of_the_limit(String policy) throws Exception {
      long seed = Checks.seed();
      String[] options = {"--maxmemory", "" + MAXIMUM, "--maxmemory-policy", policy, "--save", ""};
      ServerProcess server =
          ServerProcess.launch(
              ServerProcess.LAUNCHER, List.of(), Map.of("RESPITE_JAVA_OPTS", HEAP), options);
      servers.add(server);
      server.awaitAnswer();
      Seen ours = load(server, seed);
      report("respite", policy, seed, ours);
      if (ServerProcess.installed("redis-server").isPresent()) {
        report("redis", policy, seed, load(redis(options), seed));
      }
      assertThat(ours.refused()).isZero();
      assertThat(ours.evicted()).isPositive();
      assertThat(ours.most()).as("seed %d", seed).isBetween(MAXIMUM / 10 * 9, MAXIMUM / 100 * 102);
      assertThat(server.process.isAlive()).isTrue();
    }

    private void report(String who, String policy, long seed, Seen seen) {
      Checks.print(
          "maxmemory",
          "server=%s policy=%s seed=%d clients=%d used=%d maximum=%d ratio=%.3f evicted=%d refused=%d"
                  .formatted(
                      who,
                      policy,
                      seed,
                      CLIENTS,
                      seen.most(),
                      MAXIMUM,
                      (double) seen.most() / MAXIMUM,
                      seen.evicted(),
                      seen.refused())
              + " perSecond=%.0f".formatted(seen.perSecond()));
    }
  }

  @Nested
  class Throughput {
    private double setsPerSecond(ServerProcess server) throws IOException, InterruptedException {
      Path benchmark = ServerProcess.required("redis-benchmark");
      double best = 0;
      for (int round = 0; round < 3; round++) {
        Process run =
            new ProcessBuilder(
                    benchmark.toString(),
                    "-p",
                    "" + server.port,
                    "-t",
                    "set",
                    "-n",
                    "200000",
                    "-r",
                    "10000000",
                    "-d",
                    "100",
                    "-P",
                    "16",
                    "-c",
                    "20",
                    "--csv")
                .redirectErrorStream(true)
                .start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as(output).isZero();
        Matcher line = Pattern.compile("\"SET\",\"([0-9.]+)\"").matcher(output);
        assertThat(line.find()).as(output).isTrue();
        best = Math.max(best, Double.parseDouble(line.group(1)));
      }
      return best;
    }

    private ServerProcess free(ServerProcess server) throws IOException {
      assertThat(server.ask("CONFIG", "SET", "maxmemory", "0").text()).isEqualTo("OK");
      return server;
    }

    @Test
    void of_SET_at_the_limit_is_told_beside_a_real_server() throws Exception {
      assumeTrue(ServerProcess.installed("redis-benchmark").isPresent(), "no redis-benchmark");
      String[] limited = {"--maxmemory", "20mb", "--maxmemory-policy", "allkeys-lru", "--save", ""};
      ServerProcess ours = respite(limited);
      ServerProcess real = redis(limited);
      double at = setsPerSecond(ours);
      double redis = setsPerSecond(real);
      try (Peer peer = new Peer(ours.port)) {
        assertThat(figure(peer, "stats", "evicted_keys")).isPositive();
      }
      Checks.print(
          "maxmemory-set",
          "respite=%.0f redis=%.0f without-limit respite=%.0f redis=%.0f"
              .formatted(at, redis, setsPerSecond(free(ours)), setsPerSecond(free(real))));
    }
  }
}
