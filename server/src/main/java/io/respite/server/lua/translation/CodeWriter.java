package io.respite.server.lua.translation;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What writing the instructions of a function has in common: registers and where they are kept, the
 * ways between instructions, and how the translated code is left.
 *
 * <pre>
 *   int run(Machine machine, Frame frame, Object[] registers, Object[] constants, int pc)
 * </pre>
 *
 * What happens seldom is written behind everything else, so that what happens often lies together.
 */
abstract class CodeWriter {
  /** The package whose classes the translated code uses, and to which it belongs. */
  static final String MACHINE = "io/respite/server/lua/machine/";

  static final String VALUE = "io/respite/server/lua/value/";
  static final String BASE = MACHINE + "TranslatedFunction";
  static final String THE_MACHINE = MACHINE + "Machine";
  static final String FRAME = MACHINE + "Frame";
  static final String CALL = MACHINE + "LuaCall";
  static final String JAVA_FUNCTION = MACHINE + "JavaFunction";
  static final String OPERATIONS = MACHINE + "Operations";
  static final String CLOSURE = MACHINE + "LuaClosure";
  static final String LOOP = MACHINE + "NumericLoop";
  static final String TABLE = VALUE + "LuaTable";
  static final String STRING = VALUE + "LuaString";
  static final String OBJECT = "java/lang/Object";
  static final String DOUBLE = "java/lang/Double";

  static final String RUN =
      "(L" + THE_MACHINE + ";L" + FRAME + ";[L" + OBJECT + ";[L" + OBJECT + ";I)I";

  /** What {@code run} answers; the same as in {@code TranslatedFunction}. */
  static final int LEFT = 0;

  static final int INTERPRET = 1;
  static final int TICK = 2;

  private static final int NOWHERE = -1;

  // Local variables.
  static final int M = 1;
  static final int F = 2;
  static final int R = 3;
  static final int K = 4;
  static final int PC = 5;
  static final int OBJECT_1 = 6;
  static final int OBJECT_2 = 7;
  static final int NUMBER_1 = 8;
  static final int NUMBER_2 = 10;
  static final int NUMBER_3 = 12;
  private static final int REGISTERS = 14;

  final Prototype prototype;
  final int[] code;
  final RegisterFlow flow;
  final MethodVisitor out;
  private final Label[] labels;
  private final boolean[] kept;

  /** What is written behind everything else. */
  private final List<Runnable> seldom = new ArrayList<>();

  /** The instruction that is written next, where no jump is needed to get to it. */
  private int following = NOWHERE;

  /** Where to go to write some registers and be interpreted from {@link #PC} on. */
  private final Map<List<Integer>, Label> exits = new HashMap<>();

  CodeWriter(Prototype prototype, MethodVisitor out) {
    this.prototype = prototype;
    this.code = prototype.code();
    this.flow = new RegisterFlow(prototype);
    this.out = out;
    this.labels = new Label[code.length];
    this.kept = new boolean[prototype.registers() + 1];
    for (int pc = 0; pc < code.length; pc++) {
      byte[] state = flow.before(pc);
      if (state != null) {
        labels[pc] = new Label();
        keep(state);
        flow.ways(pc, (behind, target) -> keep(behind));
      }
    }
  }

  private void keep(byte[] state) {
    for (int register = 0; register < kept.length; register++) {
      kept[register] |= RegisterFlow.isNumber(state, register);
    }
  }

  /** Writes one instruction, and the ways from it. */
  abstract void instruction(int pc);

