package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Resp;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * RDB files of our server and of a real redis-server, each loaded by the other. {@code
 * -Drespite.rdb.keys=1000000} makes the random data set larger.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RdbInteropIT {
  private static final int KEYS = Integer.getInteger("respite.rdb.keys", 100_000);
  private static final Path CHECK_RDB = ServerProcess.LAUNCHER.resolveSibling("respite-check-rdb");
  private static final String OK = "+OK";
  private static final String LATER = "4102444800000";

  /** So small that every type has both its compact and its large encoding. */
  private static final String[] LIMITS = {
    "--enable-debug-command", "yes",
    "--hash-max-listpack-entries", "6",
    "--hash-max-listpack-value", "24",
    "--set-max-intset-entries", "5",
    "--zset-max-listpack-entries", "6",
    "--zset-max-listpack-value", "24",
    "--list-max-listpack-size", "4",
    "--list-compress-depth", "1",
    "--stream-node-max-entries", "5",
    "--hll-sparse-max-bytes", "60",
  };

  @TempDir private Path folder;

  /** What a finished program printed, and how it ended. */
  private record Ended(int code, String output) {}

  private static Ended run(Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("respite-check", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output, StandardCharsets.ISO_8859_1);
    Files.delete(output);
    return new Ended(process.exitValue(), text);
  }

  private static String[] options(Path file, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(LIMITS));
    all.addAll(List.of("--dir", file.getParent().toString()));
    all.addAll(List.of("--dbfilename", file.getFileName().toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private ServerProcess ours(Path file) throws IOException {
    return loaded(ServerProcess.respite(options(file)));
  }

  /** A server answers while it loads, and has a part of the keys then. */
  private static ServerProcess loaded(ServerProcess server) {
    Awaitility.await("the end of loading")
        .atMost(ServerProcess.PATIENCE)
        .until(() -> server.connect().ask("INFO persistence").contains("\nloading:0"));
    return server;
  }

  private ServerProcess theirs(Path file) throws IOException {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    return loaded(ServerProcess.redis(options(file)).orElseThrow());
  }

  private static String ask(Peer peer, String... words) throws IOException {
    Resp reply = peer.ask(words);
    return reply.isAggregate() ? reply.toString() : reply.type() + reply.text();
  }

  /** What a server has: its keys with their deadlines, functions, and the digest of it all. */
  private static String content(ServerProcess server) throws IOException {
    try (Peer peer = new Peer(server.port)) {
      StringBuilder text = new StringBuilder(ask(peer, "DEBUG", "DIGEST"));
      for (int database = 0; database < 16; database++) {
        ask(peer, "SELECT", "" + database);
        text.append(' ').append(ask(peer, "DBSIZE"));
      }
      TreeSet<String> libraries = new TreeSet<>();
      for (Resp library : peer.ask("FUNCTION", "LIST", "WITHCODE").items()) {
        libraries.add(library.toString());
      }
      return text.append(libraries).toString();
    }
  }

  // ---- a bit of everything

  /** Fills a server with every type and encoding, deadlines, functions, several databases. */
  static void fill(ServerProcess server) throws IOException {
    try (Peer peer = new Peer(server.port)) {
      String lines =
          """
          SET text hello
          SET empty ""
          SET int8 -7
          SET int16 3000
          SET int32 123456789
          SET int64 123456789012
          SET later x PXAT %1$s
          APPEND raw appended
          RPUSH list a b c d e f g h 1 2 3 4 5 6 7 8 -9 123456789012
          RPUSH short 1
          SADD ints 1 2 3
          SADD ints16 -30000 5
          SADD ints32 1000000 5
          SADD ints64 12345678901234 5
          SADD many-ints 1 2 3 4 5 6 7 8
          SADD words a b 1
          HSET small-hash f v n 12
          HSET large-hash a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8
          ZADD small-zset 1 a 2.5 b -inf c
          ZADD large-zset 1 a 2 b 3.25 c 4 d 5 e 6 f 7e100 g inf h
          SETBIT bits 100 1
          PFADD sparse a b c
          PFADD dense a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7 8 9
          GEOADD places 13.361389 38.115556 Palermo
          XADD stream 1-1 f v
          XADD stream 2-1 f w g x
          XADD stream 3-1 f y
          XADD stream 4-1 f z
          XADD stream 5-1 h z
          XADD stream 6-1 f z
          XDEL stream 2-1
          XGROUP CREATE stream one 0
          XGROUP CREATE stream two $ ENTRIESREAD 3
          XREADGROUP GROUP one ada COUNT 2 STREAMS stream >
          XREADGROUP GROUP one bob COUNT 1 STREAMS stream >
          XADD emptied 1-1 a b
          XDEL emptied 1-1
          XGROUP CREATE nothing g $ MKSTREAM
          PEXPIREAT small-hash %1$s
          PEXPIREAT list %1$s
          SELECT 3
          SET other database
          RPUSH list x
          SELECT 15
          SET last database
          SELECT 0
          """
              .formatted(LATER);
      for (String line : lines.lines().toList()) {
        String[] words = line.replace("\"\"", "").split(" ", -1);
        assertThat(ask(peer, words)).as(line).doesNotStartWith("-");
      }
      ask(peer, "SET", "long", "abc".repeat(10_000));
      ask(peer, "SET", "bytes", "\0\u0001\u00ff\r\n");
      ask(peer, "RPUSH", "large-elements", "x".repeat(9_000), "y".repeat(70_000), "z");
      ask(peer, "HSET", "long-field", "f".repeat(100), "v".repeat(1_000));
      for (String library : List.of("first", "second")) {
        ask(
            peer,
            "FUNCTION",
            "LOAD",
            "#!lua name="
                + library
                + "\nredis.register_function('"
                + library
                + "', function() return 42 end)");
      }
    }
  }

  private static void save(ServerProcess server) throws IOException {
    try (Peer peer = new Peer(server.port)) {
      assertThat(ask(peer, "SAVE")).isEqualTo(OK);
    }
  }

  @Test
  void every_type_and_encoding_goes_there_and_back() throws Exception {
    Path file = folder.resolve("ours.rdb");
    String content;
    try (ServerProcess respite = ours(file)) {
      fill(respite);
      content = content(respite);
      save(respite);
    }
    assertAccepted(file);
    try (ServerProcess redis = theirs(file);
        Peer peer = new Peer(redis.port)) {
      assertThat(content(redis)).isEqualTo(content);
      assertThat(ask(peer, "PEXPIRETIME", "list")).isEqualTo(":" + LATER);
      assertThat(ask(peer, "SAVE")).isEqualTo(OK);
    }
    assertAccepted(file);
    try (ServerProcess respite = ours(file);
        Peer peer = new Peer(respite.port)) {
      assertThat(content(respite)).isEqualTo(content);
      assertThat(ask(peer, "PEXPIRETIME", "list")).isEqualTo(":" + LATER);
      assertThat(ask(peer, "FCALL", "second", "0")).isEqualTo(":42");
    }
  }

  private static void assertAccepted(Path file) throws Exception {
    Ended ours = run(CHECK_RDB, file.toString());
    assertThat(ours.output).contains("\\o/ RDB looks OK! \\o/");
    assertThat(ours.code).isZero();
    var original = ServerProcess.installed("redis-check-rdb");
    assumeTrue(original.isPresent(), "no redis-check-rdb installed");
    Ended theirs = run(original.get(), file.toString());
    assertThat(theirs.output).contains("\\o/ RDB looks OK! \\o/");
    assertThat(ours.output).isEqualTo(theirs.output);
  }

  @Test
  void both_programs_refuse_the_same_files() throws Exception {
    var original = ServerProcess.installed("redis-check-rdb");
    assumeTrue(original.isPresent(), "no redis-check-rdb installed");
    Path file = folder.resolve("good.rdb");
    try (ServerProcess respite = ours(file)) {
      fill(respite);
      save(respite);
    }
    byte[] good = Files.readAllBytes(file);
    Path bad = folder.resolve("bad.rdb");
    for (int cut : new int[] {0, 5, 20, good.length / 2, good.length - 1}) {
      Files.write(bad, Arrays.copyOf(good, cut));
      assertBothRefuse(original.get(), bad);
    }
    byte[] changed = good.clone();
    changed[good.length - 1] ^= 1;
    Files.write(bad, changed);
    assertBothRefuse(original.get(), bad);
    changed = good.clone();
    changed[0] = 'X';
    Files.write(bad, changed);
    assertBothRefuse(original.get(), bad);
    assertBothRefuse(original.get(), folder.resolve("none.rdb"));
  }

  private static void assertBothRefuse(Path original, Path file) throws Exception {
    Ended ours = run(CHECK_RDB, file.toString());
    Ended theirs = run(original, file.toString());
    assertThat(ours.code).isEqualTo(theirs.code).isEqualTo(1);
    String mark = "--- RDB ERROR DETECTED ---";
    assertThat(ours.output.contains(mark)).isEqualTo(theirs.output.contains(mark));
    assertThat(line(ours, "While doing")).isEqualTo(line(theirs, "While doing"));
  }

  private static String line(Ended ended, String part) {
    return ended.output.lines().filter(line -> line.contains(part)).findFirst().orElse("none");
  }

  @Test
  void a_damaged_file_ends_the_start_in_a_sentence() throws Exception {
    Path file = Files.writeString(folder.resolve("dump.rdb"), "REDIS0010 and nonsense");
    List<String> options = new ArrayList<>(List.of("--dir", folder.toString()));
    try (ServerProcess server =
        ServerProcess.launch(
            ServerProcess.LAUNCHER, List.of(), Map.of(), options.toArray(String[]::new))) {
      assertThat(server.awaitExit()).isEqualTo(1);
      assertThat(server.output())
          .contains("Can't load the databases from " + file + ": Invalid object type: 32")
          .contains("Fatal error loading the DB. Exiting.")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void a_signal_saves_where_there_are_save_points() throws Exception {
    Path file = folder.resolve("dump.rdb");
    try (ServerProcess respite = ServerProcess.respite(options(file, "--save", "3600", "1"));
        Peer peer = new Peer(respite.port)) {
      ask(peer, "SET", "a", "1");
      new ProcessBuilder("kill", "-TERM", Long.toString(respite.process.pid())).start().waitFor();
      assertThat(respite.awaitExit()).isZero();
      assertThat(respite.output()).contains("DB saved on disk");
    }
    try (ServerProcess redis = theirs(file);
        Peer peer = new Peer(redis.port)) {
      assertThat(ask(peer, "GET", "a")).isEqualTo("$1");
    }
  }

  // ---- many keys

  /** Requests that make keys of all types, some with deadlines. */
  private static void random(ServerProcess server, Random random, int keys) throws IOException {
    try (Peer peer = new Peer(server.port)) {
      List<Request> batch = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        String key = "key:" + i;
        batch.add(request(randomWords(random, key)));
        if (random.nextInt(10) == 0) {
          batch.add(request(List.of("PEXPIREAT", key, LATER)));
        }
        if (batch.size() >= 1_000 || i == keys - 1) {
          peer.send(batch);
          for (Request sent : batch) {
            assertThat(peer.receive().isError()).as("%s", sent).isFalse();
          }
          batch.clear();
        }
      }
    }
  }

  private static Request request(List<String> words) {
    return new Request(words.get(0), words);
  }

  private static List<String> randomWords(Random random, String key) {
    int count = 1 + random.nextInt(12);
    List<String> words = new ArrayList<>();
    switch (random.nextInt(10)) {
      case 0 -> words.addAll(List.of("RPUSH", key));
      case 1 -> words.addAll(List.of("SADD", key));
      case 2 -> {
        words.addAll(List.of("HSET", key));
        for (int i = 0; i < count; i++) {
          words.add("field" + i);
          words.add(word(random));
        }
        return words;
      }
      case 3 -> {
        words.addAll(List.of("ZADD", key));
        for (int i = 0; i < count; i++) {
          words.add(Double.toString(random.nextInt(1000) / 8.0));
          words.add(word(random));
        }
        return words;
      }
      case 4 -> {
        return List.of("XADD", key, (1 + random.nextInt(9)) + "-1", "f", word(random));
      }
      default -> {
        return List.of("SET", key, word(random));
      }
    }
    for (int i = 0; i < count; i++) {
      words.add(word(random));
    }
    return words;
  }

  private static String word(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Integer.toString(random.nextInt() >> random.nextInt(31));
      case 1 -> Long.toString(random.nextLong());
      case 2 -> ("word" + random.nextInt(100)).repeat(1 + random.nextInt(20));
      default -> Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(3));
    };
  }

  @Test
  void many_random_keys_are_the_same_on_both_sides_and_saving_and_loading_take_so_long()
      throws Exception {
    long seed = Seeds.first();
    Path file = folder.resolve("many.rdb");
    String digest;
    double ourSave;
    try (ServerProcess respite = ours(file);
        Peer peer = new Peer(respite.port)) {
      random(respite, new Random(seed), KEYS);
      digest = ask(peer, "DEBUG", "DIGEST");
      timed(peer, "SAVE");
      ourSave = timed(peer, "SAVE");
    }
    long ourBytes = Files.size(file);
    double theirLoad;
    double theirSave;
    try (ServerProcess redis = theirs(file);
        Peer peer = new Peer(redis.port)) {
      assertThat(ask(peer, "DEBUG", "DIGEST")).as("seed %d", seed).isEqualTo(digest);
      timed(peer, "DEBUG", "RELOAD", "NOSAVE");
      theirLoad = timed(peer, "DEBUG", "RELOAD", "NOSAVE");
      timed(peer, "SAVE");
      theirSave = timed(peer, "SAVE");
    }
    long theirBytes = Files.size(file);
    double ourLoad;
    try (ServerProcess respite = ours(file);
        Peer peer = new Peer(respite.port)) {
      assertThat(ask(peer, "DEBUG", "DIGEST")).as("seed %d", seed).isEqualTo(digest);
      timed(peer, "DEBUG", "RELOAD", "NOSAVE");
      ourLoad = timed(peer, "DEBUG", "RELOAD", "NOSAVE");
    }
    System.out.printf("CHECK cross-load seed=%d keys=%d diffs=0%n", seed, KEYS);
    show("respite save", ourSave, ourBytes);
    show("redis   save", theirSave, theirBytes);
    show("respite load", ourLoad, theirBytes);
    show("redis   load", theirLoad, ourBytes);
  }

  private static double timed(Peer peer, String... words) throws IOException {
    long began = System.nanoTime();
    assertThat(ask(peer, words)).isEqualTo(OK);
    return (System.nanoTime() - began) / 1e9;
  }

  private static void show(String what, double seconds, long bytes) {
    System.out.printf(
        "%s %.3f s, %.1f MB/s, %,.0f keys/s%n",
        what, seconds, bytes / 1e6 / seconds, KEYS / seconds);
  }
}
