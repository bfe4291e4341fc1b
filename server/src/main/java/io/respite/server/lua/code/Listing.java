package io.respite.server.lua.code;

import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.NumberText;

/**
 * Prints compiled functions for people, in the manner of {@code luac -l -l}: instructions with
 * their number, line and operands (-n is the n-th constant), then constants, local variables and
 * upvalues, then the functions inside.
 */
public final class Listing {
  private static final int PLAIN_FIRST = ' ';
  private static final int PLAIN_LAST = '~';

  private Listing() {}

  /** The listing of a function and of all inside it. */
  public static String of(Prototype p) {
    StringBuilder out = new StringBuilder();
    // Functions lie at most as deep as the compiler's syntax levels.
    function(p, out);
    return out.toString();
  }

  private static void function(Prototype p, StringBuilder out) {
    out.append(p.line() == 0 ? "main" : "function")
        .append(" <" + p.shortSource() + ":" + p.line() + "," + p.lastLine() + ">\n")
        .append(p.parameters())
        .append(p.variadic() ? "+ params" : " params")
        .append(p.needsArgTable() ? " and arg, " : ", ")
        .append(p.registers() + " slots\n");
    for (int pc = 0; pc < p.code().length; pc++) {
      // The number of a batch, behind a SETLIST that has no room for it.
      boolean isNumber = pc > 0 && isOpenSetList(p.code()[pc - 1]);
      out.append("\t" + (pc + 1) + "\t[" + p.lines()[pc] + "]\t")
          .append(isNumber ? "(" + p.code()[pc] + ")" : instruction(pc, p.code()[pc]))
          .append('\n');
    }
    out.append("constants (" + p.constants().length + "):\n");
    for (int i = 0; i < p.constants().length; i++) {
      out.append("\t" + (i + 1) + "\t" + constant(p.constants()[i]) + "\n");
    }
    out.append("locals (" + p.locals().length + "):\n");
    for (Prototype.Local local : p.locals()) {
      out.append("\t" + local.name() + "\t" + (local.from() + 1) + "\t" + (local.to() + 1) + "\n");
    }
    out.append("upvalues (" + p.upvalueNames().length + "):\n");
    for (String name : p.upvalueNames()) {
      out.append("\t" + name + "\n");
    }
    for (Prototype inner : p.inner()) {
      out.append('\n');
      function(inner, out);
    }
  }

  private static boolean isOpenSetList(int instruction) {
    return Instruction.op(instruction) == Instruction.SETLIST && Instruction.c(instruction) == 0;
  }

  private static String instruction(int pc, int i) {
    int op = Instruction.op(i);
    String name = Instruction.name(op) + "\t";
    int a = Instruction.a(i);
    return switch (op) {
      case Instruction.LOADK, Instruction.GETGLOBAL, Instruction.SETGLOBAL ->
          name + a + " " + (-1 - Instruction.bx(i));
      case Instruction.CLOSURE -> name + a + " " + Instruction.bx(i);
      case Instruction.JMP, Instruction.FORLOOP, Instruction.FORPREP ->
          name + a + " " + Instruction.sbx(i) + "\t; to " + (pc + 2 + Instruction.sbx(i));
      default -> name + a + " " + operand(Instruction.b(i)) + " " + operand(Instruction.c(i));
    };
  }

  private static int operand(int operand) {
    return operand >= Instruction.CONSTANT ? Instruction.CONSTANT - 1 - operand : operand;
  }

  private static String constant(Object constant) {
    if (constant instanceof LuaString string) {
      return quote(string);
    } else if (constant instanceof Double number) {
      return NumberText.general(number, 17);
    }
    return constant == null ? "nil" : constant.toString();
  }

  private static String quote(LuaString string) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      int c = string.at(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append((char) c);
      } else if (c < PLAIN_FIRST || c > PLAIN_LAST) {
        out.append(String.format("\\%03d", c));
      } else {
        out.append((char) c);
      }
    }
    return out.append('"').toString();
  }
}
