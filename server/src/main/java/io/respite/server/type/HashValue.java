package io.respite.server.type;

import io.respite.server.encoding.FrozenTable;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.encoding.SeededHash;
import io.respite.server.environment.RandomSource;
import java.util.function.Consumer;

/**
 * A hash: fields with values, each with a deadline of its own if it has one.
 *
 * <p>A small hash is a {@link CompactHash}; it becomes a table of records when it outgrows the
 * {@link EncodingLimits} or when somebody asks for the table, and stays one.
 *
 * <p>Fields past their deadline stay until somebody removes them; every method says whether it sees
 * them. Removing them, with all that others must be told, is the keyspace's business, not the
 * hash's.
 */
public final class HashValue extends Capturable {
  private final SeededHash hasher;
  private final EncodingLimits limits;
  private final FieldView view = new FieldView();

  /** The compact form; null once the hash is a table. */
  private CompactHash compact;

  /** The table form; null before. */
  private RecordTable table;

  /** What an image of the table form has; null in a hash that lives. */
  private FrozenTable frozen;

  /** Who chooses what is evicted; null for whoever asks. */
  private FieldChooser chooser;

  private long earliest = Long.MAX_VALUE;
  private int sweptSegments;

  /** An empty hash. */
  public HashValue(SeededHash hasher, EncodingLimits limits) {
    super(limits.cuts());
    this.hasher = hasher;
    this.limits = limits;
    this.compact = new CompactHash();
  }

  /** Number of fields, those past their deadline included, as HLEN counts. */
  public long size() {
    if (compact != null) {
      return compact.size();
    }
    return table != null ? table.size() : frozen.size();
  }

  /** Number of fields that have a deadline. */
  public long withDeadline() {
    if (compact != null) {
      return compact.withDeadline();
    }
    return table != null ? table.withDeadline() : frozen.withDeadline();
  }

  /**
   * The fields as a table of records, for callers that work on records themselves; who lets others
   * hold them says so by {@link RecordTable#keepRecords}. A hash asked for this keeps the table
   * form for good. Whoever changes it begins with {@link #edit}, and reports a deadline that it
   * adds by {@link #noteDeadline}.
   */
  public RecordTable table() {
    if (compact != null) {
      edit();
      table = new RecordTable(hasher);
      compact.forEach(view, field -> table.put(field.packed()));
      compact = null;
    }
    return table;
  }

  /** Says that some field is due at {@code deadline} (0 for no deadline at all). */
  public void noteDeadline(long deadline) {
    if (deadline == 0) {
      return;
    }
    limits.fieldDeadlines(true);
    if (deadline < earliest) {
      earliest = deadline;
    }
  }

  /**
   * The field, dead or alive, or null when there is none. The view is shared: see {@link
   * FieldView}.
   */
  public FieldView find(byte[] bytes, int offset, int length) {
    if (compact != null) {
      return compact.find(bytes, offset, length, view) ? view : null;
    }
    Object entry = table.get(bytes, offset, length);
    return entry == null ? null : show((byte[]) entry);
  }

  /**
   * The field if it is alive at {@code now}, else null. The view is shared: see {@link FieldView}.
   */
  public FieldView find(byte[] bytes, int offset, int length, long now) {
    FieldView found = find(bytes, offset, length);
    if (found == null || found.expired(now)) {
      return null;
    }
    if (table != null) {
      used(found.nameBytes);
    }
    return found;
  }

  private void used(byte[] record) {
    EntryUse use = limits.fieldUse();
    if (use != null && chooser == null) {
      int bits = PackedEntry.access(record);
      int now = use.used(bits);
      if (now != bits) {
        PackedEntry.setAccess(record, now);
      }
    }
  }

  /** Sets who chooses which field is evicted; null for whoever asks. */
  public void chooser(FieldChooser who) {
    chooser = who;
  }

  /** Who chooses which field is evicted, or null: then the fields' bits are {@link EntryUse}'s. */
  public FieldChooser chooser() {
    return chooser;
  }

  /** The fields as a table of records if the hash has that form, else null. */
  public RecordTable tableOrNull() {
    return table;
  }

  private FieldView show(byte[] record) {
    FieldView v = view;
    v.nameBytes = record;
    v.nameOffset = PackedEntry.keyOffset(record);
    v.nameLength = PackedEntry.keyLength(record);
    v.valueBytes = record;
    v.valueOffset = v.nameOffset + v.nameLength;
    v.valueLength = record.length - v.valueOffset;
    v.expireAt = PackedEntry.expireAt(record);
    v.packed = true;
    return v;
  }

