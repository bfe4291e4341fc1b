package io.respite.server.script;

import io.respite.server.command.Command;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Gate;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.lua.value.LuaTable;
import java.util.ArrayList;
import java.util.List;

/**
 * All of scripting: the commands, and the gate that tells others when a script keeps the engine
 * busy.
 */
public final class Scripting {
  private final Runner runner;
  private final Sandbox sandbox;
  private final ScriptCache cache = new ScriptCache();
  private final Sandbox functions;
  private final Libraries libraries;

  /**
   * Scripting on these databases.
   *
   * @param version the version of Redis that scripts are told
   * @param log where {@code redis.log} writes
   */
  public Scripting(Keyspace keyspace, Dispatcher dispatcher, ServerLog log, String version) {
    this.runner = new Runner(keyspace, dispatcher);
    this.sandbox = new Sandbox(keyspace.environment().clock());
    new RedisLibrary(runner, log).install(sandbox, version);
    sandbox.close(true);
    // A world of their own: functions keep values between calls, which scripts must not reach.
    this.functions = new Sandbox(keyspace.environment().clock());
    LuaTable redis = new RedisLibrary(runner, log).install(functions, version);
    this.libraries =
        new Libraries(new LibraryLoader(functions, redis, keyspace.environment().clock()));
    functions.close(false);
    functions.machine().alsoInUse(libraries::luaFunctions);
  }

  /** The rows. */
  public List<Command> rows() {
    List<Command> rows = new ArrayList<>();
    rows.addAll(new EvalCommands(runner, sandbox, cache).rows());
    rows.addAll(new ScriptCommands(runner, cache).rows());
    rows.addAll(new FcallCommands(runner, functions, libraries).rows());
    rows.addAll(new FunctionCommands(runner, libraries).rows());
    return rows;
  }

  /** What refuses others while a script occupies the engine. */
  public Gate gate() {
    return runner;
  }

  /** Sets after how many milliseconds a script does so; 0 for never. */
  public void busyReplyThreshold(long millis) {
    runner.thresholdMillis(millis);
  }

  /** Ends what runs: the engine is being closed. */
  public void close() {
    runner.close();
  }

  // ---- figures

  /** Scripts that are known. */
  public long cachedScripts() {
    return cache.size();
  }

  /** Bytes that known scripts take, roughly. */
  public long cachedBytes() {
    return cache.bytes();
  }

  /** Bytes of all values of scripts, garbage that has not been noticed included. */
  public long usedBytes() {
    return sandbox.machine().meter().used();
  }

  /** The same of functions. */
  public long functionBytes() {
    return functions.machine().meter().used();
  }

  /** Libraries that are loaded. */
  public long libraries() {
    return libraries.all().size();
  }

  /** Functions of all libraries. */
  public long functions() {
    return libraries.functionCount();
  }
}
