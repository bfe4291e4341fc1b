package io.respite.server.script;

import io.respite.server.command.CommandError;
import io.respite.server.environment.Clock;
import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.machine.LuaKilled;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.Watch;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Loads libraries: runs their text once, while {@code redis} has nothing but what registers
 * functions and writes to the log.
 */
final class LibraryLoader {
  private static final LuaString REDIS = LuaString.name("redis");
  private static final LuaString INDEX = LuaString.name("__index");
  private static final String CHUNK = "@user_function";

  /** How long the text of a library may run. */
  private static final long MOST_NANOS = 500_000_000;

  private static final String[] SHARED = {
    "log",
    "LOG_DEBUG",
    "LOG_VERBOSE",
    "LOG_NOTICE",
    "LOG_WARNING",
    "REDIS_VERSION",
    "REDIS_VERSION_NUM",
    "sha1hex",
    "error_reply",
    "status_reply",
    "acl_check_cmd"
  };

  private final Sandbox sandbox;
  private final Clock clock;
  private final LuaTable redis;
  private final LuaTable redisWhileLoading;
  private Map<String, Library.Function> registered = new LinkedHashMap<>();

  /** Loads into a sandbox, which must not be closed yet and has {@code redis} already. */
  LibraryLoader(Sandbox sandbox, LuaTable redis, Clock clock) {
    this.sandbox = sandbox;
    this.clock = clock;
    this.redis = redis;
    this.redisWhileLoading = new LuaTable(redis.meter());
    for (String name : SHARED) {
      redisWhileLoading.set(LuaString.name(name), redis.get(LuaString.name(name)));
    }
    redisWhileLoading.set(LuaString.name("register_function"), new JavaFunction(this::register));
    LuaTable strict = new LuaTable(redis.meter());
    strict.set(INDEX, new JavaFunction(Sandbox::refuseUnknown));
    redisWhileLoading.metatable(strict);
    Sandbox.protect(redisWhileLoading, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /**
   * Loads a library.
   *
   * @throws CommandError when it cannot be compiled, fails, or registers nothing
   */
  Library load(LibraryHeader header, byte[] code) {
    LuaClosure main;
    long began = clock.nanos();
    try {
      main =
          new LuaClosure(
              LuaCompiler.compile(header.text(), CHUNK, work -> checkTime(began)),
              sandbox.globals());
    } catch (LuaError wrong) {
      throw new CommandError(
          "ERR Error compiling function: " + Sandbox.message(wrong).substring(4));
    }
    registered = new LinkedHashMap<>();
    api(redisWhileLoading);
    try {
      run(main);
    } finally {
      api(redis);
    }
    if (registered.isEmpty()) {
      throw new CommandError("ERR No functions registered");
    }
    return new Library(header.name(), code, registered);
  }

  private void checkTime(long began) {
    if (clock.nanos() - began > MOST_NANOS) {
      throw new CommandError("ERR Error compiling function: it takes too long");
    }
  }

  private void api(LuaTable table) {
    sandbox.globals().readOnly(false);
    sandbox.globals().set(REDIS, table);
    sandbox.globals().readOnly(true);
  }

  private void run(LuaClosure main) {
    Machine machine = sandbox.machine();
    long began = clock.nanos();
    machine.watch(
        () -> {
          if (clock.nanos() - began > MOST_NANOS) {
            throw new LuaKilled("FUNCTION LOAD timeout");
          }
          return Watch.Verdict.CONTINUE;
        });
    try {
      sandbox.begin(main);
      if (machine.run() == Machine.Outcome.FAILED) {
        throw new CommandError(
            "ERR Error registering functions: " + Sandbox.message(machine.failure().value()));
      }
    } catch (LuaKilled tooLong) {
      throw new CommandError("ERR Error registering functions: " + tooLong.getMessage());
    }
  }

  // ---- redis.register_function

  private void register(LuaCall call) {
    if (call.count() < 1 || call.count() > 2) {
      throw wrong(call, "wrong number of arguments to redis.register_function");
    }
    if (call.count() == 1) {
      if (!(call.get(1) instanceof LuaTable arguments)) {
        throw wrong(
            call,
            "calling redis.register_function with a single argument is only applicable to Lua table"
                + " (representing named arguments).");
      }
      registerNamed(call, arguments);
      return;
    }
    LuaString name = LuaValues.text(call.get(1));
    if (name == null) {
      throw wrong(call, "first argument to redis.register_function must be a string");
    }
    if (!(call.get(2) instanceof LuaFunction function)) {
      throw wrong(call, "second argument to redis.register_function must be a function");
    }
    add(call, name, function, null, EnumSet.noneOf(ScriptFlag.class));
  }

  private static LuaError wrong(LuaCall call, String message) {
    return RedisLibrary.raised(call, "ERR " + message);
  }

  private void registerNamed(LuaCall call, LuaTable arguments) {
    LuaString name = null;
    LuaString description = null;
    LuaFunction callback = null;
    Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
    for (int i = arguments.nextFrom(0); i >= 0; i = arguments.nextFrom(i + 1)) {
      LuaString key = LuaValues.text(arguments.keyAt(i));
      Object value = arguments.valueAt(i);
      if (key == null) {
        throw wrong(call, "named argument key given to redis.register_function is not a string");
      }
      switch (key.toString()) {
        case "function_name" -> name = text(call, value, "function_name");
        case "description" -> description = text(call, value, "description");
        case "callback" -> {
          if (!(value instanceof LuaFunction function)) {
            throw wrong(
                call, "callback argument given to redis.register_function must be a function");
          }
          callback = function;
        }
        case "flags" -> readFlags(call, value, flags);
        default -> throw wrong(call, "unknown argument given to redis.register_function");
      }
    }
    if (name == null) {
      throw wrong(call, "redis.register_function must get a function name argument");
    }
    if (callback == null) {
      throw wrong(call, "redis.register_function must get a callback argument");
    }
    add(call, name, callback, description, flags);
  }

  private static LuaString text(LuaCall call, Object value, String argument) {
    LuaString text = LuaValues.text(value);
    if (text == null) {
      throw wrong(call, argument + " argument given to redis.register_function must be a string");
    }
    return text;
  }

  private static void readFlags(LuaCall call, Object value, Set<ScriptFlag> flags) {
    if (!(value instanceof LuaTable list)) {
      throw wrong(
          call,
          "flags argument to redis.register_function must be a table representing function flags");
    }
    for (int i = 1; list.get(i) != null; i++) {
      ScriptFlag flag =
          list.get(i) instanceof LuaString word ? ScriptFlag.of(word.toString()) : null;
      if (flag == null) {
        throw wrong(call, "unknown flag given");
      }
      flags.add(flag);
    }
  }

  private void add(
      LuaCall call,
      LuaString name,
      LuaFunction callback,
      LuaString description,
      Set<ScriptFlag> flags) {
    String text = name.toString();
    try {
      LibraryHeader.checkName(text);
    } catch (CommandError refused) {
      throw RedisLibrary.raised(call, refused.getMessage());
    }
    Program program = new Program(text, callback, flags, true);
    Library.Function function =
        new Library.Function(program, description == null ? null : description.toString());
    if (registered.putIfAbsent(text.toLowerCase(Locale.ROOT), function) != null) {
      throw wrong(call, "Function already exists in the library");
    }
  }
}
