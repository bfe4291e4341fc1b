package io.respite.peers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Engine;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts the real servers beside which ours is tested; a test whose server is missing is skipped.
 */
final class RealServer {
  private RealServer() {}

  /** Starts a server and waits until it answers. */
  static ServerProcess start(Engine engine, String... options) throws IOException {
    assumeInstalled(engine);
    ServerProcess server = ServerProcess.launch(engine.program(), List.of(), Map.of(), options);
    server.awaitAnswer();
    return server;
  }

  /** Skips the test, visibly, without the system's server; newer ones see to that themselves. */
  static void assumeInstalled(Engine engine) {
    assumeTrue(
        engine != Engine.REDIS || ServerProcess.installed("redis-server").isPresent(),
        "no redis-server installed");
  }

  /**
   * The engines of a test: those of the system property, names with commas between them, or else
   * these.
   */
  static Stream<Engine> engines(String property, Engine... usual) {
    String names = System.getProperty(property, "");
    List<Engine> engines = new ArrayList<>();
    if (names.isEmpty()) {
      engines.addAll(List.of(usual));
    } else {
      Arrays.stream(names.split(",", -1)).map(Engine::named).forEach(engines::add);
    }
    return engines.stream();
  }
}
