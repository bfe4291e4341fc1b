package io.respite.server.lua.translation;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaString;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What each instruction becomes. The same steps in the same order as the interpreter takes them; an
 * instruction that is handed over to the interpreter has changed nothing before.
 */
final class FunctionWriter extends CodeWriter {
  private static final String TO_OBJECT = ")L" + OBJECT + ";";

  FunctionWriter(Prototype prototype, MethodVisitor out) {
    super(prototype, out);
  }

  @Override
  void instruction(int pc) {
    int i = code[pc];
    int a = Instruction.a(i);
    int b = Instruction.b(i);
    int c = Instruction.c(i);
    byte[] state = flow.before(pc);
    switch (Instruction.op(i)) {
      case Instruction.MOVE -> {
        move(state, a, b);
        only(pc);
      }
      case Instruction.LOADK -> {
        if (prototype.constants()[Instruction.bx(i)] instanceof Double number) {
          out.visitLdcInsn(number);
          setNumber(state, a);
        } else {
          set(a, () -> pushConstant(Instruction.bx(i)));
        }
        only(pc);
      }
      case Instruction.LOADBOOL -> {
        set(a, () -> truth(b != 0));
        only(pc);
      }
      case Instruction.LOADNIL -> {
        for (int register = a; register <= b; register++) {
          set(register, () -> out.visitInsn(Opcodes.ACONST_NULL));
        }
        only(pc);
      }
      case Instruction.GETUPVAL -> {
        set(
            a,
            () -> {
              out.visitVarInsn(Opcodes.ALOAD, F);
              push(b);
              helper("upvalue", "(L" + FRAME + ";I" + TO_OBJECT);
            });
        only(pc);
      }
      case Instruction.SETUPVAL -> {
        out.visitVarInsn(Opcodes.ALOAD, F);
        push(b);
        pushObject(state, a);
        helper("setUpvalue", "(L" + FRAME + ";IL" + OBJECT + ";)V");
        only(pc);
      }
      case Instruction.GETGLOBAL -> getGlobal(pc, a, Instruction.bx(i));
      case Instruction.SETGLOBAL -> setGlobal(pc, state, a, Instruction.bx(i));
      case Instruction.GETTABLE -> {
        pushObject(state, b);
        out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
        index(pc, state, a, c, false);
      }
      case Instruction.SELF -> {
        pushObject(state, b);
        out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
        index(pc, state, a, c, true);
      }
      case Instruction.SETTABLE -> setTable(pc, state, a, b, c);
      case Instruction.NEWTABLE -> {
        at(pc + 1);
        set(
            a,
            () -> {
              out.visitVarInsn(Opcodes.ALOAD, M);
              push(Instruction.decodeSize(b));
              push(Instruction.decodeSize(c));
              helper("table", "(L" + THE_MACHINE + ";II)L" + TABLE + ";");
            });
        only(pc);
      }
      case Instruction.ADD,
          Instruction.SUB,
          Instruction.MUL,
          Instruction.DIV,
          Instruction.MOD,
          Instruction.POW -> {
        Label otherwise = interpreted(pc);
        check(state, b, NUMBER_1, otherwise);
        check(state, c, NUMBER_2, otherwise);
        pushNumber(state, b, NUMBER_1);
        pushNumber(state, c, NUMBER_2);
        arithmetic(Instruction.op(i));
        setNumber(state, a);
        only(pc);
      }
      case Instruction.UNM -> {
        check(state, b, NUMBER_1, interpreted(pc));
        pushNumber(state, b, NUMBER_1);
        out.visitInsn(Opcodes.DNEG);
        setNumber(state, a);
        only(pc);
      }
      case Instruction.NOT -> {
        pushObject(state, b);
        helper("not", "(L" + OBJECT + ";)Ljava/lang/Boolean;");
        out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
        setTo(a, OBJECT_1);
        only(pc);
      }
      case Instruction.LEN -> length(pc, state, a, b);
      case Instruction.CONCAT -> {
        Label done = new Label();
        boxAll(state);
        at(pc + 1);
        out.visitVarInsn(Opcodes.ALOAD, M);
        out.visitVarInsn(Opcodes.ALOAD, F);
        push(c);
        helper("concat", "(L" + THE_MACHINE + ";L" + FRAME + ";I)Z");
        out.visitJumpInsn(Opcodes.IFNE, done);
        leave(LEFT);
        out.visitLabel(done);
        only(pc);
      }
      case Instruction.JMP -> {
        int target = pc + 1 + Instruction.sbx(i);
        if (target <= pc) {
          tick(state, target);
        }
        only(pc);
      }
      case Instruction.EQ -> equal(pc, state, a != 0, b, c);
      case Instruction.LT, Instruction.LE -> {
        Label otherwise = interpreted(pc);
        check(state, b, NUMBER_1, otherwise);
        check(state, c, NUMBER_2, otherwise);
        pushNumber(state, b, NUMBER_1);
        pushNumber(state, c, NUMBER_2);
        // Nothing is less than NaN.
        out.visitInsn(Opcodes.DCMPG);
        branch(pc, Instruction.op(i) == Instruction.LT ? Opcodes.IFLT : Opcodes.IFLE, a != 0);
      }
      case Instruction.TEST -> {
        pushTruth(state, a);
        branch(pc, Opcodes.IFNE, c != 0);
      }
      case Instruction.TESTSET -> testSet(pc, state, a, b, c != 0);
      case Instruction.CALL, Instruction.TAILCALL -> call(pc, state, a, b, c);
      case Instruction.RETURN -> {
        box(state, b == 0 ? 0 : a, b == 0 ? state.length - 1 : a + b - 2);
        out.visitVarInsn(Opcodes.ALOAD, M);
        out.visitVarInsn(Opcodes.ALOAD, F);
        push(a);
        push(b);
        helper("leave", "(L" + THE_MACHINE + ";L" + FRAME + ";II)V");
        leave(LEFT);
      }
      case Instruction.FORPREP -> {
        Label otherwise = interpreted(pc);
        check(state, a, NUMBER_1, otherwise);
        check(state, a + 1, NUMBER_2, otherwise);
        check(state, a + 2, NUMBER_3, otherwise);
        pushNumber(state, a, NUMBER_1);
        pushNumber(state, a + 1, NUMBER_2);
        pushNumber(state, a + 2, NUMBER_3);
        helper("loop", "(DDD)L" + LOOP + ";");
        out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
        setTo(a, OBJECT_1);
        only(pc);
      }
      case Instruction.FORLOOP -> forLoop(pc, state, a);
      case Instruction.TFORLOOP -> iterate(pc, state, a, c);
      case Instruction.SETLIST -> {
        int block = c == 0 ? code[pc + 1] : c;
        boxAll(state);
        at(c == 0 ? pc + 2 : pc + 1);
        out.visitVarInsn(Opcodes.ALOAD, M);
        out.visitVarInsn(Opcodes.ALOAD, F);
        push(a);
        push(b);
        push(block);
        helper("setList", "(L" + THE_MACHINE + ";L" + FRAME + ";III)V");
        only(pc);
      }
      case Instruction.CLOSE -> {
        out.visitVarInsn(Opcodes.ALOAD, F);
        push(a);
        virtual(FRAME, "close", "(I)V");
        only(pc);
      }
      case Instruction.CLOSURE -> {
        at(pc + 1);
        set(
            a,
            () -> {
              out.visitVarInsn(Opcodes.ALOAD, M);
              out.visitVarInsn(Opcodes.ALOAD, F);
              push(Instruction.bx(i));
              helper("closure", "(L" + THE_MACHINE + ";L" + FRAME + ";I)L" + CLOSURE + ";");
            });
        only(pc);
      }
      case Instruction.VARARG -> {
        out.visitVarInsn(Opcodes.ALOAD, F);
        push(a);
        push(b);
        helper("varargs", "(L" + FRAME + ";II)V");
        only(pc);
      }
      default -> throw new IllegalStateException("instruction " + i);
    }
  }

