package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Heat;
import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.compiler.ExpressionDescriptor.Kind;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A function that is being compiled: its registers, variables and blocks ("2.6 Visibility Rules").
 *
 * <p>Registers are a stack. The variables that are visible lie at the bottom, in the order of their
 * declaration; above them are the values of the expression that is being read.
 */
final class FunctionState {
  /** A local variable, as the prototype will list it. */
  private static final class Declaration {
    final LuaString name;
    int from;
    int to;

    Declaration(LuaString name) {
      this.name = name;
    }
  }

  /** A block: what was visible before it, and what leaving it takes. */
  static final class Block {
    private final Block outer;
    private final boolean isLoop;
    private final int localsBefore;
    private int breaks = CodeBuffer.NO_JUMP;
    private boolean hasUpvalue;

    private Block(Block outer, boolean isLoop, int localsBefore) {
      this.outer = outer;
      this.isLoop = isLoop;
      this.localsBefore = localsBefore;
    }

    /** Whether an inner function uses a variable of this block. */
    boolean hasUpvalue() {
      return hasUpvalue;
    }
  }

  /** How a closure gets a variable: from a register of the outer function, or from an upvalue. */
  private record Upvalue(LuaString name, Kind kind, int info) {}

  private final TokenStream tokens;
  private final FunctionState outer;
  private final CodeBuffer code;
  private final int line;

  private int freeRegister;
  private int registers = 2;

  private final List<Declaration> declarations = new ArrayList<>();
  private final Declaration[] visible = new Declaration[Limits.LOCALS];
  private int visibleCount;

  /** How often a name is visible in this function and the outer ones; shared by all of them. */
  private final Map<LuaString, Integer> timesVisible;

  private final List<Upvalue> upvalues = new ArrayList<>();
  private final List<Prototype> inner = new ArrayList<>();
  private Block block;

  private boolean variadic;
  private boolean hasArg;
  private boolean usesDots;
  private int parameters;

  /** A function inside another (null: the main chunk), which begins at a line. */
  FunctionState(TokenStream tokens, FunctionState outer, int line) {
    this.tokens = tokens;
    this.outer = outer;
    this.line = line;
    this.code = new CodeBuffer(tokens);
    this.timesVisible = outer == null ? new HashMap<>() : outer.timesVisible;
  }

  CodeBuffer code() {
    return code;
  }

  FunctionState outer() {
    return outer;
  }

  /** Ends the function. */
  Prototype finish(String source, int lastLine) {
    forget(0);
    code.emit(Instruction.RETURN, 0, 1, 0);
    Prototype.Local[] locals = new Prototype.Local[declarations.size()];
    for (int i = 0; i < locals.length; i++) {
      Declaration declaration = declarations.get(i);
      locals[i] =
          new Prototype.Local(declaration.name.toString(), declaration.from, declaration.to);
    }
    return new Prototype(
        source,
        line,
        lastLine,
        parameters,
        variadic,
        hasArg && !usesDots,
        registers,
        code.code(),
        code.lines(),
        code.constants(),
        inner.toArray(new Prototype[0]),
        upvalues.stream().map(upvalue -> upvalue.name.toString()).toArray(String[]::new),
        locals,
        new Heat());
  }

  /** Adds a finished function inside this one and writes the instructions that make a closure. */
  int closure(FunctionState function, Prototype prototype) {
    if (inner.size() >= Limits.CONSTANTS) {
      throw new LuaError("constant table overflow");
    }
    inner.add(prototype);
    int pc = code.emitWide(Instruction.CLOSURE, 0, inner.size() - 1);
    for (Upvalue upvalue : function.upvalues) {
      int op = upvalue.kind == Kind.LOCAL ? Instruction.MOVE : Instruction.GETUPVAL;
      code.emit(op, 0, upvalue.info, 0);
    }
    return pc;
  }

  // ---- Variable arguments ("2.5.9 Function Definitions")

  /** The main chunk: takes variable arguments, and never has a table {@code arg}. */
  void setMainChunk() {
    variadic = true;
  }

  /** The parameters end with {@code ...}; the last declared variable is {@code arg}. */
  void setVariadic() {
    variadic = true;
    hasArg = true;
  }

  void finishParameters() {
    parameters = visibleCount - (hasArg ? 1 : 0);
    reserve(visibleCount);
  }

  void useDots() {
    if (!variadic) {
      throw tokens.syntaxError("cannot use '...' outside a vararg function");
    }
    usesDots = true;
  }

  // ---- Registers

  int freeRegister() {
    return freeRegister;
  }

  void setFreeRegister(int register) {
    freeRegister = register;
  }

  /** Makes sure that there are more registers. */
  void checkRegisters(int count) {
    int needed = freeRegister + count;
    if (needed > registers) {
      if (needed >= Limits.REGISTERS) {
        throw tokens.syntaxError("function or expression too complex");
      }
      registers = needed;
    }
  }

