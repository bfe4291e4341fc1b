package io.respite.rigs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A primary with two replicas, watched by three sentinels of which two must agree. A primary that
 * does not answer for a second and a half is replaced. (After a second a sentinel may not have
 * connected yet to who has just become the primary, and replaces him, too.)
 */
public final class SentinelTrio implements Topology {
  /** The name by which clients ask for the primary. */
  public static final String MASTER = "caches";

  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;
  private static final int QUORUM = 2;

  /**
   * A sentinel that was not scheduled for two seconds, or saw the clock jump, does nothing for half
   * a minute ("tilt"); it takes ten seconds to make a replica of a primary that comes back. There
   * is room for that to happen more than once.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** So much of what each process printed is told when something does not come about. */
  private static final int LINES_TOLD = 25;

  private final List<Node> servers = new ArrayList<>();
  private final List<Node> sentinels = new ArrayList<>();

  private final Engine engine;

  private SentinelTrio(Engine engine) {
    this.engine = engine;
  }

  /** Starts all six processes of {@link Engine#real} and waits until they know each other. */
  public static SentinelTrio start() {
    SentinelTrio trio = new SentinelTrio(Engine.real());
    try {
      trio.startAll();
      return trio;
    } catch (RuntimeException | Error failed) {
      trio.close();
      throw failed;
    }
  }

  private void startAll() {
    // Replication without a file on disk, and at once: a test should not wait for either.
    List<String> options =
        List.of("--save", "", "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1");
    Node primary = Node.of(engine, options);
    servers.add(primary);
    primary.start();
    for (int i = 0; i < REPLICAS; i++) {
      List<String> following = new ArrayList<>(options);
      following.addAll(List.of("--replicaof", "127.0.0.1 " + primary.port()));
      Node replica = Node.of(engine, following);
      servers.add(replica);
      replica.start();
    }
    awaitReplicas(primary.process());
    for (int i = 0; i < SENTINELS; i++) {
      Node sentinel =
          Node.sentinel(
              engine,
              List.of(
                  "sentinel monitor " + MASTER + " 127.0.0.1 " + primary.port() + " " + QUORUM,
                  "sentinel down-after-milliseconds " + MASTER + " 1500",
                  "sentinel failover-timeout " + MASTER + " 5000",
                  "sentinel parallel-syncs " + MASTER + " 2"));
      sentinels.add(sentinel);
      sentinel.start();
    }
    await(
        "sentinels that know each other and the replicas",
        () -> sentinels.stream().allMatch(SentinelTrio::knowsAll));
  }

  private static boolean knowsAll(Node sentinel) {
    Resp master = sentinel.process().ask("SENTINEL", "MASTER", MASTER);
    return field(master, "num-slaves").equals(Integer.toString(REPLICAS))
        && field(master, "num-other-sentinels").equals(Integer.toString(SENTINELS - 1))
        && field(master, "flags").equals("master");
  }

  private static String field(Resp pairs, String name) {
    for (int i = 0; i + 1 < pairs.items().size(); i += 2) {
      if (pairs.items().get(i).text().equals(name)) {
        return pairs.items().get(i + 1).text();
      }
    }
    return "";
  }

  /** Waits until all other servers follow this one and have what it had. */
  public void awaitReplicas(ServerProcess primary) {
    await(
        REPLICAS + " replicas that follow the server at port " + primary.port,
        () -> hasReplicas(primary, REPLICAS));
  }

  /** Whether so many replicas follow this server and have what it had. */
  static boolean hasReplicas(ServerProcess primary, int replicas) {
    return primary
            .ask("INFO", "replication")
            .text()
            .lines()
            .filter(line -> line.startsWith("slave") && line.contains("state=online"))
            .count()
        == replicas;
  }

  /** Waits; tells what all six processes have to say when it does not come about. */
  private void await(String what, Callable<Boolean> condition) {
    try {
      Awaitility.await(what).pollInterval(Duration.ofMillis(50)).atMost(PATIENCE).until(condition);
    } catch (ConditionTimeoutException timeout) {
      throw new AssertionError(
          "not within " + PATIENCE.toSeconds() + " s: " + what + "\n" + state(), timeout);
    }
  }

  private String state() {
    return Stream.concat(servers.stream(), sentinels.stream())
        .map(
            node -> {
              List<String> lines = node.process().output().lines().toList();
              return "port %d, %s%n%s"
                  .formatted(
                      node.port(),
                      node.isRunning() ? "running" : "not running",
                      String.join(
                          System.lineSeparator(),
                          lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size())));
            })
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** The server that the sentinels call the primary. */
  public ServerProcess primary() {
    List<Resp> address =
        sentinels.get(0).process().ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER).items();
    int port = Integer.parseInt(address.get(1).text());
    return servers.stream()
        .filter(server -> server.port() == port)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the sentinels name an unknown port " + port))
        .process();
  }

  /** Kills the primary and waits until the sentinels have made another one, which takes writes. */
  public ServerProcess killPrimary() {
    ServerProcess before = primary();
    before.kill();
    return awaitPrimaryOtherThan(before);
  }

  /** Freezes the primary, which keeps its connections, and waits until there is another. */
  public ServerProcess freezePrimary() {
    ServerProcess before = primary();
    before.freeze();
    return awaitPrimaryOtherThan(before);
  }

  /** Asks the sentinels to replace a primary that is well, and waits until they have. */
  public ServerProcess failover() {
    ServerProcess before = primary();
    // Right after another failover they refuse for a while.
    await(
        "a sentinel that begins a failover",
        () -> !sentinels.get(0).process().ask("SENTINEL", "FAILOVER", MASTER).isError());
    return awaitPrimaryOtherThan(before);
  }

  private ServerProcess awaitPrimaryOtherThan(ServerProcess before) {
    await(
        "another primary than that at port " + before.port,
        () -> {
          ServerProcess now = primary();
          return now.port != before.port
              && now.process.isAlive()
              && now.ask("INFO", "replication").text().contains("role:master");
        });
    return primary();
  }

  /** Starts what was killed; it comes back as a replica of the primary there is then. */
  public void startKilled() {
    for (Node server : servers) {
      if (!server.isRunning()) {
        server.start();
      }
    }
    // Whichever that is: it may be replaced once more while another one comes back.
    await(
        REPLICAS + " replicas that follow whom the sentinels call the primary",
        () -> hasReplicas(primary(), REPLICAS));
  }

  /** The servers, without the sentinels. */
  public List<ServerProcess> servers() {
    return servers.stream().map(Node::process).toList();
  }

  @Override
  public String uri() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "/" + MASTER));
  }

  @Override
  public List<ServerProcess> primaries() {
    return List.of(primary());
  }

  @Override
  public void close() {
    List<Node> all = new ArrayList<>(sentinels);
    all.addAll(servers);
    Node.closeAll(all);
  }
}
