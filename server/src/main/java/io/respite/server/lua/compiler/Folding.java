package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Instruction;

/** Arithmetic between constants, which is done while compiling. */
final class Folding {
  private Folding() {}

  /**
   * The result of an operation on numbers; not a number if it is left to the machine, as every
   * division by zero is.
   */
  static double compute(int op, double left, double right) {
    return switch (op) {
      case Instruction.ADD -> left + right;
      case Instruction.SUB -> left - right;
      case Instruction.MUL -> left * right;
      case Instruction.DIV -> right == 0 ? Double.NaN : left / right;
      case Instruction.MOD -> right == 0 ? Double.NaN : left - Math.floor(left / right) * right;
      default -> power(left, right);
    };
  }

  /** To C, 1 to any power is 1, and so is -1 to an infinite one. */
  private static double power(double left, double right) {
    if (left == 1 || (left == -1 && Double.isInfinite(right))) {
      return 1;
    }
    return Math.pow(left, right);
  }
}
