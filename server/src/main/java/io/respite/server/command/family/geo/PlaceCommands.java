package io.respite.server.command.family.geo;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Reply;
import io.respite.server.command.Words;
import io.respite.server.encoding.GeoHash;
import io.respite.server.encoding.GeoHash.Cell;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SortedSetValue;
import io.respite.server.type.SortedSetValue.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Adding places and asking for single ones: GEOADD, GEOPOS, GEODIST, GEOHASH. */
final class PlaceCommands {
  private PlaceCommands() {}

  static List<Command> rows() {
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    return List.of(
        Places.row("geoadd", -5, "3.2.0", "O(log(N)) for each place added.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Adds places to a sorted set, or moves them.")
            .syntax(
                "key [NX | XX] [CH] longitude:double latitude:double member"
                    + " [longitude latitude member ...]")
            .changed("6.2.0", "Added the `CH`, `NX` and `XX` options.")
            .handler(PlaceCommands::geoadd),
        Places.row("geopos", -2, "3.2.0", "O(1) for each member named.")
            .flags(READONLY)
            .keys(read)
            .summary("Answers longitude and latitude of members.")
            .syntax("key [<member [member ...]>]")
            .handler(PlaceCommands::geopos),
        Places.row("geodist", -4, "3.2.0", "O(1)")
            .flags(READONLY)
            .keys(read)
            .summary("Answers the distance between two members.")
            .syntax("key member1 member2 [M | KM | FT | MI]")
            .handler(PlaceCommands::geodist),
        Places.row("geohash", -2, "3.2.0", "O(1) for each member named.")
            .flags(READONLY)
            .keys(read)
            .summary("Answers where members are as geohash strings.")
            .syntax("key [<member [member ...]>]")
            .handler(PlaceCommands::geohash));
  }

  private static void geoadd(Call call) {
    int rules = 0;
    boolean countChanged = false;
    int first = 2;
    for (; first < call.count(); first++) {
      if (call.is(first, "nx")) {
        rules |= SortedSetValue.ONLY_NEW;
      } else if (call.is(first, "xx")) {
        rules |= SortedSetValue.ONLY_OLD;
      } else if (call.is(first, "ch")) {
        countChanged = true;
      } else {
        break;
      }
    }
    int both = SortedSetValue.ONLY_NEW | SortedSetValue.ONLY_OLD;
    if ((call.count() - first) % 3 != 0 || (rules & both) == both) {
      throw CommandError.syntax();
    }
    int places = (call.count() - first) / 3;
    if (places == 0) {
      throw CommandError.syntax();
    }
    long[] cells = new long[places];
    for (int i = 0; i < places; i++) {
      cells[i] = Places.cell(call, first + 3 * i).bits();
    }
    SortedSetValue set = call.valueForWrite(1, SortedSetValue.class);
    if (set == null) {
      if ((rules & SortedSetValue.ONLY_OLD) != 0) {
        call.reply().integer(0);
        return;
      }
      set = new SortedSetValue(call.keyspace().hasher(), call.keyspace().limits());
      call.put(1, set);
    }
    Arguments arguments = call.arguments();
    int added = 0;
    int changed = 0;
    for (int i = 0; i < places; i++) {
      int member = first + 3 * i + 2;
      Outcome outcome =
          set.add(
              arguments.buffer(),
              arguments.offset(member),
              arguments.length(member),
              (double) cells[i],
              rules);
      added += outcome == Outcome.ADDED ? 1 : 0;
      changed += outcome == Outcome.CHANGED ? 1 : 0;
    }
    if (added + changed > 0) {
      effect(call, first, cells);
      call.modified(1, KeyEvent.ZADD);
    }
    call.reply().integer(countChanged ? added + changed : added);
  }

  /** Who follows gets the cells, so that no other machine has to compute them. */
  private static void effect(Call call, int first, long[] cells) {
    if (!call.keyspace().effects().active()) {
      return;
    }
    List<byte[]> words = new ArrayList<>();
    words.add(Words.of("ZADD"));
    for (int i = 1; i < first; i++) {
      words.add(call.bytes(i));
    }
    for (int i = 0; i < cells.length; i++) {
      words.add(Words.of(cells[i]));
      words.add(call.bytes(first + 3 * i + 2));
    }
    call.effect(words.toArray(byte[][]::new));
  }

  private static void geopos(Call call) {
    SortedSetValue set = call.value(1, SortedSetValue.class);
    Reply reply = call.reply();
    reply.array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      double score = Places.score(call, set, i);
      if (Double.isNaN(score)) {
        reply.nilArray();
      } else {
        Places.reply(reply, GeoHash.ofScore(score));
      }
    }
  }

  private static void geodist(Call call) {
    if (call.count() > 5) {
      throw CommandError.syntax();
    }
    double unit = call.count() == 5 ? Places.unit(call, 4) : 1;
    SortedSetValue set = call.value(1, SortedSetValue.class);
    double from = Places.score(call, set, 2);
    double to = Places.score(call, set, 3);
    if (Double.isNaN(from) || Double.isNaN(to)) {
      call.reply().nil();
      return;
    }
    Cell a = GeoHash.ofScore(from);
    Cell b = GeoHash.ofScore(to);
    double meters = GeoHash.distance(a.longitude(), a.latitude(), b.longitude(), b.latitude());
    Places.replyDistance(call.reply(), meters / unit);
  }

  private static void geohash(Call call) {
    SortedSetValue set = call.value(1, SortedSetValue.class);
    Reply reply = call.reply();
    reply.array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      double score = Places.score(call, set, i);
      if (Double.isNaN(score)) {
        reply.nil();
      } else {
        Cell cell = GeoHash.ofScore(score);
        reply.bulk(GeoHash.text(cell.longitude(), cell.latitude()));
      }
    }
  }
}
