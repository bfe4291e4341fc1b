package io.respite.server.type;

import io.respite.server.encoding.Cuts;
import io.respite.server.encoding.EditableBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A string that is edited in place (APPEND, SETRANGE, SETBIT). Its array grows ahead of need, so
 * that a string built from n small pieces costs O(n) and not O(n²). Strings that are only ever set
 * whole are records instead.
 *
 * <p><b>Images.</b> An image of a short string shares its array, and the next edit copies it. A
 * long one is edited in place all the same; what the edit overwrites is kept before for the images
 * that are open, in {@link StringPieces}, until they are released.
 */
public final class StringValue extends Capturable implements EditableBytes {
  private static final int LARGEST = Integer.MAX_VALUE - 64;

  /** Takes some of a string's bytes. */
  @FunctionalInterface
  public interface PieceVisitor {
    /** Takes these bytes, which may be reused or overwritten afterwards. */
    void accept(byte[] source, int offset, int count);
  }

  /** Null in the image of a long string, until it is put together. */
  private byte[] bytes;

  private int length;

  /** Whether an image has the same array, which must then not be written. */
  private boolean shared;

  /** The images that still look into the array; they go with it when the string takes another. */
  private final List<StringPieces> open = new ArrayList<>(0);

  /** In the image of a long string: where its bytes are, and whose image it is. */
  private final StringPieces pieces;

  private final StringValue original;

  /** A string with a copy of {@code bytes[offset, offset + length)}. */
  public StringValue(Cuts cuts, byte[] bytes, int offset, int length) {
    super(cuts);
    this.bytes = Arrays.copyOfRange(bytes, offset, offset + length);
    this.length = length;
    this.pieces = null;
    this.original = null;
  }

  /** An image. */
  private StringValue(StringValue original, StringPieces pieces) {
    super(original.cuts());
    this.bytes = pieces == null ? original.bytes : null;
    this.length = original.length;
    this.shared = true;
    this.pieces = pieces;
    this.original = original;
  }

  /**
   * The content is the first {@link #length()} bytes; shared, not to be changed or kept. In the
   * image of a long string this puts the whole together, and should be called without the owner's
   * right: see {@link #forEachPiece}.
   */
  @Override
  public byte[] bytes() {
    if (bytes == null) {
      byte[] whole = new byte[length];
      for (int i = 0; i < pieces.count(); i++) {
        pieces.read(i, whole, i * StringPieces.SIZE);
      }
      bytes = whole;
    }
    return bytes;
  }

  /** Length in bytes. */
  @Override
  public int length() {
    return length;
  }

  /**
   * Shows the content in order, an image's in pieces of 64 KB at most: so that nobody has to hold
   * all of it once more, nor takes the owner's right for longer than it takes to copy a piece.
   */
  public void forEachPiece(PieceVisitor visitor) {
    if (bytes != null) {
      visitor.accept(bytes, 0, length);
      return;
    }
    byte[] piece = new byte[StringPieces.SIZE];
    for (int i = 0; i < pieces.count(); i++) {
      pieces.read(i, piece, 0);
      visitor.accept(piece, 0, pieces.bytesOf(i));
    }
  }

  // ---- changes

  /** Must come before a range of the array is written. */
  private void keep(int from, int to) {
    if (shared) {
      bytes = bytes.clone();
      shared = false;
    }
    for (int i = 0; i < open.size(); i++) {
      open.get(i).keep(from, to);
    }
  }

  /** Takes another array. Images keep the one before, which nobody writes any more. */
  private void moveTo(byte[] other) {
    bytes = other;
    shared = false;
    open.clear();
  }

  /**
   * Overwrites from {@code at} on; what lies between the old end and {@code at} becomes zero.
   *
   * @throws IllegalArgumentException when the string would pass {@link Integer#MAX_VALUE} - 64
   *     bytes; callers refuse earlier, by the configured limit
   */
  public void write(int at, byte[] source, int offset, int count) {
    edit();
    long end = (long) at + count;
    if (at < 0 || end > LARGEST) {
      throw new IllegalArgumentException("a string of " + end + " bytes");
    }
    int room = bytes.length;
    if (end > room) {
      long ahead = Math.max(end, Math.min(end * 2, end + (1 << 20)));
      moveTo(Arrays.copyOf(bytes, (int) Math.min(ahead, LARGEST)));
    } else {
      keep(Math.min(at, length), (int) end);
    }
    if (at > length) {
      // A string that has become shorter left something behind its end.
      Arrays.fill(bytes, Math.min(length, room), Math.min(at, room), (byte) 0);
    }
    System.arraycopy(source, offset, bytes, at, count);
    length = Math.max(length, (int) end);
  }

  @Override
  public void set(int at, int value) {
    edit();
    keep(at, at + 1);
    bytes[at] = (byte) value;
  }

  @Override
  public void splice(int at, int removed, byte[] source, int offset, int count) {
    edit();
    int behind = length - at - removed;
    int newLength = at + count + behind;
    if (newLength > bytes.length) {
      byte[] target = new byte[newLength + newLength / 4 + 8];
      System.arraycopy(bytes, 0, target, 0, at);
      System.arraycopy(bytes, at + removed, target, at + count, behind);
      moveTo(target);
    } else {
      keep(at, Math.max(length, newLength));
      System.arraycopy(bytes, at + removed, bytes, at + count, behind);
    }
    System.arraycopy(source, offset, bytes, at, count);
    length = newLength;
  }

  @Override
  public void replace(byte[] content) {
    edit();
    moveTo(content);
    length = content.length;
  }

  // ---- a value's duties

  @Override
  public String typeName() {
    return "string";
  }

  @Override
  public String encoding() {
    return "raw";
  }

  @Override
  public long heapBytes() {
    return 48 + 24 + ((16L + (bytes == null ? length : bytes.length) + 7) & ~7L);
  }

  @Override
  public long elements() {
    return 1;
  }

  @Override
  public int typeNumber() {
    return 0;
  }

  @Override
  public void digest(ValueDigest digest) {
    digest.mix(Arrays.copyOf(bytes(), length));
  }

  @Override
  public StringValue copy() {
    return new StringValue(cuts(), bytes(), 0, length);
  }

  @Override
  StringValue freeze() {
    if (length <= StringPieces.SIZE) {
      shared = true;
      return new StringValue(this, null);
    }
    StringPieces image = new StringPieces(cuts().owner(), bytes, length);
    open.add(image);
    return new StringValue(this, image);
  }

  @Override
  public void release() {
    if (pieces != null) {
      original.open.remove(pieces);
    }
  }

  /** How many images still look into the array. */
  int openImages() {
    return open.size();
  }

  /** How many pieces were kept for this image. */
  int copiedPieces() {
    return pieces == null ? 0 : pieces.copied();
  }
}
