package io.respite.server.lua.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.code.Listing;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The compiler by the chapters of the "Lua 5.1 Reference Manual". The instructions expected here
 * are those of Lua 5.1.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LuaCompilerTest {
  private static final Pattern INSTRUCTION = Pattern.compile("\t\\d+\t\\[\\d+]\t([^\t]+)\t(.*)");

  private static Prototype compile(String source) {
    return LuaCompiler.compile(source.getBytes(StandardCharsets.ISO_8859_1), "=s");
  }

  /** The instructions, without what a main chunk ends with; -n is the n-th constant. */
  private static ListAssert<String> assertCode(Prototype prototype) {
    List<String> code =
        Listing.of(prototype)
            .lines()
            .takeWhile(line -> !line.startsWith("constants"))
            .map(INSTRUCTION::matcher)
            .filter(Matcher::matches)
            .map(line -> line.group(1) + " " + line.group(2).replaceFirst("\t;.*", ""))
            .collect(Collectors.toList());
    assertThat(code.remove(code.size() - 1)).isEqualTo("RETURN 0 1 0");
    return assertThat(code);
  }

  private static ListAssert<String> assertCode(String source) {
    return assertCode(compile(source));
  }

  private static Object[] constants(String source) {
    return compile(source).constants();
  }

  private static AbstractThrowableAssert<?, ?> assertError(String source) {
    return assertThatThrownBy(() -> compile(source)).isInstanceOf(LuaError.class);
  }

  @Nested
  class Lexical_conventions_2_1 {
    @Test
    void escapes_stand_for_bytes() {
      assertThat(constants("return '\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\'\\0\\65\\0659\\255\\q\\\nx'"))
          .containsExactly(LuaString.of("\u0007\b\f\n\r\t\u000b\\\"'\0AA9\u00ffq\nx"));
    }

    @Test
    void strings_hold_any_byte() {
      String all =
          IntStream.range(0, 256).mapToObj(c -> "" + (char) c).collect(Collectors.joining());
      String quotable = all.replaceAll("[\"\\\\\n\r]", "");
      assertThat(constants("return \"" + quotable + "\"")).containsExactly(LuaString.of(quotable));
      assertThat(constants("return [==[x" + all.replace("\r", "") + "]==]"))
          .containsExactly(LuaString.of("x" + all.replace("\r", "")));
    }

    @Test
    void long_strings_skip_a_first_line_end_and_turn_all_into_LF() {
      assertThat(constants("return [[\n\na\r\nb\n\rc\rd]]"))
          .containsExactly(LuaString.of("\na\nb\nc\nd"));
    }

    @Test
    void long_brackets_close_with_their_own_level() {
      assertThat(constants("return [==[ ]] ]=] [=[ ]==]"))
          .containsExactly(LuaString.of(" ]] ]=] [=[ "));
    }

    @ParameterizedTest
    @CsvSource({
      "3, 3",
      "3.0, 3",
      "3.1416, 3.1416",
      "314.16e-2, 3.1416",
      "0.31416E1, 3.1416",
      "0xff, 255",
      "0x56, 86",
      ".5, 0.5",
      "5., 5",
      "1e308, 1e308",
      "08, 8",
      "0X1p4, 16"
    })
    void numbers_are_doubles(String text, double value) {
      assertThat(constants("return " + text)).containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3x", "0x", "0xg", "1e", "1e+", "1.2.3", "1..2", "0b1", "1f", "1L"})
    void malformed_numbers_are_refused(String text) {
      assertError("return " + text).hasMessage("s:1: malformed number near '" + text + "'");
    }

    @Test
    void comments_are_passed_over() {
      assertCode("--x\n--[[ y\n]]return--[==[ ]] ]==]1--").startsWith("LOADK 0 -1");
    }

    @Test
    void keywords_are_no_names() {
      assertError("local end = 1").hasMessage("s:1: '<name>' expected near 'end'");
      assertCode("goto = 1").containsExactly("LOADK 0 -2", "SETGLOBAL 0 -1");
    }

    @Test
    void unfinished_tokens_are_shown() {
      assertError("x = 'ab\nc'").hasMessage("s:1: unfinished string near ''ab'");
      assertError("x = 'ab").hasMessage("s:1: unfinished string near '<eof>'");
      assertError("\nx = [[ab").hasMessage("s:2: unfinished long string near '<eof>'");
      assertError("--[[ab\n").hasMessage("s:2: unfinished long comment near '<eof>'");
      assertError("x = [=ab").hasMessage("s:1: invalid long string delimiter near '[='");
      assertError("x = [[ [[ ]]").hasMessage("s:1: nesting of [[...]] is deprecated near '['");
      assertError("x = 'a\\300'").hasMessage("s:1: escape sequence too large near ''a'");
    }

    @Test
    void characters_without_a_meaning_are_shown() {
      assertError("x = ?").hasMessage("s:1: unexpected symbol near '?'");
      assertError("x = \u0001").hasMessage("s:1: unexpected symbol near 'char(1)'");
      assertError("x = \0").hasMessage("s:1: unexpected symbol");
      assertError("#!/bin/lua").hasMessage("s:1: unexpected symbol near '#'");
    }

    @Test
    void compiled_Lua_is_no_program() {
      assertError("\u001bLuaQ").hasMessage("s:1: unexpected symbol near 'char(27)'");
    }

    @Test
    void equal_strings_are_one_object_and_known_names_the_known_one() {
      LuaString known = LuaString.name("known_to_the_compiler_test");
      Prototype p =
          compile("x = 'x' local f = function() return 'x', known_to_the_compiler_test end");
      assertThat(p.inner()[0].constants()[0]).isSameAs(p.constants()[0]);
      assertThat(p.inner()[0].constants()[1]).isSameAs(known);
    }
  }

  @Nested
  class Statements_2_4 {
    @Test
    void assignments_evaluate_all_before_they_assign() {
      assertCode("a, b = b, a")
          .containsExactly("GETGLOBAL 0 -2", "GETGLOBAL 1 -1", "SETGLOBAL 1 -2", "SETGLOBAL 0 -1");
      assertCode("local a, i = {}, 1 i, a[i] = i + 1, 20")
          .containsExactly(
              "NEWTABLE 0 0 0", "LOADK 1 -1", "ADD 2 1 -1", "SETTABLE 0 1 -2", "MOVE 1 2 0");
    }

    @Test
    void assignments_keep_a_table_that_is_assigned_over() {
      assertCode("local a; a.x, a = 1, 2")
          .containsExactly("MOVE 1 0 0", "LOADK 2 -2", "LOADK 0 -3", "SETTABLE 1 -1 2");
    }

    @Test
    void registers_are_nil_when_a_function_begins() {
      assertCode("local a; local b, c = nil").isEmpty();
      assertCode("local a; do local b, c end local d").containsExactly("LOADNIL 1 1 0");
    }

    @Test
    void while_and_break() {
      assertCode("while a do if b then break end end")
          .containsExactly(
              "GETGLOBAL 0 -1",
              "TEST 0 0 0",
              "JMP 0 5",
              "GETGLOBAL 0 -2",
              "TEST 0 0 0",
              "JMP 0 -6",
              "JMP 0 1",
              "JMP 0 -8");
    }

    @Test
    void the_condition_of_repeat_sees_the_variables_of_the_block() {
      assertCode("repeat local a = f() until a")
          .containsExactly("GETGLOBAL 0 -1", "CALL 0 1 2", "TEST 0 0 0", "JMP 0 -4");
      assertCode("repeat local a = f(); g(function() return a end) until a")
          .endsWith("JMP 0 2", "CLOSE 0 0 0", "JMP 0 2", "CLOSE 0 0 0", "JMP 0 -12");
    }

    @Test
    void if_goes_through_its_conditions() {
      assertCode("if a then b() elseif c then d() else e() end")
          .contains("JMP 0 3", "JMP 0 8", "JMP 0 2")
          .hasSize(14);
    }

    @Test
    void numeric_for_has_hidden_variables() {
      Prototype p = compile("for i = 1, 10 do f(i) end");
      assertCode(p)
          .endsWith("FORPREP 0 3", "GETGLOBAL 4 -3", "MOVE 5 3 0", "CALL 4 2 1", "FORLOOP 0 -4");
      assertThat(Arrays.stream(p.locals()).map(Prototype.Local::name))
          .containsExactly("(for index)", "(for limit)", "(for step)", "i");
    }

    @Test
    void generic_for_adjusts_to_three_values() {
      assertCode("for k in f do g(k) end")
          .containsExactly(
              "GETGLOBAL 0 -1",
              "LOADNIL 1 2 0",
              "JMP 0 3",
              "GETGLOBAL 4 -2",
              "MOVE 5 3 0",
              "CALL 4 2 1",
              "TFORLOOP 0 0 1",
              "JMP 0 -5");
    }

    @Test
    void return_of_a_call_is_a_tail_call() {
      assertCode("return f(...)")
          .containsExactly("GETGLOBAL 0 -1", "VARARG 1 0 0", "TAILCALL 0 0 0", "RETURN 0 0 0");
      assertCode("return (f())").containsExactly("GETGLOBAL 0 -1", "CALL 0 1 2", "RETURN 0 2 0");
    }

    @Test
    void break_and_return_are_the_last_of_their_block() {
      assertError("while a do break f() end").hasMessage("s:1: 'end' expected near 'f'");
      assertError("break").hasMessage("s:1: no loop to break near '<eof>'");
      assertError("while a do function f() break end end")
          .hasMessage("s:1: no loop to break near 'end'");
    }

    @Test
    void a_block_names_what_it_was_to_close() {
      assertError("if a then\nb()\n")
          .hasMessage("s:3: 'end' expected (to close 'if' at line 1) near '<eof>'");
      assertError("repeat\nend")
          .hasMessage("s:2: 'until' expected (to close 'repeat' at line 1) near 'end'");
      assertError("f(\n1\n").hasMessage("s:3: ')' expected (to close '(' at line 1) near '<eof>'");
    }

    @Test
    void only_calls_are_statements() {
      assertError("x").hasMessage("s:1: '=' expected near '<eof>'");
      assertError("f() = 1").hasMessage("s:1: unexpected symbol near '='");
      assertError("f(), x = 1, 2").hasMessage("s:1: unexpected symbol near ','");
      assertError("(x) 1").hasMessage("s:1: syntax error near '1'");
      assertError("f\n(1)")
          .hasMessage("s:2: ambiguous syntax (function call x new statement) near '('");
    }
  }

  @Nested
  class Expressions_2_5 {
    @Test
    void constants_are_folded_but_never_divided_by_zero() {
      assertThat(constants("return 1 + 2 * 3 ^ 2, -2, 7 % -3, 2 ^ -1"))
          .containsExactly(19.0, -2.0, 0.5);
      assertCode("return 1 / 0, 0 % 0, -'2'").contains("DIV 0 -2 -1", "MOD 1 -1 -1");
    }

    @Test
    void zero_and_minus_zero_are_one_constant() {
      assertThat(constants("return 0, -0")).containsExactly(0.0);
      assertThat(constants("return -0, 0")).containsExactly(-0.0);
    }

    @Test
    void and_and_or_leave_by_jumps() {
      assertCode("return a and b or c")
          .containsExactly(
              "GETGLOBAL 0 -1",
              "TEST 0 0 0",
              "JMP 0 3",
              "GETGLOBAL 0 -2",
              "TEST 0 0 1",
              "JMP 0 1",
              "GETGLOBAL 0 -3",
              "RETURN 0 2 0");
      assertCode("local a, b, c = 1; a = b and c")
          .endsWith("TESTSET 0 1 0", "JMP 0 1", "MOVE 0 2 0");
    }

    @Test
    void a_comparison_becomes_a_value_where_one_is_needed() {
      assertCode("local x = a > b")
          .containsExactly(
              "GETGLOBAL 0 -1",
              "GETGLOBAL 1 -2",
              "LT 1 1 0",
              "JMP 0 1",
              "LOADBOOL 0 0 1",
              "LOADBOOL 0 1 0");
    }

    @Test
    void concatenation_takes_a_row_of_registers() {
      assertCode("return 'a' .. b .. 1").contains("CONCAT 0 0 2").hasSize(5);
    }

    @Test
    void operators_bind_as_the_manual_says() {
      assertThat(Listing.of(compile("return not a == b, -a ^ 2, a .. b + c, a < b == c")))
          .isEqualTo(
              Listing.of(compile("return (not a) == b, -(a ^ 2), a .. (b + c), (a < b) == c")));
      assertThat(Listing.of(compile("return a ^ b ^ c, a or b and c")))
          .isEqualTo(Listing.of(compile("return a ^ (b ^ c), a or (b and c)")));
    }

    @Test
    void tables_store_elements_in_batches() {
      assertCode("return {1, 2, x = 3, f()}")
          .startsWith("NEWTABLE 0 2 1", "LOADK 1 -1", "LOADK 2 -2", "SETTABLE 0 -3 -4")
          .contains("SETLIST 0 0 1");
      assertCode("return {" + "x,".repeat(120) + "}")
          .contains("SETLIST 0 50 1", "SETLIST 0 50 2", "SETLIST 0 20 3");
      // Batch 512 does not fit its operand: a word of its own follows.
      assertThat(Listing.of(compile("x = {" + "1,".repeat(512 * 50) + "}"))).contains("\t(512)\n");
      assertCode("x = {" + "1,".repeat(512 * 50) + "}").contains("SETLIST 0 50 0");
    }

    @Test
    void methods_get_the_object() {
      assertCode("a:b(c())")
          .containsExactly(
              "GETGLOBAL 0 -1", "SELF 0 0 -2", "GETGLOBAL 2 -3", "CALL 2 1 0", "CALL 0 0 1");
      Prototype method = compile("function a.b:c(x) end").inner()[0];
      assertThat(method.parameters()).isEqualTo(2);
      assertThat(method.locals()[0].name()).isEqualTo("self");
    }

    @Test
    void functions_with_dots_that_they_do_not_use_get_arg() {
      Prototype unused = compile("function f(a, ...) return arg end").inner()[0];
      assertThat(unused.variadic()).isTrue();
      assertThat(unused.needsArgTable()).isTrue();
      assertThat(unused.parameters()).isEqualTo(1);
      assertThat(unused.locals()[1].name()).isEqualTo("arg");

      Prototype used = compile("function f(...) return ... end").inner()[0];
      assertThat(used.variadic()).isTrue();
      assertThat(used.needsArgTable()).isFalse();

      Prototype main = compile("return arg");
      assertThat(main.variadic()).isTrue();
      assertThat(main.needsArgTable()).isFalse();
    }

    @Test
    void dots_belong_to_their_function() {
      assertError("function f() return ... end")
          .hasMessage("s:1: cannot use '...' outside a vararg function near '...'");
    }
  }

  @Nested
  class Visibility_2_6 {
    @Test
    void inner_functions_share_variables() {
      Prototype p = compile("local a; function f() return function() a = a end end");
      assertCode(p).containsExactly("CLOSURE 1 0", "MOVE 0 0 0", "SETGLOBAL 1 -1");
      assertThat(p.inner()[0].upvalueNames()).containsExactly("a");
      assertThat(p.inner()[0].inner()[0].upvalueNames()).containsExactly("a");
      assertCode(p.inner()[0].inner()[0]).containsExactly("GETUPVAL 0 0 0", "SETUPVAL 0 0 0");
    }

    @Test
    void a_local_variable_is_visible_behind_its_statement() {
      assertCode("local x = x").containsExactly("GETGLOBAL 0 -1");
      assertCode(compile("local function f() f() end").inner()[0])
          .containsExactly("GETUPVAL 0 0 0", "CALL 0 1 1");
      assertThat(compile("local f = function() f() end").inner()[0].upvalueNames()).isEmpty();
    }

    @Test
    void locals_are_listed_with_their_range() {
      assertThat(compile("local a = 1; do local b = 2 end local c = 3").locals())
          .containsExactly(
              new Prototype.Local("a", 1, 3),
              new Prototype.Local("b", 2, 2),
              new Prototype.Local("c", 3, 3));
    }

    @Test
    void lines_are_kept() {
      Prototype p = compile("local a = 1\n\nfunction f()\n  return a\nend");
      assertThat(p.lines()).containsExactly(1, 5, 5, 3, 5);
      assertThat(p.inner()[0].line()).isEqualTo(3);
      assertThat(p.inner()[0].lastLine()).isEqualTo(5);
    }
  }

  @Nested
  class Limits_ {
    private String names(int count) {
      return IntStream.range(0, count).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
    }

    @Test
    void local_variables() {
      assertThat(compile("local " + names(200)).locals()).hasSize(200);
      assertError("local " + names(201))
          .hasMessage("s:1: main function has more than 200 local variables");
      assertError("\nfunction f(" + names(201) + ") end")
          .hasMessage("s:2: function at line 2 has more than 200 local variables");
    }

    @Test
    void upvalues() {
      String locals = "local " + names(61) + " function f() return ";
      assertThat(compile(locals + names(60) + " end").inner()[0].upvalueNames()).hasSize(60);
      assertError(locals + names(61) + " end")
          .hasMessage("s:1: function at line 1 has more than 60 upvalues");
    }

    @Test
    void syntax_levels() {
      assertThat(compile("do ".repeat(199) + "end ".repeat(199)).code()).hasSize(1);
      assertError("do\n".repeat(200) + "end ".repeat(200))
          .hasMessage("s:201: chunk has too many syntax levels");
      for (String deep : List.of("(", "{", "- ", "not ", "f(", "a[", "{{", "function() return ")) {
        assertError("return " + deep.repeat(100_000))
            .hasMessage("s:1: chunk has too many syntax levels");
      }
      assertError("return " + "a..".repeat(100_000))
          .hasMessage("s:1: chunk has too many syntax levels");
    }

    @Test
    void variables_in_assignment() {
      assertError(names(300) + " = 1")
          .hasMessage("s:1: main function has more than 199 variables in assignment");
    }

    @Test
    void registers() {
      assertError("f(" + "x,".repeat(260) + "x)")
          .hasMessage("s:1: function or expression too complex near 'x'");
    }

    @Test
    void constants() {
      String numbers =
          IntStream.range(0, 1 << 18).mapToObj(i -> "x=" + i).collect(Collectors.joining(";"));
      assertError(numbers).hasMessage("constant table overflow");
    }

    @Test
    void jumps() {
      assertError("while a do " + "x = y ".repeat(1 << 17) + " end")
          .hasMessage("s:1: control structure too long near 'end'");
    }

    @Test
    void declarations() {
      assertError("do local x end ".repeat(40_000)).hasMessage("too many local variables");
    }
  }

  @Test
  void large_sources_take_time_in_proportion() {
    // Each of these would take minutes if lists of jumps, blocks or levels were gone through again.
    assertError("return " + "a and ".repeat(300_000) + "a")
        .hasMessage("s:1: control structure too long near '<eof>'");
    assertError("if a then " + "elseif a then b() ".repeat(200_000) + "end")
        .hasMessage("s:1: control structure too long near '<eof>'");
    assertThat(
            compile(
                    "x = ["
                        + "=".repeat(3_000_000)
                        + "["
                        + "]=".repeat(100_000)
                        + "]"
                        + "=".repeat(3_000_000)
                        + "]")
                .constants())
        .hasSize(2);
    assertThat(compile("x = " + "y + ".repeat(500_000) + "y").code()).hasSize(1_000_003);
    assertThat(compile("f'" + "\\n".repeat(2_000_000) + "'").constants()[1])
        .isEqualTo(LuaString.of("\n".repeat(2_000_000)));
  }
}
