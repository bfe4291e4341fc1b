package io.respite.server.command.family.geo;

import io.respite.server.command.Command;
import java.util.ArrayList;
import java.util.List;

/** All rows on places. */
public final class GeoFamily {
  private GeoFamily() {}

  /** New rows, each with statistics of its own. */
  public static List<Command> rows() {
    List<Command> rows = new ArrayList<>();
    rows.addAll(PlaceCommands.rows());
    rows.addAll(SearchCommands.rows());
    return rows;
  }
}
