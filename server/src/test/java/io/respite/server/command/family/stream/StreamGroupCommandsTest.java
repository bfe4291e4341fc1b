package io.respite.server.command.family.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import io.respite.server.command.family.TestConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
@DisplayNameGeneration(ReplaceUnderscores.class)
public class StreamGroupCommandsTest {
  private static final String NO_KEY =
      "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to"
          + " use the MKSTREAM option to create an empty stream automatically.";
  private static final String NO_GROUP = "-NOGROUP No such key 's' or consumer group 'nog'";

  @Parameter int protocol;
  private Store store;
  private long now;

  @BeforeEach
  void open() {
    store = new Store(protocol);
    run("SET string v");
    for (int i = 1; i <= 3; i++) {
      run("XADD s " + i + " a " + i);
    }
    now = store.clock().millis();
  }

  private String run(String line) {
    return store.run(line);
  }

  private String read(String entries) {
    return protocol == 3 ? "{\"s\" [" + entries + "]}" : "[[\"s\" [" + entries + "]]]";
  }

  private static String entry(int i) {
    return "[\"" + i + "-0\" [\"a\" \"" + i + "\"]]";
  }

  private String map(String content) {
    return protocol == 3 ? "{" + content + "}" : "[" + content + "]";
  }

  /** A group whose consumer {@code c} has all three entries. */
  private void handOut() {
    run("XGROUP CREATE s g 0");
    run("XREADGROUP GROUP g c STREAMS s >");
  }

  @Nested
  class XgroupCreate {
    @Test
    void makes_a_group_at_an_id() {
      assertThat(store.fresh("XGROUP CREATE s g 1")).isEqualTo("OK");
      assertThat(store.effects()).containsExactly("XGROUP CREATE s g 1");
      assertThat(store.events()).containsExactly("xgroup-create s");
      assertThat(run("XGROUP CREATE s g 1"))
          .isEqualTo("-BUSYGROUP Consumer Group name already exists");
      assertThat(run("XREADGROUP GROUP g c STREAMS s >"))
          .isEqualTo(read(entry(2) + " " + entry(3)));
    }

    @Test
    void makes_a_stream_only_when_told_so() {
      assertThat(run("XGROUP CREATE t g $")).isEqualTo(NO_KEY);
      assertThat(run("XGROUP CREATE t g abc MKSTREAM")).startsWith("-ERR Invalid stream ID");
      assertThat(run("EXISTS t")).isEqualTo(":0");
      assertThat(run("XGROUP CREATE t g $ MKSTREAM")).isEqualTo("OK");
      assertThat(run("XLEN t")).isEqualTo(":0");
      assertThat(run("TYPE t")).isEqualTo("stream");
    }

    @Test
    void refuses_other_options() {
      assertThat(run("XGROUP CREATE s g $ ENTRIESREAD -2"))
          .isEqualTo("-ERR value for ENTRIESREAD must be positive or -1");
      assertThat(run("XGROUP CREATE s g $ FOO"))
          .isEqualTo(
              "-ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP"
                  + " HELP.");
      assertThat(run("XGROUP CREATE string g $")).isEqualTo(StreamCommandsTest.WRONG_TYPE);
    }
  }

  @Nested
  class XgroupSetid {
    @Test
    void moves_a_group() {
      handOut();
      assertThat(store.fresh("XGROUP SETID s g 2 ENTRIESREAD 2")).isEqualTo("OK");
      assertThat(store.events()).containsExactly("xgroup-setid s");
      assertThat(run("XINFO GROUPS s")).contains("\"entries-read\" :2 \"lag\" :1");
      assertThat(run("XREADGROUP GROUP g d STREAMS s >")).isEqualTo(read(entry(3)));
      assertThat(run("XPENDING s g"))
          .isEqualTo("[:3 \"1-0\" \"3-0\" [[\"c\" \"2\"] [\"d\" \"1\"]]]");
      assertThat(run("XGROUP SETID s nog 1"))
          .isEqualTo("-NOGROUP No such consumer group 'nog' for key name 's'");
    }
  }