  /**
   * Sets a field.
   *
   * @param expireAt its deadline from now on, milliseconds since 1970, 0 for none
   * @return whether the field is new; one that was there but dead counts as old
   */
  public boolean put(
      byte[] field,
      int fieldOffset,
      int fieldLength,
      byte[] value,
      int valueOffset,
      int valueLength,
      long expireAt) {
    edit();
    noteDeadline(expireAt);
    if (compact != null) {
      boolean small =
          fieldLength <= limits.hashValue()
              && valueLength <= limits.hashValue()
              && compact.fits(fieldLength, valueLength);
      if (small) {
        boolean added =
            compact.put(field, fieldOffset, fieldLength, value, valueOffset, valueLength, expireAt);
        if (added && compact.size() > limits.hashEntries()) {
          table();
        }
        return added;
      }
      table();
    }
    EntryUse use = limits.fieldUse();
    int access = use == null ? 0 : use.fresh();
    int form = PackedEntry.FORM_PLAIN;
    boolean fresh = !table.locate(field, fieldOffset, fieldLength);
    if (!fresh && table.rewrite(value, valueOffset, valueLength, expireAt, form, access)) {
      return false;
    }
    byte[] record =
        PackedEntry.of(
            field,
            fieldOffset,
            fieldLength,
            value,
            valueOffset,
            valueLength,
            expireAt,
            form,
            access);
    if (fresh) {
      table.insert(record);
    } else {
      table.replace(record);
    }
    return fresh;
  }

  /**
   * Gives a field, dead or alive, another deadline (0 for none); false when there is no such field.
   */
  public boolean expireAt(byte[] field, int offset, int length, long expireAt) {
    edit();
    if (compact != null) {
      if (!compact.expireAt(field, offset, length, expireAt)) {
        return false;
      }
      noteDeadline(expireAt);
      return true;
    }
    if (!table.locate(field, offset, length)) {
      return false;
    }
    noteDeadline(expireAt);
    table.expireAt(expireAt);
    return true;
  }

  /** Removes a field, dead or alive; whether there was one. */
  public boolean remove(byte[] field, int offset, int length) {
    edit();
    return compact != null
        ? compact.remove(field, offset, length)
        : table.remove(field, offset, length) != null;
  }

  /** Visits every field, dead or alive. The visitor must not change the hash. */
  public void forEach(Consumer<FieldView> visitor) {
    if (compact != null) {
      compact.forEach(view, visitor);
    } else if (table != null) {
      table.forEach(entry -> visitor.accept(show((byte[]) entry)));
    } else {
      frozen.forEach(cuts().owner(), entry -> visitor.accept(show((byte[]) entry)));
    }
  }

  /**
   * One step of a scan over all fields, dead or alive; see {@link RecordTable#scan}. A compact hash
   * is visited whole.
   */
  public long scan(long cursor, long count, Consumer<FieldView> visitor) {
    if (compact != null) {
      compact.forEach(view, visitor);
      return 0;
    }
    return table.scan(cursor, count, entry -> visitor.accept(show((byte[]) entry)));
  }

  /** A field chosen at random, dead or alive; null when the hash is empty. */
  public FieldView random(RandomSource random) {
    if (compact != null) {
      if (compact.size() == 0) {
        return null;
      }
      compact.showNth(random.nextInt(compact.size()), view);
      return view;
    }
    Object entry = table.random(random);
    return entry == null ? null : show((byte[]) entry);
  }

  /** The compact form's listpack, for those who write it as it is; null in the large form. */
  public Listpack listpack() {
    return compact == null ? null : compact.listpack();
  }

  /** Whether the listpack holds a deadline behind each field and value. */
  public boolean listpackHasDeadlines() {
    return compact != null && compact.hasDeadlines();
  }

  /** A moment that no field's deadline is before; Long.MAX_VALUE when no field has one. */
  public long firstDeadline() {
    return earliest;
  }

  @Override
  public long elements() {
    return size();
  }

  @Override
  public int typeNumber() {
    return 4;
  }

  @Override
  public void digest(ValueDigest digest) {
    forEach(
        field -> {
          ValueDigest pair = new ValueDigest();
          pair.mix(field.name());
          pair.mix(field.value());
          digest.add(pair);
        });
  }

  @Override
  public long innerDeadline() {
    return earliest;
  }

  /**
   * Removes fields that are due, a few segments at a time.
   *
   * @param now milliseconds since 1970
   * @param segments how many segments to look at, at most
   * @param removed told of each field removed; must not change the hash
   */
  public void sweep(long now, int segments, Consumer<FieldView> removed) {
    edit();
    if (compact != null) {
      earliest = compact.sweep(now, view, removed);
      return;
    }
    int round = table.directoryLength();
    int steps = Math.min(segments, round - Math.min(sweptSegments, round - 1));
    table.sweep(now, steps, (entry, gone) -> removed.accept(show((byte[]) entry)));
    sweptSegments += steps;
    if (sweptSegments >= round) {
      sweptSegments = 0;
      earliest = table.earliest();
    }
  }

  @Override
  public String typeName() {
    return "hash";
  }

  @Override
  public String encoding() {
    if (compact != null) {
      return compact.hasDeadlines() ? "listpackex" : "listpack";
    }
    return "hashtable";
  }

  @Override
  public long heapBytes() {
    return 152
        + (compact != null ? compact.heapBytes() : table.recordBytes() + table.overheadBytes());
  }

  @Override
  public HashValue copy() {
    HashValue copy = new HashValue(hasher, limits);
    if (compact != null) {
      copy.compact = compact.copy();
    } else {
      RecordTable target = copy.table();
      table.forEach(entry -> target.put(((byte[]) entry).clone()));
    }
    copy.earliest = earliest;
    return copy;
  }

  @Override
  Value freeze() {
    HashValue image = new HashValue(hasher, limits);
    image.earliest = earliest;
    if (compact != null) {
      image.compact = compact.freeze();
    } else {
      image.compact = null;
      image.frozen = table.freeze(cuts());
    }
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
