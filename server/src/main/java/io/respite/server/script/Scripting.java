package io.respite.server.script;

import io.respite.server.command.Arguments;
import io.respite.server.command.Command;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Gate;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.lua.machine.TranslateWhen;
import io.respite.server.lua.value.LuaTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * All of scripting: the commands, and the gate that tells others when a script keeps the engine
 * busy.
 */
public final class Scripting {
  /** The world of functions, and what loads them into it. */
  private record FunctionWorld(Sandbox sandbox, LibraryLoader loader) {}

  private final Keyspace keyspace;
  private final ServerLog log;
  private final String version;
  private final Runner runner;
  private final TranslateWhen translate;
  private final ScriptCache cache = new ScriptCache();
  private final OnDemand<Sandbox> scripts = new OnDemand<>(this::scriptWorld);
  private final OnDemand<FunctionWorld> functionWorld = new OnDemand<>(this::functionWorld);
  private final Libraries libraries = new Libraries(() -> functionWorld.get().loader());

  /**
   * Scripting on these databases.
   *
   * @param version the version of Redis that scripts are told
   * @param log where {@code redis.log} writes
   * @param translate when scripts become bytecode of the JVM
   */
  public Scripting(
      Keyspace keyspace,
      Dispatcher dispatcher,
      ServerLog log,
      String version,
      TranslateWhen translate) {
    this.translate = translate;
    this.keyspace = keyspace;
    this.log = log;
    this.version = version;
    this.runner = new Runner(keyspace, dispatcher);
  }

  private Sandbox scriptWorld() {
    Sandbox sandbox = new Sandbox(keyspace.environment().clock(), translate);
    new RedisLibrary(runner, log).install(sandbox, version);
    sandbox.close(true);
    return sandbox;
  }

  /** A world of their own: functions keep values between calls, which scripts must not reach. */
  private FunctionWorld functionWorld() {
    Sandbox sandbox = new Sandbox(keyspace.environment().clock(), translate);
    LuaTable redis = new RedisLibrary(runner, log).install(sandbox, version);
    LibraryLoader loader = new LibraryLoader(sandbox, redis, keyspace.environment().clock());
    sandbox.close(false);
    sandbox.machine().alsoInUse(libraries::luaFunctions);
    return new FunctionWorld(sandbox, loader);
  }

  /** The rows. */
  public List<Command> rows() {
    List<Command> rows = new ArrayList<>();
    rows.addAll(new EvalCommands(runner, scripts, cache).rows());
    rows.addAll(new ScriptCommands(runner, cache).rows());
    rows.addAll(new FcallCommands(runner, () -> functionWorld.get().sandbox(), libraries).rows());
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

  /**
   * Whether a request runs a script or function that declares what it does, and neither that it
   * changes nothing nor that it may run when memory is at an end. One that declares nothing is
   * judged by what it calls.
   */
  public boolean needsMemory(Command command, Arguments request) {
    return switch (command.name()) {
      case "eval", "eval_ro" -> needsMemory(ScriptHeader.readOrNull(request.bytes(1)));
      case "evalsha", "evalsha_ro" -> {
        Sha1 digest = Sha1.parse(request.buffer(), request.offset(1), request.length(1));
        ScriptCache.Entry entry = digest == null ? null : cache.get(digest);
        yield entry != null && needsMemory(entry.header);
      }
      case "fcall", "fcall_ro" -> {
        Library.Function function = libraries.function(request.text(1));
        yield function != null && needsMemory(function.program().flags());
      }
      default -> false;
    };
  }

  private static boolean needsMemory(ScriptHeader header) {
    return header != null && header.declared() && needsMemory(header.flags());
  }

  private static boolean needsMemory(Set<ScriptFlag> flags) {
    return !flags.contains(ScriptFlag.ALLOW_OOM) && !flags.contains(ScriptFlag.NO_WRITES);
  }

  /** Whether a script or function is in the middle of its work. */
  public boolean running() {
    return runner.current() != null;
  }

  /** The codes of all libraries of functions. */
  public List<byte[]> functionCodes() {
    return libraries.codes();
  }

  /**
   * Loads libraries of functions, all of them or none.
   *
   * @param keep whether the libraries stay that are there
   * @param replace whether one that stays gives way to another of its name
   * @throws io.respite.server.command.CommandError when one cannot be loaded
   */
  public void loadFunctions(List<byte[]> codes, boolean keep, boolean replace) {
    libraries.restore(
        codes,
        !keep
            ? Libraries.Policy.FLUSH
            : replace ? Libraries.Policy.REPLACE : Libraries.Policy.APPEND);
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
    return used(scripts.peek());
  }

  /** The same of functions. */
  public long functionBytes() {
    FunctionWorld world = functionWorld.peek();
    return used(world == null ? null : world.sandbox());
  }

  private static long used(Sandbox sandbox) {
    return sandbox == null ? 0 : sandbox.machine().meter().used();
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
