package io.respite.server.lua.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.machine.LuaKilled;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.MachineLimits;
import io.respite.server.lua.machine.Watch;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the library does where Lua 5.1 would go on for ever or take all memory, and its host's side.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LibraryLimitsTest {
  private static final long MEMORY_BYTES = 16 << 20;

  private final Machine machine = Chunks.machine(MachineLimits.of(MEMORY_BYTES));

  private String outcome(String chunk) {
    return Chunks.outcome(machine, chunk);
  }

  @Nested
  class Memory {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "return string.rep('x', 1e8)",
          "local s = ('x'):rep(1e6) return (s:gsub('x', ('y'):rep(1000)))",
          "local s = ('x'):rep(1e6) return s:gsub('x', function() return s end)",
          "local t = {} for i = 1, 1000 do t[i] = ('x'):rep(1e5) end return table.concat(t)",
          "local t = {} for i = 1, 1e7 do t[i] = string.format('%99d', i) end",
          "local t = {} for i = 1, 1e7 do t[i] = ('x'):rep(1000) .. i end",
          "local t = {} for i = 1, 1e7 do t[i] = newproxy() end",
          "local t = {} for i = 1, 1e7 do t[i] = tostring(i) .. '!' end",
        })
    void is_refused_before_it_is_taken(String chunk) {
      assertThat(outcome(chunk)).endsWith("not enough memory\"");
    }

    @Test
    void of_what_iterators_keep_is_counted() {
      String chunk = "local t = {} for i = 1, 1e5 do t[i] = (('x'):rep(1e5) .. i):gmatch('x') end";
      assertThat(outcome(chunk)).endsWith("not enough memory\"");
    }

    @Test
    void of_calls_that_wait_is_counted() {
      String chunk =
          "local function f() return (('x'):rep(1e6) .. 'y'):gsub('y', f) end return f()";
      assertThat(outcome(chunk)).endsWith("not enough memory\"");
    }

    @Test
    void that_a_call_has_given_back_is_there_for_the_next() {
      assertThat(
              outcome("for i = 1, 1000 do local s = ('x'):rep(1e6):upper():reverse() end return 1"))
          .isEqualTo("  = 1");
    }

    @Test
    void cannot_be_asked_for_beyond_the_longest_string() {
      assertThat(outcome("return ('xy'):rep(2^31 - 1)"))
          .isEqualTo("  ! \"case:1: resulting string too large\"");
    }
  }

  @Nested
  class Time {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "return string.find(('a'):rep(50), ('a*'):rep(50) .. 'b')",
          "return string.gsub(('a'):rep(50), ('a-'):rep(50) .. 'b', '')",
          "return string.match(('('):rep(1e5), '%b()')",
          "return ('a'):rep(50):gmatch(('a?'):rep(50) .. ('a*'):rep(9) .. 'b')()",
        })
    void of_patterns_ends_with_their_steps(String chunk) {
      Machine hasty = Chunks.machine(new MachineLimits(MEMORY_BYTES, 20_000, 200, 10_000));
      assertThat(Chunks.outcome(hasty, chunk))
          .matches("  ! \"case:1: pattern too complex: more than \\d+ steps\"");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "while true do pcall(string.find, ('a'):rep(40), ('a*'):rep(40) .. 'b') end",
          "table.insert({}, -2^31, 1)",
          "local t = {} for i = 1, 1e5 do t[i] = i end while true do pcall(table.sort, t) end",
          "while true do pcall(string.rep, 'x', 1e6) end",
          "local s = ('x'):rep(1e6) while true do pcall(string.upper, s) end",
          "local s = ('a'):rep(1e6) while true do pcall(string.find, s, 'ab', 1, true) end",
          "local t = {} for i = 1, 1e5 do t[i] = i end while true do pcall(table.maxn, t) end",
          "local s = ('x'):rep(1e6) while true do pcall(string.gsub, s, 'x', 'y') end",
          "while true do pcall(collectgarbage) end",
        })
    void of_all_others_ends_with_a_kill(String chunk) {
      int[] looks = new int[1];
      machine.watch(
          () -> {
            if (++looks[0] > 200) {
              throw new LuaKilled("enough");
            }
            return Watch.Verdict.CONTINUE;
          });
      assertThatThrownBy(() -> outcome(chunk)).isInstanceOf(LuaKilled.class).hasMessage("enough");
      assertThat(looks[0]).isEqualTo(201);
    }
  }

  @Nested
  class Hosts {
    @Test
    void get_the_random_numbers_of_redis() {
      MathLibrary math = MathLibrary.install(machine);
      // What a new redis-server 7.0 answers first.
      assertThat(outcome("return math.random(), math.random()"))
          .isEqualTo("  = 0.39646477363839, 0.84048536971234");
      math.reseed(42);
      assertThat(outcome("return math.random(1000000), math.random(5, 7), math.random(-3, 3)"))
          .isEqualTo("  = 744526, 6, -3");
      assertThat(outcome("math.randomseed(42) return math.random(1000000)"))
          .isEqualTo("  = 744526");
      assertThat(outcome("math.randomseed(2^32 + 42) return math.random(1000000)"))
          .isEqualTo("  = 744526");
    }

    @Test
    void get_what_C_makes_of_an_interval_that_is_too_wide() {
      MathLibrary.install(machine).reseed(0);
      assertThat(outcome("return math.random(-2^31, 2^31 - 1)")).isEqualTo("  = -2147483648");
    }

    @Test
    void bring_the_clock_along() {
      long[] nanos = {1_234_567_890L};
      OsLibrary.install(machine, () -> nanos[0]);
      assertThat(outcome("return os.clock()")).isEqualTo("  = 1.234567");
      nanos[0] += 1_000_000_000L;
      assertThat(outcome("return os.clock()")).isEqualTo("  = 2.234567");
    }

    @Test
    void get_no_bytes_of_compiled_functions() {
      assertThat(outcome("return string.dump(function() end)"))
          .isEqualTo("  ! \"case:1: unable to dump given function\"");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "rawset(table, 'x', 1)",
          "table.insert(table, 1)",
          "setmetatable(table, {})",
          "rawset(table, 'concat', nil)",
        })
    void keep_tables_that_are_read_only(String chunk) {
      ((LuaTable) machine.globals().get(LuaString.name("table"))).readOnly(true);
      assertThat(outcome(chunk)).isEqualTo("  ! \"Attempt to modify a readonly table\"");
    }
  }
}
