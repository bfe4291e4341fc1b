package io.respite.server.lua.machine;

import io.respite.server.lua.value.Counted;
import io.respite.server.lua.value.LuaFunction;

/**
 * A value of type thread: frames that one after the other wait for each other. Of all coroutines
 * one runs; the others are suspended, have not begun, have ended, or have resumed another.
 */
public final class Coroutine extends Counted {
  /** The states, named as {@code coroutine.status} names them. */
  enum Status {
    SUSPENDED,
    RUNNING,
    NORMAL,
    DEAD
  }

  Status status = Status.SUSPENDED;

  /** What it will run; null once it has begun. */
  LuaFunction body;

  Frame top;

  /** Frames, and those of them whose results do not go to an instruction that calls. */
  int depth;

  /** Frames whose memory has been counted; a census sets it back to those there are. */
  int counted;

  int nesting;

  /** Who resumed it, and what happens to the results of that there. */
  Coroutine resumer;

  Frame.Then then;
  int operand;
  boolean wrapped;

  /** How many coroutines wait for it, one for the other. */
  int chain;

  Coroutine(LuaFunction body) {
    this.body = body;
  }
}
