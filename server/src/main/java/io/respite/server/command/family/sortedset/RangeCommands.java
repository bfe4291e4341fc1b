package io.respite.server.command.family.sortedset;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.Handler;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.family.sortedset.Interval.Kind;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SortedSetValue;
import java.util.List;

/**
 * ZRANGE, which can say all, and its older relatives, whose names fix some of what ZRANGE's options
 * say.
 */
final class RangeCommands {
  private RangeCommands() {}

  /** What a command's name fixes; null and false where its options decide. */
  private record Shape(int key, Kind kind, Boolean reverse, boolean store) {}

  static List<Command> rows() {
    String ranks = "O(log(N)+M) for M members answered from a set of N.";
    String limit = " [LIMIT <offset count>]";
    String all = "start:string stop:string [BYSCORE | BYLEX] [REV]" + limit;
    return List.of(
        read("zrange", "1.2.0", ranks, new Shape(1, null, null, false))
            .summary("Answers the members in a range of ranks, scores or members.")
            .syntax("key " + all + " [WITHSCORES]")
            .changed("6.2.0", "Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options."),
        SortedSets.row("zrangestore", -5, "6.2.0", ranks)
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, OW, UPDATE))
            .keys(KeySpec.at(2, RO, ACCESS))
            .summary("Keeps the members in a range in another sorted set.")
            .syntax("dst:key src:key min max [BYSCORE | BYLEX] [REV]" + limit)
            .handler(handler(new Shape(2, null, null, true))),
        read("zrevrange", "1.2.0", ranks, new Shape(1, Kind.RANK, true, false))
            .summary("Answers the members in a range of ranks, the greatest first.")
            .syntax("key start stop [WITHSCORES]")
            .deprecated("6.2.0", "`ZRANGE` with the `REV` argument"),
        read("zrangebyscore", "1.0.5", ranks, new Shape(1, Kind.SCORE, false, false))
            .summary("Answers the members in a range of scores.")
            .syntax("key min:double max:double [WITHSCORES]" + limit)
            .changed("2.0.0", "Added the `WITHSCORES` modifier.")
            .deprecated("6.2.0", "`ZRANGE` with the `BYSCORE` argument"),
        read("zrevrangebyscore", "2.2.0", ranks, new Shape(1, Kind.SCORE, true, false))
            .summary("Answers the members in a range of scores, the greatest first.")
            .syntax("key max:double min:double [WITHSCORES]" + limit)
            .changed("2.1.6", "`min` and `max` can be exclusive.")
            .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments"),
        read("zrangebylex", "2.8.9", ranks, new Shape(1, Kind.MEMBER, false, false))
            .summary("Answers the members between two members.")
            .syntax("key min max" + limit)
            .deprecated("6.2.0", "`ZRANGE` with the `BYLEX` argument"),
        read("zrevrangebylex", "2.8.9", ranks, new Shape(1, Kind.MEMBER, true, false))
            .summary("Answers the members between two members, the greatest first.")
            .syntax("key max min" + limit)
            .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments"));
  }

  private static Command read(String name, String since, String complexity, Shape shape) {
    return SortedSets.row(name, -4, since, complexity)
        .flags(READONLY)
        .keys(KeySpec.at(1, RO, ACCESS))
        .handler(handler(shape));
  }

  private static Handler handler(Shape shape) {
    return call -> range(call, shape);
  }

  private static void range(Call call, Shape shape) {
    Kind kind = shape.kind;
    boolean reverse = shape.reverse != null && shape.reverse;
    boolean withScores = false;
    long offset = 0;
    long limit = -1;
    for (int i = shape.key + 3; i < call.count(); i++) {
      if (!shape.store && call.is(i, "withscores")) {
        withScores = true;
      } else if (call.is(i, "limit") && i + 2 < call.count()) {
        offset = Parse.integer(call, i + 1);
        limit = Parse.integer(call, i + 2);
        i += 2;
      } else if (shape.reverse == null && !reverse && call.is(i, "rev")) {
        reverse = true;
      } else if (kind == null && call.is(i, "bylex")) {
        kind = Kind.MEMBER;
      } else if (kind == null && call.is(i, "byscore")) {
        kind = Kind.SCORE;
      } else {
        throw CommandError.syntax();
      }
    }
    if (kind == null) {
      kind = Kind.RANK;
    }
    if (limit != -1 && kind == Kind.RANK) {
      throw new CommandError(
          "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    }
    if (withScores && kind == Kind.MEMBER) {
      throw new CommandError(
          "ERR syntax error, WITHSCORES not supported in combination with BYLEX");
    }
    Interval interval = Interval.parse(call, kind, shape.key + 1, shape.key + 2, reverse);
    SortedSetValue set = SortedSets.at(call, shape.key);
    long from = set == null ? 0 : interval.from(set);
    long to = set == null ? 0 : interval.to(set);
    long there = Math.max(0, to - from);
    if (kind == Kind.RANK) {
      offset = 0; // LIMIT with a count of -1 is let through, and does nothing
    }
    long count = offset < 0 || offset >= there ? 0 : there - offset;
    if (limit >= 0) {
      count = Math.min(count, limit);
    }
    long first = reverse ? to - 1 - offset : from + offset;
    if (shape.store) {
      store(call, set, first, count, reverse, kind == Kind.RANK);
      return;
    }
    Reply reply = call.reply();
    SortedSets.begin(reply, count, withScores);
    if (count > 0) {
      boolean scores = withScores;
      set.forEach(first, count, reverse, member -> SortedSets.reply(reply, member, scores));
    }
  }

  private static void store(
      Call call, SortedSetValue set, long first, long count, boolean reverse, boolean sizeKnown) {
    // The size is taken into account where the real server knows it beforehand.
    SortedSetValue result =
        SortedSetValue.sized(
            call.keyspace().hasher(), call.keyspace().limits(), sizeKnown ? count : 0);
    if (count > 0) {
      set.forEach(
          first,
          count,
          reverse,
          member -> result.put(member.bytes(), member.offset(), member.length(), member.score()));
    }
    SortedSets.store(call, 1, result, KeyEvent.ZRANGESTORE);
  }
}
