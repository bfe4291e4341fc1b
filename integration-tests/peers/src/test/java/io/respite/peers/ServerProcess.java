package io.respite.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server in a process of its own, on a free port of the loopback interface. */
final class ServerProcess implements AutoCloseable {
  static final Path LAUNCHER = Path.of(System.getProperty("respite.launcher"));
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final Process process;
  final int port;
  final Path folder;
  private final Path log;

  private ServerProcess(Process process, int port, Path folder, Path log) {
    this.process = process;
    this.port = port;
    this.folder = folder;
    this.log = log;
  }

  /** Starts our server and waits until it answers. */
  static ServerProcess respite(String... options) throws IOException {
    ServerProcess server = launch(LAUNCHER, List.of(), Map.of(), options);
    server.awaitAnswer();
    return server;
  }

  /** Starts a real redis-server and waits until it answers; empty when none is installed. */
  static Optional<ServerProcess> redis(String... options) throws IOException {
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
  static ServerProcess launch(
      Path program, List<String> first, Map<String, String> environment, String... options)
      throws IOException {
    Path folder = Files.createTempDirectory("respite-peer");
    Path log = folder.resolve("output.txt");
    int port = freePort();
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(first);
    command.addAll(List.of("--port", Integer.toString(port), "--save", ""));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new ServerProcess(builder.start(), port, folder, log);
  }

  static Optional<Path> installed(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Waits until PING is answered, by whatever: a server that wants a password answers too. */
  void awaitAnswer() {
    Awaitility.await("answer of " + process.info().commandLine().orElse("the server"))
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || answers(port));
    if (!process.isAlive() && !answers(port)) {
      throw new IllegalStateException("the server has ended: " + output());
    }
  }

  static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() > 0;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A new connection. */
  RawClient connect() {
    return new RawClient(port);
  }

  /** What the process has printed so far. */
  String output() {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Waits for the end of the process and answers its exit code. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not end: " + output());
    }
    return process.exitValue();
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
  }
}
