package io.respite.peers;

import java.util.Locale;
import java.util.Random;

/**
 * Makes random pieces of Lua about what is converted: JSON, MessagePack, structures, bits, formats
 * and numbers. What a piece returns goes through {@code show.lua}, unless it is a {@linkplain
 * #reply reply}.
 */
final class ScriptGenerator {
  private static final String[] SPECS = {
    "d", "i", "u", "c", "o", "x", "X", "e", "E", "f", "g", "G", "q", "s", "5d", "-5d", "+d", "05d",
    " d", "#x", "#o", ".3d", "10.4f", "-10.2e", ".0f", ".14g", ".17g", "+.3g", "#g", "20s", "-20s|",
    ".3s", "%", "3c|"
  };
  private static final String[] BIT_FUNCTIONS = {
    "tobit", "bnot", "band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror", "bswap",
    "tohex"
  };
  private static final String OPTIONS = "bBhHlLTiIfdsx";

  private final Random random;

  ScriptGenerator(long seed) {
    random = new Random(seed);
  }

  /** A statement that returns values. */
  String expression() {
    return "return "
        + switch (random.nextInt(10)) {
          case 0 -> "cjson.encode(" + value(0) + ")";
          case 1 -> "cjson.decode(" + quoted(json(0)) + ")";
          case 2 -> "cjson.decode(" + quoted(damaged(json(0))) + ")";
          case 3 -> "cmsgpack.pack(" + value(0) + ", " + value(3) + ")";
          case 4 -> "cmsgpack.unpack(cmsgpack.pack(" + value(0) + "))";
          case 5 -> "cmsgpack.unpack(" + quoted(bytes(random.nextInt(12))) + ")";
          case 6 -> structure();
          case 7 -> bit();
          case 8 -> format();
          default -> numbers();
        };
  }

  /** A script whose return value becomes the reply. */
  String reply() {
    return "return " + reply(0);
  }

  private String pick(String... all) {
    return all[random.nextInt(all.length)];
  }

  // ---- values as Lua writes them

  private String number() {
    return switch (random.nextInt(9)) {
      case 0 -> Integer.toString(random.nextInt(20) - 5);
      case 1 -> Integer.toString(random.nextInt());
      case 2 -> "2^" + random.nextInt(70);
      case 3 -> "-2^" + random.nextInt(70);
      case 4 -> "(2^" + random.nextInt(70) + (random.nextBoolean() ? "+1)" : "-1)");
      case 5 -> random.nextInt(10_000) + "." + random.nextInt(1000);
      case 6 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
      case 7 -> Double.toString(Double.longBitsToDouble(random.nextLong() & 0x7fefffffffffffffL));
      default -> random.nextInt(100) + ".5";
    };
  }

