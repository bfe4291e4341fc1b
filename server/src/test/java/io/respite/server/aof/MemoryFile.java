package io.respite.server.aof;

import io.respite.server.environment.Storage;
import java.nio.ByteBuffer;

/** A file that is an array, of which a read gives a few bytes. */
final class MemoryFile implements Storage.Input {
  private final byte[] bytes;
  private final int most;
  private int at;

  /** Of these bytes, at most so many at a time. */
  MemoryFile(byte[] bytes, int most) {
    this.bytes = bytes;
    this.most = most;
  }

  @Override
  public int read(ByteBuffer into) {
    int count = Math.min(Math.min(into.remaining(), bytes.length - at), most);
    if (at == bytes.length) {
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
}
