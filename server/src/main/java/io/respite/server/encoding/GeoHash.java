package io.respite.server.encoding;

/**
 * Places on earth as integers: the cell of a grid in which a place lies, by interleaving the bits
 * of latitude and longitude (Morton 1966; Niemeyer's geohash, 2008). Near places have near numbers,
 * so that a cell of a coarse grid is a range of the numbers of the finest one.
 *
 * <pre>
 *   bit   51 50 49 48 ... 1 0        step 26: 26 bits of each
 *         lo la lo la    lo la       an offset counts from -180, or from -85.05112878 (Mercator's end)
 * </pre>
 *
 * A number with its step is a {@link Cell}. The finest step is 26, since 52 bits are what a double,
 * the score of a sorted set, holds exactly.
 */
public final class GeoHash {
  /** Bits of latitude, and of longitude, in the finest grid. */
  public static final int MAX_STEP = 26;

  /** No place lies farther east than this, nor farther west than its negative; degrees. */
  public static final double MAX_LONGITUDE = 180;

  /** No place lies farther north than this, nor farther south than its negative; degrees. */
  public static final double MAX_LATITUDE = 85.05112878;

  static final double EARTH_RADIUS_METERS = 6372797.560856;
  static final double RADIANS = Math.PI / 180;
  private static final double TWO_TO_63 = 0x1p63;
  private static final long LATITUDE_BITS = 0x5555555555555555L;
  private static final long LONGITUDE_BITS = 0xAAAAAAAAAAAAAAAAL;
  private static final String ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
  private static final int TEXT_LENGTH = 11;
  private static final double TEXT_LATITUDE = 90;

  private GeoHash() {}

  /**
   * A cell of the grid with 2^step rows and columns.
   *
   * @param bits the interleaved offsets
   * @param step bits of each offset, 1 to {@link #MAX_STEP}
   */
  public record Cell(long bits, int step) {
    /** The least number of the finest grid that lies in this cell. */
    public long first() {
      return bits << (2 * (MAX_STEP - step));
    }

    /** The number after the last one that lies in this cell. */
    public long end() {
      return (bits + 1) << (2 * (MAX_STEP - step));
    }

    /**
     * The cell so many columns to the east and rows to the north, each -1, 0 or 1; wraps around. A
     * place on the eastern or northern end of the grid lies in a column or row behind the last one,
     * and stays there unless it is moved that way.
     */
    public Cell neighbour(int east, int north) {
      long longitude = move(bits & LONGITUDE_BITS, LONGITUDE_BITS, LATITUDE_BITS, east);
      long latitude = move(bits & LATITUDE_BITS, LATITUDE_BITS, LONGITUDE_BITS, north);
      return new Cell(longitude | latitude, step);
    }

    /** Adds to a number whose bits have gaps: filled with ones, gaps hand a carry on. */
    private long move(long spread, long own, long other, int by) {
      if (by == 0) {
        return spread;
      }
      int unused = 64 - 2 * step;
      long gaps = other >>> unused;
      long moved = by > 0 ? spread + gaps + 1 : (spread | gaps) - (gaps + 1);
      return moved & (own >>> unused);
    }

    /** The western border in degrees. */
    public double west() {
      return border(gather(bits >>> 1), MAX_LONGITUDE);
    }

    /** The eastern border in degrees. */
    public double east() {
      return border(gather(bits >>> 1) + 1, MAX_LONGITUDE);
    }

    /** The southern border in degrees. */
    public double south() {
      return border(gather(bits), MAX_LATITUDE);
    }

    /** The northern border in degrees. */
    public double north() {
      return border(gather(bits) + 1, MAX_LATITUDE);
    }

    private double border(long offset, double most) {
      return -most + (offset / (double) (1L << step)) * (most - -most);
    }

    /** The longitude of the middle, in degrees. */
    public double longitude() {
      return within((west() + east()) / 2, MAX_LONGITUDE);
    }

    /** The latitude of the middle, in degrees. */
    public double latitude() {
      return within((south() + north()) / 2, MAX_LATITUDE);
    }

