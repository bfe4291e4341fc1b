package io.respite.server.persistence;

import io.respite.server.aof.AofEncoder;
import io.respite.server.aof.ValueCommands;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.Clock;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.AccessClock;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.Snapshot;
import io.respite.server.rdb.ObjectFormats;
import io.respite.server.rdb.RdbFileWriter;
import io.respite.server.type.HashValue;
import io.respite.server.type.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Writes a keyspace to a file, as RDB or as commands: one that stands still, or a {@link Snapshot}
 * of one that goes on.
 *
 * <p>The file appears under its name only when it is whole and safe from a power cut:
 *
 * <pre>
 *   write the unfinished file -> force it -> rename it to its name -> force the folder
 * </pre>
 *
 * Whatever goes wrong before, the file of that name is the one that was there.
 *
 * <p>Made by the baton's holder; {@link #save} may be called by another thread.
 */
final class RdbSave {
  /** With {@code rdb-save-incremental-fsync}, how much is written between two calls of force. */
  private static final long FORCED_BYTES = 4 << 20;

  private static final byte[] FUNCTION = "FUNCTION".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOAD = "LOAD".getBytes(StandardCharsets.US_ASCII);

  /** Commands are handed on in pieces of about this size. */
  private static final int PIECE_BYTES = 1 << 16;

  /** How the file looks. */
  enum Form {
    /** As an RDB file. */
    RDB,
    /** As commands of an append-only file. */
    COMMANDS
  }

  private final Storage storage;
  private final AccessClock accessClock;
  private final long now;
  private final RdbFileWriter.Options options;
  private boolean forcesOnTheWay;
  private final long keyDelayNanos;
  private final List<String> about;
  private final List<byte[]> functions;
  private final Consumer<Snapshot.Visitor> contents;
  private final Clock clock;
  private boolean beside;
  private Form form = Form.RDB;
  private boolean checksums;
  private boolean shown;
  private volatile boolean cancelled;
  private boolean renamed;

  private RdbSave(
      Keyspace keyspace,
      Config config,
      int version,
      List<String> about,
      List<byte[]> functions,
      Consumer<Snapshot.Visitor> contents) {
    this.storage = keyspace.environment().storage();
    this.clock = keyspace.environment().clock();
    this.accessClock = keyspace.accessClock();
    this.now = keyspace.now();
    this.options = options(config, version);
    this.forcesOnTheWay = config.get(Directives.RDB_SAVE_INCREMENTAL_FSYNC);
    this.keyDelayNanos = config.get(Directives.RDB_KEY_SAVE_DELAY) * 1000;
    this.about = about;
    this.functions = functions;
    this.contents = contents;
  }

  /** Says which directives have an effect here. */
  static void heed(Config config) {
    config.heed(
        Directives.RDBCOMPRESSION,
        Directives.RDBCHECKSUM,
        Directives.RDB_SAVE_INCREMENTAL_FSYNC,
        Directives.RDB_KEY_SAVE_DELAY);
  }

  /**
   * To save what there is now, while nobody changes it.
   *
   * @param about names and values for the file's head, in turn
   */
  static RdbSave ofLive(
      Keyspace keyspace, Config config, List<String> about, List<byte[]> functions) {
    return new RdbSave(
        keyspace,
        config,
        neededVersion(keyspace),
        about,
        functions,
        visitor -> visit(keyspace, visitor));
  }

  /** To save a snapshot, while everybody goes on; see {@link #ofLive}. */
  static RdbSave of(
      Snapshot snapshot,
      Keyspace keyspace,
      Config config,
      List<String> about,
      List<byte[]> functions) {
    int version =
        snapshot.mayHaveFieldDeadlines()
            ? ObjectFormats.FIELD_DEADLINE_VERSION
            : RdbFileWriter.COMMON_VERSION;
    RdbSave save = new RdbSave(keyspace, config, version, about, functions, snapshot::visit);
    save.beside = true;
    return save;
  }

