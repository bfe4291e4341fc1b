package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Resp;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import io.respite.server.aof.AofEncoder;
import io.respite.server.aof.AofManifest;
import io.respite.server.environment.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code respite-check-aof} beside {@code redis-check-aof}: the same files in, the same exit code,
 * lines and bytes out.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckAofIT {
  private static final Path OURS = ServerProcess.LAUNCHER.resolveSibling("respite-check-aof");
  private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n";
  private static final String MULTI = "*1\r\n$5\r\nMULTI\r\n";
  private static final String EXEC = "*1\r\n$4\r\nEXEC\r\n";
  private static final String TIMES =
      "#TS:100\r\n" + SET + "#TS:200\r\n" + SET + "#TS:300\r\n" + SET;
  private static final String PREFIX = "appendonly.aof.1.";
  private static final String BASE = PREFIX + "base.rdb";
  private static final String INCR = PREFIX + "incr.aof";
  private static final String MANIFEST = "appendonly.aof.manifest";

  @TempDir private Path folder;
  private Path theirs;
  private int compared;

  @BeforeEach
  void find() {
    var original = ServerProcess.installed("redis-check-aof");
    assumeTrue(original.isPresent(), "no redis-check-aof installed");
    theirs = original.get();
  }

  // ---- running both

  /** How a program ended, what it said, and the files that it left. */
  private record Ended(int code, List<String> lines, Map<String, byte[]> files) {}

  private Ended run(
      Path program, Map<String, byte[]> files, String answer, String options, String... arguments)
      throws Exception {
    Path place = Files.createTempDirectory(folder, "run");
    for (var file : files.entrySet()) {
      Files.write(place.resolve(file.getKey()), file.getValue());
    }
    Path input = Files.writeString(Files.createTempFile(folder, "in", ""), answer + "\n");
    Path output = Files.createTempFile(folder, "out", "");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile());
    builder.environment().put("RESPITE_JAVA_OPTS", options);
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    List<String> lines = Files.readString(output, StandardCharsets.ISO_8859_1).lines().toList();
    Map<String, byte[]> left = new TreeMap<>();
    try (Stream<Path> names = Files.list(place)) {
      for (Path file : names.toList()) {
        left.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return new Ended(process.exitValue(), lines, left);
  }

  /**
   * What both have to say alike. Left out is how a damaged RDB file is described, the time and
   * place of a line of the log, and the bytes that the original finds behind the end of a file.
   */
  private static List<String> decisive(List<String> lines, boolean exactly) {
    return lines.stream()
        .map(
            line ->
                line.replaceAll("^[0-9]+:C .*? # ", "")
                    .replaceAll("(/[^ ]*/)?redis-check", "respite-check"))
        .filter(line -> !line.isEmpty() && !line.matches("\\[(offset|additional|info).*"))
        .map(line -> line.replaceAll("(Expected \\\\r\\\\n, got: )00..", "$1..."))
        .filter(line -> exactly || !line.startsWith("0x"))
        .toList();
  }

  private Ended same(boolean exactly, Map<String, byte[]> files, String answer, String... arguments)
      throws Exception {
    String what = String.join(" ", arguments) + ", answer " + answer + ", of " + shown(files);
    Ended their = run(theirs, files, answer, "", arguments);
    Ended our = run(OURS, files, answer, "", arguments);
    assertThat(decisive(our.lines, exactly)).as(what).isEqualTo(decisive(their.lines, exactly));
    assertThat(our.code).as(what).isEqualTo(their.code);
    assertThat(our.files.keySet()).as(what).isEqualTo(their.files.keySet());
    our.files.forEach((name, bytes) -> assertThat(bytes).as(what).isEqualTo(their.files.get(name)));
    compared++;
    return our;
  }

  private static String shown(Map<String, byte[]> files) {
    StringBuilder text = new StringBuilder();
    files.forEach(
        (name, bytes) ->
            text.append(name)
                .append(' ')
                .append(
                    Resp.escaped(
                        new String(
                            bytes, 0, Math.min(400, bytes.length), StandardCharsets.ISO_8859_1)))
                .append(' '));
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Map<String, byte[]> file(String content) {
    return Map.of("a.aof", bytes(content));
  }

  private void report(String name) {
    System.out.println("CHECK check-aof-" + name + " N=" + compared + " different=0");
  }

  // ---- single files

  @Test
  void single_files() throws Exception {
    for (String content :
        List.of(
            "",
            SET,
            TIMES,
            "# remark\n" + SET,
            SET + MULTI + SET + EXEC + SET,
            SET + "*3\r\n$3\r\nSE",
            SET + "*3\r\n$3",
            SET + "*3\r\n",
            SET + "*3\r\n$3\r\n",
            SET + "*",
            SET + "*1\r\n:3\r\n",
            SET + "xyz\r\n",
            SET + "\0\0\0\0\0\0\0\0",
            SET + "*1\r\n$3\r\nabcde\r\n",
            SET + "*1\r\n$2147483648\r\nabcde\r\n",
            SET + "*2147483647\r\n$3\r\nSET\r\n",
            SET + "*2147483647\r\n$2147483648\r\nabcde\r\n",
            SET + MULTI + SET,
            SET + MULTI + SET + "*2\r\n$1",
            SET + MULTI + MULTI + SET,
            SET + EXEC + SET,
            SET + "#" + "x".repeat(900) + "\r\n" + SET,
            SET + "#TS:abc\r\n" + SET)) {
      same(true, file(content), "n", "a.aof");
      if (!content.isEmpty() && !content.equals(SET)) {
        same(true, file(content), "y", "--fix", "a.aof");
      }
    }
    same(true, file(SET + "*"), "n", "--fix", "a.aof");
    same(true, file(SET + "*"), "Yes", "--fix", "a.aof");
    for (String time : List.of("50", "100", "250", "300", "x", "5x", "-5")) {
      same(true, file(TIMES), "", "--truncate-to-timestamp", time, "a.aof");
    }
    same(true, file(SET + "#TS:abc\r\n" + SET), "", "--truncate-to-timestamp", "5", "a.aof");
    same(true, file(SET + "*"), "", "--truncate-to-timestamp", "5", "a.aof");
    same(true, file(SET), "");
    same(true, file(SET), "", "--foo", "a.aof");
    same(true, file(SET), "", "a", "b", "c", "d");
    same(true, file(SET), "", "none.aof");
    report("single");
  }

  @Test
  void what_the_original_lets_pass_and_ours_does_not() throws Exception {
    for (String content :
        List.of(SET + "*0\r\n" + SET, SET + "*-1\r\n" + SET, SET + "#TS:12", SET + "*03\r\n")) {
      assertThat(run(OURS, file(content), "n", "", "a.aof").code).as(content).isEqualTo(1);
    }
  }

  // ---- manifests

  private static Map<String, byte[]> files(String... namesAndContents) {
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      files.put(namesAndContents[i], bytes(namesAndContents[i + 1]));
    }
    return files;
  }

  @Test
  void manifests() throws Exception {
    String three =
        "file b.aof seq 1 type b\nfile 1 seq 1 type i\nfile 2 seq 2 type i\nfile h seq 1 type h\n";
    same(true, files("m", three, "b.aof", SET, "1", SET, "2", SET), "", "m");
    same(true, files("m", three, "b.aof", SET, "1", "", "2", ""), "", "m");
    same(true, files("m", three, "b.aof", SET, "1", SET), "", "m");
    same(true, files("m", three, "1", SET, "2", SET), "", "m");
    same(true, files("m", three, "b.aof", SET, "1", "REDIS0010", "2", SET), "", "m");
    Map<String, byte[]> cutFirst = files("m", three, "b.aof", SET, "1", SET + "*", "2", SET);
    Map<String, byte[]> cutLast = files("m", three, "b.aof", SET, "1", SET, "2", SET + MULTI);
    for (Map<String, byte[]> cut : List.of(cutFirst, cutLast)) {
      same(true, cut, "", "m");
      same(true, cut, "y", "--fix", "m");
      same(true, cut, "n", "--fix", "m");
    }
    Map<String, byte[]> times = files("m", three, "b.aof", SET, "1", SET, "2", TIMES);
    same(true, times, "", "--truncate-to-timestamp", "250", "m");
    same(true, times, "", "--truncate-to-timestamp", "50", "m");
    times = files("m", three, "b.aof", SET, "1", TIMES, "2", SET);
    same(true, times, "", "--truncate-to-timestamp", "250", "m");
    for (String wrong :
        List.of(
            "",
            "# nothing\n",
            "file a/b seq 1 type b\n",
            "file a seq 1 type x\n",
            "file a seq 0 type b\n",
            "file a seq 1 type b\nfile b seq 2 type b\n",
            "file a seq 2 type i\nfile b seq 1 type i\n",
            "file a seq 1 type b",
            "file \"a seq 1 type b\n",
            "file a seq 1 type b\n\n",
            "file a seq 1\n",
            "file a seq 1 type h\n",
            "file " + "a".repeat(1100) + " seq 1 type b\n")) {
      same(true, files("m", wrong), "", "m");
    }
    same(true, files("m", "#x\nFILE \"b\\x2eaof\" new key SEQ 1 type b\n", "b.aof", SET), "", "m");
    report("manifest");
  }

  // ---- files of a real server

  private static void fill(Peer peer, int round) throws IOException {
    String lines =
        """
        SELECT %1$d
        SET text hello
        SET later x PXAT 4102444800000
        RPUSH list a b c d e f
        SADD words a b c
        HSET hash a 1 b 2 c 3
        ZADD zset 1 a 2.5 b -inf c
        XADD stream 1-%1$d f v
        SETBIT bits 100 1
        PFADD hll a b c
        MULTI
        SET t1 1
        SELECT 5
        LPUSH t2 a b
        EXEC
        DEL text
        EXPIRE hash 1000000
        """
            .formatted(round);
    for (String line : lines.lines().toList()) {
      assertThat(peer.ask(line.split(" ", -1)).isError()).as(line).isFalse();
    }
  }

  /** The folder of an append-only file with a base that holds something. */
  private Map<String, byte[]> written() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    try (ServerProcess redis =
            ServerProcess.redis(
                    "--dir",
                    data.toString(),
                    "--appendonly",
                    "yes",
                    "--aof-timestamp-enabled",
                    "yes",
                    "--enable-debug-command",
                    "yes")
                .orElseThrow();
        Peer peer = new Peer(redis.port)) {
      fill(peer, 1);
      // Loads the file of its own making.
      assertThat(peer.ask("DEBUG", "LOADAOF").isError()).isFalse();
      fill(peer, 2);
      assertThat(peer.ask("DEBUG", "SLEEP", "1.1").isError()).isFalse();
      fill(peer, 3);
      assertThat(peer.ask("SHUTDOWN", "NOSAVE")).isNotNull();
    } catch (IOException closed) {
      // It has ended without an answer, as it was told to.
      assertThat(closed).isNotNull();
    }
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> names = Files.list(data.resolve("appendonlydir"))) {
      for (Path file : names.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    assertThat(files).containsKeys(BASE, INCR, MANIFEST);
    return files;
  }

  @Test
  void files_of_a_real_server_whole_cut_and_changed() throws Exception {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    long seed = Seeds.first();
    Random random = new Random(seed);
    Map<String, byte[]> whole = written();
    assertThat(same(true, whole, "", MANIFEST).code).isZero();
    byte[] commands = whole.get(INCR);
    for (int i = 0; i < 12; i++) {
      Map<String, byte[]> cut = new TreeMap<>(whole);
      cut.put(INCR, Arrays.copyOf(commands, random.nextInt(commands.length)));
      if (endsInAnnotation(cut.get(INCR))) {
        continue;
      }
      same(true, cut, "y", "--fix", MANIFEST);
    }
    for (int i = 0; i < 20; i++) {
      Map<String, byte[]> changed = new TreeMap<>(whole);
      byte[] damaged = commands.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      changed.put(INCR, damaged);
      if (i % 2 == 0) {
        same(false, changed, "y", "--fix", MANIFEST);
      } else {
        same(false, changed, "y", MANIFEST);
      }
    }
    Map<String, byte[]> old = new TreeMap<>();
    byte[] base = whole.get(BASE);
    byte[] single = Arrays.copyOf(base, base.length + commands.length);
    System.arraycopy(commands, 0, single, base.length, commands.length);
    old.put("appendonly.aof", single);
    same(true, old, "", "appendonly.aof");
    old.put("appendonly.aof", Arrays.copyOf(single, single.length - 3));
    same(true, old, "y", "--fix", "appendonly.aof");
    old.put("appendonly.aof", Arrays.copyOf(single, base.length - 3));
    same(true, old, "y", "--fix", "appendonly.aof");
    System.out.println("CHECK check-aof-real seed=" + seed + " N=" + compared + " different=0");
  }

  /** A line that was cut off: ours removes it, because what is appended would become part of it. */
  private static boolean endsInAnnotation(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    String last = text.substring(text.lastIndexOf('\n') + 1);
    return last.startsWith("#");
  }

  @Test
  void a_real_server_loads_a_file_with_checksums_and_ours_takes_what_it_appends() throws Exception {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    AofEncoder encoder = new AofEncoder();
    encoder.begin(true);
    encoder.timestamp(1_700_000_000);
    encoder.select(0);
    for (int i = 0; i < 1000; i++) {
      encoder.command(bytes("SET"), bytes("key" + i), bytes("x".repeat(i)));
    }
    byte[] checked = Arrays.copyOf(encoder.buffer(), encoder.size());
    Path data = Files.createDirectories(folder.resolve("checked/appendonlydir"));
    Files.write(data.resolve(INCR), checked);
    AofManifest.EMPTY
        .withNewIncrement("appendonly.aof")
        .write(Storage.system(), data, "appendonly.aof");
    Map<String, byte[]> files = new TreeMap<>();
    files.put(INCR, checked);
    files.put(MANIFEST, Files.readAllBytes(data.resolve(MANIFEST)));
    assertThat(same(true, files, "", MANIFEST).code).isZero();
    try (ServerProcess redis =
            ServerProcess.redis("--dir", data.getParent().toString(), "--appendonly", "yes")
                .orElseThrow();
        Peer peer = new Peer(redis.port)) {
      Awaitility.await("the end of loading")
          .atMost(ServerProcess.PATIENCE)
          .until(() -> redis.connect().ask("INFO persistence").contains("\nloading:0"));
      assertThat(peer.ask("DBSIZE").text()).isEqualTo("1000");
      assertThat(peer.ask("SET", "more", "1").text()).isEqualTo("OK");
    }
    byte[] appended = Files.readAllBytes(data.resolve(INCR));
    assertThat(appended).startsWith(checked).hasSizeGreaterThan(checked.length);
    files.put(INCR, appended);
    assertThat(same(true, files, "", MANIFEST).code).isZero();
    files.put(
        INCR,
        new String(appended, StandardCharsets.ISO_8859_1)
            .replace("key9", "kez9")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(run(theirs, files, "", "", MANIFEST).code).isZero();
    assertThat(run(OURS, files, "", "", MANIFEST).code).isEqualTo(1);
  }

  // ---- hostile lengths

  @Test
  void hostile_lengths_need_no_memory() throws Exception {
    for (String length :
        List.of(
            "*2147483647\r\n",
            "*2147483648\r\n",
            "*9223372036854775808\r\n",
            "*1\r\n$2147483648\r\n",
            "*1\r\n$4611686018427387904\r\n",
            "*1\r\n$9223372036854775808\r\n",
            "*1\r\n$-1\r\n",
            "*1\r\n$-9223372036854775808\r\n",
            "*2147483647\r\n" + "$0\r\n\r\n".repeat(10_000))) {
      Ended ended = run(OURS, file(SET + length), "y", "-Xmx64m", "--fix", "a.aof");
      assertThat(ended.code).as(length).isZero();
      assertThat(ended.files.get("a.aof")).as(length).isEqualTo(bytes(SET));
    }
    Path huge = folder.resolve("huge.aof");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.write(bytes(SET + "*1\r\n$500000000\r\n"));
      file.setLength(600_000_000);
    }
    Ended ended = run(OURS, Map.of(), "n", "-Xmx64m", huge.toString());
    assertThat(ended.code).isEqualTo(1);
    assertThat(ended.lines)
        .anyMatch(line -> line.contains("an argument of 500000000 bytes; at most "));
  }
}
