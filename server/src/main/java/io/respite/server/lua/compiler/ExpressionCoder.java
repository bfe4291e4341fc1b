package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.compiler.ExpressionDescriptor.Kind;

/**
 * Writes the code of expressions for one function: brings values to registers, and applies
 * operators.
 *
 * <p>To "settle" a variable or field is to write the instruction that reads it; the register where
 * the value goes may still be open then.
 */
final class ExpressionCoder {
  private static final int ALL = -1;

  private final FunctionState function;
  private final CodeBuffer code;

  ExpressionCoder(FunctionState function) {
    this.function = function;
    this.code = function.code();
  }

  // ---- Values

  /** Sets the number of results of a call or of {@code ...}. */
  void setResults(ExpressionDescriptor e, int count) {
    if (e.kind == Kind.CALL) {
      code.setC(e.info, count + 1);
    } else if (e.kind == Kind.VARARG) {
      code.setB(e.info, count + 1);
      code.setA(e.info, function.freeRegister());
      function.reserve(1);
    }
  }

  void setAllResults(ExpressionDescriptor e) {
    setResults(e, ALL);
  }

  void setOneResult(ExpressionDescriptor e) {
    if (e.kind == Kind.CALL) {
      e.kind = Kind.REGISTER;
      e.info = Instruction.a(code.at(e.info));
    } else if (e.kind == Kind.VARARG) {
      code.setB(e.info, 2);
      e.kind = Kind.RELOCATABLE;
    }
  }

  void settle(ExpressionDescriptor e) {
    switch (e.kind) {
      case LOCAL -> e.kind = Kind.REGISTER;
      case UPVALUE -> relocatable(e, code.emit(Instruction.GETUPVAL, 0, e.info, 0));
      case GLOBAL -> relocatable(e, code.emitWide(Instruction.GETGLOBAL, 0, e.info));
      case INDEXED -> {
        function.free(e.key);
        function.free(e.info);
        relocatable(e, code.emit(Instruction.GETTABLE, 0, e.info, e.key));
      }
      case CALL, VARARG -> setOneResult(e);
      default -> {
        // A value, or a register, already.
      }
    }
  }

  private static void relocatable(ExpressionDescriptor e, int instruction) {
    e.kind = Kind.RELOCATABLE;
    e.info = instruction;
  }

  /** Brings the value to a register, without the jumps. */
  private void load(ExpressionDescriptor e, int register) {
    settle(e);
    switch (e.kind) {
      case NIL -> code.loadNil(register, 1, function.visibleCount());
      case FALSE -> code.emit(Instruction.LOADBOOL, register, 0, 0);
      case TRUE -> code.emit(Instruction.LOADBOOL, register, 1, 0);
      case CONSTANT -> code.emitWide(Instruction.LOADK, register, e.info);
      case NUMBER -> code.emitWide(Instruction.LOADK, register, code.numberConstant(e.number));
      case RELOCATABLE -> code.setA(e.info, register);
      case REGISTER -> {
        if (register != e.info) {
          code.emit(Instruction.MOVE, register, e.info, 0);
        }
      }
      default -> {
        // Nothing, or a comparison: it has only jumps.
        return;
      }
    }
    e.kind = Kind.REGISTER;
    e.info = register;
  }

  /** Brings the value to a register; its jumps arrive with the values that they stand for. */
  private void complete(ExpressionDescriptor e, int register) {
    load(e, register);
    if (e.kind == Kind.JUMP) {
      e.whenTrue = code.join(e.whenTrue, e.info);
    }
    if (e.hasJumps()) {
      int loadFalse = CodeBuffer.NO_JUMP;
      int loadTrue = CodeBuffer.NO_JUMP;
      if (code.lacksValue(e.whenTrue) || code.lacksValue(e.whenFalse)) {
        int passing = e.kind == Kind.JUMP ? CodeBuffer.NO_JUMP : code.jump();
        code.label();
        loadFalse = code.emit(Instruction.LOADBOOL, register, 0, 1);
        code.label();
        loadTrue = code.emit(Instruction.LOADBOOL, register, 1, 0);
        code.bindHere(passing);
      }
      int end = code.label();
      code.bind(e.whenFalse, end, register, loadFalse);
      code.bind(e.whenTrue, end, register, loadTrue);
    }
    e.set(Kind.REGISTER, register);
  }

  /** Brings the value to the next free register, and keeps that. */
  void toNextRegister(ExpressionDescriptor e) {
    settle(e);
    free(e);
    function.reserve(1);
    complete(e, function.freeRegister() - 1);
  }

  /** Brings the value to some register and answers which. */
  int toAnyRegister(ExpressionDescriptor e) {
    settle(e);
    if (e.kind == Kind.REGISTER) {
      if (!e.hasJumps()) {
        return e.info;
      } else if (e.info >= function.visibleCount()) {
        complete(e, e.info);
        return e.info;
      }
    }
    toNextRegister(e);
    return e.info;
  }

