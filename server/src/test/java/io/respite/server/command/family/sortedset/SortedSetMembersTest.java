package io.respite.server.command.family.sortedset;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import io.respite.server.command.family.TestConnection;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.type.Value;
import io.respite.server.type.ValueDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Members one by one: adding, asking, removing, taking. */
@ParameterizedClass(name = "{0}")
@EnumSource(SortedSetForm.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class SortedSetMembersTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter SortedSetForm form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String all() {
    return run("ZRANGE z 0 -1 WITHSCORES");
  }

  @Nested
  class Zadd {
    @Test
    void adds_members_in_the_order_of_scores_and_counts_new_ones() {
      assertThat(run("ZADD z 2 b 1 a")).isEqualTo(":2");
      assertThat(run("ZADD z 3 a 2 aa")).isEqualTo(":1");
      assertThat(all()).isEqualTo(form.pairs("aa", "2", "b", "2", "a", "3"));
      assertThat(run("OBJECT ENCODING z")).isEqualTo(form.encoding());
      assertThat(run("TYPE z")).isEqualTo("zset");
      assertThat(run("ZADD string 1 a")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void counts_changed_members_with_CH() {
      run("ZADD z 1 a 2 b");
      assertThat(run("ZADD z CH 1 a 5 b 6 c")).isEqualTo(":2");
    }

    @Test
    void obeys_NX_and_XX() {
      run("ZADD z 1 a");
      assertThat(run("ZADD z NX 2 a 3 b")).isEqualTo(":1");
      assertThat(run("ZADD z XX CH 2 a 3 c")).isEqualTo(":1");
      assertThat(all()).isEqualTo(form.pairs("a", "2", "b", "3"));
      assertThat(run("ZADD none XX 1 a")).isEqualTo(":0");
      assertThat(run("EXISTS none")).isEqualTo(":0");
    }

    @Test
    void obeys_GT_and_LT() {
      run("ZADD z 5 a");
      assertThat(run("ZADD z GT CH 4 a")).isEqualTo(":0");
      assertThat(run("ZADD z GT CH 6 a 1 new")).isEqualTo(":2");
      assertThat(run("ZADD z LT CH 7 a")).isEqualTo(":0");
      assertThat(run("ZADD z LT CH 2 a")).isEqualTo(":1");
      assertThat(all()).isEqualTo(form.pairs("new", "1", "a", "2"));
    }

    @Test
    void answers_the_new_score_with_INCR_and_nothing_where_a_rule_forbids_it() {
      assertThat(run("ZADD z INCR 1.5 a")).isEqualTo(form.score("1.5"));
      assertThat(run("ZADD z INCR 2 a")).isEqualTo(form.score("3.5"));
      assertThat(run("ZADD z NX INCR 2 a")).isEqualTo("nil");
      assertThat(run("ZADD z XX INCR 2 b")).isEqualTo("nil");
      assertThat(run("ZADD none XX INCR 2 b")).isEqualTo("nil");
      assertThat(run("ZADD z GT INCR -1 a")).isEqualTo("nil");
      run("ZADD z inf i");
      assertThat(run("ZADD z INCR -inf i")).isEqualTo("-ERR resulting score is not a number (NaN)");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "ZADD z 1 | ERR wrong number of arguments for 'zadd' command",
          "ZADD z NX 1 | ERR syntax error",
          "ZADD z 1 a 2 | ERR syntax error",
          "ZADD z NX XX 1 a | ERR XX and NX options at the same time are not compatible",
          "ZADD z GT LT 1 a | ERR GT, LT, and/or NX options at the same time are not compatible",
          "ZADD z NX GT 1 a | ERR GT, LT, and/or NX options at the same time are not compatible",
          "ZADD z INCR 1 a 2 b | ERR INCR option supports a single increment-element pair",
          "ZADD z nan a | ERR value is not a valid float",
          "ZADD z 1 a x b | ERR value is not a valid float"
        })
    void refuses_what_makes_no_sense_and_changes_nothing(String line, String error) {
      assertThat(store.fresh(line)).isEqualTo("-" + error);
      assertThat(store.events()).isEmpty();
      assertThat(run("EXISTS z")).isEqualTo(":0");
    }

    @Test
    void tells_of_a_change_only_when_there_was_one() {
      assertThat(store.fresh("ZADD z 1 a")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("zadd z");
      assertThat(store.effects()).containsExactly("ZADD z 1 a");
      store.fresh("ZADD z 1 a");
      assertThat(store.events()).isEmpty();
      assertThat(store.effects()).isEmpty();
      store.fresh("ZADD z INCR 1 a");
      assertThat(store.events()).containsExactly("zincr z");
    }

    @Test
    void leaves_the_compact_form_with_a_member_too_long_or_one_too_many() {
      run("ZADD z 1 " + "x".repeat(64));
      assertThat(run("OBJECT ENCODING z")).isEqualTo(form.encoding());
      run("ZADD z 1 " + "x".repeat(65));
      assertThat(run("OBJECT ENCODING z")).isEqualTo("\"skiplist\"");
      for (int i = 0; i < 128; i++) {
        run("ZADD y " + (i * 0.5) + " m" + i);
      }
      assertThat(run("OBJECT ENCODING y")).isEqualTo(form.encoding());
      run("ZADD y 7.25 more");
      assertThat(run("OBJECT ENCODING y")).isEqualTo("\"skiplist\"");
      assertThat(run("ZRANK y more")).isEqualTo(":15");
      assertThat(run("ZSCORE y m77")).isEqualTo(form.score("38.5"));
      run("ZREMRANGEBYRANK y 0 -3");
      assertThat(run("OBJECT ENCODING y")).isEqualTo("\"skiplist\"");
    }

    @Test
    void agrees_with_a_map_on_random_operations() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      Map<String, Double> model = new HashMap<>();
      for (int i = 0; i < 3000; i++) {
        String member = "m" + random.nextInt(100);
        int score = random.nextInt(40) - 20;
        if (random.nextInt(4) == 0) {
          assertThat(run("ZREM z " + member))
              .as("seed %d", seed)
              .isEqualTo(model.remove(member) == null ? ":0" : ":1");
        } else {
          assertThat(run("ZADD z " + score / 2.0 + " " + member))
              .as("seed %d", seed)
              .isEqualTo(model.put(member, score / 2.0) == null ? ":1" : ":0");
        }
        assertThat(run("ZCARD z")).as("seed %d", seed).isEqualTo(":" + model.size());
        String other = "m" + random.nextInt(100);
        Double there = model.get(other);
        long before =
            there == null
                ? -1
                : model.entrySet().stream()
                    .filter(
                        e ->
                            e.getValue() < there
                                || (e.getValue().equals(there) && e.getKey().compareTo(other) < 0))
                    .count();
        assertThat(run("ZRANK z " + other))
            .as("seed %d", seed)
            .isEqualTo(there == null ? "nil" : ":" + before);
      }
    }
  }

  @Nested
  class Zincrby {
    @Test
    void adds_to_a_score() {
      assertThat(store.fresh("ZINCRBY z 2.5 a")).isEqualTo(form.score("2.5"));
      assertThat(store.events()).containsExactly("zincr z");
      assertThat(run("ZINCRBY z -1 a")).isEqualTo(form.score("1.5"));
      assertThat(run("ZINCRBY z inf a")).isEqualTo(form.score("inf"));
      assertThat(run("ZINCRBY z -inf a")).isEqualTo("-ERR resulting score is not a number (NaN)");
      assertThat(run("ZINCRBY z x a")).isEqualTo("-ERR value is not a valid float");
      assertThat(run("ZINCRBY string 1 a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Zrem {
    @Test
    void removes_members_and_the_key_with_the_last_one() {
      run("ZADD z 1 a 2 b 3 c");
      assertThat(store.fresh("ZREM z a x a")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("zrem z");
      assertThat(store.fresh("ZREM z x")).isEqualTo(":0");
      assertThat(store.events()).isEmpty();
      assertThat(store.fresh("ZREM z c b")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("zrem z", "del z");
      assertThat(run("EXISTS z")).isEqualTo(":0");
      assertThat(run("ZREM none a")).isEqualTo(":0");
      assertThat(run("ZREM string a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Zscore {
    @ParameterizedTest
    @CsvSource({
      "3.0, 3",
      "0.1, 0.1",
      "1e21, 1e+21",
      "1e-5, 0.00001",
      "1e-7, 1e-7",
      "inf, inf",
      "-Infinity, -inf",
      "0x10, 16",
      "1e5, 100000",
      "123456789012345678, 123456789012345680",
      "-2.5, -2.5"
    })
    void is_shown_in_its_shortest_form(String given, String shown) {
      run("ZADD z " + given + " m");
      assertThat(run("ZSCORE z m")).isEqualTo(form.score(shown));
    }

    @Test
    void loses_the_sign_of_zero_in_the_compact_form() {
      run("ZADD z -0 m");
      assertThat(run("ZSCORE z m")).isEqualTo(form.score(form.compact() ? "0" : "-0"));
    }

    @Test
    void is_nothing_where_there_is_no_member() {
      run("ZADD z 1 m");
      assertThat(run("ZSCORE z x")).isEqualTo("nil");
      assertThat(run("ZSCORE none x")).isEqualTo("nil");
      assertThat(run("ZSCORE string x")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Zmscore {
    @Test
    void answers_several_scores() {
      run("ZADD z 1 a 2.5 b");
      assertThat(run("ZMSCORE z b x a"))
          .isEqualTo("[" + form.score("2.5") + " nil " + form.score("1") + "]");
      assertThat(run("ZMSCORE none a b")).isEqualTo("[nil nil]");
      assertThat(run("ZMSCORE string a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Zcard {
    @Test
    void counts_members() {
      run("ZADD z 1 a 2 b");
      assertThat(run("ZCARD z")).isEqualTo(":2");
      assertThat(run("ZCARD none")).isEqualTo(":0");
      assertThat(run("ZCARD string")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Zrank {
    @Test
    void counts_the_members_before() {
      run("ZADD z 1 a 2 b 2 c");
      assertThat(run("ZRANK z a")).isEqualTo(":0");
      assertThat(run("ZRANK z c")).isEqualTo(":2");
      assertThat(run("ZRANK z b WITHSCORE")).isEqualTo("[:1 " + form.score("2") + "]");
      assertThat(run("ZRANK z x")).isEqualTo("nil");
      assertThat(run("ZRANK z x WITHSCORE")).isEqualTo("nil");
      assertThat(run("ZRANK z a WITHSCORES")).isEqualTo("-ERR syntax error");
      assertThat(run("ZRANK z a WITHSCORE x"))
          .isEqualTo("-ERR wrong number of arguments for 'zrank' command");
    }
  }

  @Nested
  class Zrevrank {
    @Test
    void counts_the_members_after() {
      run("ZADD z 1 a 2 b 2 c");
      assertThat(run("ZREVRANK z a")).isEqualTo(":2");
      assertThat(run("ZREVRANK z c WITHSCORE")).isEqualTo("[:0 " + form.score("2") + "]");
      assertThat(run("ZREVRANK none c")).isEqualTo("nil");
    }
  }

  @Nested
  class Zrandmember {
    @Test
    void answers_members_that_are_there() {
      run("ZADD z 1 a 2 b 3 c");
      assertThat(run("ZRANDMEMBER z")).isIn("\"a\"", "\"b\"", "\"c\"");
      assertThat(run("ZRANDMEMBER z 9 WITHSCORES"))
          .isEqualTo(form.pairs("a", "1", "b", "2", "c", "3"));
      assertThat(run("ZRANDMEMBER z 2").split(" ")).doesNotHaveDuplicates().hasSize(2);
      assertThat(run("ZRANDMEMBER z -50").split(" ")).hasSize(50);
      assertThat(run("ZRANDMEMBER z 0")).isEqualTo("[]");
      assertThat(run("ZRANDMEMBER none")).isEqualTo("nil");
      assertThat(run("ZRANDMEMBER none 5")).isEqualTo("[]");
    }

    @Test
    void draws_few_of_many_without_a_double() {
      for (int i = 0; i < 500; i++) {
        run("ZADD z " + i + " m" + i);
      }
      String[] drawn = run("ZRANDMEMBER z 20").replace("[", "").replace("]", "").split(" ");
      assertThat(drawn).doesNotHaveDuplicates().hasSize(20).allMatch(m -> m.matches("\"m\\d+\""));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "x | value is not an integer or out of range",
          "-9223372036854775808 | value is out of range, value must between -9223372036854775807"
              + " and 9223372036854775807",
          "1 2 | syntax error",
          "-4611686018427387905 WITHSCORES | value is out of range",
          "-4611686018427387903 | value is out of range, at most 1000000 members can be drawn at"
              + " once"
        })
    void refuses_counts_out_of_bounds(String count, String error) {
      run("ZADD z 1 a");
      assertThat(run("ZRANDMEMBER z " + count)).isEqualTo("-ERR " + error);
    }
  }

  @Nested
  class Zscan {
    @Test
    void visits_every_member_once_or_more() {
      for (int i = 0; i < 1000; i++) {
        run("ZADD z " + i + " m" + i);
      }
      StringBuilder seen = new StringBuilder();
      String cursor = "0";
      do {
        String shown = run("ZSCAN z " + cursor + " COUNT 50");
        cursor = shown.substring(2, shown.indexOf('"', 2));
        seen.append(shown);
      } while (!cursor.equals("0"));
      for (int i = 0; i < 1000; i++) {
        assertThat(seen).contains("\"m" + i + "\" \"" + i + "\"");
      }
    }

    @Test
    void shows_scores_as_text_and_obeys_MATCH() {
      run("ZADD z 1.5 a 2 b");
      assertThat(run("ZSCAN z 0 MATCH a*")).isEqualTo("[\"0\" [\"a\" \"1.5\"]]");
      assertThat(run("ZSCAN none 0")).isEqualTo("[\"0\" []]");
      assertThat(run("ZSCAN z x")).isEqualTo("-ERR invalid cursor");
      assertThat(run("ZSCAN z 0 COUNT 0")).isEqualTo("-ERR syntax error");
      assertThat(run("ZSCAN string 0")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void shows_all_digits_of_a_large_set_and_the_text_of_a_small_one() {
      run("ZADD z 0.1 a");
      assertThat(run("ZSCAN z 0"))
          .isEqualTo(
              "[\"0\" [\"a\" \"" + (form.compact() ? "0.1" : "0.10000000000000001") + "\"]]");
    }
  }

  @Nested
  class Zpopmin {
    @Test
    void takes_the_lowest() {
      run("ZADD z 1 a 2 b 3 c");
      assertThat(store.fresh("ZPOPMIN z")).isEqualTo("[\"a\" " + form.score("1") + "]");
      assertThat(store.events()).containsExactly("zpopmin z");
      assertThat(store.fresh("ZPOPMIN z 5")).isEqualTo(form.pairs("b", "2", "c", "3"));
      assertThat(store.events()).containsExactly("zpopmin z", "del z");
      assertThat(run("ZPOPMIN z")).isEqualTo("[]");
      assertThat(run("ZPOPMIN string")).isEqualTo(WRONG_TYPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "-9223372036854775808", "nan"})
    void refuses_a_count_that_is_not_positive(String count) {
      run("ZADD z 1 a");
      assertThat(run("ZPOPMIN z " + count))
          .isEqualTo("-ERR value is out of range, must be positive");
      assertThat(run("ZPOPMIN z 0")).isEqualTo("[]");
      assertThat(run("ZPOPMIN z 1 2")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class Zpopmax {
    @Test
    void takes_the_highest() {
      run("ZADD z 1 a 2 b 3 c");
      assertThat(run("ZPOPMAX z 2")).isEqualTo(form.pairs("c", "3", "b", "2"));
      assertThat(store.fresh("ZPOPMAX z")).isEqualTo("[\"a\" " + form.score("1") + "]");
      assertThat(store.events()).containsExactly("zpopmax z", "del z");
    }
  }

  @Nested
  class Zmpop {
    @Test
    void takes_from_the_first_that_is_there() {
      run("ZADD z 1 a 2 b 3 c");
      assertThat(store.fresh("ZMPOP 2 none z MIN"))
          .isEqualTo("[\"z\" " + form.alwaysPairs("a", "1") + "]");
      assertThat(store.effects()).containsExactly("ZPOPMIN z 1");
      assertThat(store.fresh("ZMPOP 2 none z MAX COUNT 9"))
          .isEqualTo("[\"z\" " + form.alwaysPairs("c", "3", "b", "2") + "]");
      assertThat(store.effects()).containsExactly("ZPOPMAX z 2");
      assertThat(store.events()).containsExactly("zpopmax z", "del z");
      assertThat(run("ZMPOP 1 z MIN")).isEqualTo("nil");
      assertThat(run("ZMPOP 2 none string MIN")).isEqualTo(WRONG_TYPE);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "0 z MIN | numkeys should be greater than 0",
          "x z MIN | numkeys should be greater than 0",
          "9223372036854775807 z MIN | syntax error",
          "2 z MIN | syntax error",
          "1 z MID | syntax error",
          "1 z MIN COUNT | syntax error",
          "1 z MIN COUNT 0 | count should be greater than 0",
          "1 z MIN COUNT 1 COUNT 1 | syntax error"
        })
    void refuses_what_is_malformed(String rest, String error) {
      assertThat(run("ZMPOP " + rest)).isEqualTo("-ERR " + error);
    }
  }

  @Nested
  class Bzpopmin {
    private final TestConnection connection = new TestConnection();

    @Test
    void takes_at_once_what_is_there() {
      run("ZADD z 1 a 2 b");
      assertThat(store.fresh("BZPOPMIN none z 0"))
          .isEqualTo("[\"z\" \"a\" " + form.score("1") + "]");
      assertThat(store.effects()).containsExactly("ZPOPMIN z");
      assertThat(run("BZPOPMIN none 0")).isEqualTo("nil");
      assertThat(run("BZPOPMIN string 0")).isEqualTo(WRONG_TYPE);
      assertThat(run("BZPOPMIN z x")).isEqualTo("-ERR timeout is not a float or out of range");
      assertThat(run("BZPOPMIN z -1")).isEqualTo("-ERR timeout is negative");
    }

    @Test
    void waits_for_a_member() {
      Session client = store.newClient(connection);
      assertThat(store.run(client, "BZPOPMIN y z 0")).isEqualTo("waits");
      store.fresh("ZADD z 2 b 1 a");
      assertThat(connection.received()).containsExactly("[\"z\" \"a\" " + form.score("1") + "]");
      assertThat(store.effects()).containsExactly("ZADD z 2 b 1 a", "ZPOPMIN z");
      assertThat(run("ZCARD z")).isEqualTo(":1");
    }

    @Test
    void gives_up_when_time_is_up() {
      Session client = store.newClient(connection);
      assertThat(store.run(client, "BZPOPMIN z 0.5")).isEqualTo("waits");
      store.advanceMillis(500);
      assertThat(connection.received()).containsExactly("nil");
    }
  }

  @Nested
  class Bzpopmax {
    @Test
    void waits_for_a_member_and_takes_the_highest() {
      TestConnection connection = new TestConnection();
      Session client = store.newClient(connection);
      assertThat(store.run(client, "BZPOPMAX z 0")).isEqualTo("waits");
      store.fresh("ZADD z 2 b 1 a");
      assertThat(connection.received()).containsExactly("[\"z\" \"b\" " + form.score("2") + "]");
      assertThat(store.effects()).containsExactly("ZADD z 2 b 1 a", "ZPOPMAX z");
    }
  }

  @Nested
  class Bzmpop {
    @Test
    void waits_and_takes_as_many_as_there_are() {
      TestConnection connection = new TestConnection();
      Session client = store.newClient(connection);
      assertThat(store.run(client, "BZMPOP 0 2 y z MAX COUNT 5")).isEqualTo("waits");
      store.fresh("ZADD z 2 b 1 a");
      assertThat(connection.received())
          .containsExactly("[\"z\" " + form.alwaysPairs("b", "2", "a", "1") + "]");
      assertThat(store.effects()).containsExactly("ZADD z 2 b 1 a", "ZPOPMAX z 2");
      assertThat(run("EXISTS z")).isEqualTo(":0");
    }

    @Test
    void refuses_what_is_malformed() {
      assertThat(run("BZMPOP 0 0 z MIN")).isEqualTo("-ERR numkeys should be greater than 0");
      assertThat(run("BZMPOP x 1 z MIN")).isEqualTo("-ERR timeout is not a float or out of range");
      assertThat(run("BZMPOP 0 1 z MIN")).isEqualTo("nil");
    }
  }

  @Nested
  class As_a_value {
    @Test
    void has_the_checksum_of_the_real_server() {
      run("ZADD z 0.1 a 1e21 b 3 c inf d -1.5 e");
      // DEBUG DIGEST-VALUE of redis-server 7.0.15.
      assertThat(digest()).isEqualTo("00ef08fb0d064de1470adfa72824882d5bbf603c");
      run("ZADD z 1e-5 f 123456789012345678 g -inf h 42 12345");
      assertThat(digest()).isEqualTo("fe63c5f4792fe20c77ea2de6abadc355f9ddbf00");
    }

    private String digest() {
      byte[] key = {'z'};
      Value value = ((KeyEntry) store.keyspace().database(0).peek(key, 0, 1)).value();
      ValueDigest digest = new ValueDigest();
      digest.mix(new byte[] {0, 0, 0, (byte) value.typeNumber()});
      value.digest(digest);
      return digest.hex();
    }

    @Test
    void is_copied_renamed_and_weighed_like_any_other() {
      run("ZADD z 1 a 2 b");
      assertThat(run("COPY z y")).isEqualTo(":1");
      run("ZADD y 3 c");
      run("ZREM z a");
      assertThat(all()).isEqualTo(form.pairs("b", "2"));
      run("RENAME y x");
      assertThat(run("ZRANGE x 0 -1")).isEqualTo("[\"a\" \"b\" \"c\"]");
      assertThat(run("OBJECT ENCODING x")).isEqualTo(form.encoding());
      assertThat(run("ZADD x 5 a")).isEqualTo(":0");
      assertThat(run("ZRANGE x 0 -1")).isEqualTo("[\"b\" \"c\" \"a\"]");
    }
  }
}
