package io.respite.server.persistence;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.NO_ASYNC_LOADING;
import static io.respite.server.command.CommandFlag.NO_MULTI;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.aof.AofEncoder;
import io.respite.server.aof.AofManifest;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Gate;
import io.respite.server.command.InfoSection;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.environment.Clock;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.Baton;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.rdb.RdbFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Data sets on disk: the commands about them, what is loaded at the start and saved at the end,
 * DEBUG RELOAD, and the figures.
 */
public final class Persistence {
  private final Keyspace keyspace;
  private final Config config;
  private final Functions functions;
  private final ServerLog log;
  private final Clock clock;
  private final Baton baton;
  private final Dispatcher dispatcher;
  private final Background background;
  private final RdbSaving saving;
  private final Journal journal;
  private final AppendOnlyFile appendOnly;
  private final Loading loading;
  private final Backup backup;
  private AutoCloseable lock;
  private boolean memoryOnly;
  private boolean ended;

  /**
   * Of these databases.
   *
   * @param version the version of Redis that the file names
   */
  public Persistence(
      Keyspace keyspace,
      Config config,
      Dispatcher dispatcher,
      Functions functions,
      ServerLog log,
      String version)
      throws BadValueException {
    this.keyspace = keyspace;
    this.config = config;
    this.dispatcher = dispatcher;
    this.functions = functions;
    this.log = log;
    this.clock = keyspace.environment().clock();
    this.baton = keyspace.baton();
    this.background = new Background(baton);
    this.saving = new RdbSaving(keyspace, config, functions, log, version, background);
    this.journal = new Journal(clock, log);
    this.appendOnly =
        new AppendOnlyFile(keyspace, config, functions, log, background, saving, journal);
    this.loading = new Loading(clock, baton);
    this.backup = new Backup(keyspace, background, saving::open, log);
    config.heed(Directives.AOF_LOAD_TRUNCATED);
    // There are no files of replication that would have to be deleted.
    config.heed(Directives.RDB_DEL_SYNC_FILES);
    config.onChange(Directives.SAVE, points -> requireDisk(!points.isEmpty()));
    config.onChange(
        Directives.APPENDONLY,
        on -> {
          requireDisk(on);
          if (on) {
            lockOrRefuse();
          }
        });
    appendOnly.followConfig();
    keyspace.effects(journal);
    journal.background(() -> background.current() != null);
    journal.onDurable(this::durable);
    baton.committer(journal::commitEmbedded);
  }

  /** The rows. */
  public List<Command> rows() {
    List<Command> rows = new ArrayList<>(backup.rows());
    rows.addAll(ownRows());
    return rows;
  }

  private List<Command> ownRows() {
    return List.of(
        Command.named("save")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(1)
            .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
            .complexity("O(N) where N is the number of keys in all databases")
            .summary("Saves all databases to the file, while everybody waits.")
            .handler(
                call -> {
                  requireDisk();
                  saving.save(call);
                }),
        Command.named("bgsave")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(-1)
            .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
            .complexity("O(1) for the caller")
            .summary("Saves all databases to the file, while everybody goes on.")
            .syntax("[SCHEDULE]")
            .changed("3.2.2", "Takes SCHEDULE.")
            .handler(
                call -> {
                  requireDisk();
                  saving.saveBeside(call);
                }),
        Command.named("bgrewriteaof")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(1)
            .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
            .complexity("O(1) for the caller")
            .summary("Rewrites the append-only file, while everybody goes on.")
            .handler(
                call -> {
                  requireDisk();
                  appendOnly.rewrite(call);
                }),
        new WaitAofCommand(journal).row(),
        Command.named("lastsave")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(1)
            .flags(LOADING, STALE, FAST)
            .categories("admin", "dangerous")
            .complexity("O(1)")
            .summary("Answers when the databases were last saved, in seconds since 1970.")
            .tip("nondeterministic_output")
            .handler(call -> call.reply().integer(saving.lastSaveMillis() / 1000)));
  }

  /** Where the file is. */
  public Path file() {
    return saving.file();
  }

