package io.respite.server.persistence;

import io.respite.server.aof.AofEncoder;
import io.respite.server.aof.AofManifest;
import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.InfoSection;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.environment.Clock;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.Baton;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.Snapshot;
import io.respite.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The append-only file as a whole: a folder with a manifest, a base and increments, of which the
 * {@link Journal} appends to the last. This class decides which files there are: it switches the
 * journal on and off, and rewrites it.
 *
 * <p><b>Rewriting</b> is done by a thread of its own:
 *
 * <ol>
 *   <li>A new increment is made and entered in the manifest: empty, so that it changes nothing.
 *   <li>With the baton, between two commands: a snapshot is cut, and the journal goes on in the new
 *       increment. What the snapshot holds and what the increment will hold are the whole.
 *   <li>The snapshot is written as the new base, under another name first.
 *   <li>A manifest of the new base and the new increment takes the old one's place; the rest
 *       becomes history and is deleted.
 * </ol>
 *
 * After a crash at any place, the manifest on disk names files that are complete together.
 *
 * <p>Belongs to the baton's holder, except for what the rewriting thread does.
 */
final class AppendOnlyFile {
  /** After so many failures in a row, automatic rewriting waits, longer each time. */
  private static final int PATIENT_FAILURES = 3;

  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long LONGEST_WAIT_MINUTES = 60;
  private static final long RETRY_NANOS = 1_000_000_000L;

  private final Keyspace keyspace;
  private final Config config;
  private final Functions functions;
  private final ServerLog log;
  private final Clock clock;
  private final Storage storage;
  private final Background background;
  private final RdbSaving saving;
  private final Journal journal;

  /** The increments of the manifest, whose last the journal appends to. */
  private final List<JournalFile> increments = new CopyOnWriteArrayList<>();

  private volatile AofManifest manifest = AofManifest.EMPTY;
  private volatile long baseBytes;
  private volatile Path opened;
  private long bytesAtRewrite;
  private boolean wanted;
  private boolean scheduled;
  private boolean lastFailed;
  private int failures;
  private long rewrites;
  private long lastSeconds = -1;
  private long lastKeptBytes;
  private long beganMillis = -1;
  private long endedNanos;
  private RdbSave rewriting;
  private Snapshot snapshot;

  AppendOnlyFile(
      Keyspace keyspace,
      Config config,
      Functions functions,
      ServerLog log,
      Background background,
      RdbSaving saving,
      Journal journal) {
    this.keyspace = keyspace;
    this.config = config;
    this.functions = functions;
    this.log = log;
    this.clock = keyspace.environment().clock();
    this.storage = keyspace.environment().storage();
    this.background = background;
    this.saving = saving;
    this.journal = journal;
    this.endedNanos = clock.nanos() - RETRY_NANOS;
    config.heed(
        Directives.APPENDFILENAME,
        Directives.APPENDDIRNAME,
        Directives.AUTO_AOF_REWRITE_PERCENTAGE,
        Directives.AUTO_AOF_REWRITE_MIN_SIZE,
        Directives.AOF_REWRITE_INCREMENTAL_FSYNC,
        Directives.AOF_DISABLE_AUTO_GC,
        Directives.AOF_USE_RDB_PREAMBLE);
  }

  void followConfig() throws BadValueException {
    config.follow(Directives.APPENDFSYNC, journal::policy);
    config.follow(Directives.AOF_TIMESTAMP_ENABLED, journal::timestamps);
    config.follow(Directives.AOF_CHECKSUM_ENABLED, journal::checksums);
    config.follow(Directives.NO_APPENDFSYNC_ON_REWRITE, journal::sparesDisk);
    config.onChange(Directives.APPENDONLY, this::switchTo);
  }

  // ---- where it is

  /** The folder: while there is a journal the one it is in, wherever {@code dir} has gone. */
  Path folder() {
    return journal.isOpen() ? opened : config.resolve(config.get(Directives.APPENDDIRNAME));
  }

