package io.respite.server.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.Engine;
import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is saved beside the clients' requests, and what clients hear of it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BesideTest {
  private static final String OK = "+OK\r\n";

  @TempDir private Path folder;
  private final List<Engine> engines = new ArrayList<>();

  private Engine engine(String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("dir", folder.toString());
    all.put("enable-debug-command", "yes");
    all.put("save", "");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    Engine engine = Engine.open(all);
    engines.add(engine);
    return engine;
  }

  @AfterEach
  void close() {
    engines.forEach(Engine::close);
  }

  private static String line(Engine engine, String line) {
    Session session = engine.newSession(Session.Connection.NONE, true);
    return new String(
        engine.execute(session, Arguments.of(line.split(" ", -1))), StandardCharsets.ISO_8859_1);
  }

  private static String figure(Engine engine, String name) {
    return line(engine, "INFO persistence")
        .lines()
        .filter(text -> text.startsWith(name + ":"))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1);
  }

  private static void await(Engine engine, String figure, String value) {
    Awaitility.await(figure).until(() -> figure(engine, figure).equals(value));
  }

  private List<String> names(String below) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(below))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Saving takes long enough that something can happen meanwhile. */
  private Engine slow(String... settings) {
    Engine engine = engine(settings);
    for (int i = 0; i < 200; i++) {
      line(engine, "SET key" + i + " " + i);
    }
    assertThat(line(engine, "CONFIG SET rdb-key-save-delay 2000")).isEqualTo(OK);
    return engine;
  }

  @Nested
  class Bgsave {
    @Test
    void saves_what_there_was_when_it_was_asked_for() {
      Engine engine = slow();
      String digest = line(engine, "DEBUG DIGEST");
      assertThat(line(engine, "BGSAVE")).isEqualTo("+Background saving started\r\n");
      assertThat(figure(engine, "rdb_bgsave_in_progress")).isEqualTo("1");
      assertThat(figure(engine, "current_save_keys_total")).isEqualTo("200");
      for (int i = 0; i < 200; i++) {
        line(engine, "SET key" + i + " changed");
        line(engine, "SET more" + i + " 1");
      }
      await(engine, "rdb_bgsave_in_progress", "0");
      assertThat(figure(engine, "rdb_last_bgsave_status")).isEqualTo("ok");
      assertThat(figure(engine, "rdb_changes_since_last_save")).isEqualTo("400");
      assertThat(line(engine, "DEBUG RELOAD NOSAVE")).isEqualTo(OK);
      assertThat(line(engine, "DEBUG DIGEST")).isEqualTo(digest);
    }

    @Test
    void tells_how_much_stays_for_its_sake_because_it_has_been_replaced() {
      Engine engine = slow();
      Session second = engine.newSession(Session.Connection.NONE, true);
      engine.execute(second, Arguments.of("SELECT", "1"));
      setAll(engine, second, "before");
      line(engine, "BGSAVE");
      assertThat(figure(engine, "current_cow_size")).isEqualTo("0");
      // The second database comes when the first one has been written.
      setAll(engine, second, "after:");
      String kept = figure(engine, "current_cow_size");
      // The copy of a record of 18 bytes for each key, and where it lies.
      assertThat(Integer.parseInt(kept)).isBetween(40 * 18, 40 * 36);
      setAll(engine, second, "third:");
      assertThat(figure(engine, "current_cow_size")).isEqualTo(kept);
      await(engine, "rdb_bgsave_in_progress", "0");
      assertThat(figure(engine, "current_cow_size")).isEqualTo("0");
      assertThat(figure(engine, "rdb_last_cow_size")).isEqualTo(kept);
      line(engine, "CONFIG SET rdb-key-save-delay 0");
      line(engine, "BGSAVE");
      await(engine, "rdb_saves", "2");
      assertThat(figure(engine, "rdb_last_cow_size")).isEqualTo("0");
    }

    private void setAll(Engine engine, Session session, String value) {
      for (int i = 1_000; i < 1_040; i++) {
        engine.execute(session, Arguments.of("SET", "key" + i, value));
      }
    }

    @Test
    void is_refused_while_one_is_under_way_and_so_is_SAVE() {
      Engine engine = slow();
      line(engine, "BGSAVE");
      for (String another : List.of("BGSAVE", "BGSAVE SCHEDULE", "SAVE")) {
        assertThat(line(engine, another)).isEqualTo("-ERR Background save already in progress\r\n");
      }
      assertThat(line(engine, "BGSAVE NOW")).isEqualTo("-ERR syntax error\r\n");
      await(engine, "rdb_bgsave_in_progress", "0");
      assertThat(line(engine, "SAVE")).isEqualTo(OK);
    }

    @Test
    void waits_for_a_rewrite_if_that_is_asked_for() {
      Engine engine = slow("appendonly", "yes");
      assertThat(line(engine, "BGREWRITEAOF"))
          .isEqualTo("+Background append only file rewriting started\r\n");
      assertThat(line(engine, "BGSAVE")).startsWith("-ERR Another child process is active (AOF?)");
      assertThat(line(engine, "BGSAVE SCHEDULE")).isEqualTo("+Background saving scheduled\r\n");
      await(engine, "rdb_saves", "1");
      assertThat(figure(engine, "aof_rewrites")).isEqualTo("1");
    }

    @Test
    void in_a_transaction_comes_after_it() {
      Engine engine = engine();
      Session session = engine.newSession(Session.Connection.NONE, true);
      for (String line : List.of("MULTI", "SET a 1", "BGSAVE", "SET b 2")) {
        engine.execute(session, Arguments.of(line.split(" ")));
      }
      assertThat(
              new String(engine.execute(session, Arguments.of("EXEC")), StandardCharsets.US_ASCII))
          .contains("+Background saving scheduled");
      await(engine, "rdb_saves", "1");
      line(engine, "DEBUG RELOAD NOSAVE");
      assertThat(line(engine, "DBSIZE")).isEqualTo(":2\r\n");
    }

    @Test
    void is_begun_by_save_points() {
      Engine engine = engine("save", "1 3");
      line(engine, "MSET a 1 b 2");
      line(engine, "SET c 3");
      line(engine, "SET d 4");
      await(engine, "rdb_saves", "1");
      assertThat(figure(engine, "rdb_changes_since_last_save")).isEqualTo("0");
    }

    @Test
    void that_fails_keeps_the_old_file_and_makes_writes_wait_for_one_that_succeeds()
        throws IOException {
      Engine engine = engine("save", "3600 1");
      line(engine, "SET a 1");
      line(engine, "SAVE");
      byte[] before = Files.readAllBytes(folder.resolve("dump.rdb"));
      Path obstacle = folder.resolve("temp-bgsave-" + ProcessHandle.current().pid() + ".rdb");
      Files.createDirectories(obstacle.resolve("full"));
      line(engine, "SET a 2");
      line(engine, "BGSAVE");
      await(engine, "rdb_last_bgsave_status", "err");
      assertThat(line(engine, "SET a 3")).startsWith("-MISCONF Redis is configured to save RDB");
      assertThat(line(engine, "PING")).startsWith("-MISCONF");
      assertThat(line(engine, "GET a")).isEqualTo("$1\r\n2\r\n");
      assertThat(Files.readAllBytes(folder.resolve("dump.rdb"))).isEqualTo(before);
      line(engine, "CONFIG SET stop-writes-on-bgsave-error no");
      assertThat(line(engine, "SET a 4")).isEqualTo(OK);
      line(engine, "CONFIG SET stop-writes-on-bgsave-error yes");
      Files.delete(obstacle.resolve("full"));
      Files.delete(obstacle);
      line(engine, "BGSAVE");
      await(engine, "rdb_last_bgsave_status", "ok");
      assertThat(line(engine, "SET a 5")).isEqualTo(OK);
    }
  }

  @Nested
  class Flushall {
    @Test
    void with_save_points_leaves_no_file_that_could_bring_the_keys_back() throws IOException {
      Engine engine = engine("save", "3600 1");
      line(engine, "SET a 1");
      line(engine, "SAVE");
      assertThat(line(engine, "FLUSHALL")).isEqualTo(OK);
      assertThat(figure(engine, "rdb_saves")).isEqualTo("2");
      line(engine, "SET b 1");
      assertThat(line(engine, "DEBUG RELOAD NOSAVE")).isEqualTo(OK);
      assertThat(line(engine, "DBSIZE")).isEqualTo(":0\r\n");
    }

    @Test
    void without_save_points_leaves_the_file_alone() throws IOException {
      Engine engine = engine();
      line(engine, "SET a 1");
      line(engine, "SAVE");
      byte[] before = Files.readAllBytes(folder.resolve("dump.rdb"));
      assertThat(line(engine, "FLUSHALL ASYNC")).isEqualTo(OK);
      assertThat(Files.readAllBytes(folder.resolve("dump.rdb"))).isEqualTo(before);
    }

    @Test
    void ends_a_save_that_is_under_way() throws IOException {
      Engine engine = slow("save", "3600 1");
      line(engine, "BGSAVE");
      assertThat(line(engine, "FLUSHALL")).isEqualTo(OK);
      await(engine, "rdb_bgsave_in_progress", "0");
      assertThat(figure(engine, "rdb_saves")).isEqualTo("1");
      assertThat(names("")).containsExactly("dump.rdb", "respite.lock");
      line(engine, "DEBUG RELOAD NOSAVE");
      assertThat(line(engine, "DBSIZE")).isEqualTo(":0\r\n");
    }
  }

  @Nested
  class What_a_killed_process_has_left {
    @Test
    void is_removed_at_the_next_start_and_nothing_else() throws IOException {
      Path journal = Files.createDirectory(folder.resolve("appendonlydir"));
      long nobody = Long.MAX_VALUE / 100;
      long somebody = ProcessHandle.current().parent().orElseThrow().pid();
      for (String name :
          List.of("temp-bgsave-%d.rdb", "temp-%d.rdb", "temp-rewriteaof-bg-%d.aof")) {
        Files.writeString(folder.resolve(name.formatted(nobody)), "half");
        Files.writeString(journal.resolve(name.formatted(nobody)), "half");
      }
      Files.writeString(folder.resolve("temp-bgsave-" + somebody + ".rdb"), "not done yet");
      Files.writeString(folder.resolve("temp-" + nobody + ".rdb.bak"), "somebody's own");
      engine("appendonly", "yes");
      assertThat(names(""))
          .containsExactly(
              "appendonlydir",
              "respite.lock",
              "temp-" + nobody + ".rdb.bak",
              "temp-bgsave-" + somebody + ".rdb");
      assertThat(names("appendonlydir")).noneMatch(name -> name.startsWith("temp"));
    }
  }

  @Nested
  class Bgrewriteaof {
    @Test
    void writes_a_base_of_the_form_that_is_asked_for() throws IOException {
      Engine engine = engine("appendonly", "yes", "aof-use-rdb-preamble", "no");
      line(engine, "SET a 1");
      assertThat(line(engine, "BGREWRITEAOF")).startsWith("+Background append only file");
      await(engine, "aof_rewrite_in_progress", "0");
      assertThat(names("appendonlydir")).contains("appendonly.aof.2.base.aof");
      Path base = folder.resolve("appendonlydir").resolve("appendonly.aof.2.base.aof");
      assertThat(Files.readString(base, StandardCharsets.ISO_8859_1))
          .startsWith("*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n")
          .contains("$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
    }

    @Test
    void leaves_a_base_and_one_increment() throws IOException {
      Engine engine = engine("appendonly", "yes");
      for (int i = 0; i < 1000; i++) {
        line(engine, "INCR counter");
      }
      line(engine, "BGREWRITEAOF");
      await(engine, "aof_rewrites", "1");
      assertThat(names("appendonlydir"))
          .containsExactly(
              "appendonly.aof.2.base.rdb", "appendonly.aof.2.incr.aof", "appendonly.aof.manifest");
      line(engine, "INCR counter");
      line(engine, "DEBUG LOADAOF");
      assertThat(line(engine, "GET counter")).isEqualTo("$4\r\n1001\r\n");
    }

    @Test
    void without_a_journal_makes_a_base_alone() throws IOException {
      Engine engine = engine();
      line(engine, "SET a 1");
      line(engine, "BGREWRITEAOF");
      await(engine, "aof_rewrites", "1");
      assertThat(names("appendonlydir"))
          .containsExactly("appendonly.aof.1.base.rdb", "appendonly.aof.manifest");
    }

    @Test
    void comes_by_itself_when_the_file_has_grown() {
      Engine engine =
          engine(
              "appendonly", "yes",
              "auto-aof-rewrite-min-size", "1kb",
              "auto-aof-rewrite-percentage", "100");
      for (int i = 0; i < 500; i++) {
        line(engine, "SET key value" + i);
      }
      await(engine, "aof_rewrites", "1");
      assertThat(Integer.parseInt(figure(engine, "aof_current_size"))).isLessThan(20_000);
    }

    @Test
    void is_refused_while_one_is_under_way() {
      Engine engine = slow("appendonly", "yes");
      line(engine, "BGREWRITEAOF");
      assertThat(line(engine, "BGREWRITEAOF"))
          .isEqualTo("-ERR Background append only file rewriting already in progress\r\n");
      await(engine, "aof_rewrite_in_progress", "0");
    }
  }

  @Nested
  class Appendonly {
    @Test
    void can_be_switched_on_and_off() {
      Engine engine = engine();
      line(engine, "SET before 1");
      assertThat(line(engine, "CONFIG SET appendonly yes")).isEqualTo(OK);
      await(engine, "aof_rewrites", "1");
      line(engine, "SET after 2");
      assertThat(line(engine, "DEBUG LOADAOF")).isEqualTo(OK);
      assertThat(line(engine, "MGET before after")).isEqualTo("*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
      assertThat(line(engine, "CONFIG SET appendonly no")).isEqualTo(OK);
      line(engine, "SET unseen 3");
      assertThat(figure(engine, "aof_enabled")).isEqualTo("0");
      assertThat(line(engine, "DEBUG LOADAOF")).startsWith("-ERR the append-only file is off");
      engine.close();
      assertThat(line(engine("appendonly", "yes"), "KEYS unseen")).isEqualTo("*0\r\n");
    }

    @Test
    void is_refused_where_everything_stays_in_memory() {
      try (Engine engine = Engine.open(Map.of())) {
        assertThat(line(engine, "CONFIG SET appendonly yes")).contains("in memory alone");
        Session session = engine.newSession(Session.Connection.NONE, true);
        assertThat(
                new String(
                    engine.execute(session, Arguments.of("CONFIG", "SET", "save", "10 1")),
                    StandardCharsets.US_ASCII))
            .contains("in memory alone");
        for (String command : List.of("SAVE", "BGSAVE", "BGREWRITEAOF")) {
          assertThat(line(engine, command)).startsWith("-ERR this engine keeps its data in memory");
        }
      }
    }
  }

  @Nested
  class Waitaof {
    @Test
    void answers_when_what_was_written_is_on_disk() {
      Engine engine = engine("appendonly", "yes", "appendfsync", "always");
      line(engine, "SET a 1");
      assertThat(line(engine, "WAITAOF 1 0 0")).isEqualTo("*2\r\n:1\r\n:0\r\n");
      assertThat(line(engine, "WAITAOF 0 0 0")).isEqualTo("*2\r\n:1\r\n:0\r\n");
    }

    @Test
    void refuses_what_makes_no_sense() {
      Engine engine = engine();
      assertThat(line(engine, "WAITAOF 1 0 10"))
          .isEqualTo(
              "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n");
      assertThat(line(engine, "WAITAOF 2 0 10"))
          .isEqualTo("-ERR value is out of range, value must between 0 and 1\r\n");
      assertThat(line(engine, "WAITAOF 0 -1 10"))
          .isEqualTo("-ERR value is out of range, must be positive\r\n");
      assertThat(line(engine, "WAITAOF 0 0 -1")).isEqualTo("-ERR timeout is negative\r\n");
      assertThat(line(engine, "WAITAOF 0 0 x"))
          .isEqualTo("-ERR timeout is not an integer or out of range\r\n");
    }

    @Test
    void counts_no_replicas_because_there_are_none() {
      Engine engine = engine("appendonly", "yes", "appendfsync", "always");
      line(engine, "SET a 1");
      assertThat(line(engine, "WAITAOF 1 1 10")).isEqualTo("*2\r\n:1\r\n:0\r\n");
    }
  }
}
