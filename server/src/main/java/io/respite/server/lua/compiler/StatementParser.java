package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.compiler.ExpressionDescriptor.Kind;
import io.respite.server.lua.value.LuaString;
import java.util.ArrayList;
import java.util.List;

/** Reads chunks, blocks and statements ("2.4 Statements"); one method for each kind. */
final class StatementParser {
  private final ParserState state;
  private final TokenStream tokens;
  private final ExpressionParser expressions;

  StatementParser(TokenStream tokens, String source) {
    this.state = new ParserState(tokens, source);
    this.tokens = tokens;
    this.expressions = new ExpressionParser(state, this::chunk);
  }

  /** Reads a whole source ("2.4.1 Chunks"). */
  Prototype mainChunk() {
    state.open(0);
    state.function().setMainChunk();
    tokens.next();
    chunk();
    if (tokens.kind() != TokenKind.END_OF_SOURCE) {
      tokens.expect(TokenKind.END_OF_SOURCE);
    }
    return state.close(0);
  }

  private void chunk() {
    state.enterLevel();
    boolean isLast = false;
    while (!isLast && !endsBlock()) {
      isLast = statement();
      tokens.accept(';');
      state.function().freeTemporaries();
    }
    state.leaveLevel();
  }

  private boolean endsBlock() {
    return switch (tokens.kind()) {
      case TokenKind.ELSE,
          TokenKind.ELSEIF,
          TokenKind.END,
          TokenKind.UNTIL,
          TokenKind.END_OF_SOURCE ->
          true;
      default -> false;
    };
  }

  private void block() {
    state.function().enter(false);
    chunk();
    state.function().leave();
  }

  /** Reads a statement and answers whether it must be the last one of its block. */
  private boolean statement() {
    int line = tokens.line();
    switch (tokens.kind()) {
      case TokenKind.IF -> ifStatement(line);
      case TokenKind.WHILE -> whileStatement(line);
      case TokenKind.DO -> {
        tokens.next();
        block();
        tokens.expectClosing(TokenKind.END, TokenKind.DO, line);
      }
      case TokenKind.FOR -> forStatement(line);
      case TokenKind.REPEAT -> repeatStatement(line);
      case TokenKind.FUNCTION -> functionStatement(line);
      case TokenKind.LOCAL -> {
        tokens.next();
        if (tokens.accept(TokenKind.FUNCTION)) {
          localFunction();
        } else {
          localStatement();
        }
      }
      case TokenKind.RETURN -> {
        returnStatement();
        return true;
      }
      case TokenKind.BREAK -> {
        tokens.next();
        state.function().breakLoop();
        return true;
      }
      default -> callOrAssignment();
    }
    return false;
  }

  // ---- Control structures ("2.4.4", "2.4.5")

  /** Reads a condition and answers the jumps for when it does not hold. */
  private int condition() {
    ExpressionDescriptor e = expressions.expression();
    if (e.kind == Kind.NIL) {
      e.kind = Kind.FALSE;
    }
    state.coder().goOnIfTrue(e);
    return e.whenFalse;
  }

  private void ifStatement(int line) {
    CodeBuffer code = state.code();
    int end = CodeBuffer.NO_JUMP;
    int otherwise = conditionAndBlock();
    while (tokens.kind() == TokenKind.ELSEIF) {
      end = code.join(end, code.jump());
      code.bindHere(otherwise);
      otherwise = conditionAndBlock();
    }
    if (tokens.kind() == TokenKind.ELSE) {
      end = code.join(end, code.jump());
      code.bindHere(otherwise);
      tokens.next();
      block();
    } else {
      end = code.join(end, otherwise);
    }
    code.bindHere(end);
    tokens.expectClosing(TokenKind.END, TokenKind.IF, line);
  }

  private int conditionAndBlock() {
    tokens.next();
    int otherwise = condition();
    tokens.expect(TokenKind.THEN);
    block();
    return otherwise;
  }

  private void whileStatement(int line) {
    tokens.next();
    int start = state.code().label();
    int exit = condition();
    state.function().enter(true);
    tokens.expect(TokenKind.DO);
    block();
    state.code().bind(state.code().jump(), start);
    tokens.expectClosing(TokenKind.END, TokenKind.WHILE, line);
    state.function().leave();
    state.code().bindHere(exit);
  }

