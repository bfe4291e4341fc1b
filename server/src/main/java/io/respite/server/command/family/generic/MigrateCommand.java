package io.respite.server.command.family.generic;

import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.INCOMPLETE;
import static io.respite.server.command.KeySpec.Flag.RW;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.FoundKey;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Words;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEvent;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

/**
 * MIGRATE: moves keys to another server. Nobody else is served meanwhile, so that the keys cannot
 * change between being sent and being removed; every step on the network ends in time.
 *
 * <p>The keys go as RESTORE commands, several on their way at once. A key leaves here only after
 * the target has taken it. When the connection breaks, those whose answer did not come stay, and
 * may then be in both places: what was asked for was to lose none.
 */
public final class MigrateCommand {
  private static final int FIRST_OPTION = 6;
  private static final int DEFAULT_TIMEOUT_MILLIS = 1000;
  private static final int LARGEST_PORT = 65_535;

  /** Bytes on their way at once, more or less: one large value may exceed them. */
  private static final int BATCH_BYTES = 1 << 20;

  private static final int BATCH_KEYS = 256;

  private MigrateCommand() {}

  /** The row. */
  public static List<Command> rows() {
    return List.of(
        Command.named("migrate")
            .arity(-6)
            .group(CommandGroup.GENERIC)
            .since("2.6.0")
            .flags(WRITE, MOVABLEKEYS)
            .categories("dangerous")
            .keys(KeySpec.at(3, RW, ACCESS, DELETE))
            .keys(KeySpec.rangeAfter("KEYS", -2, -1, RW, ACCESS, DELETE, INCOMPLETE))
            .keyFunction(MigrateCommand::keys)
            .complexity(
                "O(N) where N is the number of parts of the values, here and at the target, and on"
                    + " the way between them.")
            .summary("Moves keys to another server.")
            .syntax(
                "host port <key | empty-string='\"\"'> destination-db timeout [COPY] [REPLACE]"
                    + " [AUTH password | AUTH2 username password] [KEYS key [key ...]]")
            .changed("3.0.0", "Added the `COPY` and `REPLACE` options.")
            .changed("3.0.6", "Added the `KEYS` option.")
            .changed("4.0.7", "Added the `AUTH` option.")
            .changed("6.0.0", "Added the `AUTH2` option.")
            .tip("nondeterministic_output")
            .handler(MigrateCommand::migrate));
  }

  private static List<FoundKey> keys(Arguments request) {
    KeySpec spec = KeySpec.at(3, RW, ACCESS, DELETE);
    int first = firstOfSeveral(request);
    List<FoundKey> keys = new ArrayList<>();
    if (first == 0) {
      keys.add(new FoundKey(3, spec));
    } else if (request.length(3) > 0) {
      throw new CommandError("ERR Invalid arguments specified for command");
    }
    for (int i = first; first > 0 && i < request.count(); i++) {
      keys.add(new FoundKey(i, spec));
    }
    return keys;
  }

  /** Where the keys behind KEYS begin; 0 when there are none. */
  private static int firstOfSeveral(Arguments request) {
    for (int i = FIRST_OPTION; i + 1 < request.count(); i++) {
      if (request.is(i, "auth")) {
        i++;
      } else if (request.is(i, "auth2")) {
        i += 2;
      } else if (request.is(i, "keys")) {
        return i + 1;
      }
    }
    return 0;
  }

  private static final class Options {
    boolean copy;
    boolean replace;
    final List<byte[]> auth = new ArrayList<>();
    int firstKey = 3;
    int endOfKeys = 4;
  }

  private static Options parse(Call call) {
    Options o = new Options();
    for (int i = FIRST_OPTION; i < call.count(); i++) {
      int left = call.count() - i - 1;
      int words = call.is(i, "auth") ? 1 : call.is(i, "auth2") ? 2 : 0;
      if (call.is(i, "copy")) {
        o.copy = true;
      } else if (call.is(i, "replace")) {
        o.replace = true;
      } else if (words > 0 && left >= words) {
        o.auth.clear();
        o.auth.add(Words.of("AUTH"));
        for (int j = 0; j < words; j++) {
          o.auth.add(call.bytes(++i));
        }
      } else if (call.is(i, "keys")) {
        if (call.arguments().length(3) > 0) {
          throw new CommandError(
              "ERR When using MIGRATE KEYS option, the key argument must be set to the empty"
                  + " string");
        }
        o.firstKey = i + 1;
        o.endOfKeys = call.count();
        return o;
      } else {
        throw CommandError.syntax();
      }
    }
    return o;
  }

