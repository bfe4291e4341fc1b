package io.respite.server.command.family.server;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;

/** Whole numbers in arguments of the connection and server commands, with their refusals. */
final class Numeral {
  private Numeral() {}

  /** Argument {@code i} as a canonical 64-bit integer, or an error with the usual text. */
  static long of(Call call, int i) {
    return of(call, i, "ERR value is not an integer or out of range");
  }

  /** Argument {@code i} as a canonical 64-bit integer, or an error with this text. */
  static long of(Call call, int i, String refusal) {
    String text = call.text(i);
    boolean canonical = text.equals("0") || text.matches("-?[1-9][0-9]{0,18}");
    if (canonical) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException beyond64Bits) {
        // Refused below, with everything else that is no such number.
      }
    }
    throw new CommandError(refusal);
  }

  /** Argument {@code i} as a canonical 32-bit integer. */
  static int ofInt(Call call, int i) {
    long number = of(call, i);
    if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
      throw new CommandError(
          "ERR value is out of range, value must between -2147483648 and 2147483647");
    }
    return (int) number;
  }
}
