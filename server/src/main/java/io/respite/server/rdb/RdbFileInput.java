package io.respite.server.rdb;

import io.respite.server.encoding.Crc64;
import io.respite.server.encoding.Lzf;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.RestInput;
import io.respite.server.environment.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A file as an input, through a buffer of fixed size, with the check of everything read so far.
 *
 * <p>An error of the system is an {@link UncheckedIOException}.
 */
final class RdbFileInput extends RdbInput {
  private static final int BUFFER_BYTES = 1 << 16;

  /** What stands before a string's bytes: the mark of a compressed one and two short lengths. */
  private static final int HEADS = 5;

  private final Storage.Input file;
  private final long size;
  private final boolean checks;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** The file's bytes before the buffer's. */
  private long before;

  private int at;
  private int end;

  /** The check of everything before {@code buffer[unchecked]}. */
  private long crc;

  private int unchecked;

  /**
   * The whole of a file, which stays open.
   *
   * @param checks whether a check is kept
   */
  RdbFileInput(Storage.Input file, boolean checks, long longestString) throws IOException {
    super(longestString);
    this.file = file;
    this.size = file.size();
    this.checks = checks;
  }

  /** Bytes read so far. */
  long position() {
    return before + at;
  }

  /** What lies behind the bytes read so far. */
  Storage.Input rest() {
    return new RestInput(buffer, at, end, file);
  }

  /** Bytes in the file. */
  long size() {
    return size;
  }

  /** The check of all bytes read so far; 0 where none is kept. */
  long crc() {
    catchUp();
    return crc;
  }

  private void catchUp() {
    if (checks) {
      crc = Crc64.update(crc, buffer, unchecked, at - unchecked);
    }
    unchecked = at;
  }

  @Override
  public long remaining() {
    return Math.max(0, size - position());
  }

  @Override
  public int readByte() {
    if (at == end) {
      fill();
    }
    return buffer[at++] & 0xFF;
  }

  /**
   * A key and a string in one of their usual forms, if the buffer has all of both: the record is
   * made of the buffer's bytes, with nothing in between.
   *
   * @param expireAt the record's deadline, milliseconds since 1970, 0 for none
   * @return a {@link PackedEntry} of {@link PackedEntry#FORM_PLAIN} without access bits; null when
   *     anything is unusual, damage included. Nothing has been read then
   */
  byte[] tryReadRecord(long expireAt) {
    int from = at;
    if (end - from < HEADS) {
      return null;
    }
    byte[] source = buffer;
    int keyLength = source[from++] & 0xFF;
    if (keyLength >= LENGTH_14) {
      if (keyLength >= LENGTH_32) {
        return null;
      }
      keyLength = (keyLength & 0x3F) << 8 | (source[from++] & 0xFF);
    }
    int value = from + keyLength;
    if (value > end - HEADS) {
      return null;
    }
    int first = source[value++] & 0xFF;
    if (first == COMPRESSED) {
      return tryReadCompressed(from, keyLength, value, expireAt);
    }
    if (first >= LENGTH_32) {
      return null;
    }
    int length = first;
    if (first >= LENGTH_14) {
      length = (first & 0x3F) << 8 | (source[value++] & 0xFF);
    }
    if (length > end - value || tooLong(keyLength, length)) {
      return null;
    }
    byte[] record = record(from, keyLength, length, expireAt);
    System.arraycopy(source, value, record, record.length - length, length);
    at = value + length;
    return record;
  }

  private byte[] tryReadCompressed(int key, int keyLength, int lengths, long expireAt) {
    byte[] source = buffer;
    int value = lengths;
    int compressed = source[value++] & 0xFF;
    if (compressed >= LENGTH_14) {
      if (compressed >= LENGTH_32) {
        return null;
      }
      compressed = (compressed & 0x3F) << 8 | (source[value++] & 0xFF);
    }
    int whole = source[value++] & 0xFF;
    if (whole >= LENGTH_14) {
      if (whole >= LENGTH_32) {
        return null;
      }
      whole = (whole & 0x3F) << 8 | (source[value++] & 0xFF);
    }
    if (compressed > end - value || tooLong(keyLength, whole) || !Lzf.mayYield(compressed, whole)) {
      return null;
    }
    byte[] record = record(key, keyLength, whole, expireAt);
    try {
      Lzf.decompress(source, value, compressed, record, record.length - whole, whole);
    } catch (IllegalArgumentException malformed) {
      // Read again step by step, it is found again, with the place.
      return null;
    }
    at = value + compressed;
    return record;
  }

  private boolean tooLong(int keyLength, int length) {
    return Math.max(keyLength, length) > longestString();
  }

  private byte[] record(int key, int keyLength, int valueLength, long expireAt) {
    return PackedEntry.withoutValue(
        buffer, key, keyLength, valueLength, expireAt, PackedEntry.FORM_PLAIN, 0);
  }

  private void fill() {
    catchUp();
    before += end;
    at = 0;
    end = 0;
    unchecked = 0;
    end = read(ByteBuffer.wrap(buffer));
  }

  /** At least one byte: a file that ends before its time is a damaged one. */
  private int read(ByteBuffer into) {
    try {
      int count = file.read(into);
      if (count <= 0) {
        throw new RdbFormatException("Unexpected EOF");
      }
      return count;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  protected void readFully(byte[] into, int offset, int count) {
    int done = Math.min(count, end - at);
    System.arraycopy(buffer, at, into, offset, done);
    at += done;
    while (done < count) {
      int left = count - done;
      if (left < BUFFER_BYTES) {
        fill();
        int part = Math.min(left, end);
        System.arraycopy(buffer, 0, into, offset + done, part);
        at = part;
        done += part;
      } else {
        done += readDirectly(into, offset + done, left);
      }
    }
  }

  /** Past the buffer, which is empty. */
  private int readDirectly(byte[] into, int offset, int most) {
    catchUp();
    before += end;
    at = 0;
    end = 0;
    unchecked = 0;
    int count = read(ByteBuffer.wrap(into, offset, most));
    before += count;
    if (checks) {
      crc = Crc64.update(crc, into, offset, count);
    }
    return count;
  }
}
