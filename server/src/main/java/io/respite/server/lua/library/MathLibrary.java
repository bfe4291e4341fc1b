package io.respite.server.lua.library;

import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import java.util.function.DoubleUnaryOperator;

/**
 * {@code math} ("Lua 5.1 Reference Manual", section 5.6).
 *
 * <p>What is no number prints with a sign, and scripts show it: so results that are no number have
 * the sign that C's library on x86-64 gives them, and what was no number before passes through.
 */
public final class MathLibrary {
  private static final double RADIANS_PER_DEGREE = Math.PI / 180;

  /** What numbers of the generator are divided by: the largest one. */
  private static final int RANDOM_MAX = Integer.MAX_VALUE;

  private static final double NAN = Double.longBitsToDouble(0x7ff8000000000000L);
  private static final double NEGATIVE_NAN = Double.longBitsToDouble(0xfff8000000000000L);

  private final Rand48 random = new Rand48();

  private MathLibrary() {}

  /** Defines {@code math}; the library's state is answered. */
  public static MathLibrary install(Machine machine) {
    MathLibrary library = new MathLibrary();
    library.define(Library.table(machine, "math", 28));
    return library;
  }

  /** Starts the random numbers anew, as {@code math.randomseed} does. */
  public void reseed(int seed) {
    random.seed(seed);
  }

  private void define(LuaTable math) {
    unary(math, "abs", Math::abs, NAN);
    unary(math, "acos", Math::acos, NAN);
    unary(math, "asin", Math::asin, NAN);
    Library.function(math, "atan2", call -> binary(call, Math::atan2));
    unary(math, "atan", Math::atan, NAN);
    unary(math, "ceil", Math::ceil, NAN);
    unary(math, "cosh", Math::cosh, NAN);
    unary(math, "cos", Math::cos, NEGATIVE_NAN);
    unary(math, "deg", x -> x / RADIANS_PER_DEGREE, NAN);
    unary(math, "exp", Math::exp, NAN);
    unary(math, "floor", Math::floor, NAN);
    Library.function(math, "fmod", call -> binary(call, (x, y) -> x % y));
    Library.function(math, "frexp", MathLibrary::frexp);
    Library.function(math, "ldexp", MathLibrary::ldexp);
    unary(math, "log10", Math::log10, NAN);
    unary(math, "log", Math::log, NEGATIVE_NAN);
    Library.function(math, "max", MathLibrary::max);
    Library.function(math, "min", MathLibrary::min);
    Library.function(math, "modf", MathLibrary::modf);
    Library.function(math, "pow", call -> binary(call, MathLibrary::pow));
    unary(math, "rad", x -> x * RADIANS_PER_DEGREE, NAN);
    Library.function(math, "random", this::random);
    Library.function(math, "randomseed", call -> random.seed(Library.integer(call, 1)));
    unary(math, "sinh", Math::sinh, NAN);
    unary(math, "sin", Math::sin, NEGATIVE_NAN);
    unary(math, "sqrt", Math::sqrt, NEGATIVE_NAN);
    unary(math, "tanh", Math::tanh, NAN);
    unary(math, "tan", Math::tan, NEGATIVE_NAN);
    math.set(LuaString.name("pi"), Math.PI);
    math.set(LuaString.name("huge"), Double.POSITIVE_INFINITY);
    math.set(LuaString.name("mod"), math.get(LuaString.name("fmod")));
  }

  /** A function of one number, and what it gives where it is not defined. */
  private static void unary(
      LuaTable math, String name, DoubleUnaryOperator operator, double undefined) {
    boolean clearsSign = name.equals("abs");
    Library.function(
        math,
        name,
        call -> {
          double x = call.number(1);
          if (Double.isNaN(x)) {
            call.push(clearsSign ? NAN : x);
            return;
          }
          double result = operator.applyAsDouble(x);
          call.push(Double.isNaN(result) ? undefined : result);
        });
  }

  @FunctionalInterface
  private interface Binary {
    double apply(double x, double y);
  }

  private static void binary(LuaCall call, Binary operator) {
    // The second argument is looked at first, as Lua 5.1 does where C compilers on x86-64 let it.
    double y = call.number(2);
    double x = call.number(1);
    call.push(defined(x, y, operator.apply(x, y)));
  }

  private static double defined(double x, double y, double result) {
    if (!Double.isNaN(result)) {
      return result;
    } else if (Double.isNaN(x)) {
      return x;
    }
    return Double.isNaN(y) ? y : NEGATIVE_NAN;
  }

  /**
   * x to the power of y as C defines it: 1 to any power is 1, and so is -1 to an infinite one.
   *
   * @return what is no number has the sign that C's library on x86-64 gives it
   */
  public static double pow(double x, double y) {
    if (x == 1 || (x == -1 && Double.isInfinite(y))) {
      return 1;
    }
    return defined(x, y, Math.pow(x, y));
  }

  private static void frexp(LuaCall call) {
    double x = call.number(1);
    if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
      call.push(x);
      call.push(0.0);
      return;
    }
    // What has no full precision is scaled up first.
    int scale = Math.abs(x) < Double.MIN_NORMAL ? 64 : 0;
    double scaled = Math.scalb(x, scale);
    int exponent = Math.getExponent(scaled) + 1;
    call.push(Math.scalb(scaled, -exponent));
    call.push((double) (exponent - scale));
  }

  private static void ldexp(LuaCall call) {
    int exponent = Library.integer(call, 2);
    double x = call.number(1);
    call.push(Math.scalb(x, exponent));
  }

  private static void modf(LuaCall call) {
    double x = call.number(1);
    if (Double.isNaN(x)) {
      call.push(x);
      call.push(x);
      return;
    }
    double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
    double fraction = Double.isInfinite(x) ? 0 : x - whole;
    call.push(whole);
    call.push(Math.copySign(fraction, x));
  }

  private static void max(LuaCall call) {
    double most = call.number(1);
    for (int i = 2; i <= call.count(); i++) {
      double x = call.number(i);
      if (x > most) {
        most = x;
      }
    }
    call.push(most);
  }

  private static void min(LuaCall call) {
    double least = call.number(1);
    for (int i = 2; i <= call.count(); i++) {
      double x = call.number(i);
      if (x < least) {
        least = x;
      }
    }
    call.push(least);
  }

  private void random(LuaCall call) {
    double r = (double) (random.next() % RANDOM_MAX) / RANDOM_MAX;
    switch (call.count()) {
      case 0 -> call.push(r);
      case 1 -> {
        int most = Library.integer(call, 1);
        call.check(most >= 1, 1, "interval is empty");
        call.push(Math.floor(r * most) + 1);
      }
      case 2 -> {
        int least = Library.integer(call, 1);
        int most = Library.integer(call, 2);
        call.check(least <= most, 2, "interval is empty");
        // An interval wider than an int wraps around, as it does in C.
        call.push(Math.floor(r * (most - least + 1)) + least);
      }
      default -> throw call.error("wrong number of arguments");
    }
  }
}
