package io.respite.server.lua.code;

/**
 * A compiled function, without the upvalues that make it a closure. Never changed once it is made,
 * but for its heat; the arrays are shared and not to be written to.
 *
 * @param source the chunk's name as it was given: {@code =name} and {@code @name} are shown as
 *     name, anything else as the beginning of the program text
 * @param line the line where the function begins; 0 for a main chunk
 * @param lastLine the line where it ends; 0 for a main chunk
 * @param parameters number of named parameters
 * @param variadic whether it takes variable arguments
 * @param needsArgTable whether it takes them, does not use {@code ...}, and so gets a local table
 *     {@code arg} behind the parameters, as in Lua 5.0
 * @param registers number of registers, 2 at least
 * @param code the instructions, see {@link Instruction}
 * @param lines the line of each instruction
 * @param constants numbers, {@link io.respite.server.lua.value.LuaString strings}, booleans, nil
 * @param inner the functions inside
 * @param upvalueNames one name for each upvalue
 * @param locals the local variables with where they live, in the order of their declaration
 * @param heat how often the function has run
 */
// A record of arrays: nobody compares prototypes, and the machine reads the arrays as they are.
@SuppressWarnings("ArrayRecordComponent")
public record Prototype(
    String source,
    int line,
    int lastLine,
    int parameters,
    boolean variadic,
    boolean needsArgTable,
    int registers,
    int[] code,
    int[] lines,
    Object[] constants,
    Prototype[] inner,
    String[] upvalueNames,
    Local[] locals,
    Heat heat) {

  /**
   * A local variable.
   *
   * @param from the first instruction where it lives
   * @param to the first instruction where it does not live any more
   */
  public record Local(String name, int from, int to) {}

  /** The source as messages show it, at most 59 characters ("luaO_chunkid" is where to look). */
  public String shortSource() {
    return ChunkName.shorten(source);
  }
}
