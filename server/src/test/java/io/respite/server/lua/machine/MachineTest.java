package io.respite.server.lua.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.library.Chunks;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MachineTest {
  private record Case(String chunk, String outcome) {}

  private static List<Case> cases() {
    try (InputStream in = MachineTest.class.getResourceAsStream("language.cases")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
      return IntStream.range(0, lines.size() / 2)
          .mapToObj(i -> new Case(lines.get(2 * i), lines.get(2 * i + 1)))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static LuaClosure compiled(Machine machine, String chunk) {
    return new LuaClosure(
        LuaCompiler.compile(chunk.getBytes(StandardCharsets.ISO_8859_1), "=case"),
        machine.globals());
  }

  /**
   * What lua5.1 answered to chunks about statements, expressions, metatables, errors, coroutines.
   */
  @TestFactory
  Stream<DynamicTest> the_language() {
    assertThat(cases()).hasSizeGreaterThan(100);
    return cases().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.chunk(),
                    () -> assertThat(Chunks.outcome(each.chunk())).isEqualTo(each.outcome())));
  }

  @Nested
  class Suspension {
    @Test
    void between_any_two_instructions_changes_nothing() {
      for (Case each : cases()) {
        Machine machine = Chunks.machine();
        machine.ticksPerLook(1);
        machine.watch(() -> Watch.Verdict.SUSPEND);
        machine.begin(compiled(machine, each.chunk()));
        Machine.Outcome outcome = machine.run();
        while (outcome == Machine.Outcome.SUSPENDED) {
          outcome = machine.run();
        }
        assertThat(Chunks.shown(machine, outcome)).as(each.chunk()).isEqualTo(each.outcome());
      }
    }

    @Test
    void lets_another_thread_go_on() throws Exception {
      long seed = new Random().nextLong();
      System.out.println("MachineTest.Suspension seed=" + seed);
      Random random = new Random(seed);
      ExecutorService other = Executors.newSingleThreadExecutor();
      try {
        for (Case each : cases()) {
          Machine machine = Chunks.machine();
          machine.ticksPerLook(3);
          machine.watch(
              () -> random.nextInt(3) == 0 ? Watch.Verdict.SUSPEND : Watch.Verdict.CONTINUE);
          machine.begin(compiled(machine, each.chunk()));
          Machine.Outcome outcome = machine.run();
          while (outcome == Machine.Outcome.SUSPENDED) {
            outcome = other.submit(machine::run).get();
          }
          assertThat(Chunks.shown(machine, outcome)).as(each.chunk()).isEqualTo(each.outcome());
        }
      } finally {
        other.shutdownNow();
      }
    }
  }

  @Nested
  class Hurry {
    @Test
    void ends_one_library_function_and_suspends_before_the_next() {
      Machine machine = Chunks.machine();
      int[] calls = {0};
      machine
          .globals()
          .set(
              LuaString.name("work"),
              new JavaFunction(
                  call -> {
                    calls[0]++;
                    call.worked(1_000_000_000);
                  }));
      machine.watch(() -> Watch.Verdict.HURRY);
      machine.begin(compiled(machine, "while true do pcall(work) end"));
      for (int i = 1; i <= 3; i++) {
        int before = calls[0];
        while (calls[0] == before) {
          assertThat(machine.run()).isEqualTo(Machine.Outcome.SUSPENDED);
        }
        assertThat(calls[0]).isEqualTo(i);
      }
    }
  }

  @Nested
  class The_end {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "while true do end",
          "repeat until false",
          "for i = 1, math.huge do end",
          "while true do pcall(function() while true do end end) end",
          "local function f() return f() end f()",
          "local function f() pcall(f) return f() end f()",
          "xpcall(error, function() while true do end end)",
          "local co = coroutine.wrap(function() while true do coroutine.yield() end end)"
              + " while true do co() end",
          "while true do coroutine.wrap(function() while true do end end)() end",
          "string.gsub('x', '.', function() while true do end end)",
          "table.sort({1, 2, 3}, function() while true do end end)",
          "local t = setmetatable({}, {__index = function() while true do end end}) return t.x",
          "local t = setmetatable({}, {__lt = function() while true do end end}) return t < t",
          "local t = setmetatable({}, {__concat = function() while true do end end}) return t .. 1",
          "tostring(setmetatable({}, {__tostring = function() while true do end end}))",
          "load(function() while true do end end)",
          "load(function() return 'x=1 ' end)",
          "for k in function() return 1 end do end",
        })
    void comes_wherever_the_program_is_and_nothing_catches_it(String chunk) {
      Machine machine = Chunks.machine();
      machine.globals().set(LuaString.name("math"), huge(machine));
      int[] looks = {0};
      machine.watch(
          () -> {
            if (++looks[0] > 5) {
              throw new LuaKilled("enough");
            }
            return Watch.Verdict.CONTINUE;
          });
      machine.begin(compiled(machine, chunk));
      assertThatThrownBy(machine::run).isInstanceOf(LuaKilled.class).hasMessage("enough");

      machine.watch(() -> Watch.Verdict.CONTINUE);
      assertThat(Chunks.outcome(machine, "return 1 + 1")).isEqualTo("  = 2");
    }

    private LuaTable huge(Machine machine) {
      LuaTable math = new LuaTable(machine.meter());
      math.set(LuaString.name("huge"), Double.POSITIVE_INFINITY);
      return math;
    }
  }

  @Nested
  class Depth {
    @Test
    void of_calls_ends_in_an_error_that_can_be_caught() {
      assertThat(
              Chunks.outcome(
                  "local function f() return 1 + f() end local ok, e = pcall(f) return ok, e"))
          .isEqualTo("  = false, \"case:1: stack overflow\"");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "local function f() return pcall(f) end",
          "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end"
              + " local function f() return t.x end",
          "local function f() return (string.gsub('x', '.', f)) end",
          "local function f() return coroutine.wrap(f)() end",
          "local t = setmetatable({}, {}) getmetatable(t).__tostring = function() return tostring(t)"
              + " end local function f() return tostring(t) end",
          "local function f() table.sort({1, 2, 3}, f) end",
        })
    void of_what_C_would_nest_ends_in_an_error(String definition) {
      String outcome = Chunks.outcome(definition + " return pcall(f)");
      assertThat(outcome).doesNotContain("StackOverflowError");
      assertThat(outcome.contains("overflow") || outcome.startsWith("  = true")).isTrue();
    }

    @Test
    void of_tail_calls_has_no_end() {
      assertThat(
              Chunks.outcome(
                  "local function f(n) if n == 0 then return 'end' end return f(n - 1) end"
                      + " return f(1000000)"))
          .isEqualTo("  = \"end\"");
    }
  }

  @Nested
  class Memory {
    private static final long LIMIT = 4 << 20;

    private String outcome(String chunk) {
      return Chunks.outcome(Chunks.machine(MachineLimits.of(LIMIT)), chunk);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "local t = {} for i = 1, 1e9 do t[i] = i end",
          "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
          "local s = 'x' while true do s = s .. s end",
          "local t = {} while true do t[#t + 1] = function() return t end end",
          "local t = {} while true do t[#t + 1] = {} end",
          "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
          "local t = {} local function f(...) t = {t, ...} return f(1, 2, 3, ...) end f()",
          "local function f(n) local t = {n} return f({t}) end f()",
        })
    void that_is_in_use_is_bounded(String chunk) {
      assertThat(outcome(chunk)).matches("  ! \".*(not enough memory|overflow|too many).*\"");
    }

    @Test
    void that_is_garbage_does_not_count() {
      assertThat(
              outcome(
                  "local n = 0 for i = 1, 200000 do local t = {i, tostring(i), {}} n = n + #t end"
                      + " return n"))
          .isEqualTo("  = 600000");
    }

    @Test
    void is_there_again_after_an_error() {
      Machine machine = Chunks.machine(MachineLimits.of(LIMIT));
      assertThat(Chunks.outcome(machine, "local t = {} while true do t = {t} end"))
          .isEqualTo("  ! \"not enough memory\"");
      assertThat(Chunks.outcome(machine, "return #string.rep('x', 1000000)"))
          .isEqualTo("  = 1000000");
    }
  }

  @Nested
  class A_failure {
    @Test
    void says_where_it_was() {
      Machine machine = Chunks.machine();
      machine.begin(compiled(machine, "local x = 1\nlocal function f()\n  error('x')\nend\nf()"));
      assertThat(machine.run()).isEqualTo(Machine.Outcome.FAILED);
      assertThat(machine.failureSource()).isEqualTo("=case");
      assertThat(machine.failureLine()).isEqualTo(3);
    }

    @Test
    void of_one_program_is_not_seen_by_the_next() {
      Machine machine = Chunks.machine();
      machine.begin(compiled(machine, "error('x')"));
      assertThat(machine.run()).isEqualTo(Machine.Outcome.FAILED);
      machine.begin(compiled(machine, "return 1"));
      assertThat(machine.run()).isEqualTo(Machine.Outcome.RETURNED);
      assertThat(machine.failure()).isNull();
    }

    @Test
    void caught_may_be_translated() {
      Machine machine = Chunks.machine();
      machine.onCaught(error -> error instanceof LuaTable ? null : error);
      assertThat(Chunks.outcome(machine, "return pcall(error, {})")).isEqualTo("  = false, nil");
    }

    @Test
    void of_a_library_function_is_a_Lua_error() {
      List<Object> raised = new ArrayList<>();
      Machine machine = Chunks.machine();
      machine
          .globals()
          .set(
              LuaString.name("boom"),
              new JavaFunction(
                  call -> {
                    LuaError error = call.error("boom");
                    raised.add(error.value());
                    throw error;
                  }));
      assertThat(Chunks.outcome(machine, "return pcall(boom)")).isEqualTo("  = false, \"boom\"");
      assertThat(Chunks.outcome(machine, "boom()")).isEqualTo("  ! \"case:1: boom\"");
      assertThat(raised).hasSize(2);
    }
  }
}
