package io.respite.benchmarks;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.library.BaseLibrary;
import io.respite.server.lua.library.MathLibrary;
import io.respite.server.lua.library.StringLibrary;
import io.respite.server.lua.library.TableLibrary;
import io.respite.server.lua.machine.ControlLibrary;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.MachineLimits;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JsePlatform;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One run of a script by the engine alone, beside LuaJ: the list of keys and the list of arguments
 * are made anew each time, and {@code redis.call} is a map. Run by {@code lua.sh}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LuaBenchmark {
  private static final int KEYS = 1024;

  /** Which script. */
  public enum Script {
    KEY("return KEYS[1]"),
    GET_SET("local v = redis.call('GET', KEYS[1]) redis.call('SET', KEYS[1], ARGV[1]) return v"),
    LOOP(
        "local s = 0 for i = 1, 100 do s = s + i"
            + " if i % 10 == 0 then redis.call('GET', KEYS[1]) end end return s"),
    TABLE(
        "local t = {} for i = 1, 100 do t[i] = i end"
            + " local s = 0 for i = 1, #t do s = s + t[i] end return s"),
    STRINGS(
        "local t = {} for i = 1, 20 do t[#t + 1] = string.format('%s:%d', KEYS[1], i) end"
            + " return table.concat(t, ',')");

    private final String text;

    Script(String text) {
      this.text = text;
    }
  }

  @Param private Script script;

  private final byte[][] keys = new byte[KEYS][];
  private final byte[] argument = "a value".getBytes(StandardCharsets.ISO_8859_1);
  private int next;

  private Machine machine;
  private LuaClosure respite;

  private Globals globals;
  private LuaValue luaj;

  /** Both engines, with the same map behind {@code redis.call}. */
  @Setup
  public void prepare() {
    for (int i = 0; i < KEYS; i++) {
      keys[i] = ("key:" + i).getBytes(StandardCharsets.ISO_8859_1);
    }
    prepareRespite();
    prepareLuaj();
  }

  private void prepareRespite() {
    machine = new Machine(MachineLimits.of(256L << 20));
    BaseLibrary.install(machine);
    ControlLibrary.install(machine);
    MathLibrary.install(machine);
    StringLibrary.install(machine);
    TableLibrary.install(machine);
    Map<LuaString, LuaString> store = new HashMap<>();
    LuaString get = LuaString.name("GET");
    LuaString ok = LuaString.name("OK");
    LuaTable redis = new LuaTable(machine.meter());
    redis.set(
        LuaString.name("call"),
        new JavaFunction(
            call -> {
              if (call.string(1).equals(get)) {
                LuaString found = store.get(call.string(2));
                call.push(found == null ? (Object) false : found);
              } else {
                store.put(call.string(2), call.string(3));
                call.push(ok);
              }
            }));
    machine.globals().set(LuaString.name("redis"), redis);
    byte[] text = script.text.getBytes(StandardCharsets.ISO_8859_1);
    respite = new LuaClosure(LuaCompiler.compile(text, "@user_script"), machine.globals());
  }

  private void prepareLuaj() {
    globals = JsePlatform.standardGlobals();
    Map<LuaValue, LuaValue> store = new HashMap<>();
    LuaValue get = LuaValue.valueOf("GET");
    LuaValue ok = LuaValue.valueOf("OK");
    LuaValue redis = LuaValue.tableOf();
    redis.set(
        "call",
        new VarArgFunction() {
          @Override
          public Varargs invoke(Varargs arguments) {
            if (arguments.arg(1).eq_b(get)) {
              return store.getOrDefault(arguments.arg(2), LuaValue.FALSE);
            }
            store.put(arguments.arg(2), arguments.arg(3));
            return ok;
          }
        });
    globals.set("redis", redis);
    luaj = globals.load(script.text, "user_script");
  }

  /** Respite's engine. */
  @Benchmark
  public Object respite() {
    LuaTable keyTable = new LuaTable(machine.meter(), 1, 0);
    keyTable.set(1, LuaString.wrap(keys[next++ & (KEYS - 1)]));
    LuaTable argumentTable = new LuaTable(machine.meter(), 1, 0);
    argumentTable.set(1, LuaString.wrap(argument));
    machine.globals().set(LuaString.name("KEYS"), keyTable);
    machine.globals().set(LuaString.name("ARGV"), argumentTable);
    machine.begin(respite);
    if (machine.run() != Machine.Outcome.RETURNED) {
      throw machine.failure();
    }
    return machine.results()[0];
  }

  /** LuaJ's interpreter. */
  @Benchmark
  public Object luaj() {
    LuaValue keyTable = LuaValue.tableOf();
    keyTable.set(1, LuaValue.valueOf(keys[next++ & (KEYS - 1)]));
    LuaValue argumentTable = LuaValue.tableOf();
    argumentTable.set(1, LuaValue.valueOf(argument));
    globals.set("KEYS", keyTable);
    globals.set("ARGV", argumentTable);
    return luaj.call();
  }
}
