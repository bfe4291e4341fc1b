package io.respite.server.persistence;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.InfoSection;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.config.SavePoint;
import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.Snapshot;
import io.respite.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/**
 * When the data set is saved to its file: by SAVE, which keeps the baton and everybody waiting, by
 * BGSAVE, which saves a snapshot while everybody goes on, and by the save points. Belongs to the
 * baton's holder.
 */
final class RdbSaving {
  /** How long the save points wait after a save that failed. */
  private static final long RETRY_MILLIS = 5_000;

  private final Keyspace keyspace;
  private final Config config;
  private final Functions functions;
  private final ServerLog log;
  private final String version;
  private final Clock clock;
  private final Background background;
  private long changesAtSave;
  private long lastSaveMillis;
  private long lastTryMillis;
  private long saves;
  private boolean lastFailed;
  private boolean scheduled;
  private long lastSeconds = -1;
  private long lastKeptBytes;
  private long cutNanos;

  // Of the one under way.
  private RdbSave saving;
  private Snapshot snapshot;
  private long beganMillis;

  RdbSaving(
      Keyspace keyspace,
      Config config,
      Functions functions,
      ServerLog log,
      String version,
      Background background) {
    this.keyspace = keyspace;
    this.config = config;
    this.functions = functions;
    this.log = log;
    this.version = version;
    this.clock = keyspace.environment().clock();
    this.background = background;
    this.lastSaveMillis = clock.millis();
    config.heed(Directives.DBFILENAME, Directives.SAVE, Directives.STOP_WRITES_ON_BGSAVE_ERROR);
    RdbSave.heed(config);
  }

  /** Where the file is. */
  Path file() {
    return config.resolve(config.get(Directives.DBFILENAME));
  }

  /** When it was last saved, milliseconds since 1970. */
  long lastSaveMillis() {
    return lastSaveMillis;
  }

  /** What was loaded is what is on disk. */
  void loaded() {
    changesAtSave = keyspace.statistics().changes;
    lastSaveMillis = clock.millis();
  }

  /** What stands at a file's head. */
  List<String> about(boolean baseOfJournal) {
    Runtime runtime = Runtime.getRuntime();
    return List.of(
        "redis-ver",
        version,
        "redis-bits",
        "64",
        "ctime",
        Long.toString(clock.millis() / 1000),
        "used-mem",
        Long.toString(runtime.totalMemory() - runtime.freeMemory()),
        "aof-base",
        baseOfJournal ? "1" : "0");
  }

  // ---- while everybody waits

  /** SAVE. */
  void save(Call call) {
    if (background.current() == Background.Work.SAVE) {
      throw new CommandError("ERR Background save already in progress");
    }
    try {
      save();
    } catch (IOException failed) {
      throw new CommandError("ERR the databases cannot be saved: " + reason(failed));
    }
    call.reply().ok();
  }

  /** Saves what there is now. */
  void save() throws IOException {
    Path file = file();
    try {
      RdbSave.ofLive(keyspace, config, about(false), functions.codes())
          .save(file, config.resolve(Unfinished.save()));
    } catch (IOException failed) {
      log.warning("Error saving the databases to " + file + ": " + reason(failed));
      throw failed;
    }
    changesAtSave = keyspace.statistics().changes;
    lastSaveMillis = clock.millis();
    lastFailed = false;
    saves++;
    log.notice("DB saved on disk");
  }

  /** The system's reason; some exceptions say nothing but a name. */
  static String reason(Exception failed) {
    return failed instanceof FileSystemException
            || failed.getMessage() == null
            || failed.getMessage().isEmpty()
        ? failed.toString()
        : failed.getMessage();
  }

  // ---- beside the clients

  /** BGSAVE. */
  void saveBeside(Call call) {
    boolean schedules = false;
    if (call.count() > 1) {
      if (call.count() > 2 || !call.is(1, "schedule")) {
        throw CommandError.syntax();
      }
      schedules = true;
    }
    if (background.current() == Background.Work.SAVE) {
      throw new CommandError("ERR Background save already in progress");
    }
    if (background.current() != null || keyspace.inAtomic() || functions.running()) {
      if (!schedules && background.current() != null) {
        throw new CommandError(
            "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE"
                + " SCHEDULE in order to schedule a BGSAVE whenever possible.");
      }
      scheduled = true;
      call.reply().simple("Background saving scheduled");
      return;
    }
    begin();
    call.reply().simple("Background saving started");
  }

  /** Begins to save a snapshot; nothing may be under way. */
  void begin() {
    long before = clock.nanos();
    Path file = file();
    Path unfinished = config.resolve(Unfinished.saveBeside());
    long changes = keyspace.statistics().changes;
    snapshot = keyspace.snapshot();
    saving = RdbSave.of(snapshot, keyspace, config, about(false), functions.codes());
    cutNanos = clock.nanos() - before;
    scheduled = false;
    beganMillis = clock.millis();
    lastTryMillis = beganMillis;
    RdbSave work = saving;
    background.begin(
        Background.Work.SAVE,
        () -> work.save(file, unfinished),
        failure -> ended(failure, changes));
    log.notice("Background saving started by pid " + ProcessHandle.current().pid());
  }

