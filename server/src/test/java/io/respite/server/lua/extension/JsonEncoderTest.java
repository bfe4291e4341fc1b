package io.respite.server.lua.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.value.LightUserdata;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import io.respite.server.lua.value.NumberText;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JsonEncoderTest {
  private final Meter meter = new Meter(1 << 26);
  private final JsonEncoder encoder = new JsonEncoder(meter);
  private final JsonSettings settings = new JsonSettings();

  private String encode(Object value) {
    return encoder.encode(value, settings, units -> {}).toString();
  }

  private LuaTable array(Object... elements) {
    LuaTable table = new LuaTable(meter);
    for (int i = 0; i < elements.length; i++) {
      table.set(i + 1, elements[i]);
    }
    return table;
  }

  private LuaTable nested(int depth, Object key) {
    LuaTable table = new LuaTable(meter);
    for (int i = 1; i < depth; i++) {
      LuaTable outer = new LuaTable(meter);
      outer.set(key, table);
      table = outer;
    }
    return table;
  }

  @Nested
  class Values {
    @Test
    void words_stand_for_what_is_no_number_and_no_text() {
      assertThat(encode(array(true, false, LightUserdata.NULL))).isEqualTo("[true,false,null]");
      assertThat(encode(null)).isEqualTo("null");
    }

    @Test
    void functions_are_refused() {
      assertThatThrownBy(() -> encode(new Object()))
          .isInstanceOf(Refusal.class)
          .hasMessage("Cannot serialise thread: type not supported");
    }

    @Test
    void every_byte_but_a_few_is_written_as_it_is() {
      byte[] all = new byte[256];
      for (int i = 0; i < 256; i++) {
        all[i] = (byte) i;
      }
      String json = encode(LuaString.wrap(all));
      assertThat(json).startsWith("\"\\u0000\\u0001").contains("\\b\\t\\n\\u000b\\f\\r\\u000e");
      assertThat(json)
          .contains(" !\\\"#")
          .contains(".\\/0")
          .contains("[\\\\]")
          .contains("~\\u007f");
      assertThat(json).endsWith("\u00fe\u00ff\"");
    }

    @Test
    void long_strings_cross_the_chunks_unharmed() {
      for (int length : new int[] {4095, 4096, 4097, 12_289}) {
        String text = "a/".repeat(length).substring(0, length);
        assertThat(encode(LuaString.of(text))).isEqualTo("\"" + text.replace("/", "\\/") + "\"");
      }
    }
  }

  @Nested
  class Numbers {
    @Test
    void whole_numbers_are_written_as_text_of_lua_writes_them() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        double number =
            switch (i % 3) {
              case 0 -> random.nextInt();
              case 1 -> (double) (random.nextLong() >> random.nextInt(64));
              default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            };
        assertThat(encode(number)).as("seed %d", seed).isEqualTo(NumberText.general(number, 14));
      }
    }

    @Test
    void as_large_as_a_long_are_written_with_an_exponent() {
      assertThat(encode(array(-0x1p63, 0x1p63, -0x1p62, 0x1p64)))
          .isEqualTo(
              "[-9.2233720368548e+18,9.2233720368548e+18,-4.6116860184274e+18,1.844674407371e+19]");
    }

    @Test
    void the_precision_can_be_less() {
      settings.numberPrecision = 3;
      assertThat(encode(array(999.0, 1000.0, 1234.0, 0.12345, -999.0, -0.0)))
          .isEqualTo("[999,1e+03,1.23e+03,0.123,-999,-0]");
    }

    @Test
    void what_is_infinite_or_no_number_is_refused_written_or_null() {
      LuaTable odd = array(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN);
      assertThatThrownBy(() -> encode(odd))
          .hasMessage("Cannot serialise number: must not be NaN or Inf");
      settings.encodeInvalidNumbers = JsonSettings.InvalidNumbers.WRITTEN;
      assertThat(encode(odd)).isEqualTo("[inf,-inf,nan]");
      settings.encodeInvalidNumbers = JsonSettings.InvalidNumbers.NULL;
      assertThat(encode(odd)).isEqualTo("[null,null,null]");
    }
  }

  @Nested
  class Nesting {
    @Test
    void the_setting_bounds_it() {
      assertThat(encode(nested(1000, 1.0))).startsWith("[[").endsWith("{}" + "]".repeat(999));
      assertThatThrownBy(() -> encode(nested(1001, 1.0)))
          .hasMessage("Cannot serialise, excessive nesting (1001)");
    }

    @Test
    void the_stack_of_lua_bounds_it_when_the_setting_does_not() {
      settings.encodeMaxDepth = Integer.MAX_VALUE;
      assertThat(encode(nested(7997, 1.0))).hasSize(2 * 7997);
      assertThatThrownBy(() -> encode(nested(7998, 1.0)))
          .hasMessage("Cannot serialise, excessive nesting (7998)");
      assertThat(encode(nested(3999, LuaString.of("a")))).startsWith("{\"a\":{\"a\":");
      assertThatThrownBy(() -> encode(nested(4000, LuaString.of("a"))))
          .hasMessage("Cannot serialise, excessive nesting (4000)");
    }

    @Test
    void a_table_inside_itself_ends_in_an_error_and_the_encoder_works_on() {
      LuaTable table = new LuaTable(meter);
      table.set(1, table);
      assertThatThrownBy(() -> encode(table))
          .hasMessage("Cannot serialise, excessive nesting (1001)");
      assertThat(encode(array(1.0))).isEqualTo("[1]");
    }
  }

  @Nested
  class Bounds {
    @Test
    void an_array_of_mostly_nothing_ends_at_the_limit_of_memory() {
      settings.sparseRatio = 0;
      LuaTable table = new LuaTable(meter);
      table.set((double) Integer.MAX_VALUE, true);
      assertThatThrownBy(() -> encode(table))
          .isInstanceOf(LuaFault.class)
          .hasMessage("not enough memory");
    }

    @Test
    void long_work_is_told_of() {
      AtomicLong told = new AtomicLong();
      encoder.encode(LuaString.wrap(new byte[1 << 20]), settings, told::addAndGet);
      assertThat(told.get()).isBetween(1L << 19, 1L << 22);
    }
  }
}
