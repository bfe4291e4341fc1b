package io.respite.server.command.family.sortedset;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SortedSetValue;
import io.respite.server.type.SortedSetValue.Outcome;
import java.util.List;

/** Adding members, changing their scores, and removing them: ZADD, ZINCRBY, ZREM. */
final class MemberCommands {
  private MemberCommands() {}

  static List<Command> rows() {
    return List.of(
        SortedSets.row("zadd", -4, "1.2.0", "O(log(N)) for each member added.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Adds members to a sorted set, or gives them other scores.")
            .syntax("key [NX | XX] [GT | LT] [CH] [INCR] score:double member [score member ...]")
            .changed("2.4.0", "Accepts multiple elements.")
            .changed("3.0.2", "Added the `XX`, `NX`, `CH` and `INCR` options.")
            .changed("6.2.0", "Added the `GT` and `LT` options.")
            .handler(MemberCommands::zadd),
        SortedSets.row("zincrby", 4, "1.2.0", "O(log(N)) where N is the number of members.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, UPDATE))
            .summary("Adds to the score of a member; a missing one counts as 0.")
            .syntax("key increment:double member")
            .handler(call -> add(call, 2, SortedSetValue.INCREMENT, false)),
        SortedSets.row("zrem", -3, "1.2.0", "O(M*log(N)) for M members removed from a set of N.")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Removes members; the sorted set goes with its last one.")
            .syntax("key member [member ...]")
            .changed("2.4.0", "Accepts multiple elements.")
            .handler(MemberCommands::zrem));
  }

  private static void zadd(Call call) {
    int rules = 0;
    boolean countChanged = false;
    int i = 2;
    for (; i < call.count(); i++) {
      if (call.is(i, "nx")) {
        rules |= SortedSetValue.ONLY_NEW;
      } else if (call.is(i, "xx")) {
        rules |= SortedSetValue.ONLY_OLD;
      } else if (call.is(i, "gt")) {
        rules |= SortedSetValue.ONLY_GREATER;
      } else if (call.is(i, "lt")) {
        rules |= SortedSetValue.ONLY_LESS;
      } else if (call.is(i, "incr")) {
        rules |= SortedSetValue.INCREMENT;
      } else if (call.is(i, "ch")) {
        countChanged = true;
      } else {
        break;
      }
    }
    int rest = call.count() - i;
    if (rest == 0 || rest % 2 != 0) {
      throw CommandError.syntax();
    }
    if (all(rules, SortedSetValue.ONLY_NEW, SortedSetValue.ONLY_OLD)) {
      throw new CommandError("ERR XX and NX options at the same time are not compatible");
    }
    if (all(rules, SortedSetValue.ONLY_NEW, SortedSetValue.ONLY_GREATER)
        || all(rules, SortedSetValue.ONLY_NEW, SortedSetValue.ONLY_LESS)
        || all(rules, SortedSetValue.ONLY_GREATER, SortedSetValue.ONLY_LESS)) {
      throw new CommandError("ERR GT, LT, and/or NX options at the same time are not compatible");
    }
    if ((rules & SortedSetValue.INCREMENT) != 0 && rest > 2) {
      throw new CommandError("ERR INCR option supports a single increment-element pair");
    }
    add(call, i, rules, countChanged);
  }

  private static boolean all(int rules, int one, int other) {
    return (rules & (one | other)) == (one | other);
  }

  /** Adds the pairs from argument {@code first} on. */
  private static void add(Call call, int first, int rules, boolean countChanged) {
    // All numbers are read before anything is changed.
    int pairs = (call.count() - first) / 2;
    double number = Parse.number(call, first);
    double[] numbers = null;
    if (pairs > 1) {
      numbers = new double[pairs];
      numbers[0] = number;
      for (int i = 1; i < pairs; i++) {
        numbers[i] = Parse.number(call, first + 2 * i);
      }
    }
    boolean increment = (rules & SortedSetValue.INCREMENT) != 0;
    SortedSetValue set = SortedSets.forWrite(call, 1);
    if (set == null) {
      if ((rules & SortedSetValue.ONLY_OLD) != 0) {
        replyNothing(call, increment);
        return;
      }
      set = SortedSets.fresh(call);
      call.put(1, set);
    }
    Arguments arguments = call.arguments();
    int added = 0;
    int changed = 0;
    Outcome outcome = Outcome.REFUSED;
    for (int i = 0; i < pairs; i++) {
      int member = first + 2 * i + 1;
      outcome =
          set.add(
              arguments.buffer(),
              arguments.offset(member),
              arguments.length(member),
              numbers == null ? number : numbers[i],
              rules);
      if (outcome == Outcome.ADDED) {
        added++;
      } else if (outcome == Outcome.CHANGED) {
        changed++;
      }
    }
    if (outcome == Outcome.NOT_A_NUMBER) {
      // Only an increment, which is alone, can come to this: nothing was changed.
      throw new CommandError("ERR resulting score is not a number (NaN)");
    }
    if (added + changed > 0) {
      call.modified(1, increment ? KeyEvent.ZINCR : KeyEvent.ZADD);
    }
    if (!increment) {
      call.reply().integer(countChanged ? added + changed : added);
    } else if (outcome == Outcome.REFUSED) {
      call.reply().nil();
    } else {
      call.reply().number(set.lastScore());
    }
  }

  private static void replyNothing(Call call, boolean increment) {
    if (increment) {
      call.reply().nil();
    } else {
      call.reply().integer(0);
    }
  }

  private static void zrem(Call call) {
    SortedSetValue set = SortedSets.forWrite(call, 1);
    if (set == null) {
      call.reply().integer(0);
      return;
    }
    Arguments arguments = call.arguments();
    int removed = 0;
    for (int i = 2; i < call.count(); i++) {
      if (set.remove(arguments.buffer(), arguments.offset(i), arguments.length(i))) {
        removed++;
      }
    }
    if (removed > 0) {
      SortedSets.removed(call, 1, set, KeyEvent.ZREM);
    }
    call.reply().integer(removed);
  }
}
