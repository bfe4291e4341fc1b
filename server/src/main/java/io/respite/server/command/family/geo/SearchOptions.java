package io.respite.server.command.family.geo;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.Parse;
import io.respite.server.encoding.GeoHash;
import io.respite.server.encoding.GeoHash.Cell;
import io.respite.server.encoding.GeoShape;
import io.respite.server.type.SortedSetValue;

/** What a search for places asks for. */
final class SearchOptions {
  /** The commands that search, by what their arguments say at fixed places. */
  enum Form {
    SEARCH(1, 2, false),
    SEARCH_STORE(2, 3, false),
    RADIUS(1, 6, true),
    RADIUS_RO(1, 6, false),
    RADIUS_BY_MEMBER(1, 5, true),
    RADIUS_BY_MEMBER_RO(1, 5, false);

    /** Which argument is the key that is searched. */
    final int key;

    private final int options;
    private final boolean mayStore;

    Form(int key, int options, boolean mayStore) {
      this.key = key;
      this.options = options;
      this.mayStore = mayStore;
    }

    private boolean isSearch() {
      return this == SEARCH || this == SEARCH_STORE;
    }
  }

  boolean withDistance;
  boolean withHash;
  boolean withPlace;
  boolean any;

  /** How many places at most; 0 for all. */
  long count;

  /** Whether the farthest come first; null for places in no particular order. */
  Boolean descending;

  /** The argument with the key where the result is kept; 0 when it is answered. */
  int storeAt;

  boolean storeDistances;

  /** Meters in the unit of distances. */
  double unit = 1;

  private double[] centre;
  private boolean centreNamed;
  private double radius = -1;
  private double width = -1;
  private double height;

  private SearchOptions() {}

  /**
   * Reads the options of a command.
   *
   * @param set what is searched; null when there is nothing
   * @throws CommandError when they make no sense
   */
  static SearchOptions parse(Call call, Form form, SortedSetValue set) {
    SearchOptions o = new SearchOptions();
    if (form == Form.SEARCH_STORE) {
      o.storeAt = 1;
    } else if (form == Form.RADIUS || form == Form.RADIUS_RO) {
      o.centre = Places.place(call, 2);
      o.circle(call, 4);
    } else if (!form.isSearch() && set != null) {
      // Without a set nobody looks at the radius either, as in the real server.
      o.member(call, 2, set);
      o.circle(call, 3);
    }
    for (int i = form.options; i < call.count(); i++) {
      i = o.option(call, form, set, i);
    }
    o.check(call, form);
    return o;
  }

  /** Reads the option at argument {@code i}; answers its last argument. */
  private int option(Call call, Form form, SortedSetValue set, int i) {
    int left = call.count() - i - 1;
    if (call.is(i, "withdist")) {
      withDistance = true;
    } else if (call.is(i, "withhash")) {
      withHash = true;
    } else if (call.is(i, "withcoord")) {
      withPlace = true;
    } else if (call.is(i, "any")) {
      any = true;
    } else if (call.is(i, "asc")) {
      descending = false;
    } else if (call.is(i, "desc")) {
      descending = true;
    } else if (call.is(i, "count") && left >= 1) {
      count = Parse.integer(call, i + 1);
      if (count <= 0) {
        throw new CommandError("ERR COUNT must be > 0");
      }
      return i + 1;
    } else if (form.mayStore && left >= 1 && call.is(i, "store")) {
      storeAt = i + 1;
      storeDistances = false;
      return i + 1;
    } else if (form.mayStore && left >= 1 && call.is(i, "storedist")) {
      storeAt = i + 1;
      storeDistances = true;
      return i + 1;
    } else if (form == Form.SEARCH_STORE && call.is(i, "storedist")) {
      storeDistances = true;
    } else if (form.isSearch()) {
      return searchOption(call, set, i, left);
    } else {
      throw CommandError.syntax();
    }
    return i;
  }

  private int searchOption(Call call, SortedSetValue set, int i, int left) {
    boolean shaped = radius >= 0 || width >= 0;
    if (!centreNamed && left >= 1 && call.is(i, "frommember")) {
      member(call, i + 1, set);
      centreNamed = true;
      return i + 1;
    }
    if (!centreNamed && left >= 2 && call.is(i, "fromlonlat")) {
      centre = Places.place(call, i + 1);
      centreNamed = true;
      return i + 2;
    }
    if (!shaped && left >= 2 && call.is(i, "byradius")) {
      circle(call, i + 1);
      return i + 2;
    }
    if (!shaped && left >= 3 && call.is(i, "bybox")) {
      box(call, i + 1);
      return i + 3;
    }
    throw CommandError.syntax();
  }

  private void check(Call call, Form form) {
    if (storeAt > 0 && (withDistance || withHash || withPlace)) {
      throw new CommandError(
          "ERR "
              + (form.isSearch() ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
              + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
    }
    if (form.isSearch() && !centreNamed) {
      throw new CommandError(
          "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + call.text(0));
    }
    if (form.isSearch() && radius < 0 && width < 0) {
      throw new CommandError(
          "ERR exactly one of BYRADIUS and BYBOX can be specified for " + call.text(0));
    }
    if (any && count == 0) {
      throw new CommandError("ERR the ANY argument requires COUNT argument");
    }
    if (count > 0 && descending == null && !any) {
      descending = false; // so many, but which? the nearest
    }
  }

  /**
   * Takes the place of a member as the centre; where there is no set, there is none to be named.
   */
  private void member(Call call, int i, SortedSetValue set) {
    if (set == null) {
      return;
    }
    double score = Places.score(call, set, i);
    if (Double.isNaN(score)) {
      throw new CommandError("ERR could not decode requested zset member");
    }
    Cell cell = GeoHash.ofScore(score);
    centre = new double[] {cell.longitude(), cell.latitude()};
  }

  private void circle(Call call, int i) {
    radius = Parse.number(call, i, () -> new CommandError("ERR need numeric radius"));
    if (radius < 0) {
      throw new CommandError("ERR radius cannot be negative");
    }
    unit = Places.unit(call, i + 1);
  }

  private void box(Call call, int i) {
    width = Parse.number(call, i, () -> new CommandError("ERR need numeric width"));
    height = Parse.number(call, i + 1, () -> new CommandError("ERR need numeric height"));
    if (width < 0 || height < 0) {
      throw new CommandError("ERR height or width cannot be negative");
    }
    unit = Places.unit(call, i + 2);
  }

  /** The shape that is searched; there must be a set. */
  GeoShape shape() {
    return width >= 0
        ? GeoShape.box(centre[0], centre[1], width * unit, height * unit)
        : GeoShape.circle(centre[0], centre[1], radius * unit);
  }
}
