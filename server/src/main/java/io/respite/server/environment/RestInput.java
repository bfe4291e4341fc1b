package io.respite.server.environment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is left of a file that somebody has begun to read through a buffer: first the bytes that
 * this buffer still held, then the file's own.
 *
 * <p>{@link #size()} stays that of the whole file; closing closes the file.
 */
public final class RestInput implements Storage.Input {
  private final Storage.Input file;
  private final ByteBuffer held;

  /** Of a file of which these bytes, which are copied, have been read ahead. */
  public RestInput(byte[] buffer, int from, int to, Storage.Input file) {
    this.held = ByteBuffer.wrap(Arrays.copyOfRange(buffer, from, to));
    this.file = file;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!held.hasRemaining()) {
      return file.read(into);
    }
    int count = Math.min(into.remaining(), held.remaining());
    into.put(into.position(), held, held.position(), count);
    into.position(into.position() + count);
    held.position(held.position() + count);
    return count;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
