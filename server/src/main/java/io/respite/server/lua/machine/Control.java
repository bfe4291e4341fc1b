package io.respite.server.lua.machine;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.Arrays;

/**
 * Calls, returns and errors: which function runs next.
 *
 * <p>There are two things that can be done: call a value, and deliver values to the frame on top.
 * Either may lead to the other, any number of times ({@link #go} is a loop over both), until a
 * function written in Lua is on top, which the {@link Interpreter} then runs. So no program makes
 * the Java stack deeper, however it nests calls, metamethods, protected calls and coroutines.
 *
 * <pre>
 *              ┌────────── call ◀───────────┐
 *   library    │            │ Lua           │ an activity requests, a handler is due
 *   function   │            ▼               │
 *   returns    └──▶ deliver to the frame on top ──▶ Lua: the interpreter goes on
 *                           ▲      │
 *                           └──────┘ an activity, a protected call or a coroutine ends
 * </pre>
 */
final class Control {
  private static final Object[] NONE = {};
  private static final LuaString ARG_COUNT = LuaString.name("n");

  /** Frames whose memory is counted at a time, and what one takes with usual registers, roughly. */
  private static final int FRAMES_COUNTED = 16;

  private static final int FRAME_BYTES = 200;
  private static final int COROUTINE_BYTES = 128;

  /**
   * Registers and arguments of a frame that take so little that they are in {@link #FRAME_BYTES}.
   */
  private static final int USUAL_REGISTERS = 24;

  private static final int REFERENCE_BYTES = 4;

  /** Registers and arguments that take a tick to fill. */
  private static final int PLACES_PER_TICK = 16;

  private final Machine machine;
  private final LuaCall call;

  // What go() does next.
  private Object function;
  private Object[] values = NONE;
  private int from;
  private int count;
  private Frame.Then then = Frame.Then.END;
  private int operand;

  Control(Machine machine) {
    this.machine = machine;
    this.call = machine.call;
  }

  // ---- frames

  /** Puts a Lua function on top. */
  void push(
      LuaClosure closure,
      Object[] arguments,
      int first,
      int given,
      Frame.Then what,
      int operandOf) {
    Coroutine coroutine = machine.current;
    Frame frame = frame(coroutine.top, closure, arguments, first, given, what, operandOf);
    put(coroutine, frame);
  }

  private void put(Coroutine coroutine, Frame frame) {
    if (coroutine.depth >= machine.limits.callDepth()) {
      throw new LuaError(machine.positioned("stack overflow"));
    }
    if (coroutine.depth >= coroutine.counted) {
      machine.meter.allocate((long) FRAMES_COUNTED * FRAME_BYTES);
      coroutine.counted = coroutine.depth + FRAMES_COUNTED;
    }
    if (nests(frame) && ++coroutine.nesting > machine.limits.nestingDepth()) {
      coroutine.nesting--;
      throw new LuaError(machine.positioned("C stack overflow"));
    }
    coroutine.depth++;
    coroutine.top = frame;
  }

  private static boolean nests(Frame frame) {
    // What a function of the library calls counts, not that function itself: one for each call. An
    // error handler does not, so that it can be told of too many of them.
    return frame.then != Frame.Then.RESULTS
        && frame.then != Frame.Then.END
        && frame.then != Frame.Then.HANDLED;
  }

  void pop(Frame frame) {
    Coroutine coroutine = machine.current;
    coroutine.top = frame.previous;
    coroutine.depth--;
    if (nests(frame)) {
      coroutine.nesting--;
    }
  }

  /** Lets a Lua function take the place of another, as a tail call does. */
  void replace(Frame frame, LuaClosure closure, Object[] arguments, int first, int given) {
    Frame next = frame(frame.previous, closure, arguments, first, given, frame.then, frame.operand);
    next.tailCalls = frame.tailCalls + 1;
    machine.current.top = next;
  }

  private Frame frame(
      Frame previous,
      LuaClosure closure,
      Object[] arguments,
      int first,
      int given,
      Frame.Then what,
      int operandOf) {
    Prototype prototype = closure.prototype;
    int parameters = prototype.parameters();
    int places =
        prototype.registers() + (prototype.variadic() ? Math.max(0, given - parameters) : 0);
    if (places > USUAL_REGISTERS) {
      machine.meter.allocate((long) REFERENCE_BYTES * places);
      machine.ticks -= places / PLACES_PER_TICK;
    }
    Object[] registers = new Object[prototype.registers()];
    System.arraycopy(arguments, first, registers, 0, Math.min(given, parameters));
    Frame frame = new Frame(previous, closure, registers, what, operandOf);
    if (prototype.variadic()) {
      takeVarargs(frame, arguments, first + parameters, given - parameters);
    }
    return frame;
  }

