package io.respite.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
public class FunctionCommandsTest {
  private static final String COUNTER =
      "#!lua name=counter\n"
          + "local n = 0\n"
          + "redis.register_function('inc', function() n = n + 1 return n end)\n"
          + "redis.register_function{function_name = 'args', description = 'desc',"
          + " flags = {'no-writes', 'allow-oom'},"
          + " callback = function(k, a) return {k[1], a[1], #k, #a} end}";

  private Store store;

  @BeforeEach
  void open() {
    store = new Store(2);
  }

  private String call(String... words) {
    return store.call(words);
  }

  private String load(String text) {
    return call("FUNCTION", "LOAD", text);
  }

  private static String bytes(String shown) {
    return shown.substring(1, shown.length() - 1);
  }

  @Nested
  class Function_load {
    @Test
    void answers_the_name_of_the_library() {
      assertThat(load(COUNTER)).isEqualTo("\"counter\"");
      assertThat(load(COUNTER)).isEqualTo("-ERR Library 'counter' already exists");
      assertThat(call("FUNCTION", "LOAD", "REPLACE", COUNTER)).isEqualTo("\"counter\"");
      assertThat(call("FUNCTION", "LOAD", "x", COUNTER)).isEqualTo("-ERR Unknown option given: x");
      assertThat(store.scripting().libraries()).isEqualTo(1);
      assertThat(store.scripting().functions()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "return 1 | Missing library metadata",
          "#!lua | Invalid library metadata",
          "#!lua~x=1 | Library name was not given",
          "#!lua name=~x=1 | Library names can only contain letters, numbers, or underscores(_)"
              + " and must be at least one character long",
          "#!lua name=a-b~x=1 | Library names can only contain letters, numbers, or"
              + " underscores(_) and must be at least one character long",
          "#!lua name=l name=l~x=1 | Invalid metadata value, name argument was given multiple"
              + " times",
          "#!lua name=l foo=bar~x=1 | Invalid metadata value given: foo=bar",
          "#!js name=l~x=1 | Engine 'js' not found",
          "#!lua name=l~return 1 | No functions registered",
          "#!lua name=l~return ( | Error compiling function: user_function:2: unexpected symbol"
              + " near '<eof>'",
        })
    void refuses_libraries_that_are_none(String text, String error) {
      assertThat(load(text.replace('~', '\n'))).isEqualTo("-ERR " + error);
      assertThat(store.scripting().libraries()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "redis.register_function() | wrong number of arguments to redis.register_function",
          "redis.register_function('a') | calling redis.register_function with a single argument is"
              + " only applicable to Lua table (representing named arguments).",
          "redis.register_function('a', 1) | second argument to redis.register_function must be a"
              + " function",
          "redis.register_function({}, {}) | first argument to redis.register_function must be a"
              + " string",
          "redis.register_function('a b', function() end) | Library names can only contain letters,"
              + " numbers, or underscores(_) and must be at least one character long",
          "redis.register_function{} | redis.register_function must get a function name argument",
          "redis.register_function{function_name='a'} | redis.register_function must get a callback"
              + " argument",
          "redis.register_function{function_name='a', callback=1} | callback argument given to"
              + " redis.register_function must be a function",
          "redis.register_function{function_name='a', callback=function() end, flags=1} | flags"
              + " argument to redis.register_function must be a table representing function flags",
          "redis.register_function{function_name='a', callback=function() end, flags={'bad'}} |"
              + " unknown flag given",
          "redis.register_function{function_name='a', callback=function() end, foo=1} | unknown"
              + " argument given to redis.register_function",
          "redis.register_function{[true]=1} | named argument key given to redis.register_function"
              + " is not a string",
          "for i=1,2 do redis.register_function('a', function() end) end | Function already exists"
              + " in the library",
          "error('x') | user_function:2: x",
          "foo = 1 | user_function:2: Attempt to modify a readonly table",
          "return KEYS | user_function:2: Script attempted to access nonexistent global variable"
              + " 'KEYS'",
          "return redis.call('PING') | user_function:2: Script attempted to access nonexistent"
              + " global variable 'call'",
          "return redis.set_repl(1) | user_function:2: Script attempted to access nonexistent"
              + " global variable 'set_repl'",
        })
    void says_what_is_wrong_with_registrations(String text, String error) {
      assertThat(load("#!lua name=l\n" + text))
          .isEqualTo("-ERR Error registering functions: ERR " + error);
      assertThat(store.scripting().functions()).isZero();
    }

    @Test
    void refuses_functions_whose_name_another_library_has_in_either_case() {
      load(COUNTER);
      assertThat(load("#!lua name=other\nredis.register_function('INC', function() end)"))
          .isEqualTo("-ERR Function INC already exists");
      assertThat(store.scripting().libraries()).isEqualTo(1);
    }

    @Test
    void leaves_the_old_library_when_the_new_one_fails() {
      load(COUNTER);
      call("FCALL", "inc", "0");
      assertThat(call("FUNCTION", "LOAD", "REPLACE", "#!lua name=counter\nerror('x')"))
          .startsWith("-ERR Error registering functions: ");
      assertThat(call("FCALL", "inc", "0")).isEqualTo(":2");
    }

