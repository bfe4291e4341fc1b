package io.respite.server.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.machine.ControlLibrary;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.MachineLimits;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaValues;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Chunks and what Lua 5.1 answered to them. Each case has two lines in a file beside this test: the
 * chunk, and what it returned behind {@code =}, or the error that it raised behind {@code !}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LibraryTest {
  private static final String RETURNED = "  = ";
  private static final String FAILED = "  ! ";

  @TestFactory
  Stream<DynamicTest> base() throws IOException {
    return cases("base.cases");
  }

  @TestFactory
  Stream<DynamicTest> string() throws IOException {
    return cases("string.cases");
  }

  @TestFactory
  Stream<DynamicTest> table() throws IOException {
    return cases("table.cases");
  }

  @TestFactory
  Stream<DynamicTest> math() throws IOException {
    return cases("math.cases");
  }

  private static Stream<DynamicTest> cases(String file) throws IOException {
    List<String> lines;
    try (InputStream in = LibraryTest.class.getResourceAsStream(file)) {
      lines = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
    }
    assertThat(lines).hasSizeGreaterThan(50).hasSizeLessThan(1000);
    return IntStream.range(0, lines.size() / 2)
        .mapToObj(i -> dynamicCase(lines.get(2 * i), lines.get(2 * i + 1)));
  }

  private static DynamicTest dynamicCase(String chunk, String expected) {
    return DynamicTest.dynamicTest(chunk, () -> assertThat(outcome(chunk)).isEqualTo(expected));
  }

  private static String outcome(String chunk) {
    Machine machine = new Machine(MachineLimits.of(64 << 20));
    BaseLibrary.install(machine);
    ControlLibrary.install(machine);
    StringLibrary.install(machine);
    TableLibrary.install(machine);
    MathLibrary.install(machine);
    // There is no such function in scripts; here it is a function that nobody calls.
    machine.globals().set(LuaString.name("print"), new JavaFunction(call -> {}));
    byte[] source = chunk.getBytes(StandardCharsets.ISO_8859_1);
    machine.begin(new LuaClosure(LuaCompiler.compile(source, "=case"), machine.globals()));
    return switch (machine.run()) {
      case RETURNED -> RETURNED + texts(machine.results());
      case FAILED -> FAILED + text(machine.failure().value());
      case SUSPENDED -> throw new AssertionError("nobody suspends");
    };
  }

  private static String texts(Object[] values) {
    return Arrays.stream(values).map(LibraryTest::text).collect(Collectors.joining(", "));
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
