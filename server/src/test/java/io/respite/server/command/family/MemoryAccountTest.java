package io.respite.server.command.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.Keyspace;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted against maxmemory follows what is there, whatever commands do to it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MemoryAccountTest {
  /** N a number, K a key, V a word, L a long word. */
  private static final List<String> COMMANDS =
      List.of(
          "SET sK V",
          "SET sK L EX 1000",
          "SETRANGE sK N L",
          "APPEND sK L",
          "SETBIT bK N 1",
          "INCR iK",
          "GETDEL sK",
          "PFADD pK V L",
          "HSET hK V L",
          "HSET hK N V V N",
          "HDEL hK N",
          "HPEXPIRE hK N0 FIELDS 1 V",
          "HINCRBY hK N 5",
          "LPUSH lK V L V L",
          "RPUSH lK LLLLLLLL",
          "LINSERT lK BEFORE V L",
          "LSET lK 0 L",
          "LREM lK 1 V",
          "LTRIM lK 0 N",
          "LPOP lK N",
          "LMOVE lK lK LEFT RIGHT",
          "SADD uK V L",
          "SADD uK N",
          "SREM uK N",
          "SPOP uK",
          "SUNIONSTORE uK uK uK",
          "ZADD zK N V",
          "ZADD zK N L",
          "ZREM zK V",
          "ZREMRANGEBYRANK zK 0 N",
          "ZUNIONSTORE zK 2 zK zK",
          "XADD xK * V L",
          "XTRIM xK MAXLEN N",
          "XGROUP CREATE xK g 0 MKSTREAM",
          "XREADGROUP GROUP g c COUNT 50 STREAMS xK >",
          "XACK xK g 1700000000000-0 1700000000000-1 1700000000000-2",
          "XAUTOCLAIM xK g d 0 0",
          "XGROUP DELCONSUMER xK g c",
          "RENAME lK lK",
          "COPY hK hK REPLACE",
          "COPY zK zK REPLACE",
          "MOVE lK 1",
          "EXPIRE lK 1000",
          "PERSIST lK",
          "PEXPIRE uK N",
          "DEL xK",
          "UNLINK zK",
          "SORT uK ALPHA STORE lK",
          "GET sK",
          "SWAPDB 0 1");

  private static String filled(String pattern, Random random) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case 'N' -> line.append(random.nextInt(300));
        case 'K' -> line.append(random.nextInt(4));
        case 'V' -> line.append('v').append(random.nextInt(400));
        case 'L' -> line.append("long".repeat(random.nextInt(40))).append(random.nextInt(99));
        default -> line.append(c);
      }
    }
    return line.toString();
  }

  /** Leaves words that are no patterns as they are. */
  private static String request(String command, Random random) {
    String[] words = command.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      boolean pattern = words[i].matches("[shlbipuzx]?[KNVL0]+");
      words[i] = pattern ? filled(words[i], random) : words[i];
    }
    return String.join(" ", words);
  }

  private static long walked(Keyspace keyspace) {
    long[] bytes = {0};
    for (int i = 0; i < keyspace.size(); i++) {
      Database database = keyspace.database(i);
      bytes[0] += database.overheadBytes();
      database.forEach(
          entry ->
              bytes[0] +=
                  entry instanceof byte[] record
                      ? PackedEntry.heapBytes(record)
                      : ((KeyEntry) entry).heapBytes());
    }
    return bytes[0];
  }

  @Test
  void equals_what_a_walk_through_all_values_finds() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Store store = new Store(2);
    store.keyspace().limits().listCompressDepth(random.nextInt(2));
    for (int i = 0; i < 20_000; i++) {
      String line = request(COMMANDS.get(random.nextInt(COMMANDS.size())), random);
      store.run(line);
      store.effects().clear();
      store.events().clear();
      if (i % 100 == 0) {
        store.advanceMillis(random.nextInt(100));
        assertThat(store.keyspace().heapBytes())
            .as("after %d commands, the last one %s; seed %d", i, line, seed)
            .isEqualTo(walked(store.keyspace()));
      }
    }
    store.run("FLUSHALL");
    assertThat(store.keyspace().heapBytes()).isEqualTo(walked(store.keyspace()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"XAUTOCLAIM x g other 0 0", "XCLAIM x g other 0 1-1 2-1"})
  void a_stream_counts_nothing_for_what_is_not_waited_for_any_more(String claim) {
    Store store = new Store(2);
    store.run("XADD x 1-1 f v");
    store.run("XADD x 2-1 f v");
    store.run("XGROUP CREATE x g 0");
    store.run("XREADGROUP GROUP g one STREAMS x >");
    store.run("XDEL x 1-1 2-1");
    store.run(claim);
    assertThat(store.keyspace().heapBytes()).isEqualTo(walked(store.keyspace()));
  }

  @Test
  void a_list_counts_room_that_was_made_for_an_element_that_is_not_added() {
    Store store = new Store(2);
    store.run("RPUSH l " + "v ".repeat(100).strip());
    store.run("RPUSH l " + "x".repeat(7700));
    store.run("LINSERT l BEFORE nobody " + "long".repeat(60));
    assertThat(store.keyspace().heapBytes()).isEqualTo(walked(store.keyspace()));
  }

  @Test
  void a_list_counts_every_node() {
    Store store = new Store(2);
    for (int i = 0; i < 300; i++) {
      store.run("RPUSH l " + "x".repeat(i < 150 ? 10 : 20_000));
    }
    assertThat(store.keyspace().heapBytes()).isBetween(150 * 20_000L, 150 * 20_000L * 6 / 5);
    store.run("LTRIM l 0 149");
    assertThat(store.keyspace().heapBytes()).isLessThan(20_000);
  }
}
