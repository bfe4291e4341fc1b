package io.respite.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SandboxTest {
  private final Store store = new Store(2);

  private String eval(String script) {
    return store.call("EVAL", script, "0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo = 1",
        "_G.foo = 1",
        "rawset(_G, 'foo', 1)",
        "function foo() end",
        "KEYS = 1",
        "redis.call = 1",
        "rawset(redis, 'foo', 1)",
        "string.format = nil",
        "table.insert(redis, 1)",
        "math.pi = 3",
        "cjson.foo = 1",
        "cmsgpack.foo = 1",
        "bit.foo = 1",
        "struct.foo = 1",
        "coroutine.foo = 1",
        "setmetatable(_G, {})",
        "setmetatable(_G, nil)",
        "setmetatable(redis, {})",
        "getmetatable(_G).__index = nil",
        "getmetatable('').__index = nil",
        "getmetatable('').foo = 1",
        "loadstring('foo = 1')()",
      })
  void what_scripts_share_is_read_only(String script) {
    assertThat(eval(script)).contains("Attempt to modify a readonly table");
    assertThat(eval("return rawget(_G, 'foo')")).isEqualTo("nil");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io",
        "package",
        "debug",
        "require",
        "module",
        "dofile",
        "loadfile",
        "print",
        "luajava",
        "java",
        "getfenv",
        "setfenv",
        "newproxy",
        "arg",
        "foo"
      })
  void what_is_not_for_scripts_does_not_exist(String name) {
    assertThat(eval("return " + name))
        .contains("Script attempted to access nonexistent global variable '" + name + "'");
    assertThat(eval("return rawget(_G, '" + name + "')")).isEqualTo("nil");
  }

  @Test
  void compiled_code_is_not_run() {
    assertThat(eval("return {type(loadstring('\\27Lua'))}")).isEqualTo("[\"nil\"]");
    assertThat(eval("return loadstring(string.dump(function() return 1 end))()"))
        .startsWith("-ERR ");
  }

  @Nested
  class Of_one_script_the_next_finds {
    @Test
    void no_keys_and_arguments() {
      store.call("EVAL", "KEYS.x = 1 ARGV[9] = 1 return 1", "1", "k", "a");
      assertThat(eval("return {#KEYS, #ARGV, KEYS.x or 'none'}")).isEqualTo("[:0 :0 \"none\"]");
    }

    @Test
    void no_metatables_of_values() {
      assertThat(
              eval(
                  "return {type(pcall(setmetatable, '', {})),"
                      + " tostring(getmetatable(nil)), tostring(getmetatable(1)),"
                      + " tostring(getmetatable(print_ or true)),"
                      + " tostring(getmetatable(function() end))}"))
          .contains("nonexistent global variable 'print_'");
      assertThat(
              eval(
                  "return {tostring(getmetatable(nil)), tostring(getmetatable(1)),"
                      + " tostring(getmetatable(true)), tostring(getmetatable(function() end))}"))
          .isEqualTo("[\"nil\" \"nil\" \"nil\" \"nil\"]");
    }

    @Test
    void its_function_as_it_was() {
      String script = "local n = 0 local function f() n = n + 1 return n end return f() + f()";
      assertThat(eval(script)).isEqualTo(":3");
      assertThat(eval(script)).isEqualTo(":3");
    }

    @Test
    void no_memory_taken() {
      eval("local t = {} for i = 1, 1e5 do t[i] = {i} end return #t");
      eval("collectgarbage()");
      assertThat(store.scripting().usedBytes()).isLessThan(1 << 20);
    }

    @Test
    void no_error() {
      eval("local function f() return 1 + f() end return f()");
      eval("return string.rep('x', 1e10)");
      eval("coroutine.wrap(function() error('x') end)()");
      assertThat(eval("return pcall(function() return 1 end) and 1")).isEqualTo(":1");
    }
  }

  @Nested
  class Memory {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "local t = {} for i = 1, 1e12 do t[i] = i end",
          "local s = 'x' while true do s = s .. s end",
          "local t = {} while true do t = {t} end",
          "local t = {} for i = 1, 7000 do t[i] = i end"
              + " local function f(n, ...) return (f(n + 1, ...)) end f(1, unpack(t))",
        })
    void has_an_end(String script) {
      assertThat(eval(script)).startsWith("-ERR not enough memory script: ");
      assertThat(eval("return 1")).isEqualTo(":1");
    }
  }
}
