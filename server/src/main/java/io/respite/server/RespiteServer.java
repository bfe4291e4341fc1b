package io.respite.server;

import io.respite.server.command.family.server.ConfigCommands;
import io.respite.server.command.family.server.Instance;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.Directive;
import io.respite.server.config.Directives;
import io.respite.server.environment.Environment;
import io.respite.server.environment.Storage;
import io.respite.server.environment.Transport;
import io.respite.server.keyspace.Baton;
import io.respite.server.log.ServerLog;
import io.respite.server.net.NetServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A standalone server: an engine, the doors to it, and the lines that tell the operator about both.
 */
public final class RespiteServer implements AutoCloseable {
  private static final String DEFAULT_PID_FILE = "/var/run/redis.pid";

  private final Config config;
  private final ServerLog log;
  private final Environment environment;
  private final Transport transport;
  private final Engine engine;
  private final NetServer net;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private String pidFile = "";

  /**
   * A server with closed doors.
   *
   * @param transport the network; closed together with the server
   */
  public RespiteServer(Environment environment, Config config, ServerLog log, Transport transport)
      throws BadValueException {
    this.environment = environment;
    this.config = config;
    this.log = log;
    this.transport = transport;
    this.engine = Engine.open(environment, config, log);
    this.net = engine.server(transport);
    config.heed(
        Directives.ALWAYS_SHOW_LOGO,
        Directives.PIDFILE,
        Directives.DAEMONIZE,
        Directives.SHUTDOWN_ON_SIGTERM);
    engine.persistence().onFatal(this::halt);
    engine
        .instance()
        .lifecycle(
            (saves, force) -> {
              engine.persistence().end(saves, force);
              stopping.countDown();
            });
  }

  /** The datastore. */
  public Engine engine() {
    return engine;
  }

  /** What is on disk cannot be loaded. */
  public static final class LoadException extends IOException {
    private static final long serialVersionUID = 1;

    LoadException(IOException reason) {
      super(reason.getMessage(), reason);
    }
  }

  /**
   * Opens the doors, loads what is on disk, and says so. Clients that come while data is being
   * loaded hear that it is.
   *
   * @throws LoadException when what is on disk cannot be read or is damaged; the message says why
   * @throws IOException when a door cannot be opened; the log says which
   */
  public void start() throws IOException {
    writePidFile();
    log.notice("Running mode=standalone, port=" + config.get(Directives.PORT) + ".");
    if (config.get(Directives.ALWAYS_SHOW_LOGO)) {
      log.raw(ServerLog.Level.NOTICE, banner());
    }
    for (Directive<?> directive : config.withoutEffect()) {
      log.warning(ConfigCommands.noEffect(directive));
    }
    engine.persistence().beginLoading();
    net.open();
    log.notice("Server initialized");
    load();
    String socket = config.get(Directives.UNIXSOCKET);
    if (net.port() != 0) {
      log.notice("Ready to accept connections tcp");
    }
    if (!socket.isEmpty()) {
      log.notice("Ready to accept connections unix");
    }
  }

  private void load() throws LoadException {
    Baton baton = engine.keyspace().baton();
    baton.take();
    try {
      engine.persistence().loadAtStart();
    } catch (IOException failed) {
      throw new LoadException(failed);
    } finally {
      baton.pass();
    }
  }

  /** Opens one more door on the loopback interface, at any free port; returns the port. */
  int openLoopback() throws IOException {
    return net.openLoopback(0);
  }

  private String banner() {
    return """

           .-.      Respite %s (speaks Redis %s)
          (   )
         .-`-`-.    Running in standalone mode
        (       )   Port: %d
         `-...-`    PID: %d

        """
        .formatted(
            Instance.version(),
            Instance.REDIS_VERSION,
            config.get(Directives.PORT),
            ProcessHandle.current().pid());
  }

  private void writePidFile() {
    String name = config.get(Directives.PIDFILE);
    boolean daemonize = config.get(Directives.DAEMONIZE);
    if (name.isEmpty() && !daemonize) {
      return;
    }
    pidFile = name.isEmpty() ? DEFAULT_PID_FILE : name;
    Path file = config.resolve(pidFile);
    byte[] text = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    try (Storage.Output output = environment.storage().create(file)) {
      output.write(ByteBuffer.wrap(text));
    } catch (IOException failed) {
      pidFile = "";
      log.warning("Failed to write PID file: " + failed.getMessage());
    }
  }

  /**
   * Asks the server to stop, as a signal does: saves before, as {@code shutdown-on-sigterm} says.
   * Where saving fails, the process ends all the same, because the virtual machine does.
   */
  void stopBySignal() {
    String how = config.get(Directives.SHUTDOWN_ON_SIGTERM);
    Boolean saves = how.contains("nosave") ? Boolean.FALSE : how.contains("save") ? true : null;
    Baton baton = engine.keyspace().baton();
    baton.take();
    try {
      engine.persistence().end(saves, true);
    } finally {
      baton.pass();
    }
    stop();
  }

  /**
   * Ends the process at once: nothing may be acknowledged any more, and nothing else that an
   * orderly end does would help.
   */
  private void halt(String why) {
    log.warning(why);
    Runtime.getRuntime().halt(1);
  }

  /** Asks the server to stop; any thread may call this. */
  public void stop() {
    stopping.countDown();
  }

  /** Waits until SHUTDOWN or {@link #stop()} asks for the end. */
  public void awaitStop() throws InterruptedException {
    stopping.await();
  }

  /** Closes doors, clients and engine, and removes what the process left in the file system. */
  @Override
  public void close() {
    net.close();
    transport.close();
    engine.close();
    if (!pidFile.isEmpty()) {
      log.notice("Removing the pid file.");
      try {
        environment.storage().delete(config.resolve(pidFile));
      } catch (IOException failed) {
        log.warning("Failed to remove the pid file: " + failed.getMessage());
      }
    }
  }
}
