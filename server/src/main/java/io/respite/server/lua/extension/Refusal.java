package io.respite.server.lua.extension;

/**
 * A conversion cannot be done, for this reason. The library that asked for it makes an error of Lua
 * of it, which says where the call was.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A refusal; the message has one byte a char (ISO 8859-1). */
  Refusal(String message) {
    super(message, null, false, false);
  }
}
