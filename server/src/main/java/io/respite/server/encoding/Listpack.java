package io.respite.server.encoding;

import java.util.Arrays;

/**
 * A list of short strings in one byte array, byte for byte as Redis lays it out, so that saving and
 * loading are copies. Small hashes, sets, sorted sets and the nodes of lists and streams live in
 * it.
 *
 * <pre>
 *   total bytes  u32le | count u16le (65535: count by walking) | entry ... | 0xFF
 *   entry = encoding | data | back length
 *
 *   0xxxxxxx                     integer 0..127
 *   10llllll  bytes              string of up to 63 bytes
 *   110xxxxx xxxxxxxx            integer, 13 bits, signed
 *   1110llll llllllll bytes      string of up to 4095 bytes
 *   0xF0  u32le length  bytes    longer string
 *   0xF1 / F2 / F3 / F4          integer of 16 / 24 / 32 / 64 bits, signed, little endian
 * </pre>
 *
 * <p>A string that is the one spelling of an integer is stored as that integer, and reads back as
 * the same bytes. The back length is the length of encoding and data in groups of seven bits, most
 * significant first, all but the first byte marked with the high bit: read from the right, it leads
 * from an entry to the one before.
 *
 * <p>Entries are addressed by <em>position</em>, the index of their first byte in the array.
 * Positions stay valid until an edit before or at them; in a list that has a gap before it, see
 * below, until any edit. {@link #NONE} stands for no entry.
 *
 * <p>The bytes may begin anywhere in the array: a list that is filled or emptied at its first entry
 * keeps a gap before its header, so that {@link #prepend} and {@link #deleteFirst} move the header
 * and nothing else.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The header tells the true total; the array may be longer on both sides, which is room to
 *       grow.
 *   <li>A shared array is never written again: the first edit after {@link #share} copies.
 *   <li>Nothing is trusted that came from outside: {@link #isValid} walks every entry and checks
 *       each length against the bounds before it is used; all other methods then need no check.
 * </ol>
 */
public final class Listpack {
  /** The position that stands for no entry. */
  public static final int NONE = -1;

  /** Stands for the first entry's position where it may move to keep that of all others. */
  private static final int FRONT = -2;

  /** The largest total size in bytes; an edit that would pass it is refused. */
  public static final int MAX_BYTES = 1 << 30;

  private static final int HEADER = 6;
  private static final int UNKNOWN_COUNT = 65535;

  /** How far {@link #reserve} grows ahead of need at most. */
  private static final int AHEAD = 2048;

  private static final int END = 0xFF;
  private static final int STRING_32 = 0xF0;
  private static final int INT_16 = 0xF1;
  private static final int INT_24 = 0xF2;
  private static final int INT_32 = 0xF3;
  private static final int INT_64 = 0xF4;

  private byte[] bytes;

  /** Where the header begins. */
  private int base;

  private boolean shared;

  /** An empty list. */
  public Listpack() {
    this(16);
  }

  /** An empty list with room for {@code capacity} bytes, header included. */
  public Listpack(int capacity) {
    bytes = new byte[Math.max(capacity, HEADER + 1)];
    setTotal(HEADER + 1);
    bytes[HEADER] = (byte) END;
  }

  private Listpack(byte[] bytes, int base) {
    this.bytes = bytes;
    this.base = base;
  }

  /**
   * A list that holds a copy of bytes from outside.
   *
   * @throws IllegalArgumentException when {@link #isValid} is false for them
   */
  public static Listpack copyOf(byte[] source, int offset, int length) {
    if (!isValid(source, offset, length)) {
      throw new IllegalArgumentException("not a listpack: " + length + " bytes that do not add up");
    }
    return new Listpack(Arrays.copyOfRange(source, offset, offset + length), 0);
  }

  /** A list with the same entries that shares nothing with this one. */
  public Listpack copy() {
    return new Listpack(toByteArray(), 0);
  }

