package io.respite.server.transaction;

import static io.respite.server.command.CommandFlag.ALLOW_BUSY;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.NO_MULTI;
import static io.respite.server.command.CommandFlag.SKIP_SLOWLOG;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Gate;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.keyspace.Keyspace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * MULTI, EXEC, DISCARD, WATCH and UNWATCH ("Transactions", redis.io/docs).
 *
 * <pre>
 *              MULTI               request: QUEUED
 *   closed ─────────────▶ open ◀──────────────────┐
 *     ▲                    │ └─────────────────────┘
 *     │ EXEC, DISCARD      │ refused request
 *     │                    ▼
 *     └──────────────── spoilt       EXEC: EXECABORT
 * </pre>
 *
 * Watched keys belong to the session, open or not, until EXEC, DISCARD, UNWATCH or its end. This is
 * a {@link Gate}: put last, it queues what all other gates let pass.
 */
public final class Transactions implements Gate {
  private static final Session.Attachment<Transaction> TRANSACTION =
      Session.Attachment.of(Transaction.class);

  /** Commands that are executed at once although a transaction is open. */
  private static final Set<String> AT_ONCE =
      Set.of("exec", "discard", "multi", "watch", "quit", "reset");

  private final Dispatcher dispatcher;
  private final Watches watches;

