package io.respite.server.persistence;

import io.respite.server.aof.AofChecksum;
import io.respite.server.aof.AofFileException;
import io.respite.server.aof.AofManifest;
import io.respite.server.aof.AofReader;
import io.respite.server.aof.ZeroTail;
import io.respite.server.command.Arguments;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.environment.Clock;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.Effects;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.rdb.RdbFileException;
import io.respite.server.rdb.RdbFileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads the append-only file: the base, and then what the increments add, by executing their
 * commands.
 *
 * <ol>
 *   <li>Nothing expires meanwhile, and nothing is journalled: what was removed then is told.
 *   <li>A transaction is kept back until its EXEC has been read. Without one, nothing of it is
 *       executed.
 *   <li>A file may end before its time only if it is the last one, and only if that is allowed;
 *       then it is cut to what is good. Zeros at the end, which a power cut leaves, count as such
 *       an end. Anything else ends the loading with an exception, and the databases hold what had
 *       been loaded by then: they are of no use any more.
 * </ol>
 *
 * <p>By who holds the baton, into empty databases. For one loading.
 */
public final class AofLoad {
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  /** How many commands are executed between two pauses, less one, and how many bytes read. */
  private static final int PAUSE_MASK = (1 << 8) - 1;

  private static final long PAUSE_BYTES = 2 << 20;

  /** How many commands that failed are logged one by one. */
  private static final int LOGGED_ERRORS = 20;

  private static final int QUOTED = 128;
  private static final String TOOL =
      "make a backup of your AOF file, then use respite-check-aof --fix <filename.manifest>";

  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Functions functions;
  private final ServerLog log;
  private final Clock clock;
  private final Storage storage;
  private final Arguments arguments = new Arguments();
  private final Reply reply = new Reply();
  private final List<Arguments> transaction = new ArrayList<>();
  private boolean mayBeTruncated = true;
  private boolean checksRdb = true;
  private String oldName = "";
  private LoadPause pause = LoadPause.NONE;

  // The file being loaded.
  private Path path;
  private String name = "";
  private AofReader reader;
  private Session session;
  private boolean inTransaction;
  private long nextProgressNanos;
  private long pausedAt;

  // All of them. Figures are read by whoever has the baton in a pause.
  private long total;
  private long before;
  private long baseBytes;
  private long commands;
  private long errors;
  private boolean truncated;
  private boolean checked;
  private AofChecksum uncovered = new AofChecksum();