  /**
   * Whether the bytes are a listpack in every detail: the header's total, each entry's length and
   * back length, the end mark, and the count where the header gives one. Never reads out of bounds,
   * takes time proportional to the length.
   */
  public static boolean isValid(byte[] source, int offset, int length) {
    if (length < HEADER + 1
        || offset < 0
        || offset > source.length - length
        || readInt(source, offset) != length
        || (source[offset + length - 1] & 0xFF) != END) {
      return false;
    }
    int end = offset + length - 1;
    int at = offset + HEADER;
    long entries = 0;
    while (at < end) {
      long size = checkedSize(source, at, end);
      if (size < 0) {
        return false;
      }
      int back = backLengthSize((int) size);
      if (size + back > end - at || !backLengthIs(source, at + (int) size, (int) size)) {
        return false;
      }
      at += (int) size + back;
      entries++;
    }
    int count = readShort(source, offset + 4);
    return count == UNKNOWN_COUNT || count == entries;
  }

  /** Size of encoding and data at {@code at}, or -1 when they do not end before {@code end}. */
  private static long checkedSize(byte[] source, int at, int end) {
    int head = source[at] & 0xFF;
    if (head == END || head > INT_64) {
      return -1;
    }
    int encoding = encodingSize(head);
    if (encoding > end - at) {
      return -1;
    }
    long data = stringLength(source, at, head);
    return data < 0 || data > end - at - encoding ? -1 : encoding + data;
  }

  /** The number of entries. Walks the list when there are 65,535 or more. */
  public int count() {
    int count = knownCount();
    if (count != UNKNOWN_COUNT) {
      return count;
    }
    int entries = 0;
    for (int p = first(); p != NONE; p = next(p)) {
      entries++;
    }
    return entries;
  }

  /** The size in bytes, header and end mark included. */
  public int byteSize() {
    return readInt(bytes, base);
  }

  /** Where the end mark is: the position behind the last entry. */
  private int end() {
    return base + byteSize() - 1;
  }

  private int knownCount() {
    return readShort(bytes, base + 4);
  }

  /** The size of the array behind the list, with the room to grow. */
  public int capacity() {
    return bytes.length;
  }

  /** Whether {@code more} bytes of data can still be added without passing {@link #MAX_BYTES}. */
  public boolean fits(long more) {
    return byteSize() + more + HEADER + 10 <= MAX_BYTES;
  }

  /** The list's exact bytes in a new array. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, base, base + byteSize());
  }

  /** Where in {@link #buffer} the list begins; it has {@link #byteSize} bytes from there. */
  public int offset() {
    return base;
  }

  /**
   * The array that holds the list from {@link #offset} on, never to be written again: not by the
   * caller, and not by this list, whose next edit moves to a copy.
   */
  public byte[] share() {
    shared = true;
    return bytes;
  }

  /**
   * An image of the list as it is now: an object of its own around the same array, which neither
   * writes again. Costs no copy; the next edit of this list makes one. May be read from another
   * thread while this list is edited, if it was handed over with the owner's right.
   */
  public Listpack frozen() {
    Listpack image = new Listpack(share(), base);
    image.shared = true;
    return image;
  }

  /** The array behind the list, good until the next edit; shared, not to be changed. */
  public byte[] buffer() {
    return bytes;
  }

  /**
   * Makes room for {@code more} bytes at once, so that adding several entries moves the list at
   * most one time; it doubles while it is small.
   */
  public void reserve(int more) {
    long total = byteSize();
    long needed = total + more;
    if (shared || needed > bytes.length - base) {
      long ahead = Math.max(needed, Math.min(2 * total, total + AHEAD));
      byte[] target = new byte[(int) Math.min(MAX_BYTES, ahead)];
      System.arraycopy(bytes, base, target, 0, Math.min((int) total, target.length));
      settle(target, 0);
    }
  }

  /** Gives the room to grow back. */
  public void trim() {
    if (bytes.length > byteSize()) {
      settle(toByteArray(), 0);
    }
  }

  /** From now on the list is in an array of its own. */
  private void settle(byte[] array, int from) {
    bytes = array;
    base = from;
    shared = false;
  }

