package io.respite.server.lua.machine;

/** Looks at a running program every now and then. */
@FunctionalInterface
public interface Watch {
  /** What is to become of the program. */
  enum Verdict {
    /** It goes on. */
    CONTINUE,
    /** It stops where it is, until it is resumed; a function of the library may end before. */
    SUSPEND,
    /** The same, but what a function of the library is in the middle of ends with an error. */
    HURRY
  }

  /**
   * Called after some thousand instructions, or work that takes as long.
   *
   * @throws LuaKilled to end the program
   */
  Verdict look();
}
