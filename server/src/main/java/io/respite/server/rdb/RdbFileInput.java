package io.respite.server.rdb;

import io.respite.server.encoding.Crc64;
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
  protected void readFully(byte[] into) {
    int done = Math.min(into.length, end - at);
    System.arraycopy(buffer, at, into, 0, done);
    at += done;
    while (done < into.length) {
      int left = into.length - done;
      if (left < BUFFER_BYTES) {
        fill();
        int part = Math.min(left, end);
        System.arraycopy(buffer, 0, into, done, part);
        at = part;
        done += part;
      } else {
        done += readDirectly(into, done);
      }
    }
  }

  /** Past the buffer, which is empty. */
  private int readDirectly(byte[] into, int offset) {
    catchUp();
    before += end;
    at = 0;
    end = 0;
    unchecked = 0;
    int count = read(ByteBuffer.wrap(into, offset, into.length - offset));
    before += count;
    if (checks) {
      crc = Crc64.update(crc, into, offset, count);
    }
    return count;
  }
}
