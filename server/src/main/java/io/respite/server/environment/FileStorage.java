package io.respite.server.environment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The machine's file system. */
enum FileStorage implements Storage {
  INSTANCE;

  @Override
  public byte[] read(Path file, int limitBytes) throws IOException {
    long size = Files.size(file);
    if (size > limitBytes) {
      throw new IOException(file + " has " + size + " bytes; at most " + limitBytes + " are read");
    }
    return Files.readAllBytes(file);
  }

  @Override
  public Input open(Path file) throws IOException {
    return new FileInput(FileChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public List<Path> list(Path folder) throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return names.sorted().toList();
    }
  }

  @Override
  public void createFolders(Path folder) throws IOException {
    Files.createDirectories(folder);
  }

  @Override
  public Output append(Path file) throws IOException {
    return new FileOutput(
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
  }

  @Override
  public Output create(Path file) throws IOException {
    return new FileOutput(
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void truncate(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long size = channel.size();
      if (bytes < 0 || bytes > size) {
        throw new IOException(file + " has " + size + " bytes and cannot be cut to " + bytes);
      }
      channel.truncate(bytes);
      channel.force(true);
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void forceDirectory(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public AutoCloseable lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        byte[] owner = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(owner));
        return channel;
      }
    } catch (OverlappingFileLockException here) {
      channel.close();
      throw new IOException(
          file.getParent() + " is in use by another engine of this process", here);
    }
    byte[] owner = new byte[20];
    int count = Math.max(0, channel.read(ByteBuffer.wrap(owner), 0));
    channel.close();
    throw new IOException(
        file.getParent()
            + " is in use by process "
            + new String(owner, 0, count, StandardCharsets.US_ASCII).strip()
            + "; two engines cannot share a folder");
  }

  private record FileInput(FileChannel channel) implements Input {
    @Override
    public int read(ByteBuffer into) throws IOException {
      return channel.read(into);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record FileOutput(FileChannel channel) implements Output {
    @Override
    public void write(ByteBuffer bytes) throws IOException {
      // One call may write less than it was given, without an error.
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
