package io.respite.server.command.family.bitmap;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.encoding.Bits;
import io.respite.server.encoding.Bits.Operation;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.StringView;
import java.util.Arrays;

/**
 * BITOP: strings against each other, bit by bit. Shorter ones count as followed by zeros.
 *
 * <pre>
 *   AND OR XOR   of all sources              NOT     of the only source
 *   DIFF   the first but none of the others  DIFF1   one of the others but not the first
 *   ANDOR  the first and one of the others   ONE     exactly one of all
 * </pre>
 */
final class BitOperation {
  private static final int FIRST_SOURCE = 3;
  private static final int DESTINATION = 2;

  private final Call call;
  private final int sources;
  private final byte[][] bytes;
  private final int[] offsets;
  private final int[] lengths;
  private int longest;

  private BitOperation(Call call) {
    this.call = call;
    sources = call.count() - FIRST_SOURCE;
    bytes = new byte[sources][];
    offsets = new int[sources];
    lengths = new int[sources];
  }

  static void bitop(Call call) {
    new BitOperation(call).run();
  }

  private void run() {
    check();
    for (int i = 0; i < sources; i++) {
      // The arrays are good until something is written.
      StringView string = call.string(FIRST_SOURCE + i);
      if (string != null) {
        bytes[i] = string.bytes();
        offsets[i] = string.offset();
        lengths[i] = string.length();
        longest = Math.max(longest, lengths[i]);
      }
    }
    if (longest == 0) {
      if (call.remove(DESTINATION)) {
        call.modified(DESTINATION, KeyEvent.DEL);
      }
    } else {
      byte[] result = result();
      call.putString(DESTINATION, result, 0, result.length, 0, PackedEntry.FORM_RAW);
      call.modified(DESTINATION, KeyEvent.SET);
    }
    call.reply().integer(longest);
  }

  private void check() {
    boolean not = call.is(1, "not");
    boolean firstAgainstOthers = call.is(1, "diff") || call.is(1, "diff1") || call.is(1, "andor");
    boolean all = call.is(1, "and") || call.is(1, "or") || call.is(1, "xor") || call.is(1, "one");
    if (!not && !firstAgainstOthers && !all) {
      throw CommandError.syntax();
    }
    if (not && sources != 1) {
      throw new CommandError("ERR BITOP NOT must be called with a single source key.");
    }
    if (firstAgainstOthers && sources < 2) {
      throw new CommandError(
          "ERR BITOP " + call.text(1) + " must be called with at least two source keys.");
    }
  }

  private byte[] result() {
    if (call.is(1, "one")) {
      return exactlyOne();
    }
    if (call.is(1, "and")) {
      return fold(Operation.AND, 0);
    }
    if (call.is(1, "or")) {
      return fold(Operation.OR, 0);
    }
    if (call.is(1, "xor")) {
      return fold(Operation.XOR, 0);
    }
    if (call.is(1, "not")) {
      byte[] result = row(0);
      Bits.invert(result);
      return result;
    }
    byte[] others = fold(Operation.OR, 1);
    if (call.is(1, "diff1")) {
      combine(Operation.AND_NOT, others, 0);
      return others;
    }
    byte[] result = row(0);
    Operation operation = call.is(1, "diff") ? Operation.AND_NOT : Operation.AND;
    Bits.combine(operation, result, others, 0, longest);
    return result;
  }

  /** A source as a row of its own, as long as the longest. */
  private byte[] row(int source) {
    byte[] row = new byte[longest];
    if (bytes[source] != null) {
      System.arraycopy(bytes[source], offsets[source], row, 0, lengths[source]);
    }
    return row;
  }

  /** All sources from the given one on. */
  private byte[] fold(Operation operation, int first) {
    byte[] result = row(first);
    for (int i = first + 1; i < sources; i++) {
      combine(operation, result, i);
    }
    return result;
  }

  private void combine(Operation operation, byte[] target, int source) {
    if (lengths[source] > 0) {
      Bits.combine(operation, target, bytes[source], offsets[source], lengths[source]);
    }
    if (operation == Operation.AND) {
      Arrays.fill(target, lengths[source], longest, (byte) 0);
    }
  }

  /** Bits that one source has and no other: seen at least once, but not twice. */
  private byte[] exactlyOne() {
    byte[] seen = row(0);
    byte[] twice = new byte[longest];
    for (int i = 1; i < sources; i++) {
      byte[] both = seen.clone();
      combine(Operation.AND, both, i);
      Bits.combine(Operation.OR, twice, both, 0, longest);
      combine(Operation.OR, seen, i);
    }
    Bits.combine(Operation.AND_NOT, seen, twice, 0, longest);
    return seen;
  }
}
