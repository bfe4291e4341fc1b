/**
 * Compiles Lua 5.1 programs ("Lua 5.1 Reference Manual", sections 2 and 8) to prototypes.
 *
 * <p>Start at {@link io.respite.server.lua.compiler.LuaCompiler}. The source is read once, from
 * left to right, and code is written while it is read; there is no syntax tree:
 *
 * <pre>
 *   bytes -> Lexer -> TokenStream -> StatementParser  -> ExpressionCoder -> CodeBuffer -> Prototype
 *                                    ExpressionParser    FunctionState
 * </pre>
 *
 * The code is, instruction for instruction, what the compiler of Lua 5.1 writes; so limits, the
 * names in messages and the life of each register are those that Lua programs know. All recursion
 * is bounded by the {@linkplain io.respite.server.lua.compiler.Limits#SYNTAX_LEVELS syntax levels},
 * and all work is proportional to the length of the source.
 */
package io.respite.server.lua.compiler;
