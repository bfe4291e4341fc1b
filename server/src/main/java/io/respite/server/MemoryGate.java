package io.respite.server;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.Gate;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.MemoryLimit;
import io.respite.server.script.Scripting;
import io.respite.server.transaction.Transactions;
import java.util.Set;

/**
 * Makes room before each command of a client, and refuses those that need memory when there is none
 * to be made. What a script or a transaction does inside has been judged when that began.
 */
final class MemoryGate implements Gate {
  /** Commands that end a transaction; any other lets it grow. */
  private static final Set<String> ENDINGS = Set.of("exec", "discard", "quit", "reset");

  private final Keyspace keyspace;
  private final MemoryLimit memory;
  private final Transactions transactions;
  private final Scripting scripting;

  MemoryGate(Keyspace keyspace, Transactions transactions, Scripting scripting) {
    this.keyspace = keyspace;
    this.memory = keyspace.memory();
    this.transactions = transactions;
    this.scripting = scripting;
  }

  @Override
  public boolean pass(Call call) {
    if (!memory.isLimited() || keyspace.inAtomic() || keyspace.baton().occupied()) {
      return true;
    }
    if (memory.isFullBefore() && needsMemory(call)) {
      throw new CommandError(MemoryLimit.REFUSAL);
    }
    return true;
  }

  private boolean needsMemory(Call call) {
    Command command = call.command();
    if (needsMemory(command, call.arguments())) {
      return true;
    }
    if (command.parent() == null && ENDINGS.contains(command.name())) {
      return command.name().equals("exec")
          && transactions.queues(call.session(), this::needsMemory);
    }
    return transactions.queued(call.session()) >= 0;
  }

  private boolean needsMemory(Command command, Arguments request) {
    return command.is(CommandFlag.DENYOOM) || scripting.needsMemory(command, request);
  }
}
