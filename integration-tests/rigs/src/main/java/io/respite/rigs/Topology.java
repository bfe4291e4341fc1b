package io.respite.rigs;

import java.util.List;

/** Servers that hold the same caches together. */
public interface Topology extends AutoCloseable {
  /** Where the provider finds them: a URI without parameters. */
  String uri();

  /** The servers that take writes at the moment. */
  List<ServerProcess> primaries();

  /** Removes everything they hold. */
  default void flush() {
    for (ServerProcess primary : primaries()) {
      Resp reply = primary.ask("FLUSHALL");
      if (reply.isError()) {
        throw new IllegalStateException("FLUSHALL is answered " + reply);
      }
    }
  }

  /** How many keys they hold together. */
  default long keys() {
    return primaries().stream()
        .mapToLong(primary -> Long.parseLong(primary.ask("DBSIZE").text()))
        .sum();
  }

  @Override
  void close();
}
