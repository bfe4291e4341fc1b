package io.respite.server.lua.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.Meter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conversions as C's {@code printf} does them; expected is what the GNU C library wrote. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CFormatTest {
  private static CFormat conversion(String format) {
    assertThat(format).startsWith("%");
    byte[] bytes = format.getBytes(StandardCharsets.ISO_8859_1);
    CFormat conversion = new CFormat(bytes, 1, new Told());
    assertThat(conversion.end()).isEqualTo(bytes.length);
    return conversion;
  }

  private static String format(String format, double number) {
    CFormat conversion = conversion(format);
    ByteSink sink = new ByteSink(new Meter(1 << 20));
    switch (conversion.letter()) {
      case 'c' -> conversion.character(sink, number);
      case 'd', 'i' -> conversion.signed(sink, number);
      case 'o', 'u', 'x', 'X' -> conversion.unsigned(sink, number);
      default -> conversion.floating(sink, number);
    }
    return sink.toLuaString().toString();
  }

  private static String string(String format, String argument) {
    ByteSink sink = new ByteSink(new Meter(1 << 20));
    conversion(format).string(sink, LuaString.of(argument));
    return sink.toLuaString().toString();
  }

  @Nested
  class Integers {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        ignoreLeadingAndTrailingWhitespace = false,
        value = {
          "%d|3.99|3",
          "%i|-3.99|-3",
          "%5d|42|   42",
          "%-5d|42|42   ",
          "%05d|-42|-0042",
          "%+d|42|+42",
          "% d|42| 42",
          "%+ d|42|+42",
          "%.5d|-42|-00042",
          "%010.3d|0|       000",
          "%-010d|255|255       ",
          "%.0d|0|''",
          "%+.0d|0|+",
          "%d|1e300|-9223372036854775808",
          "%d|-1e300|-9223372036854775808",
          "%d|NaN|-9223372036854775808",
          "%d|9007199254740993|9007199254740992",
          "%u|-1|18446744073709551615",
          "%+u|255|255",
          "%u|9223372036854777856|9223372036854777856",
          "%u|18446744073709551616|0",
          "%u|-1e300|9223372036854775808",
          "%x|255|ff",
          "%X|255|FF",
          "%x|-1.5|ffffffffffffffff",
          "%#x|255|0xff",
          "%#X|255|0XFF",
          "%#x|0|0",
          "%#.0x|0|''",
          "%#5.3x|255|0x0ff",
          "%#5.3x|0|  000",
          "%o|8|10",
          "%#o|255|0377",
          "%#o|0|0",
          "%#.0o|0|0",
          "%#.5o|255|00377",
        })
    void are_written_as_C_writes_them(String format, double number, String expected) {
      assertThat(format(format, number)).isEqualTo(expected);
    }
  }

  @Nested
  class Floating_point {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        ignoreLeadingAndTrailingWhitespace = false,
        value = {
          "%f|0.1|0.100000",
          "%.0f|0.5|0",
          "%.0f|1.5|2",
          "%.0f|2.5|2",
          "%#.0f|2.5|2.",
          "%.2f|2.675|2.67",
          "%.20f|0.1|0.10000000000000000555",
          "%f|-0.0|-0.000000",
          "%8.3f|3.14159|   3.142",
          "%-8.3f|3.14159|3.142   ",
          "%08.3f|-3.14159|-003.142",
          "%+f|1|+1.000000",
          "% f|1| 1.000000",
          "%.3f|1e22|10000000000000000000000.000",
          "%e|0|0.000000e+00",
          "%e|12345.678|1.234568e+04",
          "%E|1e-300|1.000000E-300",
          "%.0e|15|2e+01",
          "%.0e|25|2e+01",
          "%#.0e|15|2.e+01",
          "%.3e|9.9999|1.000e+01",
          "%.25e|1|1.0000000000000000000000000e+00",
          "%g|100000|100000",
          "%g|1000000|1e+06",
          "%g|0.0001|0.0001",
          "%g|0.00001|1e-05",
          "%G|1e-10|1E-10",
          "%g|0|0",
          "%#g|0|0.00000",
          "%#g|1|1.00000",
          "%#.3g|1e10|1.00e+10",
          "%.3g|999.5|1e+03",
          "%.0g|123|1e+02",
          "%.14g|0.1|0.1",
          "%.17g|0.1|0.10000000000000001",
          "%.99f|1e-5|0.000010000000000000000818030539140313095458623138256371021270751953125000000000000000000000000000000",
          "%g|5e-324|4.94066e-324",
          "%f|Infinity|inf",
          "%e|-Infinity|-inf",
          "%G|Infinity|INF",
          "%08f|-Infinity|    -inf",
          "%-8f|Infinity|inf     ",
          "%+f|Infinity|+inf",
          "%5.1f|NaN|  nan",
        })
    void is_written_as_C_writes_it(String format, double number, String expected) {
      assertThat(format(format, number)).isEqualTo(expected);
    }

    @Test
    void shows_the_sign_of_what_is_no_number() {
      double negative = Double.longBitsToDouble(0xfff8000000000000L);
      assertThat(format("%f", negative)).isEqualTo("-nan");
      assertThat(format("%+E", Double.NaN)).isEqualTo("+NAN");
    }
  }

  @Nested
  class Characters {
    @Test
    void are_padded() {
      assertThat(format("%c", 65)).isEqualTo("A");
      assertThat(format("%5c", 65)).isEqualTo("    A");
      assertThat(format("%-5c", 65)).isEqualTo("A    ");
      assertThat(format("%05c", 65)).isEqualTo("    A");
      assertThat(format("%.3c", 65)).isEqualTo("A");
    }

    @Test
    void are_single_bytes() {
      assertThat(format("%c", 256 + 65)).isEqualTo("A");
      assertThat(format("%c", -191)).isEqualTo("A");
    }

    @Test
    void that_are_0_end_the_text() {
      assertThat(format("%c", 0)).isEmpty();
      assertThat(format("%5c", 0)).isEqualTo("    ");
      assertThat(format("%-5c", 0)).isEmpty();
      assertThat(format("%c", 4294967361.0)).isEmpty();
    }
  }

  @Nested
  class Strings {
    @Test
    void are_padded_and_cut() {
      assertThat(string("%s", "abc")).isEqualTo("abc");
      assertThat(string("%5s", "abc")).isEqualTo("  abc");
      assertThat(string("%-5s", "abc")).isEqualTo("abc  ");
      assertThat(string("%05s", "abc")).isEqualTo("  abc");
      assertThat(string("%.2s", "abc")).isEqualTo("ab");
      assertThat(string("%.s", "abc")).isEmpty();
      assertThat(string("%5.1s", "abc")).isEqualTo("    a");
    }

    @Test
    void end_at_a_byte_0_unless_they_are_long() {
      assertThat(string("%s", "a\0b")).isEqualTo("a");
      assertThat(string("%3s", "a\0b")).isEqualTo("  a");
      assertThat(string("%s", "a\0b".repeat(50))).isEqualTo("a\0b".repeat(50));
      assertThat(string("%.99s", "a\0b".repeat(50))).isEqualTo("a");
    }

    @Test
    void are_quoted() {
      ByteSink sink = new ByteSink(new Meter(1 << 20));
      CFormat.quoted(sink, LuaString.of("a\"b\\c\nd\re\0f\u00e9"));
      assertThat(sink.toLuaString()).hasToString("\"a\\\"b\\\\c\\\nd\\re\\000f\u00e9\"");
    }
  }

  @Nested
  class Mistakes {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "%------d | invalid format (repeated flags)",
          "%123d    | invalid format (width or precision too long)",
          "%1.123d  | invalid format (width or precision too long)",
        })
    void are_named_as_Lua_names_them(String format, String message) {
      assertThatThrownBy(() -> conversion(format)).isInstanceOf(LuaError.class).hasMessage(message);
    }

    @Test
    void are_left_to_the_caller_when_it_is_the_letter() {
      assertThat(conversion("%5.2y").letter()).isEqualTo('y');
      assertThat(new CFormat(new byte[] {'%'}, 1, new Told()).letter()).isZero();
    }
  }
}