  private void takeVarargs(Frame frame, Object[] arguments, int first, int more) {
    if (more > 0) {
      frame.varargs = Arrays.copyOfRange(arguments, first, first + more);
    }
    if (frame.closure.prototype.needsArgTable()) {
      LuaTable table = new LuaTable(machine.meter, Math.max(0, more), 1);
      for (int i = 0; i < more; i++) {
        table.set(i + 1, frame.varargs[i]);
      }
      table.set(ARG_COUNT, (double) Math.max(0, more));
      frame.registers[frame.closure.prototype.parameters()] = table;
    }
  }

  // ---- calls and returns

  /** Calls a value on top of the current frame. */
  void call(
      Object callee, Object[] arguments, int first, int given, Frame.Then what, int operandOf) {
    function = callee;
    values = arguments;
    from = first;
    count = given;
    then = what;
    operand = operandOf;
    go(true);
  }

  /** Delivers values to the frame on top. */
  void deliver(Object[] returned, int first, int given, Frame.Then what, int operandOf) {
    values = returned;
    from = first;
    count = given;
    then = what;
    operand = operandOf;
    go(false);
  }

  private void go(boolean calling) {
    boolean calls = calling;
    while (true) {
      if (calls) {
        if (function instanceof LuaClosure closure) {
          push(closure, values, from, count, then, operand);
          return;
        }
        calls = callOther();
      } else {
        Step step = deliverOne();
        if (step == Step.LUA) {
          return;
        }
        calls = step == Step.CALL;
      }
    }
  }

  private enum Step {
    /** The interpreter goes on, or the program has ended. */
    LUA,
    CALL,
    DELIVER
  }

  /** Calls what is not written in Lua; whether there is something else to call now. */
  private boolean callOther() {
    if (function instanceof JavaFunction library) {
      call.start(values, from, count);
      library.body.call(call);
      takeResults();
      return false;
    } else if (function instanceof ResumableFunction library) {
      call.start(values, from, count);
      ResumableFunction.Activity activity = library.start.start(call);
      if (activity == null) {
        takeResults();
        return false;
      }
      Frame frame = new Frame(machine.current.top, null, NONE, then, operand);
      frame.activity = activity;
      put(machine.current, frame);
      takeRequest();
      return true;
    } else if (function instanceof ControlFunction own) {
      return callOwn(own);
    }
    callByMetamethod();
    return true;
  }

  private void takeResults() {
    values = call.results;
    from = 0;
    count = call.resultCount;
  }

  private void takeRequest() {
    function = call.requested;
    values = call.requestedArguments;
    from = 0;
    count = values.length;
    then = Frame.Then.ACTIVITY;
    operand = 0;
  }

  private void callByMetamethod() {
    Object handler = Event.CALL.in(machine.metatable(function));
    if (!(handler instanceof LuaFunction)) {
      throw machine.messages.cannotCall(function, then);
    }
    Object[] all = new Object[count + 1];
    all[0] = function;
    System.arraycopy(values, from, all, 1, count);
    function = handler;
    values = all;
    from = 0;
    count = all.length;
  }

  private boolean callOwn(ControlFunction own) {
    call.start(values, from, count);
    switch (own.kind) {
      case PCALL -> {
        Object callee = call.any(1);
        putProtected(null);
        function = callee;
        from++;
        count--;
        return true;
      }
      case XPCALL -> {
        Object handler = call.any(2);
        Object callee = call.get(1);
        if (handler instanceof LuaFunction) {
          putProtected(handler);
        } else {
          // Whatever else it is, even one that can be called: asking it is an error in itself.
          putProtected(null);
          machine.current.top.handling = true;
        }
        function = callee;
        count = 0;
        return true;
      }
      case RESUME -> {
        if (!(call.get(1) instanceof Coroutine coroutine)) {
          throw call.argumentError(1, "coroutine expected");
        }
        from++;
        count--;
        return resume(coroutine, false);
      }
      case WRAPPED -> {
        return resume(own.coroutine, true);
      }
      case YIELD -> {
        suspend();
        return false;
      }
    }
    throw new IllegalStateException(own.kind.name());
  }

