package io.respite.peers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Resp;
import io.respite.rigs.RespClient;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The journal's folder goes from one server to the other and back: what each wrote, the other
 * replays to the same, key by key.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrossLoadIT {
  private static final int RANDOM_KEYS = 5_000;
  private static final int DATABASES = 16;
  private static final int SHOWN = 20;

  /** Name, consumers, pending and last id of a group; how many it has read, no journal tells. */
  private static final int GROUP_FACTS = 8;

  private static final String LATER = "4102444800000";

  /** What is written before the first rewrite, between the two, and after it, one of each. */
  private static final String LINES =
      """
      SET #text hello
      SET #int -12345678901
      SETRANGE #range 5 x
      APPEND #raw appended
      APPEND #raw more
      SET #later x PXAT %1$s
      SET #soon x EX 100000
      EXPIRE #text 200000
      PERSIST #soon
      INCRBYFLOAT #float 1.5
      INCRBYFLOAT #float 2.25
      SETBIT #bits 100 1
      PFADD #hll a b c d
      RPUSH #list a b c d e f g h 1 2 3 4 5 6 7 8 -9 123456789012
      LINSERT #list BEFORE c inserted
      LPOP #list
      LMOVE #list #other-list LEFT RIGHT
      SADD #ints 1 2 3
      SADD #many-ints 1 2 3 4 5 6 7 8
      SADD #words a b c d e f g 1
      SPOP #words 3
      SMOVE #words #ints 1
      HSET #hash f v n 12
      HSET #large-hash a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8
      HINCRBYFLOAT #hash float 0.5
      HINCRBY #hash n 5
      ZADD #zset 1 a 2.5 b -inf c
      ZADD #large-zset 1 a 2 b 3.25 c 4 d 5 e 6 f 7e100 g inf h
      ZINCRBY #zset 0.1 a
      ZPOPMIN #large-zset
      GEOADD #places 13.361389 38.115556 Palermo
      XADD #stream * f v
      XADD #stream * f w g x
      XADD #stream MAXLEN ~ 10 * f y
      XGROUP CREATE #stream one 0
      XGROUP CREATE #stream two $
      XREADGROUP GROUP one ada COUNT 2 STREAMS #stream >
      XREADGROUP GROUP one bob COUNT 1 STREAMS #stream >
      XAUTOCLAIM #stream one carl 0 0 COUNT 1
      XADD #emptied 1-1 a b
      XDEL #emptied 1-1
      COPY #list #copied
      RENAME #copied #renamed
      GETEX #text PX 300000
      GETDEL #range
      SORT #ints STORE #sorted
      BITOP NOT #negated #bits
      EVAL return{redis.call('incr',KEYS[1]),redis.call('rpush',KEYS[2],ARGV[1])} 2 #counted #pushed x
      MULTI
      SET #in-transaction 1
      RPUSH #list last
      EXEC
      SELECT 3
      SET #elsewhere 1
      MOVE #elsewhere 7
      SET #elsewhere 2
      SELECT 0
      """
          .formatted(LATER);

  /** How a journal is written. */
  enum Form {
    /** With an RDB file as its base. */
    RDB_BASE,
    /** With commands as its base, and the time between them. */
    COMMAND_BASE,
    /** With our checksums, which others skip. */
    CHECKSUMS
  }

  /** So small that every type has both its compact and its large encoding. */
  private TestServer.Options options(TestServer.Kind kind, Form form) {
    TestServer.Options options =
        new TestServer.Options(kind, files)
            .journal("always")
            .set("aof-use-rdb-preamble", form == Form.COMMAND_BASE ? "no" : "yes")
            .set("aof-timestamp-enabled", form == Form.COMMAND_BASE ? "yes" : "no")
            .set("hash-max-listpack-entries", "6")
            .set("set-max-intset-entries", "5")
            .set("zset-max-listpack-entries", "6")
            .set("list-max-listpack-size", "4")
            .set("list-compress-depth", "1")
            .set("stream-node-max-entries", "5")
            .set("hll-sparse-max-bytes", "60");
    return form == Form.CHECKSUMS && kind == TestServer.Kind.RESPITE
        ? options.set("aof-checksum-enabled", "yes")
        : options;
  }

  @TempDir private Path files;

  private static void fill(TestServer server, String part, Random random) throws IOException {
    try (RespClient client = server.connect()) {
      for (String line : LINES.lines().toList()) {
        Resp reply = client.ask(line.replace("#", part + "-").split(" ", -1));
        assertThat(reply.isError()).as("%s: %s", line, reply).isFalse();
      }
      client.ask("SET", part + "-long", "abc".repeat(10_000));
      client.ask("SET", part + "-bytes", "\0\u0001\u00ff\r\n");
      client.ask("RPUSH", part + "-elements", "x".repeat(9_000), "y".repeat(70_000), "z");
      client.ask(
          "FUNCTION",
          "LOAD",
          "REPLACE",
          "#!lua name="
              + part
              + "\nredis.register_function('"
              + part
              + "', function() return 1 end)");
      many(client, part, random);
    }
  }

  private static void many(RespClient client, String part, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < RANDOM_KEYS; i++) {
      String key = part + ":" + i % (RANDOM_KEYS / 3);
      String word = Long.toString(random.nextLong() >> random.nextInt(63), 2 + random.nextInt(30));
      switch (i % 7) {
        case 0 -> RespClient.write(out, "SET", key + "s", word);
        case 1 -> RespClient.write(out, "RPUSH", key + "l", word, "1", word);
        case 2 -> RespClient.write(out, "SADD", key + "t", word, "7", word + "x");
        case 3 -> RespClient.write(out, "HSET", key + "h", word, "1", "f", word);
        case 4 -> RespClient.write(out, "ZADD", key + "z", "" + i / 8.0, word, "3", "m");
        case 5 -> RespClient.write(out, "PEXPIREAT", key + "s", LATER);
        default -> RespClient.write(out, "DEL", key + "l");
      }
    }
    client.send(out.toByteArray());
    for (int i = 0; i < RANDOM_KEYS; i++) {
      assertThat(client.receive().isError()).isFalse();
    }
  }

  /** What a server has, a line each: keys with type, deadline and digest; functions; the whole. */
  private static Map<String, String> content(TestServer server) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (RespClient client = server.connect()) {
      for (int database = 0; database < DATABASES; database++) {
        client.ask("SELECT", "" + database);
        for (Resp key : client.ask("KEYS", "*").items()) {
          List<String> facts = new ArrayList<>();
          String name = key.text();
          String type = client.ask("TYPE", name).text();
          facts.add(type);
          facts.add(client.ask("PEXPIRETIME", name).text());
          facts.add(client.ask("DEBUG", "DIGEST-VALUE", name).toString());
          // Of sets and lists the compact encodings are younger than this peer.
          if (type.equals("hash") || type.equals("zset")) {
            facts.add(client.ask("OBJECT", "ENCODING", name).text());
          }
          if (type.equals("stream")) {
            facts.add(client.ask("XPENDING", name, "one").toString());
            for (Resp group : client.ask("XINFO", "GROUPS", name).items()) {
              facts.add(group.items().subList(0, GROUP_FACTS).toString());
            }
          }
          content.put(database + " " + name, facts.toString());
        }
      }
      content.put("functions", client.ask("FUNCTION", "LIST", "WITHCODE").items().size() + "");
      content.put("digest", client.ask("DEBUG", "DIGEST").text());
    }
    return content;
  }

  /** What differs between two contents, a line each: few, for there may be thousands of keys. */
  private static List<String> differences(Map<String, String> expected, Map<String, String> found) {
    TreeSet<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(expected.get(key), found.get(key)))
        .map(key -> key + ": " + expected.get(key) + " is " + found.get(key))
        .limit(SHOWN)
        .toList();
  }

  private static void rewrite(TestServer server) {
    assertThat(server.ask("BGREWRITEAOF").isError()).isFalse();
    server.awaitRewritten();
    assertThat(server.figure("aof_last_bgrewrite_status")).isEqualTo("ok");
  }

  @ParameterizedTest
  @EnumSource
  void a_journal_goes_there_and_back(Form form) throws Exception {
    Check check = new Check("cross-load").needsProgram("redis-server");
    Map<String, String> ours;
    try (TestServer server = options(TestServer.KIND, form).start()) {
      fill(server, "first", check.random);
      rewrite(server);
      fill(server, "second", check.random);
      ours = content(server);
    }
    assertAccepted(files);
    assertBase(form);
    Map<String, String> theirs;
    try (TestServer server = options(TestServer.Kind.REDIS, form).start()) {
      assertSame(check, "what redis loads", ours, content(server));
      fill(server, "third", check.random);
      rewrite(server);
      fill(server, "fourth", check.random);
      theirs = content(server);
    }
    try (TestServer server = options(TestServer.KIND, form).start()) {
      assertSame(check, "what comes back", theirs, content(server));
      rewrite(server);
    }
    assertAccepted(files);
    try (TestServer server = options(TestServer.Kind.REDIS, form).start()) {
      assertSame(check, "there again", theirs, content(server));
    }
    check.report("files=aof form=%s keys=%d diffs=0", form, theirs.size() - 2);
  }

  private static void assertSame(
      Check check, String what, Map<String, String> expected, Map<String, String> found) {
    assertThat(differences(expected, found)).as("%s, seed %d", what, check.seed).isEmpty();
  }

  /** The base that a rewrite made is of the form that was asked for. */
  private void assertBase(Form form) throws IOException {
    try (Stream<Path> all = Files.list(files.resolve("appendonlydir"))) {
      Path base = all.filter(file -> file.toString().contains(".base.")).findFirst().orElseThrow();
      String begin = new String(Files.readAllBytes(base), 0, 5, StandardCharsets.ISO_8859_1);
      assertThat(begin.equals("REDIS"))
          .as(base + ": " + begin)
          .isEqualTo(form != Form.COMMAND_BASE);
    }
  }

  private static void assertAccepted(Path files) {
    Path program = ServerProcess.installed("redis-check-aof").orElse(null);
    if (program != null) {
      Path manifest = files.resolve("appendonlydir").resolve("appendonly.aof.manifest");
      Shell.Ended ended = Shell.run(program.toString(), manifest.toString());
      assertThat(ended.code()).as(ended.output()).isZero();
      assertThat(ended.output()).contains("All AOF files and manifest are valid");
    }
  }
}
