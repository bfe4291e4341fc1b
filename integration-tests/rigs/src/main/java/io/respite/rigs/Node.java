package io.respite.rigs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A place where one server process after the other runs: a port, a folder and a command. */
final class Node implements AutoCloseable {
  private final List<String> command;
  private final int port;
  private final Path folder;
  private ServerProcess process;

  private Node(List<String> command, int port, Path folder) {
    this.command = command;
    this.port = port;
    this.folder = folder;
  }

  /** A server with these options on a free port. */
  static Node of(Engine engine, List<String> options) {
    int port = Ports.free();
    List<String> command = new ArrayList<>(List.of(engine.program().toString()));
    command.addAll(List.of("--port", Integer.toString(port)));
    command.addAll(List.of("--bind", "127.0.0.1"));
    command.addAll(options);
    return new Node(command, port, newFolder());
  }

  /** A real server in sentinel mode, with these lines of configuration, on a free port. */
  static Node sentinel(Engine engine, List<String> lines) {
    int port = Ports.free();
    Path folder = newFolder();
    List<String> all = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1"));
    all.addAll(lines);
    // A sentinel rewrites its file: that is where it keeps what it knows.
    Path file = folder.resolve("sentinel.conf");
    try {
      Files.write(file, all);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return new Node(
        List.of(engine.program().toString(), file.toString(), "--sentinel"), port, folder);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("respite-node");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  int port() {
    return port;
  }

  ServerProcess process() {
    return process;
  }

  boolean isRunning() {
    return process != null && process.process.isAlive();
  }

  /** Starts the process and waits until it answers. */
  void start() {
    if (isRunning()) {
      throw new IllegalStateException("the server at port " + port + " runs already");
    }
    try {
      process = ServerProcess.run(command, Map.of(), port, folder);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    process.awaitAnswer();
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }

  /** Stops all, and goes on where one does not stop as it should. */
  static void closeAll(List<Node> nodes) {
    RuntimeException first = null;
    for (Node node : nodes) {
      try {
        node.close();
      } catch (RuntimeException failed) {
        first = first == null ? failed : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
