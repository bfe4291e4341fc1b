package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.compiler.ExpressionDescriptor.Kind;
import io.respite.server.lua.value.LuaString;

/**
 * Reads expressions ("2.5 Expressions"), in the notation of the manual's section 8:
 *
 * <pre>
 *   exp       = (unop exp | simple) { binop exp }          by precedence
 *   simple    = Number | String | nil | true | false | '...' | table | function | suffixed
 *   suffixed  = prefix { '.' Name | '[' exp ']' | ':' Name args | args }
 *   prefix    = Name | '(' exp ')'
 *   args      = '(' [explist] ')' | table | String
 *   table     = '{' [ field { (',' | ';') field } [',' | ';'] ] '}'
 *   field     = '[' exp ']' '=' exp | Name '=' exp | exp
 * </pre>
 */
final class ExpressionParser {
  private final ParserState state;
  private final TokenStream tokens;
  private final Runnable functionBlock;

  /**
   * Reads expressions.
   *
   * @param functionBlock reads the block of a function
   */
  ExpressionParser(ParserState state, Runnable functionBlock) {
    this.state = state;
    this.tokens = state.tokens();
    this.functionBlock = functionBlock;
  }

  /** Reads an expression. */
  ExpressionDescriptor expression() {
    ExpressionDescriptor e = new ExpressionDescriptor();
    expression(e, 0);
    return e;
  }

  /**
   * Reads an expression as long as its operators bind more strongly than what stands before it.
   *
   * @return the operator where it stopped, or null
   */
  private BinaryOperator expression(ExpressionDescriptor e, int priority) {
    state.enterLevel();
    int unary = tokens.kind();
    switch (unary) {
      case TokenKind.NOT, '-', '#' -> {
        tokens.next();
        expression(e, BinaryOperator.UNARY_PRIORITY);
        applyUnary(unary, e);
      }
      default -> simple(e);
    }
    BinaryOperator operator = BinaryOperator.of(tokens.kind());
    while (operator != null && operator.left > priority) {
      tokens.next();
      state.coder().prepareLeft(operator, e);
      ExpressionDescriptor right = new ExpressionDescriptor();
      BinaryOperator next = expression(right, operator.right);
      state.coder().apply(operator, e, right);
      operator = next;
    }
    state.leaveLevel();
    return operator;
  }

  private void applyUnary(int operator, ExpressionDescriptor e) {
    switch (operator) {
      case TokenKind.NOT -> state.coder().not(e);
      case '-' -> state.coder().negate(e);
      default -> state.coder().length(e);
    }
  }

  private void simple(ExpressionDescriptor e) {
    switch (tokens.kind()) {
      case TokenKind.NUMBER -> e.setNumber(tokens.number());
      case TokenKind.STRING -> string(e, tokens.string());
      case TokenKind.NIL -> e.set(Kind.NIL, 0);
      case TokenKind.TRUE -> e.set(Kind.TRUE, 0);
      case TokenKind.FALSE -> e.set(Kind.FALSE, 0);
      case TokenKind.DOTS -> {
        state.function().useDots();
        e.set(Kind.VARARG, state.code().emit(Instruction.VARARG, 0, 1, 0));
      }
      case '{' -> {
        table(e);
        return;
      }
      case TokenKind.FUNCTION -> {
        tokens.next();
        function(e, false, tokens.line());
        return;
      }
      default -> {
        suffixed(e);
        return;
      }
    }
    tokens.next();
  }

  private void string(ExpressionDescriptor e, LuaString string) {
    e.set(Kind.CONSTANT, state.code().constant(string));
  }

  /** Reads a name as the key of a field. */
  private ExpressionDescriptor nameAsKey() {
    ExpressionDescriptor e = new ExpressionDescriptor();
    string(e, tokens.expectName());
    return e;
  }

  /** Reads a name as a variable ("2.3 Variables"). */
  void variable(ExpressionDescriptor e) {
    state.function().resolve(tokens.expectName(), e);
  }

  /** Reads a variable, a field, a call, or an expression in parentheses. */
  void suffixed(ExpressionDescriptor e) {
    prefix(e);
    while (true) {
      switch (tokens.kind()) {
        case '.' -> field(e);
        case '[' -> {
          state.coder().toAnyRegister(e);
          state.coder().index(e, bracketedKey());
        }
        case ':' -> {
          tokens.next();
          state.coder().self(e, nameAsKey());
          call(e);
        }
        case '(', '{', TokenKind.STRING -> {
          state.coder().toNextRegister(e);
          call(e);
        }
        default -> {
          return;
        }
      }
    }
  }

  private void prefix(ExpressionDescriptor e) {
    switch (tokens.kind()) {
      case TokenKind.NAME -> variable(e);
      case '(' -> {
        int line = tokens.line();
        tokens.next();
        expression(e, 0);
        tokens.expectClosing(')', '(', line);
        state.coder().settle(e);
      }
      default -> throw tokens.syntaxError("unexpected symbol");
    }
  }

  /** Reads a field by name: {@code .name} or {@code :name}. */
  void field(ExpressionDescriptor e) {
    state.coder().toAnyRegister(e);
    tokens.next();
    state.coder().index(e, nameAsKey());
  }

  private ExpressionDescriptor bracketedKey() {
    tokens.next();
    ExpressionDescriptor key = expression();
    state.coder().toValue(key);
    tokens.expect(']');
    return key;
  }

  // ---- Calls ("2.5.8 Function Calls")

