package io.respite.server.type;

import io.respite.server.encoding.Owner;
import java.util.Arrays;

/**
 * A long string as it was at a cut, while its array goes on being written: pieces of it are kept
 * before they are overwritten, the others still lie in the array.
 *
 * <p>Which piece lies where changes at any time, so every look takes the owner's right, for one
 * piece. A string that moves to another array leaves this one as it is.
 */
final class StringPieces {
  /** Bytes of a piece; strings up to this length are shared whole. */
  static final int SIZE = 1 << 16;

  private final Owner owner;
  private final byte[] source;
  private final int length;
  private final byte[][] kept;
  private int copied;

  /** The first {@code length} bytes of an array. */
  StringPieces(Owner owner, byte[] source, int length) {
    this.owner = owner;
    this.source = source;
    this.length = length;
    this.kept = new byte[(length + SIZE - 1) / SIZE][];
  }

  int length() {
    return length;
  }

  /** How many pieces were kept so far. */
  int copied() {
    return copied;
  }

  /** Must come before bytes of the array are overwritten; by the owner. */
  void keep(int from, int to) {
    int end = Math.min(to, length);
    for (int i = from / SIZE; i * SIZE < end && i < kept.length; i++) {
      if (kept[i] == null) {
        kept[i] = Arrays.copyOfRange(source, i * SIZE, i * SIZE + bytesOf(i));
        copied++;
      }
    }
  }

  /** Number of pieces. */
  int count() {
    return kept.length;
  }

  /** Bytes of a piece: the last one may be shorter. */
  int bytesOf(int piece) {
    return Math.min(SIZE, length - piece * SIZE);
  }

  /** Writes a piece at {@code at}; from any thread. */
  void read(int piece, byte[] target, int at) {
    owner.take();
    try {
      byte[] own = kept[piece];
      if (own == null) {
        System.arraycopy(source, piece * SIZE, target, at, bytesOf(piece));
      } else {
        System.arraycopy(own, 0, target, at, own.length);
      }
    } finally {
      owner.pass();
    }
  }
}
