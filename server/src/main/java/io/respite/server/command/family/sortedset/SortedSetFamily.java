package io.respite.server.command.family.sortedset;

import io.respite.server.command.Command;
import java.util.ArrayList;
import java.util.List;

/** All rows on sorted sets. */
public final class SortedSetFamily {
  private SortedSetFamily() {}

  /** New rows, each with statistics of its own. */
  public static List<Command> rows() {
    List<Command> rows = new ArrayList<>();
    rows.addAll(MemberCommands.rows());
    rows.addAll(LookCommands.rows());
    rows.addAll(RangeCommands.rows());
    rows.addAll(RemoveRangeCommands.rows());
    rows.addAll(PopCommands.rows());
    rows.addAll(CombineCommands.rows());
    return rows;
  }
}
