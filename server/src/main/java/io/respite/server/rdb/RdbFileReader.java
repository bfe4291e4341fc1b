package io.respite.server.rdb;

import io.respite.server.environment.Storage;
import io.respite.server.type.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads a file of any version and tells a visitor what is in it, in the file's order.
 *
 * <p>Whoever wrote the file is not trusted, and neither is what lay between: each length is
 * compared with what is left of the file before memory is taken, each value is checked before the
 * visitor sees it, and the check at the end covers every byte. A visitor must therefore keep what
 * it is told apart until {@link #read} has returned: a damaged file is often noticed at its end.
 *
 * <p>Read are the versions 1 to 13 of {@code REDIS}, as far as their values are known here, and 80
 * of {@code VALKEY}. What modules keep beside keys is skipped; a module's value is refused, unless
 * the visitor wants to skip those too.
 */
public final class RdbFileReader {
  private static final int MAGIC_BYTES = 9;
  private static final int NEWEST_REDIS = 13;
  private static final int VALKEY = ObjectFormats.VALKEY_VERSION;

  /** Since then a file ends with a check. */
  private static final int FIRST_CHECKED = 5;

  /** A form, a key and a value of no bytes. */
  private static final int LEAST_ENTRY_BYTES = 3;

  private static final int MODULE = 6;
  private static final int MODULE_2 = 7;
  private static final int FIRST_FOREIGN = 22;

  /** What is being read when something goes wrong. */
  public enum Doing {
    /** The magic and the version. */
    START("start", "the head"),
    /** The byte that says what comes next. */
    TYPE("read-type", "what comes next"),
    /** A deadline. */
    DEADLINE("read-expire", "a deadline"),
    /** A key. */
    KEY("read-key", "a key"),
    /** A value. */
    VALUE("read-object-value", "a value"),
    /** A number that is neither. */
    LENGTH("read-len", "a number"),
    /** A name and value about the file. */
    AUX("read-aux", "a field about the file"),
    /** What a module keeps beside keys. */
    MODULE_AUX("read-module-aux", "a module's data"),
    /** A library. */
    FUNCTION("read-function", "a library of functions"),
    /** The check at the end. */
    CHECKSUM("check-sum", "the checksum");

    private final String word;
    private final String what;

    Doing(String word, String what) {
      this.word = word;
      this.what = what;
    }

    /** As redis-check-rdb names it. */
    public String word() {
      return word;
    }

    String what() {
      return what;
    }
  }

  /** Is told what is in a file. To refuse something it throws an {@link RdbFormatException}. */
  public interface Visitor {
    /** What the file says of itself. */
    default void aux(String name, byte[] value) {}

    /** The code of a library of functions. */
    default void function(byte[] code) {}

    /** The keys that follow are in this database. */
    default void database(long number) {}

    /**
     * How many keys of a database follow, as the file claims: a hint, and never more than the rest
     * of the file has room for.
     */
    default void keys(int database, long count) {}

    /** Something of a module, which is no key, has been skipped. */
    default void skippedModuleData(String module) {}

    /** Whether values of modules are skipped instead of refused. */
    default boolean skipsModuleValues() {
      return false;
    }

    /** A key has been read; its value comes next, if it makes sense. */
    default void key(RdbKey key) {}

    /**
     * The key holds a string.
     *
     * @param record a {@link io.respite.server.encoding.PackedEntry} of both and the deadline,
     *     without access bits; the array is the visitor's
     */
    void string(RdbKey key, byte[] record);

    /** The key holds something else. */
    void value(RdbKey key, Value value);

    /** The key holds a value without elements, and is left out. */
    default void empty(RdbKey key) {}

    /** The check at the end was right, or there is none. */
    default void checked(boolean present) {}
  }

  private final RdbFileInput in;
  private final ObjectFormats.Surroundings surroundings;
  private final boolean checks;
  private Doing doing = Doing.START;
  private boolean valkey;
  private int version;
  private int database;
  private final RdbKey key = new RdbKey();

  /** The same, once there has been a key. */
  private RdbKey current;

  /**
   * Reads a file, which stays open.
   *
   * @param surroundings of the values that are made
   * @param checks whether the check at the end must be right
   */
  public RdbFileReader(Storage.Input file, ObjectFormats.Surroundings surroundings, boolean checks)
      throws IOException {
    this.in = new RdbFileInput(file, checks, surroundings.longestString());
    this.surroundings = surroundings;
    this.checks = checks;
  }

  /** Bytes read so far. */
  public long position() {
    return in.position();
  }

  /**
   * What follows behind the bytes read so far: once {@link #read} has returned, whatever somebody
   * has appended. This reader must not be used any more then.
   */
  public Storage.Input rest() {
    return in.rest();
  }

  /** Bytes in the file. */
  public long size() {
    return in.size();
  }

  /** What is being read. */
  public Doing doing() {
    return doing;
  }

  /** The version in the file's head; 0 before it has been read. */
  public int version() {
    return version;
  }

  /** The key last read; null before the first. */
  public RdbKey lastKey() {
    return current;
  }

  /**
   * Reads the file to its end. Bytes behind that are left alone.
   *
   * @throws RdbFileException when it is not what it should be
   * @throws IOException when it cannot be read
   */
  public void read(Visitor visitor) throws IOException {
    try {
      head();
      while (item(visitor)) {
        // one after the other
      }
      tail(visitor);
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    } catch (IllegalArgumentException wrong) {
      throw new RdbFileException(in.position(), doing, wrong.getMessage(), wrong);
    }
  }

  private void head() {
    byte[] magic = new byte[MAGIC_BYTES];
    for (int i = 0; i < MAGIC_BYTES; i++) {
      magic[i] = (byte) in.readByte();
    }
    String text = new String(magic, StandardCharsets.ISO_8859_1);
    valkey = text.startsWith("VALKEY");
    if (!valkey && !text.startsWith("REDIS")) {
      throw new RdbFormatException("Wrong signature trying to load DB from file");
    }
    String number = text.substring(valkey ? 6 : 5);
    if (!number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new RdbFormatException("Wrong signature trying to load DB from file");
    }
    version = Integer.parseInt(number);
    if (valkey ? version != VALKEY : version < 1 || version > NEWEST_REDIS) {
      throw new RdbFormatException(
          "Can't handle RDB format version " + (valkey ? "VALKEY " : "") + version);
    }
  }

  // ---- one thing after the other

  private boolean hasDeadline;
  private long expireAt;
  private long idleSeconds = -1;
  private int frequency = -1;

  private boolean item(Visitor visitor) {
    doing = Doing.TYPE;
    int type = in.readByte();
    switch (type) {
      case RdbOpcode.END -> {
        return false;
      }
      case RdbOpcode.SELECT -> {
        doing = Doing.LENGTH;
        select(in.readLength(), visitor);
      }
      case RdbOpcode.RESIZE -> {
        doing = Doing.LENGTH;
        long keys = in.readLength();
        in.readLength();
        // It is only a hint, and may be damaged: no file holds more than it has room for.
        long room = in.remaining() / LEAST_ENTRY_BYTES;
        visitor.keys(database, keys < 0 ? room : Math.min(keys, room));
      }
      case RdbOpcode.SLOT_INFO -> {
        doing = Doing.LENGTH;
        for (int i = 0; i < 3; i++) {
          in.readLength();
        }
      }
      case RdbOpcode.AUX -> {
        doing = Doing.AUX;
        if (version < FIRST_CHECKED) {
          // One flipped bit makes 2 of 12, and nothing would be checked.
          throw new RdbFormatException(
              "a file of version " + version + " has no AUX fields: its version is damaged");
        }
        String name = new String(in.readString(), StandardCharsets.ISO_8859_1);
        visitor.aux(name, in.readString());
      }
      case RdbOpcode.FUNCTION -> {
        doing = Doing.FUNCTION;
        visitor.function(in.readString());
      }
      case RdbOpcode.PRELIMINARY_FUNCTION ->
          throw new RdbFormatException("functions of a preliminary version of Redis 7");
      case RdbOpcode.MODULE_AUX -> {
        doing = Doing.MODULE_AUX;
        moduleAux(visitor);
      }
      case RdbOpcode.DEADLINE_SECONDS -> {
        doing = Doing.DEADLINE;
        deadline(in.readLittleEndian(4) * 1000);
      }
      case RdbOpcode.DEADLINE_MILLIS -> {
        doing = Doing.DEADLINE;
        deadline(in.readLittleEndian(8));
      }
      case RdbOpcode.IDLE -> {
        doing = Doing.LENGTH;
        idleSeconds = in.readLength();
        if (idleSeconds < 0) {
          throw new RdbFormatException("a key unused for more than 2^63 seconds");
        }
      }
      case RdbOpcode.FREQUENCY -> {
        doing = Doing.LENGTH;
        frequency = in.readByte();
      }
      case RdbOpcode.LATER ->
          throw new RdbFormatException(
              valkey ? "a slot's import, which is not known" : "a key's metadata, not known here");
      default -> entry(type, visitor);
    }
    return true;
  }

  private void select(long number, Visitor visitor) {
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new RdbFormatException("database " + Long.toUnsignedString(number));
    }
    database = (int) number;
    visitor.database(number);
  }

  private void deadline(long millis) {
    hasDeadline = true;
    expireAt = millis;
  }

  private void entry(int type, Visitor visitor) {
    int form = form(type);
    doing = Doing.KEY;
    if (form == ObjectFormats.STRING) {
      byte[] record = in.tryReadRecord(expireAt);
      if (record != null) {
        begin(form);
        key.nameOf(record);
        visitor.key(key);
        doing = Doing.VALUE;
        visitor.string(key, record);
        return;
      }
    }
    byte[] name = in.readString();
    begin(form);
    key.name(name);
    visitor.key(key);
    doing = Doing.VALUE;
    if (form == ObjectFormats.STRING) {
      visitor.string(key, in.readRecord(name, key.expireAt()));
      return;
    }
    if (form == MODULE_2 || form == MODULE) {
      moduleValue(visitor);
      return;
    }
    Value value;
    try {
      value = ObjectFormats.load(form, in, surroundings);
    } catch (EmptyValueException empty) {
      visitor.empty(key);
      return;
    }
    visitor.value(key, value);
  }

  /** The key that is being read now, with all that stood before it. */
  private void begin(int form) {
    current = key;
    key.begin(database, form);
    key.deadline(hasDeadline, expireAt);
    key.use(idleSeconds, frequency);
    hasDeadline = false;
    expireAt = 0;
    idleSeconds = -1;
    frequency = -1;
  }

  private int form(int type) {
    int form = ObjectFormats.form(type, valkey);
    if (form != type) {
      return form;
    }
    if (type == ObjectFormats.STRING) {
      return type;
    }
    boolean known = ObjectFormats.reads(type) || type == MODULE || type == MODULE_2;
    if (!known || (valkey && type >= FIRST_FOREIGN)) {
      throw new RdbFormatException("Invalid object type: " + type);
    }
    return type;
  }

  // ---- modules

  private void moduleValue(Visitor visitor) {
    String module = moduleName(in.readLength());
    if (key.form() == MODULE || !visitor.skipsModuleValues()) {
      throw new RdbFormatException(
          "the key holds a value of the module type '"
              + module
              + "', and there are no modules here");
    }
    skipModule();
  }

  private void moduleAux(Visitor visitor) {
    String module = moduleName(in.readLength());
    // When it is to be loaded: an integer and its mark.
    in.readLength();
    in.readLength();
    skipModule();
    visitor.skippedModuleData(module);
  }

  private void skipModule() {
    for (long mark = in.readLength(); mark != 0; mark = in.readLength()) {
      if (mark == 1 || mark == 2) {
        in.readLength();
      } else if (mark == 3) {
        in.readLittleEndian(4);
      } else if (mark == 4) {
        in.readLittleEndian(8);
      } else if (mark == 5) {
        in.readString();
      } else {
        throw new RdbFormatException(
            "a module's value with a part of unknown kind " + Long.toUnsignedString(mark));
      }
    }
  }

  private static final String NAME_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** Nine characters of six bits each, above ten bits for the version of its format. */
  private static String moduleName(long id) {
    char[] name = new char[9];
    for (int i = 0; i < name.length; i++) {
      name[i] = NAME_CHARACTERS.charAt((int) (id >>> (58 - 6 * i)) & 0x3F);
    }
    return new String(name);
  }

  // ---- the end

  private void tail(Visitor visitor) {
    if (version < FIRST_CHECKED) {
      visitor.checked(false);
      return;
    }
    doing = Doing.CHECKSUM;
    long expected = in.crc();
    byte[] stored = in.readBytes(8);
    long crc = RdbInput.of(stored, 0, 8, 8).readLittleEndian(8);
    boolean present = crc != 0 && checks;
    if (present && crc != expected) {
      throw new RdbFormatException(
          String.format(
              Locale.ROOT,
              "Wrong RDB checksum: the file says %016x, its bytes give %016x",
              crc,
              expected));
    }
    visitor.checked(present);
  }
}