  private static void migrate(Call call) {
    Options options = parse(call);
    long timeout = Parse.integer(call, 5);
    long database = Parse.integer(call, 4);
    int timeoutMillis =
        timeout <= 0 ? DEFAULT_TIMEOUT_MILLIS : (int) Math.min(timeout, Integer.MAX_VALUE);
    List<Integer> there = new ArrayList<>();
    for (int i = options.firstKey; i < options.endOfKeys; i++) {
      if (call.lookup(i) != null) {
        there.add(i);
      }
    }
    if (there.isEmpty()) {
      call.reply().simple("NOKEY");
      return;
    }
    new Move(call, options, database).run(there, timeoutMillis);
  }

  /** One migration under way. */
  private static final class Move {
    private final Call call;
    private final Options options;
    private final long database;
    private final List<byte[]> removed = new ArrayList<>();

    /** What is to be said of the network when it fails now. */
    private String step = "connecting to the client";

    /** The first error that the target has answered; null for none. */
    private String refusal;

    Move(Call call, Options options, long database) {
      this.call = call;
      this.options = options;
      this.database = database;
    }

    void run(List<Integer> keys, int timeoutMillis) {
      String failure = null;
      try (MigrateTarget target = dial(timeoutMillis)) {
        greet(target);
        int next = 0;
        while (refusal == null && next < keys.size()) {
          next = moveSome(target, keys, next);
        }
      } catch (ConnectException refused) {
        // Redis hears of it when it writes, and says so.
        failure = "IOERR error or timeout writing to target instance";
      } catch (IOException failed) {
        failure = "IOERR error or timeout " + step;
      } catch (CommandError tooLong) {
        // What has left before stays where it is now, and is journalled.
        failure = tooLong.getMessage();
      }
      propagate();
      if (refusal != null) {
        call.reply().error("ERR Target instance replied with error: " + refusal);
      } else if (failure != null) {
        call.reply().error(failure);
      } else {
        call.reply().ok();
      }
    }

    private MigrateTarget dial(int timeoutMillis) throws IOException {
      String port = call.text(2);
      if (!port.matches("[0-9]{1,5}") || port(port) < 1 || port(port) > LARGEST_PORT) {
        throw new IOException("no port: " + port);
      }
      return new MigrateTarget(
          call.keyspace().environment().dialer().dial(call.text(1), port(port), timeoutMillis));
    }

    private static int port(String text) {
      return Integer.parseInt(text);
    }

    /** Says who we are and chooses the database, before any value is on its way. */
    private void greet(MigrateTarget target) throws IOException {
      int answers = 1;
      if (!options.auth.isEmpty()) {
        target.add(options.auth.toArray(byte[][]::new));
        answers++;
      }
      target.add(Words.of("SELECT"), Words.of(database));
      exchange(target);
      for (int i = 0; i < answers; i++) {
        noteRefusal(target.receiveError());
      }
    }

    private void exchange(MigrateTarget target) throws IOException {
      step = "writing to target instance";
      target.send();
      step = "reading to target instance";
    }

    private void noteRefusal(String error) {
      if (refusal == null) {
        refusal = error;
      }
    }

    /** Sends the next keys, removes those that were taken, and answers which comes next. */
    private int moveSome(MigrateTarget target, List<Integer> keys, int from) throws IOException {
      List<Integer> sent = new ArrayList<>();
      int next = from;
      while (next < keys.size() && sent.size() < BATCH_KEYS && target.unsentBytes() < BATCH_BYTES) {
        int key = keys.get(next++);
        // Given twice, it may have left already; and time passes while others travel.
        Object entry = call.peek(key);
        if (entry != null) {
          add(target, key, entry);
          sent.add(key);
        }
      }
      exchange(target);
      for (int key : sent) {
        String error = target.receiveError();
        noteRefusal(error);
        if (error == null && !options.copy && call.remove(key)) {
          removed.add(call.bytes(key));
          call.modified(key, KeyEvent.DEL);
        }
      }
      return next;
    }

    private void add(MigrateTarget target, int key, Object entry) {
      long deadline = Database.expireAt(entry);
      List<byte[]> words = new ArrayList<>();
      words.add(Words.of("RESTORE"));
      words.add(call.bytes(key));
      words.add(Words.of(deadline == 0 ? 0 : Math.max(1, deadline - call.now())));
      words.add(DumpCommands.payload(call, entry));
      if (options.replace) {
        words.add(Words.of("REPLACE"));
      }
      target.add(words.toArray(byte[][]::new));
    }

    /** What is journalled is what happened here. */
    private void propagate() {
      if (removed.isEmpty()) {
        return;
      }
      List<byte[]> words = new ArrayList<>();
      words.add(Words.of("DEL"));
      words.addAll(removed);
      call.effect(words.toArray(byte[][]::new));
    }
  }
}