  /** The first entry, or {@link #NONE}. */
  public int first() {
    return entryAt(base + HEADER);
  }

  /** The last entry, or {@link #NONE}. */
  public int last() {
    return previous(end());
  }

  /** The entry after the one at {@code position}, or {@link #NONE}. */
  public int next(int position) {
    return entryAt(after(position));
  }

  /** The entry before the one at {@code position}, or {@link #NONE}. */
  public int previous(int position) {
    if (position <= base + HEADER) {
      return NONE;
    }
    int at = position - 1;
    int length = bytes[at] & 0x7F;
    int shift = 0;
    int size = 1;
    while ((bytes[at] & 0x80) != 0) {
      at--;
      shift += 7;
      size++;
      length |= (bytes[at] & 0x7F) << shift;
    }
    return position - size - length;
  }

  /** The entry with this index, counted from the end when negative, or {@link #NONE}. */
  public int at(int index) {
    int p = index < 0 ? last() : first();
    for (int i = index < 0 ? -1 : 0; i != index && p != NONE; ) {
      if (index < 0) {
        i--;
        p = previous(p);
      } else {
        i++;
        p = next(p);
      }
    }
    return p;
  }

  private int entryAt(int at) {
    return (bytes[at] & 0xFF) == END ? NONE : at;
  }

  private int after(int position) {
    int size = size(position);
    return position + size + backLengthSize(size);
  }

  /** Size of encoding and data. */
  private int size(int position) {
    int head = bytes[position] & 0xFF;
    return encodingSize(head) + (int) stringLength(bytes, position, head);
  }

  /** Whether the entry is stored as an integer. */
  public boolean isLong(int position) {
    int head = bytes[position] & 0xFF;
    return head < 0x80 || (head & 0xE0) == 0xC0 || head > STRING_32;
  }

  /** The integer of an entry for which {@link #isLong} is true. */
  public long longAt(int position) {
    int head = bytes[position] & 0xFF;
    if (head < 0x80) {
      return head;
    }
    if ((head & 0xE0) == 0xC0) {
      int value = ((head & 0x1F) << 8) | (bytes[position + 1] & 0xFF);
      return (long) ((value << 19) >> 19);
    }
    return switch (head) {
      case INT_16 -> (long) (short) readShort(bytes, position + 1);
      case INT_24 ->
          (long)
              ((readShort(bytes, position + 1) | ((bytes[position + 3] & 0xFF) << 16)) << 8 >> 8);
      case INT_32 -> readInt(bytes, position + 1);
      case INT_64 ->
          (readInt(bytes, position + 1) & 0xFFFFFFFFL)
              | ((long) readInt(bytes, position + 5) << 32);
      default -> throw new IllegalStateException("the entry at " + position + " is not an integer");
    };
  }

  /** How many bytes the entry's string has, an integer's digits included. */
  public int lengthAt(int position) {
    return isLong(position)
        ? Numbers.longLength(longAt(position))
        : (int) stringLength(bytes, position, bytes[position] & 0xFF);
  }

  /** The entry's string in a new array. */
  public byte[] bytesAt(int position) {
    if (isLong(position)) {
      return Numbers.longBytes(longAt(position));
    }
    int from = dataAt(position);
    return Arrays.copyOfRange(bytes, from, from + lengthAt(position));
  }

  /**
   * Writes the entry's string at {@code offset}, where {@link #lengthAt} bytes must be free.
   *
   * @return the number of bytes written
   */
  public int copyTo(int position, byte[] target, int offset) {
    if (isLong(position)) {
      return Numbers.writeLong(longAt(position), target, offset);
    }
    int length = lengthAt(position);
    System.arraycopy(bytes, dataAt(position), target, offset, length);
    return length;
  }

  /** Whether the entry's string is exactly these bytes. */
  public boolean equalsAt(int position, byte[] other, int offset, int length) {
    if (isLong(position)) {
      return Numbers.isLong(other, offset, length)
          && Numbers.parseLong(other, offset, length) == longAt(position);
    }
    int from = dataAt(position);
    return lengthAt(position) == length
        && Arrays.equals(bytes, from, from + length, other, offset, offset + length);
  }

