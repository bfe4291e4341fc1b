package io.respite.server.encoding;

import io.respite.server.environment.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The hash table for everything that is keyed: a database's keys, a hash's fields, a set's members.
 *
 * <p>It is an extendible hash table (Fagin, Nievergelt, Pippenger and Strong, 1979; the fixed
 * segments with a byte of hash a slot are those of Dash, Lu et al., VLDB 2020). A directory is
 * indexed by the leading bits of a key's hash and points to {@link Segment}s of at most 512 slots:
 *
 * <pre>
 *   directory (global depth 2)      segments
 *     00 ─────────────────────────▶ prefix 00, depth 2
 *     01 ─────────────────────────▶ prefix 01, depth 2
 *     10 ──────┬──────────────────▶ prefix 1,  depth 1
 *     11 ──────┘
 * </pre>
 *
 * A full segment is split in two by one more bit; when its depth was the directory's, the directory
 * doubles first. So growing costs the re-hash of one segment, some 20 µs, whatever the table's
 * size; nothing is ever re-hashed as a whole and no second table is held. Emptied neighbours merge
 * again. The first segment starts with one bucket and doubles up to 64, so that small tables stay
 * small.
 *
 * <p><b>Scans.</b> The order of a scan is (leading bits, position within the segment); both come
 * from the hash alone and neither splitting nor merging changes an entry's. A cursor holds the
 * leading bits reached, the depth at which they were counted, and the position:
 *
 * <pre>
 *   bit 43        12 11    6 5       0
 *      [leading bits][depth ][position]       0 at the start and at the end
 * </pre>
 *
 * What is there from the first call to the last is returned at least once: after a split the scan
 * goes on in the first half where it was and sees the second half from its start; after a merge
 * (the segment is now shallower than the cursor's depth) it starts the merged segment again.
 *
 * <p><b>Who may call.</b> One owner at a time, except {@link #read}, which anybody may call at any
 * time.
 *
 * <p><b>Invariants.</b> (1) A segment of depth d stands at all 2^(global-d) places of the directory
 * that its prefix names. (2) An entry lies at most reach(home) buckets after its home. (3) earliest
 * of a segment is not later than any deadline in it. (4) Arrays of a segment change only between
 * open() and close(), and an image of the table hears of it before. (5) Entries never change but
 * for their access bits and the mark of those that are gone, and {@code rewrite}: a record is
 * written over unless an image of the table may show it or {@link #keepRecords} has been called.
 */
public final class RecordTable {
  /** What {@link #read} answers when the owner is just changing the place in question. */
  public static final Object CONTENDED = new Object();

  /** Bytes of the table's own arrays per entry, about; {@link #overheadBytes} counts exactly. */
  public static final int SLOT_BYTES = 8;

  private static final int MAX_DEPTH = 32;
  private static final int POSITION_BITS = 6;
  private static final int DEPTH_BITS = 6;
  private static final int READ_TRIES = 3;

  /** Into how many parts a segment is split on the way to a size that was told, as bits. */
  private static final int PARTS_BITS = 4;

  private static final int MAX_EXPECTED_DEPTH = 26;

  /** Entries of a segment, on average, in a table that was told its size: hardly any is full. */
  private static final int WELL_FILLED = 384;

  /** Slots of a segment, at most. */
  public static final int LARGEST_SEGMENT = Segment.MAX_BUCKETS * Segment.BUCKET;

  private final SeededHash hasher;
  private Segment[] directory;
  private long size;
  private long deadlines;
  private long recordBytes;
  private long segmentBytes;
  private long keyed;
  private long keyedBytes;
  private int sweepAt;

  /** See {@link #expect}; a depth of 0 expects nothing. */
  private long expected;

  private int expectedDepth;

  /** Who has to be told before a segment changes; null for nobody. */
  private FrozenTable frozen;

  /** Whether others than the owner may hold records; see {@link #keepRecords}. */
  private boolean keepsRecords;

  /** See {@link #changes}; null for nobody who asks. */
  private volatile ChangeCounts changes;

  // Where locate() left off. Valid until the next change of the table.
  private Segment segment;
  private int slot;
  private long hash;

  /** An empty table. The hash function is shared with whoever needs the same one. */
  public RecordTable(SeededHash hasher) {
    this.hasher = hasher;
    this.directory = new Segment[] {new Segment(0, 0, 1)};
    this.segmentBytes = directory[0].heapBytes();
  }

  /** Number of entries, those past their deadline included. */
  public long size() {
    return size;
  }

  /** Number of entries that have a deadline of their own. */
  public long withDeadline() {
    return deadlines;
  }

  /**
   * Bytes of heap the records take, without the table's own arrays and without Keyed entries'
   * values.
   */
  public long recordBytes() {
    return recordBytes;
  }

  /** Bytes of heap the table's own arrays take. */
  public long overheadBytes() {
    return 16 + 4L * directory.length + segmentBytes + (changes == null ? 0 : changes.heapBytes());
  }

  /** Number of {@link Keyed} entries. */
  public long keyed() {
    return keyed;
  }

  /** Bytes of heap that the {@link Keyed} entries take, as far as they have been counted. */
  public long keyedBytes() {
    return keyedBytes;
  }

  /** Says what an entry of this table takes by now. */
  public void recount(Keyed entry, long bytes) {
    keyedBytes += bytes - entry.countedBytes();
    entry.countedBytes(bytes);
  }

  /**
   * The entry with this key, or null. Costs next to nothing when it is the one that was located,
   * inserted or replaced last; leaves the place remembered by {@link #locate} as it is.
   */
  public Object recent(byte[] bytes, int offset, int length) {
    Segment s = segment;
    if (s != null && slot >= 0 && s.isLive()) {
      Object entry = s.slots[slot];
      if (entry != null && Segment.matches(entry, bytes, offset, length)) {
        return entry;
      }
    }
    return get(bytes, offset, length);
  }

  /** The segment at a place of the directory. */
  Segment segmentAt(int place) {
    return directory[place];
  }

  /** The place of the directory behind all those of the segment at {@code place}; it may be any. */
  int placeBehind(int place) {
    Segment s = directory[place];
    return index(s.prefix, directory.length) + (directory.length >>> s.depth);
  }

  static int index(long hash, int directoryLength) {
    return (int) ((hash >>> 1) >>> Long.numberOfLeadingZeros(directoryLength));
  }

  private int after(int index) {
    return index + (directory.length >>> directory[index].depth);
  }

  // ---- one entry

  /**
   * Looks a key up and remembers the place for {@link #located}, {@link #replace}, {@link #remove}
   * or, when it is not there, {@link #insert}.
   */
  public boolean locate(byte[] bytes, int offset, int length) {
    hash = hasher.hash(bytes, offset, length);
    segment = directory[index(hash, directory.length)];
    slot = segment.find(hash, bytes, offset, length);
    return slot >= 0;
  }

  /**
   * {@link #locate} for a record that was found before; whether this very record is still in the
   * table. When it is not, no place is remembered: another record may have its key.
   */
  public boolean locateThis(byte[] record) {
    hash = hashOf(record);
    segment = directory[index(hash, directory.length)];
    slot = segment.find(hash, record);
    return slot >= 0;
  }

  /** The entry that {@link #locate} found: a {@code byte[]} record or a {@link Keyed}. */
  public Object located() {
    return segment.slots[slot];
  }

  /** Whether this very entry is what the place remembered by {@link #locate} holds. */
  public boolean isLocated(Object entry) {
    return segment != null && slot >= 0 && segment.slots[slot] == entry;
  }

  /** The entry with this key, or null; forgets the place. */
  public Object get(byte[] bytes, int offset, int length) {
    long h = hasher.hash(bytes, offset, length);
    Segment s = directory[index(h, directory.length)];
    int found = s.find(h, bytes, offset, length);
    return found < 0 ? null : s.slots[found];
  }

  /**
   * Reads what a look-up of this key will read, so that it is in the processor's cache by then. No
   * step waits for another key's, so that several of these calls in a row are under way at once.
   *
   * @return a number that depends on all that was read and means nothing
   */
  public int fetch(byte[] bytes, int offset, int length) {
    long h = hasher.hash(bytes, offset, length);
    Segment s = directory[index(h, directory.length)];
    return s.slots[s.likely(h)] instanceof byte[] record ? record.length : 0;
  }

  /**
   * The entry with this key, null, or {@link #CONTENDED}. Safe to call from any thread at any time;
   * the answer was true at some moment during the call.
   */
  public Object read(byte[] bytes, int offset, int length) {
    long h = hasher.hash(bytes, offset, length);
    for (int i = 0; i < READ_TRIES; i++) {
      Segment[] d = directory;
      Segment s = d[index(h, d.length)];
      int stamp = s.stampAcquire();
      if ((stamp & 1) == 0) {
        int found = s.find(h, bytes, offset, length);
        Object entry = found < 0 ? null : s.slots[found];
        if (s.unchangedSince(stamp)) {
          return entry;
        }
      }
      Thread.onSpinWait();
    }
    return CONTENDED;
  }

  /** Puts an entry with the same key in the located one's place. */
  public void replace(Object entry) {
    Object old = segment.slots[slot];
    ChangeCounts counts = changes;
    if (counts != null) {
      counts.begin(hash);
    }
    leave(old);
    open(segment, slot);
    segment.slots[slot] = entry;
    segment.close();
    enter(segment, entry);
    if (counts != null) {
      changed(counts, hash);
    }
  }

  // ---- writing over: what is set again and again leaves nothing for the collector

  /**
   * Says that records are answered to others than the owner, who keep them for as long as they
   * like: from now on none is written over.
   */
  public void keepRecords() {
    keepsRecords = true;
    if (changes == null) {
      changes = new ChangeCounts(size);
    }
  }

  /**
   * How often entries have been replaced or removed, in groups; null unless {@link #keepRecords}
   * has been called. May be asked by anybody at any time. Another object takes its place before a
   * count would come round to a number that it has had.
   */
  public ChangeCounts changes() {
    return changes;
  }

  /** The group in {@link #changes} to which the entry with this record belongs. */
  public int groupOf(byte[] record) {
    return ChangeCounts.group(hashOf(record));
  }

  private void changed(ChangeCounts counts, long h) {
    if (counts.end(h)) {
      changes = new ChangeCounts(size);
    }
  }

  /** The located record if nobody but images of the table can hold it, else null. */
  private byte[] ownRecord() {
    return !keepsRecords && segment.slots[slot] instanceof byte[] record ? record : null;
  }

  /** Whether the located record may be written over; an image that shows it has a copy then. */
  private boolean release() {
    return frozen == null || frozen.writingOver(segment, slot);
  }

  /**
   * Whether the located entry is a record that is about to be written over, and may be; its key and
   * its length must stay.
   */
  public boolean isRewritable() {
    return ownRecord() != null && release();
  }

  /**
   * Gives the located record another value in its own array, if nobody else can hold it and the
   * value fits exactly. What the owner has seen of it before is another then.
   *
   * @param expireAt its deadline from now on, milliseconds since 1970, 0 for none
   * @param form one of the FORM constants of {@link PackedEntry}
   * @param access access bits, the low 24
   * @return whether that is done; if not, nothing has changed and {@link #replace} takes a new
   *     record
   */
  public boolean rewrite(
      byte[] value, int offset, int length, long expireAt, int form, int access) {
    byte[] record = ownRecord();
    if (record == null || !PackedEntry.hasRoomFor(record, length, expireAt) || !release()) {
      return false;
    }
    PackedEntry.rewrite(record, value, offset, length, expireAt, form, access);
    lowerTo(expireAt);
    return true;
  }

  /** {@link #rewrite} with an integer's digits for a value; the deadline stays. */
  public boolean rewrite(long value, int access) {
    byte[] record = ownRecord();
    if (record == null
        || PackedEntry.valueLength(record) != Numbers.longLength(value)
        || !release()) {
      return false;
    }
    PackedEntry.rewrite(record, value, PackedEntry.expireAt(record), access);
    return true;
  }

  private void lowerTo(long expireAt) {
    if (expireAt != 0) {
      lower(segment, expireAt);
    }
  }

  /** Removes the located entry. */
  public void remove() {
    Segment s = segment;
    clear(s, slot);
    shrink(s);
    segment = null;
  }

  private void clear(Segment s, int at) {
    Object entry = s.slots[at];
    ChangeCounts counts = changes;
    if (counts == null) {
      clearUncounted(s, at);
      return;
    }
    long h = hashOf(entry);
    counts.begin(h);
    clearUncounted(s, at);
    changed(counts, h);
  }

  private void clearUncounted(Segment s, int at) {
    leave(s.slots[at]);
    open(s, at);
    s.fill(at, (byte) 0, null);
    s.count--;
    if (s.count == 0) {
      s.forgetReach();
      s.earliest = Long.MAX_VALUE;
    }
    s.close();
    size--;
  }

  /** Adds an entry whose key the last {@link #locate} did not find. */
  public void insert(Object entry) {
    Segment s = segment;
    int at;
    while (s.full() || (at = s.free(hash)) < 0) {
      s = s.buckets() < Segment.MAX_BUCKETS ? resize(s, s.buckets() * 2) : split(s);
    }
    open(s, at);
    s.fill(at, Segment.tag(hash), entry);
    s.count++;
    s.close();
    size++;
    enter(s, entry);
    segment = s;
    slot = at;
    if (changes != null) {
      changes.expect(size);
    }
  }

  Segment segment(long h) {
    return directory[index(h, directory.length)];
  }

  /** Adds a record of this hash; false when its key is there, and nothing has changed then. */
  boolean insertIfAbsent(long h, byte[] record) {
    hash = h;
    segment = segment(h);
    slot = segment.find(h, record, PackedEntry.keyOffset(record), PackedEntry.keyLength(record));
    if (slot >= 0) {
      return false;
    }
    insert(record);
    return true;
  }

  private void open(Segment s, int at) {
    if (frozen != null) {
      frozen.changing(s, at);
    }
    s.open();
  }

  /**
   * Freezes the table's content: what comes back shows it as it is now, however the table changes.
   * Takes time for the directory alone, some 10 µs for a million entries. There may be one image at
   * a time.
   *
   * @param cuts who is told how much stays for the image's sake
   * @throws IllegalStateException when there is one that has not been released
   */
  public FrozenTable freeze(Cuts cuts) {
    if (frozen != null) {
      throw new IllegalStateException("a table that is frozen already");
    }
    frozen = new FrozenTable(this, cuts, directory.clone(), size, deadlines);
    return frozen;
  }

  void released(FrozenTable image) {
    if (frozen == image) {
      frozen = null;
    }
  }

  /** Adds or replaces by the entry's own key. */
  public void put(Object entry) {
    boolean found;
    if (entry instanceof byte[] record) {
      found = locate(record, PackedEntry.keyOffset(record), PackedEntry.keyLength(record));
    } else {
      byte[] key = ((Keyed) entry).key();
      found = locate(key, 0, key.length);
    }
    if (found) {
      replace(entry);
    } else {
      insert(entry);
    }
  }

  /** Removes by key; what was there, or null. */
  public Object remove(byte[] bytes, int offset, int length) {
    if (!locate(bytes, offset, length)) {
      return null;
    }
    Object old = located();
    remove();
    return old;
  }

  /**
   * Gives the located entry another deadline of its own, milliseconds since 1970, 0 for none.
   * Another object stands for it then, unless it is a record that is written over.
   */
  public void expireAt(long deadline) {
    Object entry = segment.slots[slot];
    if (ownDeadline(entry) == deadline) {
      return;
    }
    if (entry instanceof Keyed keyed) {
      replace(keyed.withExpireAt(deadline));
      return;
    }
    byte[] record = ownRecord();
    if (record != null && deadline != 0 && PackedEntry.hasDeadline(record) && release()) {
      PackedEntry.rewriteExpireAt(record, deadline);
      lowerTo(deadline);
    } else {
      replace(PackedEntry.withExpireAt((byte[]) entry, deadline));
    }
  }

  /** Says that something inside the located {@link Keyed} is now due earlier than before. */
  public void innerDeadlineChanged() {
    lower(segment, ((Keyed) segment.slots[slot]).deadline());
  }

  private static long ownDeadline(Object entry) {
    return entry instanceof byte[] record
        ? PackedEntry.expireAt(record)
        : ((Keyed) entry).expireAt();
  }

  static long deadline(Object entry) {
    if (entry instanceof byte[] record) {
      long at = PackedEntry.expireAt(record);
      return at == 0 ? Long.MAX_VALUE : at;
    }
    return ((Keyed) entry).deadline();
  }

  private void enter(Segment s, Object entry) {
    if (entry instanceof byte[] record) {
      recordBytes += PackedEntry.heapBytes(record);
    } else {
      keyed++;
      keyedBytes += ((Keyed) entry).countedBytes();
    }
    if (ownDeadline(entry) != 0) {
      deadlines++;
    }
    lower(s, deadline(entry));
  }

  private void leave(Object entry) {
    if (entry instanceof byte[] record) {
      PackedEntry.markGone(record);
      recordBytes -= PackedEntry.heapBytes(record);
    } else {
      keyed--;
      keyedBytes -= ((Keyed) entry).countedBytes();
    }
    if (ownDeadline(entry) != 0) {
      deadlines--;
    }
  }

  private static void lower(Segment s, long deadline) {
    if (deadline < s.earliest) {
      s.earliest = deadline;
    }
  }

  // ---- growing and shrinking

  long hashOf(Object entry) {
    if (entry instanceof byte[] record) {
      return hasher.hash(record, PackedEntry.keyOffset(record), PackedEntry.keyLength(record));
    }
    byte[] key = ((Keyed) entry).key();
    return hasher.hash(key, 0, key.length);
  }

  /** Replaces a segment by one with another number of buckets, which has room for its entries. */
  private Segment resize(Segment old, int buckets) {
    Segment other = new Segment(old.prefix, old.depth, buckets);
    move(old, other);
    other.earliest = old.earliest;
    segmentBytes += other.heapBytes() - old.heapBytes();
    publish(other);
    old.open(); // for ever: readers who still hold it must look again
    return other;
  }

  /**
   * Says how many entries there will be, as far as somebody claims to know; he may be wrong. On the
   * way there a full segment is split into up to sixteen at once, so that an entry is moved a few
   * times less. Nothing is made before a segment is full: who claims too much has a table that is
   * at most so many times as large as it need be, and only as long as entries still come.
   */
  public void expect(long entries) {
    long segments = Math.max(0, entries - 1) / WELL_FILLED;
    expectedDepth = Math.min(MAX_EXPECTED_DEPTH, 64 - Long.numberOfLeadingZeros(segments));
    expected = entries;
  }

  /** By how many bits a full segment of a depth is split. */
  private int bitsOfSplit(int depth) {
    if (size >= expected) {
      expectedDepth = 0;
    }
    return depth >= expectedDepth ? 1 : (expectedDepth - depth - 1) % PARTS_BITS + 1;
  }

  /**
   * Splits a segment by one or more bits of hash; answers the part into which the located key
   * belongs.
   */
  private Segment split(Segment old) {
    int bits = bitsOfSplit(old.depth);
    int depth = old.depth + bits;
    if (depth > MAX_DEPTH) {
      throw new IllegalStateException(
          "more than " + Segment.MAX_BUCKETS * Segment.BUCKET + " keys share 32 bits of hash");
    }
    while (1 << depth > directory.length) {
      doubleDirectory();
    }
    int shift = 64 - depth;
    Segment[] parts = new Segment[1 << bits];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Segment(old.prefix | (long) i << shift, depth, Segment.MAX_BUCKETS);
    }
    for (Object entry : old.slots) {
      if (entry != null) {
        long h = hashOf(entry);
        parts[(int) (h >>> shift) & (parts.length - 1)].add(h, entry);
      }
    }
    for (Segment part : parts) {
      part.earliest = part.count == 0 ? Long.MAX_VALUE : old.earliest;
      segmentBytes += part.heapBytes();
      publish(part);
    }
    segmentBytes -= old.heapBytes();
    old.open();
    return parts[(int) (hash >>> shift) & (parts.length - 1)];
  }

  private void move(Segment from, Segment to) {
    for (Object entry : from.slots) {
      if (entry != null) {
        to.add(hashOf(entry), entry);
      }
    }
  }

  private void publish(Segment s) {
    java.lang.invoke.VarHandle.releaseFence();
    int from = index(s.prefix, directory.length);
    int places = directory.length >>> s.depth;
    for (int i = 0; i < places; i++) {
      directory[from + i] = s;
    }
  }

  private void doubleDirectory() {
    Segment[] doubled = new Segment[directory.length * 2];
    for (int i = 0; i < directory.length; i++) {
      doubled[2 * i] = directory[i];
      doubled[2 * i + 1] = directory[i];
    }
    java.lang.invoke.VarHandle.releaseFence();
    directory = doubled;
  }

  private void shrink(Segment s) {
    if (s.count * 8 > s.capacity()) {
      return;
    }
    if (s.depth == 0) {
      if (s.buckets() > 1) {
        resize(s, s.buckets() / 4 == 0 ? 1 : s.buckets() / 4);
      }
      return;
    }
    long bit = 1L << (64 - s.depth);
    Segment buddy = directory[index(s.prefix ^ bit, directory.length)];
    if (buddy.depth != s.depth || (buddy.count + s.count) * 4 > s.capacity()) {
      return;
    }
    Segment merged = new Segment(s.prefix & ~bit, s.depth - 1, Segment.MAX_BUCKETS);
    move(s, merged);
    move(buddy, merged);
    merged.earliest = Math.min(s.earliest, buddy.earliest);
    segmentBytes += merged.heapBytes() - s.heapBytes() - buddy.heapBytes();
    publish(merged);
    s.open();
    buddy.open();
    halveDirectory();
  }

  /**
   * Halves the directory while no segment needs its last bit. Looks at every second place until one
   * does.
   */
  private void halveDirectory() {
    while (directory.length > 1) {
      for (int i = 0; i < directory.length; i += 2) {
        if (directory[i] != directory[i + 1]) {
          return;
        }
      }
      Segment[] halved = new Segment[directory.length / 2];
      for (int i = 0; i < halved.length; i++) {
        halved[i] = directory[2 * i];
      }
      java.lang.invoke.VarHandle.releaseFence();
      directory = halved;
    }
  }

  // ---- many entries

  /** Visits every entry, in no particular order. The visitor must not change the table. */
  public void forEach(Consumer<Object> visitor) {
    for (int i = 0; i < directory.length; i = after(i)) {
      for (Object entry : directory[i].slots) {
        if (entry != null) {
          visitor.accept(entry);
        }
      }
    }
  }

  /**
   * Visits entries, in no particular order, until the visitor says that it has seen enough. It must
   * not change the table.
   *
   * @param visitor answers whether to go on
   */
  public void forEachWhile(Predicate<Object> visitor) {
    for (int i = 0; i < directory.length; i = after(i)) {
      for (Object entry : directory[i].slots) {
        if (entry != null && !visitor.test(entry)) {
          return;
        }
      }
    }
  }

  /**
   * One step of a scan, with the guarantees of the SCAN command: what is in the table during the
   * whole scan is visited at least once. The visitor may change the table.
   *
   * @param cursor 0 to begin, else what the last step returned; any other number is taken as some
   *     place in the table
   * @param count roughly how many entries to visit
   * @return where to go on, 0 at the end; always below 2^44
   */
  public long scan(long cursor, long count, Consumer<Object> visitor) {
    int position = (int) cursor & (Segment.MAX_BUCKETS - 1);
    int depth = (int) (cursor >>> POSITION_BITS) & ((1 << DEPTH_BITS) - 1);
    long leading = (cursor >>> (POSITION_BITS + DEPTH_BITS)) << 32;
    List<Object> found = new ArrayList<>();
    long bucketsLeft = Math.max(count, 1) * 10;
    if (bucketsLeft < 0) {
      bucketsLeft = Long.MAX_VALUE;
    }
    long next;
    for (; ; ) {
      Segment s = directory[index(leading, directory.length)];
      if (s.depth < depth) {
        position = 0; // merged since: what was its second half has not been seen
      }
      depth = s.depth;
      int bucket = s.bucketOf(position);
      while (bucket < s.buckets() && found.size() < count && bucketsLeft > 0) {
        collect(s, bucket++, found);
        bucketsLeft--;
      }
      if (bucket < s.buckets()) {
        next =
            (s.prefix >>> 32) << (POSITION_BITS + DEPTH_BITS)
                | (long) depth << POSITION_BITS
                | s.firstPosition(bucket);
        break;
      }
      position = 0;
      leading = depth == 0 ? 0 : s.prefix + (1L << (64 - depth));
      if (leading == 0) {
        next = 0;
        break;
      }
      if (found.size() >= count || bucketsLeft <= 0) {
        next = (leading >>> 32) << (POSITION_BITS + DEPTH_BITS) | (long) depth << POSITION_BITS;
        break;
      }
    }
    found.forEach(visitor);
    return next;
  }

  private void collect(Segment s, int home, List<Object> found) {
    int bucket = home;
    for (int left = s.reach(home); left >= 0; left--) {
      for (int i = bucket << 3; i < (bucket << 3) + Segment.BUCKET; i++) {
        Object entry = s.slots[i];
        if (entry != null && s.home(hashOf(entry)) == home) {
          found.add(entry);
        }
      }
      bucket = s.next(bucket);
    }
  }

  /** How often {@link #random} guesses a slot before it counts entries instead. */
  private static final int GUESSES = 1000;

  /**
   * An entry chosen so that all are equally likely, or null when the table is empty.
   *
   * <p>A slot is guessed until one is full. A segment of lesser depth stands at several places of
   * the directory and counts only at the first of them, a segment with fewer buckets is missed as
   * often as it is smaller: so every slot of the table is guessed as often as any other, in two or
   * three tries unless the table is very sparse.
   */
  public Object random(RandomSource random) {
    if (size == 0) {
      return null;
    }
    int slots = directory.length == 1 ? directory[0].capacity() : LARGEST_SEGMENT;
    for (int i = 0; i < GUESSES; i++) {
      int place = random.nextInt(directory.length);
      Segment s = directory[place];
      if (place != index(s.prefix, directory.length)) {
        continue;
      }
      int at = random.nextInt(slots);
      if (at < s.capacity() && s.slots[at] != null) {
        return s.slots[at];
      }
    }
    long left = random.nextLong(size);
    int place = 0;
    while (left >= directory[place].count) {
      left -= directory[place].count;
      place = after(place);
    }
    for (Object entry : directory[place].slots) {
      if (entry != null && left-- == 0) {
        return entry;
      }
    }
    throw new IllegalStateException("a segment whose count is more than its entries");
  }

  /** Decides about entries that are due. */
  @FunctionalInterface
  public interface Due {
    /**
     * Called for an entry whose deadline, or the first deadline inside it, has come. For an entry
     * that is itself due, the table has removed it already.
     *
     * @param removed whether the table removed it; if not, the callee lets go what is due inside
     *     the {@link Keyed}
     */
    void due(Object entry, boolean removed);
  }

  /**
   * Removes what is due, a few segments at a time, going round.
   *
   * @param now milliseconds since 1970
   * @param segments how many segments to look at, at most
   * @return how many entries were handed to {@code visitor}
   */
  public int sweep(long now, int segments, Due visitor) {
    List<Object> removed = null;
    List<Object> inner = null;
    int visited = 0;
    for (int i = 0; i < segments; i++) {
      if (sweepAt >= directory.length) {
        sweepAt = 0;
      }
      // Merging may have moved the place into the middle of a segment; its first place is what
      // after() counts from.
      Segment s = directory[sweepAt];
      sweepAt = index(s.prefix, directory.length) + (directory.length >>> s.depth);
      if (s.earliest <= now) {
        if (removed == null) {
          removed = new ArrayList<>();
          inner = new ArrayList<>();
        }
        collectDue(s, now, removed, inner);
        visited += removed.size() + inner.size();
        for (Object entry : removed) {
          visitor.due(entry, true);
        }
        for (Object entry : inner) {
          visitor.due(entry, false);
        }
        // What is left inside is known only now.
        for (Object entry : inner) {
          byte[] key = ((Keyed) entry).key();
          if (locate(key, 0, key.length)) {
            innerDeadlineChanged();
          }
        }
        removed.clear();
        inner.clear();
      }
    }
    return visited;
  }

  private void collectDue(Segment s, long now, List<Object> removed, List<Object> inner) {
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < s.slots.length; i++) {
      Object entry = s.slots[i];
      if (entry == null) {
        continue;
      }
      long deadline = deadline(entry);
      if (deadline > now) {
        earliest = Math.min(earliest, deadline);
        continue;
      }
      long own = ownDeadline(entry);
      if (own != 0 && own <= now) {
        clear(s, i);
        removed.add(entry);
      } else {
        inner.add(entry);
      }
    }
    s.earliest = earliest;
    if (!removed.isEmpty()) {
      shrink(s);
    }
  }

  /**
   * No entry is due before this moment, milliseconds since 1970; Long.MAX_VALUE when none ever is.
   */
  public long earliest() {
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < directory.length; i = after(i)) {
      earliest = Math.min(earliest, directory[i].earliest);
    }
    return earliest;
  }

  /** Upper bound of the number of segments: that many steps of {@link #sweep} go round once. */
  public int directoryLength() {
    return directory.length;
  }
}