  /** Makes it a base of the append-only file, of the form that is configured. */
  RdbSave asBase(Config config) {
    form = config.get(Directives.AOF_USE_RDB_PREAMBLE) ? Form.RDB : Form.COMMANDS;
    checksums = config.get(Directives.AOF_CHECKSUM_ENABLED);
    forcesOnTheWay = config.get(Directives.AOF_REWRITE_INCREMENTAL_FSYNC);
    return this;
  }

  /** To save the functions alone. */
  static RdbSave ofFunctions(
      Keyspace keyspace, Config config, List<String> about, List<byte[]> functions) {
    return new RdbSave(
        keyspace, config, RdbFileWriter.COMMON_VERSION, about, functions, visitor -> {});
  }

  private static RdbFileWriter.Options options(Config config, int version) {
    String policy = config.peek(Directives.MAXMEMORY_POLICY);
    RdbFileWriter.Use use =
        policy.endsWith("lfu")
            ? RdbFileWriter.Use.FREQUENCY
            : policy.endsWith("lru") ? RdbFileWriter.Use.IDLE_SECONDS : RdbFileWriter.Use.NONE;
    return new RdbFileWriter.Options(
        version, config.get(Directives.RDBCOMPRESSION), config.get(Directives.RDBCHECKSUM), use);
  }