  /**
   * Transactions on these databases. The caller puts this among the dispatcher's gates and adds its
   * {@link #rows}.
   */
  public Transactions(Keyspace keyspace, Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
    this.watches = new Watches(keyspace);
    dispatcher.onRejected(this::rejected);
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        row("multi", 1, "1.2.0", "O(1)")
            .flags(FAST, ALLOW_BUSY)
            .summary("Begins a transaction: what follows is queued.")
            .handler(this::multi),
        row("exec", 1, "1.2.0", "Depends on the commands in the transaction.")
            .flags(SKIP_SLOWLOG)
            .summary("Executes all that is queued.")
            .handler(this::exec),
        row("discard", 1, "2.0.0", "O(N) where N is the number of queued commands.")
            .flags(FAST, ALLOW_BUSY)
            .summary("Forgets all that is queued.")
            .handler(this::discard),
        row("watch", -2, "2.2.0", "O(1) for each key.")
            .flags(FAST, ALLOW_BUSY)
            .keys(KeySpec.range(1, -1, 1, KeySpec.Flag.RO))
            .summary("Lets the next transaction do nothing if one of these keys changes before.")
            .syntax("key [key ...]")
            .handler(this::watch),
        row("unwatch", 1, "2.2.0", "O(1)")
            .flags(FAST, ALLOW_BUSY)
            .summary("Watches no key any more.")
            .handler(this::unwatch));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.TRANSACTIONS)
        .since(since)
        .complexity(complexity)
        .flags(NOSCRIPT, LOADING, STALE);
  }

  /** How many requests the session has queued; -1 when no transaction is open. */
  public int queued(Session session) {
    Transaction transaction = session.get(TRANSACTION);
    return transaction == null || !transaction.open() ? -1 : transaction.queue().size();
  }

  /** Whether the session has queued any such request. */
  public boolean queues(Session session, BiPredicate<Command, Arguments> which) {
    Transaction transaction = session.get(TRANSACTION);
    return transaction != null
        && transaction.queue().stream()
            .anyMatch(queued -> which.test(queued.command(), queued.arguments()));
  }

  /** Bytes that the session's queued requests take. */
  public long queuedBytes(Session session) {
    Transaction transaction = session.get(TRANSACTION);
    return transaction == null ? 0 : transaction.queuedBytes();
  }

  /** How many keys the session watches. */
  public int watched(Session session) {
    Transaction transaction = session.get(TRANSACTION);
    return transaction == null ? 0 : transaction.watched().size();
  }

  /** The letters of CLIENT LIST's flags: x for an open transaction, d for an outdated one. */
  public String flags(Session session) {
    Transaction transaction = session.get(TRANSACTION);
    if (transaction == null) {
      return "";
    }
    return (transaction.open() ? "x" : "") + (transaction.outdated() ? "d" : "");
  }

  /** Forgets the session's queue and its watched keys, as RESET does. */
  public void reset(Session session) {
    Transaction transaction = session.get(TRANSACTION);
    if (transaction != null) {
      end(transaction);
    }
  }

  @Override
  public boolean pass(Call call) {
    Transaction transaction = call.session().get(TRANSACTION);
    if (transaction == null || !transaction.open()) {
      return true;
    }
    Command command = call.command();
    if (command.parent() == null && AT_ONCE.contains(command.name())) {
      return true;
    }
    if (command.is(NO_MULTI)) {
      throw new CommandError("ERR Command not allowed inside a transaction");
    }
    transaction.queue(command, call.arguments());
    call.reply().queued();
    return false;
  }

  private void rejected(Session session, Arguments arguments, Reply reply, int start) {
    Transaction transaction = session.get(TRANSACTION);
    if (isExec(arguments)) {
      // Whatever keeps EXEC itself from being executed ends the transaction.
      String error =
          new String(reply.buffer(), start + 1, reply.size() - start - 3, StandardCharsets.UTF_8);
      reply.truncate(start);
      reply.error(
          "EXECABORT Transaction discarded because of: "
              + (error.startsWith("ERR ") ? error.substring(4) : error));
      if (transaction != null) {
        end(transaction);
      }
    } else if (transaction != null && transaction.open()) {
      transaction.spoil();
    }
  }

  /** Whether a request names EXEC, by whatever name the configuration gave it. */
  private boolean isExec(Arguments arguments) {
    Command named =
        dispatcher.table().find(arguments.buffer(), arguments.offset(0), arguments.length(0));
    return named != null && named.name().equals("exec");
  }

  private Transaction of(Session session) {
    Transaction transaction = session.get(TRANSACTION);
    if (transaction == null) {
      Transaction fresh = new Transaction();
      session.set(TRANSACTION, fresh);
      session.onClose(() -> end(fresh));
      return fresh;
    }
    return transaction;
  }

  private void end(Transaction transaction) {
    watches.forget(transaction);
    transaction.reset();
  }

  private void multi(Call call) {
    Transaction transaction = of(call.session());
    if (transaction.open()) {
      throw new CommandError("ERR MULTI calls can not be nested");
    }
    transaction.begin();
    call.reply().ok();
  }

  private void discard(Call call) {
    Transaction transaction = of(call.session());
    if (!transaction.open()) {
      throw new CommandError("ERR DISCARD without MULTI");
    }
    end(transaction);
    call.reply().ok();
  }

  private void watch(Call call) {
    Transaction transaction = of(call.session());
    if (transaction.open()) {
      throw new CommandError("ERR WATCH inside MULTI is not allowed");
    }
    for (int i = 1; i < call.count(); i++) {
      watches.watch(transaction, call.database(), call.bytes(i));
    }
    call.reply().ok();
  }

  private void unwatch(Call call) {
    Transaction transaction = call.session().get(TRANSACTION);
    if (transaction != null) {
      watches.forget(transaction);
      transaction.upToDate();
    }
    call.reply().ok();
  }

  private void exec(Call call) {
    Transaction transaction = of(call.session());
    if (!transaction.open()) {
      throw new CommandError("ERR EXEC without MULTI");
    }
    boolean spoilt = transaction.spoilt();
    boolean outdated = transaction.outdated() || watches.anyDied(transaction);
    List<Transaction.Queued> queue = List.copyOf(transaction.queue());
    end(transaction);
    if (spoilt) {
      throw new CommandError("EXECABORT Transaction discarded because of previous errors.");
    }
    if (outdated) {
      call.reply().nilArray();
      return;
    }
    execute(call, queue);
  }

  private void execute(Call call, List<Transaction.Queued> queue) {
    int start = call.reply().size();
    Execution execution =
        new Execution(dispatcher, call.keyspace(), call.session(), queue, call.mayContinueLater());
    if (!execution.goOn(call.reply())) {
      // What is written so far belongs to the reply that comes later.
      execution.moveReply(call.reply(), start);
      call.continueLater(execution);
    }
  }
}
