package io.respite.server.encoding;

/**
 * The registers of a {@link HyperLogLog} that has seen little, as runs of equal values.
 *
 * <pre>
 *   00llllll            l + 1 registers (up to 64) are zero
 *   01llllll llllllll   l + 1 registers (up to 16,384) are zero
 *   1vvvvvll            l + 1 registers (up to 4) are v + 1 (up to 32)
 * </pre>
 *
 * <p>The runs cover all registers in order. Raising a register splits the run that it is in, and
 * then joins neighbours of the same value where they fit into one run: the same ones in the same
 * order as Redis, so that the bytes are the same after any history.
 */
final class SparseRegisters {
  /** What {@link #raise} answers when the string has to become dense. */
  static final int TOO_LARGE = -2;

  private static final int MAX_SHORT_ZEROS = 64;
  private static final int MAX_VALUE = 32;
  private static final int MAX_VALUE_RUN = 4;

  /** How many runs are looked at for neighbours that can be joined, from the one before on. */
  private static final int JOIN_STEPS = 5;

  private SparseRegisters() {}

  private static boolean isValue(byte head) {
    return head < 0;
  }

  private static boolean isLongZeros(byte head) {
    return (head & 0xC0) == 0x40;
  }

  /** Bytes of a run. */
  private static int size(byte head) {
    return isLongZeros(head) ? 2 : 1;
  }

  /** Registers of a run that is complete. */
  private static int registers(byte[] bytes, int at) {
    byte head = bytes[at];
    if (isValue(head)) {
      return (head & 3) + 1;
    }
    return isLongZeros(head)
        ? ((head & 0x3F) << 8 | (bytes[at + 1] & 0xFF)) + 1
        : (head & 0x3F) + 1;
  }

  private static int value(byte head) {
    return isValue(head) ? (head >> 2 & 0x1F) + 1 : 0;
  }

  private static byte valueRun(int value, int registers) {
    return (byte) (0x80 | (value - 1) << 2 | (registers - 1));
  }

  /** Writes a run of zeros; returns the number of bytes written. */
  static int writeZeros(byte[] target, int at, int registers) {
    int length = registers - 1;
    if (registers > MAX_SHORT_ZEROS) {
      target[at] = (byte) (0x40 | length >> 8);
      target[at + 1] = (byte) length;
      return 2;
    }
    target[at] = (byte) length;
    return 1;
  }

  /** Raises a register; results as of {@link HyperLogLog#add}, or {@link #TOO_LARGE}. */
  static int raise(EditableBytes log, int index, int value, long maxBytes) {
    if (value > MAX_VALUE) {
      return TOO_LARGE;
    }
    byte[] bytes = log.bytes();
    int end = log.length();
    int before = -1;
    int at = HyperLogLog.HEADER;
    int first = 0;
    while (at < end && at + size(bytes[at]) <= end && first + registers(bytes, at) <= index) {
      before = at;
      first += registers(bytes, at);
      at += size(bytes[at]);
    }
    if (at >= end || at + size(bytes[at]) > end) {
      return HyperLogLog.CORRUPT;
    }
    int run = registers(bytes, at);
    int old = value(bytes[at]);
    if (old >= value) {
      return 0;
    }
    if (run == 1 && !isLongZeros(bytes[at])) {
      log.set(at, valueRun(value, 1));
    } else if (!split(log, at, index - first, run, old, value, maxBytes)) {
      return TOO_LARGE;
    }
    join(log, before < 0 ? HyperLogLog.HEADER : before);
    return 1;
  }

  /**
   * Splits the run at {@code at} around one of its registers; false when the string would become
   * too long.
   */
  private static boolean split(
      EditableBytes log, int at, int left, int run, int old, int value, long maxBytes) {
    byte[] pieces = new byte[5];
    int size = 0;
    int right = run - left - 1;
    if (left > 0) {
      size += writeRun(pieces, size, old, left);
    }
    pieces[size++] = valueRun(value, 1);
    if (right > 0) {
      size += writeRun(pieces, size, old, right);
    }
    int before = size(log.bytes()[at]);
    if (size > before && (long) log.length() + size - before > maxBytes) {
      return false;
    }
    log.splice(at, before, pieces, 0, size);
    return true;
  }

  private static int writeRun(byte[] target, int at, int value, int registers) {
    if (value == 0) {
      return writeZeros(target, at, registers);
    }
    target[at] = valueRun(value, registers);
    return 1;
  }

  private static void join(EditableBytes log, int from) {
    int at = from;
    for (int step = 0; step < JOIN_STEPS && at < log.length(); step++) {
      byte[] bytes = log.bytes();
      if (!isValue(bytes[at])) {
        at += size(bytes[at]);
        continue;
      }
      boolean pair =
          at + 1 < log.length()
              && isValue(bytes[at + 1])
              && value(bytes[at]) == value(bytes[at + 1]);
      int together = pair ? registers(bytes, at) + registers(bytes, at + 1) : 0;
      if (pair && together <= MAX_VALUE_RUN) {
        log.set(at + 1, valueRun(value(bytes[at]), together));
        log.splice(at, 1, bytes, 0, 0);
      } else {
        at++;
      }
    }
  }

  /** Raises registers to those of the runs in {@code [at, end)}; whether the runs are sound. */
  static boolean mergeInto(byte[] registers, byte[] bytes, int from, int end) {
    int index = 0;
    int at = from;
    while (at < end && at + size(bytes[at]) <= end) {
      int run = registers(bytes, at);
      int value = value(bytes[at]);
      if (index + run > HyperLogLog.REGISTERS) {
        return false;
      }
      if (value > 0) {
        for (int i = index; i < index + run; i++) {
          registers[i] = (byte) Math.max(registers[i], value);
        }
      }
      index += run;
      at += size(bytes[at]);
    }
    return at == end && index == HyperLogLog.REGISTERS;
  }

  /** Counts how many registers have which value; whether the runs are sound. */
  static boolean histogram(int[] histogram, byte[] bytes, int from, int end) {
    long index = 0;
    int at = from;
    while (at < end && at + size(bytes[at]) <= end) {
      int run = registers(bytes, at);
      histogram[value(bytes[at])] += run;
      index += run;
      at += size(bytes[at]);
    }
    return at == end && index == HyperLogLog.REGISTERS;
  }

  /** The runs in words; null when they are not sound. */
  static String describe(byte[] bytes, int from, int end) {
    StringBuilder words = new StringBuilder();
    long index = 0;
    int at = from;
    while (at < end && at + size(bytes[at]) <= end) {
      int run = registers(bytes, at);
      if (isValue(bytes[at])) {
        words.append("v:").append(value(bytes[at])).append(',').append(run).append(' ');
      } else {
        words.append(isLongZeros(bytes[at]) ? "Z:" : "z:").append(run).append(' ');
      }
      index += run;
      at += size(bytes[at]);
    }
    return at == end && index == HyperLogLog.REGISTERS ? words.toString().trim() : null;
  }
}