  /** Cuts a snapshot for somebody else, or takes the functions alone; nothing may be under way. */
  RdbSave open(boolean functionsOnly) {
    List<String> head = about(false);
    return functionsOnly
        ? RdbSave.ofFunctions(keyspace, config, head, functions.codes())
        : RdbSave.of(keyspace.snapshot(), keyspace, config, head, functions.codes());
  }

  /**
   * All databases have just been emptied: the file must not bring back what was in them, neither
   * the one that is there nor the one that is being written.
   */
  void flushed() {
    if (saving != null) {
      saving.cancel();
    }
    if (config.peek(Directives.SAVE).isEmpty()) {
      return;
    }
    try {
      save();
    } catch (IOException logged) {
      log.warning("FLUSHALL goes on without a saved file; the save points will try again");
    }
  }

  private void ended(Exception failure, long changes) {
    lastSeconds = (clock.millis() - beganMillis) / 1000;
    boolean cancelled = saving.cancelled();
    saving = null;
    lastKeptBytes = snapshot == null ? 0 : snapshot.keptBytes();
    snapshot = null;
    if (failure == null) {
      log.notice("Background saving terminated with success");
      changesAtSave = changes;
      lastSaveMillis = clock.millis();
      lastFailed = false;
      saves++;
    } else if (cancelled) {
      log.warning("Background saving cancelled");
    } else {
      log.warning("Background saving error: " + reason(failure));
      lastFailed = true;
    }
  }

  /** Ends the background save that is under way, if there is one; its file is dropped. */
  void cancel() {
    if (saving != null) {
      saving.cancel();
    }
    scheduled = false;
  }

  /** Whether one is under way. */
  boolean underWay() {
    return saving != null;
  }

  /** Looks at the save points and at what is scheduled; some times a second. */
  void tick() {
    if (background.current() != null || keyspace.inAtomic()) {
      return;
    }
    long now = clock.millis();
    boolean mayTry = !lastFailed || now - lastTryMillis > RETRY_MILLIS;
    if (scheduled && mayTry) {
      begin();
      return;
    }
    long changes = keyspace.statistics().changes - changesAtSave;
    for (SavePoint point : config.peek(Directives.SAVE)) {
      if (mayTry && changes >= point.changes() && now - lastSaveMillis > point.seconds() * 1000) {
        log.notice(point.changes() + " changes in " + point.seconds() + " seconds. Saving...");
        begin();
        return;
      }
    }
  }

  /** Why nothing may be written at the moment, or null: data that cannot be saved. */
  String refusal() {
    if (lastFailed
        && config.get(Directives.STOP_WRITES_ON_BGSAVE_ERROR)
        && !config.peek(Directives.SAVE).isEmpty()) {
      return "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to"
          + " persist to disk. Commands that may modify the data set are disabled, because this"
          + " instance is configured to report errors during writes if RDB snapshotting fails"
          + " (stop-writes-on-bgsave-error option). Please check the Redis logs for details about"
          + " the RDB error.";
    }
    return null;
  }

  /** Whether {@link #refusal} may answer something; for the hot path. */
  boolean lastFailed() {
    return lastFailed;
  }

  // ---- figures

  void figures(InfoSection.Lines lines) {
    Snapshot read = snapshot;
    long total = read == null ? 0 : read.keys();
    long visited = read == null ? 0 : read.visited();
    lines
        .add("current_cow_peak", read == null ? 0 : read.keptBytes())
        .add("current_cow_size", read == null ? 0 : read.keptBytes())
        .add("current_cow_size_age", 0)
        .add(
            "current_fork_perc",
            String.format(java.util.Locale.ROOT, "%.2f", total == 0 ? 0 : 100.0 * visited / total))
        .add("current_save_keys_processed", visited)
        .add("current_save_keys_total", total)
        .add("rdb_changes_since_last_save", keyspace.statistics().changes - changesAtSave)
        .add("rdb_bgsave_in_progress", saving == null ? 0 : 1)
        .add("rdb_last_save_time", lastSaveMillis / 1000)
        .add("rdb_last_bgsave_status", lastFailed ? "err" : "ok")
        .add("rdb_last_bgsave_time_sec", lastSeconds)
        .add(
            "rdb_current_bgsave_time_sec",
            saving == null ? -1 : (clock.millis() - beganMillis) / 1000)
        .add("rdb_saves", saves)
        .add("rdb_last_cow_size", lastKeptBytes);
  }

  /** How long the last cut took, in nanoseconds: what a fork is elsewhere. */
  long cutNanos() {
    return cutNanos;
  }
}
