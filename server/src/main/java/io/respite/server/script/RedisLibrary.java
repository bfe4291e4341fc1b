package io.respite.server.script;

import io.respite.server.command.Arguments;
import io.respite.server.log.ServerLog;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import io.respite.server.lua.value.NumberText;
import java.util.Arrays;

/**
 * The table {@code redis}: what scripts can do with the server ("Redis Lua API reference",
 * redis.io/docs).
 */
final class RedisLibrary {
  private static final LuaString ERR = LuaString.name("err");
  private static final LuaString OK = LuaString.name("ok");
  private static final int EXACT_DIGITS = 17;

  /** Whole numbers below are written without an exponent. */
  private static final double WHOLE = 1e17;

  private static final long NANOS_PER_DIGESTED_BYTE = 4;

  /** What a command takes, and what each of its arguments does, in nanoseconds or so. */
  private static final int UNITS_PER_CALL = 200;

  private static final int UNITS_PER_ARGUMENT = 60;

  /** Bytes of a request's buffer that are kept for the next. */
  private static final int KEPT_BYTES = 64 << 10;

  private static final ServerLog.Level[] LEVELS = {
    ServerLog.Level.DEBUG, ServerLog.Level.VERBOSE, ServerLog.Level.NOTICE, ServerLog.Level.WARNING
  };

  /** What becomes of effects, by the numbers that scripts use. */
  static final int REPL_NONE = 0;

  static final int REPL_AOF = 1;
  static final int REPL_REPLICA = 2;
  static final int REPL_ALL = 3;

  private final Runner runner;
  private final ServerLog log;
  private final Arguments request = new Arguments();
  private byte[] buffer = new byte[1024];

  RedisLibrary(Runner runner, ServerLog log) {
    this.runner = runner;
    this.log = log;
  }

  /** The table, to be filled further by the caller, in a sandbox that is not closed yet. */
  LuaTable install(Sandbox sandbox, String version) {
    LuaTable redis = new LuaTable(sandbox.machine().meter());
    set(redis, "call", call -> call(call, true));
    set(redis, "pcall", call -> call(call, false));
    set(redis, "log", this::log);
    set(redis, "setresp", this::setresp);
    set(redis, "sha1hex", RedisLibrary::sha1hex);
    set(redis, "error_reply", RedisLibrary::errorReply);
    set(redis, "status_reply", RedisLibrary::statusReply);
    set(redis, "set_repl", this::setRepl);
    set(redis, "replicate_commands", call -> call.push(true));
    set(redis, "breakpoint", call -> call.push(false));
    set(redis, "debug", call -> {});
    set(redis, "acl_check_cmd", this::aclCheckCmd);
    number(redis, "LOG_DEBUG", 0);
    number(redis, "LOG_VERBOSE", 1);
    number(redis, "LOG_NOTICE", 2);
    number(redis, "LOG_WARNING", 3);
    number(redis, "REPL_NONE", REPL_NONE);
    number(redis, "REPL_AOF", REPL_AOF);
    number(redis, "REPL_SLAVE", REPL_REPLICA);
    number(redis, "REPL_REPLICA", REPL_REPLICA);
    number(redis, "REPL_ALL", REPL_ALL);
    redis.set(LuaString.name("REDIS_VERSION"), LuaString.of(version));
    number(redis, "REDIS_VERSION_NUM", versionNumber(version));
    sandbox.globals().set(LuaString.name("redis"), redis);
    return redis;
  }

  private static void set(LuaTable table, String name, JavaFunction.Body body) {
    table.set(LuaString.name(name), new JavaFunction(body));
  }

  private static void number(LuaTable table, String name, int value) {
    table.set(LuaString.name(name), (double) value);
  }

  /** A version as scripts compare it: a byte each for major, minor and patch. */
  private static int versionNumber(String version) {
    int number = 0;
    for (String part : version.split("\\.", -1)) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }

  // ---- errors

  /** An error that ends a script unless it is caught; the position is told apart. */
  static LuaError raised(LuaCall call, String message) {
    return new LuaError(table(call, ERR, LuaString.of(message)));
  }

  private static LuaTable table(LuaCall call, LuaString key, LuaString value) {
    LuaTable table = call.newTable(0, 1);
    table.set(key, value);
    return table;
  }

  // ---- commands

  private void call(LuaCall call, boolean raises) {
    Object answer;
    try {
      String wrong = readRequest(call);
      if (wrong != null) {
        if (raises) {
          throw raised(call, wrong);
        }
        call.push(table(call, ERR, LuaString.of(wrong)));
        return;
      }
      answer = runner.execute(request, call.meter());
      call.took(UNITS_PER_CALL + (long) UNITS_PER_ARGUMENT * call.count());
    } finally {
      if (buffer.length > KEPT_BYTES) {
        buffer = new byte[KEPT_BYTES];
      }
    }
    if (raises && answer instanceof LuaTable table && table.get(ERR) != null) {
      throw new LuaError(table);
    }
    call.push(answer);
  }

