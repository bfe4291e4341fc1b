package io.respite.server.lua.machine;

import static io.respite.server.lua.code.Instruction.CONSTANT;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.Arrays;

/**
 * The loop that executes instructions: the common case of each, inline. Everything else is in
 * {@link Operations} and {@link Control}, so that this method stays small enough to be compiled by
 * the JVM (8,000 bytes of its code at most).
 *
 * <p>Registers, code and constants of the running function are in local variables; {@code pc} is
 * written to the frame before anything that may raise an error, call, or be suspended. Whatever has
 * changed which function runs ends in {@code continue running}, which reads them again.
 *
 * <p>A function that has run often is {@linkplain TranslatedFunction translated}; then this loop
 * only steps in where the translation has nothing to say, up to the next place where that can go
 * on: where a loop begins again, or behind a call.
 *
 * <p>Every function that begins and every jump back counts a tick. When the ticks are used up, the
 * program is between two instructions, and the {@link Watch} is asked whether to go on.
 */
final class Interpreter {
  private static final Object[] NONE = {};

  private final Machine machine;
  private final Control control;
  private final Operations operations;
  private final LuaCall call;

  Interpreter(Machine machine) {
    this.machine = machine;
    this.control = machine.control;
    this.operations = machine.operations;
    this.call = machine.call;
  }

