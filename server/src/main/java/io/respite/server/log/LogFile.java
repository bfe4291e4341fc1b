package io.respite.server.log;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Appends log lines to a file. It is opened for every write, as Redis does, so that a file that was
 * moved away by a log rotation is made anew without a signal.
 */
public final class LogFile implements ServerLog.Sink {
  private final Storage storage;
  private final Path file;
  private final ServerLog.Sink fallback;

  /**
   * A log file.
   *
   * @param fallback takes the lines while the file cannot be written
   */
  public LogFile(Storage storage, Path file, ServerLog.Sink fallback) {
    this.storage = storage;
    this.file = file;
    this.fallback = fallback;
  }

  /** Tries whether the file can be opened; makes it if it is not there. */
  public void probe() throws IOException {
    storage.append(file).close();
  }

  @Override
  public void write(ServerLog.Level level, byte[] lines) {
    try (Storage.Output output = storage.append(file)) {
      output.write(ByteBuffer.wrap(lines));
    } catch (IOException unwritable) {
      fallback.write(level, lines);
    }
  }
}
