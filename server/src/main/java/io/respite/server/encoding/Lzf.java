package io.respite.server.encoding;

import java.util.Arrays;
import java.util.Objects;

/**
 * Marc Lehmann's LZF format, in which Redis keeps the inner nodes of lists and the long strings of
 * its files: fast and simple, for data that repeats itself within eight kilobytes.
 *
 * <pre>
 *   000lllll  bytes                       1 to 32 bytes as they are (l + 1)
 *   lllooooo  oooooooo                    a repetition of 3 to 8 bytes (l + 2, l = 1..6), o + 1 bytes back
 *   111ooooo  llllllll  oooooooo          a repetition of 9 to 264 bytes (l + 9)
 * </pre>
 *
 * <p>The compressor remembers, for each hash of three bytes, where they were last seen, and takes
 * the repetition found there, if it is one, as far as it goes: one pass, no search. What it writes
 * may differ from what other compressors write for the same input; any decompressor reads it.
 */
public final class Lzf {
  private static final int MAX_LITERALS = 32;
  private static final int MAX_DISTANCE = 1 << 13;
  private static final int MAX_REPETITION = 264;
  private static final int HASH_BITS = 12;

  /** Up to so many bytes a loop is faster than a call that copies. */
  private static final int WORTH_A_CALL = 12;

  /** No input of n bytes yields more than this many times n. */
  private static final int MAX_EXPANSION = MAX_REPETITION / 2;

  private Lzf() {}

  /**
   * The compressed form of {@code source[offset, offset + length)}.
   *
   * @param limit most bytes it may take
   * @return the bytes in an array of their exact number, or null where that would be more than
   *     {@code limit}
   */
  public static byte[] compress(byte[] source, int offset, int length, int limit) {
    Compressor compressor = new Compressor();
    int size = compressor.compress(source, offset, length, limit);
    return size < 0 ? null : Arrays.copyOf(compressor.buffer(), size);
  }

  /**
   * Compresses one input after the other with the same memory. What it remembers of one input is
   * forgotten by counting: places are kept plus a number that grows by each input's length, so that
   * older ones lie below it. Clearing 16 KB for each short string would take longer than
   * compressing it.
   */
  public static final class Compressor {
    private static final int LARGEST_KEPT = 1 << 20;

    private final int[] seen = new int[1 << HASH_BITS];
    private int base;
    private byte[] target = {};
    private byte[] source;
    private int limit;
    private int end;

    /** Remembers nothing yet. */
    public Compressor() {
      this(1);
    }

    /** Has taken so many bytes, as far as places are concerned, less one. */
    Compressor(int base) {
      this.base = base;
    }

    /** What {@link #compress} has made, in its first bytes; shared with the next call. */
    public byte[] buffer() {
      return target;
    }

    /**
     * Compresses {@code input[offset, offset + length)} into {@link #buffer()}.
     *
     * @param most bytes it may take
     * @return how many it takes, or -1 where that would be more than {@code most}
     */
    public int compress(byte[] input, int offset, int length, int most) {
      if (most <= 0 || length == 0) {
        return -1;
      }
      source = input;
      end = 0;
      limit = Math.min(most, length + length / MAX_LITERALS + 1);
      if (target.length < limit || target.length > LARGEST_KEPT) {
        target = new byte[Math.max(limit, 1 << 10)];
      }
      if (base > Integer.MAX_VALUE - length) {
        Arrays.fill(seen, 0);
        base = 1;
      }
      int size = run(offset, offset + length) ? end : -1;
      base += length;
      source = null;
      return size;
    }

    private boolean run(int offset, int inputEnd) {
      int shift = base - offset;
      int at = offset;
      int literals = offset;
      while (at < inputEnd - 2) {
        int slot = hash(source, at);
        int before = seen[slot] - shift;
        seen[slot] = at + shift;
        int distance = at - before;
        if (before < offset || distance > MAX_DISTANCE || !sameThree(source, before, at)) {
          at++;
          continue;
        }
        int longest = Math.min(MAX_REPETITION, inputEnd - at);
        int repeated = 3;
        while (repeated < longest && source[before + repeated] == source[at + repeated]) {
          repeated++;
        }
        if (!literals(literals, at) || !repetition(distance - 1, repeated)) {
          return false;
        }
        at += repeated;
        literals = at;
        // One place inside the repetition is remembered too: cheap, and helps the next one.
        if (at < inputEnd - 1) {
          seen[hash(source, at - 1)] = at - 1 + shift;
        }
      }
      return literals(literals, inputEnd);
    }

