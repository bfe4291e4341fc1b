package io.respite.peers.lua;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes random Lua programs, from a seed. They are valid and come to an end: every loop and every
 * function burns fuel, and when there is none left the program raises an error. They may raise
 * other errors too, since operands are of any type; whoever runs them compares the messages.
 *
 * <p>What a program prints, through the function {@code out}, depends on no address and no order
 * that is not the language's: tables and functions are shown by their type alone.
 */
final class ProgramGenerator {
  /** What every program begins with. */
  private static final String PRELUDE =
      """
      local fuel = 400
      local function burn()
        fuel = fuel - 1
        if fuel < 0 then error("out of fuel", 0) end
      end
      local function show(v)
        local t = type(v)
        if t == "table" or t == "function" then return t end
        return tostring(v)
      end
      local function out(...)
        local line = {}
        for i = 1, select("#", ...) do line[i] = show((select(i, ...))) end
        print(table.concat(line, " "))
      end
      local function cut(v)
        if type(v) == "string" then return v:sub(1, 5) end
        return v
      end
      local function num(v) return tonumber(v) or 3 end
      local function tab(v)
        if type(v) == "table" then return v end
        return gc
      end
      local function call(f, ...)
        if type(f) == "function" then return f(...) end
        return f, ...
      end
      t = {}
      ga, gb, gc, gd = 1, "s", {x = 1, n = "2", 3}, function(a, b) burn() return b, a end
      """;

  private static final int MAX_DEPTH = 4;
  private static final int MAX_LOCALS = 60;
  private static final String[] GLOBALS = {"ga", "gb", "gc", "gd"};
  private static final String[] FIELDS = {"x", "y", "name", "n", "next"};
  private static final String[] ARITHMETIC = {"+", "-", "*", "+", "-", "*", "^"};
  private static final String[] COMPARISONS = {"==", "~=", "<", "<=", ">", ">="};
  private static final String[] NUMBERS = {
    "0", "1", "2", "3", "7", "10", "0.5", "1e3", "0x10", "255", "1e15", "123456789012", "3.25"
  };
  private static final String[] STRINGS = {
    "\"\"", "\"a\"", "'bc'", "[[long]]", "\"10\"", "'0x1F'", "\"x\\n\\065\\0z\"", "\" 5 \""
  };

  /** A function that is being generated: what it sees. */
  private static final class Scope {
    final Scope outer;
    final List<String> names = new ArrayList<>();
    final boolean variadic;

    Scope(Scope outer, boolean variadic) {
      this.outer = outer;
      this.variadic = variadic;
    }
  }

  private final Random random;
  private final StringBuilder out = new StringBuilder();
  private Scope scope = new Scope(null, true);
  private int loops;
  private int named;

  private ProgramGenerator(long seed) {
    random = new Random(seed);
  }

  /** A program, in ASCII. */
  static String program(long seed) {
    ProgramGenerator generator = new ProgramGenerator(seed);
    generator.out.append(PRELUDE);
    int statements = 6 + generator.random.nextInt(10);
    for (int i = 0; i < statements; i++) {
      generator.topStatement();
    }
    return generator.out.toString();
  }