    private static double within(double value, double most) {
      return Math.max(-most, Math.min(most, value));
    }
  }

  /** Whether there is a cell for this place; never for not-a-number. */
  public static boolean isPlace(double longitude, double latitude) {
    return Math.abs(longitude) <= MAX_LONGITUDE && Math.abs(latitude) <= MAX_LATITUDE;
  }

  /** The cell of a place; for one beyond the ends of the grid, the cell 0. */
  public static Cell cell(double longitude, double latitude, int step) {
    return isPlace(longitude, latitude)
        ? new Cell(bits(longitude, latitude, MAX_LATITUDE, step), step)
        : new Cell(0, step);
  }

  private static long bits(double longitude, double latitude, double maxLatitude, int step) {
    double rows = (latitude + maxLatitude) / (maxLatitude + maxLatitude) * (1L << step);
    double columns = (longitude + MAX_LONGITUDE) / (MAX_LONGITUDE * 2) * (1L << step);
    return spread((int) rows) | spread((int) columns) << 1;
  }

  /**
   * The cell of the finest grid that a score stands for. Scores beyond 64 bits, which are no places
   * at all, stand for the cell 0, as in the real server on common processors.
   */
  public static Cell ofScore(double score) {
    if (score >= TWO_TO_63) {
      return new Cell(
          score < 2 * TWO_TO_63 ? (long) (score - TWO_TO_63) ^ Long.MIN_VALUE : 0, MAX_STEP);
    }
    return new Cell((long) score, MAX_STEP);
  }

  /** Puts a gap before each of 32 bits. */
  private static long spread(int value) {
    long x = value & 0xFFFFFFFFL;
    x = (x | x << 16) & 0x0000FFFF0000FFFFL;
    x = (x | x << 8) & 0x00FF00FF00FF00FFL;
    x = (x | x << 4) & 0x0F0F0F0F0F0F0F0FL;
    x = (x | x << 2) & 0x3333333333333333L;
    return (x | x << 1) & LATITUDE_BITS;
  }

  private static long gather(long spread) {
    long x = spread & LATITUDE_BITS;
    x = (x | x >>> 1) & 0x3333333333333333L;
    x = (x | x >>> 2) & 0x0F0F0F0F0F0F0F0FL;
    x = (x | x >>> 4) & 0x00FF00FF00FF00FFL;
    x = (x | x >>> 8) & 0x0000FFFF0000FFFFL;
    return (x | x >>> 16) & 0x00000000FFFFFFFFL;
  }

  /**
   * The eleven letters of the public geohash, whose latitude goes from pole to pole. The last one
   * would need three bits more than there are; it is always 0.
   */
  public static String text(double longitude, double latitude) {
    long bits = bits(longitude, latitude, TEXT_LATITUDE, MAX_STEP);
    StringBuilder text = new StringBuilder(TEXT_LENGTH);
    for (int i = 1; i < TEXT_LENGTH; i++) {
      text.append(ALPHABET.charAt((int) (bits >>> (2 * MAX_STEP - 5 * i)) & 31));
    }
    return text.append(ALPHABET.charAt(0)).toString();
  }

  /** The distance in meters on a sphere, by the haversine formula. */
  public static double distance(
      double longitude1, double latitude1, double longitude2, double latitude2) {
    double v = Math.sin((longitude2 * RADIANS - longitude1 * RADIANS) / 2);
    if (v == 0) {
      return EARTH_RADIUS_METERS * Math.abs(latitude2 * RADIANS - latitude1 * RADIANS);
    }
    double from = latitude1 * RADIANS;
    double to = latitude2 * RADIANS;
    double u = Math.sin((to - from) / 2);
    double a = u * u + Math.cos(from) * Math.cos(to) * v * v;
    return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(a));
  }

  /** How many degrees of latitude so many meters are. */
  static double degrees(double meters) {
    return meters / EARTH_RADIUS_METERS / RADIANS;
  }

  /** How many degrees of longitude so many meters are at a latitude. */
  static double degreesAt(double meters, double latitude) {
    return meters / EARTH_RADIUS_METERS / Math.cos(latitude * RADIANS) / RADIANS;
  }
}
