package io.respite.server.command.family.sortedset;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranges of ranks, scores and members: answered, counted, kept, removed. */
@ParameterizedClass(name = "{0}")
@EnumSource(SortedSetForm.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class SortedSetRangesTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter SortedSetForm form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
    store.run("ZADD z 1 a 2 b 3 c 4 d 5 e");
    store.run("ZADD lex 0 a 0 b 0 c 0 d 0 e");
  }

  private String run(String line) {
    return store.run(line);
  }

  /** Expects the letters as members. */
  private void expect(String line, String letters) {
    String members =
        letters.chars().mapToObj(c -> "\"" + (char) c + "\"").collect(Collectors.joining(" "));
    assertThat(run(line)).as(line).isEqualTo("[" + members + "]");
  }

  @Nested
  class Zrange {
    @ParameterizedTest
    @CsvSource({
      "0 -1, abcde",
      "1 3, bcd",
      "-2 -1, de",
      "-100 1, ab",
      "3 100, de",
      "5 9, ''",
      "3 1, ''",
      "0 -1 REV, edcba",
      "1 2 REV, dc",
      "-2 9 REV, ba",
      "0 -9223372036854775808, ''",
      "-9223372036854775808 9223372036854775807, abcde",
      "2 4 BYSCORE, bcd",
      "(2 (4 BYSCORE, c",
      "-inf +inf BYSCORE LIMIT 1 2, bc",
      "+inf -inf BYSCORE REV LIMIT 1 2, dc",
      "4 2 BYSCORE, ''",
      "4 2 BYSCORE REV, dcb",
      "0 9 BYSCORE LIMIT -1 2, ''",
      "0 9 BYSCORE LIMIT 3 -7, de",
      "0 9 BYSCORE LIMIT 9223372036854775807 9223372036854775807, ''",
      "0 -1 LIMIT 1 -1, abcde"
    })
    void answers_a_range(String rest, String letters) {
      expect("ZRANGE z " + rest, letters);
    }

    @ParameterizedTest
    @CsvSource({
      "- +, abcde",
      "[b [d, bcd",
      "(b (d, c",
      "[bb +, cde",
      "+ -, ''",
      "- (c, ab",
      "- + LIMIT 1 2, bc"
    })
    void answers_a_range_of_members(String rest, String letters) {
      expect("ZRANGE lex " + rest + " BYLEX", letters);
    }

    @Test
    void answers_scores_too() {
      assertThat(run("ZRANGE z 3 4 WITHSCORES")).isEqualTo(form.pairs("d", "4", "e", "5"));
      assertThat(run("ZRANGE z 5 (3 BYSCORE REV WITHSCORES"))
          .isEqualTo(form.pairs("e", "5", "d", "4"));
      assertThat(run("ZRANGE none 0 -1 WITHSCORES")).isEqualTo("[]");
      assertThat(run("ZRANGE string 0 -1")).isEqualTo(WRONG_TYPE);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "0 -1 LIMIT 0 1 | ERR syntax error, LIMIT is only supported in combination with either"
              + " BYSCORE or BYLEX",
          "- + BYLEX WITHSCORES | ERR syntax error, WITHSCORES not supported in combination with"
              + " BYLEX",
          "a 1 | ERR value is not an integer or out of range",
          "0 x BYSCORE | ERR min or max is not a float",
          "nan 1 BYSCORE | ERR min or max is not a float",
          "a b BYLEX | ERR min or max not valid string range item",
          "-x + BYLEX | ERR min or max not valid string range item",
          "0 1 REV REV | ERR syntax error",
          "0 1 BYSCORE BYLEX | ERR syntax error",
          "0 1 BYSCORE LIMIT 1 | ERR syntax error",
          "0 1 BYSCORE LIMIT 1 x | ERR value is not an integer or out of range"
        })
    void refuses_what_is_malformed(String rest, String error) {
      assertThat(run("ZRANGE z " + rest)).isEqualTo("-" + error);
    }

    @Test
    void reads_bounds_as_the_real_server_does() {
      assertThat(store.call("ZRANGE", "z", " 2", "1e999", "BYSCORE"))
          .isEqualTo("[\"b\" \"c\" \"d\" \"e\"]");
      assertThat(store.call("ZRANGE", "z", "", "(", "BYSCORE")).isEqualTo("[]");
    }

    @Test
    void agrees_with_a_sorted_list_on_random_ranges() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      record Entry(double score, String member) {}
      List<Entry> model = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        Entry entry = new Entry(random.nextInt(60) / 2.0, "r" + i);
        model.add(entry);
        run("ZADD r " + entry.score + " " + entry.member);
      }
      model.sort(Comparator.comparingDouble(Entry::score).thenComparing(Entry::member));
      for (int i = 0; i < 500; i++) {
        double least = random.nextInt(64) / 2.0 - 1;
        double most = random.nextInt(64) / 2.0 - 1;
        boolean without = random.nextBoolean();
        int offset = random.nextInt(5);
        int limit = random.nextInt(30);
        String expected =
            model.stream()
                .filter(e -> without ? e.score > least : e.score >= least)
                .filter(e -> e.score <= most)
                .skip(offset)
                .limit(limit)
                .map(e -> "\"" + e.member + "\"")
                .collect(Collectors.joining(" ", "[", "]"));
        String line =
            "ZRANGE r %s%s %s BYSCORE LIMIT %d %d"
                .formatted(without ? "(" : "", least, most, offset, limit);
        assertThat(run(line)).as("seed %d %s", seed, line).isEqualTo(expected);
      }
    }
  }

  @Nested
  class Zrevrange {
    @Test
    void answers_ranks_from_the_greatest() {
      expect("ZREVRANGE z 0 1", "ed");
      assertThat(run("ZREVRANGE z 0 0 WITHSCORES")).isEqualTo(form.pairs("e", "5"));
      assertThat(run("ZREVRANGE z 0 1 REV")).isEqualTo("-ERR syntax error");
      assertThat(run("ZREVRANGE z 0 1 BYSCORE")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class Zrangebyscore {
    @Test
    void answers_a_range_of_scores() {
      expect("ZRANGEBYSCORE z (1 3", "bc");
      expect("ZRANGEBYSCORE z -inf inf LIMIT 3 9", "de");
      assertThat(run("ZRANGEBYSCORE z 5 inf WITHSCORES")).isEqualTo(form.pairs("e", "5"));
      assertThat(run("ZRANGEBYSCORE z x 1")).isEqualTo("-ERR min or max is not a float");
      assertThat(run("ZRANGEBYSCORE z 1 2 REV")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class Zrevrangebyscore {
    @Test
    void takes_the_greater_bound_first() {
      expect("ZREVRANGEBYSCORE z 3 (1", "cb");
      expect("ZREVRANGEBYSCORE z 1 3", "");
      expect("ZREVRANGEBYSCORE z inf -inf LIMIT 1 2", "dc");
    }
  }

  @Nested
  class Zrangebylex {
    @Test
    void answers_a_range_of_members() {
      expect("ZRANGEBYLEX lex [b (d", "bc");
      expect("ZRANGEBYLEX lex - + LIMIT 3 5", "de");
      assertThat(run("ZRANGEBYLEX lex b d"))
          .isEqualTo("-ERR min or max not valid string range item");
    }
  }

  @Nested
  class Zrevrangebylex {
    @Test
    void takes_the_greater_bound_first() {
      expect("ZREVRANGEBYLEX lex (d [b", "cb");
      expect("ZREVRANGEBYLEX lex + - LIMIT 0 2", "ed");
    }
  }

  @Nested
  class Zcount {
    @Test
    void counts_a_range_of_scores() {
      assertThat(run("ZCOUNT z (1 4")).isEqualTo(":3");
      assertThat(run("ZCOUNT z 4 1")).isEqualTo(":0");
      assertThat(run("ZCOUNT z -inf +inf")).isEqualTo(":5");
      assertThat(run("ZCOUNT none 1 2")).isEqualTo(":0");
      assertThat(run("ZCOUNT z x 2")).isEqualTo("-ERR min or max is not a float");
      assertThat(run("ZCOUNT string 1 2")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Zlexcount {
    @Test
    void counts_a_range_of_members() {
      assertThat(run("ZLEXCOUNT lex - +")).isEqualTo(":5");
      assertThat(run("ZLEXCOUNT lex (a [d")).isEqualTo(":3");
      assertThat(run("ZLEXCOUNT lex + -")).isEqualTo(":0");
      assertThat(run("ZLEXCOUNT lex a d")).isEqualTo("-ERR min or max not valid string range item");
    }
  }

  @Nested
  class Zrangestore {
    @Test
    void keeps_a_range() {
      assertThat(store.fresh("ZRANGESTORE d z 2 4 BYSCORE LIMIT 1 5")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("zrangestore d");
      assertThat(run("ZRANGE d 0 -1 WITHSCORES")).isEqualTo(form.pairs("c", "3", "d", "4"));
      assertThat(run("OBJECT ENCODING d")).isEqualTo(form.encoding());
    }

    @Test
    void may_read_and_keep_the_same_key() {
      assertThat(run("ZRANGESTORE z z 0 1 REV")).isEqualTo(":2");
      expect("ZRANGE z 0 -1", "de");
    }

    @Test
    void removes_the_destination_when_there_is_nothing() {
      assertThat(store.fresh("ZRANGESTORE z none 0 -1")).isEqualTo(":0");
      assertThat(store.events()).containsExactly("del z");
      assertThat(store.fresh("ZRANGESTORE z none 0 -1")).isEqualTo(":0");
      assertThat(store.events()).isEmpty();
      assertThat(run("ZRANGESTORE z string 0 -1")).isEqualTo(WRONG_TYPE);
      assertThat(run("ZRANGESTORE z lex 0 -1 WITHSCORES")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class Zremrangebyrank {
    @Test
    void removes_a_range_of_ranks() {
      assertThat(store.fresh("ZREMRANGEBYRANK z 1 2")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("zremrangebyrank z");
      expect("ZRANGE z 0 -1", "ade");
      assertThat(run("ZREMRANGEBYRANK z 5 9")).isEqualTo(":0");
      assertThat(store.fresh("ZREMRANGEBYRANK z 0 -1")).isEqualTo(":3");
      assertThat(store.events()).containsExactly("zremrangebyrank z", "del z");
      assertThat(run("ZREMRANGEBYRANK z a b"))
          .isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Nested
  class Zremrangebyscore {
    @Test
    void removes_a_range_of_scores() {
      assertThat(store.fresh("ZREMRANGEBYSCORE z (1 3")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("zremrangebyscore z");
      expect("ZRANGE z 0 -1", "ade");
      assertThat(run("ZSCORE z b")).isEqualTo("nil");
      assertThat(run("ZREMRANGEBYSCORE z x 1")).isEqualTo("-ERR min or max is not a float");
    }
  }

  @Nested
  class Zremrangebylex {
    @Test
    void removes_a_range_of_members() {
      assertThat(store.fresh("ZREMRANGEBYLEX lex [b (d")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("zremrangebylex lex");
      expect("ZRANGE lex 0 -1", "ade");
      assertThat(run("ZREMRANGEBYLEX none - +")).isEqualTo(":0");
      assertThat(run("ZREMRANGEBYLEX lex a b"))
          .isEqualTo("-ERR min or max not valid string range item");
    }
  }
}
