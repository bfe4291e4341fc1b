package io.respite.server.persistence;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file of the journal that is appended to.
 *
 * <p>A write that fails may have left some of its bytes: they are cut off, at once or before the
 * next write, so that the file always ends behind a batch that was written whole.
 */
final class JournalFile {
  private final Storage storage;
  private final Path path;
  private final Storage.Output output;
  private volatile long size;
  private boolean torn;

  /** What had been appended, to all files, before this one was begun. */
  private long from;

  private volatile boolean obsolete;

  private JournalFile(Storage storage, Path path, Storage.Output output, long size) {
    this.storage = storage;
    this.path = path;
    this.output = output;
    this.size = size;
  }

  /** Opens a file for appending; it is made if it is not there. */
  static JournalFile open(Storage storage, Path path) throws IOException {
    Storage.Output output = storage.append(path);
    return new JournalFile(storage, path, output, output.size());
  }

  /** Where it is. */
  Path path() {
    return path;
  }

  /** Bytes that are good; any thread may ask. */
  long size() {
    return size;
  }

  /** Says which offset of the journal this file begins with. */
  void beginsAt(long offset) {
    from = offset;
  }

  long from() {
    return from;
  }

  /** What is in it stands elsewhere, durably; the file may be gone. */
  void obsolete() {
    obsolete = true;
  }

  boolean isObsolete() {
    return obsolete;
  }

  /**
   * Appends all of the bytes, or nothing.
   *
   * @throws IOException when that fails; the same bytes may be given again later
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time writes
  void write(ByteBuffer bytes) throws IOException {
    if (torn) {
      storage.truncate(path, size);
      torn = false;
    }
    int count = bytes.remaining();
    try {
      output.write(bytes);
    } catch (IOException failed) {
      torn = true;
      try {
        storage.truncate(path, size);
        torn = false;
      } catch (IOException stays) {
        failed.addSuppressed(stays);
      }
      throw failed;
    }
    size += count;
  }

  /** Makes durable what has been written; another thread may write meanwhile. */
  void force() throws IOException {
    output.force();
  }

  void close() throws IOException {
    output.close();
  }
}
