package io.respite.server.command.family.sortedset;

import static io.respite.server.command.CommandFlag.BLOCKING;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.RW;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.Wait;
import io.respite.server.command.Words;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ScoredView;
import io.respite.server.type.SortedSetValue;
import java.util.List;

/** Taking members from either end: ZPOPMIN, ZPOPMAX, ZMPOP and those that wait. */
final class PopCommands {
  private PopCommands() {}

  static List<Command> rows() {
    String logarithm = "O(log(N)*M) for M members taken from a set of N.";
    return List.of(
        SortedSets.row("zpopmin", -2, "5.0.0", logarithm)
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, DELETE))
            .summary("Takes the members with the lowest scores.")
            .syntax("key [count]")
            .handler(call -> zpop(call, false)),
        SortedSets.row("zpopmax", -2, "5.0.0", logarithm)
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, DELETE))
            .summary("Takes the members with the highest scores.")
            .syntax("key [count]")
            .handler(call -> zpop(call, true)),
        SortedSets.row(
                "zmpop", -4, "7.0.0", "O(K) + O(M*log(N)) for K keys and M members taken from N.")
            .flags(WRITE, MOVABLEKEYS)
            .keys(KeySpec.counted(1, RW, ACCESS, DELETE))
            .summary("Takes members from the first sorted set that is there.")
            .syntax("numkeys key [key ...] <MIN | MAX> [COUNT count]")
            .handler(PopCommands::zmpop),
        SortedSets.row("bzpopmin", -3, "5.0.0", "O(log(N)) where N is the number of members.")
            .flags(WRITE, FAST, BLOCKING)
            .keys(KeySpec.range(1, -2, 1, RW, ACCESS, DELETE))
            .summary("Takes the member with the lowest score, or waits for one.")
            .syntax("key [key ...] timeout:double")
            .changed("6.0.0", "`timeout` is interpreted as a double instead of an integer.")
            .handler(call -> bzpop(call, false)),
        SortedSets.row("bzpopmax", -3, "5.0.0", "O(log(N)) where N is the number of members.")
            .flags(WRITE, FAST, BLOCKING)
            .keys(KeySpec.range(1, -2, 1, RW, ACCESS, DELETE))
            .summary("Takes the member with the highest score, or waits for one.")
            .syntax("key [key ...] timeout:double")
            .changed("6.0.0", "`timeout` is interpreted as a double instead of an integer.")
            .handler(call -> bzpop(call, true)),
        SortedSets.row(
                "bzmpop", -5, "7.0.0", "O(K) + O(M*log(N)) for K keys and M members taken from N.")
            .flags(WRITE, BLOCKING, MOVABLEKEYS)
            .keys(KeySpec.counted(2, RW, ACCESS, DELETE))
            .summary("Takes members from the first sorted set that is there, or waits for one.")
            .syntax("timeout:double numkeys key [key ...] <MIN | MAX> [COUNT count]")
            .handler(PopCommands::bzmpop));
  }

  private static void zpop(Call call, boolean greatest) {
    if (call.count() > 3) {
      throw CommandError.syntax();
    }
    boolean counted = call.count() == 3;
    long count = counted ? Parse.positive(call, 2) : 1;
    SortedSetValue set = SortedSets.forWrite(call, 1);
    Reply reply = call.reply();
    if (set == null || count == 0) {
      reply.array(0);
      return;
    }
    long taken = Math.min(count, set.size());
    boolean pairs = counted && reply.protocol() == 3;
    reply.array(pairs ? taken : taken * 2);
    take(call, 1, set, greatest, taken, pairs);
  }

  /** Takes so many members, which are there, and replies with each. */
  private static void take(
      Call call, int key, SortedSetValue set, boolean greatest, long count, boolean pairs) {
    Reply reply = call.reply();
    for (long i = 0; i < count; i++) {
      long rank = greatest ? set.size() - 1 : 0;
      ScoredView member = set.at(rank);
      if (pairs) {
        reply.array(2);
      }
      reply.bulk(member.bytes(), member.offset(), member.length());
      reply.number(member.score());
      set.removeRange(rank, 1);
    }
    SortedSets.removed(call, key, set, greatest ? KeyEvent.ZPOPMAX : KeyEvent.ZPOPMIN);
  }

  private static void zmpop(Call call) {
    Several several = Several.parse(call, 1);
    if (!several.take(call)) {
      call.reply().nilArray();
    }
  }

  private static void bzpop(Call call, boolean greatest) {
    int last = call.count() - 1;
    long timeout = Parse.timeoutMillis(call, last);
    for (int key = 1; key < last; key++) {
      SortedSetValue set = SortedSets.forWrite(call, key);
      if (set != null) {
        call.effect(Words.of(greatest ? "ZPOPMAX" : "ZPOPMIN"), call.bytes(key));
        call.reply().array(3);
        call.reply().bulk(call.bytes(key));
        take(call, key, set, greatest, 1, false);
        return;
      }
    }
    call.block(
        Wait.on(SortedSetValue.class)
            .keys(call, 1, last - 1)
            .timeoutMillis(timeout)
            .timeUp(Reply::nilArray));
  }

  private static void bzmpop(Call call) {
    Several several = Several.parse(call, 2);
    long timeout = Parse.timeoutMillis(call, 1);
    if (!several.take(call)) {
      call.block(
          Wait.on(SortedSetValue.class)
              .keys(call, several.firstKey, several.keys)
              .timeoutMillis(timeout)
              .timeUp(Reply::nilArray));
    }
  }

  /** What ZMPOP and BZMPOP ask for. */
  private record Several(int firstKey, int keys, boolean greatest, long count) {
    static Several parse(Call call, int numkeys) {
      long keys =
          Parse.integer(
              call,
              numkeys,
              1,
              Long.MAX_VALUE,
              () -> new CommandError("ERR numkeys should be greater than 0"));
      if (keys >= call.count() - numkeys - 1) {
        throw CommandError.syntax();
      }
      int where = numkeys + 1 + (int) keys;
      boolean greatest = call.is(where, "max");
      if (!greatest && !call.is(where, "min")) {
        throw CommandError.syntax();
      }
      long count = 1;
      if (where + 1 < call.count()) {
        if (where + 2 >= call.count() || !call.is(where + 1, "count")) {
          throw CommandError.syntax();
        }
        count =
            Parse.integer(
                call,
                where + 2,
                1,
                Long.MAX_VALUE,
                () -> new CommandError("ERR count should be greater than 0"));
        if (where + 3 < call.count()) {
          throw CommandError.syntax();
        }
      }
      return new Several(numkeys + 1, (int) keys, greatest, count);
    }

    /** Takes from the first sorted set that is there; whether there was one. */
    boolean take(Call call) {
      for (int key = firstKey; key < firstKey + keys; key++) {
        SortedSetValue set = SortedSets.forWrite(call, key);
        if (set != null) {
          long taken = Math.min(count, set.size());
          call.effect(Words.of(greatest ? "ZPOPMAX" : "ZPOPMIN"), call.bytes(key), Words.of(taken));
          call.reply().array(2);
          call.reply().bulk(call.bytes(key));
          call.reply().array(taken);
          PopCommands.take(call, key, set, greatest, taken, true);
          return true;
        }
      }
      return false;
    }
  }
}