  /** Reads the arguments for a function that is in the last register, and calls it. */
  private void call(ExpressionDescriptor e) {
    int line = tokens.line();
    ExpressionDescriptor last = new ExpressionDescriptor();
    switch (tokens.kind()) {
      case '(' -> {
        if (line != tokens.lastLine()) {
          throw tokens.syntaxError("ambiguous syntax (function call x new statement)");
        }
        tokens.next();
        if (tokens.kind() != ')') {
          list(last);
          state.coder().setAllResults(last);
        }
        tokens.expectClosing(')', '(', line);
      }
      case '{' -> table(last);
      case TokenKind.STRING -> {
        string(last, tokens.string());
        tokens.next();
      }
      default -> throw tokens.syntaxError("function arguments expected");
    }
    int called = e.info;
    int operand;
    if (last.isOpen()) {
      operand = 0;
    } else {
      if (last.kind != Kind.VOID) {
        state.coder().toNextRegister(last);
      }
      operand = state.function().freeRegister() - called;
    }
    e.set(Kind.CALL, state.code().emit(Instruction.CALL, called, operand, 2));
    state.code().fixLine(line);
    state.function().setFreeRegister(called + 1);
  }

  /**
   * Reads a list of expressions. All but the last are in registers then.
   *
   * @param last becomes the last one
   * @return how many there are
   */
  int list(ExpressionDescriptor last) {
    int count = 1;
    expression(last, 0);
    while (tokens.accept(',')) {
      state.coder().toNextRegister(last);
      expression(last, 0);
      count++;
    }
    return count;
  }

  // ---- Tables ("2.5.7 Table Constructors")

  /** A table constructor, and what of it is still to be stored. */
  private static final class Constructor {
    final int table;
    ExpressionDescriptor element = new ExpressionDescriptor();
    int elements;
    int fields;

    /** Elements that are in registers, or will be. */
    int waiting;

    Constructor(int table) {
      this.table = table;
    }
  }

  private void table(ExpressionDescriptor e) {
    int line = tokens.line();
    int pc = state.code().emit(Instruction.NEWTABLE, 0, 0, 0);
    e.set(Kind.RELOCATABLE, pc);
    state.coder().toNextRegister(e);
    Constructor constructor = new Constructor(e.info);
    tokens.expect('{');
    while (tokens.kind() != '}') {
      flush(constructor);
      boolean named = tokens.kind() == TokenKind.NAME && tokens.peek() == '=';
      if (named || tokens.kind() == '[') {
        keyedField(constructor);
      } else {
        constructor.element = expression();
        constructor.elements++;
        constructor.waiting++;
      }
      if (!tokens.accept(',') && !tokens.accept(';')) {
        break;
      }
    }
    tokens.expectClosing('}', '{', line);
    flushLast(constructor);
    state.code().setB(pc, Instruction.encodeSize(constructor.elements));
    state.code().setC(pc, Instruction.encodeSize(constructor.fields));
  }

  private void keyedField(Constructor constructor) {
    int register = state.function().freeRegister();
    ExpressionDescriptor key = tokens.kind() == '[' ? bracketedKey() : nameAsKey();
    constructor.fields++;
    tokens.expect('=');
    int keyOperand = state.coder().toOperand(key);
    ExpressionDescriptor value = expression();
    int valueOperand = state.coder().toOperand(value);
    state.code().emit(Instruction.SETTABLE, constructor.table, keyOperand, valueOperand);
    state.function().setFreeRegister(register);
  }

  /** Brings the last element to its register, and stores a batch that is full. */
  private void flush(Constructor constructor) {
    if (constructor.element.kind == Kind.VOID) {
      return;
    }
    state.coder().toNextRegister(constructor.element);
    constructor.element.kind = Kind.VOID;
    if (constructor.waiting == Instruction.FIELDS_PER_FLUSH) {
      state.coder().setList(constructor.table, constructor.elements, constructor.waiting);
      constructor.waiting = 0;
    }
  }

  private void flushLast(Constructor constructor) {
    if (constructor.waiting == 0) {
      return;
    }
    ExpressionDescriptor last = constructor.element;
    if (last.isOpen()) {
      state.coder().setAllResults(last);
      state.coder().setList(constructor.table, constructor.elements, -1);
      constructor.elements--;
    } else {
      if (last.kind != Kind.VOID) {
        state.coder().toNextRegister(last);
      }
      state.coder().setList(constructor.table, constructor.elements, constructor.waiting);
    }
  }

  // ---- Functions ("2.5.9 Function Definitions")

  /** Reads parameters and block of a function, behind its name. */
  void function(ExpressionDescriptor e, boolean isMethod, int line) {
    state.open(line);
    tokens.expect('(');
    if (isMethod) {
      state.declare("self", 0);
      state.function().show(1);
    }
    parameters();
    tokens.expect(')');
    functionBlock.run();
    int lastLine = tokens.line();
    tokens.expectClosing(TokenKind.END, TokenKind.FUNCTION, line);
    FunctionState finished = state.function();
    Prototype prototype = state.close(lastLine);
    e.set(Kind.RELOCATABLE, state.function().closure(finished, prototype));
  }

  private void parameters() {
    int count = 0;
    boolean more = tokens.kind() != ')';
    while (more) {
      if (tokens.kind() == TokenKind.DOTS) {
        tokens.next();
        state.declare("arg", count++);
        state.function().setVariadic();
        more = false;
      } else if (tokens.kind() == TokenKind.NAME) {
        state.function().declare(tokens.expectName(), count++);
        more = tokens.accept(',');
      } else {
        throw tokens.syntaxError("<name> or '...' expected");
      }
    }
    state.function().show(count);
    state.function().finishParameters();
  }
}
