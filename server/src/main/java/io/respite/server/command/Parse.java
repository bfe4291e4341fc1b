package io.respite.server.command;

import io.respite.server.encoding.LongDouble;
import io.respite.server.encoding.Numbers;
import java.math.BigInteger;
import java.util.function.Supplier;

/** Reads a call's arguments as numbers and times, with the errors that clients know. */
public final class Parse {
  private static final long MILLIS = 1000;

  private Parse() {}

  /**
   * Argument {@code i} as an integer.
   *
   * @throws CommandError when it is none
   */
  public static long integer(Call call, int i) {
    if (!isInteger(call, i)) {
      throw CommandError.notAnInteger();
    }
    return Numbers.parseLong(
        call.arguments().buffer(), call.arguments().offset(i), call.arguments().length(i));
  }

  private static boolean isInteger(Call call, int i) {
    Arguments arguments = call.arguments();
    return Numbers.isLong(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /**
   * Argument {@code i} as an integer within bounds.
   *
   * @throws CommandError when it is none, or out of bounds
   */
  public static long integer(Call call, int i, long least, long most) {
    long value = integer(call, i);
    if (value < least || value > most) {
      throw new CommandError(
          "ERR value is out of range, value must between " + least + " and " + most);
    }
    return value;
  }

  /**
   * Argument {@code i} as an integer within bounds.
   *
   * @throws CommandError the given one, when it is none or out of bounds
   */
  public static long integer(
      Call call, int i, long least, long most, Supplier<CommandError> otherwise) {
    long value = isInteger(call, i) ? integer(call, i) : 0;
    if (!isInteger(call, i) || value < least || value > most) {
      throw otherwise.get();
    }
    return value;
  }

  /** The number of a database in argument {@code i}. */
  public static int database(Call call, int i) {
    long number = integer(call, i, Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (number < 0 || number >= call.keyspace().size()) {
      throw new CommandError("ERR DB index is out of range");
    }
    return (int) number;
  }

  /** Argument {@code i} as a number of extended precision; infinite ones are allowed. */
  public static LongDouble longDouble(Call call, int i) {
    LongDouble value = floatOrNull(call, i);
    if (value == null) {
      throw CommandError.notAFloat();
    }
    return value;
  }

  /**
   * Argument {@code i} as a double; infinite ones are allowed.
   *
   * @throws CommandError when it is none
   */
  public static double number(Call call, int i) {
    return number(call, i, CommandError::notAFloat);
  }

  /**
   * Argument {@code i} as a double; infinite ones are allowed.
   *
   * @throws CommandError the given one, when it is none
   */
  public static double number(Call call, int i, Supplier<CommandError> otherwise) {
    Arguments arguments = call.arguments();
    double value =
        Numbers.parseDouble(arguments.buffer(), arguments.offset(i), arguments.length(i));
    if (Double.isNaN(value)) {
      throw otherwise.get();
    }
    return value;
  }

  /**
   * Argument {@code i} as an integer that is not negative.
   *
   * @throws CommandError when it is none
   */
  public static long positive(Call call, int i) {
    return integer(
        call,
        i,
        0,
        Long.MAX_VALUE,
        () -> new CommandError("ERR value is out of range, must be positive"));
  }

  /**
   * A moment in milliseconds since 1970, from a value that must be positive.
   *
   * @param seconds whether the value counts seconds, else milliseconds
   * @param absolute whether it counts from 1970, else from now
   * @throws CommandError when it is not positive, or beyond what 64 bits hold
   */
  public static long expiry(Call call, int i, boolean seconds, boolean absolute) {
    long value = integer(call, i);
    if (value <= 0 || (seconds && value > Long.MAX_VALUE / MILLIS)) {
      throw invalidExpiry(call);
    }
    long millis = seconds ? value * MILLIS : value;
    if (absolute) {
      return millis;
    }
    if (millis > Long.MAX_VALUE - call.now()) {
      throw invalidExpiry(call);
    }
    return millis + call.now();
  }

  /**
   * A timeout in seconds, with decimals, as milliseconds; 0 for none.
   *
   * @throws CommandError when it is no number, negative or beyond what 64 bits hold
   */
  public static long timeoutMillis(Call call, int i) {
    LongDouble seconds = floatOrNull(call, i);
    if (seconds == null) {
      throw new CommandError("ERR timeout is not a float or out of range");
    }
    if (seconds.isInfinite()) {
      throw new CommandError(
          "ERR timeout is " + (call.text(i).startsWith("-") ? "negative" : "out of range"));
    }
    BigInteger millis = seconds.ceilingOfTimes(MILLIS);
    if (millis.signum() < 0) {
      throw new CommandError("ERR timeout is negative");
    }
    if (millis.compareTo(BigInteger.valueOf(Long.MAX_VALUE - call.now())) > 0) {
      throw new CommandError("ERR timeout is out of range");
    }
    return millis.longValue();
  }

  /**
   * A timeout in whole milliseconds; 0 for none.
   *
   * @throws CommandError when it is no integer, negative or beyond what 64 bits hold
   */
  public static long waitMillis(Call call, int i) {
    long millis =
        integer(
            call,
            i,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            () -> new CommandError("ERR timeout is not an integer or out of range"));
    if (millis < 0) {
      throw new CommandError("ERR timeout is negative");
    }
    if (millis > Long.MAX_VALUE - call.now()) {
      throw new CommandError("ERR timeout is out of range");
    }
    return millis;
  }

  private static LongDouble floatOrNull(Call call, int i) {
    Arguments arguments = call.arguments();
    return LongDouble.parse(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /** The error for a time to live that no key can have. */
  public static CommandError invalidExpiry(Call call) {
    return new CommandError(
        "ERR invalid expire time in '" + call.command().fullName() + "' command");
  }

  /**
   * The cursor of a scan: any unsigned number of 64 bits.
   *
   * @throws CommandError when it is none
   */
  public static long cursor(Call call, int i) {
    try {
      return Long.parseUnsignedLong(call.text(i));
    } catch (NumberFormatException e) {
      throw new CommandError("ERR invalid cursor");
    }
  }
}