  /** To load one append-only file, once. */
  public AofLoad(Keyspace keyspace, Dispatcher dispatcher, Functions functions, ServerLog log) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.functions = functions;
    this.log = log;
    this.clock = keyspace.environment().clock();
    this.storage = keyspace.environment().storage();
  }

  // ---- how

  /** Whether the last file may end before its time, as {@code aof-load-truncated} says. */
  public AofLoad mayBeTruncated(boolean yes) {
    mayBeTruncated = yes;
    return this;
  }

  /** Whether the check at the end of an RDB base must be right, as {@code rdbchecksum} says. */
  public AofLoad checksRdb(boolean yes) {
    checksRdb = yes;
    return this;
  }

  /** The name that the single file of an older server has, as the configuration says. */
  public AofLoad oldName(String appendFilename) {
    oldName = appendFilename;
    return this;
  }

  /** What is done every some hundred commands. */
  public AofLoad pausing(LoadPause between) {
    pause = between;
    return this;
  }

  // ---- what it has come to

  /** Bytes of all files together, as they were found. */
  public long totalBytes() {
    return total;
  }

  /** Bytes read so far. */
  public long loadedBytes() {
    return reader == null ? before : before + reader.position();
  }

  /** Bytes of the base. */
  public long baseBytes() {
    return baseBytes;
  }

  /** Commands executed so far. */
  public long commands() {
    return commands;
  }

  /** Whether the last file has been cut. */
  public boolean truncated() {
    return truncated;
  }

  /** Whether the last file has checksums at its end, so that whoever appends must go on. */
  public boolean checked() {
    return checked;
  }

  /** What of the last file no checksum covers yet: for {@code AofEncoder.resume}. */
  public AofChecksum uncovered() {
    return uncovered;
  }

  // ---- loading

  /**
   * Loads.
   *
   * @param folder where the files are
   * @param manifest which they are
   * @throws IOException when a file cannot be read or is not what it should be, with the words of
   *     Redis; details are in the log
   */
  public void load(Path folder, AofManifest manifest) throws IOException {
    List<AofManifest.Entry> files = manifest.files();
    for (AofManifest.Entry file : files) {
      long bytes = size(folder.resolve(file.name()));
      total += bytes;
      baseBytes += file.type() == AofManifest.Type.BASE ? bytes : 0;
    }
    Effects effects = keyspace.effects();
    boolean replaying = keyspace.replaying();
    long changes = keyspace.statistics().changes;
    keyspace.effects(Effects.NONE);
    keyspace.replaying(true);
    try {
      for (int i = 0; i < files.size(); i++) {
        loadFile(folder, files.get(i), nothingBehind(folder, files, i));
      }
    } finally {
      keyspace.replaying(replaying);
      keyspace.effects(effects);
      keyspace.statistics().changes = changes;
    }
    if (errors > LOGGED_ERRORS) {
      log.warning("Commands of the AOF that ended in an error: " + errors);
    }
  }

  /**
   * Whether a file is the last in which there is anything. A rewrite begins with an increment that
   * stays empty until all before it is durable: a power cut then finds the file before it with an
   * end that was not.
   */
  private boolean nothingBehind(Path folder, List<AofManifest.Entry> files, int index)
      throws IOException {
    for (AofManifest.Entry later : files.subList(index + 1, files.size())) {
      if (size(folder.resolve(later.name())) > 0) {
        return false;
      }
    }
    return true;
  }

  private long size(Path file) throws IOException {
    if (!storage.exists(file)) {
      throw new IOException(
          "Unable to obtain the AOF file "
              + ServerLog.escaped(file.getFileName().toString())
              + " length. stat: No such file or directory");
    }
    try (Storage.Input input = storage.open(file)) {
      return input.size();
    } catch (IOException failed) {
      throw new IOException(
          "Fatal error: can't open the append log file "
              + ServerLog.escaped(file.getFileName().toString())
              + " for reading: "
              + RdbSaving.reason(failed),
          failed);
    }
  }

  private void loadFile(Path folder, AofManifest.Entry file, boolean last) throws IOException {
    long began = clock.nanos();
    nextProgressNanos = began + PROGRESS_NANOS;
    name = ServerLog.escaped(file.name());
    path = folder.resolve(file.name());
    pausedAt = 0;
    long bytes;
    try (Storage.Input input = storage.open(path)) {
      bytes = input.size();
      reader = new AofReader(input, 0, longestArgument());
      if (reader.beginsWithRdb()) {
        loadRdb(reader.rest(), file.type() == AofManifest.Type.BASE);
      }
      session = new Session(0, Session.Connection.NONE, true, keyspace.now());
      run();
    } catch (AofFileException damaged) {
      boolean zeros =
          damaged.kind() != AofFileException.Kind.TRUNCATED
              && file.type() == AofManifest.Type.INCR
              && ZeroTail.isAllThatIsWrong(storage, path, longestArgument());
      bytes = damaged(damaged, zeros ? AofFileException.Kind.TRUNCATED : damaged.kind(), last);
    } finally {
      inTransaction = false;
      transaction.clear();
    }
    checked = reader.checked();
    uncovered = reader.uncovered();
    reader = null;
    before += bytes;
    String kind = file.type() == AofManifest.Type.BASE ? "base" : "incr";
    log.notice(
        String.format(
            Locale.ROOT,
            "DB loaded from %s file %s: %.3f seconds",
            kind,
            name,
            (clock.nanos() - began) / 1e9));
  }

  private void loadRdb(Storage.Input input, boolean base) throws IOException {
    boolean old = name.equals(oldName);
    log.notice(
        old ? "Reading RDB preamble from AOF file..." : "Reading RDB base file on AOF loading...");
    try {
      RdbFileReader rdb =
          new RdbLoad(keyspace, functions, log)
              .keepingExpired()
              .pausing(pause)
              .load(input, base ? Joining.REPLACE : Joining.ADD, checksRdb);
      reader = new AofReader(rdb.rest(), rdb.position(), longestArgument());
    } catch (RdbFileException | CommandError damaged) {
      log.warning(name + ": " + damaged.getMessage());
      throw new IOException(
          "Error reading the RDB "
              + (old ? "preamble of the AOF file " : "base file ")
              + name
              + ", AOF loading aborted",
          damaged);
    }
    if (old) {
      log.notice("Reading the remaining AOF tail...");
    }
  }

  private static long longestArgument() {
    return Math.min(AofReader.LONGEST_ARGUMENT, Keyspace.longestString());
  }

  // ---- the end of a file

  /** Cuts the file, if that is allowed and helps; how many bytes it has then. */
  private long damaged(AofFileException damage, AofFileException.Kind kind, boolean last)
      throws IOException {
    log.warning(name + ": " + damage.getMessage().replaceAll("[^ -~]", "?"));
    switch (kind) {
      case CHECKSUM ->
          throw new IOException(
              "Wrong checksum reading the append only file " + name + ": " + TOOL, damage);
      case MALFORMED ->
          throw new IOException(
              "Bad file format reading the append only file " + name + ": " + TOOL, damage);
      case TRUNCATED -> {
        // below
      }
    }
    if (reader.inTransaction()) {
      log.warning("Revert incomplete MULTI/EXEC transaction from AOF file " + name);
    }
    if (!mayBeTruncated || !last) {
      if (mayBeTruncated) {
        log.warning("Fatal error: the truncated file is not the last file");
      }
      throw new IOException(
          "Unexpected end of file reading the append only file "
              + name
              + ". You can: 1) Make a backup of your AOF file, then use respite-check-aof --fix "
              + "<filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' "
              + "configuration option to yes and restart the server.",
          damage);
    }
    long good = reader.validUpTo();
    log.warning("!!! Warning: short read while loading the AOF file " + name + "!!!");
    log.warning("!!! Truncating the AOF " + name + " at offset " + good + " !!!");
    try {
      storage.truncate(path, good);
    } catch (IOException failed) {
      throw new IOException(
          "Error truncating the AOF file " + name + ": " + RdbSaving.reason(failed), failed);
    }
    truncated = true;
    log.warning("AOF " + name + " loaded anyway because aof-load-truncated is enabled");
    return good;
  }

  // ---- commands

  private void run() throws IOException {
    while (true) {
      switch (reader.next()) {
        case COMMAND -> {
          arguments.reset(reader.buffer());
          for (int i = 0; i < reader.count(); i++) {
            arguments.add(reader.offset(i), reader.length(i));
          }
          take();
          if (!inTransaction) {
            breathe();
          }
        }
        case TIMESTAMP -> {
          // For those who want to go back in time; not to be executed.
        }
        case END -> {
          return;
        }
      }
    }
  }

  private void take() throws IOException {
    Command command = find();
    if (!inTransaction && !reader.inTransaction()) {
      if (command != null) {
        execute(command, arguments);
      }
    } else if (!inTransaction) {
      inTransaction = true;
    } else if (reader.inTransaction()) {
      if (command != null) {
        transaction.add(arguments.copy());
      }
    } else {
      inTransaction = false;
      executeTransaction();
    }
  }

  /** The row; null when the arguments are too few or too many for it, which is logged. */
  private Command find() throws IOException {
    try {
      return dispatcher.find(arguments);
    } catch (CommandError refused) {
      if (refused.getMessage().startsWith("ERR unknown ")) {
        throw new IOException(
            "Unknown command '"
                + ServerLog.escaped(arguments.quoted(0, QUOTED))
                + "' reading the append only file "
                + name,
            refused);
      }
      failed(refused.getMessage());
      return null;
    }
  }

  private void executeTransaction() {
    keyspace.beginAtomic();
    try {
      for (Arguments queued : transaction) {
        execute(dispatcher.find(queued), queued);
      }
    } finally {
      keyspace.endAtomic();
      transaction.clear();
    }
  }

  private void execute(Command command, Arguments request) {
    commands++;
    reply.truncate(0);
    dispatcher.execute(session, command, request, reply, false, Dispatcher.Origin.JOURNAL);
    if (reply.size() > 0 && reply.buffer()[0] == '-') {
      int end = 1;
      while (end < reply.size() && reply.buffer()[end] != '\r') {
        end++;
      }
      failed(new String(reply.buffer(), 1, end - 1, StandardCharsets.UTF_8), command.fullName());
    }
  }

  private void failed(String error) {
    failed(error, arguments.quoted(0, QUOTED));
  }

  private void failed(String error, String command) {
    if (++errors <= LOGGED_ERRORS) {
      log.warning(
          "== CRITICAL == This server is sending an error to its AOF-loading-client: '"
              + ServerLog.escaped(error)
              + "' after processing the command '"
              + ServerLog.escaped(command)
              + "'");
    }
  }

  private void breathe() throws IOException {
    long position = reader.position();
    if ((commands & PAUSE_MASK) != 0 && position - pausedAt < PAUSE_BYTES) {
      return;
    }
    pausedAt = position;
    pause.pause(position);
    long now = clock.nanos();
    if (now - nextProgressNanos > 0) {
      nextProgressNanos = now + PROGRESS_NANOS;
      log.notice(
          String.format(
              Locale.ROOT,
              "Loading AOF %s: %d%% of %.2f Mb, commands executed: %d",
              name,
              100 * loadedBytes() / Math.max(1, total),
              total / 1024.0 / 1024.0,
              commands));
    }
  }
}
