package io.respite.server.lua.library;

import java.util.Arrays;

/**
 * Finds bytes in bytes, in linear time whatever they are: M. Crochemore and D. Perrin, "Two-way
 * string-matching", JACM 38(3), 1991.
 *
 * <p>What is looked for is cut in two at a critical factorization: where the shortest repetition
 * around the cut is as long as the period of the whole. The right part is compared first, left to
 * right, and a byte that differs allows to go on behind it; then the left part, right to left; when
 * that differs, the period tells how far to go on. Nothing but a few indices needs to be kept.
 *
 * <p>Short strings are compared as they are: that costs at most their length for each byte.
 */
final class ByteSearch {
  private static final int SHORT = 12;

  /** After how many compared bytes progress is told. */
  private static final int STRETCH = 1 << 16;

  private final byte[] text;
  private final int end;
  private final byte[] wanted;
  private final int size;
  private final Progress progress;

  private int untold;

  private ByteSearch(byte[] text, int end, byte[] wanted, Progress progress) {
    this.text = text;
    this.end = end;
    this.wanted = wanted;
    this.size = wanted.length;
    this.progress = progress;
  }

  /** The first index from {@code from} on where the text has the wanted bytes; -1 for none. */
  static int find(byte[] text, int from, byte[] wanted, Progress progress) {
    if (wanted.length == 0) {
      return from;
    } else if (wanted.length > text.length - from) {
      return -1;
    }
    ByteSearch search = new ByteSearch(text, text.length, wanted, progress);
    return wanted.length <= SHORT ? search.findShort(from) : search.findLong(from);
  }

  private int findShort(int from) {
    byte first = wanted[0];
    int last = end - size;
    for (int at = from; at <= last; ) {
      int stop = Math.min(last, at + STRETCH / SHORT - 1);
      for (; at <= stop; at++) {
        if (text[at] == first && Arrays.equals(text, at, at + size, wanted, 0, size)) {
          return at;
        }
      }
      progress.worked(STRETCH / SHORT);
    }
    return -1;
  }

  private void compared(int bytes) {
    untold += bytes + 1;
    if (untold >= STRETCH) {
      progress.worked(untold);
      untold = 0;
    }
  }

  private int findLong(int from) {
    long less = maximalSuffix(false);
    long greater = maximalSuffix(true);
    long best = (int) (less >> 32) > (int) (greater >> 32) ? less : greater;
    int cut = (int) (best >> 32);
    int period = (int) best;
    if (Arrays.equals(wanted, 0, cut + 1, wanted, period, period + cut + 1)) {
      return findPeriodic(from, cut, period);
    }
    return findOther(from, cut, Math.max(cut + 1, size - cut - 1) + 1);
  }

  /**
   * The greatest suffix in the order of bytes, or in the opposite order.
   *
   * @return the index before it in the upper half, its period in the lower half
   */
  private long maximalSuffix(boolean opposite) {
    int before = -1;
    int candidate = 0;
    int offset = 1;
    int period = 1;
    while (candidate + offset < size) {
      int a = wanted[candidate + offset];
      int b = wanted[before + offset];
      if (a == b) {
        if (offset == period) {
          candidate += period;
          offset = 1;
        } else {
          offset++;
        }
      } else if (a < b != opposite) {
        candidate += offset;
        offset = 1;
        period = candidate - before;
      } else {
        before = candidate;
        candidate = before + 1;
        offset = 1;
        period = 1;
      }
      compared(0);
    }
    return (long) before << 32 | period;
  }

  /** The period is known exactly: how much of the left part agrees is remembered. */
  private int findPeriodic(int from, int cut, int period) {
    int known = -1;
    for (int at = from; at <= end - size; ) {
      int right = Math.max(cut, known) + 1;
      int i = right;
      while (i < size && wanted[i] == text[at + i]) {
        i++;
      }
      compared(i - right);
      if (i < size) {
        at += i - cut;
        known = -1;
        continue;
      }
      int left = cut;
      while (left > known && wanted[left] == text[at + left]) {
        left--;
      }
      compared(cut - left);
      if (left <= known) {
        return at;
      }
      at += period;
      known = size - period - 1;
    }
    return -1;
  }

  private int findOther(int from, int cut, int shift) {
    for (int at = from; at <= end - size; ) {
      int i = cut + 1;
      while (i < size && wanted[i] == text[at + i]) {
        i++;
      }
      compared(i - cut);
      if (i < size) {
        at += i - cut;
        continue;
      }
      int left = cut;
      while (left >= 0 && wanted[left] == text[at + left]) {
        left--;
      }
      compared(cut - left);
      if (left < 0) {
        return at;
      }
      at += shift;
    }
    return -1;
  }
}
