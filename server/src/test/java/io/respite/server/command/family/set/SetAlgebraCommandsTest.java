package io.respite.server.command.family.set;

import static io.respite.server.command.family.set.SetCommandsTest.WRONG_TYPE;
import static io.respite.server.command.family.set.SetCommandsTest.members;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
public class SetAlgebraCommandsTest {
  @Parameter SetForm form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
    store.run("SADD a 1 2 3 4 x");
    store.run("SADD b 2 3 y x");
    store.run("SADD c 3 4 5");
  }

  private String run(String line) {
    return store.run(line);
  }

  private Set<String> all(String line) {
    String shown = run(line);
    assertThat(shown).startsWith(form.set("").substring(0, form.protocol - 1));
    return members(shown);
  }

  /** Random sets s0 to s4, some missing; the model's answer is compared with both ways. */
  private void compareOnRandomSets(String name) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 150; round++) {
      List<Set<String>> models = new ArrayList<>();
      int sets = 1 + random.nextInt(5);
      StringBuilder keys = new StringBuilder();
      for (int i = 0; i < sets; i++) {
        run("DEL s" + i);
        Set<String> model = new TreeSet<>();
        int size = random.nextInt(8) == 0 ? 0 : random.nextInt(1 << random.nextInt(7));
        boolean words = random.nextBoolean();
        for (int j = 0; j < size; j++) {
          int number = random.nextInt(1 + size * 2);
          model.add(words && number % 2 == 0 ? "w" + number : "" + number);
        }
        if (!model.isEmpty()) {
          run("SADD s" + i + " " + String.join(" ", model));
        }
        models.add(model);
        keys.append(" s").append(i);
      }
      Set<String> expected = new TreeSet<>(models.get(0));
      for (Set<String> model : models.subList(1, sets)) {
        switch (name) {
          case "SINTER" -> expected.retainAll(model);
          case "SUNION" -> expected.addAll(model);
          default -> expected.removeAll(model);
        }
      }
      String target = random.nextInt(3) == 0 ? "s" + random.nextInt(sets) : "result";
      assertThat(all(name + keys)).as("seed %d", seed).isEqualTo(expected);
      if (name.equals("SINTER")) {
        assertThat(run("SINTERCARD " + sets + keys))
            .as("seed %d", seed)
            .isEqualTo(":" + expected.size());
      }
      assertThat(run(name + "STORE " + target + keys))
          .as("seed %d", seed)
          .isEqualTo(":" + expected.size());
      assertThat(all("SMEMBERS " + target)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  private void storesAndReplaces(String command, String event) {
    run("SET d old");
    run("PEXPIRE d 100000");
    assertThat(store.fresh(command + " d a b")).startsWith(":");
    assertThat(store.effects()).containsExactly(command + " d a b");
    assertThat(store.events()).containsExactly(event + " d");
    assertThat(run("TYPE d")).isEqualTo("set");
    assertThat(run("PTTL d")).isEqualTo(":-1");
    assertThat(store.fresh(command + " d none none")).isEqualTo(":0");
    assertThat(store.events()).containsExactly("del d");
    assertThat(store.fresh(command + " d none none")).isEqualTo(":0");
    assertThat(store.effects()).isEmpty();
    assertThat(run(command + " d a string")).isEqualTo(WRONG_TYPE);
    assertThat(run(command + " d none string")).isEqualTo(WRONG_TYPE);
  }

  @Nested
  class SInter {
    @Test
    void answers_what_all_have() {
      assertThat(all("SINTER a b")).containsExactly("2", "3", "x");
      assertThat(all("SINTER a b c")).containsExactly("3");
      assertThat(all("SINTER a a")).hasSize(5);
      assertThat(run("SINTER a none")).isEqualTo(form.set(""));
      assertThat(run("SINTER none string")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void agrees_with_sets_of_the_JDK() {
      compareOnRandomSets("SINTER");
    }
  }

  @Nested
  class SInterCard {
    @Test
    void counts_up_to_the_limit() {
      assertThat(run("SINTERCARD 2 a b")).isEqualTo(":3");
      assertThat(run("SINTERCARD 2 a b LIMIT 0")).isEqualTo(":3");
      assertThat(run("SINTERCARD 2 a b LIMIT 2")).isEqualTo(":2");
      assertThat(run("SINTERCARD 2 a b limit 9223372036854775807")).isEqualTo(":3");
      assertThat(run("SINTERCARD 2 a none")).isEqualTo(":0");
      assertThat(run("SINTERCARD 2 none string")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void refuses_wrong_numbers() {
      assertThat(run("SINTERCARD 0 a")).isEqualTo("-ERR numkeys should be greater than 0");
      assertThat(run("SINTERCARD abc a")).isEqualTo("-ERR numkeys should be greater than 0");
      String tooMany = "-ERR Number of keys can't be greater than number of args";
      assertThat(run("SINTERCARD 2 a")).isEqualTo(tooMany);
      assertThat(run("SINTERCARD 9223372036854775807 a")).isEqualTo(tooMany);
      assertThat(run("SINTERCARD 1 a LIMIT -1")).isEqualTo("-ERR LIMIT can't be negative");
      assertThat(run("SINTERCARD 1 a LIMIT abc")).isEqualTo("-ERR LIMIT can't be negative");
      assertThat(run("SINTERCARD 1 a LIMIT")).isEqualTo("-ERR syntax error");
      assertThat(run("SINTERCARD 1 a FOO 1")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class SInterStore {
    @Test
    void stores_and_replaces() {
      storesAndReplaces("SINTERSTORE", "sinterstore");
      assertThat(run("SINTERSTORE a a c")).isEqualTo(":2");
      // A result starts as an intset, and an intset that grows too large becomes a table.
      assertThat(run("OBJECT ENCODING a"))
          .isEqualTo(form.ofIntegers().equals("\"intset\"") ? "\"intset\"" : "\"hashtable\"");
      assertThat(all("SMEMBERS a")).containsExactly("3", "4");
    }
  }

  @Nested
  class SUnion {
    @Test
    void answers_what_any_has() {
      assertThat(all("SUNION a b c")).containsExactly("1", "2", "3", "4", "5", "x", "y");
      assertThat(all("SUNION none c")).containsExactly("3", "4", "5");
      assertThat(run("SUNION none")).isEqualTo(form.set(""));
      assertThat(run("SUNION none string")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void agrees_with_sets_of_the_JDK() {
      compareOnRandomSets("SUNION");
    }
  }

  @Nested
  class SUnionStore {
    @Test
    void stores_and_replaces() {
      storesAndReplaces("SUNIONSTORE", "sunionstore");
      assertThat(run("SUNIONSTORE c a b c none")).isEqualTo(":7");
      assertThat(all("SMEMBERS c")).hasSize(7);
    }
  }

  @Nested
  class SDiff {
    @Test
    void answers_what_the_first_has_alone() {
      assertThat(all("SDIFF a b c")).containsExactly("1");
      assertThat(all("SDIFF a none")).hasSize(5);
      assertThat(run("SDIFF a a")).isEqualTo(form.set(""));
      assertThat(run("SDIFF none a")).isEqualTo(form.set(""));
      assertThat(run("SDIFF none string")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void agrees_with_sets_of_the_JDK() {
      compareOnRandomSets("SDIFF");
    }
  }

  @Nested
  class SDiffStore {
    @Test
    void stores_and_replaces() {
      storesAndReplaces("SDIFFSTORE", "sdiffstore");
      assertThat(run("SDIFFSTORE a a b")).isEqualTo(":2");
      assertThat(all("SMEMBERS a")).containsExactly("1", "4");
    }
  }
}
