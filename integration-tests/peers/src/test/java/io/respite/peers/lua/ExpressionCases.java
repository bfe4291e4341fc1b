package io.respite.peers.lua;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Expressions by families: operators and functions of the library, with all kinds of operands. */
final class ExpressionCases {
  private static final List<String> VALUES =
      List.of(
          "nil", "true", "false", "0", "-0", "1", "-3", "2.5", "1/0", "-1/0", "0/0", "1e15", "2^53",
          "1e100", "''", "'abc'", "'10'", "'0x1F'", "' 7 '", "'1e2'", "'x\\0y'", "{}", "print");

  private static final List<String> ARGUMENTS =
      List.of(
          "",
          "nil",
          "true",
          "0",
          "1",
          "-1",
          "3.7",
          "1e15",
          "'abc'",
          "'12'",
          "''",
          "{}",
          "{3, 1, 2}",
          "{1, 2, nil, 4}",
          "{'b', 'a', n = 5}",
          "print",
          "1, 2",
          "1, 'x'",
          "'abc', 2",
          "'abc', 'b'",
          "'abc', 2, 3",
          "'abc', '(b)', 'x%1'",
          "'abc', 'b', {b = 1}",
          "{}, 1",
          "{}, 'x'",
          "{1, 2, 3}, 2",
          "{1, 2, 3}, 'x'",
          "{1, 2, 3}, 2, 'x'",
          "{1, 2, 3}, ', ', 2, 3",
          "{x = 1}, 'x'",
          "nil, nil",
          "print, 1",
          "{1, 2, 3}, print",
          "1, 2, 3, 4",
          "'%d', 3",
          "'%s %s', 1, 2",
          "2, 'abc', 'd'",
          "'#', 1, nil, 2",
          "-2, 'a', 'b', 'c'");

  private static final List<String> FUNCTIONS =
      List.of(
          "assert",
          "error",
          "getmetatable",
          "ipairs",
          "next",
          "pairs",
          "rawequal",
          "rawget",
          "rawset",
          "select",
          "setmetatable",
          "tonumber",
          "type",
          "unpack",
          "pcall",
          "xpcall",
          "string.byte",
          "string.char",
          "string.find",
          "string.format",
          "string.gmatch",
          "string.gsub",
          "string.len",
          "string.lower",
          "string.match",
          "string.rep",
          "string.reverse",
          "string.sub",
          "string.upper",
          "table.concat",
          "table.foreach",
          "table.foreachi",
          "table.getn",
          "table.insert",
          "table.maxn",
          "table.remove",
          "table.sort",
          "math.abs",
          "math.ceil",
          "math.floor",
          "math.fmod",
          "math.frexp",
          "math.ldexp",
          "math.log10",
          "math.max",
          "math.min",
          "math.modf",
          "math.pow",
          "math.sqrt",
          "math.deg",
          "math.rad",
          "math.exp",
          "math.log",
          "math.sin",
          "math.atan2",
          "coroutine.create",
          "coroutine.resume",
          "coroutine.status",
          "coroutine.wrap",
          "coroutine.yield");

  private static final List<String> FORMATS =
      List.of(
          "%d",
          "%5d",
          "%-5d|",
          "%05d",
          "%+d",
          "% d",
          "%.3d",
          "%i",
          "%u",
          "%c",
          "%x",
          "%X",
          "%#x",
          "%o",
          "%e",
          "%.2e",
          "%E",
          "%f",
          "%.0f",
          "%10.3f",
          "%-10.1f|",
          "%g",
          "%G",
          "%.3g",
          "%#g",
          "%.20f",
          "%s",
          "%10s",
          "%-10s|",
          "%.2s",
          "%q",
          "%%",
          "%5%",
          "%y",
          "%",
          "%10",
          "%.100f",
          "%a",
          "%+.1f",
          "%08.2f",
          "%99d",
          "%100d",
          "%.99f",
          "%-+ #0d",
          "%ld");

  private static final List<String> SUBJECTS =
      List.of(
          "''",
          "'hello world'",
          "'  trim me  '",
          "'key = value'",
          "'a.b.c'",
          "'(nested (pair)) x'",
          "'x\\0y\\0z'",
          "'2024-01-31'",
          "'aaa'",
          "'%d %s'",
          "'THE (quick) fox'",
          "'\\228\\246'");

