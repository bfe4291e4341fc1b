package io.respite.server.command.family.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import io.respite.server.command.family.TestConnection;
import io.respite.server.type.StreamValue;
import io.respite.server.type.ValueDigest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
@DisplayNameGeneration(ReplaceUnderscores.class)
public class StreamCommandsTest {
  static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";
  private static final String BAD_ID =
      "-ERR Invalid stream ID specified as stream command argument";
  private static final String SYNTAX = "-ERR syntax error";

  @Parameter int protocol;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(protocol);
    store.run("SET string v");
  }

  private String run(String line) {
    return store.run(line);
  }

  /** How one stream with its entries is shown in the reply of XREAD. */
  private String read(String key, String entries) {
    return protocol == 3
        ? "{\"" + key + "\" [" + entries + "]}"
        : "[[\"" + key + "\" [" + entries + "]]]";
  }

  @Nested
  class Xadd {
    @Test
    void adds_an_entry_with_the_id_that_is_given() {
      assertThat(store.fresh("XADD s 5-1 a 1 b 2")).isEqualTo("\"5-1\"");
      assertThat(store.effects()).containsExactly("XADD s 5-1 a 1 b 2");
      assertThat(store.events()).containsExactly("xadd s");
      assertThat(run("XADD s 6 a 1")).isEqualTo("\"6-0\"");
      assertThat(run("TYPE s")).isEqualTo("stream");
      assertThat(run("OBJECT ENCODING s")).isEqualTo("\"stream\"");
    }

    @Test
    void makes_ids_from_the_clock_and_journals_them() {
      long now = store.clock().millis();
      assertThat(store.fresh("XADD s * a 1")).isEqualTo("\"" + now + "-0\"");
      assertThat(run("XADD s * a 2")).isEqualTo("\"" + now + "-1\"");
      assertThat(store.effects())
          .containsExactly("XADD s " + now + "-0 a 1", "XADD s " + now + "-1 a 2");
      run("XADD s " + (now + 1000) + "-7 a 3");
      assertThat(run("XADD s * a 4")).isEqualTo("\"" + (now + 1000) + "-8\"");
    }

    @Test
    void makes_the_second_half_of_an_id() {
      assertThat(run("XADD s 0-* a 1")).isEqualTo("\"0-1\"");
      assertThat(store.fresh("XADD s 5-* a 1")).isEqualTo("\"5-0\"");
      assertThat(store.effects()).containsExactly("XADD s 5-0 a 1");
      assertThat(run("XADD s 5-18446744073709551615 a 1")).isEqualTo("\"5-18446744073709551615\"");
      assertThat(run("XADD s 5-* a 1")).contains("is equal or smaller");
      assertThat(run("XADD s * a 1")).isEqualTo("\"" + store.clock().millis() + "-0\"");
    }

    @Test
    void refuses_ids_that_do_not_rise() {
      assertThat(run("XADD s 0-0 a 1"))
          .isEqualTo("-ERR The ID specified in XADD must be greater than 0-0");
      assertThat(run("EXISTS s")).isEqualTo(":0");
      run("XADD s 5-1 a 1");
      for (String id : new String[] {"5-1", "5-0", "4-9", "4-*"}) {
        assertThat(run("XADD s " + id + " a 1"))
            .isEqualTo(
                "-ERR The ID specified in XADD is equal or smaller than the target stream top"
                    + " item");
      }
      run("XADD s 18446744073709551615-18446744073709551615 a 1");
      assertThat(run("XADD s * a 1"))
          .isEqualTo(
              "-ERR The stream has exhausted the last possible ID, unable to add more items");
    }

    @Test
    void makes_no_stream_when_told_not_to() {
      assertThat(run("XADD s NOMKSTREAM * a 1")).isEqualTo("nil");
      assertThat(run("EXISTS s")).isEqualTo(":0");
      run("XADD s 1-1 a 1");
      assertThat(run("XADD s NOMKSTREAM 1-2 a 1")).isEqualTo("\"1-2\"");
    }

    @Test
    void trims_as_told_and_journals_an_exact_trim() {
      for (int i = 1; i <= 250; i++) {
        run("XADD s " + i + " a 1");
      }
      assertThat(store.fresh("XADD s MAXLEN 240 251 a 1")).isEqualTo("\"251-0\"");
      assertThat(run("XLEN s")).isEqualTo(":240");
      assertThat(store.events()).containsExactly("xadd s", "xtrim s");
      assertThat(store.effects()).containsExactly("XADD s MAXLEN 240 251 a 1");
      store.fresh("XADD s MAXLEN ~ 100 252 a 1");
      assertThat(store.effects()).containsExactly("XADD s MAXLEN = 152 252-0 a 1");
      assertThat(run("XLEN s")).isEqualTo(":152");
      store.fresh("XADD s MINID ~ 230 LIMIT 0 253 a 1");
      assertThat(store.effects()).containsExactly("XADD s MINID = 201-0 253-0 a 1");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "s * a|ERR wrong number of arguments for 'xadd' command",
          "s * a b c|ERR wrong number of arguments for 'xadd' command",
          "s MAXLEN 5 6|ERR wrong number of arguments for 'xadd' command",
          "s MAXLEN ~ * a b|ERR value is not an integer or out of range",
          "s MAXLEN -1 * a b|ERR The MAXLEN argument must be >= 0.",
          "s MAXLEN ~ 1 LIMIT -1 * a b|ERR The LIMIT argument must be >= 0.",
          "s LIMIT 5 * a b|ERR syntax error, LIMIT cannot be used without specifying a trimming"
              + " strategy",
          "s MAXLEN 5 LIMIT 3 * a b|ERR syntax error, LIMIT cannot be used without the special ~"
              + " option",
          "s MAXLEN 5 MINID 3 * a b|ERR syntax error, MAXLEN and MINID options at the same time"
              + " are not compatible",
          "s MINID abc * a b|ERR Invalid stream ID specified as stream command argument",
          "s 1-** a b|ERR Invalid stream ID specified as stream command argument",
          "string * a b|WRONGTYPE Operation against a key holding the wrong kind of value"
        })
    void refuses(String lineAndError) {
      int bar = lineAndError.indexOf('|');
      assertThat(run("XADD " + lineAndError.substring(0, bar)))
          .isEqualTo("-" + lineAndError.substring(bar + 1));
    }
  }

  @Nested
  class Xlen {
    @Test
    void counts_entries() {
      assertThat(run("XLEN s")).isEqualTo(":0");
      run("XADD s 1 a 1");
      assertThat(run("XLEN s")).isEqualTo(":1");
      assertThat(run("XLEN string")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Xrange {
    @Test
    void answers_the_entries_between_two_ids() {
      run("XADD s 1-1 a 1");
      run("XADD s 1-2 a 2 b x");
      run("XADD s 2-0 c 12345678901");
      assertThat(run("XRANGE s - +"))
          .isEqualTo(
              "[[\"1-1\" [\"a\" \"1\"]] [\"1-2\" [\"a\" \"2\" \"b\" \"x\"]]"
                  + " [\"2-0\" [\"c\" \"12345678901\"]]]");
      assertThat(run("XRANGE s 1 1 COUNT 1")).isEqualTo("[[\"1-1\" [\"a\" \"1\"]]]");
      assertThat(run("XRANGE s (1-1 (2-0")).isEqualTo("[[\"1-2\" [\"a\" \"2\" \"b\" \"x\"]]]");
      assertThat(run("XRANGE s 3 1")).isEqualTo("[]");
      assertThat(run("XRANGE nokey - +")).isEqualTo("[]");
      assertThat(run("XRANGE s - + COUNT 0")).isEqualTo("nil");
    }

    @Test
    void refuses_what_is_no_range() {
      assertThat(run("XRANGE s (- +")).isEqualTo(BAD_ID);
      assertThat(run("XRANGE s ( +")).isEqualTo(BAD_ID);
      assertThat(run("XRANGE s (18446744073709551615-18446744073709551615 +"))
          .isEqualTo("-ERR invalid start ID for the interval");
      assertThat(run("XRANGE s - (0-0")).isEqualTo("-ERR invalid end ID for the interval");
      assertThat(run("XRANGE s - + COUNT")).isEqualTo(SYNTAX);
      assertThat(run("XRANGE s - + COUNT x"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("XRANGE string - +")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Xrevrange {
    @Test
    void answers_them_backwards() {
      for (int i = 1; i <= 250; i++) {
        run("XADD s " + i + " a " + i);
      }
      assertThat(run("XREVRANGE s + - COUNT 2"))
          .isEqualTo("[[\"250-0\" [\"a\" \"250\"]] [\"249-0\" [\"a\" \"249\"]]]");
      assertThat(run("XREVRANGE s (101-0 100")).isEqualTo("[[\"100-0\" [\"a\" \"100\"]]]");
      assertThat(run("XREVRANGE s 1 2")).isEqualTo("[]");
    }
  }

  @Nested
  class Xdel {
    @Test
    void deletes_entries_and_keeps_the_stream() {
      run("XADD s 1 a 1");
      run("XADD s 2 a 1");
      assertThat(store.fresh("XDEL s 1 1 3")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("xdel s");
      assertThat(run("XDEL s 2 foo")).isEqualTo(BAD_ID);
      assertThat(run("XDEL s 2")).isEqualTo(":1");
      assertThat(store.fresh("XDEL s 2")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("XLEN s")).isEqualTo(":0");
      assertThat(run("EXISTS s")).isEqualTo(":1");
      assertThat(run("XADD s 2 a 1")).contains("equal or smaller");
      assertThat(run("XDEL nokey foo")).isEqualTo(":0");
      assertThat(run("XDEL string 1")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Xtrim {
    @Test
    void removes_the_first_entries() {
      for (int i = 1; i <= 250; i++) {
        run("XADD s " + i + " a " + i);
      }
      assertThat(store.fresh("XTRIM s MAXLEN ~ 100")).isEqualTo(":100");
      assertThat(store.effects()).containsExactly("XTRIM s MAXLEN = 150");
      assertThat(store.fresh("XTRIM s MINID = 111")).isEqualTo(":10");
      assertThat(store.effects()).containsExactly("XTRIM s MINID = 111");
      assertThat(store.events()).containsExactly("xtrim s");
      assertThat(store.fresh("XTRIM s MINID 111")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("XTRIM s MAXLEN 0")).isEqualTo(":140");
      assertThat(run("XTRIM nokey MAXLEN 0")).isEqualTo(":0");
    }

    @Test
    void an_emptied_stream_is_journalled_by_what_was_asked() {
      for (int i = 1; i <= 100; i++) {
        run("XADD s " + i + " a " + i);
      }
      assertThat(store.fresh("XTRIM s MINID ~ 500")).isEqualTo(":100");
      assertThat(store.effects()).containsExactly("XTRIM s MINID = 500-0");
    }

    @Test
    void refuses_a_request_without_a_threshold() {
      assertThat(run("XTRIM s FOO 3")).isEqualTo(SYNTAX);
      assertThat(run("XTRIM s LIMIT 0"))
          .isEqualTo("-ERR syntax error, XTRIM must be called with a trimming strategy");
      assertThat(run("XTRIM s MAXLEN 9223372036854775808"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("XTRIM string MAXLEN 0")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Xsetid {
    @Test
    void sets_what_the_stream_remembers() {
      run("XADD s 5 a 1");
      assertThat(store.fresh("XSETID s 9-1 ENTRIESADDED 77 MAXDELETEDID 3-1")).isEqualTo("OK");
      assertThat(store.events()).containsExactly("xsetid s");
      assertThat(run("XINFO STREAM s"))
          .contains("\"last-generated-id\" \"9-1\"")
          .contains("\"max-deleted-entry-id\" \"3-1\"")
          .contains("\"entries-added\" :77");
      assertThat(run("XADD s 9-1 a 1")).contains("equal or smaller");
    }

    @Test
    void refuses_what_the_stream_contradicts() {
      assertThat(run("XSETID nokey 1")).isEqualTo("-ERR no such key");
      assertThat(run("XSETID nokey 1 FOO")).isEqualTo(SYNTAX);
      run("XADD s 5 a 1");
      assertThat(run("XSETID s 4"))
          .isEqualTo("-ERR The ID specified in XSETID is smaller than the target stream top item");
      assertThat(run("XSETID s 5 ENTRIESADDED -1"))
          .isEqualTo("-ERR entries_added must be positive");
      assertThat(run("XSETID s 5 ENTRIESADDED 0"))
          .isEqualTo(
              "-ERR The entries_added specified in XSETID is smaller than the target stream"
                  + " length");
      assertThat(run("XSETID s 5 MAXDELETEDID 6"))
          .isEqualTo(
              "-ERR The ID specified in XSETID is smaller than the provided"
                  + " max_deleted_entry_id");
      assertThat(run("XSETID string 5")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Xread {
    private final TestConnection connection = new TestConnection();

    @Test
    void answers_what_came_after_an_id() {
      run("XADD s 1 a 1");
      run("XADD s 2 a 2");
      run("XADD t 1 b 1");
      assertThat(run("XREAD COUNT 1 STREAMS s t 0 1"))
          .isEqualTo(read("s", "[\"1-0\" [\"a\" \"1\"]]"));
      assertThat(run("XREAD STREAMS s 2")).isEqualTo("nil");
      assertThat(run("XREAD STREAMS s $")).isEqualTo("nil");
      assertThat(run("XREAD STREAMS s +")).isEqualTo(read("s", "[\"2-0\" [\"a\" \"2\"]]"));
      assertThat(run("XREAD STREAMS nokey 0")).isEqualTo("nil");
    }

    @Test
    void waits_for_what_comes_after_the_last_entry() {
      run("XADD s 1 a 1");
      Session client = store.newClient(connection);
      assertThat(store.run(client, "XREAD BLOCK 0 STREAMS nokey s $ $")).isEqualTo("waits");
      run("XDEL s 1");
      assertThat(connection.received()).isEmpty();
      run("XADD s 2 a 2");
      assertThat(connection.received()).containsExactly(read("s", "[\"2-0\" [\"a\" \"2\"]]"));
      assertThat(store.run(client, "XREAD BLOCK 0 STREAMS s 1"))
          .isEqualTo(read("s", "[\"2-0\" [\"a\" \"2\"]]"));
    }

    @Test
    void gives_up_when_time_is_up() {
      Session client = store.newClient(connection);
      assertThat(store.run(client, "XREAD BLOCK 100 STREAMS s $")).isEqualTo("waits");
      store.advanceMillis(100);
      assertThat(connection.received()).containsExactly("nil");
      assertThat(run("XREAD BLOCK 0 STREAMS s $")).isEqualTo("nil");
    }

    @Test
    void refuses_what_it_cannot_read() {
      assertThat(run("XREAD BLOCK -1 STREAMS s 0")).isEqualTo("-ERR timeout is negative");
      assertThat(run("XREAD BLOCK x STREAMS s 0"))
          .isEqualTo("-ERR timeout is not an integer or out of range");
      assertThat(run("XREAD BLOCK 9223372036854775807 STREAMS s 0"))
          .isEqualTo("-ERR timeout is out of range");
      assertThat(run("XREAD STREAMS s t 0"))
          .isEqualTo(
              "-ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be"
                  + " specified.");
      assertThat(run("XREAD STREAMS s >"))
          .startsWith("-ERR The > ID can be specified only when calling XREADGROUP");
      assertThat(run("XREAD GROUP g c STREAMS s 0"))
          .startsWith("-ERR The GROUP option is only supported by XREADGROUP.");
      assertThat(run("XREAD NOACK STREAMS s 0"))
          .startsWith("-ERR The NOACK option is only supported by XREADGROUP.");
      assertThat(run("XREAD FOO s 0 0")).isEqualTo(SYNTAX);
      assertThat(run("XREAD STREAMS string 0")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class XinfoStream {
    @Test
    void tells_of_the_stream() {
      run("XADD s 1 a 1");
      run("XADD s 2 a 2");
      String text = run("XINFO STREAM s");
      assertThat(text)
          .isEqualTo(
              (protocol == 3 ? "{" : "[")
                  + "\"length\" :2 \"radix-tree-keys\" :1 \"radix-tree-nodes\" :2"
                  + " \"last-generated-id\" \"2-0\" \"max-deleted-entry-id\" \"0-0\""
                  + " \"entries-added\" :2 \"recorded-first-entry-id\" \"1-0\" \"groups\" :0"
                  + " \"first-entry\" [\"1-0\" [\"a\" \"1\"]]"
                  + " \"last-entry\" [\"2-0\" [\"a\" \"2\"]]"
                  + (protocol == 3 ? "}" : "]"));
      run("XDEL s 1 2");
      assertThat(run("XINFO STREAM s")).contains("\"first-entry\" nil \"last-entry\" nil");
    }

    @Test
    void tells_all_when_told_so() {
      for (int i = 1; i <= 12; i++) {
        run("XADD s " + i + " a 1");
      }
      run("XGROUP CREATE s g 0");
      run("XREADGROUP GROUP g c COUNT 2 STREAMS s >");
      long now = store.clock().millis();
      assertThat(run("XINFO STREAM s FULL"))
          .contains("[\"10-0\" [\"a\" \"1\"]]]")
          .contains(
              "\"name\" \"g\" \"last-delivered-id\" \"2-0\" \"entries-read\" :2 \"lag\" :10"
                  + " \"pel-count\" :2 \"pending\" [[\"1-0\" \"c\" :"
                  + now
                  + " :1]")
          .contains(
              "\"name\" \"c\" \"seen-time\" :"
                  + now
                  + " \"active-time\" :"
                  + now
                  + " \"pel-count\" :2 \"pending\" [[\"1-0\" :"
                  + now
                  + " :1]");
      assertThat(run("XINFO STREAM s FULL COUNT 1")).doesNotContain("[\"2-0\" [");
      assertThat(run("XINFO STREAM s FULL COUNT 0")).contains("[\"12-0\" [");
      assertThat(run("XINFO STREAM s FULL FOO 1"))
          .isEqualTo(
              "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO"
                  + " HELP.");
      assertThat(run("XINFO STREAM nokey")).isEqualTo("-ERR no such key");
    }
  }

  @Nested
  class XinfoHelp {
    @Test
    void explains_the_subcommands() {
      assertThat(run("XINFO HELP")).contains("STREAM key").contains("GROUPS key");
    }
  }

  @Nested
  class The_whole_value {
    @Test
    void has_the_real_servers_checksum_and_can_be_copied() {
      run("XADD s 1-1 a 1");
      run("XADD s 1-2 a b");
      // What the real server's DEBUG DIGEST-VALUE says of the same stream.
      assertThat(digest("s")).isEqualTo("e6095f4e84afdaeec69e86f607bee080594ffdb6");
      run("XGROUP CREATE s g 0");
      run("XREADGROUP GROUP g c COUNT 1 STREAMS s >");
      run("COPY s t");
      run("XADD s 2 x y");
      run("XACK s g 1-1");
      assertThat(digest("t")).isEqualTo("e6095f4e84afdaeec69e86f607bee080594ffdb6");
      assertThat(run("XPENDING t g - + 10 c")).isEqualTo("[[\"1-1\" \"c\" :0 :1]]");
    }

    private String digest(String key) {
      ValueDigest digest = new ValueDigest();
      digest.mix(new byte[] {0, 0, 0, 6});
      byte[] name = key.getBytes(StandardCharsets.US_ASCII);
      store.keyspace().database(0).value(name, 0, name.length, StreamValue.class).digest(digest);
      return digest.hex();
    }
  }
}
