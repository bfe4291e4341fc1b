package io.respite.server.aof;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.StreamCursor;
import io.respite.server.encoding.StreamId;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.Snapshot;
import io.respite.server.type.PendingEntry;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import io.respite.server.type.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values as commands: another server that executes them has the same. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ValueCommandsTest {
  private static final long LATER = 4_102_444_800_000L;

  @TempDir private Path folder;
  private final ManualClock clock = new ManualClock();
  private final List<Engine> engines = new ArrayList<>();
  private Engine first;
  private Engine second;

  private Engine engine() {
    Map<String, String> settings = new HashMap<>();
    // An engine locks its folder.
    Path own = folder.resolve("engine-" + engines.size());
    own.toFile().mkdirs();
    settings.put("dir", own.toString());
    settings.put("save", "");
    settings.put("enable-debug-command", "yes");
    settings.put("hash-max-listpack-entries", "6");
    settings.put("set-max-listpack-entries", "6");
    settings.put("set-max-intset-entries", "6");
    settings.put("zset-max-listpack-entries", "6");
    settings.put("list-max-listpack-size", "4");
    settings.put("list-compress-depth", "1");
    settings.put("stream-node-max-entries", "5");
    Engine engine = Engine.open(settings, clock.environment(42));
    engines.add(engine);
    return engine;
  }

  private void open() {
    first = engine();
    second = engine();
  }

  @AfterEach
  void close() {
    engines.forEach(Engine::close);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String run(Engine engine, byte[]... words) {
    Session session = engine.newSession(Session.Connection.NONE, true);
    return text(engine.execute(session, Arguments.of(words)));
  }

  private static String run(Engine engine, String... words) {
    byte[][] all = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      all[i] = bytes(words[i]);
    }
    return run(engine, all);
  }

  /** Executes a line of words on the first engine. */
  private String line(String line) {
    String reply = run(first, line.split(" ", -1));
    assertThat(reply).as(line).doesNotStartWith("-");
    return reply;
  }

  // ---- what is written

  /** The commands for everything that an engine has now. */
  private static List<byte[][]> ofLive(Engine engine) {
    List<byte[][]> commands = new ArrayList<>();
    engine.keyspace().baton().take();
    try {
      engine
          .keyspace()
          .database(0)
          .forEach(
              entry -> {
                if (entry instanceof byte[] record) {
                  string(record, commands);
                } else {
                  KeyEntry keyed = (KeyEntry) entry;
                  value(keyed, keyed.value(), commands);
                }
              });
    } finally {
      engine.keyspace().baton().pass();
    }
    return commands;
  }

  /** The same from a snapshot; what is done in between must not be seen. */
  private static List<byte[][]> ofImage(Engine engine, Runnable between) {
    engine.keyspace().baton().take();
    Snapshot snapshot;
    try {
      snapshot = engine.keyspace().snapshot();
    } finally {
      engine.keyspace().baton().pass();
    }
    between.run();
    List<byte[][]> commands = new ArrayList<>();
    snapshot.visit(
        new Snapshot.Visitor() {
          @Override
          public void database(int number, long keys, long deadlines) {
            assertThat(number).isZero();
          }

          @Override
          public void string(byte[] record) {
            ValueCommandsTest.string(record, commands);
          }

          @Override
          public void value(KeyEntry entry, Value image) {
            ValueCommandsTest.value(entry, image, commands);
          }
        });
    return commands;
  }

  private static void string(byte[] record, List<byte[][]> commands) {
    byte[] value = PackedEntry.value(record);
    ValueCommands.writeString(
        PackedEntry.key(record),
        value,
        0,
        value.length,
        PackedEntry.expireAt(record),
        commands::add);
  }

  private static void value(KeyEntry entry, Value value, List<byte[][]> commands) {
    ValueCommands.write(Database.keyOf(entry), value, Database.expireAt(entry), commands::add);
  }

  private static List<String> lines(List<byte[][]> commands) {
    return commands.stream()
        .map(words -> String.join(" ", Arrays.stream(words).map(ValueCommandsTest::text).toList()))
        .toList();
  }

  private void replay(List<byte[][]> commands) {
    for (byte[][] words : commands) {
      assertThat(run(second, words)).as(text(words[0])).doesNotStartWith("-");
    }
  }

  private void bothHaveTheSame() {
    assertThat(run(second, "DEBUG", "DIGEST")).isEqualTo(run(first, "DEBUG", "DIGEST"));
    assertThat(streams(second)).isEqualTo(streams(first));
    assertThat(deadlines(second)).isEqualTo(deadlines(first));
  }

  private static Map<String, String> deadlines(Engine engine) {
    Map<String, String> all = new TreeMap<>();
    engine
        .keyspace()
        .database(0)
        .forEach(
            entry -> {
              String key = text(Database.keyOf(entry));
              all.put(key, run(engine, "PEXPIRETIME", key) + run(engine, "TYPE", key));
            });
    return all;
  }

  /** History, groups and pending entries, of which the digest says nothing. */
  private static Map<String, List<String>> streams(Engine engine) {
    Map<String, List<String>> all = new TreeMap<>();
    engine
        .keyspace()
        .database(0)
        .forEach(
            entry -> {
              if (entry instanceof KeyEntry keyed && keyed.value() instanceof StreamValue stream) {
                all.put(text(Database.keyOf(entry)), about(stream));
              }
            });
    return all;
  }

  private static List<String> about(StreamValue stream) {
    List<String> all = new ArrayList<>();
    all.add(stream.length() + " last " + stream.lastId() + " added " + stream.entriesAdded());
    all.add("deleted " + stream.maxDeletedId());
    StreamCursor cursor = new StreamCursor(stream.log(), StreamId.MIN, StreamId.MAX, false);
    while (cursor.next()) {
      all.add("entry " + cursor.id() + " of " + cursor.fields());
    }
    for (StreamGroup group : stream.groups()) {
      all.add("group " + text(group.name()) + " " + group.lastId() + " " + group.entriesRead());
      for (PendingEntry entry : group.pending()) {
        String of = entry.id() + " of " + text(entry.consumer().name());
        all.add("pending " + of + " " + entry.deliveryTime() + " " + entry.deliveries());
      }
      for (StreamConsumer consumer : group.consumers()) {
        all.add("consumer " + text(consumer.name()) + " " + consumer.pending().size());
      }
    }
    return all;
  }

  @Nested
  class Write {
    @Test
    void puts_sixty_four_elements_into_a_command() {
      open();
      for (int i = 0; i < 130; i++) {
        run(first, "RPUSH", "l", "element " + i);
      }
      List<byte[][]> commands = ofLive(first);
      assertThat(commands).extracting(words -> words.length).containsExactly(66, 66, 4);
      replay(commands);
      bothHaveTheSame();
    }

    @Test
    void does_not_make_a_command_longer_that_has_a_megabyte() {
      open();
      for (int i = 0; i < 5; i++) {
        run(first, "RPUSH", "l", "x".repeat(700_000));
      }
      run(first, "SETRANGE", "s", "2500000", "y");
      List<byte[][]> commands = ofLive(first);
      assertThat(commands.stream().filter(words -> text(words[0]).equals("RPUSH")))
          .extracting(words -> words.length)
          .containsExactly(4, 4, 3);
      assertThat(commands.stream().filter(words -> text(words[1]).equals("s")))
          .extracting(words -> text(words[0]) + " " + words[2].length)
          .containsExactly("SET 1048576", "APPEND 1048576", "APPEND 402849");
      replay(commands);
      bothHaveTheSame();
    }

    @Test
    void knows_every_type_in_every_form() {
      open();
      line("SET s abc");
      line("SET n 12345 PXAT " + LATER);
      line("SET e " + "");
      line("SETBIT bits 9000 1");
      line("PFADD hll a b c");
      line("SADD ints 1 2 3");
      line("SADD words a b 3");
      line("ZADD z inf a -inf b 0.1 c 1e300 d 3 e -2.5 f");
      line("HSET h a 1 b 2");
      line("RPUSH l 1 b");
      for (int i = 0; i < 200; i++) {
        line("SADD set m" + i);
        line("ZADD zset " + i / 7.0 + " m" + i);
        line("HSET hash f" + i + " v" + i);
        line("RPUSH list e" + i);
      }
      line("PEXPIREAT zset " + LATER);
      List<byte[][]> commands = ofLive(first);
      assertThat(lines(commands))
          .contains("SET s abc", "SET n 12345", "SET e ", "SADD ints 1 2 3", "RPUSH l 1 b")
          .contains("HMSET h a 1 b 2", "PEXPIREAT n " + LATER, "PEXPIREAT zset " + LATER);
      replay(commands);
      bothHaveTheSame();
    }

    @Test
    void gives_fields_their_deadlines_again() {
      open();
      for (int i = 0; i < 100; i++) {
        line("HSET large f" + i + " v" + i);
        if (i % 3 > 0) {
          line("HPEXPIREAT large " + (LATER + i % 3) + " FIELDS 1 f" + i);
        }
      }
      line("HSET small a 1 b 2 c 3");
      line("HPEXPIREAT small " + LATER + " FIELDS 2 a c");
      List<byte[][]> commands = ofLive(first);
      assertThat(lines(commands)).contains("HPEXPIREAT small " + LATER + " FIELDS 2 a c");
      assertThat(lines(commands).stream().filter(line -> line.startsWith("HPEXPIREAT large")))
          .hasSize(4);
      replay(commands);
      bothHaveTheSame();
      for (int i = 0; i < 100; i++) {
        String[] ask = {"HPEXPIRETIME", "large", "FIELDS", "1", "f" + i};
        assertThat(run(second, ask)).isEqualTo(run(first, ask));
      }
    }

    @Test
    void does_not_see_what_comes_after_the_cut() {
      open();
      run(first, "SETRANGE", "s", "200000", "abc");
      for (int i = 0; i < 300; i++) {
        line("RPUSH list e" + i);
        line("SADD set m" + i);
        line("ZADD zset " + i + " m" + i);
        line("HSET hash f" + i + " v" + i);
        line("XADD stream " + (i + 1) + "-0 a " + i);
      }
      line("XGROUP CREATE stream g 0");
      line("XREADGROUP GROUP g c COUNT 20 STREAMS stream >");
      String digest = run(first, "DEBUG", "DIGEST");
      Map<String, List<String>> streams = streams(first);
      List<byte[][]> commands =
          ofImage(
              first,
              () -> {
                line("SETRANGE s 100000 xyz");
                line("LREM list 0 e7");
                line("SREM set m7");
                line("ZADD zset 1000 m7");
                line("HSET hash f7 other");
                line("XACK stream g 7-0");
                line("XDEL stream 8-0");
                line("XREADGROUP GROUP g c2 COUNT 20 STREAMS stream >");
                line("XTRIM stream MAXLEN 100");
              });
      replay(commands);
      assertThat(run(second, "DEBUG", "DIGEST")).isEqualTo(digest);
      assertThat(streams(second)).isEqualTo(streams);
    }
  }

  @Nested
  class Of_a_stream {
    @Test
    void without_entries_makes_an_empty_one_with_its_history() {
      open();
      line("XGROUP CREATE never g 0 MKSTREAM");
      line("XADD empty 5-5 a 1");
      line("XADD empty 6-6 a 1");
      line("XDEL empty 6-6");
      line("XTRIM empty MAXLEN 0");
      List<byte[][]> commands = ofLive(first);
      assertThat(lines(commands))
          .contains("XADD empty MAXLEN 0 0-1 x y")
          .contains("XSETID empty 6-6 ENTRIESADDED 2 MAXDELETEDID 6-6")
          .contains("XSETID never 0-0 ENTRIESADDED 0 MAXDELETEDID 0-0")
          .contains("XGROUP CREATE never g 0-0 ENTRIESREAD -1");
      replay(commands);
      bothHaveTheSame();
    }

    @Test
    void whose_last_id_was_set_back_behind_a_deleted_one() {
      open();
      line("XADD x 9-0 a 1");
      line("XDEL x 9-0");
      line("XSETID x 5-0");
      replay(ofLive(first));
      bothHaveTheSame();
    }

    @Test
    void keeps_waiting_for_entries_that_are_gone() {
      open();
      for (int i = 1; i <= 200; i++) {
        line("XADD x " + i + "-1 a " + i + (i % 5 == 0 ? " b 2" : ""));
        line("XADD all " + i + "-1 a " + i);
      }
      line("XGROUP CREATE x g 0");
      line("XGROUP CREATE x h 7-0 ENTRIESREAD 6");
      line("XGROUP CREATE all g 0");
      line("XGROUP CREATECONSUMER x h idle");
      line("XREADGROUP GROUP g c1 COUNT 90 STREAMS x >");
      clock.advanceMillis(77);
      line("XREADGROUP GROUP g c2 COUNT 90 STREAMS x >");
      line("XREADGROUP GROUP h c1 COUNT 100 STREAMS x >");
      line("XREADGROUP GROUP g c1 STREAMS all >");
      line("XCLAIM x g c3 0 4-1 8-1 20-1 RETRYCOUNT 6");
      line("XACK x g 30-1 31-1");
      line("XTRIM x MAXLEN 190");
      line("XDEL x 50-1 51-1 120-1");
      line("XTRIM all MAXLEN 0");
      List<byte[][]> commands = ofLive(first);
      assertThat(lines(commands)).anyMatch(line -> line.startsWith("XCLAIM x g c3 0 4-1 8-1 20-1"));
      assertThat(commands.size()).isLessThan(600);
      replay(commands);
      bothHaveTheSame();
      assertThat(run(second, "XPENDING", "x", "g")).isEqualTo(run(first, "XPENDING", "x", "g"));
      assertThat(run(second, "XPENDING", "x", "g")).contains("178");
    }

    @Test
    void of_any_kind() {
      long number = new Random().nextLong();
      Random random = new Random(number);
      open();
      int id = 0;
      for (int step = 0; step < 3000; step++) {
        String key = "x" + random.nextInt(6);
        String group = " g" + random.nextInt(3);
        String consumer = " c" + random.nextInt(4);
        String some = " " + (1 + random.nextInt(id + 1)) + "-1";
        String line =
            switch (random.nextInt(14)) {
              case 0, 1, 2, 3, 4 -> {
                id++;
                yield "XADD " + key + " " + id + "-1 a " + random.nextInt(100);
              }
              case 5 -> "XDEL " + key + some;
              case 6 ->
                  "XGROUP CREATE " + key + group + some + " MKSTREAM ENTRIESREAD " + (step % 9);
              case 7, 8, 9 ->
                  "XREADGROUP GROUP" + group + consumer + " COUNT 7 STREAMS " + key + " >";
              case 10 -> "XACK " + key + group + some;
              case 11 -> "XCLAIM " + key + group + consumer + " 0" + some + " FORCE";
              case 12 ->
                  random.nextInt(9) == 0
                      ? "XTRIM " + key + " MAXLEN " + random.nextInt(60)
                      : "XGROUP CREATECONSUMER " + key + group + consumer;
              default ->
                  random.nextInt(9) == 0
                      ? "XSETID " + key + " " + ++id + "-1"
                      : "XGROUP DELCONSUMER " + key + group + consumer;
            };
        // Many are refused, for want of a group or of an id.
        run(first, line.split(" ", -1));
        clock.advanceMillis(random.nextInt(3));
      }
      replay(ofLive(first));
      assertThat(streams(first)).as("seed %d", number).isNotEmpty();
      assertThat(streams(second)).as("seed %d", number).isEqualTo(streams(first));
      bothHaveTheSame();
    }
  }
}
