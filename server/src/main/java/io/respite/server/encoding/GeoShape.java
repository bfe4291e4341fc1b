package io.respite.server.encoding;

import io.respite.server.encoding.GeoHash.Cell;
import java.util.ArrayList;
import java.util.List;

/**
 * A circle or a box around a place, and the cells of a grid that cover it.
 *
 * <p>The grid is chosen so coarse that the cell of the centre and its eight neighbours cover the
 * shape; neighbours beyond the shape's bounds are left out. The order of the cells is part of the
 * answer, since places are found in it:
 *
 * <pre>
 *    7  2  6
 *    5  1  4        and so on: centre, north, south, east, west,
 *    9  3  8        north-east, north-west, south-east, south-west
 * </pre>
 */
public final class GeoShape {
  private static final double MERCATOR_MAX = 20037726.37;

  /** What rounding may make of a bound, many times over. */
  private static final double SLACK = 1 + 1e-9;

  private static final int[][] DIRECTIONS = {
    {0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}
  };

  private final double longitude;
  private final double latitude;
  private final boolean box;

  /** Half the extents of a box in meters; both the radius of a circle. */
  private final double halfWidth;

  private final double halfHeight;

  /** Of the centre: its latitude in radians, and that one's cosine. */
  private final double radians;

  private final double cosine;

  /** The square of the sine of half the radius as an angle, and a little more. */
  private final double most;

  private GeoShape(
      double longitude, double latitude, boolean box, double halfWidth, double halfHeight) {
    this.longitude = longitude;
    this.latitude = latitude;
    this.box = box;
    this.halfWidth = halfWidth;
    this.halfHeight = halfHeight;
    this.radians = latitude * GeoHash.RADIANS;
    this.cosine = Math.cos(radians);
    double angle = halfWidth / (2 * GeoHash.EARTH_RADIUS_METERS);
    double sine = Math.sin(angle);
    this.most = angle < Math.PI / 2 ? sine * sine * SLACK : Double.POSITIVE_INFINITY;
  }

  /** All places at most {@code radius} meters away. */
  public static GeoShape circle(double longitude, double latitude, double radius) {
    return new GeoShape(longitude, latitude, false, radius, radius);
  }

  /** All places at most half of {@code width} and {@code height} meters away in each direction. */
  public static GeoShape box(double longitude, double latitude, double width, double height) {
    return new GeoShape(longitude, latitude, true, width / 2, height / 2);
  }

  /** The distance of a place from the centre in meters, or not-a-number when it is outside. */
  public double distance(double otherLongitude, double otherLatitude) {
    if (box) {
      boolean outside =
          GeoHash.distance(otherLongitude, otherLatitude, otherLongitude, latitude) > halfHeight
              || GeoHash.distance(otherLongitude, otherLatitude, longitude, otherLatitude)
                  > halfWidth;
      return outside
          ? Double.NaN
          : GeoHash.distance(longitude, latitude, otherLongitude, otherLatitude);
    }
    return circleDistance(otherLongitude, otherLatitude);
  }

  /**
   * {@link GeoHash#distance} where most places are turned away early: by their latitude alone, then
   * before the arc is taken. What is near the border is decided by the whole formula.
   */
  private double circleDistance(double otherLongitude, double otherLatitude) {
    double to = otherLatitude * GeoHash.RADIANS;
    double north = GeoHash.EARTH_RADIUS_METERS * Math.abs(to - radians);
    if (north > halfWidth * SLACK) {
      return Double.NaN;
    }
    double v = Math.sin((otherLongitude * GeoHash.RADIANS - longitude * GeoHash.RADIANS) / 2);
    double distance = north;
    if (v != 0) {
      double u = Math.sin((to - radians) / 2);
      double a = u * u + cosine * Math.cos(to) * v * v;
      if (a > most) {
        return Double.NaN;
      }
      distance = 2 * GeoHash.EARTH_RADIUS_METERS * Math.asin(Math.sqrt(a));
    }
    return distance > halfWidth ? Double.NaN : distance;
  }

  /** The cells that cover the shape, in the order in which they are to be searched. */
  public List<Cell> cover() {
    double radius = box ? Math.sqrt(halfWidth * halfWidth + halfHeight * halfHeight) : halfWidth;
    double rows = GeoHash.degrees(halfHeight);
    // The parallel that is nearer to the pole is the shorter one.
    double parallel = latitude < 0 ? latitude - rows : latitude + rows;
    double columns = GeoHash.degreesAt(halfWidth, parallel);
    int step = step(radius);
    Cell centre = GeoHash.cell(longitude, latitude, step);
    if (step > 1 && isTooFine(centre, rows, columns)) {
      step--;
      centre = GeoHash.cell(longitude, latitude, step);
    }
    // A very coarse grid wraps around: every neighbour may be needed.
    boolean all = step < 2;
    boolean north = all || !(centre.north() > latitude + rows);
    boolean south = all || !(centre.south() < latitude - rows);
    boolean east = all || !(centre.east() > longitude + columns);
    boolean west = all || !(centre.west() < longitude - columns);
    List<Cell> cells = new ArrayList<>(DIRECTIONS.length);
    for (int i = 0; i < DIRECTIONS.length; i++) {
      int x = DIRECTIONS[i][0];
      int y = DIRECTIONS[i][1];
      boolean needed =
          (y <= 0 || north) && (y >= 0 || south) && (x <= 0 || east) && (x >= 0 || west);
      if (needed) {
        Cell cell = centre.neighbour(x, y);
        // Around a pole or the whole earth, one cell can be the neighbour on several sides.
        if (cells.size() < 2 || !cells.get(cells.size() - 1).equals(cell)) {
          cells.add(cell);
        }
      }
    }
    return cells;
  }

  /** How fine a grid may be so that nine cells cover the radius, as a first guess. */
  private int step(double radius) {
    if (radius == 0) {
      return GeoHash.MAX_STEP;
    }
    int step = 1;
    for (double range = radius; range < MERCATOR_MAX; range *= 2) {
      step++;
    }
    step -= 2;
    // Towards the poles columns get narrower.
    double distance = Math.abs(latitude);
    if (distance > 66) {
      step -= distance > 80 ? 2 : 1;
    }
    return Math.max(1, Math.min(GeoHash.MAX_STEP, step));
  }

  /** Whether the neighbours end before the shape does. */
  private boolean isTooFine(Cell centre, double rows, double columns) {
    return centre.neighbour(0, 1).north() < latitude + rows
        || centre.neighbour(0, -1).south() > latitude - rows
        || centre.neighbour(1, 0).east() < longitude + columns
        || centre.neighbour(-1, 0).west() > longitude - columns;
  }
}
