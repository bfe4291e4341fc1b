package io.respite.server.command.family.set;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
public class SetCommandsTest {
  static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";
  private static final Pattern MEMBER = Pattern.compile("\"([^\"]*)\"");

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

  /** The members in a reply, sorted. */
  static Set<String> members(String shown) {
    Set<String> members = new TreeSet<>();
    Matcher matcher = MEMBER.matcher(shown);
    while (matcher.find()) {
      assertThat(members.add(matcher.group(1))).as(shown).isTrue();
    }
    return members;
  }

  private Set<String> all(String key) {
    return members(run("SMEMBERS " + key));
  }

  @Nested
  class SAdd {
    @Test
    void counts_the_members_that_are_new() {
      assertThat(store.fresh("SADD s 1 2 1")).isEqualTo(":2");
      assertThat(store.effects()).containsExactly("SADD s 1 2 1");
      assertThat(store.events()).containsExactly("sadd s");
      assertThat(run("OBJECT ENCODING s")).isEqualTo(form.ofIntegers());
      assertThat(run("SADD s a 2 3")).isEqualTo(":2");
      assertThat(run("OBJECT ENCODING s")).isEqualTo(form.ofStrings());
      assertThat(all("s")).containsExactly("1", "2", "3", "a");
      assertThat(run("TYPE s")).isEqualTo("set");
      assertThat(run("SADD string a")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void changes_nothing_when_all_are_there() {
      run("SADD s 1 a");
      assertThat(store.fresh("SADD s a 1")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(store.events()).isEmpty();
    }

    @Test
    void tells_spellings_of_a_number_apart() {
      assertThat(run("SADD s 7 07 +7 7.0")).isEqualTo(":4");
      assertThat(run("SADD s 7 07")).isEqualTo(":0");
    }
  }

  @Nested
  class SRem {
    @Test
    void counts_what_it_removed_and_removes_the_key_with_the_last() {
      run("SADD s a 2 c");
      assertThat(store.fresh("SREM s a none a")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("srem s");
      assertThat(store.fresh("SREM s 2 c x")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("srem s", "del s");
      assertThat(run("EXISTS s")).isEqualTo(":0");
      assertThat(store.fresh("SREM s a")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("SREM string a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class SIsMember {
    @Test
    void knows_its_members() {
      run("SADD s 1 2");
      assertThat(run("SISMEMBER s 1")).isEqualTo(":1");
      assertThat(run("SISMEMBER s 3")).isEqualTo(":0");
      assertThat(run("SISMEMBER s a")).isEqualTo(":0");
      run("SADD s a");
      assertThat(run("SISMEMBER s a")).isEqualTo(":1");
      assertThat(run("SISMEMBER none a")).isEqualTo(":0");
      assertThat(run("SISMEMBER string a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class SMIsMember {
    @Test
    void answers_for_each() {
      run("SADD s 1 b");
      assertThat(run("SMISMEMBER s 1 2 b 1")).isEqualTo("[:1 :0 :1 :1]");
      assertThat(run("SMISMEMBER none a b")).isEqualTo("[:0 :0]");
      assertThat(run("SMISMEMBER string a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class SCard {
    @Test
    void counts() {
      run("SADD s 1 b");
      assertThat(run("SCARD s")).isEqualTo(":2");
      assertThat(run("SCARD none")).isEqualTo(":0");
      assertThat(run("SCARD string")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class SMembers {
    @Test
    void answers_a_set() {
      run("SADD s 1");
      assertThat(run("SMEMBERS s")).isEqualTo(form.set("\"1\""));
      assertThat(run("SMEMBERS none")).isEqualTo(form.set(""));
      assertThat(run("SMEMBERS string")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class SMove {
    @Test
    void moves_a_member() {
      run("SADD s a 2");
      assertThat(store.fresh("SMOVE s d 2")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("SMOVE s d 2");
      assertThat(store.events()).containsExactly("srem s", "sadd d");
      assertThat(all("d")).containsExactly("2");
      run("SADD d a");
      assertThat(store.fresh("SMOVE s d a")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("srem s", "del s");
      assertThat(all("d")).containsExactly("2", "a");
    }

    @Test
    void moves_nothing_where_there_is_nothing_or_no_set() {
      run("SADD s a");
      assertThat(store.fresh("SMOVE s s a")).isEqualTo(":1");
      assertThat(store.events()).isEmpty();
      assertThat(run("SMOVE s s x")).isEqualTo(":0");
      assertThat(run("SMOVE s d x")).isEqualTo(":0");
      assertThat(run("SMOVE none string x")).isEqualTo(":0");
      assertThat(run("SMOVE s string x")).isEqualTo(WRONG_TYPE);
      assertThat(run("SMOVE string s x")).isEqualTo(WRONG_TYPE);
      assertThat(all("s")).containsExactly("a");
    }
  }

  @Nested
  class SScan {
    @Test
    void visits_every_member_that_stays_while_others_come_and_go() {
      for (int i = 0; i < 3000; i++) {
        run("SADD s stays" + i);
      }
      Set<String> seen = new TreeSet<>();
      String cursor = "0";
      int step = 0;
      do {
        String shown = run("SSCAN s " + cursor + " COUNT 50");
        cursor = shown.substring(2, shown.indexOf('"', 2));
        Matcher matcher = Pattern.compile("stays\\d+").matcher(shown);
        while (matcher.find()) {
          seen.add(matcher.group());
        }
        for (int i = 0; i < 40; i++) {
          run((step % 2 == 0 ? "SADD s come" : "SREM s come") + i);
        }
        step++;
      } while (!cursor.equals("0"));
      assertThat(seen).hasSize(3000);
    }

    @Test
    void filters_by_pattern() {
      run("SADD s 12 13 21");
      assertThat(run("SSCAN s 0 MATCH 2*")).isEqualTo("[\"0\" [\"21\"]]");
      run("SADD s apple");
      assertThat(run("SSCAN s 0 MATCH app*")).isEqualTo("[\"0\" [\"apple\"]]");
    }

    @Test
    void refuses_bad_cursors_and_options() {
      run("SADD s a");
      assertThat(run("SSCAN s x")).isEqualTo("-ERR invalid cursor");
      assertThat(run("SSCAN none x")).isEqualTo("-ERR invalid cursor");
      assertThat(run("SSCAN s 0 COUNT 0")).isEqualTo("-ERR syntax error");
      assertThat(run("SSCAN s 0 FOO")).isEqualTo("-ERR syntax error");
      assertThat(run("SSCAN none 0 FOO")).isEqualTo("[\"0\" []]");
      assertThat(run("SSCAN string 0")).isEqualTo(WRONG_TYPE);
      assertThat(run("SSCAN s 0 COUNT 9223372036854775807")).isEqualTo("[\"0\" [\"a\"]]");
      assertThat(run("SSCAN s 18446744073709551615")).startsWith("[");
    }
  }

  @Nested
  class GenericCommands {
    @Test
    void copy_and_rename_sets() {
      run("SADD s a b");
      assertThat(run("COPY s t")).isEqualTo(":1");
      run("SREM s a");
      run("RENAME t u");
      assertThat(all("u")).containsExactly("a", "b");
      assertThat(run("OBJECT ENCODING u")).isEqualTo(form.ofStrings());
    }
  }
}
