package io.respite.server.command.family.string;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RM;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;
import static io.respite.server.command.KeySpec.Flag.VARIABLE_FLAGS;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.FoundKey;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Words;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.StringView;
import java.util.List;

/**
 * Strings that are compared before they are removed, their digests, and several strings with one
 * condition and one deadline.
 *
 * <p>The journal gets what every server understands: DEL, MSET, and SET with an absolute deadline.
 */
public final class StringConditionCommands {
  private static final byte[] SET = Words.of("SET");
  private static final byte[] PXAT = Words.of("PXAT");
  private static final byte[] KEEPTTL = Words.of("KEEPTTL");
  private static final int FIRST_PAIR = 2;

  private StringConditionCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        row("digest", 2, "8.4.0", "O(N) where N is the length of the string.")
            .flags(READONLY, FAST)
            .keys(KeySpec.at(1, RO, ACCESS))
            .summary("Answers a short number that tells one string from another.")
            .syntax("key")
            .handler(StringConditionCommands::digest),
        row("delex", -2, "8.4.0", "O(1); O(N) for a digest, where N is the length of the string.")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, DELETE, VARIABLE_FLAGS))
            .keyFunction(
                request ->
                    List.of(
                        new FoundKey(
                            1,
                            request.count() == 2
                                ? KeySpec.at(1, RM, DELETE)
                                : KeySpec.at(1, RW, ACCESS, DELETE))))
            .summary("Removes a key, on a condition if one is given.")
            .syntax(
                "key [IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | IFDNE ifdne-digest]")
            .handler(StringConditionCommands::delex),
        row("delifeq", 3, "9.0.0", "O(1)")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RM, DELETE))
            .summary("Removes a key that holds this very string.")
            .syntax("key value")
            .handler(StringConditionCommands::delifeq),
        row("msetex", -4, "8.4.0", "O(N) where N is the number of keys to set.")
            .flags(WRITE, DENYOOM, MOVABLEKEYS)
            .keys(KeySpec.countedPairs(1, OW, UPDATE))
            .summary("Stores strings at several keys, with one condition and one deadline for all.")
            .syntax(
                "numkeys key value [key value ...] [NX | XX] [EX seconds | PX milliseconds"
                    + " | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]")
            .tip("request_policy:multi_shard")
            .tip("response_policy:all_succeeded")
            .handler(StringConditionCommands::msetex));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.STRING)
        .since(since)
        .complexity(complexity);
  }

  private static void digest(Call call) {
    StringView string = call.string(1);
    if (string == null) {
      call.reply().nil();
    } else {
      call.reply().bulk(StringCondition.digest(string));
    }
  }

  private static void delex(Call call) {
    if (call.count() == 2) {
      removeIf(call, call.peek(1) != null);
      return;
    }
    if (call.count() != 4) {
      throw CommandError.arity(call.command().fullName());
    }
    Object entry = call.peek(1);
    if (entry != null && !Database.typeName(entry).equals("string")) {
      throw new CommandError("ERR Key should be of string type if conditions are specified");
    }
    StringCondition condition = StringCondition.at(call, 2);
    if (condition == null) {
      throw new CommandError("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
    }
    StringView string = call.stringForWrite(1);
    removeIf(call, string != null && condition.holds(call, string));
  }

  private static void delifeq(Call call) {
    StringView string = call.stringForWrite(1);
    removeIf(call, string != null && new StringCondition(false, true, 2).holds(call, string));
  }

  private static void removeIf(Call call, boolean wanted) {
    if (wanted) {
      call.remove(1);
      if (call.keyspace().effects().active()) {
        call.effect(Words.of("DEL"), call.bytes(1));
      }
      call.modified(1, KeyEvent.DEL);
    }
    call.reply().integer(wanted ? 1 : 0);
  }

  private static void msetex(Call call) {
    long count =
        Parse.integer(
            call, 1, 1, Integer.MAX_VALUE, () -> new CommandError("ERR invalid numkeys value"));
    long end = FIRST_PAIR + count * 2;
    if (end > call.count()) {
      throw new CommandError("ERR wrong number of key-value pairs");
    }
    StringOptions options = StringOptions.parse(call, (int) end, StringOptions.Grammar.MSETEX);
    long deadline = options.deadline(call);
    for (int i = FIRST_PAIR; i < end; i += 2) {
      boolean exists = call.peek(i) != null;
      if ((options.onlyNew && exists) || (options.onlyOld && !exists)) {
        call.reply().integer(0);
        return;
      }
    }
    for (int i = FIRST_PAIR; i < end; i += 2) {
      Object old = options.keep ? call.peek(i) : null;
      call.putString(
          i, i + 1, old == null ? deadline : Database.expireAt(old), PackedEntry.FORM_PLAIN);
      call.modified(i, KeyEvent.SET);
      if (options.expires()) {
        call.modified(i, KeyEvent.EXPIRE);
      }
    }
    if (call.keyspace().effects().active()) {
      journal(call, (int) end, options, deadline);
    }
    call.reply().integer(1);
  }

  private static void journal(Call call, int end, StringOptions options, long deadline) {
    if (!options.keep && !options.expires()) {
      byte[][] words = new byte[end - 1][];
      words[0] = Words.of("MSET");
      for (int i = FIRST_PAIR; i < end; i++) {
        words[i - 1] = call.bytes(i);
      }
      call.effect(words);
      return;
    }
    for (int i = FIRST_PAIR; i < end; i += 2) {
      if (options.keep) {
        call.effect(SET, call.bytes(i), call.bytes(i + 1), KEEPTTL);
      } else {
        call.effect(SET, call.bytes(i), call.bytes(i + 1), PXAT, Words.of(deadline));
      }
    }
  }
}
