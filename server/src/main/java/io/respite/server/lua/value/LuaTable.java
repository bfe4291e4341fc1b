package io.respite.server.lua.value;

import java.util.Arrays;

/**
 * A value of type table: an array part and a hash part, both as Lua 5.1 arranges them, so that
 * {@code next} goes through the same table in the same order and {@code #} finds the same border as
 * it would there; scripts, and texts made of tables, have come to depend on both.
 *
 * <p>The hash part is a scatter table with chains inside (R. P. Brent, "Reducing the retrieval time
 * of scatter storage techniques", CACM 16(2), 1973). Its invariant: an entry that is not at its
 * main position collided with one that is. So a new key whose main position is taken by a stranger
 * moves the stranger to a free place; otherwise the new key goes to the free place. Free places are
 * taken from the end.
 *
 * <pre>
 *            main position of "a" and "b"
 *                 │
 *   key     ┌─────▼─────┬───────────┬───────────┬───────────┐
 *           │    "a"    │     -     │     -     │    "b"    │
 *   next    └─────3─────┴───────────┴───────────┴───────────┘
 *                                         ▲ lastFree
 * </pre>
 *
 * When no free place is left, all integer keys are counted anew: the array part becomes the largest
 * n, a power of two, of which more than half would be in use, and the rest goes to the hash part. A
 * key whose value became nil keeps its place until then, so that a table may be emptied while
 * {@code next} goes through it.
 *
 * <p>Access is raw: metamethods are the machine's business.
 */
public final class LuaTable extends Counted {
  private static final Object[] NOTHING = {};
  private static final int[] NO_LINKS = {};

  /** Largest size of either part, as a power of two. */
  private static final int MAX_BITS = 26;

  /** What a table takes in memory by itself, and what one place of each part takes. */
  private static final int TABLE_BYTES = 64;

  private static final int ARRAY_PLACE_BYTES = 4;
  private static final int NODE_BYTES = 12;

  /** Keys beyond take a while to compare. */
  private static final int LONG_KEY = 1 << 12;

  /** What a number takes that is not shared. */
  private static final int BOX_BYTES = 16;

  private final Meter meter;
  private Object[] array = NOTHING;
  private Object[] keys = NOTHING;
  private Object[] values = NOTHING;
  private int[] links = NO_LINKS;
  private int lastFree;
  private LuaTable metatable;
  private boolean readOnly;

  // Which of the metamethods that are asked for often this table, as a metatable, is known not to
  // have; one bit each, forgotten with every change.
  private int absent;

  /** An empty table whose memory counts there. */
  public LuaTable(Meter meter) {
    this(meter, 0, 0);
  }

  /** An empty table with room for so many elements from 1 on, and so many other keys. */
  public LuaTable(Meter meter, int arraySize, int hashSize) {
    this.meter = meter;
    meter.allocate(TABLE_BYTES);
    if (arraySize > 0 || hashSize > 0) {
      resize(arraySize, hashSize);
    }
  }

  // ---- what a table is beside its content

  /** The metatable, or null. */
  public LuaTable metatable() {
    return metatable;
  }

  /** Sets the metatable; null for none. */
  public void metatable(LuaTable table) {
    checkWritable();
    metatable = table;
  }

  /** Whether programs may not change it. */
  public boolean readOnly() {
    return readOnly;
  }

  /** Lets programs change it, or not. */
  public void readOnly(boolean yes) {
    readOnly = yes;
  }

  /** Where its memory counts. */
  public Meter meter() {
    return meter;
  }

  /**
   * The metamethod of an event in this metatable, or null. That there is none is remembered, for
   * events below 32.
   */
  public Object metamethod(int event, LuaString name) {
    if ((absent & 1 << event) != 0) {
      return null;
    }
    Object found = get(name);
    if (found == null) {
      absent |= 1 << event;
    }
    return found;
  }

  private void checkWritable() {
    if (readOnly) {
      throw new LuaFault("Attempt to modify a readonly table");
    }
  }

  // ---- looking up

