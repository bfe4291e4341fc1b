package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaString;

/** What the parsers share: the tokens, and the function that is being compiled. */
final class ParserState {
  private final TokenStream tokens;
  private final String source;

  private FunctionState function;
  private ExpressionCoder coder;
  private int levels;

  ParserState(TokenStream tokens, String source) {
    this.tokens = tokens;
    this.source = source;
  }

  TokenStream tokens() {
    return tokens;
  }

  FunctionState function() {
    return function;
  }

  ExpressionCoder coder() {
    return coder;
  }

  CodeBuffer code() {
    return function.code();
  }

  /** Begins a function inside the one that is being compiled. */
  void open(int line) {
    use(new FunctionState(tokens, function, line));
  }

  /** Ends the innermost function; what surrounds it is compiled on. */
  Prototype close(int lastLine) {
    FunctionState finished = function;
    Prototype prototype = finished.finish(source, lastLine);
    if (finished.outer() != null) {
      use(finished.outer());
    }
    return prototype;
  }

  private void use(FunctionState next) {
    function = next;
    coder = new ExpressionCoder(next);
  }

  /** Goes one level deeper into the grammar: every recursion of the parsers passes here. */
  void enterLevel() {
    if (++levels > Limits.SYNTAX_LEVELS) {
      throw tokens.error("chunk has too many syntax levels");
    }
  }

  void leaveLevel() {
    levels--;
  }

  /** How many levels may follow. */
  int levelsLeft() {
    return Limits.SYNTAX_LEVELS - levels;
  }

  /** Declares a variable under a name that is no token of the source. */
  void declare(String name, int others) {
    function.declare(tokens.share(LuaString.of(name)), others);
  }
}