    @Test
    void has_the_whole_of_redis_again_for_functions_after_a_load_that_failed() {
      load(
          "#!lua name=l\nredis.register_function('f', function() return redis.call('SET', 'k', 'v') end)");
      load("#!lua name=m\nerror('x')");
      assertThat(call("FCALL", "f", "0")).isEqualTo("OK");
    }
  }

  @Nested
  class Fcall {
    @BeforeEach
    void load_it() {
      load(COUNTER);
    }

    @Test
    void calls_a_function_in_either_case() {
      assertThat(call("FCALL", "args", "1", "k", "a", "b")).isEqualTo("[\"k\" \"a\" :1 :2]");
      assertThat(call("FCALL", "ARGS", "0")).isEqualTo("[]");
    }

    @Test
    void keeps_the_values_of_a_library_between_calls() {
      assertThat(call("FCALL", "inc", "0")).isEqualTo(":1");
      assertThat(call("FCALL", "inc", "0")).isEqualTo(":2");
      call("FUNCTION", "LOAD", "REPLACE", COUNTER);
      assertThat(call("FCALL", "inc", "0")).isEqualTo(":1");
    }

    @Test
    void refuses_what_cannot_be() {
      assertThat(call("FCALL", "nosuch", "x")).isEqualTo("-ERR Function not found");
      assertThat(call("FCALL", "inc", "x")).isEqualTo("-ERR Bad number of keys provided");
      assertThat(call("FCALL", "inc", "-1")).isEqualTo("-ERR Number of keys can't be negative");
      assertThat(call("FCALL", "inc", "1"))
          .isEqualTo("-ERR Number of keys can't be greater than number of args");
    }

    @Test
    void names_the_function_in_its_errors() {
      load("#!lua name=l\nredis.register_function('bad', function() error('x') end)");
      assertThat(call("FCALL", "bad", "0"))
          .isEqualTo("-ERR user_function:2: x script: bad, on @user_function:2.");
    }

    @Test
    void lets_no_script_reach_the_values_of_a_library() {
      assertThat(call("EVAL", "return n", "0")).contains("nonexistent global variable 'n'");
      assertThat(call("EVAL", "return redis.register_function", "0")).isEqualTo("nil");
      assertThat(call("EVAL", "return redis.call('FCALL', 'inc', 0)", "0"))
          .startsWith("-ERR This Redis command is not allowed from script");
    }
  }

  @Nested
  class Fcall_ro {
    @Test
    void calls_functions_that_promise_to_read() {
      load(COUNTER);
      assertThat(call("FCALL_RO", "args", "1", "k")).isEqualTo("[\"k\"]");
      assertThat(call("FCALL_RO", "inc", "0"))
          .isEqualTo("-ERR Can not execute a script with write flag using *_ro command.");
    }

    @Test
    void holds_them_to_it() {
      load(
          "#!lua name=l\nredis.register_function{function_name='f', flags={'no-writes'},"
              + " callback=function() return redis.call('SET', 'k', 'v') end}");
      assertThat(call("FCALL_RO", "f", "0"))
          .startsWith("-ERR Write commands are not allowed from read-only scripts. script: f, on");
      assertThat(call("FCALL", "f", "0"))
          .startsWith("-ERR Write commands are not allowed from read-only scripts. script: f, on");
    }
  }

  @Nested
  class Function_delete {
    @Test
    void removes_a_library_and_its_functions() {
      load(COUNTER);
      assertThat(call("FUNCTION", "DELETE", "COUNTER")).isEqualTo("-ERR Library not found");
      assertThat(call("FUNCTION", "DELETE", "counter")).isEqualTo("OK");
      assertThat(call("FCALL", "inc", "0")).isEqualTo("-ERR Function not found");
    }
  }

  @Nested
  class Function_flush {
    @Test
    void removes_all() {
      load(COUNTER);
      assertThat(call("FUNCTION", "FLUSH", "x"))
          .isEqualTo("-ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
      assertThat(call("FUNCTION", "FLUSH", "ASYNC")).isEqualTo("OK");
      assertThat(call("FUNCTION", "LIST")).isEqualTo("[]");
    }
  }

  @Nested
  class Function_list {
    @BeforeEach
    void load_it() {
      load(COUNTER);
      load("#!lua name=other\nredis.register_function('o', function() end)");
    }

    @Test
    void shows_libraries_by_a_pattern_in_either_case() {
      assertThat(call("FUNCTION", "LIST", "LIBRARYNAME", "OTH*"))
          .isEqualTo(
              "[[\"library_name\" \"other\" \"engine\" \"LUA\" \"functions\""
                  + " [[\"name\" \"o\" \"description\" nil \"flags\" []]]]]");
      assertThat(call("FUNCTION", "LIST", "LIBRARYNAME", "no*")).isEqualTo("[]");
      assertThat(call("FUNCTION", "LIST")).contains("counter", "other", "\"desc\"", "no-writes");
    }

