package io.respite.rigs;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server in a process of its own, on a free port of the loopback interface. */
public final class ServerProcess implements AutoCloseable {
  /** What starts our server. */
  public static final Path LAUNCHER = launcher();

  /** How long a server may take to come or to go. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
  private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

  static {
    // A run that is stopped from outside closes nothing; and a folder may be looked at until the
    // end.
    Runtime.getRuntime().addShutdownHook(new Thread(ServerProcess::cleanUp, "stop servers"));
  }

  public final Process process;
  public final int port;
  public final Path folder;
  private final Path log;

  private ServerProcess(Process process, int port, Path folder, Path log) {
    this.process = process;
    this.port = port;
    this.folder = folder;
    this.log = log;
  }

  private static Path launcher() {
    String launcher = System.getProperty("respite.launcher");
    if (launcher == null) {
      throw new IllegalStateException(
          "the system property respite.launcher must name server/bin/respite-server");
    }
    return Path.of(launcher);
  }

  private static void cleanUp() {
    RUNNING.forEach(Process::destroyForcibly);
    RUNNING.forEach(process -> process.onExit().join());
    for (Path folder : FOLDERS) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      } catch (IOException failed) {
        System.err.println("cannot remove " + folder + ": " + failed);
      }
    }
  }

  /** Starts our server and waits until it answers. */
  public static ServerProcess respite(String... options) throws IOException {
    ServerProcess server = launch(LAUNCHER, List.of(), Map.of(), options);
    server.awaitAnswer();
    return server;
  }

  /** Starts a real redis-server and waits until it answers; empty when none is installed. */
  public static Optional<ServerProcess> redis(String... options) throws IOException {
    Optional<Path> program = installed("redis-server");
    if (program.isEmpty()) {
      return Optional.empty();
    }
    ServerProcess server = launch(program.get(), List.of(), Map.of(), options);
    server.awaitAnswer();
    return Optional.of(server);
  }

  /**
   * Starts a program with {@code first} arguments, then {@code --port} and a free port, then
   * options, in a new folder.
   */
  public static ServerProcess launch(
      Path program, List<String> first, Map<String, String> environment, String... options)
      throws IOException {
    int port = Ports.free();
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(first);
    command.addAll(List.of("--port", Integer.toString(port), "--save", ""));
    command.addAll(List.of(options));
    return run(command, environment, port, Files.createTempDirectory("respite-peer"));
  }

  /**
   * Starts a command that will listen on this port, in this folder; what it prints follows what an
   * earlier one printed there.
   */
  static ServerProcess run(
      List<String> command, Map<String, String> environment, int port, Path folder)
      throws IOException {
    Path log = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    RUNNING.add(process);
    FOLDERS.add(folder);
    return new ServerProcess(process, port, folder, log);
  }

  /** Where a program is, if it is installed. */
  public static Optional<Path> installed(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Where a program is that must be installed. */
  public static Path required(String program) {
    return installed(program)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    program + " is not installed; Debian has it in redis-server or redis-tools"));
  }

  /** Waits until PING is answered, by whatever: a server that wants a password answers too. */
  public void awaitAnswer() {
    Awaitility.await("answer of " + process.info().commandLine().orElse("the server"))
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || answers(port));
    if (!process.isAlive()) {
      throw new IllegalStateException("the server has ended: " + output());
    }
  }

  /** Whether something on this port answers PING. */
  public static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() > 0;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A new connection. */
  public RawClient connect() {
    return new RawClient(port);
  }

  /** Asks once, on a connection of its own. */
  public Resp ask(String... words) {
    try (RespClient client = new RespClient(port)) {
      return client.ask(words);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Waits until so many replicas have acknowledged all that this server has. WAIT tells that only
   * of what its own connection has changed.
   */
  public void awaitReplicated(int replicas) {
    Awaitility.await("replicas of port " + port)
        .atMost(PATIENCE)
        .until(() -> upToDate(ask("INFO", "replication").text()) >= replicas);
  }

  private static long upToDate(String replication) {
    Matcher own = Pattern.compile("master_repl_offset:(\\d+)").matcher(replication);
    if (!own.find()) {
      throw new IllegalStateException("no offset in " + replication);
    }
    long offset = Long.parseLong(own.group(1));
    return Pattern.compile("slave\\d+:.*state=online,offset=(\\d+)")
        .matcher(replication)
        .results()
        .filter(replica -> Long.parseLong(replica.group(1)) >= offset)
        .count();
  }

  /** What the process has printed so far. */
  public String output() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Waits for the end of the process and answers its exit code. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not end: " + output());
    }
    RUNNING.remove(process);
    return process.exitValue();
  }

  /** Ends it as the system does when there is no memory left: at once. */
  public void kill() {
    process.destroyForcibly();
    try {
      awaitExit();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops all its threads: its connections stay, and nobody answers. */
  public void freeze() {
    Shell.must("kill", "-STOP", Long.toString(process.pid()));
  }

  /** Lets it go on after {@link #freeze}. */
  public void thaw() {
    Shell.must("kill", "-CONT", Long.toString(process.pid()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    RUNNING.remove(process);
  }
}