  private String name() {
    return config.get(Directives.APPENDFILENAME);
  }

  /** Sees to it that the folder is there, also after a power cut: whoever made it. */
  static void makeFolder(Storage storage, Path folder) throws IOException {
    storage.createFolders(folder);
    storage.forceDirectory(folder.toAbsolutePath().getParent());
  }

  // ---- beginning and ending

  /**
   * Begins to append behind what has been loaded. Whoever has none yet gets a base of what there is
   * now.
   *
   * @param loaded the manifest
   * @param resume lets the last increment go on where it ends; null when a new one is to be begun
   */
  void open(AofManifest loaded, Consumer<AofEncoder> resume) throws IOException {
    wanted = true;
    Path folder = folder();
    makeFolder(storage, folder);
    AofManifest before = loaded;
    if (before.base().isEmpty() && before.increments().isEmpty()) {
      boolean rdb = config.get(Directives.AOF_USE_RDB_PREAMBLE);
      before = before.withNewBase(name(), rdb, null);
      String base = before.base().orElseThrow().name();
      RdbSave.ofLive(keyspace, config, saving.about(true), functions.codes())
          .asBase(config)
          .save(folder.resolve(base), unfinished(folder));
      log.notice("Creating AOF base file " + base + " on server start");
    }
    if (resume == null || before.increments().isEmpty()) {
      AofManifest more = before.withNewIncrement(name());
      String increment = more.lastIncrement().orElseThrow().name();
      createEmpty(folder.resolve(increment));
      more.write(storage, folder, name());
      log.notice("Creating AOF incr file " + increment + " on server start");
      before = more;
    } else if (!before.equals(AofManifest.read(storage, folder, name()))) {
      before.write(storage, folder, name());
    }
    manifest = before;
    increments.clear();
    for (AofManifest.Entry entry : before.increments()) {
      increments.add(JournalFile.open(storage, folder.resolve(entry.name())));
    }
    JournalFile last = increments.get(increments.size() - 1);
    baseBytes = before.base().isEmpty() ? 0 : size(folder.resolve(before.base().get().name()));
    bytesAtRewrite = bytes();
    opened = folder;
    boolean resumes = resume != null && last.size() > 0;
    journal.continueIn(last, resumes ? resume : null);
  }

  private long size(Path file) throws IOException {
    try (Storage.Input input = storage.open(file)) {
      return input.size();
    }
  }

  /** Bytes of all files together. */
  private long bytes() {
    long bytes = baseBytes;
    for (JournalFile file : increments) {
      bytes += file.size();
    }
    return bytes;
  }

  private void switchTo(boolean on) throws BadValueException {
    if (on == wanted) {
      return;
    }
    wanted = on;
    if (on) {
      // What is there becomes the base first; until then nothing counts.
      if (background.current() == null && !keyspace.inAtomic()) {
        begin();
      }
      return;
    }
    cancel();
    try {
      journal.close();
    } catch (IOException failed) {
      log.warning("Error closing the AOF file: " + RdbSaving.reason(failed));
    }
    increments.clear();
  }

  /** Writes and forces what is left, at the end of the process. */
  void end() {
    cancel();
    if (journal.isOpen()) {
      try {
        log.notice("Calling fsync() on the AOF file.");
        journal.close();
      } catch (IOException failed) {
        log.warning("Fail to fsync the AOF file: " + RdbSaving.reason(failed));
      }
    }
    journal.end();
  }

  private void cancel() {
    if (rewriting != null) {
      rewriting.cancel();
    }
    scheduled = false;
  }

  // ---- rewriting

  /** BGREWRITEAOF. */
  void rewrite(Call call) {
    if (background.current() == Background.Work.REWRITE) {
      throw new CommandError("ERR Background append only file rewriting already in progress");
    }
    if (background.current() != null || keyspace.inAtomic() || functions.running()) {
      scheduled = true;
      // As if there had not been any failures.
      failures = 0;
      call.reply().simple("Background append only file rewriting scheduled");
      return;
    }
    begin();
    call.reply().simple("Background append only file rewriting started");
  }