  private void putProtected(Object handler) {
    Frame frame = new Frame(machine.current.top, null, NONE, then, operand);
    frame.protectedCall = true;
    frame.handler = handler;
    put(machine.current, frame);
    then = Frame.Then.PROTECTED;
    operand = 0;
  }

  /** Delivers to the frame on top, or to what waits for the coroutine. */
  private Step deliverOne() {
    Frame frame = machine.current.top;
    switch (then) {
      case RESULTS -> {
        results(frame, values, from, count);
        return Step.LUA;
      }
      case VALUE -> {
        frame.registers[operand] = count > 0 ? values[from] : null;
        return Step.LUA;
      }
      case IGNORE -> {
        return Step.LUA;
      }
      case COMPARE -> {
        boolean holds = count > 0 && LuaValues.truth(values[from]);
        boolean wanted = (operand & Frame.EXPECT_TRUE) != 0;
        if ((operand & Frame.NEGATE) != 0) {
          holds = !holds;
        }
        if (holds != wanted) {
          frame.pc++;
        }
        return Step.LUA;
      }
      case ITERATE -> {
        iterate(frame);
        return Step.LUA;
      }
      case CONCAT -> {
        frame.registers[operand] = count > 0 ? values[from] : null;
        machine.operations.concat(frame, operand);
        return Step.LUA;
      }
      case ACTIVITY -> {
        return resumeActivity(frame);
      }
      case PROTECTED -> {
        pop(frame);
        prefix(true);
        then = frame.then;
        operand = frame.operand;
        return Step.DELIVER;
      }
      case HANDLED -> {
        pop(frame);
        values = new Object[] {false, count > 0 ? values[from] : null};
        from = 0;
        count = 2;
        then = frame.then;
        operand = frame.operand;
        return Step.DELIVER;
      }
      case END -> {
        return end();
      }
    }
    throw new IllegalStateException(then.name());
  }

  private void prefix(Object first) {
    Object[] all = new Object[count + 1];
    all[0] = first;
    System.arraycopy(values, from, all, 1, count);
    values = all;
    from = 0;
    count = all.length;
  }

  private void iterate(Frame frame) {
    Object[] r = frame.registers;
    int instruction = frame.closure.prototype.code()[frame.pc - 1];
    int a = Instruction.a(instruction);
    int wanted = Instruction.c(instruction);
    for (int i = 0; i < wanted; i++) {
      r[a + 3 + i] = i < count ? values[from + i] : null;
    }
    if (r[a + 3] != null) {
      r[a + 2] = r[a + 3];
    } else {
      frame.pc++;
    }
  }

  private Step resumeActivity(Frame frame) {
    Object[] arguments =
        values == call.results ? Arrays.copyOfRange(values, from, from + count) : values;
    call.start(arguments, values == call.results ? 0 : from, count);
    frame.goingOn = true;
    try {
      if (!frame.activity.resume(call)) {
        takeRequest();
        return Step.CALL;
      }
    } finally {
      frame.goingOn = false;
    }
    pop(frame);
    takeResults();
    then = frame.then;
    operand = frame.operand;
    return Step.DELIVER;
  }

  /** RETURN: the frame on top ends with the values of its registers from {@code a} on. */
  void leave(Frame frame, int a, int b) {
    Object[] returned = frame.registers;
    int first = a;
    int given = b - 1;
    if (b == 0) {
      given = frame.openAt - a + frame.openCount;
      returned = frame.upToOpenEnd(a);
      first = 0;
    }
    pop(frame);
    if (frame.then == Frame.Then.RESULTS) {
      results(frame.previous, returned, first, given);
    } else {
      deliver(returned, first, given, frame.then, frame.operand);
    }
  }

  /** Puts values where the CALL or TAILCALL that a frame is at wants them. */
  static void results(Frame frame, Object[] values, int from, int count) {
    int instruction = frame.closure.prototype.code()[frame.pc - 1];
    int a = Instruction.a(instruction);
    int c = Instruction.c(instruction);
    if (c == 0) {
      frame.open(a, values, from, count);
      return;
    }
    Object[] r = frame.registers;
    int wanted = c - 1;
    for (int i = 0; i < wanted; i++) {
      r[a + i] = i < count ? values[from + i] : null;
    }
  }

  // ---- coroutines

  /** A new coroutine, whose memory counts. */
  Coroutine coroutine(LuaFunction body) {
    machine.meter.allocate(COROUTINE_BYTES);
    return new Coroutine(body);
  }

