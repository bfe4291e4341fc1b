package io.respite.server.command.family.list;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(ListForm.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class ListCommandsTest {
  static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";
  private static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range";

  @Parameter ListForm form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String all(String key) {
    return run("LRANGE " + key + " 0 -1");
  }

  @Nested
  class LPush {
    @Test
    void adds_before_the_first_one_after_another() {
      assertThat(store.fresh("LPUSH l a b 3")).isEqualTo(":3");
      assertThat(store.effects()).containsExactly("LPUSH l a b 3");
      assertThat(store.events()).containsExactly("lpush l");
      assertThat(all("l")).isEqualTo("[\"3\" \"b\" \"a\"]");
      assertThat(run("LPUSH string a")).isEqualTo(WRONG_TYPE);
      assertThat(run("TYPE l")).isEqualTo("list");
      assertThat(run("OBJECT ENCODING l")).isEqualTo(form.encoding(3));
    }

    @Test
    void agrees_with_a_list_of_the_JDK_on_random_operations() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      List<String> model = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        String element = random.nextBoolean() ? "" + random.nextInt(9) : "e" + random.nextInt(9);
        int at = random.nextInt(20) - 10;
        switch (random.nextInt(8)) {
          case 0 -> {
            run("LPUSH l " + element);
            model.add(0, element);
          }
          case 1, 2 -> {
            run("RPUSH l " + element);
            model.add(element);
          }
          case 3 -> {
            String shown = run("LPOP l");
            assertThat(shown)
                .as("seed %d", seed)
                .isEqualTo(model.isEmpty() ? "nil" : "\"" + model.remove(0) + "\"");
          }
          case 4 -> {
            String pivot = "" + random.nextInt(9);
            int place = model.indexOf(pivot);
            String shown = run("LINSERT l AFTER " + pivot + " " + element);
            if (place >= 0) {
              model.add(place + 1, element);
            }
            assertThat(shown)
                .as("seed %d", seed)
                .isEqualTo(":" + (place >= 0 ? model.size() : model.isEmpty() ? 0 : -1));
          }
          case 5 -> {
            int index = at < 0 ? at + model.size() : at;
            boolean there = index >= 0 && index < model.size();
            String shown = run("LSET l " + at + " " + element);
            assertThat(shown.equals("OK")).as("seed %d", seed).isEqualTo(there);
            if (there) {
              model.set(index, element);
            }
          }
          case 6 -> {
            if (random.nextInt(8) == 0) {
              run("LREM l 0 " + element);
              model.removeIf(element::equals);
            }
          }
          default -> {
            int index = at < 0 ? at + model.size() : at;
            boolean there = index >= 0 && index < model.size();
            assertThat(run("LINDEX l " + at))
                .as("seed %d", seed)
                .isEqualTo(there ? "\"" + model.get(index) + "\"" : "nil");
          }
        }
        assertThat(run("LLEN l")).as("seed %d", seed).isEqualTo(":" + model.size());
        assertThat(run("EXISTS l")).as("seed %d", seed).isEqualTo(model.isEmpty() ? ":0" : ":1");
      }
      String expected =
          String.join(" ", Collections.nCopies(model.size(), "\"%s\"")).formatted(model.toArray());
      assertThat(all("l")).as("seed %d", seed).isEqualTo("[" + expected + "]");
    }
  }

  @Nested
  class RPush {
    @Test
    void adds_after_the_last_one_after_another() {
      assertThat(store.fresh("RPUSH l a b 3")).isEqualTo(":3");
      assertThat(store.events()).containsExactly("rpush l");
      assertThat(all("l")).isEqualTo("[\"a\" \"b\" \"3\"]");
      assertThat(run("RPUSH string a")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void keeps_elements_of_any_size() {
      String large = "z".repeat(100_000);
      run("RPUSH l a");
      store.call("RPUSH", "l", large, "");
      run("RPUSH l b");
      assertThat(run("OBJECT ENCODING l")).isEqualTo("\"quicklist\"");
      assertThat(all("l")).isEqualTo("[\"a\" \"" + large + "\" \"\" \"b\"]");
      assertThat(run("LREM l 1 " + large)).isEqualTo(":1");
      assertThat(all("l")).isEqualTo("[\"a\" \"\" \"b\"]");
    }

    @Test
    void keeps_integers_as_the_bytes_that_came_in() {
      run("RPUSH l 7 07 +7 -7 -0 9223372036854775807 9223372036854775808");
      assertThat(all("l"))
          .isEqualTo(
              "[\"7\" \"07\" \"+7\" \"-7\" \"-0\" \"9223372036854775807\""
                  + " \"9223372036854775808\"]");
    }
  }

  @Nested
  class LPushX {
    @Test
    void adds_only_to_a_list_that_exists() {
      assertThat(store.fresh("LPUSHX l a")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      run("RPUSH l x");
      assertThat(run("LPUSHX l a b")).isEqualTo(":3");
      assertThat(all("l")).isEqualTo("[\"b\" \"a\" \"x\"]");
      assertThat(run("LPUSHX string a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class RPushX {
    @Test
    void adds_only_to_a_list_that_exists() {
      assertThat(run("RPUSHX l a")).isEqualTo(":0");
      run("RPUSH l x");
      assertThat(run("RPUSHX l a b")).isEqualTo(":3");
      assertThat(all("l")).isEqualTo("[\"x\" \"a\" \"b\"]");
    }
  }

  @Nested
  class LPop {
    @Test
    void takes_the_first_and_the_key_with_the_last() {
      run("RPUSH l a 2 c");
      assertThat(run("LPOP l")).isEqualTo("\"a\"");
      assertThat(store.fresh("LPOP l 0")).isEqualTo("[]");
      assertThat(store.effects()).isEmpty();
      assertThat(store.fresh("LPOP l 5")).isEqualTo("[\"2\" \"c\"]");
      assertThat(store.effects()).containsExactly("LPOP l 5");
      assertThat(store.events()).containsExactly("lpop l", "del l");
      assertThat(run("EXISTS l")).isEqualTo(":0");
    }

    @Test
    void answers_extremes_as_the_real_server_does() {
      assertThat(run("LPOP none")).isEqualTo("nil");
      assertThat(run("LPOP none 0")).isEqualTo("nil");
      String error = "-ERR value is out of range, must be positive";
      for (String count : new String[] {"-1", "abc", "-9223372036854775808", "\"\"", "nan"}) {
        assertThat(run("LPOP none " + count)).isEqualTo(error);
      }
      run("RPUSH l a");
      assertThat(run("LPOP l 1 2")).isEqualTo("-ERR wrong number of arguments for 'lpop' command");
      assertThat(run("LPOP string")).isEqualTo(WRONG_TYPE);
      assertThat(run("LPOP l 9223372036854775807")).isEqualTo("[\"a\"]");
    }
  }

  @Nested
  class RPop {
    @Test
    void takes_from_the_end_backwards() {
      run("RPUSH l a b 3 d");
      assertThat(run("RPOP l")).isEqualTo("\"d\"");
      assertThat(store.fresh("RPOP l 2")).isEqualTo("[\"3\" \"b\"]");
      assertThat(store.events()).containsExactly("rpop l");
      assertThat(all("l")).isEqualTo("[\"a\"]");
    }
  }

  @Nested
  class LLen {
    @Test
    void counts() {
      run("RPUSH l a b");
      assertThat(run("LLEN l")).isEqualTo(":2");
      assertThat(run("LLEN none")).isEqualTo(":0");
      assertThat(run("LLEN string")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class LIndex {
    @Test
    void answers_from_either_end() {
      run("RPUSH l a 2 c");
      assertThat(run("LINDEX l 1")).isEqualTo("\"2\"");
      assertThat(run("LINDEX l -1")).isEqualTo("\"c\"");
      assertThat(run("LINDEX l 3")).isEqualTo("nil");
      assertThat(run("LINDEX l -4")).isEqualTo("nil");
      assertThat(run("LINDEX l -9223372036854775808")).isEqualTo("nil");
      assertThat(run("LINDEX none abc")).isEqualTo("nil");
      assertThat(run("LINDEX l abc")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("LINDEX string abc")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class LSet {
    @Test
    void replaces_one_element() {
      run("RPUSH l a b c");
      assertThat(store.fresh("LSET l -2 7")).isEqualTo("OK");
      assertThat(store.events()).containsExactly("lset l");
      assertThat(all("l")).isEqualTo("[\"a\" \"7\" \"c\"]");
      String large = "z".repeat(70_000);
      run("LSET l 0 " + large);
      assertThat(run("LINDEX l 0")).isEqualTo("\"" + large + "\"");
      run("LSET l 0 a");
      assertThat(all("l")).isEqualTo("[\"a\" \"7\" \"c\"]");
      // One plain node and one with the rest would stay two nodes.
      assertThat(run("LLEN l")).isEqualTo(":3");
    }

    @Test
    void refuses_what_is_not_there() {
      run("RPUSH l a");
      assertThat(run("LSET none 0 a")).isEqualTo("-ERR no such key");
      assertThat(run("LSET l 1 a")).isEqualTo("-ERR index out of range");
      assertThat(run("LSET l -2 a")).isEqualTo("-ERR index out of range");
      assertThat(run("LSET l -9223372036854775808 a")).isEqualTo("-ERR index out of range");
      assertThat(run("LSET l abc a")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("LSET string abc a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class LRange {
    @Test
    void answers_what_lies_between() {
      run("RPUSH l 0 1 2 3 4");
      assertThat(run("LRANGE l 1 3")).isEqualTo("[\"1\" \"2\" \"3\"]");
      assertThat(run("LRANGE l -2 -1")).isEqualTo("[\"3\" \"4\"]");
      assertThat(run("LRANGE l 3 1")).isEqualTo("[]");
      assertThat(run("LRANGE l 5 9")).isEqualTo("[]");
      assertThat(run("LRANGE l -9223372036854775808 9223372036854775807"))
          .isEqualTo("[\"0\" \"1\" \"2\" \"3\" \"4\"]");
      assertThat(run("LRANGE l 0 -9223372036854775808")).isEqualTo("[]");
      assertThat(run("LRANGE none 0 -1")).isEqualTo("[]");
      assertThat(run("LRANGE string a b")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("LRANGE string 0 1")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class LInsert {
    @Test
    void adds_beside_the_first_pivot() {
      run("RPUSH l a 5 c 5");
      assertThat(store.fresh("LINSERT l BEFORE 5 x")).isEqualTo(":5");
      assertThat(store.events()).containsExactly("linsert l");
      assertThat(run("LINSERT l after 5 y")).isEqualTo(":6");
      assertThat(run("LINSERT l BEFORE a first")).isEqualTo(":7");
      assertThat(all("l")).isEqualTo("[\"first\" \"a\" \"x\" \"5\" \"y\" \"c\" \"5\"]");
      assertThat(store.fresh("LINSERT l BEFORE nobody x")).isEqualTo(":-1");
      assertThat(store.effects()).isEmpty();
      assertThat(run("LINSERT none BEFORE a x")).isEqualTo(":0");
      assertThat(run("LINSERT none beside a x")).isEqualTo("-ERR syntax error");
      assertThat(run("LINSERT string BEFORE a x")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class LRem {
    @BeforeEach
    void fill() {
      run("RPUSH l a 1 a 1 a 1");
    }

    @Test
    void removes_from_the_first_or_the_last_or_all() {
      assertThat(store.fresh("LREM l 2 a")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("lrem l");
      assertThat(all("l")).isEqualTo("[\"1\" \"1\" \"a\" \"1\"]");
      assertThat(run("LREM l -2 1")).isEqualTo(":2");
      assertThat(all("l")).isEqualTo("[\"1\" \"a\"]");
      assertThat(run("LREM l 0 a")).isEqualTo(":1");
      assertThat(store.fresh("LREM l 0 1")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("lrem l", "del l");
    }

    @Test
    void answers_extremes() {
      assertThat(store.fresh("LREM l 0 nobody")).isEqualTo(":0");
      assertThat(store.events()).isEmpty();
      assertThat(run("LREM none 0 a")).isEqualTo(":0");
      assertThat(run("LREM none abc a")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("LREM string 0 a")).isEqualTo(WRONG_TYPE);
      assertThat(run("LREM l -9223372036854775807 a")).isEqualTo(":3");
      assertThat(run("LREM l 9223372036854775807 1")).isEqualTo(":3");
      assertThat(run("LREM l -9223372036854775808 a"))
          .isEqualTo(
              "-ERR value is out of range, value must between -9223372036854775807 and"
                  + " 9223372036854775807");
    }
  }

  @Nested
  class LTrim {
    @Test
    void keeps_what_lies_between() {
      run("RPUSH l 0 1 2 3 4 5");
      assertThat(store.fresh("LTRIM l 1 -2")).isEqualTo("OK");
      assertThat(store.events()).containsExactly("ltrim l");
      assertThat(all("l")).isEqualTo("[\"1\" \"2\" \"3\" \"4\"]");
      run("LTRIM l -9223372036854775808 9223372036854775807");
      assertThat(run("LLEN l")).isEqualTo(":4");
      assertThat(store.fresh("LTRIM l 3 1")).isEqualTo("OK");
      assertThat(store.events()).containsExactly("ltrim l", "del l");
      assertThat(run("LTRIM none 0 1")).isEqualTo("OK");
      assertThat(run("LTRIM none a 1")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("LTRIM string 0 1")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class LPos {
    @BeforeEach
    void fill() {
      run("RPUSH l a b c 1 2 3 c c");
    }

    @Test
    void answers_the_first_position_by_rank() {
      assertThat(run("LPOS l c")).isEqualTo(":2");
      assertThat(run("LPOS l c RANK 2")).isEqualTo(":6");
      assertThat(run("LPOS l c RANK -1")).isEqualTo(":7");
      assertThat(run("LPOS l c RANK 4")).isEqualTo("nil");
      assertThat(run("LPOS l 3")).isEqualTo(":5");
      assertThat(run("LPOS l nobody")).isEqualTo("nil");
      assertThat(run("LPOS none c")).isEqualTo("nil");
    }

    @Test
    void answers_several_positions() {
      assertThat(run("LPOS l c COUNT 2")).isEqualTo("[:2 :6]");
      assertThat(run("LPOS l c COUNT 0")).isEqualTo("[:2 :6 :7]");
      assertThat(run("LPOS l c COUNT 0 RANK -2")).isEqualTo("[:6 :2]");
      assertThat(run("LPOS l c COUNT 0 MAXLEN 7")).isEqualTo("[:2 :6]");
      assertThat(run("LPOS l c RANK -1 MAXLEN 1 COUNT 9")).isEqualTo("[:7]");
      assertThat(run("LPOS none c COUNT 0")).isEqualTo("[]");
      assertThat(run("LPOS l nobody COUNT 0")).isEqualTo("[]");
    }

    @Test
    void answers_extremes_as_the_real_server_does() {
      assertThat(run("LPOS l c RANK 0"))
          .isEqualTo(
              "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ..."
                  + " or use negative to start from the end of the list");
      assertThat(run("LPOS l c RANK -9223372036854775807")).isEqualTo("nil");
      assertThat(run("LPOS l c RANK -9223372036854775808"))
          .isEqualTo(
              "-ERR value is out of range, value must between -9223372036854775807 and"
                  + " 9223372036854775807");
      assertThat(run("LPOS l c RANK abc")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("LPOS l c COUNT -1")).isEqualTo("-ERR COUNT can't be negative");
      assertThat(run("LPOS l c COUNT nan")).isEqualTo("-ERR COUNT can't be negative");
      assertThat(run("LPOS l c MAXLEN -1")).isEqualTo("-ERR MAXLEN can't be negative");
      assertThat(run("LPOS l c COUNT")).isEqualTo("-ERR syntax error");
      assertThat(run("LPOS none c FOO 1")).isEqualTo("-ERR syntax error");
      assertThat(run("LPOS string c")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class GenericCommands {
    @Test
    void copy_and_rename_lists() {
      run("RPUSH l a b c");
      assertThat(run("COPY l m")).isEqualTo(":1");
      run("LPOP l");
      assertThat(run("RENAME m n")).isEqualTo("OK");
      assertThat(all("n")).isEqualTo("[\"a\" \"b\" \"c\"]");
      assertThat(run("OBJECT ENCODING n")).isEqualTo(form.encoding(3));
      assertThat(run("SCAN 0 TYPE list COUNT 1000")).contains("\"l\"").contains("\"n\"");
    }
  }
}