  /** Runs until the program has ended or is to be suspended; whether it has ended. */
  boolean run() {
    running:
    while (true) {
      if (machine.finished) {
        return true;
      }
      Frame frame = machine.current.top;
      if (--machine.ticks < 0 && machine.mustSuspend()) {
        return false;
      }
      final LuaClosure closure = frame.closure;
      final Object[] r = frame.registers;
      final Prototype prototype = closure.prototype;
      final int[] code = prototype.code();
      final Object[] k = prototype.constants();
      int pc = frame.pc;
      final TranslatedFunction translated = machine.translations.of(prototype);
      if (translated != null) {
        int how = translated.run(machine, frame, r, k, pc);
        if (how == TranslatedFunction.LEFT) {
          continue;
        } else if (how == TranslatedFunction.TICK) {
          if (machine.mustSuspend()) {
            return false;
          }
          continue;
        }
        pc = frame.pc;
      }
      while (true) {
        int i = code[pc++];
        int a = i >>> 6 & 0xff;
        switch (i & 0x3f) {
          case Instruction.MOVE -> r[a] = r[i >>> 23];
          case Instruction.LOADK -> r[a] = k[i >>> 14];
          case Instruction.LOADBOOL -> {
            r[a] = i >>> 23 != 0 ? Boolean.TRUE : Boolean.FALSE;
            if ((i >>> 14 & 0x1ff) != 0) {
              pc++;
            }
          }
          case Instruction.LOADNIL -> Arrays.fill(r, a, (i >>> 23) + 1, null);
          case Instruction.GETUPVAL -> {
            Upvalue upvalue = closure.upvalues[i >>> 23];
            r[a] = upvalue.home[upvalue.index];
          }
          case Instruction.SETUPVAL -> {
            Upvalue upvalue = closure.upvalues[i >>> 23];
            upvalue.home[upvalue.index] = r[a];
          }
          case Instruction.GETGLOBAL -> {
            LuaString key = (LuaString) k[i >>> 14];
            LuaTable environment = closure.environment;
            Object value = environment.get(key);
            if (value == null && environment.metatable() != null) {
              frame.pc = pc;
              operations.index(environment, key, a, -1);
              continue running;
            }
            r[a] = value;
          }
          case Instruction.SETGLOBAL -> {
            frame.pc = pc;
            LuaTable environment = closure.environment;
            if (environment.metatable() != null) {
              operations.setIndex(environment, k[i >>> 14], r[a], -1);
              continue running;
            }
            environment.set(k[i >>> 14], r[a]);
          }
          case Instruction.GETTABLE -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object key = c < CONSTANT ? r[c] : k[c & 0xff];
            if (r[b] instanceof LuaTable table) {
              Object value = table.get(key);
              if (value != null || table.metatable() == null) {
                r[a] = value;
                continue;
              }
            }
            frame.pc = pc;
            operations.index(r[b], key, a, b);
            continue running;
          }
          case Instruction.SETTABLE -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object key = b < CONSTANT ? r[b] : k[b & 0xff];
            Object value = c < CONSTANT ? r[c] : k[c & 0xff];
            frame.pc = pc;
            if (r[a] instanceof LuaTable table && table.metatable() == null) {
              table.set(key, value);
              continue;
            }
            operations.setIndex(r[a], key, value, a);
            continue running;
          }
          case Instruction.NEWTABLE -> {
            frame.pc = pc;
            r[a] =
                new LuaTable(
                    machine.meter,
                    Instruction.decodeSize(i >>> 23),
                    Instruction.decodeSize(i >>> 14 & 0x1ff));
          }
          case Instruction.SELF -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object object = r[b];
            Object key = c < CONSTANT ? r[c] : k[c & 0xff];
            r[a + 1] = object;
            if (object instanceof LuaTable table) {
              Object value = table.get(key);
              if (value != null || table.metatable() == null) {
                r[a] = value;
                continue;
              }
            }
            frame.pc = pc;
            operations.index(object, key, a, b);
            continue running;
          }
          case Instruction.ADD -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object x = b < CONSTANT ? r[b] : k[b & 0xff];
            Object y = c < CONSTANT ? r[c] : k[c & 0xff];
            if (x instanceof Double m && y instanceof Double n) {
              r[a] = m + n;
              continue;
            }
            frame.pc = pc;
            operations.arithmetic(Instruction.ADD, x, y, a, b, c);
            continue running;
          }
          case Instruction.SUB -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object x = b < CONSTANT ? r[b] : k[b & 0xff];
            Object y = c < CONSTANT ? r[c] : k[c & 0xff];
            if (x instanceof Double m && y instanceof Double n) {
              r[a] = m - n;
              continue;
            }
            frame.pc = pc;
            operations.arithmetic(Instruction.SUB, x, y, a, b, c);
            continue running;
          }
          case Instruction.MUL -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object x = b < CONSTANT ? r[b] : k[b & 0xff];
            Object y = c < CONSTANT ? r[c] : k[c & 0xff];
            if (x instanceof Double m && y instanceof Double n) {
              r[a] = m * n;
              continue;
            }
            frame.pc = pc;
            operations.arithmetic(Instruction.MUL, x, y, a, b, c);
            continue running;
          }
          case Instruction.DIV, Instruction.MOD, Instruction.POW -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object x = b < CONSTANT ? r[b] : k[b & 0xff];
            Object y = c < CONSTANT ? r[c] : k[c & 0xff];
            if (x instanceof Double m && y instanceof Double n) {
              r[a] = Operations.compute(i & 0x3f, m, n);
              continue;
            }
            frame.pc = pc;
            operations.arithmetic(i & 0x3f, x, y, a, b, c);
            continue running;
          }
          case Instruction.UNM -> {
            int b = i >>> 23;
            if (r[b] instanceof Double m) {
              r[a] = -m;
              continue;
            }
            frame.pc = pc;
            operations.arithmetic(Instruction.UNM, r[b], r[b], a, b, b);
            continue running;
          }
          case Instruction.NOT -> {
            Object value = r[i >>> 23];
            r[a] = LuaValues.truth(value) ? Boolean.FALSE : Boolean.TRUE;
          }
          case Instruction.LEN -> {
            int b = i >>> 23;
            if (r[b] instanceof LuaTable table) {
              r[a] = (double) table.length();
            } else if (r[b] instanceof LuaString string) {
              r[a] = (double) string.length();
            } else {
              frame.pc = pc;
              operations.length(r[b], a, b);
              continue running;
            }
          }
          case Instruction.CONCAT -> {
            frame.pc = pc;
            if (operations.concat(frame, i >>> 14 & 0x1ff)) {
              continue;
            }
            continue running;
          }
          case Instruction.JMP -> {
            int jump = (i >>> 14) - Instruction.MAX_SBX;
            pc += jump;
            if (jump < 0) {
              if (--machine.ticks < 0) {
                frame.pc = pc;
                if (mustSuspend(prototype)) {
                  return false;
                }
                continue running;
              } else if (translated != null) {
                frame.pc = pc;
                continue running;
              }
            }
          }
          case Instruction.EQ -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object x = b < CONSTANT ? r[b] : k[b & 0xff];
            Object y = c < CONSTANT ? r[c] : k[c & 0xff];
            if (x instanceof Double m && y instanceof Double n) {
              if ((m.doubleValue() == n.doubleValue()) != (a != 0)) {
                pc++;
              }
            } else if (operations.sameValue(x, y)) {
              if (a == 0) {
                pc++;
              }
            } else if (Operations.mayBeEqual(x, y)) {
              frame.pc = pc;
              operations.equal(x, y, a != 0);
              continue running;
            } else if (a != 0) {
              pc++;
            }
          }
          case Instruction.LT -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object x = b < CONSTANT ? r[b] : k[b & 0xff];
            Object y = c < CONSTANT ? r[c] : k[c & 0xff];
            if (x instanceof Double m && y instanceof Double n) {
              if ((m < n) != (a != 0)) {
                pc++;
              }
              continue;
            }
            frame.pc = pc;
            operations.less(x, y, a != 0);
            continue running;
          }
          case Instruction.LE -> {
            int b = i >>> 23;
            int c = i >>> 14 & 0x1ff;
            Object x = b < CONSTANT ? r[b] : k[b & 0xff];
            Object y = c < CONSTANT ? r[c] : k[c & 0xff];
            if (x instanceof Double m && y instanceof Double n) {
              if ((m <= n) != (a != 0)) {
                pc++;
              }
              continue;
            }
            frame.pc = pc;
            operations.lessOrEqual(x, y, a != 0);
            continue running;
          }
          case Instruction.TEST -> {
            if (LuaValues.truth(r[a]) != ((i >>> 14 & 0x1ff) != 0)) {
              pc++;
            }
          }
          case Instruction.TESTSET -> {
            Object value = r[i >>> 23];
            if (LuaValues.truth(value) == ((i >>> 14 & 0x1ff) != 0)) {
              r[a] = value;
            } else {
              pc++;
            }
          }
          case Instruction.CALL -> {
            frame.pc = pc;
            int b = i >>> 23;
            Object function = r[a];
            Object[] arguments = r;
            int from = a + 1;
            int count = b - 1;
            if (b == 0) {
              count = frame.openAt - from + frame.openCount;
              arguments = frame.upToOpenEnd(from);
              from = 0;
            }
            if (function instanceof JavaFunction library) {
              call.start(arguments, from, count);
              library.body.call(call);
              results(frame, r, a, i >>> 14 & 0x1ff);
              continue;
            } else if (function instanceof LuaClosure called) {
              control.push(called, arguments, from, count, Frame.Then.RESULTS, 0);
            } else {
              control.call(function, arguments, from, count, Frame.Then.RESULTS, 0);
            }
            continue running;
          }
          case Instruction.TAILCALL -> {
            frame.pc = pc;
            int b = i >>> 23;
            Object function = r[a];
            Object[] arguments = r;
            int from = a + 1;
            int count = b - 1;
            if (b == 0) {
              count = frame.openAt - from + frame.openCount;
              arguments = frame.upToOpenEnd(from);
              from = 0;
            }
            if (function instanceof JavaFunction library) {
              call.start(arguments, from, count);
              library.body.call(call);
              results(frame, r, a, 0);
              continue;
            } else if (function instanceof LuaClosure called) {
              control.replace(frame, called, arguments, from, count);
            } else {
              control.call(function, arguments, from, count, Frame.Then.RESULTS, 0);
            }
            continue running;
          }
          case Instruction.RETURN -> {
            control.leave(frame, a, i >>> 23);
            continue running;
          }
          case Instruction.FORLOOP -> {
            NumericLoop loop = (NumericLoop) r[a];
            if (loop.next()) {
              r[a + 3] = loop.index;
              pc += (i >>> 14) - Instruction.MAX_SBX;
              if (--machine.ticks < 0) {
                frame.pc = pc;
                if (mustSuspend(prototype)) {
                  return false;
                }
                continue running;
              } else if (translated != null) {
                frame.pc = pc;
                continue running;
              }
            }
          }
          case Instruction.FORPREP -> {
            frame.pc = pc;
            double step = operations.loopNumber(r[a + 2], "step");
            double start = operations.loopNumber(r[a], "initial");
            r[a] = new NumericLoop(start, operations.loopNumber(r[a + 1], "limit"), step);
            pc += (i >>> 14) - Instruction.MAX_SBX;
          }
          case Instruction.TFORLOOP -> {
            frame.pc = pc;
            if (r[a] instanceof JavaFunction library) {
              call.start(r, a + 1, 2);
              library.body.call(call);
              results(frame, r, a + 3, (i >>> 14 & 0x1ff) + 1);
              if (r[a + 3] != null) {
                r[a + 2] = r[a + 3];
              } else {
                pc++;
              }
              continue;
            }
            control.call(r[a], r, a + 1, 2, Frame.Then.ITERATE, 0);
            continue running;
          }
          case Instruction.SETLIST -> {
            int c = i >>> 14 & 0x1ff;
            if (c == 0) {
              c = code[pc++];
            }
            frame.pc = pc;
            operations.setList(frame, a, i >>> 23, c);
          }
          case Instruction.CLOSE -> frame.close(a);
          case Instruction.CLOSURE -> {
            frame.pc = pc;
            Prototype inner = prototype.inner()[i >>> 14];
            r[a] = operations.closure(frame, inner);
            pc += inner.upvalueNames().length;
          }
          case Instruction.VARARG -> frame.copyVarargs(a, i >>> 23);
          default -> throw new IllegalStateException("instruction " + i);
        }
      }
    }
  }

  /** Asks the watch, the ticks being used up by a function that loops. */
  private boolean mustSuspend(Prototype prototype) {
    machine.translations.looped(prototype);
    return machine.mustSuspend();
  }

  /** Puts the results of the library function just called where an instruction wants them. */
  private void results(Frame frame, Object[] r, int a, int c) {
    LuaCall from = call;
    int count = from.resultCount;
    if (c == 2) {
      r[a] = count > 0 ? from.results[0] : null;
    } else if (c == 0) {
      frame.open(a, from.results, 0, count);
    } else {
      int wanted = c - 1;
      for (int i = 0; i < wanted; i++) {
        r[a + i] = i < count ? from.results[i] : null;
      }
    }
  }

  /** No arguments, no results. */
  static Object[] none() {
    return NONE;
  }
}
