package io.respite.server.lua.value;

/**
 * An error of a Lua program, on its way to the next {@code pcall}. What was raised may be any
 * value. Without a stack trace: errors are ordinary in Lua, and the Java stack says nothing.
 */
public final class LuaError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Object value;

  /** An error with a value, which may be null. */
  public LuaError(Object value) {
    super(null, null, false, false);
    this.value = value;
  }

  /** An error with a message, one byte a char (ISO 8859-1), without a position. */
  public LuaError(String message) {
    this(LuaString.of(message));
  }

  /** What was raised. */
  public Object value() {
    return value;
  }

  /** The value as text, for people. */
  @Override
  public String getMessage() {
    LuaString text = LuaValues.text(value);
    return text == null
        ? "(error object is a " + LuaValues.typeName(value) + " value)"
        : text.toString();
  }
}
