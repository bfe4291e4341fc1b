package io.respite.server.type;

import io.respite.server.encoding.Cuts;
import io.respite.server.encoding.Owner;

/**
 * What all values of an engine share: up to which size they keep their compact form, as the
 * directives of the same names say, and the cuts at which they are captured. It belongs to the
 * baton's holder. Values adapt when they are next written.
 */
public final class EncodingLimits {
  private long hashEntries = 512;
  private long hashValue = 64;
  private long listFill = -2;
  private long listCompressDepth = 0;
  private long setIntsetEntries = 512;
  private long setListpackEntries = 128;
  private long setListpackValue = 64;
  private long sortedSetEntries = 128;
  private long sortedSetValue = 64;
  private long streamNodeBytes = 4096;
  private long streamNodeEntries = 100;
  private long hyperLogLogSparseBytes = 3000;

  private boolean fieldDeadlines;
  private volatile EntryUse fieldUse;
  private final Cuts cuts;

  /** The defaults of Redis 7.2, for values that are never captured. */
  public EncodingLimits() {
    this(new Cuts(Owner.ALONE));
  }

  /** The defaults of Redis 7.2, for values that go by these cuts. */
  public EncodingLimits(Cuts cuts) {
    this.cuts = cuts;
  }

  /** The cuts that the values go by. */
  public Cuts cuts() {
    return cuts;
  }

  /** {@code hash-max-listpack-entries}: fields that a compact hash holds at most. */
  public long hashEntries() {
    return hashEntries;
  }

  /** Sets {@link #hashEntries()}. */
  public void hashEntries(long fields) {
    hashEntries = fields;
  }

  /**
   * {@code hash-max-listpack-value}: bytes of a field or value that a compact hash holds at most.
   */
  public long hashValue() {
    return hashValue;
  }

  /** Sets {@link #hashValue()}. */
  public void hashValue(long bytes) {
    hashValue = bytes;
  }

  /**
   * {@code list-max-listpack-size}: elements of a list's node if positive; -1 to -5 for nodes of at
   * most 4, 8, 16, 32 or 64 KB.
   */
  public long listFill() {
    return listFill;
  }

  /** Sets {@link #listFill()}. */
  public void listFill(long fill) {
    listFill = fill;
  }

  /**
   * {@code list-compress-depth}: nodes at each end of a list that are never compressed, 0 for no
   * compression at all.
   */
  public long listCompressDepth() {
    return listCompressDepth;
  }

  /** Sets {@link #listCompressDepth()}. */
  public void listCompressDepth(long nodes) {
    listCompressDepth = nodes;
  }

  /** {@code set-max-intset-entries}: integers that a set keeps as an intset at most. */
  public long setIntsetEntries() {
    return setIntsetEntries;
  }

  /** Sets {@link #setIntsetEntries()}. */
  public void setIntsetEntries(long members) {
    setIntsetEntries = members;
  }

  /** {@code set-max-listpack-entries}: members that a compact set holds at most. */
  public long setListpackEntries() {
    return setListpackEntries;
  }

  /** Sets {@link #setListpackEntries()}. */
  public void setListpackEntries(long members) {
    setListpackEntries = members;
  }

  /** {@code set-max-listpack-value}: bytes of a member that a compact set holds at most. */
  public long setListpackValue() {
    return setListpackValue;
  }

  /** Sets {@link #setListpackValue()}. */
  public void setListpackValue(long bytes) {
    setListpackValue = bytes;
  }

  /** {@code zset-max-listpack-entries}: members that a compact sorted set holds at most. */
  public long sortedSetEntries() {
    return sortedSetEntries;
  }

  /** Sets {@link #sortedSetEntries()}. */
  public void sortedSetEntries(long members) {
    sortedSetEntries = members;
  }

  /** {@code zset-max-listpack-value}: bytes of a member that a compact sorted set holds at most. */
  public long sortedSetValue() {
    return sortedSetValue;
  }

  /** Sets {@link #sortedSetValue()}. */
  public void sortedSetValue(long bytes) {
    sortedSetValue = bytes;
  }

  /** {@code stream-node-max-bytes}: bytes that a stream's node holds at most, 0 for no limit. */
  public long streamNodeBytes() {
    return streamNodeBytes;
  }

  /** Sets {@link #streamNodeBytes()}. */
  public void streamNodeBytes(long bytes) {
    streamNodeBytes = bytes;
  }

  /**
   * {@code stream-node-max-entries}: entries that a stream's node holds at most, 0 for no limit.
   */
  public long streamNodeEntries() {
    return streamNodeEntries;
  }

  /** Sets {@link #streamNodeEntries()}. */
  public void streamNodeEntries(long entries) {
    streamNodeEntries = entries;
  }

  /**
   * {@code hll-sparse-max-bytes}: bytes that a sparse HyperLogLog takes at most, header included.
   */
  public long hyperLogLogSparseBytes() {
    return hyperLogLogSparseBytes;
  }

  /** Sets {@link #hyperLogLogSparseBytes()}. */
  public void hyperLogLogSparseBytes(long bytes) {
    hyperLogLogSparseBytes = bytes;
  }

  /**
   * What fields of hashes remember of their use; null while nothing asks for it. May be read by any
   * thread.
   */
  public EntryUse fieldUse() {
    return fieldUse;
  }

  /** Sets {@link #fieldUse()}. */
  public void fieldUse(EntryUse use) {
    fieldUse = use;
  }

  /** Whether some hash may have a field with a deadline; false is certain. */
  public boolean fieldDeadlines() {
    return fieldDeadlines;
  }

  /** Sets {@link #fieldDeadlines()}; hashes set it themselves when they get one. */
  public void fieldDeadlines(boolean some) {
    fieldDeadlines = some;
  }
}
