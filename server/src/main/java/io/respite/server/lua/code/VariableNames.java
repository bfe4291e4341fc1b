package io.respite.server.lua.code;

import io.respite.server.lua.value.LuaString;

/**
 * Finds the words with which a message speaks of a value: {@code global 'x'}, {@code field 'y'}.
 * Lua 5.1 keeps no names beside its instructions; it looks which instruction has put the value into
 * its register.
 *
 * <p>For that, the function is gone through from its beginning to the instruction in question,
 * along jumps that lead forward and not beyond it. What changed the register last says what the
 * value is. This takes time in proportion to the instructions before, and happens only when a
 * message is made. Upvalues, in contrast to locals, are called so only where they are loaded into a
 * register first.
 */
public final class VariableNames {
  private static final String UNKNOWN = "?";

  private VariableNames() {}

  /**
   * What is known of a value's origin.
   *
   * @param kind {@code global}, {@code local}, {@code method}, {@code field} or {@code upvalue}
   * @param name its name; {@code ?} for a field whose key is not a constant string
   */
  private record Origin(String kind, String name) {}

  /**
   * What the value in a register is called when an instruction is executed.
   *
   * @param pc the instruction, from 0
   * @return for instance {@code local 'x'}, one byte a char (ISO 8859-1); null if nothing is known
   */
  public static String describe(Prototype p, int pc, int register) {
    Origin origin = origin(p, pc, register);
    return origin == null ? null : origin.kind + " '" + origin.name + "'";
  }

  /**
   * The name by which an instruction calls its function.
   *
   * @param pc the instruction, from 0
   * @return the name; null if there is none, or the instruction is neither CALL, TAILCALL nor
   *     TFORLOOP
   */
  public static String calledName(Prototype p, int pc) {
    Origin origin = called(p, pc);
    return origin == null ? null : origin.name;
  }

  /** Whether an instruction calls a method: {@code object:name(...)}. */
  public static boolean callsMethod(Prototype p, int pc) {
    Origin origin = called(p, pc);
    return origin != null && origin.kind.equals("method");
  }

  private static Origin called(Prototype p, int pc) {
    int instruction = p.code()[pc];
    return switch (Instruction.op(instruction)) {
      case Instruction.CALL, Instruction.TAILCALL, Instruction.TFORLOOP ->
          origin(p, pc, Instruction.a(instruction));
      default -> null;
    };
  }

  private static Origin origin(Prototype p, int pc, int register) {
    int current = register;
    while (true) {
      String local = localName(p, pc, current);
      if (local != null) {
        return new Origin("local", local);
      }
      int setter = lastChange(p, pc, current);
      if (setter < 0) {
        return null;
      }
      int i = p.code()[setter];
      switch (Instruction.op(i)) {
        case Instruction.GETGLOBAL -> {
          return new Origin("global", stringConstant(p, Instruction.bx(i)));
        }
        case Instruction.GETTABLE -> {
          return new Origin("field", key(p, Instruction.c(i)));
        }
        case Instruction.SELF -> {
          return new Origin("method", key(p, Instruction.c(i)));
        }
        case Instruction.GETUPVAL -> {
          return new Origin("upvalue", p.upvalueNames()[Instruction.b(i)]);
        }
        case Instruction.MOVE -> {
          if (Instruction.b(i) >= Instruction.a(i)) {
            return null;
          }
          // A copy of a register further down, so this comes to an end.
          current = Instruction.b(i);
        }
        default -> {
          return null;
        }
      }
    }
  }

  /** The name of the variable that lives in a register at an instruction, or null. */
  private static String localName(Prototype p, int pc, int register) {
    int remaining = register;
    for (Prototype.Local local : p.locals()) {
      if (local.from() > pc) {
        return null;
      }
      if (pc < local.to()) {
        if (remaining == 0) {
          return local.name();
        }
        remaining--;
      }
    }
    return null;
  }

  private static String key(Prototype p, int operand) {
    return operand >= Instruction.CONSTANT
        ? stringConstant(p, operand - Instruction.CONSTANT)
        : UNKNOWN;
  }

  /** A constant as a name: messages end it at a NUL. */
  private static String stringConstant(Prototype p, int index) {
    if (!(p.constants()[index] instanceof LuaString string)) {
      return UNKNOWN;
    }
    String name = string.toString();
    int end = name.indexOf('\0');
    return end < 0 ? name : name.substring(0, end);
  }

  /** The last instruction before another that changed a register; -1: none did. */
  private static int lastChange(Prototype p, int before, int register) {
    int[] code = p.code();
    int last = -1;
    int pc = 0;
    while (pc < before) {
      int i = code[pc];
      int op = Instruction.op(i);
      if (changes(i, op, register)) {
        last = pc;
      }
      pc =
          switch (op) {
            case Instruction.JMP, Instruction.FORLOOP, Instruction.FORPREP -> {
              int target = pc + 1 + Instruction.sbx(i);
              yield target > pc && target <= before ? target : pc + 1;
            }
            case Instruction.CLOSURE -> pc + 1 + p.inner()[Instruction.bx(i)].upvalueNames().length;
            case Instruction.SETLIST -> Instruction.c(i) == 0 ? pc + 2 : pc + 1;
            default -> pc + 1;
          };
    }
    return last;
  }

  private static boolean changes(int i, int op, int register) {
    int a = Instruction.a(i);
    return switch (op) {
      case Instruction.LOADNIL -> a <= register && register <= Instruction.b(i);
      case Instruction.SELF -> register == a || register == a + 1;
      case Instruction.CALL, Instruction.TAILCALL -> register >= a;
      case Instruction.TFORLOOP -> register >= a + 2;
      case Instruction.SETGLOBAL,
          Instruction.SETUPVAL,
          Instruction.SETTABLE,
          Instruction.JMP,
          Instruction.EQ,
          Instruction.LT,
          Instruction.LE,
          Instruction.RETURN,
          Instruction.SETLIST,
          Instruction.CLOSE ->
          false;
      default -> register == a;
    };
  }
}