  /** Takes the arguments over into {@link #request}; answers what is wrong with them, or null. */
  private String readRequest(LuaCall call) {
    int count = call.count();
    if (count == 0) {
      return "ERR Please specify at least one argument for this redis lib call";
    }
    int end = 0;
    request.reset(buffer);
    for (int i = 1; i <= count; i++) {
      byte[] bytes = text(call.get(i));
      if (bytes == null) {
        return "ERR Lua redis lib command arguments must be strings or integers";
      }
      if (buffer.length - end < bytes.length) {
        long wanted = Math.max((long) end + bytes.length, 2L * buffer.length);
        if ((long) end + bytes.length > LuaString.MAX_LENGTH) {
          return "ERR the arguments would be longer than " + LuaString.MAX_LENGTH + " bytes";
        }
        call.meter().allocate(wanted);
        buffer = Arrays.copyOf(buffer, (int) Math.min(wanted, LuaString.MAX_LENGTH));
        request.rebase(buffer, 0);
      }
      System.arraycopy(bytes, 0, buffer, end, bytes.length);
      request.add(end, bytes.length);
      end += bytes.length;
    }
    return null;
  }

  private static byte[] text(Object value) {
    if (value instanceof LuaString string) {
      return string.bytes();
    } else if (value instanceof Double number) {
      double plain = number;
      boolean whole = plain == Math.rint(plain) && Math.abs(plain) < WHOLE && plain != 0;
      return (whole
              ? LuaString.of(Long.toString((long) plain))
              : LuaString.of(NumberText.general(plain, EXACT_DIGITS)))
          .bytes();
    }
    return null;
  }

  private void aclCheckCmd(LuaCall call) {
    String wrong = readRequest(call);
    if (wrong != null) {
      throw raised(call, wrong);
    }
    Boolean allowed = runner.mayExecute(request);
    if (allowed == null) {
      throw raised(call, "ERR Invalid command passed to redis.acl_check_cmd()");
    }
    call.push(allowed.booleanValue());
  }

  private void setresp(LuaCall call) {
    if (call.count() != 1) {
      throw raised(call, "ERR redis.setresp() requires one argument.");
    }
    Double version = LuaValues.number(call.get(1));
    int protocol = version == null ? 0 : version.intValue();
    if (protocol != 2 && protocol != 3) {
      throw raised(call, "ERR RESP version must be 2 or 3.");
    }
    runner.protocol(protocol);
  }

  private void setRepl(LuaCall call) {
    if (call.count() != 1) {
      throw raised(call, "ERR redis.set_repl() requires two arguments.");
    }
    Double number = LuaValues.number(call.get(1));
    int flags = number == null ? 0 : number.intValue();
    if (flags < REPL_NONE || flags > REPL_ALL) {
      throw raised(
          call,
          "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
    }
    if (flags == REPL_AOF || flags == REPL_REPLICA) {
      // One without the other would be data that differ from the journal for good.
      throw raised(
          call,
          "ERR the journal and the replicas get the same effects here: use REPL_ALL or REPL_NONE");
    }
    runner.propagates(flags == REPL_ALL);
  }

  // ---- the rest

  private void log(LuaCall call) {
    if (call.count() < 2) {
      throw raised(call, "ERR redis.log() requires two arguments or more.");
    }
    if (!(call.get(1) instanceof Double number)) {
      throw raised(call, "ERR First argument must be a number (log level).");
    }
    int level = number.intValue();
    if (level < 0 || level >= LEVELS.length) {
      throw raised(call, "ERR Invalid debug level.");
    }
    if (!log.shows(LEVELS[level])) {
      return;
    }
    StringBuilder line = new StringBuilder();
    for (int i = 2; i <= call.count(); i++) {
      LuaString text = LuaValues.text(call.get(i));
      if (text != null) {
        line.append(i > 2 ? " " : "").append(text);
      }
    }
    log.log(LEVELS[level], ServerLog.escaped(line.toString()));
  }

  private static void sha1hex(LuaCall call) {
    if (call.count() != 1) {
      throw raised(call, "ERR wrong number of arguments");
    }
    LuaString text = LuaValues.text(call.get(1));
    byte[] bytes = text == null ? new byte[0] : text.bytes();
    Sha1 digest = Sha1.of(bytes, read -> call.worked(NANOS_PER_DIGESTED_BYTE * read));
    call.push(LuaString.of(digest.toString()));
  }

  private static void errorReply(LuaCall call) {
    if (call.count() != 1 || !(call.get(1) instanceof LuaString text)) {
      call.push(table(call, ERR, LuaString.of("ERR wrong number or type of arguments")));
      return;
    }
    String message = ReplyWriter.cString(text);
    if (message.startsWith("-")) {
      message = message.substring(1);
    }
    call.push(table(call, ERR, LuaString.of(withCode(message))));
  }

  /** A message that consists of one word has no code word; it gets one. */
  private static String withCode(String message) {
    return message.indexOf(' ') < 0 ? "ERR " + message : message;
  }

  private static void statusReply(LuaCall call) {
    if (call.count() != 1 || !(call.get(1) instanceof LuaString text)) {
      call.push(table(call, ERR, LuaString.of("ERR wrong number or type of arguments")));
      return;
    }
    call.push(table(call, OK, text));
  }
}
