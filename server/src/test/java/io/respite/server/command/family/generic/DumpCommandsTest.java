package io.respite.server.command.family.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import io.respite.server.command.family.server.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a key holds, as bytes and back. The payloads in hexadecimal were measured on Redis. */
@DisplayNameGeneration(ReplaceUnderscores.class)
public class DumpCommandsTest {
  private final Store store = new Store(2);

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
  }

  private String dump(String key) {
    String shown = store.run("DUMP " + key);
    return shown.substring(1, shown.length() - 1);
  }

  private String hex(String key) {
    return HexFormat.of().formatHex(dump(key).getBytes(StandardCharsets.ISO_8859_1));
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class Dump {
    @ParameterizedTest
    @CsvSource({
      "SET k hello, 000568656c6c6f0a006372df766534200a",
      "SET k -12345, 00c1c7cf0a0067eda236b4db26d0",
      "RPUSH k a 1 300, 1201020f0f00000003008161020101c12c02ff0a00c9192395a7ba060f",
      "HSET k f v n 7, 1012120000000400816602817602816e020701ff0a00b82adea8407ffaa8",
      "SADD k 1 2 300, 0b0e0200000003000000010002002c010a00e510b28e7b9529aa",
      "ZADD k 1 a 2.5 b, 1114140000000400816102010181620283322e3504ff0a00d44c6ea4f644d9d7",
    })
    void answers_the_bytes_that_redis_answers(String line, String payload) {
      store.run(line);
      assertThat(hex("k")).isEqualTo(payload);
    }

    @Test
    void answers_a_stream_with_its_groups_as_redis_does() {
      store.run("XADD k 1-1 f v");
      store.run("XGROUP CREATE k g 0");
      assertThat(hex("k"))
          .isEqualTo(
              "130110000000000000000100000000000000011d1d0000000a00010100010101816602000102010001"
                  + "00018176020401ff0101010101000001010167000081ffffffffffffffff00000a00ff9ad34b48"
                  + "b268ce");
    }

    @Test
    void compresses_a_long_string_so_that_redis_can_read_it() {
      store.run("SET k " + "a".repeat(100));
      assertThat(dump("k").length()).isLessThan(30);
      store.call("RESTORE", "copy", "0", dump("k"));
      assertThat(store.run("GET copy")).isEqualTo("\"" + "a".repeat(100) + "\"");
    }

    @Test
    void takes_a_newer_version_only_for_fields_with_a_deadline() {
      store.run("HSETEX k PX 100 FIELDS 1 f v");
      assertThat(hex("k")).startsWith("19").contains("0c00");
      store.run("HPERSIST k FIELDS 1 f");
      assertThat(hex("k")).startsWith("04").contains("0a00");
    }

    @Test
    void answers_nil_for_no_key() {
      assertThat(store.run("DUMP nokey")).isEqualTo("nil");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class Restore {
    @ParameterizedTest
    @CsvSource({
      "000568656c6c6f0a006372df766534200a, GET k, '\"hello\"'",
      "00c3094064016161e057000161610a00e8a3b507b06df271, STRLEN k, :100",
      "1201020f0f00000003008161020101c12c02ff0a00c9192395a7ba060f, LRANGE k 0 -1,"
          + " '[\"a\" \"1\" \"300\"]'",
      "1012120000000400816602817602816e020701ff0a00b82adea8407ffaa8, HGETALL k,"
          + " '[\"f\" \"v\" \"n\" \"7\"]'",
      "0b0e0200000003000000010002002c010a00e510b28e7b9529aa, SISMEMBER k 300, :1",
      "1114140000000400816102010181620283322e3504ff0a00d44c6ea4f644d9d7, ZSCORE k b, '\"2.5\"'",
    })
    void takes_what_redis_dumped(String payload, String line, String reply) {
      assertThat(store.call("RESTORE", "k", "0", bytes(payload))).isEqualTo("OK");
      assertThat(store.run(line)).isEqualTo(reply);
    }

    @Test
    void takes_a_stream_with_a_node_of_which_all_is_deleted() {
      store.run("XADD s 2-2 f v");
      store.run("XADD s 3-3 f v");
      store.run("XDEL s 3-3");
      store.run("XTRIM s MINID = 3");
      assertThat(store.call("RESTORE", "k", "0", dump("s"))).isEqualTo("OK");
      assertThat(store.run("XINFO STREAM k")).isEqualTo(store.run("XINFO STREAM s"));
      store.run("XADD k 4-4 f v");
      assertThat(store.run("XRANGE k - +")).isEqualTo("[[\"4-4\" [\"f\" \"v\"]]]");
    }

    @Test
    void takes_every_stream_that_entries_come_to_and_go_from() {
      long seed = new Random().nextLong();
      System.out.println("Streams from seed " + seed);
      Random random = new Random(seed);
      for (int round = 0; round < 100; round++) {
        store.run("DEL s");
        store.keyspace().limits().streamNodeEntries(1 + random.nextInt(5));
        int last = 0;
        for (int i = 0; i < 60; i++) {
          int id = random.nextInt(last + 2);
          switch (random.nextInt(4)) {
            case 0, 1 -> store.run("XADD s " + ++last + " f" + random.nextInt(2) + " v");
            case 2 -> store.run("XDEL s " + id + "-0");
            default ->
                store.run(
                    random.nextBoolean()
                        ? "XTRIM s MINID = " + id
                        : "XTRIM s MAXLEN = " + random.nextInt(10));
          }
          if (last > 0) {
            String dumped = dump("s");
            assertThat(store.call("RESTORE", "k", "0", dumped, "REPLACE"))
                .as("seed %d", seed)
                .isEqualTo("OK");
            assertThat(dump("k")).as("seed %d", seed).isEqualTo(dumped);
            assertThat(store.run("XRANGE k - +"))
                .as("seed %d", seed)
                .isEqualTo(store.run("XRANGE s - +"));
          }
        }
      }
    }

    @Test
    void keeps_the_deadlines_of_fields() {
      store.run("HSETEX h PX 1000 FIELDS 2 a 1 b 2");
      store.run("HSET h c 3");
      store.call("RESTORE", "k", "0", dump("h"));
      assertThat(store.run("HPTTL k FIELDS 3 a b c")).isEqualTo("[:1000 :1000 :-1]");
      store.advanceMillis(1000);
      assertThat(store.run("HGETALL k")).isEqualTo("[\"c\" \"3\"]");
      store.keyspace().limits().hashEntries(1);
      store.run("HSETEX big PX 70 FIELDS 3 a 1 b 2 c 3");
      assertThat(store.run("OBJECT ENCODING big")).isEqualTo("\"hashtable\"");
      store.call("RESTORE", "k2", "0", dump("big"));
      assertThat(store.run("HPTTL k2 FIELDS 1 b")).isEqualTo("[:70]");
    }

    @Test
    void brings_every_type_and_encoding_back() {
      store.run("XADD x 5-1 f v g w");
      store.run("XADD x 5-2 f v2 g w");
      store.run("XADD x 6-0 h 1");
      store.run("XDEL x 5-2");
      store.run("XGROUP CREATE x g1 0");
      store.run("XREADGROUP GROUP g1 alice COUNT 1 STREAMS x >");
      store.run("XREADGROUP GROUP g1 bob STREAMS x >");
      store.run("SADD t a b 1");
      store.run("SADD big " + "m".repeat(70) + " a b");
      store.run("ZADD z 1 a 2.5 b -inf c");
      store.run("ZADD zbig 1 " + "m".repeat(70) + " -0.5 b +inf c");
      store.run("RPUSH l " + "e".repeat(9000) + " 1 a");
      for (String key : new String[] {"x", "t", "big", "z", "zbig", "l"}) {
        assertThat(store.call("RESTORE", "copy:" + key, "0", dump(key))).as(key).isEqualTo("OK");
        assertThat(store.run("OBJECT ENCODING copy:" + key))
            .as(key)
            .isEqualTo(store.run("OBJECT ENCODING " + key));
        assertThat(Digests.of(store, "copy:" + key)).as(key).isEqualTo(Digests.of(store, key));
      }
      assertThat(store.run("XINFO STREAM copy:x FULL")).isEqualTo(store.run("XINFO STREAM x FULL"));
      assertThat(store.run("XPENDING copy:x g1 - + 10"))
          .isEqualTo(store.run("XPENDING x g1 - + 10"));
    }

    @Test
    void gives_the_key_a_deadline_from_now_or_absolute() {
      store.run("SET k v");
      String payload = dump("k");
      store.effects().clear();
      store.call("RESTORE", "a", "500", payload);
      assertThat(store.run("PTTL a")).isEqualTo(":500");
      long deadline = store.keyspace().now() + 500;
      assertThat(store.effects().get(0)).startsWith("RESTORE a " + deadline).endsWith(" ABSTTL");
      store.call("RESTORE", "b", Long.toString(deadline + 500), payload, "ABSTTL");
      assertThat(store.run("PTTL b")).isEqualTo(":1000");
    }

    @Test
    void with_a_deadline_in_the_past_leaves_no_key() {
      store.run("SET k v");
      store.effects().clear();
      assertThat(store.call("RESTORE", "k", "1", dump("k"), "ABSTTL", "REPLACE")).isEqualTo("OK");
      assertThat(store.run("EXISTS k")).isEqualTo(":0");
      assertThat(store.effects()).containsExactly("DEL k");
    }

    @Test
    void replaces_only_when_told_to() {
      store.run("SET k v");
      String payload = dump("k");
      store.run("RPUSH l a");
      assertThat(store.call("RESTORE", "l", "0", payload))
          .isEqualTo("-BUSYKEY Target key name already exists.");
      assertThat(store.call("RESTORE", "l", "0", payload, "REPLACE")).isEqualTo("OK");
      assertThat(store.run("GET l")).isEqualTo("\"v\"");
    }

    @Test
    void remembers_how_long_the_key_was_idle() {
      store.run("SET k v");
      store.call("RESTORE", "l", "0", dump("k"), "IDLETIME", "1000");
      assertThat(store.run("OBJECT IDLETIME l")).isEqualTo(":1000");
      assertThat(store.call("RESTORE", "m", "0", dump("k"), "IDLETIME", "-1"))
          .isEqualTo("-ERR Invalid IDLETIME value, must be >= 0");
      assertThat(store.call("RESTORE", "m", "0", dump("k"), "FREQ", "256"))
          .isEqualTo("-ERR Invalid FREQ value, must be >= 0 and <= 255");
    }

    @Test
    void refuses_a_payload_that_is_not_intact() {
      String damaged = "-ERR DUMP payload version or checksum are wrong";
      assertThat(store.call("RESTORE", "k", "0", "")).isEqualTo(damaged);
      assertThat(store.call("RESTORE", "k", "0", "garbage of some length")).isEqualTo(damaged);
      store.run("SET s hello");
      String payload = dump("s");
      assertThat(store.call("RESTORE", "k", "0", payload.replace('l', 'm'))).isEqualTo(damaged);
      assertThat(store.call("RESTORE", "k", "-1", payload))
          .isEqualTo("-ERR Invalid TTL value, must be >= 0");
      assertThat(store.run("EXISTS k")).isEqualTo(":0");
    }

    @Test
    void survives_payloads_that_are_intact_and_make_no_sense() {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (String line :
          new String[] {
            "SET k " + "ab".repeat(60),
            "RPUSH k a 1 300 -5 bcd",
            "HSET k f v n 7 long " + "x".repeat(70),
            "SADD k 1 2 300",
            "SADD k a b 300",
            "ZADD k 1 a 2.5 b -7 c",
            "ZADD k 1 a 2.5 " + "b".repeat(70),
            "XADD k 1-1 f v g w",
          }) {
        store.run("DEL k");
        store.run(line);
        byte[] payload = dump("k").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 2_000; i++) {
          byte[] spoilt = payload.clone();
          for (int n = random.nextInt(3); n >= 0; n--) {
            spoilt[random.nextInt(spoilt.length - 10)] = (byte) random.nextInt();
          }
          String reply = store.call("RESTORE", "r", "0", Payloads.sealed(spoilt), "REPLACE");
          assertThat(reply).as("seed %d, %s", seed, line).isIn("OK", "-ERR Bad data format");
          if (reply.equals("OK")) {
            assertThat(store.run("DUMP r")).as("seed %d, %s", seed, line).startsWith("\"");
            assertThat(Digests.of(store, "r")).as("seed %d, %s", seed, line).isNotEmpty();
            assertThat(store.run("TYPE r")).as("seed %d", seed).isNotEqualTo("none");
          }
        }
      }
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class RestoreAsking {
    @Test
    void does_the_same_for_a_slot_on_the_move() {
      store.run("SET k v");
      assertThat(store.call("RESTORE-ASKING", "l", "0", dump("k"))).isEqualTo("OK");
      assertThat(store.run("GET l")).isEqualTo("\"v\"");
    }
  }
}
