package io.respite.server.persistence;

import io.respite.server.command.CommandError;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.Clock;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.AccessClock;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.Staging;
import io.respite.server.log.ServerLog;
import io.respite.server.rdb.ObjectFormats;
import io.respite.server.rdb.RdbFileReader;
import io.respite.server.rdb.RdbFormatException;
import io.respite.server.rdb.RdbKey;
import io.respite.server.type.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads a file into a keyspace, all of it or nothing: keys wait in a {@link Staging} until the
 * file's last byte has been found good.
 *
 * <p>Keys whose time has come are left out, as a primary does: nobody waits for it to tell of their
 * end.
 */
final class RdbLoad implements RdbFileReader.Visitor {
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  /** How many keys are read between two looks at the clock, less one. */
  private static final int CLOCK_MASK = (1 << 12) - 1;

  /** How many keys are read between two pauses, less one. */
  private static final int PAUSE_MASK = (1 << 9) - 1;

  private final Keyspace keyspace;
  private final ServerLog log;
  private final Functions functions;
  private final Clock clock;
  private final Staging staging;
  private final List<byte[]> codes = new ArrayList<>();
  private final long now;
  private RdbFileReader reader;
  private LoadPause pause = LoadPause.NONE;
  private boolean keepsExpired;
  private long nextProgressNanos;
  private long read;
  private long loaded;
  private long expired;
  private long empty;

  /** To load one file, once. */
  RdbLoad(Keyspace keyspace, Functions functions, ServerLog log) {
    this.keyspace = keyspace;
    this.functions = functions;
    this.log = log;
    this.clock = keyspace.environment().clock();
    this.staging = keyspace.stage();
    this.now = keyspace.now();
  }

  /** Lets others have their turn from time to time. */
  RdbLoad pausing(LoadPause between) {
    pause = between;
    return this;
  }

  /**
   * Loads also keys whose time has come, because a journal follows that may know better, and tells
   * of their end.
   */
  RdbLoad keepingExpired() {
    keepsExpired = true;
    return this;
  }

  /** Keys loaded. */
  long loaded() {
    return loaded;
  }

  /** Keys left out because their time had come. */
  long expired() {
    return expired;
  }

  /**
   * Loads.
   *
   * @param checks whether the check at the file's end must be right
   * @throws IOException when the file cannot be read or is damaged; nothing has changed then
   * @throws CommandError when what is in it does not go with what is there; nothing has changed
   */
  void load(Path file, Joining joining, boolean checks) throws IOException {
    try (Storage.Input input = keyspace.environment().storage().open(file)) {
      load(input, joining, checks);
    }
  }

  /**
   * Loads from an open file, which stays open; see {@link #load(Path, Joining, boolean)}.
   *
   * @return the reader, which knows what follows behind the data set
   */
  RdbFileReader load(Storage.Input input, Joining joining, boolean checks) throws IOException {
    ObjectFormats.Surroundings surroundings =
        new ObjectFormats.Surroundings(
            keyspace.hasher(), keyspace.limits(), Keyspace.longestString());
    nextProgressNanos = clock.nanos() + PROGRESS_NANOS;
    reader = new RdbFileReader(input, surroundings, checks);
    reader.read(this);
    if (joining == Joining.ADD) {
      byte[] both = staging.conflict();
      if (both != null) {
        throw new CommandError(
            "ERR the key '" + ServerLog.escaped(text(both)) + "' is in the file and in a database");
      }
    }
    functions.load(codes, joining);
    if (joining == Joining.REPLACE) {
      staging.replace();
    } else {
      staging.merge();
    }
    if (empty > 0) {
      log.warning("Done loading RDB, keys without elements left out: " + empty + ".");
    }
    log.notice("Done loading RDB, keys loaded: " + loaded + ", keys expired: " + expired + ".");
    return reader;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  // ---- what the file says

  @Override
  public void aux(String name, byte[] value) {
    String text = ServerLog.escaped(text(value));
    switch (name) {
      case "redis-ver" -> log.notice("Loading RDB produced by version " + text);
      case "ctime" -> {
        long age = Math.max(0, now / 1000 - number(value));
        log.notice("RDB age " + age + " seconds");
      }
      case "used-mem" ->
          log.notice(
              String.format(
                  Locale.ROOT,
                  "RDB memory usage when created %.2f Mb",
                  number(value) / 1024.0 / 1024.0));
      default -> {
        if (name.startsWith("%")) {
          log.notice("RDB '" + ServerLog.escaped(name) + "': " + text);
        } else {
          log.debug("RDB field '" + ServerLog.escaped(name) + "' is '" + text + "'");
        }
      }
    }
  }

  private static long number(byte[] value) {
    try {
      return Long.parseLong(text(value));
    } catch (NumberFormatException malformed) {
      // It is only shown.
      return 0;
    }
  }

  @Override
  public void function(byte[] code) {
    codes.add(code);
  }

  @Override
  public void database(long number) {
    if (number >= staging.size()) {
      throw new RdbFormatException(
          "keys of database "
              + number
              + ", and there are "
              + staging.size()
              + " databases; the directive 'databases' may allow more");
    }
  }

  @Override
  public void keys(int database, long count) {
    staging.expect(database, count);
  }

  @Override
  public void skippedModuleData(String module) {
    log.warning("The RDB file contains data of module '" + module + "', which is left out");
  }

  @Override
  public void key(RdbKey key) {
    if ((++read & PAUSE_MASK) == 0) {
      try {
        pause.pause(reader.position());
      } catch (IOException ended) {
        throw new UncheckedIOException(ended);
      }
    }
    if ((read & CLOCK_MASK) == 0 && clock.nanos() - nextProgressNanos > 0) {
      nextProgressNanos = clock.nanos() + PROGRESS_NANOS;
      log.notice(
          String.format(
              Locale.ROOT,
              "Loading RDB: %d%% of %.2f Mb, keys read: %d",
              100 * reader.position() / Math.max(1, reader.size()),
              reader.size() / 1024.0 / 1024.0,
              read));
    }
  }

  @Override
  public void string(RdbKey key, byte[] record) {
    if (alive(key)) {
      PackedEntry.setAccess(record, access(key));
      refuse(staging.add(key.database(), record));
      loaded++;
    }
  }

  @Override
  public void value(RdbKey key, Value value) {
    if (alive(key)) {
      refuse(staging.add(key.database(), key.name(), value, key.expireAt(), access(key)));
      loaded++;
    }
  }

  @Override
  public void empty(RdbKey key) {
    empty++;
    log.verbose("Left out a key without elements: " + ServerLog.escaped(text(key.name())));
  }

  @Override
  public void checked(boolean present) {
    refuse(staging.complete());
  }

  private boolean alive(RdbKey key) {
    boolean alive = keepsExpired || !key.hasDeadline() || key.expireAt() > now;
    expired += alive ? 0 : 1;
    return alive;
  }

  private static void refuse(byte[] twice) {
    if (twice != null) {
      throw new RdbFormatException(
          "the key '" + ServerLog.escaped(text(twice)) + "' twice in a database");
    }
  }

  private int access(RdbKey key) {
    AccessClock access = keyspace.accessClock();
    if (access.countsFrequency() && key.frequency() >= 0) {
      return access.counted(key.frequency(), now);
    }
    if (!access.countsFrequency() && key.idleSeconds() >= 0) {
      return access.idleFor(key.idleSeconds(), now);
    }
    return access.fresh(now);
  }
}
