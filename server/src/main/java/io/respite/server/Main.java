package io.respite.server;

import io.respite.server.command.family.server.Instance;
import io.respite.server.config.BadValueException;
import io.respite.server.config.CommandLine;
import io.respite.server.config.Config;
import io.respite.server.config.ConfigFile;
import io.respite.server.config.ConfigFileException;
import io.respite.server.config.Directives;
import io.respite.server.environment.Environment;
import io.respite.server.log.LogFile;
import io.respite.server.log.ServerLog;
import io.respite.server.net.NettyLog;
import io.respite.server.net.NettyTransport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The program {@code respite-server}, with the command line of {@code redis-server}.
 *
 * <p>{@code daemonize yes}: a virtual machine cannot fork. Once the configuration has been found
 * good, it starts its launcher script a second time, in a session of its own and with {@value
 * #DAEMON} set, and ends; the second process serves.
 */
public final class Main {
  private static final String DAEMON = "RESPITE_DAEMON";

  /** For the launcher alone, see {@link Rehearsal}. */
  private static final String REHEARSE = "--rehearse";

  private static final int LARGEST_STANDARD_INPUT_BYTES = 64 << 20;
  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;

  private Main() {}

  /** Runs the program; see {@code --help}. */
  public static void main(String[] arguments) throws InterruptedException {
    int code = run(List.of(arguments));
    OUT.flush();
    if (code != 0) {
      System.exit(code);
    }
    // Threads of the network may still be on their way out; nothing is lost by not waiting.
    System.exit(0);
  }

  private static int run(List<String> arguments) throws InterruptedException {
    if (arguments.equals(List.of(REHEARSE))) {
      return Rehearsal.play();
    }
    CommandLine line = CommandLine.parse(arguments);
    switch (line.task()) {
      case VERSION -> {
        OUT.println(
            "Redis server v="
                + Instance.REDIS_VERSION
                + " (Respite "
                + Instance.version()
                + ", Java "
                + System.getProperty("java.version")
                + ") bits=64");
        return 0;
      }
      case HELP -> {
        help();
        return 1;
      }
      case TEST_MEMORY -> {
        ERR.println(
            "--test-memory is refused: memory cannot be tested from inside a Java virtual machine;"
                + " use a program such as memtest86.");
        return 1;
      }
      case CHECK_SYSTEM -> {
        ERR.println(
            "--check-system is refused: its checks are about fork and huge pages, which this server"
                + " does not use.");
        return 1;
      }
      case SERVE -> {
        return serve(line, arguments);
      }
    }
    throw new IllegalStateException("unknown task " + line.task());
  }

  private static void help() {
    ERR.print(
        """
        Usage: respite-server [/path/to/redis.conf] [options] [-]
               respite-server - (reads the configuration from standard input)
               respite-server -v or --version
               respite-server -h or --help

        Every directive of redis.conf is an option: --port 7777, --save 60 1, --bind 127.0.0.1 ::1

        Examples:
               respite-server
               echo 'maxmemory 128mb' | respite-server -
               respite-server /etc/redis/6379.conf --loglevel verbose
               respite-server --port 7777 --requirepass secret
        """);
  }

  private static int serve(CommandLine line, List<String> arguments) throws InterruptedException {
    Environment environment = Environment.system();
    ServerLog.Sink console = console();
    ServerLog log = new ServerLog(environment.clock(), ProcessHandle.current().pid(), console);
    Config config = new Config(environment.storage(), Path.of("").toAbsolutePath());
    byte[] input = {};
    try {
      if (line.standardInput()) {
        log.notice("Reading config from stdin");
        input = System.in.readNBytes(LARGEST_STANDARD_INPUT_BYTES);
      }
      ConfigFile.load(
          config, line.file(), new String(input, StandardCharsets.ISO_8859_1), line.options());
      openLog(config, environment, log, console);
    } catch (ConfigFileException refused) {
      ERR.println(refused.getMessage());
      return 1;
    } catch (IOException unreadable) {
      ERR.println("*** FATAL CONFIG FILE ERROR (Respite) ***\n" + unreadable.getMessage());
      return 1;
    } catch (BadValueException impossible) {
      ERR.println(impossible.getMessage());
      return 1;
    }
    if (config.get(Directives.DAEMONIZE) && System.getenv(DAEMON) == null) {
      return startDaemon(arguments, input);
    }
    return serve(environment, config, log, arguments.isEmpty());
  }

  private static ServerLog.Sink console() {
    return (level, lines) -> {
      OUT.write(lines, 0, lines.length);
      OUT.flush();
    };
  }

  private static void openLog(
      Config config, Environment environment, ServerLog log, ServerLog.Sink console)
      throws IOException, BadValueException {
    config.follow(
        Directives.LOGLEVEL,
        name -> log.threshold(ServerLog.Level.valueOf(name.toUpperCase(Locale.ROOT))));
    String name = config.get(Directives.LOGFILE);
    if (!name.isEmpty()) {
      LogFile file = new LogFile(environment.storage(), config.resolve(name), console);
      try {
        file.probe();
      } catch (IOException failed) {
        throw new IOException("Can't open the log file: " + failed.getMessage(), failed);
      }
      log.sink(file);
    }
  }

  private static int startDaemon(List<String> arguments, byte[] input) {
    String launcher = System.getProperty("respite.executable", "");
    if (launcher.isEmpty()) {
      ERR.println("daemonize works with the launcher bin/respite-server alone");
      return 1;
    }
    List<String> command = new ArrayList<>(List.of("setsid", launcher));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(DAEMON, "1");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try (var toChild = builder.start().getOutputStream()) {
      toChild.write(input);
      return 0;
    } catch (IOException failed) {
      ERR.println("Can't start in the background: " + failed.getMessage());
      return 1;
    }
  }

  private static int serve(Environment environment, Config config, ServerLog log, boolean bare)
      throws InterruptedException {
    log.notice("oO0OoO0OoO0Oo Respite is starting oO0OoO0OoO0Oo");
    log.notice(
        "Respite version="
            + Instance.version()
            + ", Redis version="
            + Instance.REDIS_VERSION
            + ", bits=64, pid="
            + ProcessHandle.current().pid()
            + ", just started");
    if (bare) {
      log.warning(
          "Warning: no config file specified, using the default config. In order to specify a"
              + " config file use respite-server /path/to/redis.conf");
    } else {
      log.notice("Configuration loaded");
    }
    NettyLog.install(log);
    RespiteServer server;
    try {
      server = new RespiteServer(environment, config, log, new NettyTransport(true, false));
    } catch (BadValueException refused) {
      ERR.println(refused.getMessage());
      if (System.getenv(DAEMON) != null) {
        // Nobody reads the standard streams of a server in the background.
        log.warning(refused.getMessage());
      }
      return 1;
    }
    Thread ending = new Thread(() -> endBySignal(server, log), "respite-signal");
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      server.start();
    } catch (RespiteServer.LoadException damaged) {
      log.warning(damaged.getMessage());
      log.warning("Fatal error loading the DB. Exiting.");
      Runtime.getRuntime().removeShutdownHook(ending);
      server.close();
      return 1;
    } catch (IOException failed) {
      log.warning("Failed listening on port " + config.get(Directives.PORT) + " (tcp), aborting.");
      Runtime.getRuntime().removeShutdownHook(ending);
      server.close();
      return 1;
    }
    server.awaitStop();
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException alreadyEnding) {
      // A signal came first, and its thread does the rest.
      ending.join();
      return 0;
    }
    server.close();
    log.warning("Respite is now ready to exit, bye bye...");
    return 0;
  }

  /**
   * SIGTERM and SIGINT: an orderly end, and the exit code of one, where Java would have another.
   */
  private static void endBySignal(RespiteServer server, ServerLog log) {
    log.warning("Received SIGTERM or SIGINT, scheduling shutdown...");
    server.stopBySignal();
    server.close();
    log.warning("Respite is now ready to exit, bye bye...");
    Runtime.getRuntime().halt(0);
  }
}