  private void begin() {
    scheduled = false;
    beganMillis = clock.millis();
    boolean increment = wanted;
    boolean first = wanted && !journal.isOpen();
    log.notice("Background append only file rewriting started");
    background.begin(
        Background.Work.REWRITE, () -> rewrite(increment, first), failure -> ended(failure, first));
  }

  /**
   * The work, without the baton; see the head of this class.
   *
   * @param goesOn whether the journal goes on in a new increment
   * @param first whether that is where it begins: there is no journal yet
   */
  private void rewrite(boolean goesOn, boolean first) throws IOException {
    Path folder = folder();
    makeFolder(storage, folder);
    opened = folder;
    AofManifest before = manifest;
    AofManifest.Entry increment = null;
    if (goesOn) {
      before = before.withNewIncrement(name());
      increment = before.lastIncrement().orElseThrow();
    }
    boolean rdb = config.get(Directives.AOF_USE_RDB_PREAMBLE);
    AofManifest after = before.withNewBase(name(), rdb, increment);
    // If this fails half-way, the manifest on disk may be any of the three, and what is written to
    // files of these names from then on must not be something else.
    manifest = manifest.passingOver(after);
    JournalFile next = null;
    if (goesOn) {
      Path file = folder.resolve(increment.name());
      createEmpty(file);
      next = JournalFile.open(storage, file);
      if (!first) {
        before.write(storage, folder, name());
        manifest = before.passingOver(after);
      }
    }
    RdbSave work = cut(next, first);
    Path base = folder.resolve(after.base().orElseThrow().name());
    work.save(base, unfinished(folder));
    after.write(storage, folder, name());
    manifest = after;
    baseBytes = size(base);
    if (next == null) {
      increments.clear();
    } else {
      JournalFile kept = next;
      increments.removeIf(file -> file != kept);
      journal.supersede(kept);
    }
    deleteHistory(folder, after);
  }

  /** Makes a file without content, which a power cut does not take away or fill again. */
  private void createEmpty(Path file) throws IOException {
    try (Storage.Output output = storage.create(file)) {
      output.force();
    }
    storage.forceDirectory(file.getParent());
  }

  private RdbSave cut(JournalFile next, boolean first) throws IOException {
    Baton baton = keyspace.baton();
    baton.take();
    try {
      if (next != null && (!wanted || journal.isOpen() == first)) {
        // What was changed while it was off is in no increment.
        next.close();
        throw new IOException("the append-only file has been switched off meanwhile");
      }
      Snapshot cut = keyspace.snapshot();
      snapshot = cut;
      rewriting =
          RdbSave.of(cut, keyspace, config, saving.about(true), functions.codes()).asBase(config);
      if (next != null) {
        increments.add(next);
        journal.continueIn(next, null);
      }
      return rewriting;
    } finally {
      baton.pass();
    }
  }

  /** Deletes what is of no use any more. What cannot be deleted is tried again after a rewrite. */
  private void deleteHistory(Path folder, AofManifest after) {
    if (config.get(Directives.AOF_DISABLE_AUTO_GC) || after.history().isEmpty()) {
      return;
    }
    try {
      for (AofManifest.Entry entry : after.history()) {
        storage.delete(folder.resolve(entry.name()));
      }
      AofManifest rest = after.withoutHistory();
      rest.write(storage, folder, name());
      manifest = rest;
    } catch (IOException failed) {
      log.warning("Can't delete what the AOF does not need: " + RdbSaving.reason(failed));
    }
  }

  private static Path unfinished(Path folder) {
    return folder.resolve(Unfinished.rewrite());
  }

