package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Instruction;

/** How large the parts of a program may be: the limits of Lua 5.1, as its messages name them. */
final class Limits {
  /** Nested blocks, functions and expressions; this bounds the compiler's own recursion. */
  static final int SYNTAX_LEVELS = 200;

  /** Local variables that live at the same time in one function. */
  static final int LOCALS = 200;

  /** Local variables that a function declares from its beginning to its end. */
  static final int DECLARED_LOCALS = Short.MAX_VALUE;

  /** Variables of outer functions that one function uses. */
  static final int UPVALUES = 60;

  /** Registers of one function; one less can be used. */
  static final int REGISTERS = 250;

  /** Constants, and inner functions, of one function. */
  static final int CONSTANTS = Instruction.MAX_BX;

  private Limits() {}
}
