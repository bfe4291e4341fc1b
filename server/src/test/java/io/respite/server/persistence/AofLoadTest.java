package io.respite.server.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import io.respite.server.aof.AofEncoder;
import io.respite.server.aof.AofManifest;
import io.respite.server.aof.AofReader;
import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.Effects;
import io.respite.server.log.ServerLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The append-only file being loaded. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AofLoadTest {
  /** What redis-server 7.0.15 answered to DEBUG DIGEST when it had written the golden file. */
  private static final String GOLDEN_DIGEST = "+f7efbc4a9680daa811291aebed28f79a8433a93b\r\n";

  private static final String BASE = "appendonly.aof.1.base.aof";
  private static final String FIRST = "appendonly.aof.1.incr.aof";
  private static final String SECOND = "appendonly.aof.2.incr.aof";

  @TempDir private Path folder;
  private final ManualClock clock = new ManualClock();
  private final List<String> lines = new ArrayList<>();
  private final ServerLog log =
      new ServerLog(
          clock, 1, (level, bytes) -> lines.add(new String(bytes, StandardCharsets.UTF_8)));
  private Engine engine;
  private AofLoad loading;

  @BeforeEach
  void open() {
    engine =
        Engine.open(
            Map.of(
                "dir", folder.toString(),
                "enable-debug-command", "yes",
                "save", "",
                "hash-max-listpack-entries", "6"),
            clock.environment(42));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  // ---- what to load

  private static byte[] golden() throws IOException {
    try (InputStream in =
        AofLoadTest.class.getResourceAsStream("/io/respite/server/aof/redis-7.0.15.aof")) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] commands(String... commandLines) {
    AofEncoder encoder = new AofEncoder();
    for (String line : commandLines) {
      encoder.command(
          Arrays.stream(line.split(" ", -1)).map(AofLoadTest::bytes).toArray(byte[][]::new));
    }
    return Arrays.copyOf(encoder.buffer(), encoder.size());
  }

  /** The same file with checksums. */
  private static byte[] checked(byte[] plain) throws IOException {
    Path file = Files.createTempFile("respite-aof", ".aof");
    AofEncoder encoder = new AofEncoder();
    encoder.begin(true);
    Files.write(file, plain);
    try (Storage.Input input = Storage.system().open(file)) {
      AofReader reader = new AofReader(input);
      for (var item = reader.next(); item != AofReader.Item.END; item = reader.next()) {
        if (item == AofReader.Item.COMMAND) {
          encoder.command(reader.words());
        } else {
          encoder.timestamp(reader.timestamp());
        }
      }
    } finally {
      Files.delete(file);
    }
    return Arrays.copyOf(encoder.buffer(), encoder.size());
  }

  private void load(AofManifest manifest, boolean mayBeTruncated) throws IOException {
    engine.keyspace().baton().take();
    try {
      loading =
          new AofLoad(engine.keyspace(), engine.dispatcher(), new NoFunctions(), log)
              .oldName("appendonly.aof")
              .mayBeTruncated(mayBeTruncated);
      loading.load(folder, manifest);
    } finally {
      engine.keyspace().baton().pass();
    }
  }

  private static final class NoFunctions implements Functions {
    @Override
    public List<byte[]> codes() {
      return List.of();
    }

    @Override
    public void load(List<byte[]> codes, Joining joining) {
      assertThat(codes).isEmpty();
    }

    @Override
    public boolean running() {
      return false;
    }
  }

  private static AofManifest manifest(String... names) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      boolean base = !names[i].contains(".incr.");
      text.append("file %s seq %d type %s%n".formatted(names[i], i + 1, base ? "b" : "i"));
    }
    return AofManifest.parse(bytes(text.toString()));
  }

  private void file(String name, byte[]... parts) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    Files.write(folder.resolve(name), content.toByteArray());
  }

  private String run(String line) {
    Session session = engine.newSession(Session.Connection.NONE, true);
    return new String(
        engine.execute(session, Arguments.of(line.split(" ", -1))), StandardCharsets.ISO_8859_1);
  }

  private boolean logged(String text) {
    return lines.stream().anyMatch(line -> line.contains(text));
  }

  private void forgetEverything() {
    run("FLUSHALL");
    run("FUNCTION FLUSH");
    lines.clear();
  }

  // ---- good files

  @Nested
  class Good_files {
    @Test
    void of_a_real_server_give_what_it_had() throws IOException {
      file(FIRST, golden());
      load(manifest(FIRST), false);
      assertThat(run("DEBUG DIGEST")).isEqualTo(GOLDEN_DIGEST);
      assertThat(run("FCALL first 0")).isEqualTo(":42\r\n");
      assertThat(loading.totalBytes()).isEqualTo(golden().length).isEqualTo(loading.loadedBytes());
      assertThat(logged("== CRITICAL ==")).isFalse();
      assertThat(logged("DB loaded from incr file " + FIRST + ": ")).isTrue();
    }

    @Test
    void with_checksums_give_the_same() throws IOException {
      file(FIRST, checked(golden()));
      load(manifest(FIRST), false);
      assertThat(run("DEBUG DIGEST")).isEqualTo(GOLDEN_DIGEST);
      assertThat(loading.checked()).isTrue();
      assertThat(loading.uncovered().bytes()).isZero();
    }

    @Test
    void are_loaded_in_their_order() throws IOException {
      file(BASE, commands("SET a 1", "SELECT 1", "SET b 1"));
      file(FIRST, commands("APPEND a 2"));
      file(SECOND, commands("APPEND a 3"));
      load(manifest(BASE, FIRST, SECOND), true);
      assertThat(run("GET a")).isEqualTo("$3\r\n123\r\n");
      assertThat(loading.baseBytes()).isEqualTo(Files.size(folder.resolve(BASE)));
      assertThat(loading.commands()).isEqualTo(5);
    }

    @Test
    void may_have_an_rdb_base_and_commands_behind_it() throws IOException {
      run("SET a 1");
      run("PEXPIREAT a " + (clock.millis() + 1_000));
      run("SAVE");
      forgetEverything();
      byte[] rdb = Files.readAllBytes(folder.resolve("dump.rdb"));
      file("appendonly.aof", rdb, commands("PERSIST a", "APPEND a 2"));
      file(FIRST, commands("APPEND a 3"));
      clock.advanceMillis(2_000);
      load(manifest("appendonly.aof", FIRST), true);
      assertThat(run("GET a")).as("its end was called off").isEqualTo("$3\r\n123\r\n");
      assertThat(logged("Reading RDB preamble from AOF file...")).isTrue();
      assertThat(logged("Reading the remaining AOF tail...")).isTrue();
    }

    @Test
    void expire_nothing_while_they_are_loaded_and_do_not_count_as_changes() throws IOException {
      long past = clock.millis() - 1_000;
      file(FIRST, commands("SET a 1 PXAT " + past, "PERSIST a", "SET b 1 PXAT " + past));
      List<String> effects = new ArrayList<>();
      engine
          .keyspace()
          .effects(
              new Effects() {
                @Override
                public boolean active() {
                  return true;
                }

                @Override
                public void append(int database, byte[]... command) {
                  effects.add(new String(command[0], StandardCharsets.US_ASCII));
                }
              });
      load(manifest(FIRST), true);
      assertThat(effects).isEmpty();
      assertThat(engine.keyspace().statistics().changes).isZero();
      assertThat(engine.keyspace().replaying()).isFalse();
      assertThat(run("GET a")).isEqualTo("$1\r\n1\r\n");
      assertThat(run("GET b")).isEqualTo("$-1\r\n");
    }

    @Test
    void may_hold_commands_that_fail() throws IOException {
      file(
          FIRST,
          commands("SET a 1", "LPUSH a 1", "SET a", "MULTI", "LPUSH a 1", "EXEC", "SET b 2"));
      load(manifest(FIRST), true);
      assertThat(run("GET b")).isEqualTo("$1\r\n2\r\n");
      assertThat(lines.stream().filter(line -> line.contains("== CRITICAL =="))).hasSize(3);
      assertThat(logged("AOF-loading-client: 'WRONGTYPE Operation against")).isTrue();
      assertThat(logged("after processing the command 'lpush'")).isTrue();
    }

    @Test
    void let_others_have_their_turn() throws IOException {
      String[] many = new String[2_000];
      Arrays.fill(many, "INCR a");
      file(FIRST, commands(many));
      List<Long> pauses = new ArrayList<>();
      engine.keyspace().baton().take();
      try {
        new AofLoad(engine.keyspace(), engine.dispatcher(), new NoFunctions(), log)
            .pausing(pauses::add)
            .load(folder, manifest(FIRST));
        assertThat(pauses).hasSizeBetween(7, 8).isSorted();
        assertThatThrownBy(
                () ->
                    new AofLoad(engine.keyspace(), engine.dispatcher(), new NoFunctions(), log)
                        .pausing(
                            bytes -> {
                              throw new IOException("enough");
                            })
                        .load(folder, manifest(FIRST)))
            .hasMessage("enough");
      } finally {
        engine.keyspace().baton().pass();
      }
    }

    @Test
    void may_be_empty() throws IOException {
      file(BASE);
      file(FIRST);
      load(manifest(BASE, FIRST), false);
      assertThat(run("DBSIZE")).isEqualTo(":0\r\n");
    }
  }

  // ---- files that are none

  @Nested
  class Damaged_files {
    @Test
    void a_cut_command_is_cut_off() throws IOException {
      byte[] good = commands("SET a 1", "SET b 1");
      file(FIRST, good, bytes("*3\r\n$3\r\nSET\r\n$1\r\nc\r\n$1\r\n"));
      load(manifest(FIRST), true);
      assertThat(Files.readAllBytes(folder.resolve(FIRST))).isEqualTo(good);
      assertThat(run("DBSIZE")).isEqualTo(":2\r\n");
      assertThat(loading.truncated()).isTrue();
      for (String line :
          List.of(
              "!!! Warning: short read while loading the AOF file " + FIRST + "!!!",
              "!!! Truncating the AOF " + FIRST + " at offset " + good.length + " !!!",
              "AOF " + FIRST + " loaded anyway because aof-load-truncated is enabled")) {
        assertThat(logged(line)).as(line).isTrue();
      }
    }

    @Test
    void a_transaction_without_its_end_is_cut_off_as_a_whole() throws IOException {
      byte[] good = commands("SET a 1");
      file(FIRST, good, commands("MULTI", "SET b 1", "SET c 1"));
      load(manifest(FIRST), true);
      assertThat(Files.readAllBytes(folder.resolve(FIRST))).isEqualTo(good);
      assertThat(run("DBSIZE")).isEqualTo(":1\r\n");
      assertThat(logged("Revert incomplete MULTI/EXEC transaction from AOF file " + FIRST))
          .isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void zeros_at_the_end_which_a_power_cut_leaves_are_cut_off(boolean checksums)
        throws IOException {
      byte[] good = commands("SET a 1", "SET b 1");
      byte[] more = commands("SET a 1", "SET b 1", "SET c 0123456789");
      byte[] whole = checksums ? checked(more) : more;
      int kept = (checksums ? checked(good) : good).length;
      for (int length = kept; length < whole.length; length++) {
        run("FLUSHALL");
        file(FIRST, Arrays.copyOf(whole, length), new byte[4096]);
        load(manifest(FIRST), true);
        assertThat(run("GET b")).as("%d bytes", length).isEqualTo("$1\r\n1\r\n");
        assertThat(loading.truncated()).isTrue();
        assertThat(Files.readAllBytes(folder.resolve(FIRST)))
            .as("%d bytes", length)
            .isEqualTo(Arrays.copyOf(whole, run("DBSIZE").equals(":3\r\n") ? more(whole) : kept));
      }
    }

    /** Where the last command ends, without its checksum. */
    private int more(byte[] whole) {
      int at = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf("#C:");
      return at < 0 ? whole.length : at;
    }

    @Test
    void zeros_with_something_behind_them_are_no_end() throws IOException {
      file(FIRST, commands("SET a 1"), new byte[50], commands("SET b 1"), new byte[50]);
      assertThatThrownBy(() -> load(manifest(FIRST), true))
          .hasMessageStartingWith("Bad file format reading the append only file " + FIRST);
      file(FIRST, commands("SET a 1"), bytes("nonsense"), new byte[50]);
      assertThatThrownBy(() -> load(manifest(FIRST), true))
          .hasMessageStartingWith("Bad file format reading the append only file " + FIRST);
    }

    @Test
    void nothing_is_cut_where_that_is_not_allowed_or_more_files_follow() throws IOException {
      byte[] cut = bytes("*1\r\n$4\r\nPI");
      file(BASE, cut);
      file(FIRST, cut);
      assertThatThrownBy(() -> load(manifest(FIRST), false))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "Unexpected end of file reading the append only file "
                  + FIRST
                  + ". You can: 1) Make a backup of your AOF file, then use respite-check-aof --fix"
                  + " <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated'"
                  + " configuration option to yes and restart the server.");
      assertThatThrownBy(() -> load(manifest(BASE, FIRST), true))
          .hasMessageStartingWith("Unexpected end of file reading the append only file " + BASE);
      assertThat(logged("Fatal error: the truncated file is not the last file")).isTrue();
      assertThat(Files.readAllBytes(folder.resolve(FIRST))).isEqualTo(cut);
      assertThat(Files.readAllBytes(folder.resolve(BASE))).isEqualTo(cut);
    }

    @Test
    void nonsense_is_refused() throws IOException {
      file(FIRST, commands("SET a 1"), new byte[50], commands("SET a 1"));
      assertThatThrownBy(() -> load(manifest(FIRST), true))
          .hasMessage(
              "Bad file format reading the append only file "
                  + FIRST
                  + ": make a backup of your AOF file, then use respite-check-aof --fix"
                  + " <filename.manifest>");
      assertThat(logged("(at byte 27)")).isTrue();
    }

    @Test
    void a_wrong_checksum_is_refused() throws IOException {
      byte[] file = checked(commands("SET a 1"));
      file[new String(file, StandardCharsets.ISO_8859_1).indexOf("\na\r") + 1] = 'b';
      file(FIRST, file);
      assertThatThrownBy(() -> load(manifest(FIRST), true))
          .hasMessageStartingWith("Wrong checksum reading the append only file " + FIRST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FOOBAR a", "CONFIG foobar"})
    void an_unknown_command_is_refused(String line) throws IOException {
      file(FIRST, commands(line));
      assertThatThrownBy(() -> load(manifest(FIRST), true))
          .hasMessage(
              "Unknown command '"
                  + line.split(" ", -1)[0]
                  + "' reading the append only file "
                  + FIRST);
      file(FIRST, commands("MULTI", line));
      assertThatThrownBy(() -> load(manifest(FIRST), true)).hasMessageStartingWith("Unknown");
    }

    @Test
    void a_file_that_is_not_there_is_missed_before_any_is_loaded() throws IOException {
      file(BASE, commands("SET a 1"));
      assertThatThrownBy(() -> load(manifest(BASE, FIRST), true))
          .hasMessage(
              "Unable to obtain the AOF file "
                  + FIRST
                  + " length. stat: No such file or directory");
      assertThat(run("DBSIZE")).isEqualTo(":0\r\n");
    }

    @Test
    void a_damaged_rdb_base_is_refused() throws IOException {
      file(BASE, bytes("REDIS0010"));
      assertThatThrownBy(() -> load(manifest(BASE), true))
          .hasMessage("Error reading the RDB base file " + BASE + ", AOF loading aborted");
      file("appendonly.aof", bytes("REDIS0010"));
      assertThatThrownBy(() -> load(manifest("appendonly.aof"), true))
          .hasMessage(
              "Error reading the RDB preamble of the AOF file appendonly.aof, AOF loading aborted");
    }
  }

  // ---- all places

  @Nested
  class A_file_of_a_real_redis_server {
    /** What there is after each command outside of a transaction, by where that ends. */
    private NavigableMap<Integer, String> states(byte[] file) throws IOException {
      NavigableMap<Integer, String> states = new TreeMap<>();
      states.put(0, run("DEBUG DIGEST"));
      Session session = engine.newSession(Session.Connection.NONE, true);
      engine.keyspace().replaying(true);
      boolean open = false;
      int at = 0;
      while (at < file.length) {
        int lineEnd = at;
        while (file[lineEnd] != '\n') {
          lineEnd++;
        }
        String line = new String(file, at, lineEnd - 1 - at, StandardCharsets.US_ASCII);
        at = lineEnd + 1;
        if (line.startsWith("#")) {
          continue;
        }
        byte[][] words = new byte[Integer.parseInt(line.substring(1))][];
        for (int i = 0; i < words.length; i++) {
          int digits = at + 1;
          while (file[digits] != '\r') {
            digits++;
          }
          String number = new String(file, at + 1, digits - at - 1, StandardCharsets.US_ASCII);
          at = digits + 2 + Integer.parseInt(number);
          words[i] = Arrays.copyOfRange(file, digits + 2, at);
          at += 2;
        }
        engine.execute(session, Arguments.of(words));
        String name = new String(words[0], StandardCharsets.US_ASCII);
        open = name.equals("MULTI") || (open && !name.equals("EXEC"));
        if (!open) {
          states.put(at, run("DEBUG DIGEST"));
        }
      }
      engine.keyspace().replaying(false);
      assertThat(run("DEBUG DIGEST")).isEqualTo(GOLDEN_DIGEST);
      forgetEverything();
      return states;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cut_at_any_byte_gives_what_it_held_up_to_there(boolean checksums) throws IOException {
      byte[] whole = checksums ? checked(golden()) : golden();
      NavigableMap<Integer, String> states = states(whole);
      int cuts = 0;
      int wrong = 0;
      for (int cut = Math.max(0, whole.length - 2048); cut <= whole.length; cut++) {
        file(FIRST, Arrays.copyOf(whole, cut));
        load(manifest(FIRST), true);
        cuts++;
        int end = states.floorKey(cut);
        boolean right = run("DEBUG DIGEST").equals(states.get(end));
        int left = (int) Files.size(folder.resolve(FIRST));
        // What stays is a prefix that can be loaded again, and ends before what has begun.
        right &= left >= end && left <= cut;
        wrong += right ? 0 : 1;
        assertThat(right).as("cut at %d, %d bytes left", cut, left).isTrue();
        forgetEverything();
      }
      System.out.println(
          "CHECK aof-tail seed=0 N=" + cuts + " wrong=" + wrong + " checksums=" + checksums);
    }

    private int silent(byte[] file) throws IOException {
      int silent = 0;
      for (int i = 0; i < file.length; i++) {
        byte right = file[i];
        file[i] ^= (byte) (1 << (i % 8));
        file(FIRST, file);
        Throwable refused = catchThrowable(() -> load(manifest(FIRST), true));
        if (refused == null) {
          silent++;
        } else {
          assertThat(refused).as("byte %d", i).isInstanceOf(IOException.class);
        }
        file[i] = right;
        forgetEverything();
      }
      return silent;
    }

    @Test
    void with_a_byte_changed_is_refused_if_it_has_checksums() throws IOException {
      for (boolean checksums : new boolean[] {false, true}) {
        byte[] file = checksums ? checked(golden()) : golden();
        int silent = silent(file);
        System.out.println(
            "CHECK aof-middle N="
                + file.length
                + " refused="
                + (file.length - silent)
                + " silent="
                + silent
                + " checksums="
                + checksums);
        if (checksums) {
          assertThat(silent).isZero();
        } else {
          assertThat(silent).as("why there are checksums").isPositive();
        }
      }
    }
  }
}