  private String bytes(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(256));
    }
    return text.toString();
  }

  private String text() {
    return random.nextInt(4) == 0
        ? bytes(random.nextInt(8))
        : pick("", "a", "name", "hello world", "12", "1.5", "\u00e9", "a\nb", "\"quoted\"", "/\\");
  }

  /** A string of any bytes as a literal of Lua. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
      quoted.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\%03d", (int) c));
    }
    return quoted.append('"').toString();
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 9)) {
      case 0, 1 -> number();
      case 2 -> quoted(text());
      case 3 -> pick("true", "false");
      case 4 -> pick("cjson.null", "nil", "{}", "1/0");
      case 5, 6 -> list(depth);
      case 7 -> table(depth, true);
      default -> table(depth, false);
    };
  }

  private String list(int depth) {
    StringBuilder list = new StringBuilder("{");
    for (int i = random.nextInt(6); i > 0; i--) {
      list.append(value(depth + 1)).append(i > 1 ? "," : "");
    }
    return list.append('}').toString();
  }

  private String table(int depth, boolean named) {
    StringBuilder table = new StringBuilder("{");
    for (int i = random.nextInt(5); i > 0; i--) {
      String key =
          named
              ? quoted("k" + random.nextInt(30))
              : pick(Integer.toString(1 + random.nextInt(14)), number(), quoted(text()));
      table.append('[').append(key).append("]=").append(value(depth + 1)).append(',');
    }
    return table.append('}').toString();
  }

  // ---- JSON

  private String json(int depth) {
    return switch (random.nextInt(depth > 3 ? 6 : 9)) {
      case 0 -> Integer.toString(random.nextInt());
      case 1 -> jsonNumber();
      case 2, 3 -> jsonString();
      case 4 -> pick("true", "false", "null");
      case 5 -> pick("[]", "{}", " 1 ", "-0", "1e5");
      case 6, 7 -> {
        StringBuilder list = new StringBuilder("[");
        for (int i = random.nextInt(5); i >= 0; i--) {
          list.append(json(depth + 1)).append(i > 0 ? pick(",", ", ", " ,\n") : "");
        }
        yield list.append(']').toString();
      }
      default -> {
        StringBuilder object = new StringBuilder("{");
        for (int i = random.nextInt(5); i >= 0; i--) {
          object.append("\"k").append(random.nextInt(20)).append(pick("\":", "\" : "));
          object.append(json(depth + 1)).append(i > 0 ? "," : "");
        }
        yield object.append('}').toString();
      }
    };
  }

  private String jsonNumber() {
    return pick("", "-")
        + random.nextInt(100_000)
        + pick("", "." + random.nextInt(100_000), "." + random.nextLong(Long.MAX_VALUE))
        + pick("", "", "e" + random.nextInt(30), "E-" + random.nextInt(320), "e+3");
  }

  private String jsonString() {
    StringBuilder string = new StringBuilder("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      string.append(
          pick(
              "a",
              "text",
              "\\n",
              "\\\"",
              "\\\\",
              "\\/",
              "\\u00e9",
              "\\u20AC",
              "\\ud83d\\ude00",
              "\\u0000",
              "\u00ff",
              " "));
    }
    return string.append('"').toString();
  }

  private String damaged(String json) {
    StringBuilder damaged = new StringBuilder(json);
    int at = random.nextInt(json.length() + 1);
    switch (random.nextInt(3)) {
      case 0 -> damaged.setLength(at);
      case 1 -> damaged.insert(at, pick(",", "]", "}", ":", "\"", "\\", "x", "0", "-", "\0", "e"));
      default -> damaged.setLength(Math.max(0, json.length() - 1));
    }
    return damaged.toString();
  }

  // ---- structures, bits, formats, numbers

  private String structure() {
    StringBuilder format = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      format.append(pick("", "", "<", ">", "!", "!4", "!2", " "));
      char option = OPTIONS.charAt(random.nextInt(OPTIONS.length()));
      format.append(option);
      if ((option == 'i' || option == 'I') && random.nextBoolean()) {
        format.append(random.nextInt(18));
      }
      if (option == 's') {
        arguments.append(",").append(quoted("s" + random.nextInt(1000)));
      } else if (option != 'x') {
        arguments.append(",").append(number());
      }
    }
    String packed = "struct.pack(" + quoted(format.toString()) + arguments + ")";
    return switch (random.nextInt(4)) {
      case 0 -> packed;
      case 1 -> "struct.unpack(" + quoted(format.toString()) + "," + packed + ")";
      case 2 -> "struct.size(" + quoted(format.toString()) + ")";
      default ->
          "struct.unpack("
              + quoted(format.toString())
              + ","
              + quoted(bytes(random.nextInt(30)))
              + pick("", ",1", ",2", ",9")
              + ")";
    };
  }

  private String bit() {
    StringBuilder call = new StringBuilder("bit." + pick(BIT_FUNCTIONS) + "(" + number());
    for (int i = random.nextInt(3); i > 0; i--) {
      call.append(',').append(number());
    }
    return call.append(')').toString();
  }

  private String format() {
    String spec = pick(SPECS);
    String argument = spec.endsWith("c|") || spec.equals("c") ? "65" : pick(number(), quoted("7"));
    return "string.format(" + quoted("%" + spec) + "," + argument + ")";
  }

  private String numbers() {
    return switch (random.nextInt(5)) {
      case 0 -> "tostring(" + number() + ")";
      case 1 -> "tonumber(" + quoted(jsonNumber()) + ")";
      case 2 -> "tonumber(" + quoted(text()) + "," + (2 + random.nextInt(35)) + ")";
      case 3 -> number() + pick(" + ", " - ", " * ", " / ", " % ", " ^ ") + number();
      default -> "math." + pick("floor", "ceil", "abs", "modf", "frexp") + "(" + number() + ")";
    };
  }

  // ---- replies

  private String reply(int depth) {
    return switch (random.nextInt(depth > 3 ? 6 : 12)) {
      case 0 -> number();
      case 1 -> quoted(text());
      case 2 -> pick("true", "false", "nil", "cjson.null");
      case 3 -> "{double=" + number() + "}";
      case 4 -> "{ok=" + quoted(pick("fine", "two words", "a\r\nb", "")) + "}";
      case 5 ->
          pick(
              "{err='MY error'}",
              "{err='word'}",
              "{big_number='123456789012345678901234567890'}",
              "{verbatim_string={format='txt',string='v'}}",
              "redis.error_reply('x')",
              "redis.status_reply('x')");
      case 6 -> "{map={[" + reply(4) + " or 1]=" + reply(depth + 1) + "}}";
      case 7 -> "{set={[" + reply(4) + " or 1]=true}}";
      default -> {
        StringBuilder list = new StringBuilder("{");
        for (int i = random.nextInt(5); i > 0; i--) {
          list.append(reply(depth + 1)).append(i > 1 ? "," : "");
        }
        yield list.append('}').toString();
      }
    };
  }
}
