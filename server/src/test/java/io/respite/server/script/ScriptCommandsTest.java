package io.respite.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
public class ScriptCommandsTest {
  private static final String ONE = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

  private Store store;

  @BeforeEach
  void open() {
    store = new Store(2);
  }

  private String call(String... words) {
    return store.call(words);
  }

  @Nested
  class Script_load {
    @Test
    void answers_the_digest_and_runs_nothing() {
      assertThat(call("SCRIPT", "LOAD", "return 1")).isEqualTo("\"" + ONE + "\"");
      assertThat(call("SCRIPT", "LOAD", "")).startsWith("\"da39a3ee");
      call("SCRIPT", "LOAD", "redis.call('SET', 'k', 'v')");
      assertThat(call("EXISTS", "k")).isEqualTo(":0");
    }

    @Test
    void refuses_what_cannot_be_compiled() {
      assertThat(call("SCRIPT", "LOAD", "return ("))
          .startsWith("-ERR Error compiling script (new function): user_script:1: ");
      assertThat(call("SCRIPT", "LOAD", "#!foo\nreturn 1"))
          .isEqualTo("-ERR Unexpected engine in script shebang: #!foo");
    }

    @Test
    void keeps_a_script_however_many_come_with_eval() {
      call("SCRIPT", "LOAD", "return 1");
      call("EVAL", "return 2", "0");
      for (int i = 0; i < 600; i++) {
        call("EVAL", "return " + i + " + 1000", "0");
      }
      assertThat(call("EVALSHA", ONE, "0")).isEqualTo(":1");
      assertThat(call("EVALSHA", "7f923f79fe76194c868d7e1d0820de36700eb649", "0"))
          .startsWith("-NOSCRIPT");
      assertThat(store.scripting().cachedScripts()).isEqualTo(501);
    }

    @Test
    void keeps_a_script_that_came_with_eval_before() {
      call("EVAL", "return 1", "0");
      call("SCRIPT", "LOAD", "return 1");
      for (int i = 0; i < 600; i++) {
        call("EVAL", "return " + i + " + 1000", "0");
      }
      assertThat(call("EVALSHA", ONE, "0")).isEqualTo(":1");
    }
  }

  @Nested
  class Script_exists {
    @Test
    void says_of_each_digest_whether_it_is_known() {
      call("SCRIPT", "LOAD", "return 1");
      assertThat(call("SCRIPT", "EXISTS", ONE, "x", ONE.toUpperCase(java.util.Locale.ROOT)))
          .isEqualTo("[:1 :0 :1]");
    }
  }

  @Nested
  class Script_flush {
    @Test
    void forgets_all() {
      call("SCRIPT", "LOAD", "return 1");
      call("EVAL", "return 2", "0");
      assertThat(call("SCRIPT", "FLUSH", "ASYNC")).isEqualTo("OK");
      assertThat(call("SCRIPT", "EXISTS", ONE)).isEqualTo("[:0]");
      assertThat(store.scripting().cachedScripts()).isZero();
      assertThat(store.scripting().cachedBytes()).isZero();
    }

    @Test
    void takes_one_word_of_two() {
      assertThat(call("SCRIPT", "FLUSH", "sync")).isEqualTo("OK");
      assertThat(call("SCRIPT", "FLUSH", "x"))
          .isEqualTo("-ERR SCRIPT FLUSH only support SYNC|ASYNC option");
      assertThat(call("SCRIPT", "FLUSH", "SYNC", "x"))
          .isEqualTo("-ERR SCRIPT FLUSH only support SYNC|ASYNC option");
    }
  }

  @Nested
  class Script_kill {
    @Test
    void finds_nothing_to_end() {
      assertThat(call("SCRIPT", "KILL")).isEqualTo("-NOTBUSY No scripts in execution right now.");
    }
  }

  @Nested
  class Script_show {
    @Test
    void answers_the_text() {
      call("SCRIPT", "LOAD", "return 1");
      assertThat(call("SCRIPT", "SHOW", ONE)).isEqualTo("\"return 1\"");
      assertThat(call("SCRIPT", "SHOW", "x")).isEqualTo("-NOSCRIPT No matching script.");
    }
  }

  @Nested
  class Script_debug {
    @Test
    void is_off_and_stays_off() {
      assertThat(call("SCRIPT", "DEBUG", "NO")).isEqualTo("OK");
      assertThat(call("SCRIPT", "DEBUG", "YES"))
          .isEqualTo("-ERR this server has no debugger for scripts");
      assertThat(call("SCRIPT", "DEBUG", "x")).isEqualTo("-ERR Use SCRIPT DEBUG YES/SYNC/NO");
    }
  }

  @Nested
  class Script_help {
    @Test
    void names_the_subcommands() {
      assertThat(call("SCRIPT", "HELP")).contains("EXISTS", "FLUSH", "KILL", "LOAD", "SHOW");
      assertThat(call("SCRIPT", "x")).isEqualTo("-ERR unknown subcommand 'x'. Try SCRIPT HELP.");
    }
  }
}
