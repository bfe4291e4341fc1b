package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.Resp;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Snapshots and journals go from our server to Redis 8 and to Valkey and back, and keys move
 * between running servers: with every type, and with fields that have deadlines where both know a
 * form.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NewerFilesIT {
  private static final String[] DATABASES = {"0", "3", "15"};
  private static final String OK = "+OK";

  /** What of a fill is in the first file, and what follows in the journal. */
  private static final List<String> DEADLINES =
      List.of(
          "HSET #compact a 1 b 2 c 3",
          "HPEXPIREAT #compact 4102444800123 FIELDS 1 a",
          "HPEXPIREAT #compact 4102444800456 FIELDS 1 b",
          "EXPIREAT #compact 4102444900",
          "HSET #table a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8",
          "HPEXPIREAT #table 4102444800123 FIELDS 2 a d",
          "HSET #persisted a 1 b 2",
          "HPEXPIREAT #persisted 4102444800123 FIELDS 2 a b",
          "HPERSIST #persisted FIELDS 1 a",
          "HSETEX #set EXAT 4102444801 FIELDS 3 a 1 b 2 c 3",
          "HSETEX #set KEEPTTL FIELDS 1 a 7",
          "HSET #set b 5",
          "HGETEX #set PXAT 4102444800999 FIELDS 1 c",
          "HGETEX #set PERSIST FIELDS 1 a",
          "HSETEX #shorter PXAT 4102444800999 FIELDS 2 a 1 b 2",
          "HGETDEL #shorter FIELDS 1 b",
          "HSET #over a 1 b 2",
          "HPEXPIREAT #over 1 FIELDS 1 a");

  /** How data are kept. */
  enum Form {
    /** A snapshot. */
    SNAPSHOT,
    /** A journal behind a snapshot. */
    JOURNAL,
    /** A journal of commands alone. */
    COMMANDS
  }

  @TempDir private Path folder;

  private static Stream<Arguments> cases() {
    return RealServer.engines(
            "respite.newer.engines", Engine.REDIS_8, Engine.VALKEY_8, Engine.VALKEY_9)
        .flatMap(engine -> Stream.of(Form.values()).map(form -> Arguments.of(engine, form)));
  }

  private String[] options(Form form) {
    List<String> all = new ArrayList<>(List.of("--dir", folder.toString()));
    all.addAll(List.of("--enable-debug-command", "yes", "--hash-max-listpack-entries", "6"));
    all.addAll(List.of("--zset-max-listpack-entries", "6", "--list-max-listpack-size", "4"));
    all.addAll(List.of("--set-max-intset-entries", "5", "--stream-node-max-entries", "5"));
    if (form != Form.SNAPSHOT) {
      all.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
      all.addAll(List.of("--aof-use-rdb-preamble", form == Form.JOURNAL ? "yes" : "no"));
    }
    return all.toArray(String[]::new);
  }

  private static ServerProcess loaded(ServerProcess server) {
    Awaitility.await("the end of loading")
        .atMost(ServerProcess.PATIENCE)
        .until(() -> server.ask("INFO", "persistence").text().contains("\nloading:0"));
    return server;
  }

  private static boolean knowsDeadlines(Engine engine) {
    return engine == Engine.REDIS_8 || engine == Engine.VALKEY_9;
  }

  /** Whether a server reads what we write of deadlines: Valkey reads commands, not version 12. */
  private static boolean readsOurDeadlines(Engine engine, Form form) {
    return engine == Engine.REDIS_8 || (engine == Engine.VALKEY_9 && form == Form.COMMANDS);
  }

  private static void deadlines(Peer peer, String part) throws IOException {
    for (String line : DEADLINES) {
      Resp reply = peer.ask(line.replace("#", part + "-").split(" ", -1));
      assertThat(reply.isError()).as("%s: %s", line, reply).isFalse();
    }
  }

  /** Keeps what there is: in a file, or in a new base with something in the journal behind it. */
  private static void keep(ServerProcess server, Form form, boolean withDeadlines, String part)
      throws IOException {
    try (Peer peer = new Peer(server.port)) {
      if (withDeadlines) {
        deadlines(peer, part + "-first");
      }
      if (form == Form.SNAPSHOT) {
        assertThat(peer.ask("SAVE").toString()).isEqualTo(OK);
        return;
      }
      assertThat(peer.ask("BGREWRITEAOF").isError()).isFalse();
      Awaitility.await("the end of a rewrite")
          .atMost(ServerProcess.PATIENCE)
          .until(
              () ->
                  server.ask("INFO", "persistence").text().contains("\naof_rewrite_in_progress:0"));
      assertThat(peer.ask("RPUSH", part + "-behind", "a", "b").toString()).isEqualTo(":2");
      if (withDeadlines) {
        deadlines(peer, part + "-second");
      }
    }
  }

  /** What a server has, a line a key: type, deadline and value, fields with their deadlines. */
  private static Map<String, String> content(ServerProcess server, boolean withDeadlines)
      throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Peer peer = new Peer(server.port)) {
      for (String database : DATABASES) {
        assertThat(peer.ask("SELECT", database).toString()).isEqualTo(OK);
        for (Resp key : peer.ask("KEYS", "*").items()) {
          String name = key.text();
          String type = peer.ask("TYPE", name).text();
          content.put(
              database + " " + name,
              type + peer.ask("PEXPIRETIME", name) + value(peer, name, type, withDeadlines));
        }
      }
      content.put("functions", "" + peer.ask("FUNCTION", "LIST").items().size());
    }
    return content;
  }

  private static String value(Peer peer, String key, String type, boolean withDeadlines)
      throws IOException {
    switch (type) {
      case "zset" -> {
        return peer.ask("ZRANGE", key, "0", "-1", "WITHSCORES").toString();
      }
      case "hash" -> {
        Map<String, String> fields = new TreeMap<>();
        for (Resp field : peer.ask("HKEYS", key).items()) {
          String value = peer.ask("HGET", key, field.text()).toString();
          fields.put(
              field.text(),
              withDeadlines
                  ? value + peer.ask("HPEXPIRETIME", key, "FIELDS", "1", field.text())
                  : value);
        }
        return fields.toString();
      }
      case "stream" -> {
        return peer.ask("DEBUG", "DIGEST-VALUE", key) + "" + peer.ask("XPENDING", key, "one");
      }
      default -> {
        return peer.ask("DEBUG", "DIGEST-VALUE", key).toString();
      }
    }
  }

  private void assertAccepted(Path checkRdb, Path checkAof, Form form) {
    Shell.Ended ended =
        form == Form.SNAPSHOT
            ? Shell.run(checkRdb.toString(), folder.resolve("dump.rdb").toString())
            : Shell.run(
                checkAof.toString(),
                folder.resolve("appendonlydir").resolve("appendonly.aof.manifest").toString());
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains(
            form == Form.SNAPSHOT
                ? "\\o/ RDB looks OK! \\o/"
                : "All AOF files and manifest are valid");
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void what_is_kept_goes_there_and_back(Engine engine, Form form) throws Exception {
    boolean deadlines = knowsDeadlines(engine);
    Path checkRdb = engine.checkRdb();
    Map<String, String> ours;
    try (ServerProcess respite = loaded(ServerProcess.respite(options(form)))) {
      RdbInteropIT.fill(respite);
      keep(respite, form, readsOurDeadlines(engine, form), "ours");
      ours = content(respite, deadlines);
    }
    assertAccepted(checkRdb, engine.checkAof(), form);
    Map<String, String> theirs;
    try (ServerProcess real = loaded(RealServer.start(engine, options(form)))) {
      assertThat(content(real, deadlines)).isEqualTo(ours);
      keep(real, form, deadlines, "theirs");
      theirs = content(real, deadlines);
    }
    assertAccepted(
        ServerProcess.LAUNCHER.resolveSibling("respite-check-rdb"),
        ServerProcess.LAUNCHER.resolveSibling("respite-check-aof"),
        form);
    try (ServerProcess respite = loaded(ServerProcess.respite(options(form)))) {
      assertThat(content(respite, deadlines)).isEqualTo(theirs);
    }
    assertThat(theirs).hasSizeGreaterThan(ours.size() - 1);
    System.out.printf(
        "CHECK newer-files server=%s form=%s keys=%d diffs=0%n", engine, form, theirs.size() - 1);
  }

  @Test
  void keys_whose_fields_have_deadlines_move_to_redis_8_and_back() throws Exception {
    String[] options = {"--enable-debug-command", "yes", "--hash-max-listpack-entries", "6"};
    try (ServerProcess real = RealServer.start(Engine.REDIS_8, options);
        ServerProcess respite = loaded(ServerProcess.respite(options));
        Peer ours = new Peer(respite.port);
        Peer theirs = new Peer(real.port)) {
      RdbInteropIT.fill(respite);
      for (String database : DATABASES) {
        if (!database.equals("0")) {
          ours.ask("SELECT", database);
          ours.ask("FLUSHDB");
        }
      }
      ours.ask("SELECT", "0");
      ours.ask("FUNCTION", "FLUSH");
      deadlines(ours, "moved");
      // What MIGRATE tells is how long keys live on, and the way takes time; of fields it tells
      // when.
      for (Resp key : ours.ask("KEYS", "*").items()) {
        ours.ask("PERSIST", key.text());
      }
      Map<String, String> before = content(respite, true);
      migrate(ours, real.port);
      assertThat(ours.ask("DBSIZE").toString()).isEqualTo(":0");
      assertThat(content(real, true)).isEqualTo(before);
      migrate(theirs, respite.port);
      assertThat(theirs.ask("DBSIZE").toString()).isEqualTo(":0");
      assertThat(content(respite, true)).isEqualTo(before);
    }
  }

  private static void migrate(Peer from, int port) throws IOException {
    List<String> words = new ArrayList<>(List.of("MIGRATE", "127.0.0.1", "" + port, ""));
    words.addAll(List.of("0", "10000", "KEYS"));
    from.ask("KEYS", "*").items().forEach(key -> words.add(key.text()));
    assertThat(from.ask(words.toArray(String[]::new)).toString()).isEqualTo(OK);
  }
}