  /** Does what is due; some times a second, by the baton's holder. */
  public void tick() {
    if (!ended && !memoryOnly && !loading.underWay()) {
      saving.tick();
      appendOnly.tick();
    }
    if (!ended) {
      backup.tick();
    }
  }

  /**
   * Keeps everything in memory alone: an engine in an application that has been given no folder.
   */
  public void memoryOnly() {
    memoryOnly = true;
  }

  private void requireDisk(boolean wanted) throws BadValueException {
    if (wanted && memoryOnly) {
      throw new BadValueException(
          "this engine keeps its data in memory alone; give it a 'dir' to save to");
    }
  }

  /** FLUSHALL has emptied all databases; by the baton's holder. */
  public void flushed() {
    if (!ended && !memoryOnly && !loading.underWay()) {
      saving.flushed();
    }
  }

  private void lockOrRefuse() throws BadValueException {
    try {
      lock();
    } catch (IOException taken) {
      throw new BadValueException(taken.getMessage());
    }
  }

  private void requireDisk() {
    if (memoryOnly) {
      throw new CommandError(
          "ERR this engine keeps its data in memory alone; give it a 'dir' to save to");
    }
  }

  /** Sets what ends the process when nothing can be acknowledged any more. */
  public void onFatal(Consumer<String> action) {
    journal.onFatal(action);
  }

  // ---- what replies wait for

  /** Whether replies wait until changes have been committed. */
  public boolean holdsReplies() {
    return journal.isOpen();
  }

  /** Whether a commit waits for the disk. */
  public boolean waitsForDisk() {
    return journal.waitsForDisk();
  }

  /** Makes changes as durable as is promised; false when that has failed for good. */
  public boolean commit() {
    return journal.commit();
  }

  private void durable() {
    if (dispatcher.blocked().waitForConditions()) {
      baton.takeOccupied();
      try {
        dispatcher.blocked().serveConditions();
      } finally {
        baton.pass();
      }
    }
  }

  // ---- loading

  /** Says that clients are to be told that the data is being loaded, until it is. */
  public void beginLoading() {
    loading.begin();
  }

  /** Whether data is being loaded at the start: nothing expires meanwhile. */
  public boolean isLoading() {
    return loading.underWay();
  }

  /**
   * Loads what there is on disk into the databases, which are empty: the append-only file where
   * that is on, else the RDB file. Then the journal begins.
   *
   * @throws IOException when something cannot be read or is damaged; the message says why
   */
  public void loadAtStart() throws IOException {
    loading.begin();
    try {
      Unfinished.removeLeft(keyspace.environment().storage(), config.resolve(""), log);
      if (config.get(Directives.APPENDONLY)) {
        lock();
        Unfinished.removeLeft(keyspace.environment().storage(), appendOnly.folder(), log);
        loadJournal();
      } else {
        loadFile();
      }
      saving.loaded();
    } catch (CommandError refused) {
      throw new IOException(refused.getMessage(), refused);
    } finally {
      loading.end();
    }
  }

  /**
   * Keeps other processes from the folder.
   *
   * @throws IOException when one is there
   */
  public void lock() throws IOException {
    if (lock == null) {
      Path folder = config.resolve("");
      lock = keyspace.environment().storage().lock(folder.resolve("respite.lock"));
    }
  }

  private void loadFile() throws IOException {
    Path file = file();
    if (!keyspace.environment().storage().exists(file)) {
      return;
    }
    long began = clock.nanos();
    try {
      load(file, Joining.REPLACE);
    } catch (IOException failed) {
      throw new IOException(
          "Can't load the databases from " + file + ": " + failed.getMessage(), failed);
    }
    log.notice(
        String.format(
            Locale.ROOT, "DB loaded from disk: %.3f seconds", (clock.nanos() - began) / 1e9));
  }