  // ---- values

  private void move(byte[] state, int a, int b) {
    if (RegisterFlow.isNumber(state, b)) {
      pushNumber(state, b, NUMBER_1);
      setNumber(state, a);
    } else {
      set(a, () -> pushObject(state, b));
    }
  }

  private void truth(boolean value) {
    out.visitFieldInsn(
        Opcodes.GETSTATIC, "java/lang/Boolean", value ? "TRUE" : "FALSE", "Ljava/lang/Boolean;");
  }

  /** Pushes whether a register is neither nil nor false. */
  private void pushTruth(byte[] state, int register) {
    if (RegisterFlow.isNumber(state, register)) {
      out.visitInsn(Opcodes.ICONST_1);
    } else {
      pushObject(state, register);
      out.visitMethodInsn(
          Opcodes.INVOKESTATIC, VALUE + "LuaValues", "truth", "(L" + OBJECT + ";)Z", false);
    }
  }

  private void arithmetic(int op) {
    switch (op) {
      case Instruction.ADD -> out.visitInsn(Opcodes.DADD);
      case Instruction.SUB -> out.visitInsn(Opcodes.DSUB);
      case Instruction.MUL -> out.visitInsn(Opcodes.DMUL);
      case Instruction.DIV -> out.visitInsn(Opcodes.DDIV);
      case Instruction.MOD -> operation("modulo");
      case Instruction.POW -> operation("power");
      default -> throw new IllegalArgumentException("instruction " + op);
    }
  }

