package io.respite.peers;

import io.respite.rigs.ServerProcess;
import io.respite.server.command.Command;
import io.respite.server.command.CommandTable;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.family.Families;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.transaction.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rows of the server's command table from which requests are made. */
final class CommandRows {
  private CommandRows() {}

  /** All rows of the families and of transactions; of a container its subcommands. */
  static List<Command> all() {
    Keyspace keyspace = new Keyspace(Environment.system(), 1);
    List<Command> rows = new ArrayList<>(Families.rows());
    rows.addAll(new Transactions(keyspace, new Dispatcher(keyspace, new CommandTable())).rows());
    return rows.stream()
        .flatMap(
            row ->
                row.subcommands().isEmpty() ? Stream.of(row) : row.subcommands().values().stream())
        .toList();
  }

  /** The rows that the other server has too and that the table of differences does not exclude. */
  static List<Command> shared(ServerProcess redis, Differences differences) {
    String known =
        Stream.of(redis.connect().ask("COMMAND LIST").split("\r\n", -1))
            .filter(line -> !line.startsWith("$"))
            .collect(Collectors.joining("\n", "\n", "\n"));
    return all().stream()
        .filter(row -> known.contains("\n" + row.fullName() + "\n"))
        .filter(row -> !row.name().equals("help"))
        .filter(
            row ->
                !differences
                    .of(new Request(row.fullName(), List.of(row.fullName())))
                    .contains(Differences.How.SKIP))
        .toList();
  }

  /** Whether a command came after Redis 7.0. */
  static boolean isLaterThanSeven(Command row) {
    return !row.since().matches("([1-6]|7[.]0)[.].*");
  }
}
