package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * XXH3 with 64 bits, seed 0 and the default secret ("xxHash fast digest algorithm, XXH3", the
 * specification in the xxHash project). Fast, and not meant to withstand an attacker.
 *
 * <p>The length of the input, in bytes, chooses one of six ways. Up to 16 bytes are read in at most
 * two words that overlap, mixed with words of the secret. Up to 240 are folded in pieces of 16: a
 * product of 128 bits, its halves joined. Longer ones run through eight accumulators:
 *
 * <pre>
 *   block  = 16 stripes; stripe n of a block meets the secret at 8 * n; then the accumulators are
 *            scrambled with the secret's last 64 bytes
 *   stripe = 64 bytes = 8 words, one for each accumulator
 *   end    = the stripes of the last block, the last 64 bytes once more, and the merge
 * </pre>
 *
 * <p>All words are little-endian.
 */
public final class Xxh3 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME32_1 = 0x9E3779B1L;
  private static final long PRIME32_2 = 0x85EBCA77L;
  private static final long PRIME32_3 = 0xC2B2AE3DL;
  private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME64_3 = 0x165667B19E3779F9L;
  private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
  private static final long MIX_1 = 0x165667919E3779F9L;
  private static final long MIX_2 = 0x9FB21C651E98DF25L;

  private static final byte[] SECRET =
      HexFormat.of()
          .parseHex(
              "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                  + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                  + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                  + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                  + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                  + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

  private static final int STRIPE = 64;
  private static final int STRIPES_OF_A_BLOCK = (SECRET.length - STRIPE) / 8;
  private static final int BLOCK = STRIPE * STRIPES_OF_A_BLOCK;
  private static final int LANES = 8;

  private Xxh3() {}

  /** The hash of a range of bytes. */
  public static long hash(byte[] bytes, int offset, int length) {
    if (length > 240) {
      return hashLong(bytes, offset, length);
    }
    if (length > 128) {
      return hashTo240(bytes, offset, length);
    }
    if (length > 16) {
      return hashTo128(bytes, offset, length);
    }
    if (length > 8) {
      return hashTo16(bytes, offset, length);
    }
    if (length >= 4) {
      return hashTo8(bytes, offset, length);
    }
    return length == 0 ? avalancheOfXxh64(secret(56) ^ secret(64)) : hashTo3(bytes, offset, length);
  }

  private static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  private static long half(byte[] bytes, int at) {
    return (int) INT.get(bytes, at) & 0xFFFFFFFFL;
  }

  private static long secret(int at) {
    return word(SECRET, at);
  }

  private static long hashTo3(byte[] bytes, int offset, int length) {
    long first = bytes[offset] & 0xFF;
    long middle = bytes[offset + (length >> 1)] & 0xFF;
    long last = bytes[offset + length - 1] & 0xFF;
    long combined = first << 16 | middle << 24 | last | (long) length << 8;
    return avalancheOfXxh64(combined ^ half(SECRET, 0) ^ half(SECRET, 4));
  }

  private static long hashTo8(byte[] bytes, int offset, int length) {
    long input = half(bytes, offset + length - 4) + (half(bytes, offset) << 32);
    long h = input ^ secret(8) ^ secret(16);
    h ^= Long.rotateLeft(h, 49) ^ Long.rotateLeft(h, 24);
    h *= MIX_2;
    h ^= (h >>> 35) + length;
    h *= MIX_2;
    return h ^ h >>> 28;
  }

  private static long hashTo16(byte[] bytes, int offset, int length) {
    long low = word(bytes, offset) ^ secret(24) ^ secret(32);
    long high = word(bytes, offset + length - 8) ^ secret(40) ^ secret(48);
    return avalanche(length + Long.reverseBytes(low) + high + fold(low, high));
  }

  private static long hashTo128(byte[] bytes, int offset, int length) {
    long sum = length * PRIME64_1;
    // From the middle outwards: as many pairs of pieces as fit, from both ends.
    for (int i = (length - 1) / 32; i >= 0; i--) {
      sum += piece(bytes, offset + 16 * i, 32 * i);
      sum += piece(bytes, offset + length - 16 * (i + 1), 32 * i + 16);
    }
    return avalanche(sum);
  }

  private static long hashTo240(byte[] bytes, int offset, int length) {
    long sum = length * PRIME64_1;
    for (int i = 0; i < 8; i++) {
      sum += piece(bytes, offset + 16 * i, 16 * i);
    }
    sum = avalanche(sum);
    for (int i = 8; i < length / 16; i++) {
      sum += piece(bytes, offset + 16 * i, 16 * (i - 8) + 3);
    }
    sum += piece(bytes, offset + length - 16, 136 - 17);
    return avalanche(sum);
  }

  private static long piece(byte[] bytes, int at, int secretAt) {
    return fold(word(bytes, at) ^ secret(secretAt), word(bytes, at + 8) ^ secret(secretAt + 8));
  }

  private static long hashLong(byte[] bytes, int offset, int length) {
    long[] sums = {
      PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1
    };
    int blocks = (length - 1) / BLOCK;
    for (int block = 0; block < blocks; block++) {
      for (int stripe = 0; stripe < STRIPES_OF_A_BLOCK; stripe++) {
        accumulate(sums, bytes, offset + block * BLOCK + stripe * STRIPE, 8 * stripe);
      }
      scramble(sums);
    }
    int rest = (length - 1 - blocks * BLOCK) / STRIPE;
    for (int stripe = 0; stripe < rest; stripe++) {
      accumulate(sums, bytes, offset + blocks * BLOCK + stripe * STRIPE, 8 * stripe);
    }
    accumulate(sums, bytes, offset + length - STRIPE, SECRET.length - STRIPE - 7);
    long result = length * PRIME64_1;
    for (int i = 0; i < LANES; i += 2) {
      result += fold(sums[i] ^ secret(11 + 8 * i), sums[i + 1] ^ secret(19 + 8 * i));
    }
    return avalanche(result);
  }

  private static void accumulate(long[] sums, byte[] bytes, int at, int secretAt) {
    for (int i = 0; i < LANES; i++) {
      long value = word(bytes, at + 8 * i);
      long key = value ^ secret(secretAt + 8 * i);
      sums[i ^ 1] += value;
      sums[i] += (key & 0xFFFFFFFFL) * (key >>> 32);
    }
  }

  private static void scramble(long[] sums) {
    for (int i = 0; i < LANES; i++) {
      long sum = sums[i];
      sums[i] = (sum ^ sum >>> 47 ^ secret(SECRET.length - STRIPE + 8 * i)) * PRIME32_1;
    }
  }

  /** The unsigned product of 128 bits, its halves joined. */
  private static long fold(long a, long b) {
    // Math.unsignedMultiplyHigh is younger than the oldest Java we run on.
    long high = Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    return a * b ^ high;
  }

  private static long avalanche(long h) {
    h ^= h >>> 37;
    h *= MIX_1;
    return h ^ h >>> 32;
  }

  private static long avalancheOfXxh64(long h) {
    h ^= h >>> 33;
    h *= PRIME64_2;
    h ^= h >>> 29;
    h *= PRIME64_3;
    return h ^ h >>> 32;
  }
}