  /** The condition sees the variables of the block, so these are closed in two places. */
  private void repeatStatement(int line) {
    CodeBuffer code = state.code();
    int start = code.label();
    state.function().enter(true);
    FunctionState.Block scope = state.function().enter(false);
    tokens.next();
    chunk();
    tokens.expectClosing(TokenKind.UNTIL, TokenKind.REPEAT, line);
    int again = condition();
    if (scope.hasUpvalue()) {
      state.function().breakLoop();
      code.bindHere(again);
      state.function().leave();
      code.bind(code.jump(), start);
    } else {
      state.function().leave();
      code.bind(again, start);
    }
    state.function().leave();
  }

  private void forStatement(int line) {
    state.function().enter(true);
    tokens.next();
    LuaString name = tokens.expectName();
    switch (tokens.kind()) {
      case '=' -> numericFor(name, line);
      case ',', TokenKind.IN -> genericFor(name);
      default -> throw tokens.syntaxError("'=' or 'in' expected");
    }
    tokens.expectClosing(TokenKind.END, TokenKind.FOR, line);
    state.function().leave();
  }

  private void numericFor(LuaString name, int line) {
    FunctionState function = state.function();
    int base = function.freeRegister();
    state.declare("(for index)", 0);
    state.declare("(for limit)", 1);
    state.declare("(for step)", 2);
    function.declare(name, 3);
    tokens.expect('=');
    inNextRegister();
    tokens.expect(',');
    inNextRegister();
    if (tokens.accept(',')) {
      inNextRegister();
    } else {
      int one = state.code().numberConstant(1);
      state.code().emitWide(Instruction.LOADK, function.freeRegister(), one);
      function.reserve(1);
    }
    function.show(3);
    tokens.expect(TokenKind.DO);
    int prepare =
        state.code().emit(Instruction.asbx(Instruction.FORPREP, base, CodeBuffer.NO_JUMP));
    loopBlock(1);
    state.code().bindHere(prepare);
    int loop = state.code().emit(Instruction.asbx(Instruction.FORLOOP, base, CodeBuffer.NO_JUMP));
    state.code().fixLine(line);
    state.code().bind(loop, prepare + 1);
  }

  private void inNextRegister() {
    state.coder().toNextRegister(expressions.expression());
  }

  private void genericFor(LuaString first) {
    FunctionState function = state.function();
    int base = function.freeRegister();
    state.declare("(for generator)", 0);
    state.declare("(for state)", 1);
    state.declare("(for control)", 2);
    int names = 1;
    function.declare(first, 3);
    while (tokens.accept(',')) {
      function.declare(tokens.expectName(), 3 + names);
      names++;
    }
    tokens.expect(TokenKind.IN);
    int line = tokens.line();
    ExpressionDescriptor last = new ExpressionDescriptor();
    adjust(3, expressions.list(last), last);
    function.checkRegisters(3);
    function.show(3);
    tokens.expect(TokenKind.DO);
    int prepare = state.code().jump();
    loopBlock(names);
    state.code().bindHere(prepare);
    state.code().emit(Instruction.TFORLOOP, base, 0, names);
    state.code().fixLine(line);
    state.code().bind(state.code().jump(), prepare + 1);
  }

  private void loopBlock(int names) {
    state.function().enter(false);
    state.function().show(names);
    state.function().reserve(names);
    block();
    state.function().leave();
  }

  private void returnStatement() {
    tokens.next();
    int first = 0;
    int count = 0;
    if (!endsBlock() && tokens.kind() != ';') {
      ExpressionDescriptor last = new ExpressionDescriptor();
      count = expressions.list(last);
      if (last.isOpen()) {
        state.coder().setAllResults(last);
        if (last.kind == Kind.CALL && count == 1) {
          int call = state.code().at(last.info);
          state
              .code()
              .set(
                  last.info,
                  Instruction.abc(
                      Instruction.TAILCALL,
                      Instruction.a(call),
                      Instruction.b(call),
                      Instruction.c(call)));
        }
        first = state.function().visibleCount();
        count = -1;
      } else if (count == 1) {
        first = state.coder().toAnyRegister(last);
      } else {
        state.coder().toNextRegister(last);
        first = state.function().visibleCount();
      }
    }
    state.code().emit(Instruction.RETURN, first, count + 1, 0);
  }

  // ---- Functions and local variables ("2.4.7", "2.5.9")

