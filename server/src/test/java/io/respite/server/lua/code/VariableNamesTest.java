package io.respite.server.lua.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.lua.compiler.LuaCompiler;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VariableNamesTest {
  private static Prototype compile(String source) {
    return LuaCompiler.compile(source.getBytes(StandardCharsets.ISO_8859_1), "=s");
  }

  /** Where the last instruction of a kind is. */
  private static int last(Prototype p, int op) {
    int pc = p.code().length - 1;
    while (Instruction.op(p.code()[pc]) != op) {
      pc--;
    }
    return pc;
  }

  /** What operand B of the last instruction of a kind is called. */
  private static String operandOf(int op, Prototype p) {
    int pc = last(p, op);
    return VariableNames.describe(p, pc, Instruction.b(p.code()[pc]));
  }

  private static String indexed(String source) {
    return operandOf(Instruction.GETTABLE, compile(source));
  }

  @Nested
  class Describe {
    @Test
    void names_variables_by_where_they_live() {
      assertThat(indexed("return x.y")).isEqualTo("global 'x'");
      assertThat(indexed("local x = f() return x.y")).isEqualTo("local 'x'");
      assertThat(
              operandOf(
                  Instruction.GETTABLE,
                  compile("local x; return function() return x.y end").inner()[0]))
          .isEqualTo("upvalue 'x'");
      assertThat(indexed("return a.x.y")).isEqualTo("field 'x'");
      assertThat(indexed("return a['x'].y")).isEqualTo("field 'x'");
    }

    @Test
    void names_no_field_whose_key_is_computed() {
      assertThat(indexed("return a[b].y")).isEqualTo("field '?'");
      assertThat(indexed("return a[1].y")).isEqualTo("field '?'");
    }

    @Test
    void names_no_results_and_no_operators() {
      assertThat(indexed("return f().y")).isNull();
      assertThat(indexed("return (a + b).y")).isNull();
      assertThat(indexed("return ('x').y")).isNull();
      assertThat(indexed("return (a or b).y")).isNull();
      assertThat(indexed("return (...).y")).isNull();
    }

    @Test
    void sees_through_copies_of_registers_below() {
      Prototype p = compile("local x; f(x)");
      assertThat(VariableNames.describe(p, last(p, Instruction.CALL), 2)).isEqualTo("local 'x'");
    }

    @Test
    void knows_a_variable_only_while_it_lives() {
      assertThat(indexed("do local x = 1 end return (y).z")).isEqualTo("global 'y'");
      assertThat(indexed("local a do local x = 1 end local x = a.b return x.y"))
          .isEqualTo("local 'x'");
    }

    @Test
    void passes_over_the_operands_of_closures() {
      // The MOVE behind CLOSURE is not executed: it changes no register.
      Prototype p = compile("local a return x.y, function() return a end, b.c");
      assertThat(operandOf(Instruction.GETTABLE, p)).isEqualTo("global 'b'");
    }

    @Test
    void ends_names_at_a_NUL() {
      assertThat(indexed("return a['x\\0z'].y")).isEqualTo("field 'x'");
    }
  }

  @Nested
  class Called {
    private static String called(String source, int op) {
      Prototype p = compile(source);
      return VariableNames.calledName(p, last(p, op));
    }

    @Test
    void names_functions() {
      assertThat(called("f()", Instruction.CALL)).isEqualTo("f");
      assertThat(called("return a.f()", Instruction.TAILCALL)).isEqualTo("f");
      assertThat(called("local f; f()", Instruction.CALL)).isEqualTo("f");
      assertThat(called("for k in f do end", Instruction.TFORLOOP)).isEqualTo("(for generator)");
      assertThat(called("(f or g)()", Instruction.CALL)).isNull();
      assertThat(called("f()()", Instruction.CALL)).isNull();
      assertThat(called("x = a + b", Instruction.ADD)).isNull();
    }

    @Test
    void tells_methods_from_functions() {
      Prototype method = compile("a:f()");
      assertThat(VariableNames.callsMethod(method, last(method, Instruction.CALL))).isTrue();
      assertThat(VariableNames.calledName(method, last(method, Instruction.CALL))).isEqualTo("f");
      Prototype function = compile("a.f()");
      assertThat(VariableNames.callsMethod(function, last(function, Instruction.CALL))).isFalse();
    }
  }
}
