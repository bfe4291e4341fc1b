package io.respite.server.rdb;

import io.respite.server.encoding.Crc64;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.Storage;
import io.respite.server.type.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a file from front to back, as whoever knows the keys hands them in: a walk through a
 * keyspace that stands still, or a snapshot of one that goes on.
 *
 * <pre>
 *   REDIS 0010 | { 250 name value } | { 245 library } | { 254 number, 251 keys deadlines, entry ... }
 *     | 255 | CRC-64 of all before, u64le, 0 for none
 *   entry   [ 252 deadline u64le ] [ 248 idle seconds | 249 counter ] form key value
 * </pre>
 *
 * The calls come in this order: {@link #begin}, {@link #aux}, {@link #function}, then for each
 * database {@link #database} and its entries, {@link #end}. An error of the system is an {@link
 * UncheckedIOException}; the file is worthless then.
 */
public final class RdbFileWriter {
  /** What is written of a key's use. */
  public enum Use {
    /** Nothing. */
    NONE,
    /** The seconds since the last one. */
    IDLE_SECONDS,
    /** The logarithmic counter, 0 to 255. */
    FREQUENCY
  }

  /**
   * How a file is written.
   *
   * @param version {@link #COMMON_VERSION}, or what the values need
   * @param compress whether long strings may be compressed
   * @param checksum whether it ends with a check
   * @param use what is written of each key's use
   */
  public record Options(int version, boolean compress, boolean checksum, Use use) {}

  /** The version that every Redis since 7.0 and every Valkey reads. */
  public static final int COMMON_VERSION = ObjectFormat.COMMON_VERSION;

  private final Storage.Output file;
  private final Options options;
  private final RdbOutput out;
  private long crc;
  private long bytes;
  private long keys;

  /** Writes to a file, which stays open and is not forced. */
  public RdbFileWriter(Storage.Output file, Options options) {
    this.file = file;
    this.options = options;
    this.out = new RdbOutput(options.compress(), this::drain);
  }

  private void drain(byte[] source, int offset, int length) {
    if (options.checksum()) {
      crc = Crc64.update(crc, source, offset, length);
    }
    bytes += length;
    try {
      file.write(ByteBuffer.wrap(source, offset, length));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Number of keys written. */
  public long keys() {
    return keys;
  }

  /** Number of bytes that the file has been given. */
  public long bytes() {
    return bytes;
  }

  /** Writes the head. */
  public void begin() {
    byte[] magic =
        String.format(Locale.ROOT, "REDIS%04d", options.version())
            .getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(magic, 0, magic.length);
  }

  /** Writes something about the file as a whole. */
  public void aux(String name, String value) {
    out.writeByte(RdbOpcode.AUX);
    out.writeString(name.getBytes(StandardCharsets.ISO_8859_1));
    out.writeString(value.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Writes a library of functions. */
  public void function(byte[] code) {
    out.writeByte(RdbOpcode.FUNCTION);
    out.writeString(code);
  }

  /** What follows is in this database, which has about so many keys, so many with deadlines. */
  public void database(int number, long keyCount, long deadlineCount) {
    out.writeByte(RdbOpcode.SELECT);
    out.writeLength(number);
    out.writeByte(RdbOpcode.RESIZE);
    out.writeLength(keyCount);
    out.writeLength(deadlineCount);
  }

  /**
   * Writes a string that is one record with its key.
   *
   * @param record see {@link PackedEntry}
   * @param use of the kind that the options name
   */
  public void entry(byte[] record, long use) {
    about(PackedEntry.expireAt(record), use);
    out.writeByte(ObjectFormats.STRING);
    int key = PackedEntry.keyOffset(record);
    int keyLength = PackedEntry.keyLength(record);
    out.writeString(record, key, keyLength);
    int value = key + keyLength;
    out.writeString(record, value, record.length - value);
    keys++;
  }

  /**
   * Writes a key and its value.
   *
   * @param expireAt milliseconds since 1970, 0 for none
   * @param use of the kind that the options name
   * @throws IllegalArgumentException when the value needs a newer version than the file has
   */
  public void entry(byte[] key, Value value, long expireAt, long use) {
    if (ObjectFormats.version(value) > options.version()) {
      throw new IllegalArgumentException(
          "a value of version "
              + ObjectFormats.version(value)
              + " in a file of version "
              + options.version());
    }
    about(expireAt, use);
    out.writeByte(ObjectFormats.form(value));
    out.writeString(key);
    ObjectFormats.save(value, out);
    keys++;
  }

  private void about(long expireAt, long use) {
    if (expireAt != 0) {
      out.writeByte(RdbOpcode.DEADLINE_MILLIS);
      out.writeLittleEndian(expireAt, 8);
    }
    if (options.use() == Use.IDLE_SECONDS) {
      out.writeByte(RdbOpcode.IDLE);
      out.writeLength(use);
    } else if (options.use() == Use.FREQUENCY) {
      out.writeByte(RdbOpcode.FREQUENCY);
      out.writeByte((int) use);
    }
  }

  /** Gives the file what is held back. */
  public void flush() {
    out.flush();
  }

  /** Writes the end and the check. */
  public void end() {
    out.writeByte(RdbOpcode.END);
    out.flush();
    out.writeLittleEndian(crc, 8);
    out.flush();
  }
}
