package io.respite.server.command.family.string;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.encoding.Xxh3;
import io.respite.server.keyspace.StringView;
import java.util.Arrays;

/**
 * A condition on what a string holds: that it is equal to a value or not, or its digest to another
 * ("SET" and "DIGEST", redis.io/docs).
 *
 * @param ofDigest whether digests are compared, else the strings
 * @param equal whether they must be equal, else different
 * @param operand the argument that it is compared with
 */
record StringCondition(boolean ofDigest, boolean equal, int operand) {
  private static final int DIGEST_DIGITS = 16;

  /**
   * The condition that argument {@code i} announces, or null when it announces none or nothing
   * follows.
   *
   * @throws CommandError when what follows had to be a digest
   */
  static StringCondition at(Call call, int i) {
    if (i + 1 >= call.count()) {
      return null;
    }
    if (call.is(i, "ifeq") || call.is(i, "ifne")) {
      return new StringCondition(false, call.is(i, "ifeq"), i + 1);
    }
    if (!call.is(i, "ifdeq") && !call.is(i, "ifdne")) {
      return null;
    }
    if (call.arguments().length(i + 1) != DIGEST_DIGITS) {
      throw new CommandError("ERR must be exactly 16 hexadecimal characters");
    }
    return new StringCondition(true, call.is(i, "ifdeq"), i + 1);
  }

  /** Whether the condition is met by a string; nothing at all differs from everything. */
  boolean holds(Call call, StringView string) {
    if (string == null) {
      return !equal;
    }
    return equal == (ofDigest ? sameDigest(call, string) : sameString(call, string));
  }

  private boolean sameString(Call call, StringView string) {
    int from = call.arguments().offset(operand);
    return Arrays.equals(
        call.arguments().buffer(),
        from,
        from + call.arguments().length(operand),
        string.bytes(),
        string.offset(),
        string.offset() + string.length());
  }

  private boolean sameDigest(Call call, StringView string) {
    return call.text(operand).equalsIgnoreCase(digest(string));
  }

  /** A string's digest: XXH3 with 64 bits, as 16 hexadecimal digits in lower case. */
  static String digest(StringView string) {
    String digits = Long.toHexString(Xxh3.hash(string.bytes(), string.offset(), string.length()));
    return "0".repeat(DIGEST_DIGITS - digits.length()) + digits;
  }
}
