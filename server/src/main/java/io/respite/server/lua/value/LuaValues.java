package io.respite.server.lua.value;

/** What holds for values of any type: their type's name, their truth, and how they convert. */
public final class LuaValues {
  private static final LuaString NIL = LuaString.name("nil");
  private static final LuaString TRUE = LuaString.name("true");
  private static final LuaString FALSE = LuaString.name("false");

  private LuaValues() {}

  /** The name of a value's type, as {@code type} answers it. */
  public static String typeName(Object value) {
    if (value == null) {
      return "nil";
    } else if (value instanceof LuaString) {
      return "string";
    } else if (value instanceof Double) {
      return "number";
    } else if (value instanceof LuaTable) {
      return "table";
    } else if (value instanceof LuaFunction) {
      return "function";
    } else if (value instanceof Boolean) {
      return "boolean";
    } else if (value instanceof Userdata || value instanceof LightUserdata) {
      return "userdata";
    }
    return "thread";
  }

  /** Whether a condition holds: nil and false are false, everything else is true. */
  public static boolean truth(Object value) {
    return value != null && value != Boolean.FALSE;
  }

  /** Whether two values are equal without metamethods ("2.5.2 Relational Operators"). */
  public static boolean rawEquals(Object a, Object b) {
    if (a == b) {
      // A number may be not equal to itself.
      return !(a instanceof Double number) || !number.isNaN();
    } else if (a instanceof Double x) {
      return b instanceof Double y && x.doubleValue() == y.doubleValue();
    } else if (a instanceof LuaString x) {
      return x.equals(b);
    }
    return false;
  }

  /** The value as a number, strings converted; null if it is none ("2.2.1 Coercion"). */
  public static Double number(Object value) {
    if (value instanceof Double number) {
      return number;
    }
    return value instanceof LuaString string ? NumberText.parse(string) : null;
  }

  /** The value as a string, numbers converted; null if it is neither. */
  public static LuaString text(Object value) {
    if (value instanceof LuaString string) {
      return string;
    }
    return value instanceof Double number ? NumberText.of(number) : null;
  }

  /**
   * A number as a 64-bit integer, as C on x86-64 converts it: the fraction is cut off, and what
   * does not fit is -2^63.
   */
  public static long integer(double number) {
    // Java would answer 2^63-1 for what is too large, and 0 for what is no number.
    return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
  }

  /**
   * The text that {@code tostring} gives a value when no metamethod says otherwise: for objects,
   * the type and an address that is unique while the object lives.
   */
  public static LuaString describe(Object value) {
    if (value == null) {
      return NIL;
    } else if (value instanceof Boolean truth) {
      return truth ? TRUE : FALSE;
    }
    LuaString text = text(value);
    if (text != null) {
      return text;
    }
    String address =
        value == LightUserdata.NULL
            ? "(nil)"
            : String.format(java.util.Locale.ROOT, "0x%012x", System.identityHashCode(value));
    return LuaString.of(typeName(value) + ": " + address);
  }
}
