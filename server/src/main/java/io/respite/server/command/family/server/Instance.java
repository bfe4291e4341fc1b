package io.respite.server.command.family.server;

import io.respite.server.command.Clients;
import io.respite.server.command.Dispatcher;
import io.respite.server.config.Config;
import io.respite.server.environment.RandomSource;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.metrics.LatencyMonitor;
import io.respite.server.metrics.NetStatistics;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What a running server knows of itself: the commands that are about the server, and not about
 * data, look here.
 */
public final class Instance {
  /** The version of Redis that clients may take this server for. */
  public static final String REDIS_VERSION = "7.2.4";

  private final Config config;
  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Clients clients;
  private final Authenticator authenticator;
  private final ServerLog log;
  private final NetStatistics traffic = new NetStatistics();
  private final LatencyMonitor latency = new LatencyMonitor();
  private final Map<String, LongSupplier> figures = new HashMap<>();
  private final long startedMillis;
  private final String runId;
  private Lifecycle lifecycle =
      (saves, force) -> {
        throw new io.respite.server.command.CommandError(
            "ERR this server lives in an application, which alone may end it");
      };
  private IntSupplier port = () -> 0;
  private String networkMechanism = "none";

  /** Knows these parts; the rest is told later. */
  public Instance(
      Config config,
      Keyspace keyspace,
      Dispatcher dispatcher,
      Clients clients,
      Authenticator authenticator,
      ServerLog log) {
    this.config = config;
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.clients = clients;
    this.authenticator = authenticator;
    this.log = log;
    this.startedMillis = keyspace.environment().clock().millis();
    this.runId = hex(keyspace.environment().random().split());
  }

  private static String hex(RandomSource random) {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      id.append(Character.forDigit(random.nextInt(16), 16));
    }
    return id.toString();
  }

  /** The version of this product, from its jar; {@code 0.0.0} when it runs from loose classes. */
  public static String version() {
    String version = Instance.class.getPackage().getImplementationVersion();
    return version == null ? "0.0.0" : version;
  }

  /** The directives' values. */
  public Config config() {
    return config;
  }

  /** All databases. */
  public Keyspace keyspace() {
    return keyspace;
  }

  /** Takes requests to their handlers. */
  public Dispatcher dispatcher() {
    return dispatcher;
  }

  /** Who is connected. */
  public Clients clients() {
    return clients;
  }

  /** Who may act. */
  public Authenticator authenticator() {
    return authenticator;
  }

  /**
   * Lets a mechanism show a figure of its own in INFO, in place of the zero that stands for its
   * absence.
   */
  public void figure(String field, LongSupplier source) {
    figures.put(field, source);
  }

  /** A mechanism's figure; 0 when there is no such mechanism. */
  long figure(String field) {
    return figures.getOrDefault(field, () -> 0).getAsLong();
  }

  /** Where lines for the operator go. */
  public ServerLog log() {
    return log;
  }

  /** Counters of the network. */
  public NetStatistics traffic() {
    return traffic;
  }

  /** What took long. */
  public LatencyMonitor latency() {
    return latency;
  }

  /** When it was started, milliseconds since 1970. */
  public long startedMillis() {
    return startedMillis;
  }

  /** Forty hexadecimal digits that no other start has. */
  public String runId() {
    return runId;
  }

  /** What SHUTDOWN does. */
  public Lifecycle lifecycle() {
    return lifecycle;
  }

  /** Sets what SHUTDOWN does. */
  public void lifecycle(Lifecycle owner) {
    lifecycle = owner;
  }

  /** The TCP port that is open; 0 when there is none. */
  public int port() {
    return port.getAsInt();
  }

  /** How it waits for the network. */
  public String networkMechanism() {
    return networkMechanism;
  }

  /** Sets what is known once there is a network. */
  public void network(String mechanism, IntSupplier openPort) {
    networkMechanism = mechanism;
    port = openPort;
  }
}