  /** Makes it a value: settled and without jumps. */
  void toValue(ExpressionDescriptor e) {
    if (e.hasJumps()) {
      toAnyRegister(e);
    } else {
      settle(e);
    }
  }

  /** Makes it an operand: a constant with an index that fits, or else a register. */
  int toOperand(ExpressionDescriptor e) {
    toValue(e);
    switch (e.kind) {
      case NIL, TRUE, FALSE, NUMBER -> {
        if (code.constantCount() <= Instruction.MAX_RK_CONSTANT) {
          e.info = constant(e);
          e.kind = Kind.CONSTANT;
          return e.info | Instruction.CONSTANT;
        }
      }
      case CONSTANT -> {
        if (e.info <= Instruction.MAX_RK_CONSTANT) {
          return e.info | Instruction.CONSTANT;
        }
      }
      default -> {
        // Needs a register.
      }
    }
    return toAnyRegister(e);
  }

  private int constant(ExpressionDescriptor e) {
    return switch (e.kind) {
      case NIL -> code.nilConstant();
      case NUMBER -> code.numberConstant(e.number);
      default -> code.constant(e.kind == Kind.TRUE);
    };
  }

  /** Frees the register of a value. */
  private void free(ExpressionDescriptor e) {
    if (e.kind == Kind.REGISTER) {
      function.free(e.info);
    }
  }

  // ---- Variables and fields

  /** Assigns a value. */
  void store(ExpressionDescriptor variable, ExpressionDescriptor value) {
    switch (variable.kind) {
      case LOCAL -> {
        free(value);
        complete(value, variable.info);
        return;
      }
      case UPVALUE -> code.emit(Instruction.SETUPVAL, toAnyRegister(value), variable.info, 0);
      case GLOBAL -> code.emitWide(Instruction.SETGLOBAL, toAnyRegister(value), variable.info);
      default -> code.emit(Instruction.SETTABLE, variable.info, variable.key, toOperand(value));
    }
    free(value);
  }

  /** Makes a table, which is in a register, its field. */
  void index(ExpressionDescriptor table, ExpressionDescriptor key) {
    table.key = toOperand(key);
    table.kind = Kind.INDEXED;
  }

  /** Makes an object the method of a name, with the object as the first argument. */
  void self(ExpressionDescriptor object, ExpressionDescriptor name) {
    toAnyRegister(object);
    free(object);
    int method = function.freeRegister();
    function.reserve(2);
    code.emit(Instruction.SELF, method, object.info, toOperand(name));
    free(name);
    object.kind = Kind.REGISTER;
    object.info = method;
  }

  /**
   * Sets the elements of a table, from the registers above it.
   *
   * @param elements number of the table's elements, with these
   * @param count number of these; negative: all there are
   */
  void setList(int table, int elements, int count) {
    int batch = (elements - 1) / Instruction.FIELDS_PER_FLUSH + 1;
    int b = Math.max(0, count);
    if (batch <= Instruction.MAX_BC) {
      code.emit(Instruction.SETLIST, table, b, batch);
    } else {
      code.emit(Instruction.SETLIST, table, b, 0);
      code.emit(batch);
    }
    function.setFreeRegister(table + 1);
  }

  // ---- Conditions

  /** Goes on when it is true; otherwise jumps. */
  void goOnIfTrue(ExpressionDescriptor e) {
    settle(e);
    int jump =
        switch (e.kind) {
          case CONSTANT, NUMBER, TRUE -> CodeBuffer.NO_JUMP;
          case JUMP -> {
            code.invert(e.info);
            yield e.info;
          }
          default -> jumpOn(e, false);
        };
    e.whenFalse = code.join(e.whenFalse, jump);
    code.bindHere(e.whenTrue);
    e.whenTrue = CodeBuffer.NO_JUMP;
  }

  /** Goes on when it is false; otherwise jumps. */
  private void goOnIfFalse(ExpressionDescriptor e) {
    settle(e);
    int jump =
        switch (e.kind) {
          case NIL, FALSE -> CodeBuffer.NO_JUMP;
          case JUMP -> e.info;
          default -> jumpOn(e, true);
        };
    e.whenTrue = code.join(e.whenTrue, jump);
    code.bindHere(e.whenFalse);
    e.whenFalse = CodeBuffer.NO_JUMP;
  }

  private int jumpOn(ExpressionDescriptor e, boolean condition) {
    if (e.kind == Kind.RELOCATABLE) {
      int instruction = code.at(e.info);
      if (Instruction.op(instruction) == Instruction.NOT) {
        code.removeLast();
        return code.testAndJump(Instruction.TEST, Instruction.b(instruction), 0, condition ? 0 : 1);
      }
    }
    toSomeRegister(e);
    free(e);
    return code.testAndJump(Instruction.TESTSET, CodeBuffer.NO_REGISTER, e.info, condition ? 1 : 0);
  }

  /** Brings the value to some register, without the jumps. */
  private void toSomeRegister(ExpressionDescriptor e) {
    if (e.kind != Kind.REGISTER) {
      function.reserve(1);
      load(e, function.freeRegister() - 1);
    }
  }

