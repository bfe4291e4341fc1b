package io.respite.server.lua.compiler;

import io.respite.server.lua.code.Prototype;
import java.util.function.LongConsumer;

/** Compiles Lua 5.1 programs ("Lua 5.1 Reference Manual", sections 2 and 8). */
public final class LuaCompiler {
  private LuaCompiler() {}

  /**
   * Compiles a program. It is always taken as text: compiled Lua (a first byte ESC) is no valid
   * program, and neither is a first line beginning with {@code #}.
   *
   * <p>Equal strings of the program are the same object, and those that equal a {@linkplain
   * io.respite.server.lua.value.LuaString#name known name} are that one.
   *
   * @param source the program, in bytes; not changed
   * @param chunkName {@code =name}, {@code @file} or program text, as messages shall show it
   * @return the program as a function with variable arguments and without upvalues
   * @throws io.respite.server.lua.value.LuaError with the message of Lua 5.1 if it is no valid
   *     program, or exceeds a limit
   */
  public static Prototype compile(byte[] source, String chunkName) {
    return compile(source, chunkName, nanos -> {});
  }

  /**
   * The same, for programs that may be long.
   *
   * @param worked is told now and then how much work has been done, in nanoseconds or so; what it
   *     throws ends the compilation
   */
  public static Prototype compile(byte[] source, String chunkName, LongConsumer worked) {
    TokenStream tokens = new TokenStream(new Lexer(source, chunkName), worked);
    return new StatementParser(tokens, chunkName).mainChunk();
  }
}
