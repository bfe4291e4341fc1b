package io.respite.server.aof;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The zeros that a power cut leaves at a file's end: file systems make a file longer before they
 * write what belongs there. A whole file ends with an end of line, so zeros at its end can only be
 * part of something that was being written, and without them the file is one that was cut off.
 *
 * <p>Zeros in the middle are something else: what was written behind them was there, so what they
 * stand for was there too, and is lost.
 */
public final class ZeroTail {
  private static final int BUFFER_BYTES = 1 << 16;

  private ZeroTail() {}

  /**
   * Whether a file that makes no sense would be a good one, perhaps cut off, without the zeros at
   * its end.
   *
   * @param longestArgument most bytes that one argument may have
   * @throws IOException when it cannot be read
   */
  public static boolean isAllThatIsWrong(Storage storage, Path file, long longestArgument)
      throws IOException {
    long zeros;
    try (Storage.Input input = storage.open(file)) {
      zeros = begin(input);
      if (zeros == input.size()) {
        return false;
      }
    }
    try (Storage.Input input = new Beginning(storage.open(file), zeros)) {
      AofReader reader = new AofReader(input, 0, longestArgument);
      while (reader.next() != AofReader.Item.END) {
        // Looked at, not executed.
      }
      return true;
    } catch (AofFileException damaged) {
      return damaged.kind() == AofFileException.Kind.TRUNCATED;
    }
  }

  /** Where the zeros at the end begin; the file's size when there are none. */
  private static long begin(Storage.Input input) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long position = 0;
    long behindLast = 0;
    while (input.read(buffer.clear()) >= 0) {
      buffer.flip();
      for (int i = buffer.limit() - 1; i >= 0; i--) {
        if (buffer.get(i) != 0) {
          behindLast = position + i + 1;
          break;
        }
      }
      position += buffer.limit();
    }
    return behindLast;
  }

  /** The first bytes of a file. */
  private static final class Beginning implements Storage.Input {
    private final Storage.Input file;
    private final long size;
    private long left;

    Beginning(Storage.Input file, long size) {
      this.file = file;
      this.size = size;
      this.left = size;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      if (left == 0) {
        return -1;
      }
      int limit = into.limit();
      into.limit((int) Math.min(limit, into.position() + left));
      int count = file.read(into);
      into.limit(limit);
      left -= Math.max(0, count);
      return count;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
