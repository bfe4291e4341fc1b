package io.respite.peers.fault;

import io.respite.rigs.Checks;
import io.respite.rigs.ServerProcess;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;

/** One check: its name, its seed, and the line it prints in the end. */
final class Check {
  final String name;
  final long seed;
  final Random random;
  private final long began = System.nanoTime();

  /** A check of this name; {@code -Drespite.seed=N} repeats an earlier run. */
  Check(String name) {
    this.name = name;
    this.seed = Checks.seed();
    this.random = new Random(seed);
  }

  /**
   * How often something is done: {@code -Drespite.check.NAME=K}, else what the gate has time for.
   */
  int times(int inTheGate) {
    return Integer.getInteger("respite.check." + name, inTheGate);
  }

  /** Skips the test, visibly, unless there is what it needs. */
  Check needs(boolean there, String otherwise) {
    if (!there) {
      print("skipped: " + otherwise);
    }
    Assumptions.assumeTrue(there, otherwise);
    return this;
  }

  /** Skips the test unless a program is installed. */
  Check needsProgram(String program) {
    return needs(ServerProcess.installed(program).isPresent(), "no " + program + " installed");
  }

  /** Skips the test unless file systems can be mounted. */
  Check needsRoot() {
    return needs("root".equals(System.getProperty("user.name")), "only root may mount");
  }

  /** Skips the test when it says nothing of a real redis-server. */
  Check needsRespite(String why) {
    return needs(TestServer.KIND == TestServer.Kind.RESPITE, why);
  }

  /** Prints the check's line. */
  void report(String figures, Object... arguments) {
    print(
        String.format(
            Locale.ROOT,
            "server=%s seed=%d %s seconds=%.1f",
            TestServer.KIND.name().toLowerCase(Locale.ROOT),
            seed,
            String.format(Locale.ROOT, figures, arguments),
            (System.nanoTime() - began) / 1e9));
  }

  private void print(String rest) {
    Checks.print(name, rest);
  }
}
