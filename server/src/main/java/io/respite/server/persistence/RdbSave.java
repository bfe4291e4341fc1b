package io.respite.server.persistence;

import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.AccessClock;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.rdb.ObjectFormats;
import io.respite.server.rdb.RdbFileWriter;
import io.respite.server.type.HashValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a keyspace that stands still to a file.
 *
 * <p>The file appears under its name only when it is whole and safe from a power cut:
 *
 * <pre>
 *   write temp-PID.rdb -> force it -> rename it to its name -> force the folder
 * </pre>
 *
 * Whatever goes wrong before, the file of that name is the one that was there.
 */
final class RdbSave {
  private final Keyspace keyspace;
  private final Config config;

  RdbSave(Keyspace keyspace, Config config) {
    this.keyspace = keyspace;
    this.config = config;
    config.heed(Directives.RDBCOMPRESSION, Directives.RDBCHECKSUM);
  }

  /**
   * Writes everything.
   *
   * @param about names and values for the file's head, in turn
   * @throws IOException when it cannot be written
   */
  void save(Path file, List<String> about, List<byte[]> functions) throws IOException {
    Storage storage = keyspace.environment().storage();
    Path folder = file.toAbsolutePath().getParent();
    Path unfinished = folder.resolve("temp-" + ProcessHandle.current().pid() + ".rdb");
    try {
      try (Storage.Output output = storage.create(unfinished)) {
        write(new RdbFileWriter(output, options()), about, functions);
        output.force();
      }
      storage.rename(unfinished, file);
    } catch (IOException failed) {
      throw discarded(unfinished, failed);
    } catch (UncheckedIOException failed) {
      throw discarded(unfinished, failed.getCause());
    }
    storage.forceDirectory(folder);
  }

  /** Removes what cannot be finished. */
  private IOException discarded(Path unfinished, IOException reason) {
    try {
      keyspace.environment().storage().delete(unfinished);
    } catch (IOException stays) {
      reason.addSuppressed(stays);
    }
    return reason;
  }

  private RdbFileWriter.Options options() {
    String policy = config.peek(Directives.MAXMEMORY_POLICY);
    RdbFileWriter.Use use =
        policy.endsWith("lfu")
            ? RdbFileWriter.Use.FREQUENCY
            : policy.endsWith("lru") ? RdbFileWriter.Use.IDLE_SECONDS : RdbFileWriter.Use.NONE;
    return new RdbFileWriter.Options(
        version(), config.get(Directives.RDBCOMPRESSION), config.get(Directives.RDBCHECKSUM), use);
  }

  /** The version stands at the file's head: what the values need is looked up before. */
  private int version() {
    int[] version = {RdbFileWriter.COMMON_VERSION};
    for (int i = 0; i < keyspace.size(); i++) {
      keyspace
          .database(i)
          .forEach(
              entry -> {
                if (entry instanceof KeyEntry keyed && keyed.value() instanceof HashValue hash) {
                  version[0] = Math.max(version[0], ObjectFormats.version(hash));
                }
              });
    }
    return version[0];
  }

  private void write(RdbFileWriter writer, List<String> about, List<byte[]> functions) {
    writer.begin();
    for (int i = 0; i < about.size(); i += 2) {
      writer.aux(about.get(i), about.get(i + 1));
    }
    functions.forEach(writer::function);
    for (int i = 0; i < keyspace.size(); i++) {
      Database database = keyspace.database(i);
      if (database.size() > 0) {
        writer.database(i, database.size(), database.withDeadline());
        database.forEach(entry -> write(writer, entry));
      }
    }
    writer.end();
  }

  private void write(RdbFileWriter writer, Object entry) {
    AccessClock clock = keyspace.accessClock();
    int access = Database.access(entry);
    long now = keyspace.now();
    long use = clock.countsFrequency() ? clock.count(access, now) : clock.idleSeconds(access, now);
    if (entry instanceof byte[] record) {
      writer.entry(record, use);
    } else {
      KeyEntry keyed = (KeyEntry) entry;
      writer.entry(keyed.key(), keyed.value(), keyed.expireAt(), use);
    }
  }
}
