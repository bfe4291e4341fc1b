package io.respite.rigs;

import java.util.ArrayList;
import java.util.List;

/**
 * One server. It can be ended and started again at the same port, in the same folder, with the same
 * options.
 */
public final class SingleServer implements Topology {
  private final Node node;

  private SingleServer(Node node) {
    this.node = node;
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param options directives and their values, as {@code "--appendonly", "yes"}
   */
  public static SingleServer start(Engine engine, String... options) {
    List<String> all = new ArrayList<>(List.of("--save", ""));
    all.addAll(List.of(options));
    SingleServer server = new SingleServer(Node.of(engine, all));
    server.restart();
    return server;
  }

  /** The process that serves; after a restart it is another. */
  public ServerProcess process() {
    return node.process();
  }

  /** Where it listens. */
  public int port() {
    return node.port();
  }

  /** Starts it again after {@link #stop} or {@link ServerProcess#kill}. */
  public void restart() {
    node.start();
  }

  /** Ends it orderly. */
  public void stop() {
    node.close();
  }

  @Override
  public String uri() {
    return "redis://127.0.0.1:" + port() + "/0";
  }

  @Override
  public List<ServerProcess> primaries() {
    return List.of(process());
  }

  @Override
  public void close() {
    node.close();
  }
}
