package io.respite.server.lua.machine;

/**
 * How far a program may go.
 *
 * @param memoryBytes memory of all values together
 * @param callDepth functions that have not returned
 * @param nestingDepth of those, how many may lie behind a function of the library or a metamethod
 * @param patternSteps steps that matching a pattern may take for one call, beside some for each
 *     byte of the subject
 */
public record MachineLimits(long memoryBytes, int callDepth, int nestingDepth, long patternSteps) {
  /** The depths of Lua 5.1. */
  public static MachineLimits of(long memoryBytes) {
    return new MachineLimits(memoryBytes, 20_000, 200, 50_000_000);
  }
}
