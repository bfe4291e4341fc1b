package io.respite.server.command.family.bitmap;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.encoding.Numbers;

/** Reads arguments as places in a row of bits. */
final class BitOffset {
  private BitOffset() {}

  private static CommandError invalid() {
    return new CommandError("ERR bit offset is not an integer or out of range");
  }

  /** Argument {@code i} as the number of a bit that a string may have. */
  static long parse(Call call, int i) {
    return parse(call, i, 0);
  }

  /**
   * Argument {@code i} as the number of a bit; after a hash sign it counts fields of {@code width}
   * bits, unless that is 0.
   */
  static long parse(Call call, int i, int width) {
    byte[] buffer = call.arguments().buffer();
    int offset = call.arguments().offset(i);
    int length = call.arguments().length(i);
    boolean fields = width > 0 && length > 1 && buffer[offset] == '#';
    int skipped = fields ? 1 : 0;
    if (!Numbers.isLong(buffer, offset + skipped, length - skipped)) {
      throw invalid();
    }
    long bit = Numbers.parseLong(buffer, offset + skipped, length - skipped);
    if (fields) {
      if (bit > Long.MAX_VALUE / width) {
        throw invalid();
      }
      bit *= width;
    }
    if (bit < 0 || bit >>> 3 >= call.keyspace().maxStringBytes()) {
      throw invalid();
    }
    return bit;
  }
}
