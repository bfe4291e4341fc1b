package io.respite.servers.payara;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A running Payara Micro, which listens on the loopback interface alone. */
final class PayaraMicro implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Process process;
  private final Path log;

  private PayaraMicro(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param name of its log, in {@code target}
   * @param folder for the archives
   * @param options further options of the command
   */
  static PayaraMicro start(
      String name, Path folder, List<String> options, List<WebArchive> archives)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.net.preferIPv4Stack=true",
                "-Dhazelcast.phone.home.enabled=false",
                "-jar",
                System.getProperty("servers.home"),
                "--disablephonehome",
                "--port",
                System.getProperty("servers.http"),
                "--prebootcommandfile",
                System.getProperty("servers.boot")));
    command.addAll(options);
    for (WebArchive war : archives) {
      Path file = folder.resolve(war.getName());
      war.as(ZipExporter.class).exportTo(file.toFile());
      command.add("--deploy");
      command.add(file.toString());
    }
    Path log = Path.of("target", name + ".log");
    var payara =
        new PayaraMicro(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start(),
            log);
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .failFast(
              "Payara Micro has ended; " + log + " says why",
              () -> assertThat(payara.process.isAlive()).isTrue())
          .until(() -> payara.log().contains("ready in"));
    } catch (RuntimeException e) {
      payara.close();
      throw e;
    }
    return payara;
  }

  /** What it has written. */
  String log() throws IOException {
    return Files.readString(log);
  }

  /** The addresses, as Linux writes them, at which the process listens or gets datagrams. */
  Set<String> addresses() throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      for (Path file : files.toList()) {
        if (Files.isSymbolicLink(file)) {
          String target = Files.readSymbolicLink(file).toString();
          if (target.startsWith("socket:[")) {
            sockets.add(target.substring(8, target.length() - 1));
          }
        }
      }
    }
    Set<String> addresses = new HashSet<>();
    for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
      Path table = proc.resolve("net").resolve(protocol);
      if (Files.exists(table)) {
        Files.readAllLines(table).stream()
            .skip(1)
            .map(line -> line.strip().split("\\s+"))
            .filter(row -> sockets.contains(row[9]))
            // 0A is a listening socket; a datagram's may receive in any state.
            .filter(row -> protocol.startsWith("udp") || row[3].equals("0A"))
            .forEach(row -> addresses.add(row[1].substring(0, row[1].indexOf(':'))));
      }
    }
    return addresses;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