  /** Lets a coroutine go on with the values; whether there is something to call. */
  private boolean resume(Coroutine coroutine, boolean wrapped) {
    Coroutine resumer = machine.current;
    String refused = null;
    if (coroutine.status != Coroutine.Status.SUSPENDED) {
      String state = coroutine.status.name().toLowerCase(java.util.Locale.ROOT);
      refused = "cannot resume " + state + " coroutine";
    } else if (resumer.chain >= machine.limits.nestingDepth()) {
      refused = "C stack overflow";
    }
    if (refused != null) {
      if (wrapped) {
        throw call.error(refused);
      }
      values = new Object[] {false, LuaString.of(refused)};
      from = 0;
      count = 2;
      return false;
    }
    // The registers of the resumer must not be shared with a frame that outlives the call.
    values = Arrays.copyOfRange(values, from, from + count);
    from = 0;
    resumer.status = Coroutine.Status.NORMAL;
    coroutine.status = Coroutine.Status.RUNNING;
    coroutine.resumer = resumer;
    coroutine.chain = resumer.chain + 1;
    coroutine.wrapped = wrapped;
    Frame.Then thenThere = coroutine.then;
    int operandThere = coroutine.operand;
    coroutine.then = then;
    coroutine.operand = operand;
    machine.current = coroutine;
    if (coroutine.body != null) {
      function = coroutine.body;
      coroutine.body = null;
      then = Frame.Then.END;
      operand = 0;
      return true;
    }
    then = thenThere;
    operand = operandThere;
    return false;
  }

  /** Suspends the running coroutine; the values go to whoever resumed it. */
  private void suspend() {
    Coroutine coroutine = machine.current;
    boolean direct = then == Frame.Then.RESULTS || then == Frame.Then.END;
    if (coroutine.resumer == null || coroutine.nesting > 0 || !direct) {
      throw new LuaFault("attempt to yield across metamethod/C-call boundary");
    }
    coroutine.status = Coroutine.Status.SUSPENDED;
    Frame.Then thenHere = then;
    int operandHere = operand;
    handOver(coroutine, true);
    coroutine.then = thenHere;
    coroutine.operand = operandHere;
  }

  /** Goes back to who resumed a coroutine, which is about to get the values. */
  private void handOver(Coroutine coroutine, boolean well) {
    Coroutine resumer = coroutine.resumer;
    coroutine.resumer = null;
    resumer.status = Coroutine.Status.RUNNING;
    machine.current = resumer;
    then = coroutine.then;
    operand = coroutine.operand;
    if (!coroutine.wrapped) {
      prefix(well ? true : false);
    } else {
      values = Arrays.copyOfRange(values, from, from + count);
      from = 0;
    }
  }

  private Step end() {
    Coroutine coroutine = machine.current;
    coroutine.status = Coroutine.Status.DEAD;
    if (coroutine.resumer == null) {
      machine.finish(Arrays.copyOfRange(values, from, from + count));
      return Step.LUA;
    }
    handOver(coroutine, true);
    return Step.DELIVER;
  }

  // ---- errors

  /** Raises a value: goes down to the next protected call, or ends the program. */
  void raise(Object raised) {
    Object error = raised;
    while (true) {
      Coroutine coroutine = machine.current;
      while (coroutine.top != null && !coroutine.top.protectedCall) {
        pop(coroutine.top);
      }
      Frame frame = coroutine.top;
      if (frame != null) {
        fail(frame, error);
        return;
      }
      coroutine.status = Coroutine.Status.DEAD;
      if (coroutine.resumer == null) {
        machine.finish(new LuaError(error));
        return;
      }
      values = new Object[] {error};
      from = 0;
      count = 1;
      boolean wrapped = coroutine.wrapped;
      handOver(coroutine, false);
      if (!wrapped) {
        go(false);
        return;
      }
      if (LuaValues.text(error) != null) {
        error = LuaString.of(machine.where(1) + LuaValues.text(error));
      }
    }
  }

  /** Ends a protected call with an error, after its handler has had its say. */
  private void fail(Frame frame, Object error) {
    if (frame.handler != null) {
      Object handler = frame.handler;
      frame.handler = null;
      frame.handling = true;
      call(handler, new Object[] {error}, 0, 1, Frame.Then.HANDLED, 0);
      return;
    }
    pop(frame);
    Object shown =
        frame.handling ? LuaString.of("error in error handling") : machine.caught.apply(error);
    deliver(new Object[] {false, shown}, 0, 2, frame.then, frame.operand);
  }
}
