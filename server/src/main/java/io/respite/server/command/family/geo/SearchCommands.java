package io.respite.server.command.family.geo;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Reply;
import io.respite.server.encoding.GeoHash;
import io.respite.server.encoding.GeoHash.Cell;
import io.respite.server.encoding.GeoShape;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ScoredView;
import io.respite.server.type.SortedSetValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finding places near another: GEOSEARCH, and its older relatives of the family GEORADIUS.
 *
 * <p>The shape is covered by cells of a grid; each cell is a range of scores, so a search visits
 * only members near the shape and tells their distance.
 */
final class SearchCommands {
  private SearchCommands() {}

  /** A place that was found. */
  private static final class Found {
    private final byte[] member;
    private final double score;
    private final double distance;

    Found(byte[] member, double score, double distance) {
      this.member = member;
      this.score = score;
      this.distance = distance;
    }

    double distance() {
      return distance;
    }
  }

  static List<Command> rows() {
    String complexity =
        "O(N+log(M)) for N members near the shape, and M members inside it that are sorted.";
    String units = " <M | KM | FT | MI>";
    String with = " [WITHCOORD] [WITHDIST] [WITHHASH]";
    String amount = " [COUNT <count [ANY]>] [ASC | DESC]";
    String order = " [ASC | DESC] [COUNT <count [ANY]>]";
    String store = " [STORE storekey:key | STOREDIST storedistkey:key]";
    String from = " <FROMMEMBER member | FROMLONLAT longitude:double latitude:double>";
    String by =
        " <BYRADIUS radius:double" + units + " | BYBOX width:double height:double" + units + ">";
    String center = " longitude:double latitude:double radius:double" + units;
    String member = " member radius:double" + units;
    return List.of(
        Places.row("geosearch", -7, "6.2.0", complexity)
            .flags(READONLY)
            .keys(KeySpec.at(1, RO, ACCESS))
            .summary("Answers the members in a circle or a box.")
            .syntax("key" + from + by + order + with)
            .handler(call -> search(call, SearchOptions.Form.SEARCH)),
        Places.row("geosearchstore", -8, "6.2.0", complexity)
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, OW, UPDATE))
            .keys(KeySpec.at(2, RO, ACCESS))
            .summary("Keeps the members in a circle or a box in another sorted set.")
            .syntax("destination source" + from + by + order + " [STOREDIST]")
            .handler(call -> search(call, SearchOptions.Form.SEARCH_STORE)),
        radius("georadius", -6, "3.2.0", complexity)
            .flags(WRITE, DENYOOM, MOVABLEKEYS)
            .keys(KeySpec.after("STORE", 6, OW, UPDATE))
            .keys(KeySpec.after("STOREDIST", 6, OW, UPDATE))
            .summary("Answers or keeps the members in a circle around a place.")
            .syntax("key" + center + with + amount + store)
            .changed("6.2.0", "Added the `ANY` option for `COUNT`.")
            .deprecated("6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument")
            .handler(call -> search(call, SearchOptions.Form.RADIUS)),
        radius("georadiusbymember", -5, "3.2.0", complexity)
            .flags(WRITE, DENYOOM, MOVABLEKEYS)
            .keys(KeySpec.after("STORE", 5, OW, UPDATE))
            .keys(KeySpec.after("STOREDIST", 5, OW, UPDATE))
            .summary("Answers or keeps the members in a circle around a member.")
            .syntax("key" + member + with + amount + store)
            .deprecated(
                "6.2.0",
                "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments")
            .handler(call -> search(call, SearchOptions.Form.RADIUS_BY_MEMBER)),
        radius("georadius_ro", -6, "3.2.10", complexity)
            .flags(READONLY)
            .summary("Answers the members in a circle around a place.")
            .syntax("key" + center + with + amount)
            .changed("6.2.0", "Added the `ANY` option for `COUNT`.")
            .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument")
            .handler(call -> search(call, SearchOptions.Form.RADIUS_RO)),
        radius("georadiusbymember_ro", -5, "3.2.10", complexity)
            .flags(READONLY)
            .summary("Answers the members in a circle around a member.")
            .syntax("key" + member + with + amount)
            .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments")
            .handler(call -> search(call, SearchOptions.Form.RADIUS_BY_MEMBER_RO)));
  }

  private static Command radius(String name, int arity, String since, String complexity) {
    return Places.row(name, arity, since, complexity).keys(KeySpec.at(1, RO, ACCESS));
  }

  private static void search(Call call, SearchOptions.Form form) {
    SortedSetValue set = call.value(form.key, SortedSetValue.class);
    SearchOptions options = SearchOptions.parse(call, form, set);
    List<Found> found = set == null ? new ArrayList<>() : find(set, options);
    if (options.descending != null) {
      Comparator<Found> nearest = Comparator.comparingDouble(Found::distance);
      found.sort(options.descending ? nearest.reversed() : nearest);
    }
    if (options.count > 0 && options.count < found.size()) {
      found = found.subList(0, (int) options.count);
    }
    if (options.storeAt > 0) {
      store(call, options, found, form);
    } else {
      reply(call.reply(), options, found);
    }
  }

  private static List<Found> find(SortedSetValue set, SearchOptions options) {
    List<Found> found = new ArrayList<>();
    long limit = options.any ? options.count : Long.MAX_VALUE;
    GeoShape shape = options.shape();
    for (Cell cell : shape.cover()) {
      if (found.size() >= limit) {
        break;
      }
      long first = set.countBelow((double) cell.first(), false);
      long count = set.countBelow((double) cell.end(), false) - first;
      set.walk(
          first,
          count,
          false,
          member -> {
            addIfInside(member, shape, options.unit, found);
            return found.size() < limit;
          });
    }
    return found;
  }

  private static void addIfInside(
      ScoredView member, GeoShape shape, double unit, List<Found> found) {
    Cell cell = GeoHash.ofScore(member.score());
    double distance = shape.distance(cell.longitude(), cell.latitude());
    if (!Double.isNaN(distance)) {
      found.add(new Found(member.member(), member.score(), distance / unit));
    }
  }

  private static void reply(Reply reply, SearchOptions options, List<Found> found) {
    int parts = (options.withDistance ? 1 : 0) + (options.withHash ? 1 : 0);
    parts += options.withPlace ? 1 : 0;
    reply.array(found.size());
    for (Found place : found) {
      if (parts > 0) {
        reply.array(parts + 1);
      }
      reply.bulk(place.member);
      if (options.withDistance) {
        Places.replyDistance(reply, place.distance);
      }
      if (options.withHash) {
        reply.integer((long) place.score);
      }
      if (options.withPlace) {
        Places.reply(reply, GeoHash.ofScore(place.score));
      }
    }
  }

  private static void store(
      Call call, SearchOptions options, List<Found> found, SearchOptions.Form form) {
    int key = options.storeAt;
    if (!found.isEmpty()) {
      SortedSetValue result =
          new SortedSetValue(call.keyspace().hasher(), call.keyspace().limits());
      for (Found place : found) {
        double score = options.storeDistances ? place.distance : place.score;
        result.put(place.member, 0, place.member.length, score);
      }
      call.put(key, result);
      call.modified(
          key,
          form == SearchOptions.Form.SEARCH_STORE
              ? KeyEvent.GEOSEARCHSTORE
              : KeyEvent.GEORADIUSSTORE);
    } else if (call.remove(key)) {
      call.modified(key, KeyEvent.DEL);
    }
    call.reply().integer(found.size());
  }
}
