package io.respite.server.command.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a journal is for: executing the effects elsewhere, at another time and by a store that
 * expires nothing on its own, gives the same databases.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(Form.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReplayTest {
  @Parameter Form form;

  private static final List<String> KEYS = List.of("a", "b", "c", "d");
  private static final List<String> FIELDS = List.of("f", "g", "h", "i");
  private static final List<String> TEMPLATES =
      List.of(
          "SET K V",
          "SET K V PX T",
          "SET K V KEEPTTL",
          "SET K V NX PX T",
          "SET K V XX GET",
          "GETEX K PX T",
          "GETEX K PERSIST",
          "GETDEL K",
          "GETSET K V",
          "SETNX K V",
          "APPEND K V",
          "SETRANGE K 3 V",
          "INCR K",
          "INCRBYFLOAT K 0.1",
          "MSET K V K V",
          "MSETNX K V K V",
          "HSET K F V F V",
          "HSETNX K F V",
          "HDEL K F F",
          "HINCRBY K F 3",
          "HINCRBYFLOAT K F 0.1",
          "HPEXPIRE K T FIELDS 2 F F",
          "HPEXPIRE K T NX FIELDS 1 F",
          "HPEXPIRE K 0 FIELDS 1 F",
          "HPERSIST K FIELDS 2 F F",
          "HSETEX K PX T FIELDS 2 F V F V",
          "HSETEX K FNX PX T FIELDS 1 F V",
          "HSETEX K KEEPTTL FIELDS 1 F V",
          "HGETEX K PX T FIELDS 2 F F",
          "HGETEX K PERSIST FIELDS 1 F",
          "HGETDEL K FIELDS 1 F",
          "HGET K F",
          "HGETALL K",
          "DEL K",
          "UNLINK K K",
          "RENAME K K",
          "RENAMENX K K",
          "COPY K K",
          "COPY K K REPLACE",
          "COPY K K DB 1",
          "MOVE K 1",
          "PEXPIRE K T",
          "PEXPIRE K T GT",
          "PEXPIRE K -1",
          "PERSIST K",
          "GET K",
          "MULTI",
          "EXEC",
          "DISCARD",
          "WATCH K",
          "RANDOMKEY");

  @Nested
  class The_effects {
    @Test
    void give_the_same_databases() {
      long seed = new Random().nextLong();
      for (int round = 0; round < 20; round++) {
        replay(seed + round);
      }
    }

    /** The removals are told before the command: the copy's hash ends, with its deadline. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "HSET a f 1",
          "HSET a f 1 g 2",
          "HSET a h 0 f 1 g 2",
          "HSETNX a f 1",
          "HINCRBY a g 3",
          "HINCRBYFLOAT a f 0.5",
          "HSETEX a FIELDS 2 f 1 g 2",
          "HSETEX a FNX PX 900 FIELDS 2 f 1 g 2",
          "HSETEX a KEEPTTL FIELDS 1 f 1"
        })
    void end_a_hash_where_its_last_field_died_though_it_is_filled_again(String refill) {
      for (String dead : List.of("f", "g", "f g")) {
        Store original = form.open();
        for (String field : dead.split(" ", -1)) {
          original.run("HSET a " + field + " old");
        }
        original.run("PEXPIRE a 500");
        for (String field : dead.split(" ", -1)) {
          original.run("HPEXPIRE a 10 FIELDS 1 " + field);
        }
        original.clock.advanceMillis(20);
        original.keyspace.refreshNow();
        original.run(refill);
        assertReplayed(original, refill + " over dead " + dead);
      }
    }
  }

  private void replay(long seed) {
    Random random = new Random(seed);
    Store original = form.open();
    for (int i = 0; i < 400; i++) {
      original.run(fill(TEMPLATES.get(random.nextInt(TEMPLATES.size())), random));
      if (random.nextInt(5) == 0) {
        original.clock.advanceMillis(random.nextInt(20));
        original.keyspace.refreshNow();
      }
      if (random.nextInt(10) == 0) {
        original.keyspace.database(0).sweep(8);
      }
    }
    assertReplayed(original, "seed " + seed);
  }

  private void assertReplayed(Store original, String what) {
    Store copy = form.open();
    copy.keyspace.replaying(true);
    // Late, and in one go.
    copy.clock.advanceMillis(original.clock.millis() - copy.clock.millis());
    var client = copy.newSession();
    for (String effect : original.effects) {
      if (effect.endsWith("MULTI") || effect.endsWith("EXEC")) {
        // What lies between is executed one by one here: a queue would need SELECT in it.
        continue;
      }
      int mark = effect.indexOf("> ");
      client.database(mark < 0 ? 0 : Integer.parseInt(effect.substring(0, mark)));
      String reply = copy.run(client, mark < 0 ? effect : effect.substring(mark + 2));
      assertThat(reply).as("%s: %s", what, effect).doesNotStartWith("-");
    }
    copy.keyspace.replaying(false);
    assertThat(content(copy)).as(what).isEqualTo(content(original));
  }

  private static String fill(String template, Random random) {
    StringBuilder line = new StringBuilder();
    for (String word : template.split(" ", -1)) {
      line.append(line.length() == 0 ? "" : " ");
      line.append(
          switch (word) {
            case "K" -> KEYS.get(random.nextInt(KEYS.size()));
            case "F" -> FIELDS.get(random.nextInt(FIELDS.size()));
            case "V" -> Integer.toString(random.nextInt(100));
            case "T" -> Integer.toString(1 + random.nextInt(200));
            default -> word;
          });
    }
    return line.toString();
  }

  private static Map<String, String> content(Store store) {
    Map<String, String> content = new TreeMap<>();
    for (int database = 0; database < 2; database++) {
      var client = store.newSession();
      client.database(database);
      for (String key : KEYS) {
        StringBuilder shown = new StringBuilder(store.run(client, "TYPE " + key));
        if (shown.toString().equals("string")) {
          shown.append(store.run(client, "GET " + key));
        } else {
          for (String field : FIELDS) {
            shown.append(store.run(client, "HGET " + key + " " + field));
          }
          shown.append(store.run(client, "HPEXPIRETIME " + key + " FIELDS 4 f g h i"));
        }
        // A hash whose fields have all died is there until somebody looks at each of them.
        if (!shown.toString().matches("(hash|none)nilnilnilnil.*")) {
          shown.append(store.run(client, "PEXPIRETIME " + key));
          content.put(database + key, shown.toString());
        }
      }
    }
    return content;
  }
}
