package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An estimate of how many different elements were seen, in at most 12 KB: byte for byte what Redis
 * keeps in a string (Flajolet and others, "HyperLogLog: the analysis of a near-optimal cardinality
 * estimation algorithm"; the estimator is from Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches", arXiv:1702.01284).
 *
 * <p>An element's hash chooses one of 16,384 registers by its low 14 bits; the register keeps the
 * most trailing zeros, plus one, that were seen in the other 50 bits.
 *
 * <pre>
 *   "HYLL" | encoding | 0 0 0 | cached estimate, 64 bits little endian, top bit: not valid | registers
 *
 *   encoding 0, dense    6 bits for each register, lowest bits first
 *   encoding 1, sparse   runs of equal registers: see {@link SparseRegisters}
 * </pre>
 *
 * <p>Nothing is trusted: a sparse string whose runs do not add up to all registers is told as
 * corrupt by whoever notices, and no method leaves the bounds it was given.
 */
public final class HyperLogLog {
  /** How many registers there are. */
  public static final int REGISTERS = 1 << 14;

  /** What {@link #add} answers when the string is corrupt. */
  public static final int CORRUPT = -1;

  static final int HEADER = 16;
  static final int DENSE_BYTES = HEADER + REGISTERS * 6 / 8;
  private static final int ENCODING_AT = 4;
  private static final int CACHE_AT = 8;
  private static final int STALE = 0x80;
  private static final int DENSE = 0;
  private static final int SPARSE = 1;

  private static final int INDEX_BITS = 14;

  /** Bits of a hash in which zeros are counted; one more is the most that a register holds. */
  private static final int ZERO_BITS = Long.SIZE - INDEX_BITS;

  private static final long SEED = 0xadc83b19L;
  private static final long FACTOR = 0xc6a4a7935bd1e995L;
  private static final int SHIFT = 47;

  /** 0.5 / ln 2. */
  private static final double ALPHA = 0.5 / Math.log(2);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private HyperLogLog() {}

  /** The string of nothing seen. */
  public static byte[] empty() {
    byte[] bytes = new byte[HEADER + 2];
    bytes[0] = 'H';
    bytes[1] = 'Y';
    bytes[2] = 'L';
    bytes[3] = 'L';
    bytes[ENCODING_AT] = SPARSE;
    SparseRegisters.writeZeros(bytes, HEADER, REGISTERS);
    return bytes;
  }

  /** Whether a string begins as one of these, and has the right length if it is dense. */
  public static boolean isOne(byte[] bytes, int offset, int length) {
    return length >= HEADER
        && bytes[offset] == 'H'
        && bytes[offset + 1] == 'Y'
        && bytes[offset + 2] == 'L'
        && bytes[offset + 3] == 'L'
        && (bytes[offset + ENCODING_AT] == SPARSE
            || (isDense(bytes, offset) && length == DENSE_BYTES));
  }

  /** Whether a string that is one of these has the dense encoding. */
  public static boolean isDense(byte[] bytes, int offset) {
    return bytes[offset + ENCODING_AT] == DENSE;
  }

  // ---- the cached estimate

  /** Whether the cached estimate is valid. */
  public static boolean isCached(byte[] bytes, int offset) {
    return (bytes[offset + HEADER - 1] & STALE) == 0;
  }