  private void operation(String name) {
    out.visitMethodInsn(Opcodes.INVOKESTATIC, OPERATIONS, name, "(DD)D", false);
  }

  private void length(int pc, byte[] state, int a, int b) {
    Label text = new Label();
    Label known = new Label();
    pushObject(state, b);
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
    isInstance(OBJECT_1, TABLE, text);
    pushAs(OBJECT_1, TABLE);
    virtual(TABLE, "length", "()I");
    out.visitJumpInsn(Opcodes.GOTO, known);
    out.visitLabel(text);
    isInstance(OBJECT_1, STRING, interpreted(pc));
    pushAs(OBJECT_1, STRING);
    virtual(STRING, "length", "()I");
    out.visitLabel(known);
    out.visitInsn(Opcodes.I2D);
    setNumber(state, a);
    only(pc);
  }

  private void isInstance(int variable, String type, Label otherwise) {
    out.visitVarInsn(Opcodes.ALOAD, variable);
    out.visitTypeInsn(Opcodes.INSTANCEOF, type);
    out.visitJumpInsn(Opcodes.IFEQ, otherwise);
  }

  private void pushAs(int variable, String type) {
    out.visitVarInsn(Opcodes.ALOAD, variable);
    out.visitTypeInsn(Opcodes.CHECKCAST, type);
  }

  // ---- tables

  private void pushEnvironment() {
    out.visitVarInsn(Opcodes.ALOAD, F);
    helper("environment", "(L" + FRAME + ";)L" + TABLE + ";");
  }