  /** An expression without variables of its own, over the globals of the programs. */
  static String expression(long seed) {
    ProgramGenerator generator = new ProgramGenerator(seed);
    generator.expression(1);
    return generator.out.toString();
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String any(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private ProgramGenerator put(String text) {
    out.append(text);
    return this;
  }

  private void space() {
    put(chance(4) ? "\n" : chance(2) ? " --[[ c ]] " : " ");
  }

  // ---- Statements

  /** Most go on after an error, whose message is shown. */
  private void topStatement() {
    if (chance(35)) {
      String name = newName();
      put("local " + name + " = ");
      if (chance(50)) {
        put(any(chance(50) ? NUMBERS : STRINGS));
      } else if (chance(70)) {
        put("{").put(any(NUMBERS)).put(", x = ").put(any(STRINGS)).put("}");
      } else {
        function(1);
      }
      scope.names.add(name);
    } else if (chance(90)) {
      put("out(pcall(function(...)\n");
      scope = new Scope(scope, true);
      block(1, 1 + random.nextInt(3), true);
      scope = scope.outer;
      put("end, " + any(NUMBERS) + ", ga))");
    } else {
      statement(1);
    }
    put("\n");
  }

  private void block(int depth, int statements, boolean mayLeave) {
    int visible = scope.names.size();
    for (int i = 0; i < statements; i++) {
      statement(depth);
      put(chance(10) ? ";\n" : "\n");
    }
    if (mayLeave && chance(12)) {
      last(depth);
    }
    while (scope.names.size() > visible) {
      scope.names.remove(scope.names.size() - 1);
    }
  }

  private void last(int depth) {
    if (loops > 0 && chance(60)) {
      put("break\n");
    } else {
      put("return");
      if (chance(80)) {
        space();
        expressions(depth, 3);
      }
      put("\n");
    }
  }

  private void inner(int depth) {
    inner(depth, true);
  }

  private void inner(int depth, boolean mayLeave) {
    block(depth + 1, depth >= MAX_DEPTH ? 1 : 1 + random.nextInt(3), mayLeave);
  }

  private void statement(int depth) {
    int choice = random.nextInt(depth >= MAX_DEPTH ? 55 : 100);
    if (choice < 20) {
      localVariables(depth);
    } else if (choice < 35) {
      assignment(depth);
    } else if (choice < 48) {
      put("out(");
      expressions(depth, 4);
      put(")");
    } else if (choice < 55) {
      callStatement(depth);
    } else if (choice < 68) {
      ifStatement(depth);
    } else if (choice < 76) {
      numericFor(depth);
    } else if (choice < 81) {
      genericFor(depth);
    } else if (choice < 85) {
      whileStatement(depth);
    } else if (choice < 88) {
      repeatStatement(depth);
    } else if (choice < 92) {
      put("do\n");
      inner(depth);
      put("end");
    } else {
      functionStatement(depth);
    }
  }

  private String newName() {
    // Some names are used again, so that variables are shadowed.
    return chance(15) ? "v" + random.nextInt(named + 1) : "v" + ++named;
  }

  private void localVariables(int depth) {
    if (scope.names.size() > MAX_LOCALS) {
      assignment(depth);
      return;
    }
    int count = 1 + random.nextInt(chance(30) ? 3 : 1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(newName());
    }
    put("local ").put(String.join(", ", names));
    if (chance(85)) {
      put(" =");
      space();
      expressions(depth, 3);
    }
    scope.names.addAll(names);
  }

  private void assignment(int depth) {
    int count = chance(25) ? 2 + random.nextInt(2) : 1;
    for (int i = 0; i < count; i++) {
      put(i == 0 ? "" : ", ");
      target(depth);
    }
    put(" =");
    space();
    expressions(depth, 3);
  }

  private void target(int depth) {
    boolean isField = chance(30);
    put(isField && chance(75) ? "tab(" + variable() + ")" : variable());
    if (isField) {
      suffix(depth);
    }
  }

  private void suffix(int depth) {
    if (chance(60)) {
      put(".").put(any(FIELDS));
    } else {
      put("[ ");
      expression(depth + 2);
      put("]");
    }
  }

  private void callStatement(int depth) {
    if (chance(45)) {
      put("pcall(");
      function(depth);
      put(")");
    } else if (chance(60)) {
      put("call(" + variable() + ", ");
      expressions(depth, 2);
      put(")");
    } else {
      put(variable());
      if (chance(30)) {
        put(chance(50) ? ":" : ".").put(any(FIELDS));
      }
      put("(");
      expressions(depth, 2);
      put(")");
    }
  }

  private void ifStatement(int depth) {
    put("if ");
    expression(depth);
    put(" then\n");
    inner(depth);
    while (chance(30)) {
      put("elseif ");
      expression(depth);
      put(" then\n");
      inner(depth);
    }
    if (chance(40)) {
      put("else\n");
      inner(depth);
    }
    put("end");
  }

  private void loop(int depth, String... names) {
    loops++;
    scope.names.addAll(List.of(names));
    put("burn()\n");
    inner(depth);
    for (int i = 0; i < names.length; i++) {
      scope.names.remove(scope.names.size() - 1);
    }
    loops--;
  }

  private void numericFor(int depth) {
    String name = newName();
    put("for " + name + " = " + random.nextInt(5) + ", " + random.nextInt(7));
    if (chance(30)) {
      put(any(new String[] {", 2", ", -1", ", 0.5", ", 1"}));
    }
    put(" do ");
    loop(depth, name);
    put("end");
  }

  private void genericFor(int depth) {
    String key = newName();
    String value = newName() + "_";
    put("for " + key + ", " + value + " in " + any(new String[] {"pairs", "ipairs"}) + "(");
    table(depth);
    put(") do ");
    loop(depth, key, value);
    put("end");
  }

  private void whileStatement(int depth) {
    String counter = "w" + ++named;
    put("local " + counter + " = 0\nwhile " + counter + " < " + random.nextInt(5));
    if (chance(40)) {
      put(" and ");
      expression(depth + 1);
    }
    put(" do " + counter + " = " + counter + " + 1 ");
    loop(depth);
    put("end");
  }

  private void repeatStatement(int depth) {
    String local = newName();
    put("repeat local " + local + " = ");
    expression(depth + 1);
    put(" ");
    loops++;
    scope.names.add(local);
    put("burn()\n");
    block(depth + 1, 1, false);
    put("until " + local + " or ");
    expression(depth + 1);
    scope.names.remove(scope.names.size() - 1);
    loops--;
  }

  private void functionStatement(int depth) {
    if (chance(60)) {
      String name = newName();
      put("local function " + name);
      scope.names.add(name);
    } else if (chance(50)) {
      put("function " + any(GLOBALS));
    } else {
      put("function t" + (chance(50) ? "." : ":") + any(FIELDS));
    }
    body(depth);
  }

  private void function(int depth) {
    put("function");
    body(depth);
  }

  private void body(int depth) {
    boolean variadic = chance(25);
    Scope inner = new Scope(scope, variadic);
    for (int i = random.nextInt(4); i > 0; i--) {
      inner.names.add("p" + ++named);
    }
    List<String> parameters = new ArrayList<>(inner.names);
    if (variadic) {
      parameters.add("...");
    }
    put("(").put(String.join(", ", parameters)).put(") burn()\n");
    int outerLoops = loops;
    loops = 0;
    scope = inner;
    boolean returns = chance(50);
    inner(depth, !returns);
    if (returns) {
      put("return ");
      expressions(depth + 1, 3);
      put("\n");
    }
    scope = inner.outer;
    loops = outerLoops;
    put("end");
  }

  // ---- Expressions

  private void expressions(int depth, int most) {
    int count = 1 + random.nextInt(most);
    for (int i = 0; i < count; i++) {
      put(i == 0 ? "" : ", ");
      expression(depth);
    }
  }

  private String variable() {
    Scope from = scope;
    while (from.outer != null && chance(30)) {
      from = from.outer;
    }
    if (from.names.isEmpty() || chance(15)) {
      return any(GLOBALS);
    }
    return from.names.get(random.nextInt(from.names.size()));
  }

  private void expression(int depth) {
    int choice = random.nextInt(depth > MAX_DEPTH ? 48 : 100);
    if (choice < 18) {
      put(variable());
    } else if (choice < 30) {
      put(any(NUMBERS));
    } else if (choice < 38) {
      put(any(STRINGS));
    } else if (choice < 43) {
      put(any(new String[] {"nil", "true", "false"}));
    } else if (choice < 46) {
      put(scope.variadic ? "..." : "{}");
    } else if (choice < 48) {
      put("\"n\" .. ").put(any(NUMBERS));
    } else if (choice < 60) {
      binary(depth, "num(", " " + any(ARITHMETIC) + " ");
    } else if (choice < 63) {
      put(chance(70) ? "num(" : "(");
      expression(depth + 1);
      put(")" + any(new String[] {" / ", " % "}) + any(new String[] {"2", "3", "0.25", "7"}));
    } else if (choice < 70) {
      binary(depth, "num(", " " + any(COMPARISONS) + " ");
    } else if (choice < 80) {
      binary(depth, "(", chance(50) ? " and " : " or ");
    } else if (choice < 84) {
      concatenation(depth);
    } else if (choice < 88) {
      put(any(new String[] {"not ", "- ", "#", "- - ", "not not "}));
      expression(depth + 2);
    } else if (choice < 92) {
      table(depth);
    } else if (choice < 94) {
      put(chance(70) ? "tab(" : "(").put(variable()).put(")");
      suffix(depth);
    } else if (choice < 97) {
      put(chance(70) ? "call(" + variable() + ", " : variable() + "(");
      expressions(depth + 1, 2);
      put(")");
    } else {
      put("(");
      function(depth + 1);
      put(")(");
      expressions(depth + 1, 2);
      put(")");
    }
  }

  /** Mostly, operands are made to fit the operator. */
  private void binary(int depth, String fitting, String operator) {
    boolean fit = chance(75);
    operand(depth, fit ? fitting : "(", fit || chance(35));
    put(operator);
    operand(depth, fit ? fitting : "(", fit || chance(35));
  }

  private void operand(int depth, String opening, boolean enclosed) {
    put(enclosed ? opening : "");
    expression(depth + 1);
    put(enclosed ? ")" : "");
  }

  /** One side is short, so that no string doubles with every turn of a loop. */
  private void concatenation(int depth) {
    boolean left = chance(50);
    put(left ? "cut(" : "(");
    expression(depth + 1);
    put(left ? ") .. (" : ") .. cut(");
    expression(depth + 1);
    put(")");
  }

  private void table(int depth) {
    put("{");
    for (int i = random.nextInt(5); i > 0; i--) {
      if (chance(25)) {
        put(any(FIELDS)).put(" = ");
      } else if (chance(15)) {
        put("[ ").put(chance(50) ? any(NUMBERS) : any(STRINGS)).put("] = ");
      }
      expression(depth + 2);
      put(i == 1 ? "" : chance(80) ? ", " : "; ");
    }
    put("}");
  }
}
