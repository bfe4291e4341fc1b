package io.respite.server.lua.value;

/**
 * An operation on values failed that does not know where in the program it is. The machine makes a
 * {@link LuaError} of it: with the position in front when an instruction failed, without when a
 * function of the library did.
 */
public final class LuaFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failed operation; the message has one byte a char (ISO 8859-1). */
  public LuaFault(String message) {
    super(message, null, false, false);
  }
}
