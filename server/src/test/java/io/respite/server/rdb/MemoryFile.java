package io.respite.server.rdb;

import io.respite.server.environment.Storage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Files that are arrays: many damaged ones are read in a test. */
final class MemoryFile {
  private MemoryFile() {}

  /** A file of these bytes, which gives a few at a time. */
  static Storage.Input input(byte[] bytes) {
    return input(bytes, 4093);
  }

  /** A file of these bytes, which gives so many at a time. */
  static Storage.Input input(byte[] bytes, int most) {
    return new Storage.Input() {
      private int at;

      @Override
      public int read(ByteBuffer into) {
        int count = Math.min(Math.min(into.remaining(), bytes.length - at), most);
        if (count == 0) {
          return -1;
        }
        into.put(bytes, at, count);
        at += count;
        return count;
      }

      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void close() {}
    };
  }

  /** A file that is written. */
  static final class Output implements Storage.Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] bytes() {
      return bytes.toByteArray();
    }

    @Override
    public void write(ByteBuffer more) {
      byte[] copy = new byte[more.remaining()];
      more.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void force() {}

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public void close() {}
  }
}
