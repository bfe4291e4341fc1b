package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.value.LuaError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The instructions and constants of one function while it is compiled, and its jumps.
 *
 * <p>Jumps to a place that is not known yet form lists, linked through the instructions themselves:
 *
 * <pre>
 *   head ──sBx──▶ JMP ──sBx──▶ JMP ──sBx──▶ (-1: the last)
 *   lastOf[head] ─────────────▲
 * </pre>
 *
 * <ol>
 *   <li>A list is known by its first jump; {@code lastOf} knows the last one of each list, and
 *       nothing useful for other instructions. So lists are joined in constant time.
 *   <li>Binding a list to a place destroys it.
 *   <li>{@code pending} is the list of the jumps to the next instruction. They are bound when that
 *       instruction is written; if it turns out to be a jump itself, they join its list instead.
 *   <li>No instruction is merged with the one before {@code lastTarget}, where jumps may arrive.
 * </ol>
 */
final class CodeBuffer {
  /** The empty list of jumps. */
  static final int NO_JUMP = -1;

  /** In place of a register: none. */
  static final int NO_REGISTER = Instruction.MAX_A;

  private static final Object NIL_KEY = new Object();
  private static final int INITIAL = 16;

  private final TokenStream tokens;

  private int[] code = new int[INITIAL];
  private int[] lines = new int[INITIAL];
  private int[] lastOf = new int[INITIAL];
  private int size;
  private int lastTarget = -1;
  private int pending = NO_JUMP;

  private final List<Object> constants = new ArrayList<>();
  private final Map<Object, Integer> constantIndexes = new HashMap<>();