  private void loadJournal() throws IOException {
    Storage storage = keyspace.environment().storage();
    Path folder = appendOnly.folder();
    String name = config.get(Directives.APPENDFILENAME);
    AofManifest manifest = AofManifest.read(storage, folder, name);
    Path old = config.resolve(name);
    boolean begun = manifest.equals(AofManifest.upgraded(name));
    if ((manifest.isEmpty() || (begun && !storage.exists(folder.resolve(name))))
        && storage.exists(old)) {
      // Begun, if the process ended between the manifest and the renaming.
      manifest = upgrade(storage, folder, old, name);
    }
    AofLoad load = null;
    if (!manifest.isEmpty()) {
      long began = clock.nanos();
      load =
          new AofLoad(keyspace, dispatcher, functions, log)
              .mayBeTruncated(config.get(Directives.AOF_LOAD_TRUNCATED))
              .checksRdb(config.get(Directives.RDBCHECKSUM))
              .oldName(name)
              .pausing(loading::pause);
      AofLoad figures = load;
      loading.of(load::totalBytes, figures::loadedBytes);
      load.load(folder, manifest);
      log.notice(
          String.format(
              Locale.ROOT,
              "DB loaded from append only file: %.3f seconds",
              (clock.nanos() - began) / 1e9));
    }
    appendOnly.open(manifest, load == null ? null : resume(load));
  }

  /** How the last file goes on; null when its records have checksums and the next shall not. */
  private Consumer<AofEncoder> resume(AofLoad load) {
    boolean checksums = config.get(Directives.AOF_CHECKSUM_ENABLED);
    if (checksums != load.checked()) {
      return null;
    }
    return encoder -> {
      if (checksums) {
        encoder.resume(load.uncovered());
      } else {
        encoder.begin(false);
      }
    };
  }

  /** Makes the single file of older servers the base. */
  private AofManifest upgrade(Storage storage, Path folder, Path old, String name)
      throws IOException {
    AppendOnlyFile.makeFolder(storage, folder);
    AofManifest upgraded = AofManifest.upgraded(name);
    upgraded.write(storage, folder, name);
    storage.rename(old, folder.resolve(name));
    storage.forceDirectory(folder);
    storage.forceDirectory(old.toAbsolutePath().getParent());
    log.notice(
        "Successfully migrated an old-style AOF configuration ("
            + name
            + ") into the AOF directory ("
            + config.get(Directives.APPENDDIRNAME)
            + ").");
    return upgraded;
  }

  private void load(Path file, Joining joining) throws IOException {
    RdbLoad load = new RdbLoad(keyspace, functions, log).pausing(loading::pause);
    load.load(file, joining, config.get(Directives.RDBCHECKSUM));
    loading.loaded(load.loaded(), load.expired());
  }

  /** DEBUG LOADAOF: writes what is left of the journal, and loads all of it anew. */
  public void reloadJournal(Call call) {
    if (!journal.isOpen()) {
      throw new CommandError("ERR the append-only file is off");
    }
    try {
      journal.flush();
      for (int i = 0; i < keyspace.size(); i++) {
        keyspace.database(i).clear();
      }
      AofManifest manifest =
          AofManifest.read(
              keyspace.environment().storage(),
              appendOnly.folder(),
              config.get(Directives.APPENDFILENAME));
      functions.load(List.of(), Joining.REPLACE);
      new AofLoad(keyspace, dispatcher, functions, log)
          .mayBeTruncated(config.get(Directives.AOF_LOAD_TRUNCATED))
          .checksRdb(config.get(Directives.RDBCHECKSUM))
          .load(appendOnly.folder(), manifest);
    } catch (IOException failed) {
      throw new CommandError("ERR Error trying to load the AOF files, check server logs.");
    }
    log.warning("Append Only File loaded by DEBUG LOADAOF");
    call.reply().ok();
  }