  void reserve(int count) {
    checkRegisters(count);
    freeRegister += count;
  }

  /** Frees a register, if it is one (and no constant) and no variable's. It is the topmost. */
  void free(int register) {
    if (register < Instruction.CONSTANT && register >= visibleCount) {
      freeRegister--;
    }
  }

  /** Frees all registers that have no variable. */
  void freeTemporaries() {
    freeRegister = visibleCount;
  }

  // ---- Local variables

  int visibleCount() {
    return visibleCount;
  }

  /** Declares a variable that {@link #show} will make visible, as the one behind some others. */
  void declare(LuaString name, int others) {
    limit(visibleCount + others + 1, Limits.LOCALS, "local variables");
    if (declarations.size() >= Limits.DECLARED_LOCALS) {
      throw new LuaError("too many local variables");
    }
    Declaration declaration = new Declaration(name);
    declarations.add(declaration);
    visible[visibleCount + others] = declaration;
  }

  /** Makes declared variables visible from the next instruction on. */
  void show(int count) {
    for (int i = 0; i < count; i++) {
      Declaration declaration = visible[visibleCount++];
      declaration.from = code.size();
      timesVisible.merge(declaration.name, 1, Integer::sum);
    }
  }

  /** Lets the last variable be visible only from the next instruction on. */
  void showLastFromHere() {
    visible[visibleCount - 1].from = code.size();
  }

  private void forget(int remaining) {
    while (visibleCount > remaining) {
      Declaration declaration = visible[--visibleCount];
      declaration.to = code.size();
      timesVisible.computeIfPresent(
          declaration.name, (name, times) -> times == 1 ? null : times - 1);
    }
  }

  /** Finds what a name means here: a local variable, an upvalue, or else a global variable. */
  void resolve(LuaString name, ExpressionDescriptor result) {
    if (!timesVisible.containsKey(name)) {
      result.set(Kind.GLOBAL, code.constant(name));
      return;
    }
    int register = find(name);
    if (register >= 0) {
      result.set(Kind.LOCAL, register);
    } else {
      result.set(Kind.UPVALUE, upvalue(name));
    }
  }

  private int find(LuaString name) {
    for (int i = visibleCount - 1; i >= 0; i--) {
      if (visible[i].name.equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The upvalue for a variable of an outer function. What is visible there does not change while
   * this function is read, so a name means the same upvalue all the time. Outer functions are at
   * most as many as there are syntax levels.
   */
  private int upvalue(LuaString name) {
    for (int i = 0; i < upvalues.size(); i++) {
      if (upvalues.get(i).name.equals(name)) {
        return i;
      }
    }
    int register = outer.find(name);
    Upvalue upvalue;
    if (register >= 0) {
      outer.markUpvalue(register);
      upvalue = new Upvalue(name, Kind.LOCAL, register);
    } else {
      upvalue = new Upvalue(name, Kind.UPVALUE, outer.upvalue(name));
    }
    limit(upvalues.size() + 1, Limits.UPVALUES, "upvalues");
    upvalues.add(upvalue);
    return upvalues.size() - 1;
  }

  private void markUpvalue(int register) {
    Block home = block;
    while (home != null && home.localsBefore > register) {
      home = home.outer;
    }
    if (home != null) {
      home.hasUpvalue = true;
    }
  }

  /** Checks a count against its limit. */
  void limit(int count, int limit, String what) {
    if (count > limit) {
      String where = line == 0 ? "main function" : "function at line " + line;
      throw tokens.error(where + " has more than " + limit + " " + what);
    }
  }

  // ---- Blocks

  Block enter(boolean isLoop) {
    block = new Block(block, isLoop, visibleCount);
    return block;
  }

  /** Leaves the innermost block: its variables are forgotten, its breaks arrive here. */
  void leave() {
    Block left = block;
    block = left.outer;
    forget(left.localsBefore);
    if (left.hasUpvalue) {
      code.emit(Instruction.CLOSE, left.localsBefore, 0, 0);
    }
    freeTemporaries();
    code.bindHere(left.breaks);
  }

  /** Leaves the innermost loop ("2.4.4 Control Structures"). */
  void breakLoop() {
    Block loop = block;
    boolean hasUpvalue = false;
    while (loop != null && !loop.isLoop) {
      hasUpvalue |= loop.hasUpvalue;
      loop = loop.outer;
    }
    if (loop == null) {
      throw tokens.syntaxError("no loop to break");
    }
    if (hasUpvalue) {
      code.emit(Instruction.CLOSE, loop.localsBefore, 0, 0);
    }
    loop.breaks = code.join(loop.breaks, code.jump());
  }
}