  CodeBuffer(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** Number of instructions: where the next one goes. */
  int size() {
    return size;
  }

  int[] code() {
    return Arrays.copyOf(code, size);
  }

  int[] lines() {
    return Arrays.copyOf(lines, size);
  }

  Object[] constants() {
    return constants.toArray();
  }

  int constantCount() {
    return constants.size();
  }

  // ---- Instructions

  int emit(int op, int a, int b, int c) {
    return emit(Instruction.abc(op, a, b, c));
  }

  int emitWide(int op, int a, int bx) {
    return emit(Instruction.abx(op, a, bx));
  }

  /** Writes an instruction, at the line of the token before, and answers where. */
  int emit(int instruction) {
    bindPending();
    if (size == code.length) {
      int capacity = (int) Math.min(2L * size, Integer.MAX_VALUE - 64);
      if (capacity == size) {
        throw new LuaError("code size overflow");
      }
      code = Arrays.copyOf(code, capacity);
      lines = Arrays.copyOf(lines, capacity);
      lastOf = Arrays.copyOf(lastOf, capacity);
    }
    code[size] = instruction;
    lines[size] = tokens.lastLine();
    lastOf[size] = size;
    return size++;
  }

  int at(int pc) {
    return code[pc];
  }

  void set(int pc, int instruction) {
    code[pc] = instruction;
  }

  void setA(int pc, int a) {
    int i = code[pc];
    code[pc] = Instruction.abc(Instruction.op(i), a, Instruction.b(i), Instruction.c(i));
  }

  void setB(int pc, int b) {
    int i = code[pc];
    code[pc] = Instruction.abc(Instruction.op(i), Instruction.a(i), b, Instruction.c(i));
  }

  void setC(int pc, int c) {
    int i = code[pc];
    code[pc] = Instruction.abc(Instruction.op(i), Instruction.a(i), Instruction.b(i), c);
  }

  /** Takes back the last instruction, to which nothing jumps. */
  void removeLast() {
    size--;
  }

  /** Gives the last instruction another line. */
  void fixLine(int line) {
    lines[size - 1] = line;
  }

  /**
   * Sets registers to nil, if possible by extending the instruction before. At the beginning of a
   * function all registers without a variable are nil already.
   */
  void loadNil(int from, int count, int activeLocals) {
    int to = from + count - 1;
    if (size > lastTarget) {
      if (size == 0) {
        if (from >= activeLocals) {
          return;
        }
      } else {
        int previous = code[size - 1];
        int a = Instruction.a(previous);
        int b = Instruction.b(previous);
        if (Instruction.op(previous) == Instruction.LOADNIL && a <= from && from <= b + 1) {
          setB(size - 1, Math.max(b, to));
          return;
        }
      }
    }
    emit(Instruction.LOADNIL, from, to, 0);
  }

  // ---- Constants

  int nilConstant() {
    return constant(NIL_KEY, null);
  }

  int numberConstant(double number) {
    // 0 and -0 are the same key of a table, and so the same constant: the one that came first.
    return constant(number == 0 ? 0.0 : number, number);
  }

  /** A string or a boolean. */
  int constant(Object value) {
    return constant(value, value);
  }

  private int constant(Object key, Object value) {
    Integer index = constantIndexes.get(key);
    if (index == null) {
      if (constants.size() >= Limits.CONSTANTS) {
        throw new LuaError("constant table overflow");
      }
      index = constants.size();
      constantIndexes.put(key, index);
      constants.add(value);
    }
    return index;
  }

  // ---- Jumps

  /** Marks this place as one where jumps arrive. */
  int label() {
    lastTarget = size;
    return size;
  }

  /** Writes a jump whose target is open. */
  int jump() {
    int waiting = pending;
    pending = NO_JUMP;
    int jump = emit(Instruction.asbx(Instruction.JMP, 0, NO_JUMP));
    return join(jump, waiting);
  }

  /** Writes a test and the jump behind it, and answers where the jump is. */
  int testAndJump(int op, int a, int b, int c) {
    emit(op, a, b, c);
    return jump();
  }

  /** The list of the jumps in both lists. */
  int join(int first, int second) {
    if (second == NO_JUMP) {
      return first;
    } else if (first == NO_JUMP) {
      return second;
    }
    aim(lastOf[first], second);
    lastOf[first] = lastOf[second];
    return first;
  }

  /** Binds the jumps of a list to a place. */
  void bind(int list, int target) {
    if (target == size) {
      bindHere(list);
    } else {
      bind(list, target, NO_REGISTER, target);
    }
  }

  /** Binds the jumps of a list to the next instruction. */
  void bindHere(int list) {
    label();
    pending = join(pending, list);
  }

  /**
   * Binds the jumps of a list: those whose test also passes on its value to one place, and the
   * value to a register; those that have no value to another place.
   */
  void bind(int list, int withValue, int register, int withoutValue) {
    int jump = list;
    while (jump != NO_JUMP) {
      int next = next(jump);
      aim(jump, passValue(jump, register) ? withValue : withoutValue);
      jump = next;
    }
  }

  private void bindPending() {
    int list = pending;
    pending = NO_JUMP;
    bind(list, size, NO_REGISTER, size);
  }

  /** Whether a list has a jump that has no value to pass on. */
  boolean lacksValue(int list) {
    for (int jump = list; jump != NO_JUMP; jump = next(jump)) {
      if (Instruction.op(code[testOf(jump)]) != Instruction.TESTSET) {
        return true;
      }
    }
    return false;
  }

  /** Lets the jumps of a list only test: nobody wants their values. */
  void dropValues(int list) {
    for (int jump = list; jump != NO_JUMP; jump = next(jump)) {
      passValue(jump, NO_REGISTER);
    }
  }

  /** Lets a comparison jump when it does not hold. */
  void invert(int jump) {
    int test = testOf(jump);
    setA(test, Instruction.a(code[test]) == 0 ? 1 : 0);
  }

  /**
   * Lets a test put its value into a register.
   *
   * @return whether the test has a value
   */
  private boolean passValue(int jump, int register) {
    int test = testOf(jump);
    int i = code[test];
    if (Instruction.op(i) != Instruction.TESTSET) {
      return false;
    }
    if (register != NO_REGISTER && register != Instruction.b(i)) {
      setA(test, register);
    } else {
      code[test] = Instruction.abc(Instruction.TEST, Instruction.b(i), 0, Instruction.c(i));
    }
    return true;
  }

  /** The test that decides about a jump; the jump itself if it is always taken. */
  private int testOf(int jump) {
    return jump >= 1 && isTest(Instruction.op(code[jump - 1])) ? jump - 1 : jump;
  }

  private static boolean isTest(int op) {
    return (op >= Instruction.EQ && op <= Instruction.TESTSET) || op == Instruction.TFORLOOP;
  }

  private int next(int jump) {
    int offset = Instruction.sbx(code[jump]);
    return offset == NO_JUMP ? NO_JUMP : jump + 1 + offset;
  }

  private void aim(int jump, int target) {
    int offset = target - (jump + 1);
    if (Math.abs(offset) > Instruction.MAX_SBX) {
      throw tokens.syntaxError("control structure too long");
    }
    int i = code[jump];
    code[jump] = Instruction.asbx(Instruction.op(i), Instruction.a(i), offset);
  }
}
