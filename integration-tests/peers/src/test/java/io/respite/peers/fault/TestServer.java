package io.respite.peers.fault;

import io.respite.rigs.Ports;
import io.respite.rigs.Resp;
import io.respite.rigs.RespClient;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The server that is tried: a process of its own on a free port, whose files lie in a given folder,
 * so that the next one can be started with what this one left.
 */
final class TestServer implements AutoCloseable {
  /** Which program. */
  enum Kind {
    /** Ours. */
    RESPITE,
    /** A real redis-server. */
    REDIS
  }

  /** The one that the checks are about: {@code -Drespite.peer=redis}. */
  static final Kind KIND =
      Kind.valueOf(System.getProperty("respite.peer", "respite").toUpperCase(Locale.ROOT));

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How a server is started. */
  static final class Options {
    private final Kind kind;
    private final Path folder;
    private final List<String> before = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> settings = new ArrayList<>();

    /** The server that is tried, with its files in this folder. */
    Options(Path folder) {
      this(KIND, folder);
    }

    /** This server, with its files in this folder. */
    Options(Kind kind, Path folder) {
      this.kind = kind;
      this.folder = folder;
    }

    /** Words in front of the program, such as a tracer's. */
    Options under(String... words) {
      before.addAll(List.of(words));
      return this;
    }

    /** A variable of its environment. */
    Options with(String variable, String value) {
      environment.put(variable, value);
      return this;
    }

    /** A directive with its value, which may be empty. */
    Options set(String directive, String value) {
      settings.add("--" + directive);
      settings.add(value);
      return this;
    }

    /** A journal, forced as told; it is rewritten when asked to only. */
    Options journal(String fsync) {
      return set("appendonly", "yes")
          .set("appendfsync", fsync)
          .set("auto-aof-rewrite-percentage", "0");
    }

    /** Starts it, and waits until it has loaded its files. */
    TestServer start() {
      TestServer server = launch();
      server.awaitLoaded();
      return server;
    }

    /** Starts it; it may end at once. */
    TestServer launch() {
      try {
        Path log = Files.createTempFile("respite-fault", ".txt");
        log.toFile().deleteOnExit();
        int port = Ports.free();
        List<String> command = new ArrayList<>(before);
        command.add(
            kind == Kind.RESPITE
                ? ServerProcess.LAUNCHER.toString()
                : ServerProcess.installed("redis-server").orElseThrow().toString());
        command.addAll(List.of("--port", Integer.toString(port)));
        command.addAll(List.of("--dir", folder.toString()));
        if (!settings.contains("--save")) {
          command.addAll(List.of("--save", ""));
        }
        command.addAll(List.of("--enable-debug-command", "yes"));
        command.addAll(settings);
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new TestServer(builder.start(), port, log);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  final Process process;
  final int port;
  private final Path log;

  private TestServer(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  private void awaitLoaded() {
    Awaitility.await("a server that has loaded its files")
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || isLoaded());
    if (!process.isAlive()) {
      throw new IllegalStateException("the server has ended: " + output());
    }
  }

  private boolean isLoaded() {
    try (RespClient client = connect()) {
      Resp reply = client.ask("INFO", "persistence");
      return reply.text().lines().anyMatch("loading:0"::equals);
    } catch (IOException notYet) {
      return false;
    }
  }

  /** What it has printed so far. */
  String output() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A new connection. */
  RespClient connect() throws IOException {
    return new RespClient(port);
  }

  /** Asks once, on a connection of its own. */
  Resp ask(String... words) {
    try (RespClient client = connect()) {
      return client.ask(words);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The value of a field of INFO persistence. */
  String figure(String name) {
    return ask("INFO", "persistence")
        .text()
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .map(line -> line.substring(name.length() + 1))
        .orElseThrow(() -> new IllegalStateException("INFO has no " + name));
  }

  /** Waits until no rewrite of the journal goes on, and none is waiting. */
  void awaitRewritten() {
    Awaitility.await("the end of a rewrite")
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(
            () ->
                figure("aof_rewrite_in_progress").equals("0")
                    && figure("aof_rewrite_scheduled").equals("0"));
  }

  /** Waits for its end and answers its exit code. */
  int awaitExit() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server does not end: " + output());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
    return process.exitValue();
  }

  /** Ends it as the system does when there is no memory left: at once. */
  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Stops all its threads, and waits until they have stopped. */
  void freeze() {
    Shell.must("kill", "-STOP", Long.toString(process.pid()));
    Awaitility.await("all threads to stop")
        .pollInterval(Duration.ofMillis(2))
        .atMost(PATIENCE)
        .until(this::isFrozen);
  }

  private boolean isFrozen() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path task : tasks.toList()) {
        // The state stands behind the name, which is in parentheses and may hold anything.
        String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException threadEnded) {
      return false;
    }
  }

  @Override
  public void close() {
    // A process that was frozen hears SIGKILL alone; what is tried here needs no farewell.
    kill();
  }
}
