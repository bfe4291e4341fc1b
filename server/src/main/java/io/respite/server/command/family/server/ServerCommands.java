package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.ALLOW_BUSY;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.NO_MULTI;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.STALE;
import static io.respite.server.command.CommandFlag.WRITE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Reply;
import io.respite.server.environment.RandomSource;
import java.util.List;

/** DBSIZE, FLUSHALL, FLUSHDB, LOLWUT, ROLE, SHUTDOWN, SWAPDB, TIME. */
public final class ServerCommands {
  private static final int WIDEST_ART = 128;
  private static final int TALLEST_ART = 40;

  private final Instance instance;
  private final Runnable flushed;

  /**
   * The family.
   *
   * @param flushed what happens when all databases have been emptied
   */
  public ServerCommands(Instance instance, Runnable flushed) {
    this.instance = instance;
    this.flushed = flushed;
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        row("dbsize", "1.0.0", 1)
            .flags(READONLY, FAST)
            .categories("keyspace")
            .complexity("O(1)")
            .summary("Answers how many keys the selected database has.")
            .tip("request_policy:all_shards")
            .tip("response_policy:agg_sum")
            .handler(call -> call.reply().integer(call.database().size())),
        flush("flushall", "Removes all keys of all databases.")
            .handler(
                call -> {
                  requireFlushMode(call);
                  for (int i = 0; i < call.keyspace().size(); i++) {
                    call.keyspace().database(i).clear();
                  }
                  flushed.run();
                  call.changed();
                  call.reply().ok();
                }),
        flush("flushdb", "Removes all keys of the selected database.")
            .handler(
                call -> {
                  requireFlushMode(call);
                  call.database().clear();
                  call.changed();
                  call.reply().ok();
                }),
        row("lolwut", "5.0.0", -1)
            .flags(READONLY, FAST)
            .complexity("O(1)")
            .summary("Draws something, and tells the version.")
            .syntax("[VERSION version]")
            .handler(ServerCommands::lolwut),
        row("role", "2.8.12", 1)
            .flags(NOSCRIPT, LOADING, STALE, FAST)
            .categories("admin", "dangerous")
            .complexity("O(1)")
            .summary(
                "Answers what the server is in a replication: a master, as yet without replicas.")
            .handler(ServerCommands::role),
        row("shutdown", "1.0.0", -1)
            .flags(ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY)
            .complexity("O(N) when saving, where N is the number of keys, otherwise O(1)")
            .summary("Ends the server.")
            .syntax("[NOSAVE|SAVE] [NOW] [FORCE] [ABORT]")
            .changed("7.0.0", "Takes NOW, FORCE and ABORT.")
            .handler(this::shutdown),
        row("swapdb", "4.0.0", 3)
            .flags(WRITE, FAST)
            .categories("keyspace", "dangerous")
            .complexity("O(N) where N is the number of clients that watch or wait for keys")
            .summary("Lets two databases change places.")
            .syntax("index1 index2")
            .handler(ServerCommands::swapDb),
        row("time", "2.6.0", 1)
            .flags(LOADING, STALE, FAST)
            .complexity("O(1)")
            .summary("Answers the server's time: seconds since 1970, and microseconds.")
            .tip("nondeterministic_output")
            .handler(ServerCommands::time));
  }

  private static Command row(String name, String since, int arity) {
    return Command.named(name).group(CommandGroup.SERVER).since(since).arity(arity);
  }

  private static Command flush(String name, String summary) {
    return row(name, "1.0.0", -1)
        .flags(WRITE)
        .categories("keyspace", "dangerous")
        .complexity("O(N) where N is the number of keys; O(1) for the caller")
        .summary(summary)
        .syntax("[ASYNC|SYNC]")
        .changed("4.0.0", "Takes ASYNC.")
        .changed("6.2.0", "Takes SYNC.")
        .tip("request_policy:all_shards")
        .tip("response_policy:all_succeeded");
  }

  /**
   * Both modes are the same here: the garbage collector frees what is dropped in the background.
   */
  private static void requireFlushMode(Call call) {
    if (call.count() > 2 || (call.count() == 2 && !call.is(1, "async") && !call.is(1, "sync"))) {
      throw CommandError.syntax();
    }
  }

  private static void swapDb(Call call) {
    int first = (int) index(call, 1, "ERR invalid first DB index");
    int second = (int) index(call, 2, "ERR invalid second DB index");
    int size = call.keyspace().size();
    if (first < 0 || first >= size || second < 0 || second >= size) {
      throw new CommandError("ERR DB index is out of range");
    }
    if (first != second) {
      call.keyspace().swap(first, second);
      call.changed();
    }
    call.reply().ok();
  }

  private static long index(Call call, int i, String refusal) {
    long index = Numeral.of(call, i, refusal);
    if (index < Integer.MIN_VALUE || index > Integer.MAX_VALUE) {
      throw new CommandError(refusal);
    }
    return index;
  }

  private static void role(Call call) {
    Reply reply = call.reply();
    reply.array(3);
    reply.bulk(ConnectionCommands.bytes("master"));
    reply.integer(0);
    reply.array(0);
  }

  private static void time(Call call) {
    long micros = call.keyspace().environment().clock().micros();
    Reply reply = call.reply();
    reply.array(2);
    reply.bulk(micros / 1_000_000);
    reply.bulk(micros % 1_000_000);
  }

  private void shutdown(Call call) {
    boolean save = false;
    boolean noSave = false;
    boolean abort = false;
    boolean now = false;
    boolean force = false;
    for (int i = 1; i < call.count(); i++) {
      if (call.is(i, "save")) {
        save = true;
      } else if (call.is(i, "nosave")) {
        noSave = true;
      } else if (call.is(i, "abort")) {
        abort = true;
      } else if (call.is(i, "now")) {
        now = true;
      } else if (call.is(i, "force")) {
        force = true;
      } else {
        throw CommandError.syntax();
      }
    }
    if ((save && noSave) || (abort && (save || noSave || now || force))) {
      throw CommandError.syntax();
    }
    if (abort) {
      throw new CommandError("ERR No shutdown in progress.");
    }
    instance.log().warning("User requested shutdown...");
    // There are no replicas yet whose acknowledgements NOW would not wait for.
    instance.lifecycle().shutdown(save ? Boolean.TRUE : noSave ? Boolean.FALSE : null, force);
    call.session().connection().close();
  }

  // ---- LOLWUT

  /** Hills under a sky, and the version's line. */
  private static void lolwut(Call call) {
    int first = call.count() > 2 && call.is(1, "version") ? 3 : 1;
    int width = call.count() > first ? Numeral.ofInt(call, first) : 66;
    int height = call.count() > first + 1 ? Numeral.ofInt(call, first + 1) : 8;
    width = Math.max(1, Math.min(width, WIDEST_ART));
    height = Math.max(1, Math.min(height, TALLEST_ART));
    RandomSource random = call.keyspace().random().split();
    double phase = random.nextDouble() * Math.PI;
    double length = 5 + random.nextDouble() * 10;
    StringBuilder art = new StringBuilder();
    for (int y = height; y > 0; y--) {
      for (int x = 0; x < width; x++) {
        double hill = (Math.sin(x / length + phase) + Math.sin(x / (length / 2.7)) / 3 + 1.4) / 2.8;
        boolean star = y > height / 2 && random.nextInt(23) == 0;
        art.append(y <= hill * height ? '#' : star ? '.' : ' ');
      }
      art.append('\n');
    }
    art.append("Redis ver. ").append(Instance.REDIS_VERSION).append('\n');
    call.reply().verbatim("txt", art.toString());
  }
}