  /** The value of a key; null if there is none. */
  public Object get(Object key) {
    if (key instanceof LuaString string) {
      return get(string);
    } else if (key instanceof Double number) {
      return get(number.doubleValue());
    } else if (key == null) {
      return null;
    }
    int at = find(key);
    return at < 0 ? null : values[at];
  }

  /** The value of a string; null if there is none. */
  public Object get(LuaString key) {
    Object[] all = keys;
    if (all.length == 0) {
      return null;
    }
    int at = key.hashCode() & (all.length - 1);
    do {
      Object candidate = all[at];
      if (candidate == key || (candidate instanceof LuaString string && same(string, key))) {
        return values[at];
      }
      at = links[at];
    } while (at >= 0);
    return null;
  }

  /** The value of a number; null if there is none. */
  public Object get(double key) {
    int whole = (int) key;
    if (whole == key) {
      return get(whole);
    }
    int at = find(key);
    return at < 0 ? null : values[at];
  }

  /** The value of an integer; null if there is none. */
  public Object get(int key) {
    Object[] elements = array;
    int index = key - 1;
    if (index >= 0 && index < elements.length) {
      return elements[index];
    }
    if (keys.length == 0) {
      return null;
    }
    int at = find((double) key);
    return at < 0 ? null : values[at];
  }

  private int find(double key) {
    if (keys.length == 0) {
      return -1;
    }
    int at = home(key);
    do {
      if (keys[at] instanceof Double number && number == key) {
        return at;
      }
      at = links[at];
    } while (at >= 0);
    return -1;
  }

  /** Where a key lies in the hash part, its value nil or not; -1 if nowhere. */
  private int find(Object key) {
    if (key instanceof Double number) {
      return find(number.doubleValue());
    }
    if (keys.length == 0) {
      return -1;
    }
    int at = home(key);
    do {
      Object candidate = keys[at];
      if (candidate == key
          || (candidate instanceof LuaString string
              && key instanceof LuaString sought
              && same(string, sought))) {
        return at;
      }
      at = links[at];
    } while (at >= 0);
    return -1;
  }

  private boolean same(LuaString a, LuaString b) {
    if (a.hashCode() != b.hashCode()) {
      return false;
    }
    if (a.length() > LONG_KEY) {
      meter.looksAt(a.length());
    }
    return a.equals(b);
  }

  private int home(double key) {
    if (key == 0) {
      return 0;
    }
    long bits = Double.doubleToRawLongBits(key);
    return Integer.remainderUnsigned((int) bits + (int) (bits >>> 32), (keys.length - 1) | 1);
  }

  private int home(Object key) {
    int size = keys.length;
    if (key instanceof LuaString string) {
      return string.hashCode() & (size - 1);
    } else if (key instanceof Double number) {
      return home(number.doubleValue());
    } else if (key instanceof Boolean truth) {
      return (truth ? 1 : 0) & (size - 1);
    }
    return Integer.remainderUnsigned(System.identityHashCode(key), (size - 1) | 1);
  }

  // ---- changing

  /**
   * Sets the value of a key; nil removes it.
   *
   * @throws LuaFault when the key is nil or not a number, when the table is read-only, or when
   *     memory is at an end
   */
  public void set(Object key, Object value) {
    if (key instanceof Double number) {
      set(number, value);
      return;
    }
    checkWritable();
    if (key == null) {
      throw new LuaFault("table index is nil");
    }
    absent = 0;
    int at = find(key);
    if (at >= 0) {
      values[at] = value;
    } else {
      // Also for nil: Lua takes a place for the key then, and what follows may depend on it.
      insert(key, value);
    }
  }

  private void set(Double key, Object value) {
    double number = key;
    int whole = (int) number;
    if (whole == number) {
      int index = whole - 1;
      if (index >= 0 && index < array.length && !readOnly) {
        array[index] = value;
        return;
      }
    } else if (Double.isNaN(number)) {
      checkWritable();
      throw new LuaFault("table index is NaN");
    }
    setInHash(key, value);
  }

  /** Sets the value of a number; see {@link #set(Object, Object)}. */
  public void setNumber(double key, Object value) {
    int whole = (int) key;
    if (whole == key) {
      set(whole, value);
    } else {
      set((Double) key, value);
    }
  }

