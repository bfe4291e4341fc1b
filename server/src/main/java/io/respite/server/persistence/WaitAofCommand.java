package io.respite.server.persistence;

import static io.respite.server.command.CommandFlag.BLOCKING;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.Wait;
import java.util.function.BooleanSupplier;

/**
 * WAITAOF: waits until what was written before is durable in this server's journal. Here that is
 * what anybody wrote before, which is more than what this client did, and comes at the same time.
 * There are no replicas yet, so that none ever confirms anything.
 */
final class WaitAofCommand {
  private static final String NO_JOURNAL =
      "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";

  private final Journal journal;

  WaitAofCommand(Journal journal) {
    this.journal = journal;
  }

  Command row() {
    return Command.named("waitaof")
        .group(CommandGroup.GENERIC)
        .since("7.2.0")
        .arity(4)
        .flags(BLOCKING)
        .categories("connection")
        .complexity("O(1)")
        .summary("Waits until what was written is durable in the append-only file.")
        .syntax("numlocal numreplicas timeout")
        .tip("request_policy:all_shards")
        .tip("response_policy:agg_min")
        .handler(this::handle);
  }

  private void handle(Call call) {
    long local = Parse.integer(call, 1, 0, 1);
    long replicas = Parse.positive(call, 2);
    long millis = Parse.waitMillis(call, 3);
    if (local > 0 && !journal.isOpen()) {
      throw new CommandError(NO_JOURNAL);
    }
    long offset = journal.offset();
    BooleanSupplier reached = () -> replicas == 0 && (local == 0 || journal.durable() >= offset);
    if (reached.getAsBoolean()) {
      answer(call.reply(), offset);
      return;
    }
    call.block(Wait.until(reached).timeoutMillis(millis).timeUp(reply -> answer(reply, offset)));
  }

  private void answer(Reply reply, long offset) {
    reply.array(2);
    reply.integer(journal.isOpen() && journal.durable() >= offset ? 1 : 0);
    reply.integer(0);
  }
}
