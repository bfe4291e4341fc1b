package io.respite.server.lua.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LuaPatternTest {
  private static final long STEPS = 1_000_000;

  private final Told told = new Told();

  private LuaPattern pattern(String subject, String pattern) {
    return new LuaPattern(LuaString.of(subject), LuaString.of(pattern), STEPS).during(told);
  }

  /** The first match, or null. */
  private String first(String subject, String pattern) {
    LuaPattern matcher = pattern(subject, pattern);
    for (int at = 0; at <= subject.length(); at++) {
      int end = matcher.match(at, 0);
      if (end >= 0) {
        return subject.substring(at, end);
      }
    }
    return null;
  }

  @Nested
  class Classes {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "%a  | abcxyzABCXYZ",
          "%d  | 0123456789",
          "%l  | abcxyz",
          "%u  | ABCXYZ",
          "%w  | abcxyzABCXYZ0123456789",
          "%x  | abcABC0123456789",
          "%p  | .-]%",
          "%s  | \" \"",
          "[a-c] | abc",
          "[c-a] | NONE",
          "[^%w%s%z\u00e9] | .-]%",
          "[]]  | ]",
          "[^]] | abcxyzABCXYZ0123456789.-% \u00e9",
          "[a-] | a-",
          "[%-] | -",
          "[%a-z] | abcxyzABCXYZ-",
          "%.   | .",
          "%%   | %",
        })
    void hold_these_bytes(String pattern, String expected) {
      StringBuilder matched = new StringBuilder();
      String all = "abcxyzABCXYZ0123456789.-]% \u00e9";
      for (int i = 0; i < all.length(); i++) {
        if (first(all.substring(i, i + 1), pattern) != null) {
          matched.append(all.charAt(i));
        }
      }
      assertThat(matched).hasToString("NONE".equals(expected) ? "" : expected);
    }

    @Test
    void hold_the_byte_0_under_a_name_of_its_own() {
      assertThat(first("a\0b", "%z")).isEqualTo("\0");
      assertThat(first("a\0b", "%Z*")).isEqualTo("a");
    }

    @Test
    void end_with_the_pattern_at_a_byte_0() {
      assertThat(first("abc", "a\0c")).isEqualTo("a");
    }
  }

  @Nested
  class Repetitions {
    @ParameterizedTest
    @CsvSource({
      "aaab, a*, aaa",
      "aaab, a+b, aaab",
      "aaab, a-b, aaab",
      "aaab, a?b, ab",
      "baaa, a*, ''",
      "baaa, a-$, aaa",
      "xaby, .-b, xab",
      "xabbby, x.*b, xabbb",
      "aaa, a?a?a?a?, aaa",
      "abcabc, .*b, abcab",
    })
    void take_as_much_as_they_should(String subject, String pattern, String match) {
      assertThat(first(subject, pattern)).isEqualTo(match);
    }

    @Test
    void of_long_subjects_need_no_deep_stack() {
      String subject = "a".repeat(300_000);
      assertThat(first(subject + "b", "(.-)b")).hasSize(300_001);
      assertThat(first(subject + "b", "(.*)b")).hasSize(300_001);
      assertThat(first(subject, "[ab]*[ba]-$")).hasSize(300_000);
      assertThat(pattern(subject, "(.-)b").match(0, 0)).isEqualTo(-1);
    }
  }

  @Nested
  class Items {
    @ParameterizedTest
    @CsvSource(
        quoteCharacter = '`',
        value = {
          "f(a(b)c)d, %b(), (a(b)c)",
          "((a), %b(), (a)",
          "THE (quick) fox, %f[%a]%a+%f[%A], THE",
          "xx yy zz, (%a)%1 (%a)%2, xx yy",
          "say 'hi' now, (['\"])(.-)%1, 'hi'",
          "a$b, a$b, a$b",
          "ab, b$, b",
        })
    void match_what_they_should(String subject, String pattern, String match) {
      assertThat(first(subject, pattern)).isEqualTo(match);
    }

    @Test
    void never_match_again_what_a_position_captured() {
      assertThat(first("aa", "()a%1")).isNull();
    }

    @Test
    void answer_captures() {
      LuaPattern matcher = pattern("key = value", "(%w+)%s*()=%s*((%w)%w*)");
      assertThat(matcher.match(0, 0)).isEqualTo(11);
      assertThat(matcher.captures()).isEqualTo(4);
      assertThat(matcher.captureStart(0, 0)).isZero();
      assertThat(matcher.captureEnd(0, 11)).isEqualTo(3);
      assertThat(matcher.isPosition(1)).isTrue();
      assertThat(matcher.captureStart(1, 0)).isEqualTo(4);
      assertThat(matcher.captureStart(2, 0)).isEqualTo(6);
      assertThat(matcher.captureEnd(2, 11)).isEqualTo(11);
      assertThat(matcher.captureEnd(3, 11)).isEqualTo(7);
    }

    @Test
    void forget_captures_of_ways_that_failed() {
      LuaPattern matcher = pattern("aab", "(a-)(b)");
      assertThat(matcher.match(0, 0)).isEqualTo(3);
      assertThat(matcher.captures()).isEqualTo(2);
      assertThat(matcher.captureEnd(0, 3)).isEqualTo(2);
    }
  }

  @Nested
  class Mistakes {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "%       | malformed pattern (ends with '%')",
          "[a      | malformed pattern (missing ']')",
          "[]      | malformed pattern (missing ']')",
          "[^      | malformed pattern (missing ']')",
          "[a%     | malformed pattern (missing ']')",
          "%f      | missing '[' after '%f' in pattern",
          "%b      | unbalanced pattern",
          "%bx     | unbalanced pattern",
          "%1      | invalid capture index",
          "%0      | invalid capture index",
          "(x%1)   | invalid capture index",
          ")       | invalid pattern capture",
          "(x))    | invalid pattern capture",
        })
    void are_named_as_Lua_names_them(String pattern, String message) {
      assertThatThrownBy(() -> first("x", pattern))
          .isInstanceOf(LuaError.class)
          .hasMessage(message);
    }

    @Test
    void are_not_found_before_matching_gets_there() {
      assertThat(first("x", "y[")).isNull();
    }

    @Test
    void of_captures_are_found_when_they_are_asked_for() {
      LuaPattern matcher = pattern("x", "(x");
      assertThat(matcher.match(0, 0)).isEqualTo(1);
      assertThatThrownBy(() -> matcher.captureEnd(0, 1)).hasMessage("unfinished capture");
      assertThatThrownBy(() -> matcher.captureEnd(1, 1)).hasMessage("invalid capture index");
    }

    @Test
    void include_a_33rd_capture() {
      assertThat(first("x", "()".repeat(32))).isEmpty();
      assertThatThrownBy(() -> first("x", "()".repeat(33))).hasMessage("too many captures");
    }
  }

  @Nested
  class Bombs {
    @Test
    void end_with_their_steps() {
      String subject = "a".repeat(40);
      String pattern = "a*".repeat(20) + "b";
      assertThatThrownBy(() -> first(subject, pattern))
          .hasMessage("pattern too complex: more than 1004000 steps");
      assertThat(told.units).isGreaterThan(STEPS);
      assertThat(told.longest).isLessThan(100_000);
    }

    @Test
    void of_long_sets_end_with_their_steps() {
      String set = "[" + "b".repeat(10_000) + "]";
      assertThatThrownBy(() -> first("a".repeat(1000), set)).hasMessageContaining("too complex");
    }

    @Test
    void of_many_items_end_with_their_notes() {
      String subject = "a".repeat(150_000);
      assertThat(first(subject, "a?".repeat(50_000))).hasSize(50_000);
      assertThatThrownBy(() -> first(subject, "a?".repeat(150_000)))
          .hasMessage("pattern too complex");
    }

    @Test
    void of_one_match_leave_the_next_its_steps() {
      LuaPattern matcher = pattern("a".repeat(2000), "a-b");
      for (int i = 0; i < 1000; i++) {
        assertThat(matcher.during(told).match(0, 0)).isEqualTo(-1);
        matcher.rest();
      }
      assertThat(told.units).isGreaterThan(2 * STEPS);
    }
  }
}