  /**
   * The first entry from {@code position} on whose string is these bytes, looking at every {@code
   * stride}th entry only: 2 looks at the fields of a list of pairs.
   *
   * @param position where to begin, may be {@link #NONE}
   */
  public int find(int position, byte[] wanted, int offset, int length, int stride) {
    boolean isLong = Numbers.isLong(wanted, offset, length);
    long wantedLong = isLong ? Numbers.parseLong(wanted, offset, length) : 0;
    int p = position;
    while (p != NONE) {
      boolean found =
          isLong(p) ? isLong && longAt(p) == wantedLong : equalsAt(p, wanted, offset, length);
      if (found) {
        return p;
      }
      for (int i = 0; i < stride && p != NONE; i++) {
        p = next(p);
      }
    }
    return NONE;
  }

  /** Adds a string at the end. */
  public void append(byte[] source, int offset, int length) {
    splice(end(), 0, source, offset, length, 1);
  }

  /** Adds a copy of another list's entry at the end. */
  public void append(Listpack other, int position) {
    if (other.isLong(position)) {
      append(other.longAt(position));
    } else {
      append(other.bytes, other.dataAt(position), other.lengthAt(position));
    }
  }

  /** Adds an integer at the end. */
  public void append(long value) {
    splice(end(), 0, value, 1);
  }

  /**
   * Adds a string before the entry at {@code position}, or at the end for {@link #NONE}.
   *
   * @return the position of the new entry
   */
  public int insert(int position, byte[] source, int offset, int length) {
    return splice(position == NONE ? end() : position, 0, source, offset, length, 1);
  }

  /** The same for an integer. */
  public int insert(int position, long value) {
    return splice(position == NONE ? end() : position, 0, value, 1);
  }

  /** Puts a string in the place of the entry at {@code position}, which stays its position. */
  public void replace(int position, byte[] source, int offset, int length) {
    splice(position, after(position) - position, source, offset, length, 0);
  }

  /** Puts an integer in the place of the entry at {@code position}, which stays its position. */
  public void replace(int position, long value) {
    splice(position, after(position) - position, value, 0);
  }

  /**
   * Removes {@code entries} entries from {@code position} on, or those that are left.
   *
   * @return the position of the entry that follows now, or {@link #NONE}
   */
  public int delete(int position, int entries) {
    int end = position;
    int removed = 0;
    while (removed < entries && (bytes[end] & 0xFF) != END) {
      end = after(end);
      removed++;
    }
    int known = knownCount();
    int from = position - base;
    move(position, end - position, 0);
    setCount(known == UNKNOWN_COUNT ? UNKNOWN_COUNT : known - removed);
    return entryAt(base + from);
  }

  /** Removes the entry at {@code position}, and returns that of the one before, if any. */
  public int deleteGoingBack(int position) {
    int before = previous(position);
    int from = before - base;
    delete(position, 1);
    return before == NONE ? NONE : base + from;
  }

  /** Adds a string before the first entry; no other entry is moved, unless there is no room. */
  public void prepend(byte[] source, int offset, int length) {
    splice(FRONT, 0, source, offset, length, 1);
  }

  /** Removes the first entry, of which there must be one; no other entry is moved. */
  public void deleteFirst() {
    int length = after(base + HEADER) - base - HEADER;
    int total = byteSize();
    if (shared || isTooLarge(total - length)) {
      delete(base + HEADER, 1);
      return;
    }
    int known = knownCount();
    base += length;
    setTotal(total - length);
    setCount(known == UNKNOWN_COUNT ? UNKNOWN_COUNT : known - 1);
  }