  /** Writes the method; how many bytes it has. */
  final int write() {
    out.visitCode();
    for (int register = 0; register < kept.length; register++) {
      if (kept[register]) {
        out.visitInsn(Opcodes.DCONST_0);
        out.visitVarInsn(Opcodes.DSTORE, variable(register));
      }
    }
    out.visitInsn(Opcodes.ACONST_NULL);
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
    out.visitInsn(Opcodes.ACONST_NULL);
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_2);
    entries();
    for (int pc = 0; pc < code.length; pc++) {
      if (labels[pc] != null) {
        out.visitLabel(labels[pc]);
        instruction(pc);
      }
    }
    for (int i = 0; i < seldom.size(); i++) {
      seldom.get(i).run();
    }
    exits.forEach(this::exit);
    Label end = new Label();
    out.visitLabel(end);
    out.visitMaxs(0, 0);
    out.visitEnd();
    return end.getOffset();
  }

  final void seldom(Runnable part) {
    seldom.add(part);
  }

  // ---- entering

  /** Where the code may be entered: at its beginning, behind calls, and where loops begin again. */
  private void entries() {
    boolean[] entry = new boolean[code.length];
    entry[0] = true;
    for (int pc = 0; pc < code.length; pc++) {
      if (labels[pc] == null) {
        continue;
      }
      int op = Instruction.op(code[pc]);
      int target = pc + 1 + Instruction.sbx(code[pc]);
      if ((op == Instruction.JMP || op == Instruction.FORLOOP) && target <= pc) {
        entry[target] = true;
      } else if (op == Instruction.CALL || op == Instruction.TFORLOOP) {
        entry[pc + 1] = true;
        if (op == Instruction.TFORLOOP) {
          entry[pc + 2] = true;
        }
      }
    }
    List<Integer> keys = new ArrayList<>();
    for (int pc = 0; pc < code.length; pc++) {
      if (entry[pc] && labels[pc] != null) {
        keys.add(pc);
      }
    }
    Label[] stubs = keys.stream().map(key -> new Label()).toArray(Label[]::new);
    Label refused = new Label();
    out.visitVarInsn(Opcodes.ILOAD, PC);
    out.visitLookupSwitchInsn(refused, keys.stream().mapToInt(Integer::intValue).toArray(), stubs);
    for (int i = 0; i < stubs.length; i++) {
      out.visitLabel(stubs[i]);
      byte[] state = flow.before(keys.get(i));
      for (int register = 0; register < state.length; register++) {
        if (RegisterFlow.isNumber(state, register)) {
          unbox(register, variable(register), refused);
        }
      }
      out.visitJumpInsn(Opcodes.GOTO, labels[keys.get(i)]);
    }
    out.visitLabel(refused);
    push(INTERPRET);
    out.visitInsn(Opcodes.IRETURN);
  }

  // ---- going on, and leaving

  /** Goes to an instruction; numbers that are expected in the array are written there. */
  final void way(byte[] state, int target) {
    byte[] expected = flow.before(target);
    for (int register = 0; register < state.length; register++) {
      if (state[register] == RegisterFlow.KEPT && expected[register] == RegisterFlow.BOXED) {
        box(register);
      }
    }
    if (target != following) {
      out.visitJumpInsn(Opcodes.GOTO, labels[target]);
    }
  }

  /** Goes on behind an instruction that has one way; nothing of it is written behind this. */
  final void only(int pc) {
    flow.ways(pc, (state, target) -> last(pc, state, target));
  }

  /** The last way that is written of those from an instruction. */
  final void last(int pc, byte[] state, int target) {
    following = pc + 1;
    way(state, target);
    following = NOWHERE;
  }

  /** Where to go for an instruction to be interpreted that has not changed anything yet. */
  final Label interpreted(int pc) {
    Label label = new Label();
    byte[] state = flow.before(pc);
    seldom(
        () -> {
          out.visitLabel(label);
          push(pc);
          out.visitVarInsn(Opcodes.ISTORE, PC);
          List<Integer> numbers = new ArrayList<>();
          for (int register = 0; register < state.length; register++) {
            if (state[register] == RegisterFlow.KEPT) {
              numbers.add(register);
            }
          }
          out.visitJumpInsn(Opcodes.GOTO, exits.computeIfAbsent(numbers, absent -> new Label()));
        });
    return label;
  }

  private void exit(List<Integer> numbers, Label label) {
    out.visitLabel(label);
    numbers.forEach(this::box);
    out.visitVarInsn(Opcodes.ALOAD, F);
    out.visitVarInsn(Opcodes.ILOAD, PC);
    out.visitFieldInsn(Opcodes.PUTFIELD, FRAME, "pc", "I");
    leave(INTERPRET);
  }

  final void leave(int how) {
    push(how);
    out.visitInsn(Opcodes.IRETURN);
  }

  /** Counts a jump back; the watch looks when the ticks are used up. */
  final void tick(byte[] state, int target) {
    Label over = new Label();
    out.visitVarInsn(Opcodes.ALOAD, M);
    out.visitInsn(Opcodes.DUP);
    out.visitFieldInsn(Opcodes.GETFIELD, THE_MACHINE, "ticks", "I");
    out.visitInsn(Opcodes.ICONST_1);
    out.visitInsn(Opcodes.ISUB);
    out.visitInsn(Opcodes.DUP_X1);
    out.visitFieldInsn(Opcodes.PUTFIELD, THE_MACHINE, "ticks", "I");
    out.visitJumpInsn(Opcodes.IFLT, over);
    seldom(
        () -> {
          out.visitLabel(over);
          boxAll(state);
          at(target);
          leave(TICK);
        });
  }

  /** The frame's {@code pc}, for whoever asks where the program is. */
  final void at(int pc) {
    out.visitVarInsn(Opcodes.ALOAD, F);
    push(pc);
    out.visitFieldInsn(Opcodes.PUTFIELD, FRAME, "pc", "I");
  }

  // ---- registers

  private static int variable(int register) {
    return REGISTERS + 2 * register;
  }

  /** Writes a number that is kept to the array. */
  private void box(int register) {
    set(
        register,
        () -> {
          out.visitVarInsn(Opcodes.DLOAD, variable(register));
          valueOf();
        });
  }

  /** Writes all numbers to the array that it has not. */
  final void boxAll(byte[] state) {
    box(state, 0, state.length - 1);
  }

  final void box(byte[] state, int from, int to) {
    for (int register = from; register <= to; register++) {
      if (state[register] == RegisterFlow.KEPT) {
        box(register);
      }
    }
  }

  /** Sets a register in the array to what {@code value} pushes. */
  final void set(int register, Runnable value) {
    out.visitVarInsn(Opcodes.ALOAD, R);
    push(register);
    value.run();
    out.visitInsn(Opcodes.AASTORE);
  }

  /** Sets a register to an object in a local variable. */
  final void setTo(int register, int variable) {
    set(register, () -> out.visitVarInsn(Opcodes.ALOAD, variable));
  }

  /**
   * Sets a register to the number on the stack. The array forgets what the register was, so that it
   * does not keep it alive.
   */
  final void setNumber(byte[] before, int register) {
    if (flow.isShared(register)) {
      valueOf();
      out.visitVarInsn(Opcodes.ASTORE, OBJECT_2);
      setTo(register, OBJECT_2);
      return;
    }
    out.visitVarInsn(Opcodes.DSTORE, variable(register));
    if (before[register] == RegisterFlow.BOXED) {
      set(register, () -> out.visitInsn(Opcodes.ACONST_NULL));
    }
  }

  /** Pushes a register's or a constant's value as an object. */
  final void pushObject(byte[] state, int operand) {
    if (operand >= Instruction.CONSTANT) {
      pushConstant(operand & 0xff);
    } else if (state[operand] == RegisterFlow.KEPT) {
      out.visitVarInsn(Opcodes.DLOAD, variable(operand));
      valueOf();
    } else {
      out.visitVarInsn(Opcodes.ALOAD, R);
      push(operand);
      out.visitInsn(Opcodes.AALOAD);
    }
  }

  final void pushConstant(int constant) {
    out.visitVarInsn(Opcodes.ALOAD, K);
    push(constant);
    out.visitInsn(Opcodes.AALOAD);
  }

  /** The constant that is an operand; null when it is a register. */
  final Object constant(int operand) {
    return operand < Instruction.CONSTANT ? null : prototype.constants()[operand & 0xff];
  }

  /** Whether an operand is known to be a number. */
  final boolean isNumber(byte[] state, int operand) {
    return operand < Instruction.CONSTANT
        ? RegisterFlow.isNumber(state, operand)
        : constant(operand) instanceof Double;
  }

  /** Makes sure that an operand is a number; else goes elsewhere. */
  final void check(byte[] state, int operand, int scratch, Label otherwise) {
    if (!isNumber(state, operand)) {
      if (operand >= Instruction.CONSTANT) {
        out.visitInsn(Opcodes.ICONST_0);
        out.visitJumpInsn(Opcodes.IFEQ, otherwise);
      } else {
        unbox(operand, keeps(operand) ? variable(operand) : scratch, otherwise);
      }
    }
  }

  private boolean keeps(int register) {
    return kept[register] && !flow.isShared(register);
  }

  /** Pushes an operand that has been checked. */
  final void pushNumber(byte[] state, int operand, int scratch) {
    if (operand < Instruction.CONSTANT) {
      boolean inVariable = RegisterFlow.isNumber(state, operand) || keeps(operand);
      out.visitVarInsn(Opcodes.DLOAD, inVariable ? variable(operand) : scratch);
    } else if (constant(operand) instanceof Double number) {
      out.visitLdcInsn(number);
    } else {
      // Never reached.
      out.visitInsn(Opcodes.DCONST_0);
    }
  }

  private void unbox(int register, int variable, Label otherwise) {
    out.visitVarInsn(Opcodes.ALOAD, R);
    push(register);
    out.visitInsn(Opcodes.AALOAD);
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_2);
    out.visitVarInsn(Opcodes.ALOAD, OBJECT_2);
    out.visitTypeInsn(Opcodes.INSTANCEOF, DOUBLE);
    out.visitJumpInsn(Opcodes.IFEQ, otherwise);
    out.visitVarInsn(Opcodes.ALOAD, OBJECT_2);
    out.visitTypeInsn(Opcodes.CHECKCAST, DOUBLE);
    virtual(DOUBLE, "doubleValue", "()D");
    out.visitVarInsn(Opcodes.DSTORE, variable);
  }

  // ---- the JVM's

  final void valueOf() {
    out.visitMethodInsn(Opcodes.INVOKESTATIC, DOUBLE, "valueOf", "(D)L" + DOUBLE + ";", false);
  }

  final void virtual(String owner, String name, String descriptor) {
    out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
  }

  /** Calls a function of {@code TranslatedFunction}. */
  final void helper(String name, String descriptor) {
    out.visitMethodInsn(Opcodes.INVOKESTATIC, BASE, name, descriptor, false);
  }

  final void push(int value) {
    if (value >= -1 && value <= 5) {
      out.visitInsn(Opcodes.ICONST_0 + value);
    } else if (value == (byte) value) {
      out.visitIntInsn(Opcodes.BIPUSH, value);
    } else if (value == (short) value) {
      out.visitIntInsn(Opcodes.SIPUSH, value);
    } else {
      out.visitLdcInsn(value);
    }
  }
}