  /** The version stands at the file's head: what the values need is looked up before. */
  private static int neededVersion(Keyspace keyspace) {
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

  private static void visit(Keyspace keyspace, Snapshot.Visitor visitor) {
    for (int i = 0; i < keyspace.size(); i++) {
      Database database = keyspace.database(i);
      if (database.size() > 0) {
        visitor.database(i, database.size(), database.withDeadline());
        database.forEach(
            entry -> {
              if (entry instanceof byte[] record) {
                visitor.string(record);
              } else {
                visitor.value((KeyEntry) entry, ((KeyEntry) entry).value());
              }
            });
      }
    }
  }

  /**
   * Ends the work early, with an exception where it is; any thread may call this. The file has
   * appeared under its name before this returns, or never will.
   */
  synchronized void cancel() {
    cancelled = !renamed;
  }

  private synchronized void rename(Path unfinished, Path file) throws IOException {
    requireWanted();
    storage.rename(unfinished, file);
    renamed = true;
  }

  /** Whether that has been asked for. */
  boolean cancelled() {
    return cancelled;
  }

  /**
   * Writes everything.
   *
   * @param file where it appears when it is whole
   * @param unfinished where it is written
   * @throws IOException when it cannot be written
   */
  void save(Path file, Path unfinished) throws IOException {
    try {
      try (Storage.Output output = storage.create(unfinished)) {
        Storage.Output target = paced(forcesOnTheWay ? new Forced(output) : output);
        if (form == Form.RDB) {
          write(new RdbFileWriter(target, options));
        } else {
          writeCommands(target);
        }
        output.force();
      }
      rename(unfinished, file);
    } catch (IOException failed) {
      throw discarded(unfinished, failed);
    } catch (UncheckedIOException failed) {
      throw discarded(unfinished, failed.getCause());
    } finally {
      giveBack();
    }
    storage.forceDirectory(file.toAbsolutePath().getParent());
  }

  /**
   * Writes everything as an RDB file to where it is not kept.
   *
   * @throws IOException when it cannot be written
   */
  void send(Storage.Output output) throws IOException {
    try {
      write(new RdbFileWriter(paced(output), options));
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    } finally {
      giveBack();
    }
  }

  private Storage.Output paced(Storage.Output output) {
    return beside ? new PacedOutput(output, clock) : output;
  }

  /** Removes what cannot be finished. */
  private IOException discarded(Path unfinished, IOException reason) {
    try {
      storage.delete(unfinished);
    } catch (IOException stays) {
      reason.addSuppressed(stays);
    }
    return reason;
  }

  private void write(RdbFileWriter writer) {
    writer.begin();
    for (int i = 0; i < about.size(); i += 2) {
      writer.aux(about.get(i), about.get(i + 1));
    }
    functions.forEach(writer::function);
    show(new Writing(writer));
    writer.end();
  }

  private void show(Snapshot.Visitor visitor) {
    shown = true;
    contents.accept(visitor);
  }

  /** A snapshot is to be read to its end, whatever has happened. */
  private void giveBack() {
    if (!shown) {
      show(new Nobody());
    }
  }

  private void writeCommands(Storage.Output target) throws IOException {
    Commands commands = new Commands(target);
    show(commands);
    commands.drain();
  }

  private static final class Nobody implements Snapshot.Visitor {
    @Override
    public void database(int number, long keys, long deadlines) {}

    @Override
    public void string(byte[] record) {}

    @Override
    public void value(KeyEntry entry, Value image) {}
  }

  private final class Writing implements Snapshot.Visitor {
    private final RdbFileWriter writer;

    Writing(RdbFileWriter writer) {
      this.writer = writer;
    }

    @Override
    public void database(int number, long keys, long deadlines) {
      writer.database(number, keys, deadlines);
    }

    @Override
    public void string(byte[] record) {
      beforeKey();
      writer.entry(record, use(Database.access(record)));
    }

    @Override
    public void value(KeyEntry entry, Value image) {
      beforeKey();
      writer.entry(entry.key(), image, entry.expireAt(), use(entry.access()));
    }

    private void beforeKey() {
      requireWanted();
      if (keyDelayNanos > 0) {
        writer.flush();
        LockSupport.parkNanos(keyDelayNanos);
      }
    }

    private long use(int access) {
      return accessClock.countsFrequency()
          ? accessClock.count(access, now)
          : accessClock.idleSeconds(access, now);
    }
  }

  private void requireWanted() {
    if (cancelled) {
      throw new UncheckedIOException(new IOException("cancelled"));
    }
  }

  private final class Commands implements Snapshot.Visitor {
    private final Storage.Output output;
    private final AofEncoder encoder = new AofEncoder();

    Commands(Storage.Output output) {
      this.output = output;
      encoder.begin(checksums);
      for (byte[] code : functions) {
        encoder.command(FUNCTION, LOAD, code);
      }
    }

    @Override
    public void database(int number, long keys, long deadlines) {
      encoder.select(number);
    }

    @Override
    public void string(byte[] record) {
      requireWanted();
      int value = PackedEntry.valueOffset(record);
      ValueCommands.writeString(
          PackedEntry.key(record),
          record,
          value,
          record.length - value,
          PackedEntry.expireAt(record),
          this::add);
    }

    @Override
    public void value(KeyEntry entry, Value image) {
      requireWanted();
      ValueCommands.write(entry.key(), image, entry.expireAt(), this::add);
    }

    private void add(byte[][] command) {
      encoder.command(command);
      if (encoder.size() >= PIECE_BYTES) {
        try {
          drain();
        } catch (IOException failed) {
          throw new UncheckedIOException(failed);
        }
      }
    }

    void drain() throws IOException {
      output.write(ByteBuffer.wrap(encoder.buffer(), 0, encoder.size()));
      encoder.clear();
    }
  }

  /** Forces what has been written every now and then, so that the end has little left to do. */
  private static final class Forced implements Storage.Output {
    private final Storage.Output output;
    private long unforced;

    Forced(Storage.Output output) {
      this.output = output;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      unforced += bytes.remaining();
      output.write(bytes);
      if (unforced >= FORCED_BYTES) {
        force();
      }
    }

    @Override
    public void force() throws IOException {
      output.force();
      unforced = 0;
    }

    @Override
    public long size() throws IOException {
      return output.size();
    }

    @Override
    public void close() throws IOException {
      output.close();
    }
  }
}
