package io.respite.server.type;

import io.respite.server.encoding.FrozenTable;
import io.respite.server.encoding.Intset;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.encoding.SeededHash;
import io.respite.server.encoding.Window;
import io.respite.server.environment.RandomSource;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A set: members without order, each once.
 *
 * <pre>
 *   intset     only integers, up to set-max-intset-entries
 *      │  a member that is no integer          too many, or too many for a listpack
 *      ▼                                       │
 *   listpack   up to set-max-listpack-entries members of set-max-listpack-value bytes
 *      │                                       │
 *      ▼                                       ▼
 *   hashtable  a table of records that have a key and no value
 * </pre>
 *
 * A set never goes back; only a set that is made anew, as the result of an operation on others, is
 * as compact as it can be.
 */
public final class SetValue extends Capturable implements ScoredMembers {
  /** Bytes by which a listpack may grow for one member beyond its own. */
  private static final int ENTRY_OVERHEAD = 16;

  private final SeededHash hasher;
  private final EncodingLimits limits;

  // The three forms, and what an image of the third has: exactly one is not null.
  private Intset integers;
  private Listpack compact;
  private RecordTable table;
  private FrozenTable frozen;

  /** An empty set, in its most compact form. */
  public SetValue(SeededHash hasher, EncodingLimits limits) {
    super(limits.cuts());
    this.hasher = hasher;
    this.limits = limits;
    this.integers = new Intset();
  }

  /**
   * An empty set in the form that suits what is about to be added.
   *
   * @param integer whether the first member is an integer
   * @param members how many there are, those given twice included
   */
  public static SetValue sized(
      SeededHash hasher, EncodingLimits limits, boolean integer, long members) {
    SetValue set = new SetValue(hasher, limits);
    if (!integer || members > limits.setIntsetEntries()) {
      set.integers = null;
      if (members <= limits.setListpackEntries()) {
        set.compact = new Listpack();
      } else {
        set.table = new RecordTable(hasher);
      }
    }
    return set;
  }

  /**
   * Takes the table form when that is what so many members need that are about to be added.
   *
   * @param members how many there are, those given twice included
   */
  public void expect(long members) {
    edit();
    if ((integers != null && members > limits.setIntsetEntries())
        || (compact != null && members > limits.setListpackEntries())) {
      toTable();
    }
  }

  /** The most compact form, for those who write it as it is; null in another one. */
  public Intset intset() {
    return integers;
  }

  /** Number of members. */
  public long size() {
    if (table != null) {
      return table.size();
    }
    if (frozen != null) {
      return frozen.size();
    }
    return compact != null ? compact.count() : integers.count();
  }

  /** Whether a string is a member. */
  public boolean contains(byte[] bytes, int offset, int length) {
    if (table != null) {
      return table.get(bytes, offset, length) != null;
    }
    if (compact != null) {
      return compact.find(compact.first(), bytes, offset, length, 1) != Listpack.NONE;
    }
    return Numbers.isLong(bytes, offset, length)
        && integers.contains(Numbers.parseLong(bytes, offset, length));
  }

  /** Whether what a window shows is a member. */
  public boolean contains(Window member) {
    if (integers != null && member.isLong()) {
      return integers.contains(member.longValue());
    }
    return contains(member.bytes(), member.offset(), member.length());
  }

  /** Adds a member; whether it is new. */
  public boolean add(byte[] bytes, int offset, int length) {
    edit();
    if (table != null) {
      return addToTable(bytes, offset, length);
    }
    if (compact != null) {
      return addToCompact(bytes, offset, length);
    }
    if (Numbers.isLong(bytes, offset, length)) {
      return addInteger(Numbers.parseLong(bytes, offset, length));
    }
    leaveIntegers(length);
    return add(bytes, offset, length);
  }

  /** Adds what a window shows; whether it is new. */
  public boolean add(Window member) {
    edit();
    if (integers != null && member.isLong()) {
      return addInteger(member.longValue());
    }
    return add(member.bytes(), member.offset(), member.length());
  }

  private boolean addInteger(long member) {
    boolean added = integers.add(member);
    if (added && integers.count() > Math.min(limits.setIntsetEntries(), Intset.MAX_MEMBERS - 1)) {
      toTable();
    }
    return added;
  }

  private boolean addToCompact(byte[] bytes, int offset, int length) {
    if (compact.find(compact.first(), bytes, offset, length, 1) != Listpack.NONE) {
      return false;
    }
    if (compact.count() < limits.setListpackEntries()
        && length <= limits.setListpackValue()
        && compact.fits((long) length + ENTRY_OVERHEAD)) {
      compact.append(bytes, offset, length);
      return true;
    }
    toTable();
    return addToTable(bytes, offset, length);
  }

  private boolean addToTable(byte[] bytes, int offset, int length) {
    if (table.locate(bytes, offset, length)) {
      return false;
    }
    table.insert(PackedEntry.member(bytes, offset, length));
    return true;
  }

  /** Makes room for a member of this length that is no integer. */
  private void leaveIntegers(int length) {
    int count = integers.count();
    int longest =
        count == 0
            ? 0
            : Math.max(
                Numbers.longLength(integers.at(0)), Numbers.longLength(integers.at(count - 1)));
    if (count < limits.setListpackEntries()
        && Math.max(longest, length) <= limits.setListpackValue()) {
      Listpack list = new Listpack(integers.byteSize() + length + ENTRY_OVERHEAD);
      for (int i = 0; i < count; i++) {
        list.append(integers.at(i));
      }
      compact = list;
      integers = null;
    } else {
      toTable();
    }
  }

