package io.respite.server.persistence;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.NO_ASYNC_LOADING;
import static io.respite.server.command.CommandFlag.NO_MULTI;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Gate;
import io.respite.server.command.InfoSection;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.rdb.RdbFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The data set's file: SAVE and LASTSAVE, what is loaded at the start and saved at the end, DEBUG
 * RELOAD, and the figures about it.
 *
 * <p>SAVE keeps the baton while it writes, as Redis's keeps everybody waiting.
 */
public final class Persistence {
  private final Keyspace keyspace;
  private final Config config;
  private final Functions functions;
  private final ServerLog log;
  private final String version;
  private final Clock clock;
  private final RdbSave writer;
  private long changesAtSave;
  private long lastSaveMillis;
  private long saves;
  private long keysLoaded;
  private long keysExpired;
  private boolean ended;

  /**
   * Of these databases.
   *
   * @param version the version of Redis that the file names
   */
  public Persistence(
      Keyspace keyspace, Config config, Functions functions, ServerLog log, String version) {
    this.keyspace = keyspace;
    this.config = config;
    this.functions = functions;
    this.log = log;
    this.version = version;
    this.clock = keyspace.environment().clock();
    this.writer = new RdbSave(keyspace, config);
    this.lastSaveMillis = clock.millis();
    config.heed(Directives.DBFILENAME);
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        Command.named("save")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(1)
            .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
            .complexity("O(N) where N is the number of keys in all databases")
            .summary("Saves all databases to the file, while everybody waits.")
            .handler(this::save),
        Command.named("lastsave")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(1)
            .flags(LOADING, STALE, FAST)
            .categories("admin", "dangerous")
            .complexity("O(1)")
            .summary("Answers when the databases were last saved, in seconds since 1970.")
            .tip("nondeterministic_output")
            .handler(call -> call.reply().integer(lastSaveMillis / 1000)));
  }

  /** Where the file is. */
  public Path file() {
    return config.resolve(config.get(Directives.DBFILENAME));
  }

  // ---- saving

  private void save(Call call) {
    try {
      save();
    } catch (IOException failed) {
      throw new CommandError("ERR the databases cannot be saved: " + reason(failed));
    }
    call.reply().ok();
  }

  private void save() throws IOException {
    Path file = file();
    Runtime runtime = Runtime.getRuntime();
    List<String> about =
        List.of(
            "redis-ver",
            version,
            "redis-bits",
            "64",
            "ctime",
            Long.toString(clock.millis() / 1000),
            "used-mem",
            Long.toString(runtime.totalMemory() - runtime.freeMemory()),
            "aof-base",
            "0");
    try {
      writer.save(file, about, functions.codes());
    } catch (IOException failed) {
      log.warning("Error saving the databases to " + file + ": " + reason(failed));
      throw failed;
    }
    changesAtSave = keyspace.statistics().changes;
    lastSaveMillis = clock.millis();
    saves++;
    log.notice("DB saved on disk");
  }

  /** The system's reason; some exceptions say nothing but a name. */
  private static String reason(IOException failed) {
    return failed instanceof java.nio.file.FileSystemException
            || failed.getMessage() == null
            || failed.getMessage().isEmpty()
        ? failed.toString()
        : failed.getMessage();
  }

  // ---- loading

  /**
   * Loads the file, if there is one, into the databases, which are empty.
   *
   * @throws IOException when it cannot be read or is damaged; the message says why
   */
  public void loadAtStart() throws IOException {
    Path file = file();
    if (!keyspace.environment().storage().exists(file)) {
      return;
    }
    long began = clock.nanos();
    try {
      load(file, Joining.REPLACE);
    } catch (CommandError refused) {
      throw new IOException(refused.getMessage(), refused);
    }
    log.notice(
        String.format(
            Locale.ROOT, "DB loaded from disk: %.3f seconds", (clock.nanos() - began) / 1e9));
  }

  private void load(Path file, Joining joining) throws IOException {
    RdbLoad load = new RdbLoad(keyspace, functions, log);
    load.load(file, joining, config.get(Directives.RDBCHECKSUM));
    keysLoaded = load.loaded();
    keysExpired = load.expired();
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
        save();
      }
      load(file(), joining);
    } catch (RdbFileException damaged) {
      log.warning("Error loading " + file() + ": " + damaged.getMessage());
      throw new CommandError("ERR the file is damaged: " + damaged.getMessage());
    } catch (IOException failed) {
      throw new CommandError("ERR the file cannot be reloaded: " + reason(failed));
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
    boolean wanted = asked != null ? asked : !config.peek(Directives.SAVE).isEmpty();
    if (wanted && functions.running()) {
      log.warning("A script is in the middle of its work: ending without saving.");
    } else if (wanted) {
      log.notice("Saving the final RDB snapshot before exiting.");
      try {
        save();
      } catch (IOException failed) {
        if (!force) {
          log.warning("Error trying to save the DB, can't exit.");
          throw new CommandError("ERR Errors trying to SHUTDOWN. Check logs.");
        }
        log.warning("Error trying to save the DB, but exiting anyway.");
      }
    }
    ended = true;
  }

  /** Refuses everything once the end is prepared: what changed then would be lost silently. */
  public Gate gate() {
    return call -> {
      if (ended) {
        call.session().connection().closeAfterReply();
        throw new CommandError("ERR the server is shutting down");
      }
      return true;
    };
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

  /** What would speak of background saves and of a journal says that there are none. */
  private void figures(InfoSection.Lines lines) {
    lines
        .add("loading", 0)
        .add("async_loading", 0)
        .add("current_cow_peak", 0)
        .add("current_cow_size", 0)
        .add("current_cow_size_age", 0)
        .add("current_fork_perc", "0.00")
        .add("current_save_keys_processed", 0)
        .add("current_save_keys_total", 0)
        .add("rdb_changes_since_last_save", keyspace.statistics().changes - changesAtSave)
        .add("rdb_bgsave_in_progress", 0)
        .add("rdb_last_save_time", lastSaveMillis / 1000)
        .add("rdb_last_bgsave_status", "ok")
        .add("rdb_last_bgsave_time_sec", -1)
        .add("rdb_current_bgsave_time_sec", -1)
        .add("rdb_saves", saves)
        .add("rdb_last_cow_size", 0)
        .add("rdb_last_load_keys_expired", keysExpired)
        .add("rdb_last_load_keys_loaded", keysLoaded)
        .add("aof_enabled", 0)
        .add("aof_rewrite_in_progress", 0)
        .add("aof_rewrite_scheduled", 0)
        .add("aof_last_rewrite_time_sec", -1)
        .add("aof_current_rewrite_time_sec", -1)
        .add("aof_last_bgrewrite_status", "ok")
        .add("aof_rewrites", 0)
        .add("aof_rewrites_consecutive_failures", 0)
        .add("aof_last_write_status", "ok")
        .add("aof_last_cow_size", 0)
        .add("module_fork_in_progress", 0)
        .add("module_fork_last_cow_size", 0);
  }
}