    private boolean literals(int from, int to) {
      for (int at = from; at < to; ) {
        int run = Math.min(MAX_LITERALS, to - at);
        if (run + 1 > limit - end) {
          return false;
        }
        target[end++] = (byte) (run - 1);
        System.arraycopy(source, at, target, end, run);
        end += run;
        at += run;
      }
      return true;
    }

    private boolean repetition(int back, int length) {
      if (3 > limit - end) {
        return false;
      }
      int coded = length - 2;
      if (coded < 7) {
        target[end++] = (byte) (coded << 5 | back >> 8);
      } else {
        target[end++] = (byte) (7 << 5 | back >> 8);
        target[end++] = (byte) (coded - 7);
      }
      target[end++] = (byte) back;
      return true;
    }
  }

  private static int hash(byte[] source, int at) {
    int three = (source[at] & 0xFF) << 16 | (source[at + 1] & 0xFF) << 8 | (source[at + 2] & 0xFF);
    return (three * 0x9E3779B1) >>> (32 - HASH_BITS);
  }

  private static boolean sameThree(byte[] source, int a, int b) {
    return source[a] == source[b]
        && source[a + 1] == source[b + 1]
        && source[a + 2] == source[b + 2];
  }

  /**
   * What {@code source[offset, offset + length)} was before it was compressed. Reads and writes
   * nothing out of bounds, whatever the bytes are, and takes no memory for a length that so few
   * bytes cannot yield.
   *
   * @param expected the length that must come out, in bytes
   * @throws IllegalArgumentException when the bytes are not LZF, or yield another length
   */
  public static byte[] decompress(byte[] source, int offset, int length, int expected) {
    if (!mayYield(length, expected)) {
      throw malformed(length, expected);
    }
    byte[] target = new byte[expected];
    decompress(source, offset, length, target, 0, expected);
    return target;
  }

  /**
   * Whether so many compressed bytes can yield so many: a question to ask before memory is taken.
   */
  public static boolean mayYield(int length, int expected) {
    return length >= 0 && expected >= 0 && expected <= (long) length * MAX_EXPANSION;
  }

  /**
   * Writes what {@code source[offset, offset + length)} was before it was compressed into {@code
   * target[at, at + expected)}. Reads and writes nothing out of these bounds, whatever the bytes
   * are.
   *
   * @param expected the length that must come out, in bytes
   * @throws IllegalArgumentException when the bytes are not LZF, or yield another length; some of
   *     the target has been written then
   */
  public static void decompress(
      byte[] source, int offset, int length, byte[] target, int at, int expected) {
    if (offset < 0 || length < 0 || length > source.length - offset) {
      throw new IllegalArgumentException("a range of " + length + " bytes at " + offset);
    }
    Objects.checkFromIndexSize(at, expected, target.length);
    int in = offset;
    int inEnd = offset + length;
    int out = at;
    int outEnd = at + expected;
    while (in < inEnd) {
      int control = source[in++] & 0xFF;
      if (control < MAX_LITERALS) {
        int run = control + 1;
        if (run > inEnd - in || run > outEnd - out) {
          throw malformed(length, expected);
        }
        System.arraycopy(source, in, target, out, run);
        in += run;
        out += run;
        continue;
      }
      int repeated = control >> 5;
      int needed = repeated == 7 ? 2 : 1;
      if (needed > inEnd - in) {
        throw malformed(length, expected);
      }
      if (repeated == 7) {
        repeated += source[in++] & 0xFF;
      }
      repeated += 2;
      int from = out - ((control & 0x1F) << 8) - (source[in++] & 0xFF) - 1;
      if (from < at || repeated > outEnd - out) {
        throw malformed(length, expected);
      }
      repeat(target, from, out, repeated);
      out += repeated;
    }
    if (out != outEnd) {
      throw malformed(length, expected);
    }
  }

  /** A repetition may overlap what it writes: then each byte has to be there before it is read. */
  private static void repeat(byte[] target, int from, int to, int count) {
    if (count <= WORTH_A_CALL) {
      for (int i = 0; i < count; i++) {
        target[to + i] = target[from + i];
      }
    } else if (from == to - 1) {
      Arrays.fill(target, to, to + count, target[from]);
    } else {
      // What has been repeated doubles what can be copied at once.
      int done = 0;
      while (done < count) {
        int part = Math.min(count - done, to + done - from);
        System.arraycopy(target, from, target, to + done, part);
        done += part;
      }
    }
  }

  private static IllegalArgumentException malformed(int length, int expected) {
    return new IllegalArgumentException(
        "not LZF: " + length + " bytes that do not yield " + expected);
  }
}