  private static final List<String> PATTERNS =
      List.of(
          "",
          "l",
          "l+",
          "o w",
          "^h",
          "d$",
          "^%s*(.-)%s*$",
          "(%w+)",
          "%w*",
          "(%w+) = (%w+)",
          ".",
          "%.",
          "%b()",
          "(%d+)-(%d+)-(%d+)",
          "a-",
          "a-$",
          "a?a",
          "[a-c]",
          "[^a-c]+",
          "[%w_]+",
          "()",
          "(a)(b)?",
          "(.)%1",
          "%f[%w]%w+",
          "%z",
          "[]]",
          "[^]]",
          "[a-]",
          "[%a-z]",
          "%",
          "[",
          "[a",
          "(",
          ")",
          "(()",
          "%1",
          "%b",
          "%f",
          "a**",
          "$",
          "^",
          "^^",
          "x*",
          "%u",
          "%D+",
          "%p",
          "[%",
          "(%w)(%w)(%w)",
          "%%",
          "%c",
          "%x+",
          "[\\228]");

  private static final List<String> REPLACEMENTS =
      List.of(
          "''",
          "'x'",
          "'<%0>'",
          "'<%1>'",
          "'%%'",
          "'%2'",
          "'%'",
          "'%y'",
          "{l = 'L', hello = 1}",
          "function(a, b) return b end",
          "function() return false end",
          "function() return {} end",
          "string.upper",
          "nil",
          "5");

