package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.command.Reply;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * SLOWLOG: the requests that took at least {@code slowlog-log-slower-than} microseconds, the newest
 * {@code slowlog-max-len} of them. A request is remembered in part, and without passwords.
 */
public final class SlowLogCommands {
  private static final int MOST_ARGUMENTS = 32;
  private static final int LONGEST_ARGUMENT = 128;
  private static final int SHOWN_BY_DEFAULT = 10;

  private record Entry(
      long id, long second, long micros, List<byte[]> request, String address, String client) {}

  private final Deque<Entry> newestFirst = new ArrayDeque<>();
  private long nextId;
  private long mostEntries;

  /** The family; follows the two directives. */
  public SlowLogCommands(Instance instance) throws BadValueException {
    Config config = instance.config();
    config.follow(
        Directives.SLOWLOG_LOG_SLOWER_THAN,
        micros ->
            instance
                .dispatcher()
                .onSlow(
                    micros < 0 || micros > Long.MAX_VALUE / 1000 ? Long.MAX_VALUE : micros * 1000,
                    this::remember));
    config.follow(
        Directives.SLOWLOG_MAX_LEN,
        most -> {
          mostEntries = most;
          trim();
        });
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        row("slowlog", -2)
            .complexity("Depends on subcommand.")
            .summary("A container for commands about slow requests.")
            .subcommand(
                row("get", -2)
                    .flags(ADMIN, LOADING, STALE)
                    .complexity("O(N) where N is the number of entries returned")
                    .summary("Answers the newest slow requests.")
                    .syntax("[count]")
                    .tip("request_policy:all_nodes")
                    .tip("nondeterministic_output")
                    .handler(this::get))
            .subcommand(
                row("len", 2)
                    .flags(ADMIN, LOADING, STALE)
                    .complexity("O(1)")
                    .summary("Answers how many slow requests are remembered.")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:agg_sum")
                    .tip("nondeterministic_output")
                    .handler(call -> call.reply().integer(newestFirst.size())))
            .subcommand(
                row("reset", 2)
                    .flags(ADMIN, LOADING, STALE)
                    .complexity("O(N) where N is the number of entries in the slowlog")
                    .summary("Forgets the slow requests.")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .handler(
                        call -> {
                          newestFirst.clear();
                          call.reply().ok();
                        }))
            .subcommand(Help.row("6.2.0")));
  }

  private static Command row(String name, int arity) {
    return Command.named(name).group(CommandGroup.SERVER).since("2.2.12").arity(arity);
  }

  private void remember(Call call, long nanos) {
    newestFirst.addFirst(
        new Entry(
            nextId++,
            call.now() / 1000,
            nanos / 1000,
            excerpt(call),
            call.session().connection().remoteAddress(),
            call.session().name()));
    trim();
  }

  private void trim() {
    while (newestFirst.size() > mostEntries) {
      newestFirst.removeLast();
    }
  }

  private static List<byte[]> excerpt(Call call) {
    int count = call.count();
    int shown = Math.min(count, MOST_ARGUMENTS);
    BitSet secret = Secrets.of(call);
    List<byte[]> request = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      if (i == MOST_ARGUMENTS - 1 && count > MOST_ARGUMENTS) {
        request.add(ConnectionCommands.bytes("... (" + (count - i) + " more arguments)"));
      } else if (secret.get(i)) {
        request.add(ConnectionCommands.bytes(Secrets.REDACTED));
      } else {
        request.add(shortened(call.bytes(i)));
      }
    }
    return request;
  }

  private static byte[] shortened(byte[] argument) {
    if (argument.length <= LONGEST_ARGUMENT) {
      return argument;
    }
    byte[] note =
        ConnectionCommands.bytes("... (" + (argument.length - LONGEST_ARGUMENT) + " more bytes)");
    byte[] text = Arrays.copyOf(argument, LONGEST_ARGUMENT + note.length);
    System.arraycopy(note, 0, text, LONGEST_ARGUMENT, note.length);
    return text;
  }

  private void get(Call call) {
    if (call.count() > 3) {
      throw CommandError.syntax();
    }
    long most = SHOWN_BY_DEFAULT;
    if (call.count() == 3) {
      String refusal = "ERR count should be greater than or equal to -1";
      most = Numeral.of(call, 2, refusal);
      if (most < -1) {
        throw new CommandError(refusal);
      }
    }
    long shown = most < 0 ? newestFirst.size() : Math.min(most, newestFirst.size());
    Reply reply = call.reply();
    reply.array(shown);
    newestFirst.stream().limit(shown).forEach(entry -> write(reply, entry));
  }

  private static void write(Reply reply, Entry entry) {
    reply.array(6);
    reply.integer(entry.id);
    reply.integer(entry.second);
    reply.integer(entry.micros);
    reply.array(entry.request.size());
    entry.request.forEach(reply::bulk);
    reply.bulk(entry.address);
    reply.bulk(ConnectionCommands.bytes(entry.client));
  }
}
