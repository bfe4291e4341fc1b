package io.respite.tck;

import io.respite.rigs.Engine;
import io.respite.rigs.RedisCluster;
import io.respite.rigs.SingleServer;
import io.respite.rigs.Topology;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.runner.Description;
import org.junit.runner.Result;
import org.junit.runner.notification.RunListener;

/**
 * Lives as long as a run of the TCK, in its JVM. Starts the servers that the run is about, whose
 * URI becomes the provider's default, and notes in the end how many commands they were given: a run
 * that went somewhere else would look just as green.
 *
 * <p>The system property {@code respite.tck.run} names the run: {@code embedded}, {@code respite},
 * {@code redis} and {@code cluster}, which take {@link Engine#real}, or the name of an engine;
 * {@code respite.tck.reports} the folder of its reports.
 */
public final class TckServer extends RunListener {
  /** The name of the file with the notes. */
  static final String NOTES = "servers.properties";

  /** The note of the URI; empty for the embedded store. */
  static final String URI = "uri";

  /** The note of how many commands that touch entries the servers were given. */
  static final String COMMANDS = "commands";

  private static final String URI_PROPERTY = "respite.uri";

  private Topology servers;

  @Override
  public void testRunStarted(Description tests) throws IOException {
    Files.deleteIfExists(notes());
    String run = System.getProperty("respite.tck.run");
    servers =
        switch (run) {
          case "embedded" -> null;
          case "cluster" -> RedisCluster.ofThree();
          case "redis" -> SingleServer.start(Engine.real());
          default -> SingleServer.start(Engine.named(run));
        };
    if (servers != null) {
      servers.flush();
      System.setProperty(URI_PROPERTY, servers.uri());
    }
  }

  @Override
  public void testRunFinished(Result result) throws IOException {
    Properties notes = new Properties();
    notes.setProperty(URI, servers == null ? "" : servers.uri());
    notes.setProperty(COMMANDS, Long.toString(servers == null ? 0 : commands(servers)));
    try (Writer writer = Files.newBufferedWriter(notes())) {
      notes.store(writer, null);
    } finally {
      if (servers != null) {
        servers.close();
      }
    }
  }

  private static Path notes() {
    return Path.of(System.getProperty("respite.tck.reports"), NOTES);
  }

  /** Calls of scripts and of commands of hashes. */
  private static long commands(Topology servers) {
    return servers.primaries().stream()
        .map(server -> server.ask("INFO", "commandstats").text())
        .flatMap(String::lines)
        .filter(line -> line.matches("cmdstat_(h|eval)[^:]*:calls=.*"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
        .sum();
  }
}
