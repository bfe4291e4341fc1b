package io.respite.server.encoding;

/**
 * One node of a {@link Quicklist}: a listpack, a listpack in compressed form, or, as a plain node,
 * one element that is too large to share a node.
 */
final class QuicklistNode {
  /** Smaller listpacks stay as they are, and so do those that would not become so much smaller. */
  private static final int MIN_COMPRESSED = 48;

  private static final int MIN_IMPROVEMENT = 8;

  /** Number of elements. */
  int count;

  /** What the list has counted for this node; see {@link #heapBytes}. */
  int countedBytes;

  private Listpack pack;
  private byte[] bytes;

  /** Length of the listpack that {@link #bytes} yields; 0 when they are a plain element. */
  private int packBytes;

  private boolean incompressible;

  /** The edition of the list's nodes that this one was made in; see {@link Blocks}. */
  private Object edition;

  private QuicklistNode(Listpack pack, byte[] bytes, int packBytes, int count) {
    this.pack = pack;
    this.bytes = bytes;
    this.packBytes = packBytes;
    this.count = count;
  }

  /** A node around a listpack, which is taken over. */
  static QuicklistNode of(Listpack pack) {
    return new QuicklistNode(pack, null, 0, pack.count());
  }

  /** A plain node; the element is taken over. */
  static QuicklistNode plain(byte[] element) {
    return new QuicklistNode(null, element, 0, 1);
  }

  /**
   * A node with the same content, to be changed instead of this one, which images have too. It
   * shares what it holds until that is written.
   */
  QuicklistNode successor(Object newEdition) {
    Listpack own = pack == null ? null : pack.frozen();
    QuicklistNode node = new QuicklistNode(own, bytes, packBytes, count);
    node.incompressible = incompressible;
    node.countedBytes = countedBytes;
    node.edition = newEdition;
    return node;
  }

  Object edition() {
    return edition;
  }

  /** Says in which edition the node was made. */
  void edition(Object made) {
    edition = made;
  }

  boolean isPlain() {
    return pack == null && packBytes == 0;
  }

  boolean isCompressed() {
    return packBytes != 0;
  }

  /** The element of a plain node. */
  byte[] plain() {
    return bytes;
  }

  /** The listpack, for readers: of a compressed node it is made anew. */
  Listpack pack() {
    return pack != null ? pack : decompressed();
  }

  private Listpack decompressed() {
    byte[] raw = Lzf.decompress(bytes, 0, bytes.length, packBytes);
    return Listpack.copyOf(raw, 0, raw.length);
  }

  /** The listpack, for writers: the node is not compressed from now on. */
  Listpack open() {
    decompress();
    incompressible = false;
    return pack;
  }

  /** Leaves the compressed form. */
  void decompress() {
    if (isCompressed()) {
      pack = decompressed();
      bytes = null;
      packBytes = 0;
    }
  }

  /** Whether {@link #compress} does anything. */
  boolean isCompressible() {
    return pack != null && !incompressible && pack.byteSize() >= MIN_COMPRESSED;
  }

  /** Takes the compressed form where that is worth it. */
  void compress() {
    if (!isCompressible()) {
      return;
    }
    int size = pack.byteSize();
    bytes = Lzf.compress(pack.buffer(), pack.offset(), size, size - MIN_IMPROVEMENT);
    if (bytes == null) {
      incompressible = true;
    } else {
      packBytes = size;
      pack = null;
    }
  }

  /** Size of the listpack, or length of the plain element, in bytes, uncompressed. */
  int byteSize() {
    if (pack != null) {
      return pack.byteSize();
    }
    return packBytes != 0 ? packBytes : bytes.length;
  }

  /** Bytes of heap that the node takes. */
  int heapBytes() {
    int array = pack != null ? pack.capacity() : bytes.length;
    return 40 + (pack != null ? 24 : 0) + ((16 + array + 7) & ~7);
  }
}
