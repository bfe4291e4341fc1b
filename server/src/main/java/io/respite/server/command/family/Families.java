package io.respite.server.command.family;

import io.respite.server.command.Command;
import io.respite.server.command.family.bitmap.BitFieldCommands;
import io.respite.server.command.family.bitmap.BitmapCommands;
import io.respite.server.command.family.generic.DumpCommands;
import io.respite.server.command.family.generic.KeyCommands;
import io.respite.server.command.family.generic.KeyExpiryCommands;
import io.respite.server.command.family.generic.MigrateCommand;
import io.respite.server.command.family.generic.ObjectCommands;
import io.respite.server.command.family.generic.ScanCommands;
import io.respite.server.command.family.generic.WaitCommands;
import io.respite.server.command.family.geo.GeoFamily;
import io.respite.server.command.family.hash.HashCommands;
import io.respite.server.command.family.hash.HashExpiryCommands;
import io.respite.server.command.family.hash.HashSetexCommand;
import io.respite.server.command.family.hyperloglog.HyperLogLogCommands;
import io.respite.server.command.family.list.ListCommands;
import io.respite.server.command.family.list.ListMoveCommands;
import io.respite.server.command.family.set.SetAlgebraCommands;
import io.respite.server.command.family.set.SetCommands;
import io.respite.server.command.family.set.SetRandomCommands;
import io.respite.server.command.family.sort.SortCommands;
import io.respite.server.command.family.sortedset.SortedSetFamily;
import io.respite.server.command.family.stream.StreamCommands;
import io.respite.server.command.family.stream.StreamGroupCommands;
import io.respite.server.command.family.stream.StreamInfoCommands;
import io.respite.server.command.family.stream.StreamPendingCommands;
import io.respite.server.command.family.stream.StreamReadCommands;
import io.respite.server.command.family.string.LcsCommand;
import io.respite.server.command.family.string.StringCommands;
import io.respite.server.command.family.string.StringConditionCommands;
import io.respite.server.command.family.string.StringEditCommands;
import java.util.ArrayList;
import java.util.List;

/** All rows on keys and what they hold. */
public final class Families {
  private Families() {}

  /** New rows, each with statistics of its own: one set for one engine. */
  public static List<Command> rows() {
    List<Command> rows = new ArrayList<>();
    rows.addAll(KeyCommands.rows());
    rows.addAll(KeyExpiryCommands.rows());
    rows.addAll(ScanCommands.rows());
    rows.addAll(DumpCommands.rows());
    rows.addAll(MigrateCommand.rows());
    rows.addAll(WaitCommands.rows());
    rows.addAll(ObjectCommands.rows());
    rows.addAll(StringCommands.rows());
    rows.addAll(StringConditionCommands.rows());
    rows.addAll(StringEditCommands.rows());
    rows.addAll(LcsCommand.rows());
    rows.addAll(HashCommands.rows());
    rows.addAll(HashExpiryCommands.rows());
    rows.addAll(HashSetexCommand.rows());
    rows.addAll(SortCommands.rows());
    rows.addAll(new ListCommands().rows());
    rows.addAll(new ListMoveCommands().rows());
    rows.addAll(new SetCommands().rows());
    rows.addAll(new SetRandomCommands().rows());
    rows.addAll(new SetAlgebraCommands().rows());
    rows.addAll(SortedSetFamily.rows());
    rows.addAll(GeoFamily.rows());
    rows.addAll(BitmapCommands.rows());
    rows.addAll(BitFieldCommands.rows());
    rows.addAll(HyperLogLogCommands.rows());
    rows.addAll(StreamCommands.rows());
    rows.addAll(StreamReadCommands.rows());
    rows.addAll(StreamGroupCommands.rows());
    rows.addAll(StreamPendingCommands.rows());
    rows.addAll(StreamInfoCommands.rows());
    return rows;
  }
}
