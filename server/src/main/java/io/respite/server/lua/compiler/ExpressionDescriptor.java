package io.respite.server.lua.compiler;

/**
 * Where the value of an expression is while its code is not finished. An expression is kept as open
 * as long as possible, so that the instruction that needs the value decides where it goes.
 *
 * <p>An expression with {@code and}, {@code or}, {@code not} or a comparison may also leave by
 * jumps that are still to be bound: {@link #whenTrue} and {@link #whenFalse} are lists of them (see
 * {@link CodeBuffer}).
 */
final class ExpressionDescriptor {
  /** The kinds of expressions; {@code info} and {@code key} are the fields of that name. */
  enum Kind {
    /** No expression: an empty list. */
    VOID,
    NIL,
    TRUE,
    FALSE,
    /** A string; {@code info} is the constant. */
    CONSTANT,
    /** A number that constant folding may still work with. */
    NUMBER,
    /** {@code info} is the register. */
    LOCAL,
    /** {@code info} is the upvalue. */
    UPVALUE,
    /** {@code info} is the constant with the name. */
    GLOBAL,
    /** A field: {@code info} is the table's register, {@code key} a register or constant. */
    INDEXED,
    /** A comparison: {@code info} is the jump taken when it holds. */
    JUMP,
    /** {@code info} is the instruction that makes the value, and takes any register for it. */
    RELOCATABLE,
    /** {@code info} is the register that has the value. */
    REGISTER,
    /** {@code info} is the call, whose number of results is open. */
    CALL,
    /** {@code info} is the instruction for {@code ...}, whose number of results is open. */
    VARARG
  }

  Kind kind = Kind.VOID;
  int info;
  int key;
  double number;
  int whenTrue = CodeBuffer.NO_JUMP;
  int whenFalse = CodeBuffer.NO_JUMP;

  /** Becomes another expression, without jumps. */
  void set(Kind newKind, int newInfo) {
    kind = newKind;
    info = newInfo;
    whenTrue = CodeBuffer.NO_JUMP;
    whenFalse = CodeBuffer.NO_JUMP;
  }

  void setNumber(double value) {
    set(Kind.NUMBER, 0);
    number = value;
  }

  /** Becomes the same as another expression. */
  void set(ExpressionDescriptor other) {
    kind = other.kind;
    info = other.info;
    key = other.key;
    number = other.number;
    whenTrue = other.whenTrue;
    whenFalse = other.whenFalse;
  }

  boolean hasJumps() {
    return whenTrue != whenFalse;
  }

  /** Whether it may have any number of values. */
  boolean isOpen() {
    return kind == Kind.CALL || kind == Kind.VARARG;
  }

  /** Whether it is a number that can be computed with now. */
  boolean isNumeral() {
    return kind == Kind.NUMBER && whenTrue == CodeBuffer.NO_JUMP && whenFalse == CodeBuffer.NO_JUMP;
  }
}
