package io.respite.server.lua.translation;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Which registers of a function hold numbers, before each of its instructions.
 *
 * <p>A number may be kept in a local variable of the JVM, where arithmetic costs no object, and its
 * register in the frame's array be left as it is. So a register has one of three states:
 *
 * <pre>
 *   BOTH    a number; the variable and the array have it
 *   KEPT    a number; the variable has it, the array has something older
 *   BOXED   anything; the array has it
 * </pre>
 *
 * <p>It is a forward analysis over the instructions, to a fixed point: where ways meet, the state
 * furthest down that list holds ("Principles of Program Analysis", Nielson, Nielson and Hankin,
 * 1999, section 2). Registers that closures share with the function are always BOXED: anybody may
 * change them in the array.
 */
public final class RegisterFlow {
  static final byte UNSEEN = 0;
  static final byte BOTH = 1;
  static final byte KEPT = 2;
  static final byte BOXED = 3;

  private final Prototype prototype;
  private final int[] code;
  private final boolean[] shared;
  private final byte[][] before;
  private final Deque<Integer> changed = new ArrayDeque<>();

  /** Analyses a function. */
  RegisterFlow(Prototype prototype) {
    this.prototype = prototype;
    this.code = prototype.code();
    this.before = new byte[code.length][];
    this.shared = new boolean[prototype.registers() + 1];
    findShared();
    byte[] start = new byte[shared.length];
    Arrays.fill(start, BOXED);
    flow(start, 0);
    while (!changed.isEmpty()) {
      int pc = changed.poll();
      leave(pc, this::flow);
    }
  }

  private void findShared() {
    for (int pc = 0; pc < code.length; pc++) {
      if (Instruction.op(code[pc]) == Instruction.SETLIST && Instruction.c(code[pc]) == 0) {
        pc++;
      } else if (Instruction.op(code[pc]) == Instruction.CLOSURE) {
        int upvalues = upvalues(code[pc]);
        for (int i = 1; i <= upvalues; i++) {
          if (Instruction.op(code[pc + i]) == Instruction.MOVE) {
            shared[Instruction.b(code[pc + i])] = true;
          }
        }
        pc += upvalues;
      }
    }
  }

  private int upvalues(int instruction) {
    return prototype.inner()[Instruction.bx(instruction)].upvalueNames().length;
  }

  private void flow(byte[] state, int target) {
    byte[] known = before[target];
    if (known == null) {
      before[target] = state.clone();
      changed.add(target);
      return;
    }
    boolean news = false;
    for (int i = 0; i < known.length; i++) {
      if (state[i] > known[i]) {
        known[i] = state[i];
        news = true;
      }
    }
    if (news && !changed.contains(target)) {
      changed.add(target);
    }
  }

  /** The states before an instruction, by register; null when nothing leads there. */
  byte[] before(int pc) {
    return before[pc];
  }

  /** Whether a closure shares the register. */
  boolean isShared(int register) {
    return shared[register];
  }

  /** Whether the register is a number in these states. */
  static boolean isNumber(byte[] state, int register) {
    return state[register] == BOTH || state[register] == KEPT;
  }

  /** The state of a register that has got a number. */
  byte number(int register) {
    return shared[register] ? BOXED : KEPT;
  }

  /** What follows an instruction, and the states there. */
  @FunctionalInterface
  interface Way {
    void to(byte[] state, int target);
  }

