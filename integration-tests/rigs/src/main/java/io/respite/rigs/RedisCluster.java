package io.respite.rigs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * A cluster of servers of one real engine, put together by its {@code redis-cli --cluster create}.
 * A node that does not answer for a second and a half is replaced by its replica, if it has one.
 */
public final class RedisCluster implements Topology {
  private static final int SLOTS = 16_384;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Valkey waits for the replicas at every slot. */
  private static final Duration RESHARDING = Duration.ofMinutes(4);

  private final List<Node> nodes = new ArrayList<>();

  private final Engine engine;

  private RedisCluster(Engine engine) {
    this.engine = engine;
  }

  /** Three primaries with one replica each, of {@link Engine#real}. */
  public static RedisCluster ofSix() {
    return start(Engine.real(), 3, 1);
  }

  /** Three primaries of {@link Engine#real}. */
  public static RedisCluster ofThree() {
    return start(Engine.real(), 3, 0);
  }

  private static RedisCluster start(Engine engine, int primaries, int replicasEach) {
    RedisCluster cluster = new RedisCluster(engine);
    try {
      cluster.startAll(primaries * (1 + replicasEach), replicasEach);
      return cluster;
    } catch (RuntimeException | Error failed) {
      cluster.close();
      throw failed;
    }
  }

  private void startAll(int count, int replicasEach) {
    for (int i = 0; i < count; i++) {
      Node node =
          Node.of(
              engine,
              List.of(
                  "--save",
                  "",
                  "--cluster-enabled",
                  "yes",
                  "--cluster-node-timeout",
                  "1500",
                  "--repl-diskless-sync-delay",
                  "0"));
      nodes.add(node);
      node.start();
    }
    List<String> create = cli("--cluster", "create");
    nodes.forEach(node -> create.add("127.0.0.1:" + node.port()));
    create.addAll(List.of("--cluster-replicas", Integer.toString(replicasEach), "--cluster-yes"));
    Shell.must(create.toArray(String[]::new));
    awaitWell();
    for (ServerProcess primary : primaries()) {
      Awaitility.await(replicasEach + " replicas of the server at port " + primary.port)
          .pollInterval(Duration.ofMillis(50))
          .atMost(PATIENCE)
          .until(() -> SentinelTrio.hasReplicas(primary, replicasEach));
    }
  }

  private List<String> cli(String... words) {
    List<String> command = new ArrayList<>(List.of(engine.cli().toString()));
    command.addAll(List.of(words));
    return command;
  }

  /** Waits until every node that runs sees every slot served and agrees with the others. */
  public void awaitWell() {
    awaitWell(running());
  }

  private static void awaitWell(List<ServerProcess> nodes) {
    Awaitility.await("a cluster whose nodes all say that it is well")
        .pollInterval(Duration.ofMillis(100))
        .atMost(PATIENCE)
        .until(
            () ->
                nodes.stream().allMatch(RedisCluster::seesAllSlots)
                    && nodes.stream().map(RedisCluster::view).distinct().count() == 1);
  }

  private static boolean seesAllSlots(ServerProcess node) {
    String info = node.ask("CLUSTER", "INFO").text();
    return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS);
  }

  /** Which primary a node believes to serve which slots. */
  private static String view(ServerProcess node) {
    return node.ask("CLUSTER", "NODES")
        .text()
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(words -> words[2].contains("master") && words.length > 8)
        .map(words -> words[0] + " " + String.join(" ", List.of(words).subList(8, words.length)))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private List<ServerProcess> running() {
    return nodes.stream().filter(Node::isRunning).map(Node::process).toList();
  }

  private static boolean isPrimary(ServerProcess node) {
    return node.ask("ROLE").items().get(0).text().equals("master");
  }

  /** A node's name within the cluster. */
  public static String id(ServerProcess node) {
    return node.ask("CLUSTER", "MYID").text();
  }

  @Override
  public List<ServerProcess> primaries() {
    return running().stream().filter(RedisCluster::isPrimary).toList();
  }

  /** The nodes that follow others. */
  public List<ServerProcess> replicas() {
    return running().stream().filter(node -> !isPrimary(node)).toList();
  }

  /** Kills a node, and waits until the others serve its slots. */
  public void kill(ServerProcess primary) {
    String id = id(primary);
    primary.kill();
    awaitReplaced(id, running());
  }

  /** Freezes a node, which keeps its connections, and waits until the others serve its slots. */
  public void freeze(ServerProcess primary) {
    String id = id(primary);
    List<ServerProcess> others = running().stream().filter(node -> node != primary).toList();
    primary.freeze();
    awaitReplaced(id, others);
  }

  private static void awaitReplaced(String id, List<ServerProcess> others) {
    // They notice after a while, and until then all seems well.
    Awaitility.await("another node that serves the slots of the one that was lost")
        .pollInterval(Duration.ofMillis(100))
        .atMost(PATIENCE)
        .until(() -> others.stream().noneMatch(node -> view(node).contains(id)));
    awaitWell(others);
  }

  /** Starts what was killed; it comes back as a replica of the node that took its place. */
  public void startKilled() {
    for (Node node : nodes) {
      if (!node.isRunning()) {
        node.start();
      }
    }
    awaitWell();
  }

  /**
   * Begins to move slots, with all they hold, from one primary to another; clients may go on.
   *
   * @return the program that moves; {@link #awaitMoved} waits for it
   */
  public Process reshard(ServerProcess from, ServerProcess to, int slots) {
    try {
      return new ProcessBuilder(
              cli(
                  "--cluster",
                  "reshard",
                  "127.0.0.1:" + to.port,
                  "--cluster-from",
                  id(from),
                  "--cluster-to",
                  id(to),
                  "--cluster-slots",
                  Integer.toString(slots),
                  "--cluster-yes"))
          .redirectErrorStream(true)
          .redirectOutput(to.folder.resolve("reshard.txt").toFile())
          .start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Waits until what {@link #reshard} began has come to its end, and the nodes agree. */
  public void awaitMoved(Process moving) {
    Awaitility.await("the end of resharding").atMost(RESHARDING).until(() -> !moving.isAlive());
    if (moving.exitValue() != 0) {
      throw new IllegalStateException(
          "redis-cli --cluster reshard ended with " + moving.exitValue());
    }
    awaitWell();
  }

  /** How many slots a primary serves. */
  public static int slots(ServerProcess primary) {
    int slots = 0;
    String self =
        primary
            .ask("CLUSTER", "NODES")
            .text()
            .lines()
            .filter(line -> line.contains("myself"))
            .findFirst()
            .orElseThrow();
    List<String> words = List.of(self.split(" ", -1));
    for (String range : words.subList(8, words.size())) {
      if (!range.startsWith("[")) {
        String[] ends = range.split("-", -1);
        slots += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
      }
    }
    return slots;
  }

  @Override
  public String uri() {
    return nodes.stream()
        .map(node -> "127.0.0.1:" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  @Override
  public void close() {
    Node.closeAll(nodes);
  }
}