  private void toTable() {
    RecordTable members = new RecordTable(hasher);
    forEach(
        new Window(),
        member ->
            members.put(PackedEntry.member(member.bytes(), member.offset(), member.length())));
    table = members;
    compact = null;
    integers = null;
  }

  /** Removes a member; whether it was there. */
  public boolean remove(byte[] bytes, int offset, int length) {
    edit();
    if (table != null) {
      return table.remove(bytes, offset, length) != null;
    }
    if (compact != null) {
      int at = compact.find(compact.first(), bytes, offset, length, 1);
      if (at == Listpack.NONE) {
        return false;
      }
      compact.delete(at, 1);
      return true;
    }
    return Numbers.isLong(bytes, offset, length)
        && integers.remove(Numbers.parseLong(bytes, offset, length));
  }

  /** Removes what a window shows, which may be this set's own; whether it was there. */
  public boolean remove(Window member) {
    edit();
    if (integers != null && member.isLong()) {
      return integers.remove(member.longValue());
    }
    return remove(member.bytes(), member.offset(), member.length());
  }

  /** Takes over the members and the form of another set, which is not to be used any more. */
  public void become(SetValue other) {
    edit();
    integers = other.integers;
    compact = other.compact;
    table = other.table;
  }

  private static void show(Object entry, Window window) {
    byte[] record = (byte[]) entry;
    window.show(record, PackedEntry.keyOffset(record), PackedEntry.keyLength(record));
  }

  /** Shows every member in the window. The visitor must not change the set. */
  public void forEach(Window window, Consumer<Window> visitor) {
    forEachWhile(
        window,
        member -> {
          visitor.accept(member);
          return true;
        });
  }

  /**
   * Shows members in the window until the visitor says that it has seen enough. It must not change
   * the set.
   *
   * @param visitor answers whether to go on
   */
  public void forEachWhile(Window window, Predicate<Window> visitor) {
    if (table != null) {
      table.forEachWhile(
          entry -> {
            show(entry, window);
            return visitor.test(window);
          });
    } else if (frozen != null) {
      frozen.forEachWhile(
          cuts().owner(),
          entry -> {
            show(entry, window);
            return visitor.test(window);
          });
    } else if (compact != null) {
      for (int at = compact.first(); at != Listpack.NONE; at = compact.next(at)) {
        window.show(compact, at);
        if (!visitor.test(window)) {
          return;
        }
      }
    } else {
      for (int i = 0; i < integers.count(); i++) {
        window.show(integers.at(i));
        if (!visitor.test(window)) {
          return;
        }
      }
    }
  }

  /**
   * One step of a scan over all members; see {@link RecordTable#scan}. A compact set is shown
   * whole.
   */
  public long scan(long cursor, long count, Window window, Consumer<Window> visitor) {
    if (table == null) {
      forEach(window, visitor);
      return 0;
    }
    return table.scan(
        cursor,
        count,
        entry -> {
          show(entry, window);
          visitor.accept(window);
        });
  }

  /** Shows a member of a set that is not empty, chosen so that all are equally likely. */
  public void showRandom(RandomSource random, Window window) {
    if (table != null) {
      show(table.random(random), window);
    } else if (compact != null) {
      int index = random.nextInt(compact.count());
      int fromEnd = index - compact.count();
      window.show(compact, compact.at(index < -fromEnd ? index : fromEnd));
    } else {
      window.show(integers.at(random.nextInt(integers.count())));
    }
  }

  /** Every member counts as much: its score is 1. */
  @Override
  public double scoreOf(byte[] member, int offset, int length) {
    return contains(member, offset, length) ? 1 : Double.NaN;
  }

  @Override
  public void whileScored(Predicate<ScoredView> visitor) {
    ScoredView view = new ScoredView();
    Window window = new Window();
    forEachWhile(
        window,
        member -> {
          view.show(member.bytes(), member.offset(), member.length(), 1);
          return visitor.test(view);
        });
  }

  @Override
  public String typeName() {
    return "set";
  }

  @Override
  public String encoding() {
    if (table != null) {
      return "hashtable";
    }
    return compact != null ? "listpack" : "intset";
  }

  @Override
  public long heapBytes() {
    if (table != null) {
      return 32 + 72 + table.recordBytes() + table.overheadBytes();
    }
    int array = compact != null ? compact.capacity() : integers.capacity();
    return 32 + 24 + ((16L + array + 7) & ~7L);
  }

  @Override
  public long elements() {
    return size();
  }

  @Override
  public int typeNumber() {
    return 2;
  }

  @Override
  public void digest(ValueDigest digest) {
    forEach(new Window(), member -> digest.add(member.copy()));
  }

  @Override
  public SetValue copy() {
    SetValue copy = new SetValue(hasher, limits);
    if (table != null) {
      RecordTable members = new RecordTable(hasher);
      table.forEach(entry -> members.put(((byte[]) entry).clone()));
      copy.table = members;
      copy.integers = null;
    } else if (compact != null) {
      copy.compact = compact.copy();
      copy.integers = null;
    } else {
      copy.integers = integers.copy();
    }
    return copy;
  }

  @Override
  Value freeze() {
    SetValue image = new SetValue(hasher, limits);
    image.integers = integers == null ? null : integers.frozen();
    image.compact = compact == null ? null : compact.frozen();
    image.frozen = table == null ? null : table.freeze(cuts());
    return image;
  }

  @Override
  public boolean shownOnce() {
    return frozen != null;
  }

  @Override
  public void release() {
    if (frozen != null) {
      frozen.release();
    }
  }
}