  private void functionStatement(int line) {
    tokens.next();
    ExpressionDescriptor name = new ExpressionDescriptor();
    expressions.variable(name);
    while (tokens.kind() == '.') {
      expressions.field(name);
    }
    boolean isMethod = tokens.kind() == ':';
    if (isMethod) {
      expressions.field(name);
    }
    ExpressionDescriptor body = new ExpressionDescriptor();
    expressions.function(body, isMethod, line);
    state.coder().store(name, body);
    state.code().fixLine(line);
  }

  private void localFunction() {
    FunctionState function = state.function();
    function.declare(tokens.expectName(), 0);
    ExpressionDescriptor variable = new ExpressionDescriptor();
    variable.set(Kind.LOCAL, function.freeRegister());
    function.reserve(1);
    function.show(1);
    ExpressionDescriptor body = new ExpressionDescriptor();
    expressions.function(body, false, tokens.line());
    state.coder().store(variable, body);
    function.showLastFromHere();
  }

  private void localStatement() {
    int names = 0;
    do {
      state.function().declare(tokens.expectName(), names);
      names++;
    } while (tokens.accept(','));
    ExpressionDescriptor last = new ExpressionDescriptor();
    int values = tokens.accept('=') ? expressions.list(last) : 0;
    adjust(names, values, last);
    state.function().show(names);
  }

  // ---- Assignments and calls ("2.4.3", "2.4.6")

  private void callOrAssignment() {
    ExpressionDescriptor first = new ExpressionDescriptor();
    expressions.suffixed(first);
    if (first.kind == Kind.CALL) {
      state.code().setC(first.info, 1);
    } else {
      assignment(first);
    }
  }

  private void assignment(ExpressionDescriptor first) {
    List<ExpressionDescriptor> targets = new ArrayList<>();
    targets.add(checkTarget(first));
    while (tokens.accept(',')) {
      ExpressionDescriptor target = new ExpressionDescriptor();
      expressions.suffixed(target);
      if (target.kind == Kind.LOCAL) {
        protectFrom(target.info, targets);
      }
      state.function().limit(targets.size(), state.levelsLeft(), "variables in assignment");
      targets.add(checkTarget(target));
    }
    tokens.expect('=');
    ExpressionDescriptor last = new ExpressionDescriptor();
    int values = expressions.list(last);
    int rest = targets.size() - 1;
    if (values == targets.size()) {
      state.coder().setOneResult(last);
      state.coder().store(targets.get(rest), last);
      rest--;
    } else {
      adjust(targets.size(), values, last);
      if (values > targets.size()) {
        int surplus = values - targets.size();
        state.function().setFreeRegister(state.function().freeRegister() - surplus);
      }
    }
    for (; rest >= 0; rest--) {
      ExpressionDescriptor value = new ExpressionDescriptor();
      value.set(Kind.REGISTER, state.function().freeRegister() - 1);
      state.coder().store(targets.get(rest), value);
    }
  }

  private ExpressionDescriptor checkTarget(ExpressionDescriptor e) {
    return switch (e.kind) {
      case LOCAL, UPVALUE, GLOBAL, INDEXED -> e;
      default -> throw tokens.syntaxError("syntax error");
    };
  }

  /**
   * A local variable is assigned to, which targets before it use as table or key: they work with a
   * copy.
   */
  private void protectFrom(int local, List<ExpressionDescriptor> targets) {
    int copy = state.function().freeRegister();
    boolean needed = false;
    for (ExpressionDescriptor target : targets) {
      if (target.kind == Kind.INDEXED) {
        if (target.info == local) {
          needed = true;
          target.info = copy;
        }
        if (target.key == local) {
          needed = true;
          target.key = copy;
        }
      }
    }
    if (needed) {
      state.code().emit(Instruction.MOVE, copy, local, 0);
      state.function().reserve(1);
    }
  }

  /** Makes as many values in registers as there are variables ("2.4.3 Assignment"). */
  private void adjust(int variables, int values, ExpressionDescriptor last) {
    FunctionState function = state.function();
    int missing = variables - values;
    if (last.isOpen()) {
      int results = Math.max(0, missing + 1);
      state.coder().setResults(last, results);
      if (results > 1) {
        function.reserve(results - 1);
      }
      return;
    }
    if (last.kind != Kind.VOID) {
      state.coder().toNextRegister(last);
    }
    if (missing > 0) {
      int register = function.freeRegister();
      function.reserve(missing);
      state.code().loadNil(register, missing, function.visibleCount());
    }
  }
}
