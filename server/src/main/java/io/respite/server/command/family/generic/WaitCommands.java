package io.respite.server.command.family.generic;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.Wait;
import java.util.List;
import java.util.function.Consumer;

/**
 * WAIT and WAITAOF: let a client wait until what it wrote is safe elsewhere. Nobody replicates this
 * server and it keeps no journal yet, so the truthful answer is always none, given at once to who
 * asks for none and when time is up to who asks for some.
 */
public final class WaitCommands {
  private WaitCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        row("wait", 3, "3.0.0")
            .summary("Waits until replicas have what this connection wrote.")
            .syntax("numreplicas:integer timeout:integer")
            .tip("request_policy:all_shards")
            .tip("response_policy:agg_min")
            .handler(WaitCommands::replicas),
        row("waitaof", 4, "7.2.0")
            .summary("Waits until journals on disk have what this connection wrote.")
            .syntax("numlocal:integer numreplicas:integer timeout:integer")
            .tip("request_policy:all_shards")
            .tip("response_policy:agg_min")
            .handler(WaitCommands::journals));
  }

  private static Command row(String name, int arity, String since) {
    return Command.named(name)
        .arity(arity)
        .since(since)
        .group(CommandGroup.GENERIC)
        .flags(CommandFlag.NOSCRIPT, CommandFlag.BLOCKING)
        .categories("connection")
        .withoutCategory("keyspace")
        .complexity("O(1)");
  }

  private static void replicas(Call call) {
    long replicas = Parse.integer(call, 1);
    long timeout = Parse.waitMillis(call, 2);
    answer(call, replicas > 0, timeout, reply -> reply.integer(0));
  }

  private static void journals(Call call) {
    long local = Parse.integer(call, 1, 0, 1);
    long replicas = Parse.integer(call, 2, 0, Long.MAX_VALUE);
    long timeout = Parse.waitMillis(call, 3);
    if (local > 0) {
      throw new CommandError(
          "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
    }
    answer(
        call,
        replicas > 0,
        timeout,
        reply -> {
          reply.array(2);
          reply.integer(0);
          reply.integer(0);
        });
  }

  private static void answer(Call call, boolean waits, long timeout, Consumer<Reply> none) {
    if (waits) {
      call.block(Wait.forNothing().timeoutMillis(timeout).timeUp(none));
    } else {
      none.accept(call.reply());
    }
  }
}
