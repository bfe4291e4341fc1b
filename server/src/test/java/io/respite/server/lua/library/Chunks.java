package io.respite.server.lua.library;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.machine.ControlLibrary;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.MachineLimits;
import io.respite.server.lua.machine.TranslateWhen;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaValues;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Executes chunks and writes down what became of them. */
public final class Chunks {
  private static final long MEMORY_BYTES = 64 << 20;
  private static final String RETURNED = "  = ";
  private static final String FAILED = "  ! ";

  private Chunks() {}

  /** A machine with the whole library but {@code os} and {@code math}. */
  public static Machine machine(MachineLimits limits) {
    return equipped(new Machine(limits));
  }

  /** The same, with its functions translated to bytecode then. */
  public static Machine machine(MachineLimits limits, TranslateWhen when) {
    return equipped(new Machine(limits, when));
  }

  private static Machine equipped(Machine machine) {
    BaseLibrary.install(machine);
    ControlLibrary.install(machine);
    LoadLibrary.install(machine);
    StringLibrary.install(machine);
    TableLibrary.install(machine);
    // There is no such function in scripts; here it is a function that nobody calls.
    machine.globals().set(LuaString.name("print"), new JavaFunction(call -> {}));
    return machine;
  }

  public static Machine machine() {
    return machine(MachineLimits.of(MEMORY_BYTES));
  }

  /** What a chunk returns behind {@code =}, or the error that it raises behind {@code !}. */
  public static String outcome(String chunk) {
    Machine machine = machine();
    MathLibrary.install(machine);
    return outcome(machine, chunk);
  }

  public static String outcome(Machine machine, String chunk) {
    byte[] source = chunk.getBytes(StandardCharsets.ISO_8859_1);
    machine.begin(new LuaClosure(LuaCompiler.compile(source, "=case"), machine.globals()));
    return shown(machine, machine.run());
  }

  /** The outcome of the program that a machine has run. */
  public static String shown(Machine machine, Machine.Outcome outcome) {
    return switch (outcome) {
      case RETURNED -> RETURNED + texts(machine.results());
      case FAILED -> FAILED + text(machine.failure().value());
      case SUSPENDED -> throw new AssertionError("nobody suspends");
    };
  }

  private static String texts(Object[] values) {
    return Arrays.stream(values).map(Chunks::text).collect(Collectors.joining(", "));
  }

  private static String text(Object value) {
    if (value instanceof LuaString string) {
      StringBuilder text = new StringBuilder("\"");
      for (byte b : string.bytes()) {
        boolean escaped = b < 32 || b == 127 || b == '"' || b == '\\';
        text.append(escaped ? "\\%03d".formatted(b & 0xff) : String.valueOf((char) b));
      }
      return text.append('"').toString();
    }
    boolean plain = value == null || value instanceof Double || value instanceof Boolean;
    return plain ? LuaValues.describe(value).toString() : LuaValues.typeName(value);
  }
}
