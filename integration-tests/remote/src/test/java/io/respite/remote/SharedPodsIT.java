package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.SingleServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The example {@code shared-pods} as a user runs it, on what has been built. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharedPodsIT {
  private static final int PATIENCE_SECONDS = 90;

  /** What a shell answers for a program that SIGTERM has ended. */
  private static final int TERMINATED = 128 + 15;

  private static final Pattern SERVER =
      Pattern.compile("server +\\| listens on 127\\.0\\.0\\.1:\\d+, process (\\d+)");

  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroy), "stop examples"));
  }

  @BeforeAll
  static void look_for_Python() {
    assertThat(ServerProcess.installed("python3"))
        .as(
            "python3 on the PATH: the example shared-pods needs Python 3 (Debian's package python3)")
        .isPresent();
  }

  /** The running script. */
  private static final class Run implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    Run(Map<String, String> environment, String... options) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("respite.examples"), "shared-pods", "run").toString());
      command.add("--no-build");
      command.addAll(List.of(options));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      process = builder.start();
      RUNNING.add(process);
      output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Reads up to the first line with this text. */
    void readUntil(String text) throws IOException {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.contains(text)) {
          return;
        }
      }
      throw new AssertionError("nowhere '" + text + "' in " + all());
    }

    /** Reads what is left, and answers the exit code. */
    int end() throws IOException, InterruptedException {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s", all()).isTrue();
      return process.exitValue();
    }

    String all() {
      return String.join("\n", lines);
    }

    /** The process of the server that it has started. */
    long server() {
      Matcher server = SERVER.matcher(all());
      assertThat(server.find()).as("a server in %s", all()).isTrue();
      return Long.parseLong(server.group(1));
    }

    /** The number in a line of the table in the end. */
    double figure(String name) {
      List<String> found = lines.stream().filter(line -> line.strip().startsWith(name)).toList();
      assertThat(found).as("'%s' in %s", name, all()).hasSize(1);
      return Double.parseDouble(
          found.get(0).strip().substring(name.length()).replace("ms", "").strip());
    }

    @Override
    public void close() {
      process.destroy();
      RUNNING.remove(process);
    }
  }

  private static void assertThatAllWasSeen(Run run) {
    assertThat(run.lines)
        .as("events of new prices")
        .filteredOn(line -> line.matches("checkout  \\| hears: \\w+ costs .*, says catalog"))
        .hasSize(8);
    for (int cents = 420; cents < 445; cents += 5) {
      String before = "4." + (cents - 400);
      String after = "4." + (cents - 395);
      assertThat(run.all())
          .contains(
              "checkout  | hears: coffee changes from %s to %s, says catalog"
                  .formatted(before, after))
          .contains("checkout  | answers %s for coffee, no longer %s: ".formatted(after, before));
    }

    // What Python finds is what Java has put, in the buckets that both compute.
    assertThat(run.lines)
        .as("prices that Python has read")
        .filteredOn(line -> line.matches("report.py \\| reads \\w+ .* in prices#[0-3]: \\{.*\\}"))
        .hasSize(8);
    assertThat(run.all()).containsPattern("report.py \\| reads coffee +4\\.45 for \\d+ s in ");

    // What it changes without a word is not seen; what it tells of is, with what was there before.
    assertThat(run.all())
        .containsSubsequence(
            "checkout  | answers 2.80 for tea\n",
            "report.py | sets tea to 2.95, and tells nobody\n",
            "checkout  | answers 2.80 for tea\n",
            "report.py | sets tea to 3.10, and tells\n",
            "checkout  | answers 3.10 for tea, no longer 2.80: ")
        .contains("checkout  | hears: tea changes from 2.95 to 3.10, says report.py");

    assertThat(run.figure("prices in the cache")).isEqualTo(8);
    assertThat(run.figure("events in checkout, created")).isEqualTo(8);
    assertThat(run.figure("events in checkout, updated")).isEqualTo(6);
    assertThat(run.figure("answered by the server")).isEqualTo(8);
    assertThat(run.figure("answered by its near cache")).isEqualTo(9_992);
    assertThat(run.figure("until its near cache followed catalog, median")).isPositive();
    assertThat(run.figure("until its near cache followed report.py")).isPositive();
  }

  @Test
  void two_applications_and_a_script_share_a_cache_on_a_server_of_their_own() throws Exception {
    try (Run run = new Run(Map.of())) {
      assertThat(run.end()).as("%s", run.all()).isZero();
      assertThatAllWasSeen(run);
      assertThat(ProcessHandle.of(run.server())).as("the server afterwards").isEmpty();
    }
  }

  @Test
  void they_share_one_on_a_redis_server_and_leave_nothing_there() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.real());
        Run run = new Run(Map.of(), "--uri", server.uri())) {
      assertThat(run.end()).as("%s", run.all()).isZero();
      assertThatAllWasSeen(run);
      assertThat(server.process().ask("DBSIZE").text()).isEqualTo("0");
    }
  }

  @Test
  void entries_of_others_are_left_alone() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.real())) {
      server.process().ask("HSET", "prices#1", "tea", "theirs");
      try (Run run = new Run(Map.of(), "--uri", server.uri())) {
        assertThat(run.end()).isEqualTo(1);
        assertThat(run.all())
            .contains("shared-pods: catalog has failed: There are entries in a cache 'prices'");
      }
      assertThat(server.process().ask("HGET", "prices#1", "tea").text()).isEqualTo("theirs");
    }
  }

  @Test
  void the_server_ends_with_a_run_that_is_stopped() throws Exception {
    try (Run run = new Run(Map.of())) {
      run.readUntil("checkout  | hears: coffee changes");
      long server = run.server();
      assertThat(ProcessHandle.of(server)).isPresent();
      run.process.toHandle().destroy(); // Unlike the process's own method, it leaves the pipe open.
      // Who still writes holds the other end of the pipe: at its end all of them are gone.
      assertThat(run.end()).isEqualTo(TERMINATED);
      assertThat(ProcessHandle.of(server)).as("the server afterwards").isEmpty();
    }
  }

  @Test
  void what_is_missing_is_said() throws Exception {
    try (Run run = new Run(Map.of("PYTHON", "no-such-python"))) {
      assertThat(run.end()).isEqualTo(1);
      assertThat(run.all())
          .isEqualTo(
              "shared-pods: needs Python 3, and there is no no-such-python: install it or set PYTHON.");
    }
    try (Run run = new Run(Map.of(), "--uri", "redis://user:secret@127.0.0.1:1/0")) {
      assertThat(run.end()).isEqualTo(1);
      assertThat(run.all()).contains("at 127.0.0.1:1/0: ").contains("refused");
      assertThat(run.all()).doesNotContain("secret");
    }
  }
}