  // ---- Operators ("2.5 Expressions")

  void negate(ExpressionDescriptor e) {
    if (e.isNumeral()) {
      if (!Double.isNaN(e.number)) {
        e.number = -e.number;
        return;
      }
    }
    unary(Instruction.UNM, e);
  }

  void length(ExpressionDescriptor e) {
    unary(Instruction.LEN, e);
  }

  private void unary(int op, ExpressionDescriptor e) {
    int register = toAnyRegister(e);
    free(e);
    relocatable(e, code.emit(op, 0, register, 0));
  }

  void not(ExpressionDescriptor e) {
    settle(e);
    switch (e.kind) {
      case NIL, FALSE -> e.kind = Kind.TRUE;
      case CONSTANT, NUMBER, TRUE -> e.kind = Kind.FALSE;
      case JUMP -> code.invert(e.info);
      default -> {
        toSomeRegister(e);
        free(e);
        relocatable(e, code.emit(Instruction.NOT, 0, e.info, 0));
      }
    }
    int swapped = e.whenFalse;
    e.whenFalse = e.whenTrue;
    e.whenTrue = swapped;
    code.dropValues(e.whenFalse);
    code.dropValues(e.whenTrue);
  }

  /** Prepares the left operand, before the right one is read. */
  void prepareLeft(BinaryOperator operator, ExpressionDescriptor left) {
    switch (operator) {
      case AND -> goOnIfTrue(left);
      case OR -> goOnIfFalse(left);
      case CONCAT -> toNextRegister(left);
      case ADD, SUB, MUL, DIV, MOD, POW -> {
        if (!left.isNumeral()) {
          toOperand(left);
        }
      }
      default -> toOperand(left);
    }
  }

  /** Applies an operator; the result is in place of the left operand. */
  void apply(BinaryOperator operator, ExpressionDescriptor left, ExpressionDescriptor right) {
    switch (operator) {
      case AND -> {
        settle(right);
        right.whenFalse = code.join(right.whenFalse, left.whenFalse);
        left.set(right);
      }
      case OR -> {
        settle(right);
        right.whenTrue = code.join(right.whenTrue, left.whenTrue);
        left.set(right);
      }
      case CONCAT -> concat(left, right);
      case ADD -> arithmetic(Instruction.ADD, left, right);
      case SUB -> arithmetic(Instruction.SUB, left, right);
      case MUL -> arithmetic(Instruction.MUL, left, right);
      case DIV -> arithmetic(Instruction.DIV, left, right);
      case MOD -> arithmetic(Instruction.MOD, left, right);
      case POW -> arithmetic(Instruction.POW, left, right);
      case EQUAL -> compare(Instruction.EQ, true, left, right);
      case NOT_EQUAL -> compare(Instruction.EQ, false, left, right);
      case LESS -> compare(Instruction.LT, true, left, right);
      case LESS_EQUAL -> compare(Instruction.LE, true, left, right);
      case GREATER -> compareSwapped(Instruction.LT, left, right);
      case GREATER_EQUAL -> compareSwapped(Instruction.LE, left, right);
    }
  }

  /** A chain of concatenations is one instruction, which the innermost one begins. */
  private void concat(ExpressionDescriptor left, ExpressionDescriptor right) {
    toValue(right);
    if (right.kind == Kind.RELOCATABLE
        && Instruction.op(code.at(right.info)) == Instruction.CONCAT) {
      free(left);
      code.setB(right.info, left.info);
      relocatable(left, right.info);
    } else {
      toNextRegister(right);
      operate(Instruction.CONCAT, left, right);
    }
  }

  private void arithmetic(int op, ExpressionDescriptor left, ExpressionDescriptor right) {
    if (left.isNumeral() && right.isNumeral()) {
      double result = Folding.compute(op, left.number, right.number);
      if (!Double.isNaN(result)) {
        left.number = result;
        return;
      }
    }
    operate(op, left, right);
  }

  private void operate(int op, ExpressionDescriptor left, ExpressionDescriptor right) {
    int c = toOperand(right);
    int b = toOperand(left);
    if (b > c) {
      free(left);
      free(right);
    } else {
      free(right);
      free(left);
    }
    relocatable(left, code.emit(op, 0, b, c));
  }

  private void compare(
      int op, boolean holds, ExpressionDescriptor left, ExpressionDescriptor right) {
    int b = toOperand(left);
    int c = toOperand(right);
    free(right);
    free(left);
    left.info = code.testAndJump(op, holds ? 1 : 0, b, c);
    left.kind = Kind.JUMP;
  }

  /** There is no instruction for "greater": the operands change places. */
  private void compareSwapped(int op, ExpressionDescriptor left, ExpressionDescriptor right) {
    int c = toOperand(left);
    int b = toOperand(right);
    free(right);
    free(left);
    left.info = code.testAndJump(op, 1, b, c);
    left.kind = Kind.JUMP;
  }
}
