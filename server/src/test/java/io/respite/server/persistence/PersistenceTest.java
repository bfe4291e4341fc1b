package io.respite.server.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.Storage;
import io.respite.server.rdb.RdbFileWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data set's file as clients and operators meet it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PersistenceTest {
  private static final String OK = "+OK\r\n";

  /** What redis-server 7.0.15 answers to DEBUG DIGEST for the file that it wrote. */
  private static final String GOLDEN_DIGEST = "+ebd43e60397b2c85c1b21ffbea1a061b1be9af8c\r\n";

  @TempDir private Path folder;
  private final ManualClock clock = new ManualClock();
  private final List<Engine> engines = new ArrayList<>();

  private Engine engine(String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("dir", folder.toString());
    all.put("enable-debug-command", "yes");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    Engine engine = Engine.open(all, clock.environment(42));
    engines.add(engine);
    return engine;
  }

  @AfterEach
  void close() {
    engines.forEach(Engine::close);
  }

  private static String run(Engine engine, String... words) {
    Session session = engine.newSession(Session.Connection.NONE, true);
    return new String(engine.execute(session, Arguments.of(words)), StandardCharsets.ISO_8859_1);
  }

  private static String line(Engine engine, String line) {
    return run(engine, line.split(" ", -1));
  }

  private static String figure(Engine engine, String name) {
    return run(engine, "INFO", "persistence")
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1);
  }

  private void golden() throws IOException {
    try (InputStream in =
        PersistenceTest.class.getResourceAsStream("/io/respite/server/rdb/redis-7.0.15.rdb")) {
      Files.copy(in, folder.resolve("dump.rdb"));
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Nested
  class Save {
    @Test
    void writes_all_databases_to_the_file_and_leaves_nothing_else() throws IOException {
      Engine engine = engine();
      line(engine, "SET a 1");
      assertThat(line(engine, "SAVE")).isEqualTo(OK);

      assertThat(names()).containsExactly("dump.rdb", "respite.lock");
      assertThat(Files.readAllBytes(folder.resolve("dump.rdb")))
          .startsWith("REDIS0010".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void takes_the_name_and_the_folder_that_are_configured() throws IOException {
      Engine engine = engine("dbfilename", "other.rdb");
      assertThat(line(engine, "SAVE")).isEqualTo(OK);
      assertThat(names()).containsExactly("other.rdb", "respite.lock");
    }

    @Test
    void compresses_and_checks_as_configured() throws IOException {
      Engine engine = engine("rdbchecksum", "no");
      run(engine, "SET", "a", "abc".repeat(1000));
      line(engine, "SAVE");
      byte[] small = Files.readAllBytes(folder.resolve("dump.rdb"));
      assertThat(small.length).isLessThan(300);
      assertThat(small).endsWith(0, 0, 0, 0, 0, 0, 0, 0);
      line(engine, "CONFIG SET rdbcompression no");
      line(engine, "SAVE");
      assertThat(Files.size(folder.resolve("dump.rdb"))).isGreaterThan(3000);
    }

    @Test
    void keeps_the_old_file_when_the_new_one_cannot_be_written() throws IOException {
      Engine engine = engine();
      line(engine, "SET a 1");
      line(engine, "SAVE");
      byte[] before = Files.readAllBytes(folder.resolve("dump.rdb"));
      line(engine, "SET a 2");
      // The unfinished file cannot be made where a folder of its name is.
      Path obstacle = folder.resolve("temp-" + ProcessHandle.current().pid() + ".rdb");
      Files.createDirectories(obstacle.resolve("full"));

      assertThat(line(engine, "SAVE")).startsWith("-ERR the databases cannot be saved: ");
      assertThat(Files.readAllBytes(folder.resolve("dump.rdb"))).isEqualTo(before);
      assertThat(figure(engine, "rdb_changes_since_last_save")).isEqualTo("1");
    }

    @Test
    void resets_the_count_of_changes_and_tells_its_time() {
      Engine engine = engine();
      long start = clock.millis() / 1000;
      line(engine, "SET a 1");
      line(engine, "SET b 1");
      assertThat(figure(engine, "rdb_changes_since_last_save")).isEqualTo("2");
      assertThat(line(engine, "LASTSAVE")).isEqualTo(":" + start + "\r\n");
      clock.advanceMillis(10_000);
      line(engine, "SAVE");
      assertThat(figure(engine, "rdb_changes_since_last_save")).isEqualTo("0");
      assertThat(figure(engine, "rdb_saves")).isEqualTo("1");
      assertThat(line(engine, "LASTSAVE")).isEqualTo(":" + (start + 10) + "\r\n");
    }

    @Test
    void writes_the_version_that_the_data_need() throws IOException {
      Engine engine = engine();
      line(engine, "HSETEX h EX 1000 FIELDS 1 f v");
      line(engine, "SAVE");
      assertThat(Files.readAllBytes(folder.resolve("dump.rdb")))
          .startsWith("REDIS0012".getBytes(StandardCharsets.US_ASCII));
      assertThat(line(engine, "DEBUG RELOAD")).isEqualTo(OK);
      assertThat(line(engine, "HTTL h FIELDS 1 f")).contains(":1000");
    }

    @Test
    void remembers_the_use_of_keys_where_it_decides_who_is_evicted() {
      Engine engine = engine("maxmemory-policy", "allkeys-lru");
      line(engine, "SET a 1");
      clock.advanceMillis(500_000);
      assertThat(line(engine, "DEBUG RELOAD")).isEqualTo(OK);
      assertThat(line(engine, "OBJECT IDLETIME a")).isEqualTo(":500\r\n");
    }
  }

  @Nested
  class Loading {
    @Test
    void a_real_servers_file_gives_what_that_server_had() throws IOException {
      golden();
      // Its limit: a compact sorted set does not know the sign of a zero.
      Engine engine = engine("zset-max-listpack-entries", "4");
      assertThat(line(engine, "DEBUG RELOAD NOSAVE")).isEqualTo(OK);

      assertThat(line(engine, "DEBUG DIGEST")).isEqualTo(GOLDEN_DIGEST);
      assertThat(line(engine, "FCALL answer 0")).isEqualTo(":42\r\n");
      assertThat(line(engine, "OBJECT ENCODING text")).contains("embstr");
      assertThat(line(engine, "OBJECT ENCODING int64")).contains("int");
      assertThat(figure(engine, "rdb_last_load_keys_loaded")).isEqualTo("26");
      line(engine, "SAVE");
      engine.execute(
          engine.newSession(Session.Connection.NONE, true),
          Arguments.of("CONFIG", "SET", "save", ""));
      line(engine, "FLUSHALL");
      line(engine, "FUNCTION FLUSH");
      assertThat(line(engine, "DEBUG RELOAD NOSAVE")).isEqualTo(OK);
      assertThat(line(engine, "DEBUG DIGEST")).isEqualTo(GOLDEN_DIGEST);
      assertThat(line(engine, "FCALL answer 0")).isEqualTo(":42\r\n");
    }

    @Test
    void leaves_out_keys_whose_time_has_come() {
      Engine engine = engine();
      line(engine, "SET dead 1 PX 5000");
      line(engine, "RPUSH list 1");
      line(engine, "PEXPIRE list 50000");
      line(engine, "SAVE");
      clock.advanceMillis(6_000);
      assertThat(line(engine, "DEBUG RELOAD NOSAVE")).isEqualTo(OK);
      assertThat(line(engine, "DBSIZE")).isEqualTo(":1\r\n");
      assertThat(line(engine, "PTTL list")).isEqualTo(":44000\r\n");
      assertThat(figure(engine, "rdb_last_load_keys_expired")).isEqualTo("1");
    }

    @Test
    void of_a_damaged_file_leaves_everything_as_it_was() throws IOException {
      Engine engine = engine();
      line(engine, "SET mine 1");
      golden();
      Path file = folder.resolve("dump.rdb");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
      for (String how : List.of("", " NOFLUSH", " MERGE")) {
        assertThat(line(engine, "DEBUG RELOAD NOSAVE" + how))
            .startsWith("-ERR the file is damaged: Wrong RDB checksum");
      }
      assertThat(line(engine, "KEYS *")).isEqualTo("*1\r\n$4\r\nmine\r\n");
      assertThat(line(engine, "FUNCTION LIST")).isEqualTo("*0\r\n");
    }

    private void write(Consumer<RdbFileWriter> content) throws IOException {
      try (Storage.Output output = Storage.system().create(folder.resolve("dump.rdb"))) {
        RdbFileWriter writer =
            new RdbFileWriter(
                output, new RdbFileWriter.Options(10, true, true, RdbFileWriter.Use.NONE));
        writer.begin();
        content.accept(writer);
        writer.end();
      }
    }

    private static byte[] record(String key) {
      return PackedEntry.of(key.getBytes(StandardCharsets.US_ASCII), new byte[] {'v'}, 0);
    }

    @Test
    void of_a_file_with_a_key_twice_leaves_everything_as_it_was() throws IOException {
      Engine engine = engine();
      run(engine, "SET", "here", "1");
      for (int apart : new int[] {0, 1, 200}) {
        write(
            writer -> {
              writer.database(0, 2 + apart, 0);
              writer.entry(record("double"), 0);
              for (int i = 0; i < apart; i++) {
                writer.entry(record("k" + i), 0);
              }
              writer.entry(record("double"), 0);
            });
        assertThat(run(engine, "DEBUG", "RELOAD", "NOSAVE")).as("apart %d", apart).startsWith("-");
        assertThat(run(engine, "GET", "here")).isEqualTo("$1\r\n1\r\n");
        assertThat(run(engine, "DBSIZE")).isEqualTo(":1\r\n");
      }
    }

    @Test
    void does_not_depend_on_the_number_of_keys_that_the_file_claims() throws IOException {
      for (long claimed : new long[] {0, 1, 1_000, 1L << 40, -1}) {
        write(
            writer -> {
              writer.database(0, claimed, 0);
              for (int i = 0; i < 2_000; i++) {
                writer.entry(record("k" + i), 0);
              }
              writer.database(3, claimed, 0);
              writer.entry(record("k0"), 0);
            });
        Engine engine = engine();
        assertThat(run(engine, "DBSIZE")).as("claimed %d", claimed).isEqualTo(":2000\r\n");
        run(engine, "SELECT", "3");
        assertThat(run(engine, "GET", "k1999")).isEqualTo("$1\r\nv\r\n");
        engine.close();
      }
    }

    @Test
    void asks_for_as_many_databases_as_the_file_has() {
      Engine engine = engine();
      Session session = engine.newSession(Session.Connection.NONE, true);
      engine.execute(session, Arguments.of("SELECT", "9"));
      engine.execute(session, Arguments.of("SET", "a", "1"));
      line(engine, "SAVE");
      engine.close();
      assertThatThrownBy(() -> engine("databases", "4"))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("keys of database 9, and there are 4 databases");
    }
  }

  @Nested
  class Debug_reload {
    @Test
    void keeps_what_is_there_and_touches_watched_keys() {
      Engine engine = engine();
      for (int i = 0; i < 1000; i++) {
        line(engine, "SADD set" + i % 10 + " member" + i);
        line(engine, "SET key" + i + " " + i);
      }
      String digest = line(engine, "DEBUG DIGEST");
      assertThat(line(engine, "DEBUG RELOAD")).isEqualTo(OK);
      assertThat(line(engine, "DEBUG DIGEST")).isEqualTo(digest);
      assertThat(line(engine, "DBSIZE")).isEqualTo(":1010\r\n");
    }

    @Test
    void replaces_joins_or_refuses_as_it_is_told() {
      Engine engine = engine();
      line(engine, "SET a file");
      line(engine, "SET b file");
      line(engine, "SAVE");
      line(engine, "SET a memory");
      line(engine, "SET c memory");

      assertThat(line(engine, "DEBUG RELOAD NOSAVE NOFLUSH"))
          .startsWith("-ERR the key '")
          .contains("is in the file and in a database");
      assertThat(line(engine, "GET a")).contains("memory");
      assertThat(line(engine, "DEBUG RELOAD NOSAVE NOFLUSH MERGE")).isEqualTo(OK);
      assertThat(line(engine, "GET a")).contains("file");
      assertThat(line(engine, "GET c")).contains("memory");
      assertThat(line(engine, "DEBUG RELOAD NOSAVE")).isEqualTo(OK);
      assertThat(line(engine, "EXISTS c")).isEqualTo(":0\r\n");
      assertThat(line(engine, "DEBUG RELOAD now"))
          .isEqualTo("-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.\r\n");
    }

    @Test
    void lets_a_transaction_fail_whose_key_it_loaded_anew() {
      Engine engine = engine();
      line(engine, "SET a 1");
      Session watcher = engine.newSession(Session.Connection.NONE, true);
      engine.execute(watcher, Arguments.of("WATCH", "a"));
      line(engine, "DEBUG RELOAD");
      engine.execute(watcher, Arguments.of("MULTI"));
      engine.execute(watcher, Arguments.of("GET", "a"));
      assertThat(engine.execute(watcher, Arguments.of("EXEC")))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo("*-1\r\n");
    }

    @Test
    void without_a_file_says_so() {
      assertThat(line(engine(), "DEBUG RELOAD NOSAVE"))
          .startsWith("-ERR the file cannot be reloaded: ")
          .contains("dump.rdb");
    }
  }
}
