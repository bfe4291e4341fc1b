package io.respite.server.lua.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JsonDecoderTest {
  private final Meter meter = new Meter(1 << 26);
  private final JsonDecoder decoder = new JsonDecoder(meter);
  private final JsonEncoder encoder = new JsonEncoder(meter);
  private final JsonSettings settings = new JsonSettings();

  private Object decode(String json) {
    return decoder.decode(LuaString.of(json), settings, units -> {});
  }

  @Nested
  class Numbers {
    private void check(String text, long seed) {
      assertThat(decode(text)).as("%s, seed %d", text, seed).isEqualTo(Double.parseDouble(text));
    }

    @Test
    void are_rounded_as_java_rounds_them() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        check(
            Double.toString(Double.longBitsToDouble(random.nextLong() & 0x7fefffffffffffffL)),
            seed);
        check(random.nextInt(100_000) + "." + random.nextInt(1_000_000), seed);
        check("-" + random.nextLong(Long.MAX_VALUE) + "e" + (random.nextInt(60) - 30), seed);
        check(
            new BigDecimal(new BigInteger(1 + random.nextInt(90), random), random.nextInt(80) - 40)
                .toString(),
            seed);
      }
    }

    @Test
    void that_lie_between_two_doubles_are_rounded_by_their_last_digit() {
      String half = "9007199254740993";
      check(half, 0);
      check(half + "." + "0".repeat(2000) + "1", 0);
      check(half + "." + "0".repeat(2000), 0);
      check("0." + "0".repeat(1000) + "1e1000", 0);
      check("1" + "0".repeat(1000) + "e-1000", 0);
      check("1" + "0".repeat(5000), 0);
      check("4.9e-324", 0);
      check("2.4703282292062327208e-324", 0);
      check("2.4703282292062328e-324", 0);
      check("1.7976931348623158e308", 0);
      check("1.7976931348623159e308", 0);
    }

    @Test
    void in_hexadecimal_are_rounded_as_java_rounds_them() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        String text =
            "0x"
                + Long.toHexString(random.nextLong() >>> random.nextInt(64))
                + "."
                + Long.toHexString(random.nextLong())
                + "p"
                + (random.nextInt(2400) - 1200);
        check(text, seed);
        check(
            Double.toHexString(Double.longBitsToDouble(random.nextLong() & 0x800fffffffffffffL)),
            seed);
      }
    }

    @Test
    void of_a_million_digits_are_read() {
      check("1".repeat(1_000_000) + "e-999990", 0);
      check("0." + "0".repeat(1_000_000) + "12e1000001", 0);
      assertThat(decode("1e" + "9".repeat(100_000))).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(decode("1e-" + "9".repeat(100_000))).isEqualTo(0.0);
      assertThat(decode("0e" + "9".repeat(100_000))).isEqualTo(0.0);
    }
  }

  @Nested
  class Structures {
    private Object random(Random random, int depth) {
      return switch (random.nextInt(depth > 4 ? 3 : 5)) {
        case 0 -> (Object) (double) random.nextInt();
        case 1 -> random.nextBoolean();
        case 2 -> {
          byte[] bytes = new byte[random.nextInt(20)];
          random.nextBytes(bytes);
          yield LuaString.wrap(bytes);
        }
        case 3 -> {
          LuaTable list = new LuaTable(meter);
          int length = random.nextInt(10) + 1;
          for (int i = 1; i <= length; i++) {
            list.set(i, random(random, depth + 1));
          }
          yield list;
        }
        default -> {
          LuaTable object = new LuaTable(meter);
          for (int i = random.nextInt(10); i > 0; i--) {
            object.set(LuaString.of("key" + random.nextInt(200)), random(random, depth + 1));
          }
          yield object;
        }
      };
    }

    @Test
    void come_back_as_they_were_encoded() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 2000; i++) {
        Object value = random(random, 0);
        LuaString json = encoder.encode(value, settings, units -> {});
        Object back = decoder.decode(json, settings, units -> {});
        // An array beside an object in the order of next: equal when the text is equal but for
        // that order, which growth may change.
        assertThat(sorted(back)).as("seed %d", seed).isEqualTo(sorted(value));
      }
    }

    private String sorted(Object value) {
      if (!(value instanceof LuaTable table)) {
        return String.valueOf(value);
      }
      java.util.TreeMap<String, String> map = new java.util.TreeMap<>();
      for (int i = table.nextFrom(0); i >= 0; i = table.nextFrom(i + 1)) {
        map.put(String.valueOf(table.keyAt(i)), sorted(table.valueAt(i)));
      }
      return map.toString();
    }

    @Test
    void that_nest_are_bounded_by_the_setting() {
      assertThat(decode("[".repeat(1000) + "]".repeat(1000))).isInstanceOf(LuaTable.class);
      assertThatThrownBy(() -> decode("[".repeat(1001)))
          .isInstanceOf(Refusal.class)
          .hasMessage("Found too many nested data structures (1001) at character 1001");
    }

    @Test
    void that_nest_are_bounded_by_the_stack_of_lua_when_the_setting_does_not() {
      settings.decodeMaxDepth = Integer.MAX_VALUE;
      assertThat(decode("[".repeat(7998) + "]".repeat(7998))).isInstanceOf(LuaTable.class);
      assertThatThrownBy(() -> decode("[".repeat(1_000_000)))
          .hasMessage("Found too many nested data structures (7999) at character 7999");
      assertThatThrownBy(() -> decode("{\"a\":".repeat(1_000_000)))
          .hasMessage("Found too many nested data structures (4000) at character 19996");
    }

    @Test
    void take_no_more_memory_than_there_is() {
      assertThatThrownBy(() -> decode("[" + "{},".repeat(3_000_000)))
          .isInstanceOf(LuaFault.class)
          .hasMessage("not enough memory");
    }
  }

  @Nested
  class Damaged {
    @Test
    void texts_end_in_a_value_or_a_refusal() {
      meter.census(() -> 0);
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      String good =
          "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\\ud83d\\ude00\\n\"],\"b\":{\"c\":\"\\\\\\/\"},\"d\":0x1p3}";
      int values = 0;
      for (int i = 0; i < 50_000; i++) {
        byte[] bytes = good.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        for (int n = random.nextInt(3); n >= 0; n--) {
          bytes[random.nextInt(bytes.length)] =
              (byte) random.nextInt(random.nextBoolean() ? 256 : 128);
        }
        int length = random.nextBoolean() ? bytes.length : random.nextInt(bytes.length);
        try {
          assertThat(decoder.decode(LuaString.copyOf(bytes, 0, length), settings, units -> {}))
              .isNotNull();
          values++;
        } catch (Refusal refusal) {
          assertThat(refusal.getMessage())
              .as("seed %d", seed)
              .matches("Expected .*|JSON parser does not support UTF-16 or UTF-32");
        }
      }
      assertThat(values).as("seed %d", seed).isPositive();
    }
  }
}
