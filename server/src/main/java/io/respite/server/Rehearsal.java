package io.respite.server;

import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.environment.Environment;
import io.respite.server.log.ServerLog;
import io.respite.server.net.NettyTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A server's life in a moment: start, a few requests, end. The launcher runs it once per build to
 * learn which classes a start needs, and archives them ("class-data sharing").
 */
final class Rehearsal {
  private static final String REQUESTS =
      """
      HELLO 3
      SET key value EX 100
      GET key
      INCR counter
      HSET hash field value
      HGET hash field
      CONFIG GET max*
      CLIENT LIST
      COMMAND DOCS get
      INFO
      DEL key counter hash
      nonsense
      QUIT
      """;

  private Rehearsal() {}

  /** Plays it; 0 when all went well, as an exit code. */
  static int play() {
    Environment environment = Environment.system();
    ServerLog log =
        new ServerLog(environment.clock(), ProcessHandle.current().pid(), (level, lines) -> {});
    Config config = new Config(environment.storage(), Path.of("").toAbsolutePath());
    try {
      config.setting("port", "0");
      // It plays in the folder in which somebody starts a server: his files are not its own.
      config.setting("save", "");
      config.setting("dbfilename", "no-such-rehearsal.rdb");
      try (RespiteServer server =
          new RespiteServer(environment, config, log, new NettyTransport(true, false))) {
        server.start();
        talk(server.openLoopback());
      }
      return 0;
    } catch (BadValueException | IOException failed) {
      log.warning("The rehearsal failed", failed);
      return 1;
    }
  }

  private static void talk(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String lines = REQUESTS.replace("\n", "\r\n");
      socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }
}
