package io.respite.server.command.family.sortedset;

import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.RW;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.KeySpec;
import io.respite.server.command.family.sortedset.Interval.Kind;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SortedSetValue;
import java.util.List;

/** Removing the members in a range. */
final class RemoveRangeCommands {
  private RemoveRangeCommands() {}

  static List<Command> rows() {
    return List.of(
        row("zremrangebyrank", "2.0.0")
            .summary("Removes the members in a range of ranks.")
            .syntax("key start stop")
            .handler(call -> remove(call, Kind.RANK, KeyEvent.ZREMRANGEBYRANK)),
        row("zremrangebyscore", "1.2.0")
            .summary("Removes the members in a range of scores.")
            .syntax("key min:double max:double")
            .handler(call -> remove(call, Kind.SCORE, KeyEvent.ZREMRANGEBYSCORE)),
        row("zremrangebylex", "2.8.9")
            .summary("Removes the members between two members.")
            .syntax("key min max")
            .handler(call -> remove(call, Kind.MEMBER, KeyEvent.ZREMRANGEBYLEX)));
  }

  private static Command row(String name, String since) {
    return SortedSets.row(name, 4, since, "O(log(N)*M) for M members removed from a set of N.")
        .flags(WRITE)
        .keys(KeySpec.at(1, RW, DELETE));
  }

  private static void remove(Call call, Kind kind, KeyEvent event) {
    Interval interval = Interval.parse(call, kind, 2, 3, false);
    SortedSetValue set = SortedSets.forWrite(call, 1);
    long removed = 0;
    if (set != null) {
      long from = interval.from(set);
      removed = set.removeRange(from, interval.to(set) - from);
      if (removed > 0) {
        SortedSets.removed(call, 1, set, event);
      }
    }
    call.reply().integer(removed);
  }
}