  private static final List<String> NUMERALS =
      List.of(
          "'10'",
          "' 10 '",
          "'10a'",
          "'0x10'",
          "'0x'",
          "'-0x10'",
          "'1e1'",
          "'1e'",
          "'.5'",
          "'5.'",
          "'.'",
          "''",
          "' '",
          "'- 1'",
          "'-1'",
          "'+1'",
          "'--1'",
          "'1 2'",
          "'zz'",
          "'ZZ'",
          "'7fffffff'",
          "'ffffffffffffffffff'",
          "'1\\0'",
          "'inf'",
          "'nan'",
          "'0x1p4'",
          "'1_0'",
          "'1e400'",
          "'08'",
          "'\\n1\\t'",
          "10",
          "nil",
          "{}");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "0.1",
          "1/3",
          "2/3",
          "100",
          "1e14",
          "1e15",
          "1e16",
          "123456789012345",
          "99999999999999",
          "999999999999999",
          "0.0001",
          "0.00001",
          "1e-10",
          "1e300",
          "1e308*10",
          "-1e308*10",
          "2^31",
          "2^32",
          "2^53",
          "2^53+1",
          "2^63",
          "2^64",
          "-2^63",
          "3.14159265358979",
          "1e-320",
          "5e-324",
          "1.7976931348623157e308",
          "0.5",
          "1.5",
          "2.5",
          "-2.5",
          "1e21",
          "12345.678",
          "0xffff",
          "1e2",
          "7/2",
          "-7/2");

  private ExpressionCases() {}

  /** All expressions; each may have several values. */
  static List<String> all() {
    List<String> cases = new ArrayList<>();
    operators(cases);
    library(cases);
    strings(cases);
    numbers(cases);
    return cases;
  }

  private static void operators(List<String> cases) {
    for (String operator :
        List.of("+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", "and", "or")) {
      for (String left : VALUES) {
        for (String right : VALUES) {
          // Once with constants, and every now and then with variables.
          cases.add("(" + left + ") " + operator + " (" + right + ")");
          if (cases.size() % 3 == 0) {
            cases.add(
                "(function(a, b) return a " + operator + " b end)(" + left + ", " + right + ")");
          }
        }
      }
    }
    for (String value : VALUES) {
      for (String operator : List.of("-", "not ", "#")) {
        cases.add(operator + "(" + value + ")");
      }
      cases.add("(" + value + ").x");
      cases.add("(" + value + ")[nil]");
      cases.add("(" + value + ")()");
      cases.add("(" + value + "):x()");
      cases.add("({[" + value + "] = 1})[" + value + "]");
      cases.add("(function() for i = " + value + ", 2 do return i end end)()");
      cases.add("(function() for i = 1, " + value + " do return i end end)()");
      cases.add("(function() for i = 1, 2, " + value + " do return i end end)()");
      cases.add("(function() for i in " + value + " do return i end end)()");
      cases.add("type(" + value + "), tonumber(" + value + ")");
    }
  }

  private static void library(List<String> cases) {
    for (String function : FUNCTIONS) {
      for (String arguments : ARGUMENTS) {
        cases.add(function + "(" + arguments + ")");
      }
    }
    for (String call :
        List.of(
            "('x'):rep()",
            "('x'):bad()",
            "('x'):rep({})",
            "('x').rep()",
            "('%d'):format('x')",
            "('x'):rep('y')",
            "(5):rep(2)",
            "math.floor({})",
            "string.rep('x', -1)",
            "select('#')",
            "select(2, 'a', 'b', 'c')",
            "select(-1, 'a', 'b')",
            "select(0, 'a')",
            "select(-5, 'a')",
            "unpack({1, 2, 3}, 2)",
            "unpack({1, 2}, 1, 4)",
            "unpack({}, 1, 1e8)",
            "next({}, 1)",
            "next({10}, 1)",
            "next({10})",
            "rawequal('a', 'a')",
            "getmetatable('').__index == string",
            "tostring(nil)",
            "tostring()",
            "_VERSION",
            "table.concat({1, {}, 3})",
            "table.concat({1, 2, 3}, ', ', 2, 9)",
            "#'x\\0y'",
            "string.format('%q', 'a\\n\"\\\\\\0\\r')",
            "string.format('%s', setmetatable({}, {__tostring = function() return 'T' end}))",
            "pcall(error, {1})",
            "pcall(error)",
            "pcall(error, nil)",
            "pcall(error, 'x', 0)",
            "pcall(error, 'x', 1)",
            "pcall(error, 'x', 2)",
            "xpcall(function() error('x') end, function(m) return m .. '!' end)",
            "xpcall(function() local a = nil + 1 end, function(m) error('again') end)",
            "select('#', pcall(error))",
            "tostring(1e15), tostring(-1e15), tostring(1e14)")) {
      cases.add(call);
    }
  }

  private static void strings(List<String> cases) {
    for (String format : FORMATS) {
      for (String value :
          List.of(
              "0",
              "1",
              "-1",
              "3.7",
              "255",
              "1e15",
              "1e100",
              "2^31",
              "-2^63",
              "1/0",
              "0/0",
              "'abc'",
              "'12'",
              "nil",
              "{}",
              "'a\\0b\\n\"'")) {
        cases.add("string.format('" + format + "', " + value + ")");
      }
    }
    for (String subject : SUBJECTS) {
      for (String pattern : PATTERNS) {
        String both = subject + ", '" + pattern + "'";
        cases.add("string.find(" + both + ")");
        cases.add("string.match(" + both + ")");
        cases.add("string.gsub(" + both + ", '<%0>')");
      }
      for (String range :
          List.of("1", "0", "-1", "2, 3", "-3, -2", "0, 100", "5, 2", "-100, 1", "2.7", "'2'")) {
        cases.add("(" + subject + "):sub(" + range + "), (" + subject + "):byte(" + range + ")");
      }
      cases.add("(" + subject + "):upper():lower():reverse():len()");
    }
    for (String pattern : List.of("l", "(l)(.)", "%w+", "()", "")) {
      for (String replacement : REPLACEMENTS) {
        cases.add("string.gsub('hello world', '" + pattern + "', " + replacement + ")");
        cases.add("string.gsub('hello world', '" + pattern + "', " + replacement + ", 1)");
      }
      for (int init = -20; init <= 14; init += 4) {
        cases.add("string.find('hello world', '" + pattern + "', " + init + ")");
        cases.add("string.find('hello world', '" + pattern + "', " + init + ", true)");
      }
    }
    for (String numeral : NUMERALS) {
      cases.add("tonumber(" + numeral + ")");
      for (int base : new int[] {2, 8, 10, 16, 36, 1, 37}) {
        cases.add("tonumber(" + numeral + ", " + base + ")");
      }
      cases.add(numeral + " + 1");
    }
  }

  private static void numbers(List<String> cases) {
    for (String number : NUMBERS) {
      cases.add(number);
      cases.add("'' .. " + number + " .. ''");
      for (String function :
          Arrays.asList("floor", "ceil", "abs", "sqrt", "modf", "frexp", "exp", "log10")) {
        cases.add("math." + function + "(" + number + ")");
      }
      for (String other : List.of("2", "-2", "0.5", "3", "1e300")) {
        cases.add("(" + number + ") % " + other + ", " + other + " % (" + number + ")");
        cases.add("math.fmod(" + number + ", " + other + ")");
        cases.add(
            "math.max(" + number + ", " + other + "), math.min(" + number + ", " + other + ")");
      }
    }
  }
}
