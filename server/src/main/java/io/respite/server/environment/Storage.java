package io.respite.server.environment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system as the server uses it: a handful of operations whose effects on durability are
 * plain.
 *
 * <p>What was written is safe from a power cut only after {@link Output#force()}; a created,
 * renamed or deleted name only after {@link #forceDirectory(Path)} of its folder. A test's storage
 * keeps both states and can lose the unforced one.
 */
public interface Storage {
  /** The whole content; fails when it is larger than {@code limitBytes}, before memory is taken. */
  byte[] read(Path file, int limitBytes) throws IOException;

  /** Opens for reading, however large; fails when there is no such file. */
  Input open(Path file) throws IOException;

  /** Whether a file or folder of this name exists. */
  boolean exists(Path path);

  /** The names in a folder, sorted. */
  List<Path> list(Path folder) throws IOException;

  /** Creates a folder and what is missing above it. */
  void createFolders(Path folder) throws IOException;

  /** Opens for appending; the file is created when it does not exist. */
  Output append(Path file) throws IOException;

  /** Opens empty: an existing file's content is dropped. */
  Output create(Path file) throws IOException;

  /** Puts {@code from} in the place of {@code to}, atomically. */
  void rename(Path from, Path to) throws IOException;

  /**
   * Drops what lies behind a file's first bytes, and makes that durable.
   *
   * @param bytes what stays; at most as many as the file has
   * @throws IOException when there is no such file, or it has fewer bytes
   */
  void truncate(Path file, long bytes) throws IOException;

  /** Removes a name; nothing happens when there is none. */
  void delete(Path file) throws IOException;

  /** Makes the names in a folder durable. */
  void forceDirectory(Path folder) throws IOException;

  /**
   * Keeps a file for this process, until what comes back is closed or the process ends; the file is
   * made if it is not there.
   *
   * @throws IOException when another process keeps it, or this one does already; the message says
   *     so
   */
  AutoCloseable lock(Path file) throws IOException;

  /** The machine's file system. */
  static Storage system() {
    return FileStorage.INSTANCE;
  }

  /** An open file that is read from front to back. */
  interface Input extends AutoCloseable {
    /**
     * Reads some bytes, at least one where there is room.
     *
     * @return how many, or -1 at the end
     */
    int read(ByteBuffer into) throws IOException;

    /** Bytes in the file. */
    long size() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** An open file that is written from front to back. */
  interface Output extends AutoCloseable {
    /** Writes all remaining bytes, however many calls to the system that takes. */
    void write(ByteBuffer bytes) throws IOException;

    /** Makes everything written so far durable (fdatasync). */
    void force() throws IOException;

    /** Bytes in the file. */
    long size() throws IOException;

    @Override
    void close() throws IOException;
  }
}