  private void getGlobal(int pc, int a, int name) {
    pushEnvironment();
    pushConstant(name);
    helper("get", "(L" + OBJECT + ";L" + OBJECT + ";" + TO_OBJECT);
    out.visitInsn(Opcodes.DUP);
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_2);
    pushNowhere();
    out.visitJumpInsn(Opcodes.IF_ACMPEQ, interpreted(pc));
    setTo(a, OBJECT_2);
    only(pc);
  }

  /** Goes elsewhere if the table in a variable has a metatable. */
  private void hasMetatable(int variable, Label then) {
    pushAs(variable, TABLE);
    virtual(TABLE, "metatable", "()L" + TABLE + ";");
    out.visitJumpInsn(Opcodes.IFNONNULL, then);
  }

  private void setGlobal(int pc, byte[] state, int a, int name) {
    pushEnvironment();
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
    hasMetatable(OBJECT_1, interpreted(pc));
    at(pc + 1);
    pushAs(OBJECT_1, TABLE);
    pushConstant(name);
    pushObject(state, a);
    virtual(TABLE, "set", "(L" + OBJECT + ";L" + OBJECT + ";)V");
    only(pc);
  }

  /** GETTABLE, or SELF: the object is in {@link #OBJECT_1}. */
  private void index(int pc, byte[] state, int a, int c, boolean self) {
    Label next = new Label();
    Label otherwise = self ? new Label() : interpreted(pc);
    out.visitVarInsn(Opcodes.ALOAD, OBJECT_1);
    if (constant(c) instanceof LuaString) {
      pushConstant(c & 0xff);
      helper("get", "(L" + OBJECT + ";L" + OBJECT + ";" + TO_OBJECT);
    } else if (isNumber(state, c)) {
      pushNumber(state, c, NUMBER_1);
      helper("getNumber", "(L" + OBJECT + ";D" + TO_OBJECT);
    } else {
      pushObject(state, c);
      helper("getAny", "(L" + OBJECT + ";L" + OBJECT + ";" + TO_OBJECT);
    }
    out.visitInsn(Opcodes.DUP);
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_2);
    pushNowhere();
    out.visitJumpInsn(Opcodes.IF_ACMPEQ, otherwise);
    if (self) {
      setTo(a + 1, OBJECT_1);
    }
    setTo(a, OBJECT_2);
    out.visitLabel(next);
    only(pc);
    if (self) {
      seldom(() -> indexSlowly(pc, state, otherwise, next));
    }
  }

  private void pushNowhere() {
    out.visitFieldInsn(Opcodes.GETSTATIC, BASE, "NOWHERE", "L" + OBJECT + ";");
  }

  /** SELF of what is no table: a string, most often, whose methods are called. */
  private void indexSlowly(int pc, byte[] state, Label here, Label next) {
    int a = Instruction.a(code[pc]);
    int b = Instruction.b(code[pc]);
    out.visitLabel(here);
    pushObject(state, Instruction.c(code[pc]));
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_2);
    box(state, 0, a - 1);
    box(state, a + 2, state.length - 1);
    setTo(a + 1, OBJECT_1);
    at(pc + 1);
    out.visitVarInsn(Opcodes.ALOAD, M);
    out.visitVarInsn(Opcodes.ALOAD, F);
    out.visitVarInsn(Opcodes.ALOAD, OBJECT_1);
    out.visitVarInsn(Opcodes.ALOAD, OBJECT_2);
    push(a);
    push(b);
    helper("index", "(L" + THE_MACHINE + ";L" + FRAME + ";L" + OBJECT + ";L" + OBJECT + ";II)Z");
    out.visitJumpInsn(Opcodes.IFNE, next);
    leave(LEFT);
  }

  private void setTable(int pc, byte[] state, int a, int b, int c) {
    Label otherwise = interpreted(pc);
    at(pc + 1);
    pushObject(state, a);
    if (isNumber(state, b)) {
      pushNumber(state, b, NUMBER_1);
      pushObject(state, c);
      helper("setNumber", "(L" + OBJECT + ";DL" + OBJECT + ";)Z");
    } else {
      pushObject(state, b);
      pushObject(state, c);
      helper("set", "(L" + OBJECT + ";L" + OBJECT + ";L" + OBJECT + ";)Z");
    }
    out.visitJumpInsn(Opcodes.IFEQ, otherwise);
    only(pc);
  }

  // ---- tests

  /** Goes on with the next instruction if the test is as expected, else with the one behind. */
  private void branch(int pc, int holds, boolean expected) {
    List<byte[]> states = new ArrayList<>();
    flow.ways(pc, (state, target) -> states.add(state));
    Label yes = new Label();
    out.visitJumpInsn(holds, yes);
    way(states.get(0), expected ? pc + 2 : pc + 1);
    out.visitLabel(yes);
    last(pc, states.get(0), expected ? pc + 1 : pc + 2);
  }

  private void equal(int pc, byte[] state, boolean expected, int b, int c) {
    boolean first = isNumber(state, b);
    boolean second = isNumber(state, c);
    if (first && second) {
      pushNumber(state, b, NUMBER_1);
      pushNumber(state, c, NUMBER_2);
      out.visitInsn(Opcodes.DCMPL);
      branch(pc, Opcodes.IFEQ, expected);
    } else if (first || second) {
      // A number equals nothing else, and no metamethod is asked.
      pushObject(state, first ? c : b);
      pushNumber(state, first ? b : c, NUMBER_1);
      helper("isNumber", "(L" + OBJECT + ";D)Z");
      branch(pc, Opcodes.IFNE, expected);
    } else {
      out.visitVarInsn(Opcodes.ALOAD, M);
      pushObject(state, b);
      pushObject(state, c);
      helper("same", "(L" + THE_MACHINE + ";L" + OBJECT + ";L" + OBJECT + ";)I");
      out.visitInsn(Opcodes.DUP);
      out.visitVarInsn(Opcodes.ISTORE, PC);
      out.visitJumpInsn(Opcodes.IFLT, interpreted(pc));
      out.visitVarInsn(Opcodes.ILOAD, PC);
      branch(pc, Opcodes.IFNE, expected);
    }
  }

  private void testSet(int pc, byte[] state, int a, int b, boolean expected) {
    List<byte[]> states = new ArrayList<>();
    flow.ways(pc, (behind, target) -> states.add(behind));
    Label set = new Label();
    pushTruth(state, b);
    out.visitJumpInsn(expected ? Opcodes.IFNE : Opcodes.IFEQ, set);
    way(states.get(0), pc + 2);
    out.visitLabel(set);
    move(state, a, b);
    last(pc, states.get(1), pc + 1);
  }

  // ---- calls

  private void call(int pc, byte[] state, int a, int b, int c) {
    boolean tail = Instruction.op(code[pc]) == Instruction.TAILCALL;
    Label otherwise = interpreted(pc);
    box(state, b == 0 ? 0 : a, b == 0 ? state.length - 1 : a + b - 1);
    at(pc + 1);
    pushObject(state, a);
    out.visitVarInsn(Opcodes.ASTORE, OBJECT_1);
    isInstance(OBJECT_1, JAVA_FUNCTION, otherwise);
    if (b == 0) {
      out.visitVarInsn(Opcodes.ALOAD, M);
      out.visitVarInsn(Opcodes.ALOAD, F);
      push(a);
      helper("startOpen", "(L" + THE_MACHINE + ";L" + FRAME + ";I)V");
    } else {
      start(a + 1, b - 1);
    }
    body();
    results(a, tail ? 0 : c);
    only(pc);
  }

  private void pushCall() {
    out.visitVarInsn(Opcodes.ALOAD, M);
    out.visitFieldInsn(Opcodes.GETFIELD, THE_MACHINE, "call", "L" + CALL + ";");
  }

  private void start(int from, int count) {
    pushCall();
    out.visitVarInsn(Opcodes.ALOAD, R);
    push(from);
    push(count);
    virtual(CALL, "start", "([L" + OBJECT + ";II)V");
  }

  /**
   * Calls the library's function in {@link #OBJECT_1}: here, so that the JVM sees who is called.
   */
  private void body() {
    pushAs(OBJECT_1, JAVA_FUNCTION);
    out.visitFieldInsn(Opcodes.GETFIELD, JAVA_FUNCTION, "body", "L" + JAVA_FUNCTION + "$Body;");
    pushCall();
    out.visitMethodInsn(
        Opcodes.INVOKEINTERFACE, JAVA_FUNCTION + "$Body", "call", "(L" + CALL + ";)V", true);
  }

  /** Puts results where an instruction wants them; {@code c} as CALL has it. */
  private void results(int a, int c) {
    if (c == 1) {
      return;
    }
    if (c == 2) {
      set(
          a,
          () -> {
            pushCall();
            helper("first", "(L" + CALL + ";" + TO_OBJECT);
          });
      return;
    }
    pushCall();
    out.visitVarInsn(Opcodes.ALOAD, F);
    push(a);
    push(c);
    helper("results", "(L" + CALL + ";L" + FRAME + ";II)V");
  }

  // ---- loops

  private void forLoop(int pc, byte[] state, int a) {
    List<byte[]> states = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    flow.ways(
        pc,
        (behind, target) -> {
          states.add(behind);
          targets.add(target);
        });
    Label again = new Label();
    fetch(OBJECT_1, a);
    pushAs(OBJECT_1, LOOP);
    virtual(LOOP, "next", "()Z");
    out.visitJumpInsn(Opcodes.IFNE, again);
    way(states.get(0), targets.get(0));
    out.visitLabel(again);
    pushAs(OBJECT_1, LOOP);
    out.visitFieldInsn(Opcodes.GETFIELD, LOOP, "index", "D");
    setNumber(state, a + 3);
    tick(states.get(1), targets.get(1));
    way(states.get(1), targets.get(1));
  }

  /** Sets a local variable to a register of the array. */
  private void fetch(int variable, int register) {
    out.visitVarInsn(Opcodes.ALOAD, R);
    push(register);
    out.visitInsn(Opcodes.AALOAD);
    out.visitVarInsn(Opcodes.ASTORE, variable);
  }

  private void iterate(int pc, byte[] state, int a, int c) {
    List<byte[]> states = new ArrayList<>();
    flow.ways(pc, (behind, target) -> states.add(behind));
    Label otherwise = interpreted(pc);
    box(state, a, a + 2);
    at(pc + 1);
    fetch(OBJECT_1, a);
    isInstance(OBJECT_1, JAVA_FUNCTION, otherwise);
    start(a + 1, 2);
    body();
    results(a + 3, c + 1);
    fetch(OBJECT_1, a + 3);
    out.visitVarInsn(Opcodes.ALOAD, OBJECT_1);
    Label again = new Label();
    out.visitJumpInsn(Opcodes.IFNONNULL, again);
    way(states.get(0), pc + 2);
    out.visitLabel(again);
    setTo(a + 2, OBJECT_1);
    last(pc, states.get(1), pc + 1);
  }
}