  /** Sets the value of an integer; see {@link #set(Object, Object)}. */
  public void set(int key, Object value) {
    int index = key - 1;
    if (index >= 0 && index < array.length && !readOnly) {
      array[index] = value;
    } else {
      setInHash((double) key, value);
    }
  }

  private void setInHash(Double key, Object value) {
    checkWritable();
    int at = find(key.doubleValue());
    if (at >= 0) {
      values[at] = value;
    } else {
      insert(key, value);
    }
  }

  /** Adds a key that is in neither part. */
  private void insert(Object key, Object value) {
    if (keys.length == 0) {
      rehash(key);
      place(key, value);
      return;
    }
    int home = home(key);
    int at = home;
    if (values[home] != null) {
      int free = free();
      if (free < 0) {
        rehash(key);
        place(key, value);
        return;
      }
      int other = home(keys[home]);
      if (other == home) {
        links[free] = links[home];
        links[home] = free;
        at = free;
      } else {
        while (links[other] != home) {
          other = links[other];
        }
        links[other] = free;
        keys[free] = keys[home];
        values[free] = values[home];
        links[free] = links[home];
        links[home] = -1;
      }
    }
    keys[at] = key;
    values[at] = value;
  }

  /** Sets a key that has room now. */
  private void place(Object key, Object value) {
    if (key instanceof Double number) {
      int whole = number.intValue();
      if (whole == number && whole >= 1 && whole <= array.length) {
        array[whole - 1] = value;
        return;
      }
    }
    int at = find(key);
    if (at >= 0) {
      values[at] = value;
    } else {
      insert(key, value);
    }
  }

  private int free() {
    while (lastFree > 0) {
      lastFree--;
      if (keys[lastFree] == null) {
        return lastFree;
      }
    }
    return -1;
  }

  // ---- sizes

  /** Finds new sizes for both parts, with room for one more key. */
  private void rehash(Object extra) {
    // slices[i]: how many integer keys lie in (2^(i-1), 2^i].
    int[] slices = new int[MAX_BITS + 1];
    int integers = countArray(slices);
    int total = integers;
    for (int i = 0; i < keys.length; i++) {
      if (values[i] != null) {
        integers += countInteger(keys[i], slices);
        total++;
      }
    }
    integers += countInteger(extra, slices);
    total++;
    int size = 0;
    int inArray = 0;
    int sum = 0;
    for (int i = 0; i <= MAX_BITS && (1 << i) / 2 < integers; i++) {
      sum += slices[i];
      if (slices[i] > 0 && sum > (1 << i) / 2) {
        size = 1 << i;
        inArray = sum;
      }
      if (sum == integers) {
        break;
      }
    }
    resize(size, total - inArray);
  }

  private int countArray(int[] slices) {
    int total = 0;
    int i = 0;
    for (int bit = 0; bit <= MAX_BITS && i < array.length; bit++) {
      int end = Math.min(1 << bit, array.length);
      int count = 0;
      for (; i < end; i++) {
        if (array[i] != null) {
          count++;
        }
      }
      slices[bit] += count;
      total += count;
    }
    return total;
  }

  private static int countInteger(Object key, int[] slices) {
    if (key instanceof Double number) {
      int whole = number.intValue();
      if (whole == number && whole >= 1 && whole <= 1 << MAX_BITS) {
        slices[32 - Integer.numberOfLeadingZeros(whole - 1)]++;
        return 1;
      }
    }
    return 0;
  }

  /** Gives the array part at least this many places, as a constructor does for its list. */
  public void ensureArray(int size) {
    checkWritable();
    if (size > array.length) {
      resize(size, keys.length);
    }
  }