  /** With the baton: the thread has ended. */
  private void ended(Exception failure, boolean first) {
    boolean cancelled = rewriting != null && rewriting.cancelled();
    rewriting = null;
    lastKeptBytes = snapshot == null ? 0 : snapshot.keptBytes();
    snapshot = null;
    lastSeconds = (clock.millis() - beganMillis) / 1000;
    beganMillis = -1;
    endedNanos = clock.nanos();
    if (failure == null) {
      log.notice("Background AOF rewrite finished successfully");
      lastFailed = false;
      failures = 0;
      rewrites++;
      bytesAtRewrite = bytes();
      return;
    }
    if (cancelled) {
      log.warning("Background AOF rewrite cancelled");
    } else {
      log.warning("Background AOF rewrite failed: " + RdbSaving.reason(failure));
      lastFailed = true;
      failures++;
    }
    if (first && journal.isOpen()) {
      // The increment that was begun belongs to no base.
      try {
        journal.close();
      } catch (IOException failed) {
        log.warning("Error closing the AOF file: " + RdbSaving.reason(failed));
      }
      increments.clear();
    }
  }

  /** Rewrites what has grown; some times a second. */
  void tick() {
    if (background.current() != null || keyspace.inAtomic()) {
      return;
    }
    boolean missing = wanted && !journal.isOpen();
    if (scheduled) {
      begin();
      return;
    }
    if (missing || journal.needsRewriting()) {
      if (clock.nanos() - endedNanos >= Math.max(RETRY_NANOS, waitNanos())) {
        begin();
      }
      return;
    }
    long percentage = config.get(Directives.AUTO_AOF_REWRITE_PERCENTAGE);
    long bytes = journal.isOpen() ? bytes() : 0;
    if (percentage > 0 && bytes > config.get(Directives.AUTO_AOF_REWRITE_MIN_SIZE)) {
      long growth = bytes * 100 / Math.max(1, bytesAtRewrite) - 100;
      if (growth >= percentage && clock.nanos() - endedNanos >= waitNanos()) {
        log.notice("Starting automatic rewriting of AOF on " + growth + "% growth");
        begin();
      }
    }
  }

  private long waitNanos() {
    if (failures < PATIENT_FAILURES) {
      return 0;
    }
    int doublings = Math.min(failures - PATIENT_FAILURES, 6);
    return Math.min(LONGEST_WAIT_MINUTES, 1L << doublings) * MINUTE_NANOS;
  }

  // ---- figures

  /** Whether a rewritten file is being made. */
  boolean underWay() {
    return background.current() == Background.Work.REWRITE;
  }

  /** Whether the journal is wanted, and begins as soon as what is there can be written down. */
  private boolean waitsForBase() {
    return wanted && !journal.isOpen() && !underWay();
  }

  Snapshot snapshot() {
    return snapshot;
  }

  void figures(InfoSection.Lines lines) {
    boolean failing = journal.problem() != null;
    lines
        .add("aof_enabled", wanted ? 1 : 0)
        .add("aof_rewrite_in_progress", underWay() ? 1 : 0)
        .add("aof_rewrite_scheduled", scheduled || waitsForBase() ? 1 : 0)
        .add("aof_last_rewrite_time_sec", lastSeconds)
        .add(
            "aof_current_rewrite_time_sec", underWay() ? (clock.millis() - beganMillis) / 1000 : -1)
        .add("aof_last_bgrewrite_status", lastFailed ? "err" : "ok")
        .add("aof_rewrites", rewrites)
        .add("aof_rewrites_consecutive_failures", failures)
        .add("aof_last_write_status", failing ? "err" : "ok")
        .add("aof_last_cow_size", lastKeptBytes)
        .add("module_fork_in_progress", 0)
        .add("module_fork_last_cow_size", 0);
    if (wanted) {
      lines
          .add("aof_current_size", bytes())
          .add("aof_base_size", bytesAtRewrite)
          .add("aof_pending_rewrite", 0)
          .add("aof_buffer_length", journal.bufferedBytes())
          .add("aof_pending_bio_fsync", journal.isForcing() ? 1 : 0)
          .add("aof_delayed_fsync", journal.delays());
    }
  }
}