  /** DEBUG RELOAD: saves, and loads what was saved. */
  public void reload(Call call) {
    boolean saves = true;
    Joining joining = Joining.REPLACE;
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "nosave")) {
        saves = false;
      } else if (call.is(i, "noflush")) {
        joining = joining == Joining.MERGE ? Joining.MERGE : Joining.ADD;
      } else if (call.is(i, "merge")) {
        joining = Joining.MERGE;
      } else {
        throw new CommandError(
            "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
      }
    }
    try {
      if (saves) {
        requireDisk();
        saving.save();
      }
      load(file(), joining);
    } catch (RdbFileException damaged) {
      log.warning("Error loading " + file() + ": " + damaged.getMessage());
      throw new CommandError("ERR the file is damaged: " + damaged.getMessage());
    } catch (IOException failed) {
      throw new CommandError("ERR the file cannot be reloaded: " + RdbSaving.reason(failed));
    }
    log.warning("DB reloaded by DEBUG RELOAD");
    call.reply().ok();
  }

  // ---- the end

  /**
   * Prepares the end of the process: saves where that is asked for, and lets nobody change anything
   * any more.
   *
   * @param asked whether to save; null to do so if there are save points
   * @param force whether to end even if saving fails
   * @throws CommandError when saving fails, and it is not forced; everything goes on then
   */
  public void end(Boolean asked, boolean force) {
    boolean half = loading.underWay();
    if (half) {
      log.warning("The data is being loaded: ending without saving.");
    }
    boolean wanted =
        !memoryOnly && !half && (asked != null ? asked : !config.peek(Directives.SAVE).isEmpty());
    if (wanted && functions.running()) {
      log.warning("A script is in the middle of its work: ending without saving.");
    } else if (wanted) {
      log.notice("Saving the final RDB snapshot before exiting.");
      saving.cancel();
      try {
        saving.save();
      } catch (IOException failed) {
        if (!force) {
          log.warning("Error trying to save the DB, can't exit.");
          throw new CommandError("ERR Errors trying to SHUTDOWN. Check logs.");
        }
        log.warning("Error trying to save the DB, but exiting anyway.");
      }
    }
    saving.cancel();
    appendOnly.end();
    ended = true;
    unlock();
  }

  /**
   * Saves what there is, unless the end has been prepared, and waits for work that goes on. By
   * anybody who does not hold the baton.
   */
  public void close() {
    baton.take();
    try {
      if (!ended) {
        end(null, true);
      }
    } finally {
      baton.pass();
    }
    background.await();
  }

  /** Ends without saving, because there is nothing yet. */
  public void giveUp() {
    journal.end();
    ended = true;
    unlock();
  }

  private void unlock() {
    if (lock == null) {
      return;
    }
    try {
      lock.close();
    } catch (Exception failed) {
      log.warning("The folder's lock cannot be given back: " + failed.getMessage());
    }
    lock = null;
  }

  /**
   * Refuses everything once the end is prepared, because what changed then would be lost silently;
   * most while data is being loaded; and writes while they cannot be kept.
   */
  public Gate gate() {
    return call -> {
      if (ended) {
        call.session().connection().closeAfterReply();
        throw new CommandError("ERR the server is shutting down");
      }
      if (loading.underWay() && !call.command().is(LOADING) && !loading.isOwn(call.session())) {
        throw new CommandError("LOADING Redis is loading the dataset in memory");
      }
      if (saving.lastFailed() || journal.problem() != null) {
        refuseWrites(call);
      }
      return true;
    };
  }

  /** While the data cannot be kept nobody adds to it, and whoever asks by PING hears of it. */
  private void refuseWrites(Call call) {
    Command command = call.command();
    if (command.is(CommandFlag.WRITE) || command.name().equals("ping")) {
      String refusal = saving.refusal();
      if (refusal != null) {
        throw new CommandError(refusal);
      }
      if (journal.isOpen() && journal.problem() != null) {
        throw new CommandError("MISCONF Errors writing to the AOF file: " + journal.problem());
      }
    }
  }

  // ---- figures

  /** INFO persistence. */
  public InfoSection section() {
    return new InfoSection() {
      @Override
      public String name() {
        return "persistence";
      }

      @Override
      public void write(Lines lines) {
        figures(lines);
      }
    };
  }

  private void figures(InfoSection.Lines lines) {
    loading.state(lines);
    saving.figures(lines);
    loading.last(lines);
    appendOnly.figures(lines);
    loading.progress(lines);
  }

  /** How long the last cut took, in microseconds: what a fork is elsewhere. */
  public long cutMicros() {
    return saving.cutNanos() / 1000;
  }
}