  /**
   * Moves the entries from {@code position} on into a new list, in their order.
   *
   * @param position an entry, may be {@link #NONE}, which moves nothing
   * @param entries how many entries there are from there on
   */
  public Listpack cut(int position, int entries) {
    if (position == NONE) {
      return new Listpack();
    }
    int length = end() - position;
    Listpack moved = new Listpack(HEADER + length + 1);
    System.arraycopy(bytes, position, moved.bytes, HEADER, length);
    moved.bytes[HEADER + length] = (byte) END;
    moved.setTotal(HEADER + length + 1);
    moved.setCount(Math.min(entries, UNKNOWN_COUNT));
    int known = knownCount();
    move(position, length, 0);
    setCount(known == UNKNOWN_COUNT ? UNKNOWN_COUNT : known - entries);
    return moved;
  }

  /** Adds copies of all entries of another list at the end. */
  public void appendAll(Listpack other) {
    int length = other.byteSize() - HEADER - 1;
    if ((long) byteSize() + length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a listpack of more than " + MAX_BYTES + " bytes is refused");
    }
    int entries = count() + other.count();
    int at = move(end(), 0, length);
    System.arraycopy(other.bytes, other.base + HEADER, bytes, at, length);
    setCount(Math.min(entries, UNKNOWN_COUNT));
  }

  private int splice(int at, int removed, byte[] source, int offset, int length, int added) {
    if (Numbers.isLong(source, offset, length)) {
      return splice(at, removed, Numbers.parseLong(source, offset, length), added);
    }
    int encoding = length < 64 ? 1 : length < 4096 ? 2 : 5;
    int entry = open(at, removed, encoding, length, added);
    if (encoding == 1) {
      bytes[entry] = (byte) (0x80 | length);
    } else if (encoding == 2) {
      bytes[entry] = (byte) (0xE0 | (length >> 8));
      bytes[entry + 1] = (byte) length;
    } else {
      bytes[entry] = (byte) STRING_32;
      writeInt(bytes, entry + 1, length);
    }
    System.arraycopy(source, offset, bytes, entry + encoding, length);
    return entry;
  }

  private int splice(int at, int removed, long value, int added) {
    if (value >= 0 && value < 128) {
      int entry = open(at, removed, 1, 0, added);
      bytes[entry] = (byte) value;
      return entry;
    }
    if (value >= -4096 && value < 4096) {
      int entry = open(at, removed, 2, 0, added);
      bytes[entry] = (byte) (0xC0 | ((value >> 8) & 0x1F));
      bytes[entry + 1] = (byte) value;
      return entry;
    }
    int width =
        value == (short) value ? 2 : value << 40 >> 40 == value ? 3 : value == (int) value ? 4 : 8;
    int entry = open(at, removed, 1, width, added);
    bytes[entry] = (byte) (width == 8 ? INT_64 : INT_16 + width - 2);
    for (int i = 0; i < width; i++) {
      bytes[entry + 1 + i] = (byte) (value >> (8 * i));
    }
    return entry;
  }

  /**
   * Makes room for one entry in the place of {@code removed} bytes, writes its back length and the
   * new count, and returns the entry's position.
   */
  private int open(int at, int removed, int encoding, int length, int added) {
    long size = (long) encoding + length;
    if (byteSize() + size + 5 - removed > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a listpack of more than " + MAX_BYTES + " bytes is refused");
    }
    int back = backLengthSize((int) size);
    int count = knownCount();
    int entry = move(at, removed, (int) size + back);
    writeBackLength(bytes, entry + (int) size, (int) size, back);
    setCount(count == UNKNOWN_COUNT ? UNKNOWN_COUNT : count + added);
    return entry;
  }

  private boolean isTooLarge(int total) {
    return total < bytes.length / 2 && bytes.length > 64;
  }