  /**
   * Tells all ways from an instruction to others, as {@link Translator} takes them without leaving
   * the translated code. Where an operand that is BOXED must be a number, it is BOTH behind.
   */
  private void leave(int pc, Way way) {
    int i = code[pc];
    int a = Instruction.a(i);
    int b = Instruction.b(i);
    int c = Instruction.c(i);
    byte[] state = before[pc].clone();
    switch (Instruction.op(i)) {
      case Instruction.MOVE -> {
        move(state, a, b);
        way.to(state, pc + 1);
      }
      case Instruction.LOADK -> {
        boolean number = prototype.constants()[Instruction.bx(i)] instanceof Double;
        state[a] = number ? number(a) : BOXED;
        way.to(state, pc + 1);
      }
      case Instruction.LOADBOOL -> {
        state[a] = BOXED;
        way.to(state, c != 0 ? pc + 2 : pc + 1);
      }
      case Instruction.LOADNIL -> {
        boxed(state, a, b);
        way.to(state, pc + 1);
      }
      case Instruction.GETUPVAL,
          Instruction.GETGLOBAL,
          Instruction.GETTABLE,
          Instruction.NEWTABLE,
          Instruction.NOT -> {
        state[a] = BOXED;
        way.to(state, pc + 1);
      }
      case Instruction.SETUPVAL, Instruction.SETGLOBAL, Instruction.SETTABLE, Instruction.CLOSE ->
          way.to(state, pc + 1);
      case Instruction.SELF -> {
        boxed(state, a, a + 1);
        way.to(state, pc + 1);
      }
      case Instruction.ADD,
          Instruction.SUB,
          Instruction.MUL,
          Instruction.DIV,
          Instruction.MOD,
          Instruction.POW -> {
        checked(state, b);
        checked(state, c);
        state[a] = number(a);
        way.to(state, pc + 1);
      }
      case Instruction.UNM -> {
        checked(state, b);
        state[a] = number(a);
        way.to(state, pc + 1);
      }
      case Instruction.LEN -> {
        state[a] = number(a);
        way.to(state, pc + 1);
      }
      case Instruction.CONCAT -> {
        written(state, 0, state.length - 1);
        // The operands are turned into text where they are.
        boxed(state, b, c);
        state[a] = BOXED;
        way.to(state, pc + 1);
      }
      case Instruction.JMP -> way.to(state, pc + 1 + Instruction.sbx(i));
      case Instruction.EQ, Instruction.TEST -> {
        way.to(state, pc + 1);
        way.to(state, pc + 2);
      }
      case Instruction.LT, Instruction.LE -> {
        checked(state, b);
        checked(state, c);
        way.to(state, pc + 1);
        way.to(state, pc + 2);
      }
      case Instruction.TESTSET -> {
        way.to(state, pc + 2);
        byte[] set = state.clone();
        move(set, a, b);
        way.to(set, pc + 1);
      }
      case Instruction.CALL, Instruction.TAILCALL -> {
        written(state, b == 0 ? 0 : a, b == 0 ? state.length - 1 : a + b - 1);
        if (Instruction.op(i) == Instruction.CALL && c > 1) {
          boxed(state, a, a + c - 2);
        }
        way.to(state, pc + 1);
      }
      case Instruction.RETURN -> {
        // Nothing follows.
      }
      case Instruction.FORPREP -> {
        state[a] = BOXED;
        way.to(state, pc + 1 + Instruction.sbx(i));
      }
      case Instruction.FORLOOP -> {
        way.to(state, pc + 1);
        byte[] again = state.clone();
        again[a + 3] = number(a + 3);
        way.to(again, pc + 1 + Instruction.sbx(i));
      }
      case Instruction.TFORLOOP -> {
        written(state, a, a + 2);
        boxed(state, a + 3, a + 2 + c);
        way.to(state, pc + 2);
        byte[] again = state.clone();
        again[a + 2] = BOXED;
        way.to(again, pc + 1);
      }
      case Instruction.SETLIST -> {
        written(state, 0, state.length - 1);
        way.to(state, c == 0 ? pc + 2 : pc + 1);
      }
      case Instruction.CLOSURE -> {
        state[a] = BOXED;
        way.to(state, pc + 1 + upvalues(i));
      }
      case Instruction.VARARG -> {
        boxed(state, a, a + b - 2);
        way.to(state, pc + 1);
      }
      default -> throw new IllegalStateException("instruction " + i);
    }
  }

  /** The ways from an instruction, for who writes them; the states are his to keep. */
  void ways(int pc, Way way) {
    leave(pc, (state, target) -> way.to(state.clone(), target));
  }

  private void move(byte[] state, int a, int b) {
    state[a] = isNumber(state, b) ? number(a) : BOXED;
  }

  private static void boxed(byte[] state, int from, int to) {
    for (int register = from; register <= to; register++) {
      state[register] = BOXED;
    }
  }

  /** Numbers are written to the array, and kept. */
  private static void written(byte[] state, int from, int to) {
    for (int register = from; register <= to; register++) {
      if (state[register] == KEPT) {
        state[register] = BOTH;
      }
    }
  }

  /** An operand has turned out to be a number. */
  private void checked(byte[] state, int operand) {
    if (operand < Instruction.CONSTANT && state[operand] == BOXED && !shared[operand]) {
      state[operand] = BOTH;
    }
  }
}