  private void resize(int arraySize, int hashSize) {
    if (arraySize > 1 << MAX_BITS || hashSize > 1 << MAX_BITS) {
      throw new LuaFault("table overflow");
    }
    int nodes = hashSize == 0 ? 0 : Integer.highestOneBit(Math.max(1, 2 * hashSize - 1));
    meter.allocate(
        (long) (ARRAY_PLACE_BYTES + BOX_BYTES) * Math.max(0, arraySize - array.length)
            + (long) (NODE_BYTES + 2 * BOX_BYTES) * Math.max(0, nodes - keys.length)
            + (long) ARRAY_PLACE_BYTES * arraySize
            + (long) NODE_BYTES * nodes);
    Object[] oldArray = array;
    Object[] oldKeys = keys;
    Object[] oldValues = values;
    if (arraySize != array.length) {
      array = arraySize == 0 ? NOTHING : Arrays.copyOf(array, arraySize);
    }
    keys = nodes == 0 ? NOTHING : new Object[nodes];
    values = nodes == 0 ? NOTHING : new Object[nodes];
    links = nodes == 0 ? NO_LINKS : new int[nodes];
    Arrays.fill(links, -1);
    lastFree = nodes;
    for (int i = arraySize; i < oldArray.length; i++) {
      if (oldArray[i] != null) {
        insert((double) (i + 1), oldArray[i]);
      }
    }
    for (int i = oldKeys.length - 1; i >= 0; i--) {
      if (oldValues[i] != null) {
        place(oldKeys[i], oldValues[i]);
      }
    }
  }

  // ---- the whole

  /** A border: an n with an element at n and none at n+1; 0 if there is none at 1. */
  public int length() {
    int size = array.length;
    if (size > 0 && array[size - 1] == null) {
      int low = 0;
      int high = size;
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (array[middle - 1] == null) {
          high = middle;
        } else {
          low = middle;
        }
      }
      return low;
    }
    return keys.length == 0 ? size : borderBeyond(size);
  }

  private int borderBeyond(int size) {
    int low = size;
    int high = size + 1;
    while (get(high) != null) {
      low = high;
      if (high > Integer.MAX_VALUE / 2) {
        // Somebody set elements at powers of two, to no good end.
        int n = 1;
        while (get(n) != null) {
          n++;
        }
        return n - 1;
      }
      high *= 2;
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (get(middle) == null) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /**
   * Where the entry behind a key lies, for {@link #keyAt} and {@link #valueAt}.
   *
   * @param key null for the first entry
   * @return -1 behind the last entry
   * @throws LuaFault when there was no such key
   */
  public int next(Object key) {
    return nextFrom(placeBehind(key));
  }

  /**
   * The place behind the entry with a key; the first of all for null.
   *
   * @throws LuaFault when there is no such entry
   */
  public int placeBehind(Object key) {
    return key == null ? 0 : position(key) + 1;
  }

  /** How many of the first places belong to elements, whose keys are numbers. */
  public int arrayPlaces() {
    return array.length;
  }

  /** How many places there are. */
  public int places() {
    return array.length + keys.length;
  }

  /** The place of the first entry at this place or behind it; -1 if there is none. */
  public int nextFrom(int place) {
    int i = place;
    for (; i < array.length; i++) {
      if (array[i] != null) {
        return i;
      }
    }
    for (i -= array.length; i < keys.length; i++) {
      if (values[i] != null) {
        return array.length + i;
      }
    }
    return -1;
  }

  private int position(Object key) {
    if (key instanceof Double number) {
      int whole = number.intValue();
      if (whole == number && whole >= 1 && whole <= array.length) {
        return whole - 1;
      }
    }
    int at = find(key);
    if (at < 0) {
      throw new LuaFault("invalid key to 'next'");
    }
    return array.length + at;
  }

  /** The key of the entry at a place that {@link #next} answered. */
  public Object keyAt(int place) {
    return place < array.length ? (Object) (double) (place + 1) : keys[place - array.length];
  }

  /** The value of the entry at a place that {@link #next} answered. */
  public Object valueAt(int place) {
    return place < array.length ? array[place] : values[place - array.length];
  }

  /** What the table itself takes in memory, in bytes, without its keys and values but numbers. */
  public long bytes() {
    return TABLE_BYTES
        + (long) (ARRAY_PLACE_BYTES + BOX_BYTES) * array.length
        + (long) (NODE_BYTES + 2 * BOX_BYTES) * keys.length;
  }
}
