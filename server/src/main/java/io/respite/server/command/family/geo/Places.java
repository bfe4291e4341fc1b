package io.respite.server.command.family.geo;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.encoding.GeoHash;
import io.respite.server.encoding.Numbers;
import io.respite.server.type.SortedSetValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** What the commands on places share: coordinates, units, and how numbers are shown. */
final class Places {
  private Places() {}

  static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.GEO)
        .since(since)
        .complexity(complexity);
  }

  /** The score of the member in argument {@code i}, or not-a-number; {@code set} may be null. */
  static double score(Call call, SortedSetValue set, int i) {
    Arguments arguments = call.arguments();
    return set == null
        ? Double.NaN
        : set.scoreOf(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /** The cell of the place in arguments {@code i} and {@code i + 1}. */
  static GeoHash.Cell cell(Call call, int i) {
    double[] place = place(call, i);
    return GeoHash.cell(place[0], place[1], GeoHash.MAX_STEP);
  }

  /** Longitude and latitude from arguments {@code i} and {@code i + 1}. */
  static double[] place(Call call, int i) {
    double longitude = Parse.number(call, i);
    double latitude = Parse.number(call, i + 1);
    if (!GeoHash.isPlace(longitude, latitude)) {
      throw new CommandError(
          "ERR invalid longitude,latitude pair " + six(longitude) + "," + six(latitude));
    }
    return new double[] {longitude, latitude};
  }

  private static String six(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    boolean negative = Math.copySign(1, value) < 0; // of zeros and what becomes one, too
    BigDecimal rounded = new BigDecimal(Math.abs(value)).setScale(6, RoundingMode.HALF_EVEN);
    return (negative ? "-" : "") + rounded.toPlainString();
  }

  /** How many meters the unit in argument {@code i} has. */
  static double unit(Call call, int i) {
    return switch (call.text(i).toLowerCase(Locale.ROOT)) {
      case "m" -> 1;
      case "km" -> 1000;
      case "ft" -> 0.3048;
      case "mi" -> 1609.34;
      default -> throw new CommandError("ERR unsupported unit provided. please use M, KM, FT, MI");
    };
  }

  /** Replies with longitude and latitude of a cell's middle. */
  static void reply(Reply reply, GeoHash.Cell cell) {
    reply.array(2);
    reply.doubleText(Numbers.seventeenDecimals(cell.longitude()));
    reply.doubleText(Numbers.seventeenDecimals(cell.latitude()));
  }

  /** Replies with a distance. */
  static void replyDistance(Reply reply, double distance) {
    reply.bulk(Numbers.fourDecimals(distance));
  }
}