  /** The cached estimate. */
  public static long cached(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset + CACHE_AT);
  }

  /** Sets the cached estimate. */
  public static void cache(EditableBytes log, long estimate) {
    for (int i = 0; i < Long.BYTES; i++) {
      log.set(CACHE_AT + i, (int) (estimate >>> (8 * i)));
    }
  }

  /** Says that the cached estimate is not valid any more. */
  public static void invalidate(EditableBytes log) {
    log.set(HEADER - 1, log.bytes()[HEADER - 1] | STALE);
  }

  // ---- adding

  /**
   * Says that an element was seen.
   *
   * @param sparseMaxBytes the length with which a sparse string becomes a dense one
   * @return 1 when a register has changed, 0 when none has, {@link #CORRUPT}
   */
  public static int add(
      EditableBytes log, byte[] element, int offset, int length, long sparseMaxBytes) {
    long hash = hash(element, offset, length);
    int index = (int) hash & (REGISTERS - 1);
    int value = 1 + Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << ZERO_BITS);
    return raise(log, index, value, sparseMaxBytes);
  }

  /** Raises a register to a value, if it is below; results as of {@link #add}. */
  public static int raise(EditableBytes log, int index, int value, long sparseMaxBytes) {
    if (!isDense(log.bytes(), 0)) {
      int done = SparseRegisters.raise(log, index, value, sparseMaxBytes);
      if (done != SparseRegisters.TOO_LARGE) {
        return done;
      }
      byte[] dense = toDense(log.bytes(), 0, log.length());
      if (dense == null) {
        return CORRUPT;
      }
      log.replace(dense);
    }
    if (dense(log.bytes(), 0, index) >= value) {
      return 0;
    }
    int bit = index * 6;
    int at = HEADER + bit / 8;
    int shift = bit & 7;
    int low = log.bytes()[at] & 0xFF;
    log.set(at, (low & ~(63 << shift)) | (value << shift));
    if (shift > 2) {
      int high = log.bytes()[at + 1] & 0xFF;
      log.set(at + 1, (high & ~(63 >> (8 - shift))) | (value >> (8 - shift)));
    }
    return 1;
  }

  /** A register of a dense string. */
  private static int dense(byte[] bytes, int offset, int index) {
    int bit = index * 6;
    int at = offset + HEADER + bit / 8;
    int shift = bit & 7;
    int pair = bytes[at] & 0xFF;
    if (shift > 2) {
      pair |= (bytes[at + 1] & 0xFF) << 8;
    }
    return (pair >> shift) & 63;
  }

  /** MurmurHash2, the variant for 64 bits by Austin Appleby. */
  static long hash(byte[] bytes, int offset, int length) {
    long hash = SEED ^ (length * FACTOR);
    int at = offset;
    int end = offset + (length & ~7);
    for (; at < end; at += Long.BYTES) {
      long k = (long) LONGS.get(bytes, at) * FACTOR;
      k ^= k >>> SHIFT;
      hash = (hash ^ (k * FACTOR)) * FACTOR;
    }
    int rest = length & 7;
    if (rest > 0) {
      for (int i = rest - 1; i >= 0; i--) {
        hash ^= (bytes[at + i] & 0xFFL) << (8 * i);
      }
      hash *= FACTOR;
    }
    hash ^= hash >>> SHIFT;
    hash *= FACTOR;
    return hash ^ hash >>> SHIFT;
  }

  // ---- all registers

  /** The dense string of a sparse one, with the same cached estimate; null when it is corrupt. */
  public static byte[] toDense(byte[] bytes, int offset, int length) {
    byte[] registers = new byte[REGISTERS];
    if (!mergeInto(registers, bytes, offset, length)) {
      return null;
    }
    byte[] dense = new byte[DENSE_BYTES];
    System.arraycopy(bytes, offset, dense, 0, HEADER);
    dense[ENCODING_AT] = DENSE;
    for (int i = 0; i < REGISTERS; i++) {
      int bit = i * 6;
      int at = HEADER + bit / 8;
      int shift = bit & 7;
      dense[at] |= (byte) (registers[i] << shift);
      if (shift > 2) {
        dense[at + 1] |= (byte) (registers[i] >> (8 - shift));
      }
    }
    return dense;
  }

  /**
   * Raises registers, a byte each, to those of a string; whether the string is sound. The registers
   * of a corrupt one may have been merged in part.
   */
  public static boolean mergeInto(byte[] registers, byte[] bytes, int offset, int length) {
    if (!isDense(bytes, offset)) {
      return SparseRegisters.mergeInto(registers, bytes, offset + HEADER, offset + length);
    }
    for (int i = 0; i < REGISTERS; i++) {
      int value = dense(bytes, offset, i);
      if (value > registers[i]) {
        registers[i] = (byte) value;
      }
    }
    return true;
  }

  /** The estimate of a string; {@link #CORRUPT} when it is. */
  public static long count(byte[] bytes, int offset, int length) {
    int[] histogram = new int[64];
    if (isDense(bytes, offset)) {
      for (int i = 0; i < REGISTERS; i++) {
        histogram[dense(bytes, offset, i)]++;
      }
    } else if (!SparseRegisters.histogram(histogram, bytes, offset + HEADER, offset + length)) {
      return CORRUPT;
    }
    return estimate(histogram);
  }

  /** The estimate of registers, a byte each. */
  public static long count(byte[] registers) {
    int[] histogram = new int[64];
    for (byte register : registers) {
      histogram[register & 63]++;
    }
    return estimate(histogram);
  }

  private static long estimate(int[] histogram) {
    double m = REGISTERS;
    double z = m * tau((m - histogram[ZERO_BITS + 1]) / m);
    for (int i = ZERO_BITS; i >= 1; i--) {
      z += histogram[i];
      z *= 0.5;
    }
    z += m * sigma(histogram[0] / m);
    return Math.round(ALPHA * m * m / z);
  }

  private static double sigma(double fraction) {
    if (fraction == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double x = fraction;
    double y = 1;
    double z = x;
    double before;
    do {
      x *= x;
      before = z;
      z += x * y;
      y += y;
    } while (before != z);
    return z;
  }

  private static double tau(double fraction) {
    if (fraction == 0 || fraction == 1) {
      return 0;
    }
    double x = fraction;
    double y = 1;
    double z = 1 - x;
    double before;
    do {
      x = Math.sqrt(x);
      before = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (before != z);
    return z / 3;
  }

  /** The runs of a sparse string in words, as {@code Z:len v:value,len}; null when corrupt. */
  public static String describe(byte[] bytes, int offset, int length) {
    return SparseRegisters.describe(bytes, offset + HEADER, offset + length);
  }

  /**
   * Adds known elements to a sparse and a dense string, and compares both with each other and their
   * estimates with the truth.
   *
   * @return what is wrong, or null
   */
  public static String selfTest() {
    Growing sparse = new Growing(empty());
    Growing dense = new Growing(toDense(empty(), 0, empty().length));
    byte[] element = new byte[Long.BYTES];
    long checked = 1;
    for (long i = 1; i <= 1_000_000; i++) {
      LONGS.set(element, 0, i * 0x9e3779b97f4a7c15L);
      int changedSparse = add(sparse, element, 0, element.length, 3000);
      int changedDense = add(dense, element, 0, element.length, 3000);
      if (changedSparse != changedDense) {
        return "sparse and dense registers differ at element " + i;
      }
      if (i == checked) {
        checked *= 10;
        long count = count(sparse.bytes(), 0, sparse.length());
        if (count != count(dense.bytes(), 0, dense.length())) {
          return "sparse and dense estimates differ at " + i + " elements";
        }
        // Four times the standard error, 1.04 / sqrt(registers); a few small ones may collide.
        double allowed = Math.max(i * 1.04 / 128 * 4, i <= 10 ? 1 : 0);
        if (Math.abs(count - i) > allowed) {
          return "the estimate " + count + " is too far from " + i;
        }
      }
    }
    return null;
  }

  /** Bytes in an array of exactly their length. */
  private static final class Growing implements EditableBytes {
    private byte[] bytes;

    Growing(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public int length() {
      return bytes.length;
    }

    @Override
    public void set(int at, int value) {
      bytes[at] = (byte) value;
    }

    @Override
    public void splice(int at, int removed, byte[] source, int offset, int count) {
      byte[] target = Arrays.copyOf(bytes, bytes.length - removed + count);
      System.arraycopy(source, offset, target, at, count);
      System.arraycopy(bytes, at + removed, target, at + count, bytes.length - at - removed);
      bytes = target;
    }

    @Override
    public void replace(byte[] content) {
      bytes = content;
    }
  }
}