    @Test
    void shows_their_code_when_it_is_asked_for() {
      assertThat(call("FUNCTION", "LIST", "withcode", "libraryname", "counter")).contains(COUNTER);
    }

    @Test
    void takes_each_option_once() {
      assertThat(call("FUNCTION", "LIST", "LIBRARYNAME"))
          .isEqualTo("-ERR library name argument was not given");
      assertThat(call("FUNCTION", "LIST", "WITHCODE", "WITHCODE"))
          .isEqualTo("-ERR Unknown argument WITHCODE");
    }
  }

  @Nested
  class Function_stats {
    @Test
    void counts_libraries_and_functions() {
      load(COUNTER);
      assertThat(call("FUNCTION", "STATS"))
          .isEqualTo(
              "[\"running_script\" nil \"engines\""
                  + " [\"LUA\" [\"libraries_count\" :1 \"functions_count\" :2]]]");
    }
  }

  @Nested
  class Function_kill {
    @Test
    void finds_nothing_to_end() {
      assertThat(call("FUNCTION", "KILL")).isEqualTo("-NOTBUSY No scripts in execution right now.");
    }
  }

  @Nested
  class Function_help {
    @Test
    void names_the_subcommands() {
      assertThat(call("FUNCTION", "HELP")).contains("LOAD", "DUMP", "RESTORE", "STATS");
    }
  }

  @Nested
  class Function_dump {
    @Test
    void is_empty_but_for_its_footer_without_libraries() {
      assertThat(bytes(call("FUNCTION", "DUMP"))).hasSize(10);
    }

    @Test
    void can_be_restored() {
      load(COUNTER);
      String dump = bytes(call("FUNCTION", "DUMP"));
      call("FUNCTION", "FLUSH");
      assertThat(call("FUNCTION", "RESTORE", dump)).isEqualTo("OK");
      assertThat(call("FCALL", "inc", "0")).isEqualTo(":1");
      assertThat(bytes(call("FUNCTION", "DUMP"))).isEqualTo(dump);
    }
  }

  @Nested
  class Function_restore {
    private String dump;

    @BeforeEach
    void dump_it() {
      load(COUNTER);
      dump = bytes(call("FUNCTION", "DUMP"));
    }

    @Test
    void appends_unless_told_otherwise() {
      assertThat(call("FUNCTION", "RESTORE", dump))
          .isEqualTo("-ERR Library counter already exists");
      assertThat(call("FUNCTION", "RESTORE", dump, "APPEND"))
          .isEqualTo("-ERR Library counter already exists");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REPLACE", "FLUSH", "replace"})
    void replaces_libraries_of_the_same_name(String policy) {
      call("FCALL", "inc", "0");
      assertThat(call("FUNCTION", "RESTORE", dump, policy)).isEqualTo("OK");
      assertThat(call("FCALL", "inc", "0")).isEqualTo(":1");
    }

    @Test
    void removes_others_when_told_to_flush() {
      load("#!lua name=other\nredis.register_function('o', function() end)");
      call("FUNCTION", "RESTORE", dump, "FLUSH");
      assertThat(store.scripting().libraries()).isEqualTo(1);
    }

    @Test
    void refuses_damaged_payloads() {
      String wrong = "-ERR DUMP payload version or checksum are wrong";
      assertThat(call("FUNCTION", "RESTORE", "")).isEqualTo(wrong);
      for (int i = 0; i < dump.length(); i += 7) {
        char[] damaged = dump.toCharArray();
        damaged[i] = (char) (damaged[i] ^ 1);
        assertThat(call("FUNCTION", "RESTORE", new String(damaged), "FLUSH")).isEqualTo(wrong);
        assertThat(call("FUNCTION", "RESTORE", dump.substring(0, i), "FLUSH")).isEqualTo(wrong);
      }
      assertThat(call("FCALL", "inc", "0")).isEqualTo(":1");
    }

    @Test
    void refuses_other_policies_and_more_words() {
      assertThat(call("FUNCTION", "RESTORE", dump, "FOO"))
          .isEqualTo(
              "-ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
      assertThat(call("FUNCTION", "RESTORE", dump, "FLUSH", "x"))
          .startsWith("-ERR unknown subcommand or wrong number of arguments for 'RESTORE'");
    }

    @Test
    void leaves_everything_as_it_was_when_it_fails() {
      load("#!lua name=second\nredis.register_function('s', function() end)");
      String both = bytes(call("FUNCTION", "DUMP"));
      call("FUNCTION", "FLUSH");
      load("#!lua name=other\nredis.register_function('S', function() return 7 end)");
      assertThat(call("FUNCTION", "RESTORE", both)).isEqualTo("-ERR Function s already exists");
      assertThat(call("FUNCTION", "RESTORE", both, "REPLACE"))
          .isEqualTo("-ERR Function s already exists");
      assertThat(call("FCALL", "inc", "0")).isEqualTo("-ERR Function not found");
      assertThat(call("FCALL", "s", "0")).isEqualTo(":7");
      assertThat(store.scripting().functions()).isEqualTo(1);
    }
  }
}