  /**
   * Replaces {@code removed} bytes at {@code at} by {@code room} bytes yet to be written, and
   * returns where these are. The count is not kept.
   */
  private int move(int at, int removed, int room) {
    if (removed == room && !shared) {
      // A counter that stays as wide: nothing behind it moves.
      return at;
    }
    boolean front = at == FRONT;
    int total = byteSize();
    int newTotal = total - removed + room;
    int head = front ? HEADER : at - base;
    if (front && !shared && room <= base) {
      base -= room;
      setTotal(newTotal);
      return base + head;
    }
    boolean fits = !front && newTotal <= bytes.length - base;
    int spare = bytes.length - newTotal;
    byte[] target = bytes;
    int from = base;
    if (!shared && !fits && spare > newTotal / 16) {
      // The room is at the other end, and enough to be worth the way.
      from = front ? spare : 0;
    } else if (shared || !fits || (newTotal < total && isTooLarge(newTotal))) {
      // An eighth of slack: a growing list copies itself a logarithmic number of times.
      int slack = fits ? 0 : Math.min(MAX_BYTES - newTotal, newTotal / 8 + 8);
      target = new byte[newTotal + slack];
      from = front ? slack : 0;
    }
    int tail = total - head - removed;
    if (target == bytes && from > base) {
      System.arraycopy(bytes, base + head + removed, target, from + head + room, tail);
      System.arraycopy(bytes, base, target, from, head);
    } else {
      if (target != bytes || from < base) {
        System.arraycopy(bytes, base, target, from, head);
      }
      System.arraycopy(bytes, base + head + removed, target, from + head + room, tail);
    }
    settle(target, from);
    setTotal(newTotal);
    return from + head;
  }

  private void setTotal(int total) {
    writeInt(bytes, base, total);
  }

  private void setCount(int count) {
    bytes[base + 4] = (byte) count;
    bytes[base + 5] = (byte) (count >> 8);
  }

  /** Where in {@link #buffer} the bytes of an entry begin that is not stored as an integer. */
  public int dataAt(int position) {
    return position + encodingSize(bytes[position] & 0xFF);
  }

  /** Size of the encoding, an integer's value included. */
  private static int encodingSize(int head) {
    if (head < 0xC0) {
      return 1;
    }
    if (head < STRING_32) {
      return 2;
    }
    return switch (head) {
      case INT_16 -> 3;
      case INT_24 -> 4;
      case STRING_32, INT_32 -> 5;
      default -> 9;
    };
  }

  /**
   * Length of the string data that follows the encoding, 0 for integers; may be any 32-bit value.
   */
  private static long stringLength(byte[] source, int at, int head) {
    if ((head & 0xC0) == 0x80) {
      return head & 0x3F;
    }
    if ((head & 0xF0) == 0xE0) {
      return ((head & 0x0FL) << 8) | (source[at + 1] & 0xFF);
    }
    return head == STRING_32 ? readInt(source, at + 1) & 0xFFFFFFFFL : 0;
  }

  /** The limits are one short of what the bits hold; they are part of the format. */
  private static int backLengthSize(int size) {
    if (size <= 127) {
      return 1;
    }
    if (size < 16383) {
      return 2;
    }
    if (size < 2097151) {
      return 3;
    }
    return size < 268435455 ? 4 : 5;
  }

  private static void writeBackLength(byte[] target, int at, int size, int width) {
    for (int i = 0; i < width; i++) {
      int group = (size >>> (7 * (width - 1 - i))) & 0x7F;
      target[at + i] = (byte) (i == 0 ? group : group | 0x80);
    }
  }

  private static boolean backLengthIs(byte[] source, int at, int size) {
    int width = backLengthSize(size);
    for (int i = 0; i < width; i++) {
      int group = (size >>> (7 * (width - 1 - i))) & 0x7F;
      if (source[at + i] != (byte) (i == 0 ? group : group | 0x80)) {
        return false;
      }
    }
    return true;
  }

  private static int readShort(byte[] source, int at) {
    return (source[at] & 0xFF) | ((source[at + 1] & 0xFF) << 8);
  }

  private static int readInt(byte[] source, int at) {
    return readShort(source, at) | (readShort(source, at + 2) << 16);
  }

  private static void writeInt(byte[] target, int at, int value) {
    for (int i = 0; i < 4; i++) {
      target[at + i] = (byte) (value >> (8 * i));
    }
  }
}
