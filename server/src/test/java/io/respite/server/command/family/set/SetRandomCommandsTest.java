package io.respite.server.command.family.set;

import static io.respite.server.command.family.set.SetCommandsTest.WRONG_TYPE;
import static io.respite.server.command.family.set.SetCommandsTest.members;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(SetForm.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class SetRandomCommandsTest {
  private static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range";

  @Parameter SetForm form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
  }

  private String run(String line) {
    return store.run(line);
  }

  private void fill(int members) {
    for (int i = 0; i < members; i++) {
      run("SADD s " + i);
    }
  }

  @Nested
  class SPop {
    @Test
    void removes_one_member_and_journals_which() {
      run("SADD s 1 2");
      String first = store.fresh("SPOP s");
      assertThat(store.effects()).containsExactly("SREM s " + first.replace("\"", ""));
      assertThat(store.events()).containsExactly("spop s");
      String second = store.fresh("SPOP s");
      assertThat(store.events()).containsExactly("spop s", "del s");
      assertThat(Set.of(first, second)).containsExactlyInAnyOrder("\"1\"", "\"2\"");
      assertThat(run("SPOP s")).isEqualTo("nil");
      assertThat(run("SPOP string")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void removes_several_of_any_number() {
      for (int count : new int[] {1, 3, 40, 150, 290, 299}) {
        run("DEL s");
        fill(300);
        Set<String> taken = members(store.fresh("SPOP s " + count));
        assertThat(taken).hasSize(count);
        assertThat(store.effects()).hasSize(1);
        assertThat(Set.of(store.effects().get(0).split(" ", -1)))
            .hasSize(count + 2)
            .containsAll(taken)
            .contains("SREM", "s");
        Set<String> left = members(run("SMEMBERS s"));
        assertThat(left).hasSize(300 - count).doesNotContainAnyElementsOf(taken);
      }
    }

    @Test
    void keeps_the_deadline_of_the_key() {
      fill(300);
      run("PEXPIRE s 5000");
      run("SPOP s 299");
      assertThat(run("PTTL s")).isEqualTo(":5000");
    }

    @Test
    void removes_all_and_journals_that_the_key_is_gone() {
      fill(30);
      assertThat(members(store.fresh("SPOP s 9223372036854775807"))).hasSize(30);
      assertThat(store.effects()).containsExactly("DEL s");
      assertThat(store.events()).containsExactly("spop s", "del s");
      assertThat(run("EXISTS s")).isEqualTo(":0");
    }

    @Test
    void answers_extremes_as_the_real_server_does() {
      run("SADD s 1");
      assertThat(run("SPOP none 5")).isEqualTo(form.set(""));
      assertThat(run("SPOP s 0")).isEqualTo(form.set(""));
      String error = "-ERR value is out of range, must be positive";
      assertThat(run("SPOP s -1")).isEqualTo(error);
      assertThat(run("SPOP string abc")).isEqualTo(error);
      assertThat(run("SPOP s -9223372036854775808")).isEqualTo(error);
      assertThat(run("SPOP s 1 2")).isEqualTo("-ERR syntax error");
      assertThat(run("SPOP string 1")).isEqualTo(WRONG_TYPE);
      assertThat(run("SPOP s 1")).isEqualTo(form.set("\"1\""));
    }

    @Test
    void takes_all_members_equally_often() {
      Map<String, Integer> counts = new HashMap<>();
      for (int i = 0; i < 4000; i++) {
        run("SADD s 1 2 3 4 5 6 7 8");
        for (String member : members(run("SPOP s 2"))) {
          counts.merge(member, 1, Integer::sum);
        }
      }
      // 1000 each, with a standard deviation of 27; the store's chance is seeded.
      assertThat(counts.values()).hasSize(8).allMatch(n -> Math.abs(n - 1000) < 150);
    }
  }

  @Nested
  class SRandMember {
    @Test
    void answers_one_member_or_nil() {
      fill(20);
      assertThat(run("SRANDMEMBER s")).matches("\"\\d+\"");
      assertThat(run("SRANDMEMBER none")).isEqualTo("nil");
      assertThat(run("SRANDMEMBER string")).isEqualTo(WRONG_TYPE);
      assertThat(run("SCARD s")).isEqualTo(":20");
    }

    @Test
    void answers_different_members_for_a_positive_count() {
      fill(300);
      for (int count : new int[] {1, 3, 40, 100, 150, 290, 299, 300, 5000}) {
        String shown = run("SRANDMEMBER s " + count);
        assertThat(shown).startsWith("[");
        assertThat(members(shown)).hasSize(Math.min(count, 300));
      }
      assertThat(run("SRANDMEMBER s 0")).isEqualTo("[]");
      assertThat(run("SRANDMEMBER none 5")).isEqualTo("[]");
    }

    @Test
    void draws_with_repetition_for_a_negative_count() {
      run("SADD s 1 2 3");
      String[] drawn = run("SRANDMEMBER s -200").replaceAll("[\\[\\]]", "").split(" ", -1);
      assertThat(drawn).hasSize(200);
      assertThat(new TreeSet<>(java.util.List.of(drawn)))
          .containsExactly("\"1\"", "\"2\"", "\"3\"");
      assertThat(run("SRANDMEMBER none -5")).isEqualTo("[]");
      fill(300);
      drawn = run("SRANDMEMBER s -100").split(" ", -1);
      assertThat(drawn).hasSize(100);
    }

    @Test
    void selects_all_members_equally_often() {
      fill(200);
      for (int count : new int[] {2, 150}) {
        Map<String, Integer> counts = new HashMap<>();
        int each = 500;
        for (int i = 0; i < 200 * each / count; i++) {
          for (String member : members(run("SRANDMEMBER s " + count))) {
            counts.merge(member, 1, Integer::sum);
          }
        }
        // The standard deviation is at most 22.4; the store's chance is seeded.
        assertThat(counts.values()).hasSize(200).allMatch(n -> Math.abs(n - each) < 110);
      }
    }

    @Test
    void answers_extremes_in_words_and_at_once() {
      run("SADD s 1 2 3");
      assertThat(run("SRANDMEMBER s -9223372036854775808"))
          .isEqualTo(
              "-ERR value is out of range, value must between -9223372036854775807 and"
                  + " 9223372036854775807");
      assertThat(run("SRANDMEMBER s -4611686018427387905"))
          .isEqualTo("-ERR value is out of range, at most 1000000 members can be drawn at once");
      assertThat(members(run("SRANDMEMBER s 9223372036854775807"))).hasSize(3);
      assertThat(run("SRANDMEMBER none abc")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("SRANDMEMBER s 1 2")).isEqualTo("-ERR syntax error");
      assertThat(run("SRANDMEMBER string 0")).isEqualTo(WRONG_TYPE);
    }
  }
}