  @Nested
  class XgroupDestroy {
    @Test
    void removes_a_group() {
      handOut();
      assertThat(store.fresh("XGROUP DESTROY s g")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("xgroup-destroy s");
      assertThat(store.fresh("XGROUP DESTROY s g")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("XGROUP DESTROY t g")).isEqualTo(NO_KEY);
    }

    @Test
    void tells_who_waits_in_it() {
      run("XGROUP CREATE s g $");
      TestConnection connection = new TestConnection();
      Session client = store.newClient(connection);
      assertThat(store.run(client, "XREADGROUP GROUP g c BLOCK 0 STREAMS s >")).isEqualTo("waits");
      run("XGROUP DESTROY s g");
      assertThat(connection.received())
          .containsExactly(
              "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option");
    }
  }

  @Nested
  class XgroupCreateconsumer {
    @Test
    void makes_a_consumer_once() {
      run("XGROUP CREATE s g 0");
      assertThat(store.fresh("XGROUP CREATECONSUMER s g c")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("xgroup-createconsumer s");
      assertThat(store.fresh("XGROUP CREATECONSUMER s g c")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
    }
  }

  @Nested
  class XgroupDelconsumer {
    @Test
    void removes_a_consumer_with_what_it_had() {
      handOut();
      assertThat(store.fresh("XGROUP DELCONSUMER s g c")).isEqualTo(":3");
      assertThat(store.events()).containsExactly("xgroup-delconsumer s");
      assertThat(run("XPENDING s g")).isEqualTo("[:0 nil nil nil]");
      assertThat(run("XGROUP DELCONSUMER s g c")).isEqualTo(":0");
    }
  }

  @Nested
  class XgroupHelp {
    @Test
    void explains_the_subcommands() {
      assertThat(run("XGROUP HELP")).contains("CREATE key group");
      assertThat(run("XGROUP FOO")).isEqualTo("-ERR unknown subcommand 'FOO'. Try XGROUP HELP.");
    }
  }

  @Nested
  class Xreadgroup {
    @Test
    void does_not_count_beyond_64_bits() {
      run("XADD big 1-1 f v");
      run("XGROUP CREATE big g 0 ENTRIESREAD 9223372036854775807");
      assertThat(store.fresh("XREADGROUP GROUP g c NOACK STREAMS big >")).contains("1-1");
      assertThat(store.effects()).last().isEqualTo("XGROUP SETID big g 1-1 ENTRIESREAD 1");
    }

    @Test
    void hands_each_entry_to_one_consumer() {
      run("XGROUP CREATE s g 0");
      assertThat(store.fresh("XREADGROUP GROUP g c COUNT 1 STREAMS s >")).isEqualTo(read(entry(1)));
      assertThat(store.events()).containsExactly("xgroup-createconsumer s");
      assertThat(store.effects())
          .containsExactly(
              "XCLAIM s g c 0 1-0 TIME " + now + " RETRYCOUNT 1 FORCE JUSTID LASTID 1-0",
              "XGROUP SETID s g 1-0 ENTRIESREAD 1");
      assertThat(run("XREADGROUP GROUP g d STREAMS s >"))
          .isEqualTo(read(entry(2) + " " + entry(3)));
      assertThat(run("XREADGROUP GROUP g d STREAMS s >")).isEqualTo("nil");
    }

    @Test
    void repeats_what_a_consumer_has() {
      handOut();
      run("XDEL s 2");
      store.clock().advanceMillis(5);
      assertThat(store.fresh("XREADGROUP GROUP g c COUNT 2 STREAMS s 0"))
          .isEqualTo(read(entry(1) + " [\"2-0\" nil]"));
      assertThat(store.effects()).isEmpty();
      assertThat(run("XPENDING s g - + 10"))
          .isEqualTo("[[\"1-0\" \"c\" :0 :2] [\"2-0\" \"c\" :5 :1] [\"3-0\" \"c\" :5 :1]]");
      assertThat(run("XREADGROUP GROUP g d STREAMS s 0")).isEqualTo(read(""));
    }

    @Test
    void leaves_nothing_pending_without_acknowledgement() {
      run("XGROUP CREATE s g 0");
      assertThat(store.fresh("XREADGROUP GROUP g c NOACK STREAMS s >")).contains("3-0");
      assertThat(store.effects())
          .containsExactly("XGROUP CREATECONSUMER s g c", "XGROUP SETID s g 3-0 ENTRIESREAD 3");
      assertThat(run("XPENDING s g")).startsWith("[:0");
    }

    @Test
    void waits_until_something_comes_and_journals_the_consumer_that_waits() {
      run("XGROUP CREATE s g $");
      TestConnection connection = new TestConnection();
      Session client = store.newClient(connection);
      store.effects().clear();
      assertThat(store.run(client, "XREADGROUP GROUP g c BLOCK 0 STREAMS s >")).isEqualTo("waits");
      assertThat(store.effects()).containsExactly("XGROUP CREATECONSUMER s g c");
      store.effects().clear();
      run("XADD s 4 a 4");
      assertThat(connection.received()).containsExactly(read(entry(4)));
      assertThat(store.effects())
          .containsExactly(
              "XADD s 4 a 4",
              "XCLAIM s g c 0 4-0 TIME " + now + " RETRYCOUNT 1 FORCE JUSTID LASTID 4-0",
              "XGROUP SETID s g 4-0 ENTRIESREAD 4");
    }

    @Test
    void serves_one_of_two_who_wait() {
      run("XGROUP CREATE s g $");
      TestConnection first = new TestConnection();
      TestConnection second = new TestConnection();
      store.run(store.newClient(first), "XREADGROUP GROUP g c BLOCK 0 STREAMS s >");
      store.run(store.newClient(second), "XREADGROUP GROUP g d BLOCK 0 STREAMS s >");
      run("XADD s 4 a 4");
      assertThat(first.received()).containsExactly(read(entry(4)));
      assertThat(second.received()).isEmpty();
      run("DEL s");
      assertThat(second.received())
          .containsExactly(
              "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option");
    }

    @Test
    void refuses_what_it_cannot_read() {
      assertThat(run("XREADGROUP GROUP nog c STREAMS s >"))
          .isEqualTo(
              "-NOGROUP No such key 's' or consumer group 'nog' in XREADGROUP with GROUP option");
      run("XGROUP CREATE s g 0");
      assertThat(run("XREADGROUP GROUP g c STREAMS s $"))
          .startsWith("-ERR The $ ID is meaningless");
      assertThat(run("XREADGROUP GROUP g c STREAMS s s >"))
          .isEqualTo(
              "-ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must"
                  + " be specified.");
      assertThat(run("XREADGROUP COUNT 1 BLOCK 1 STREAMS s >"))
          .isEqualTo("-ERR Missing GROUP option for XREADGROUP");
      assertThat(run("XREADGROUP GROUP g c STREAMS string >"))
          .isEqualTo(StreamCommandsTest.WRONG_TYPE);
    }
  }

  @Nested
  class Xack {
    @Test
    void ends_the_wait_for_entries() {
      handOut();
      assertThat(store.fresh("XACK s g 1 2-0 9")).isEqualTo(":2");
      assertThat(store.effects()).containsExactly("XACK s g 1 2-0 9");
      assertThat(store.fresh("XACK s g 1")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("XACK s g 3 foo")).startsWith("-ERR Invalid stream ID");
      assertThat(run("XPENDING s g")).isEqualTo("[:1 \"3-0\" \"3-0\" [[\"c\" \"1\"]]]");
      assertThat(run("XACK s nog foo")).isEqualTo(":0");
      assertThat(run("XACK nokey g foo")).isEqualTo(":0");
    }
  }

  @Nested
  class Xpending {
    @Test
    void lists_what_is_pending() {
      handOut();
      store.clock().advanceMillis(50);
      run("XCLAIM s g d 0 2");
      assertThat(run("XPENDING s g (1 + 10"))
          .isEqualTo("[[\"2-0\" \"d\" :0 :2] [\"3-0\" \"c\" :50 :1]]");
      assertThat(run("XPENDING s g IDLE 50 - + 10"))
          .isEqualTo("[[\"1-0\" \"c\" :50 :1] [\"3-0\" \"c\" :50 :1]]");
      assertThat(run("XPENDING s g - + 1 c")).isEqualTo("[[\"1-0\" \"c\" :50 :1]]");
      assertThat(run("XPENDING s g - + 10 nobody")).isEqualTo("[]");
      assertThat(run("XPENDING s g - + -1")).isEqualTo("[]");
    }

    @Test
    void refuses_half_a_range() {
      handOut();
      assertThat(run("XPENDING s g - +")).isEqualTo("-ERR syntax error");
      assertThat(run("XPENDING s g IDLE 0 - + 10 c d")).isEqualTo("-ERR syntax error");
      assertThat(run("XPENDING s nog")).isEqualTo(NO_GROUP);
      assertThat(run("XPENDING s g IDLE x - + 10"))
          .isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Nested
  class Xclaim {
    @Test
    void gives_an_entry_to_another_consumer() {
      handOut();
      store.clock().advanceMillis(100);
      assertThat(run("XCLAIM s g d 101 1")).isEqualTo("[]");
      long time = now + 100;
      assertThat(store.fresh("XCLAIM s g e 100 1 9")).isEqualTo("[" + entry(1) + "]");
      assertThat(store.effects())
          .containsExactly(
              "XCLAIM s g e 0 1-0 TIME " + time + " RETRYCOUNT 2 FORCE JUSTID LASTID 3-0");
      assertThat(run("XCLAIM s g e 0 2 JUSTID IDLE 40 RETRYCOUNT 7")).isEqualTo("[\"2-0\"]");
      assertThat(run("XPENDING s g - + 10 e"))
          .isEqualTo("[[\"1-0\" \"e\" :0 :2] [\"2-0\" \"e\" :40 :7]]");
      assertThat(run("XCLAIM s g e 0 2 TIME 99999999999999")).isEqualTo("[" + entry(2) + "]");
      assertThat(run("XPENDING s g 2 2 10")).isEqualTo("[[\"2-0\" \"e\" :0 :8]]");
    }

    @Test
    void makes_pending_entries_when_forced() {
      run("XGROUP CREATE s g $");
      assertThat(run("XCLAIM s g c 0 1")).isEqualTo("[]");
      assertThat(run("XCLAIM s g c 0 1 FORCE JUSTID")).isEqualTo("[\"1-0\"]");
      assertThat(run("XCLAIM s g c 0 9 FORCE JUSTID")).isEqualTo("[]");
      assertThat(run("XPENDING s g - + 10")).isEqualTo("[[\"1-0\" \"c\" :0 :1]]");
    }

    @Test
    void forgets_what_was_deleted() {
      handOut();
      run("XDEL s 2");
      assertThat(store.fresh("XCLAIM s g c 0 2")).isEqualTo("[]");
      assertThat(store.effects()).hasSize(1);
      assertThat(run("XPENDING s g")).startsWith("[:2");
    }

    @Test
    void moves_the_group_by_its_last_id() {
      run("XGROUP CREATE s g 0");
      run("XGROUP CREATECONSUMER s g c");
      assertThat(store.fresh("XCLAIM s g c 0 9 LASTID 2")).isEqualTo("[]");
      assertThat(store.effects()).containsExactly("XGROUP SETID s g 2-0 ENTRIESREAD -1");
    }

    @Test
    void refuses_other_options() {
      handOut();
      assertThat(run("XCLAIM s g c x 1"))
          .isEqualTo("-ERR Invalid min-idle-time argument for XCLAIM");
      assertThat(run("XCLAIM s g c 0 1 IDLE x"))
          .isEqualTo("-ERR Invalid IDLE option argument for XCLAIM");
      assertThat(run("XCLAIM s g c 0 1 FOO")).isEqualTo("-ERR Unrecognized XCLAIM option 'FOO'");
      assertThat(run("XCLAIM s nog c 0 1")).isEqualTo(NO_GROUP);
    }
  }

  @Nested
  class Xautoclaim {
    @Test
    void gives_what_was_pending_for_long_in_steps() {
      handOut();
      run("XDEL s 2");
      store.clock().advanceMillis(100);
      assertThat(run("XAUTOCLAIM s g d 101 0")).isEqualTo("[\"0-0\" [] [\"2-0\"]]");
      assertThat(store.fresh("XAUTOCLAIM s g d 100 0 COUNT 1"))
          .isEqualTo("[\"3-0\" [" + entry(1) + "] []]");
      assertThat(store.effects())
          .containsExactly(
              "XCLAIM s g d 0 1-0 TIME " + (now + 100) + " RETRYCOUNT 2 FORCE JUSTID LASTID 3-0");
      assertThat(run("XAUTOCLAIM s g d 100 3 JUSTID")).isEqualTo("[\"0-0\" [\"3-0\"] []]");
      assertThat(run("XPENDING s g")).isEqualTo("[:2 \"1-0\" \"3-0\" [[\"d\" \"2\"]]]");
    }

    @Test
    void refuses_a_count_that_memory_cannot_hold() {
      handOut();
      for (String count : List.of("0", "-1", "9223372036854775807", "x")) {
        assertThat(run("XAUTOCLAIM s g c 0 0 COUNT " + count)).isEqualTo("-ERR COUNT must be > 0");
      }
      assertThat(run("XAUTOCLAIM s g c 0 0 COUNT 576460752303423487")).startsWith("[");
      assertThat(run("XAUTOCLAIM s g c x 0"))
          .isEqualTo("-ERR Invalid min-idle-time argument for XAUTOCLAIM");
      assertThat(run("XAUTOCLAIM s nog c 0 0")).isEqualTo(NO_GROUP);
    }
  }

  @Nested
  class XinfoGroups {
    @Test
    void tells_of_each_group() {
      handOut();
      run("XADD s 4 a 4");
      assertThat(run("XINFO GROUPS s"))
          .isEqualTo(
              "["
                  + map(
                      "\"name\" \"g\" \"consumers\" :1 \"pending\" :3 \"last-delivered-id\""
                          + " \"3-0\" \"entries-read\" :3 \"lag\" :1")
                  + "]");
      assertThat(run("XINFO GROUPS nokey")).isEqualTo("-ERR no such key");
    }

    @Test
    void tells_no_lag_where_deleted_entries_hide_it() {
      run("XGROUP CREATE s g 1");
      run("XADD s 4 a 4");
      run("XDEL s 3");
      assertThat(run("XINFO GROUPS s")).contains("\"entries-read\" nil \"lag\" nil");
    }
  }

  @Nested
  class XinfoConsumers {
    @Test
    void tells_of_each_consumer() {
      handOut();
      store.clock().advanceMillis(7);
      run("XREADGROUP GROUP g b STREAMS s >");
      assertThat(run("XINFO CONSUMERS s g"))
          .isEqualTo(
              "["
                  + map("\"name\" \"b\" \"pending\" :0 \"idle\" :0 \"inactive\" :-1")
                  + " "
                  + map("\"name\" \"c\" \"pending\" :3 \"idle\" :7 \"inactive\" :7")
                  + "]");
      assertThat(run("XINFO CONSUMERS s nog"))
          .isEqualTo("-NOGROUP No such consumer group 'nog' for key name 's'");
    }
  }

  /** Whatever is done to a stream, executing what was journalled gives the same stream. */
  @Nested
  class Journal {
    @Test
    void makes_the_same_groups_elsewhere() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      store.effects().clear();
      run("DEL s");
      for (int i = 0; i < 1500; i++) {
        store.clock().advanceMillis(random.nextInt(3));
        int id = 1 + random.nextInt(300);
        String consumer = " c" + random.nextInt(3);
        run(
            switch (random.nextInt(12)) {
              case 0, 1, 2, 3 -> "XADD s " + (i + 1) + "-* f " + i;
              case 4 -> "XADD s MAXLEN ~ 50 * f " + i + "x";
              case 5 -> "XDEL s " + id;
              case 6 -> "XGROUP CREATE s g" + random.nextInt(2) + " 0 MKSTREAM";
              case 7, 8 -> "XREADGROUP GROUP g0" + consumer + " COUNT 3 STREAMS s >";
              case 9 -> "XACK s g0 " + id;
              case 10 -> "XAUTOCLAIM s g0" + consumer + " 3 0 COUNT 2";
              default -> "XREADGROUP GROUP g1" + consumer + " NOACK COUNT 5 STREAMS s >";
            });
      }
      Store other = new Store(protocol);
      List<String> journal = new ArrayList<>(store.effects());
      // The other clock stands where this one is: a claim's time is never in its future.
      other.clock().advanceMillis(store.clock().millis() - other.clock().millis());
      journal.forEach(
          line -> assertThat(other.run(line)).as("seed %d", seed).doesNotStartWith("-"));
      assertThat(other.run("XRANGE s - +")).as("seed %d", seed).isEqualTo(run("XRANGE s - +"));
      assertThat(other.run("XINFO GROUPS s")).as("seed %d", seed).isEqualTo(run("XINFO GROUPS s"));
      for (String group : List.of("g0", "g1")) {
        assertThat(other.run("XPENDING s " + group + " - + 1000"))
            .as("seed %d", seed)
            .isEqualTo(run("XPENDING s " + group + " - + 1000"));
      }
    }
  }
}
