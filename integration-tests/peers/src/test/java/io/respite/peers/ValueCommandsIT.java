package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Resp;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import io.respite.server.Engine;
import io.respite.server.aof.AofEncoder;
import io.respite.server.aof.ValueCommands;
import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An append-only file of the commands that make our values, loaded by a real redis-server. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ValueCommandsIT {
  private static final String BASE = "appendonly.aof.1.base.aof";
  private static final long LATER = 4_102_444_800_000L;

  @TempDir private Path folder;

  private static Resp run(Engine engine, String... words) throws IOException {
    byte[][] all = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      all[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
    }
    Session session = engine.newSession(Session.Connection.NONE, true);
    byte[] reply = engine.execute(session, Arguments.of(all));
    return Resp.read(new ByteArrayInputStream(reply));
  }

  private static void line(Engine engine, String line) throws IOException {
    assertThat(run(engine, line.split(" ", -1)).isError()).as(line).isFalse();
  }

  private static void fill(Engine engine, Random random) throws IOException {
    line(engine, "SET n 12345 PXAT " + LATER);
    line(engine, "SETBIT bits 90000 1");
    run(engine, "SETRANGE", "long", "2500000", "end");
    run(engine, "SET", "bytes", "\0\u0001\u00ff\r\n");
    line(engine, "PFADD hll a b c");
    line(engine, "ZADD z inf a -inf b 0.1 c 1e300 d 3 e -2.5 f 1.7976931348623157e308 g");
    for (int i = 0; i < 500; i++) {
      line(engine, "SADD ints " + random.nextInt());
      line(engine, "SADD set m" + i);
      line(engine, "ZADD zset " + random.nextGaussian() + " m" + i);
      line(engine, "HSET hash f" + i + " v" + i);
      line(engine, "RPUSH list e" + i);
      line(engine, "XADD x " + (i + 1) + "-1 a " + i + (i % 5 == 0 ? " b 2" : ""));
    }
    line(engine, "PEXPIREAT hash " + LATER);
    line(engine, "XGROUP CREATE x g 0");
    line(engine, "XGROUP CREATE x h 7-0 ENTRIESREAD 6");
    line(engine, "XGROUP CREATECONSUMER x h idle");
    line(engine, "XREADGROUP GROUP g c1 COUNT 150 STREAMS x >");
    line(engine, "XREADGROUP GROUP g c2 COUNT 90 STREAMS x >");
    line(engine, "XREADGROUP GROUP h c1 COUNT 100 STREAMS x >");
    line(engine, "XCLAIM x g c3 0 4-1 8-1 20-1 RETRYCOUNT 6");
    line(engine, "XACK x g 30-1 31-1");
    line(engine, "XTRIM x MAXLEN 490");
    line(engine, "XDEL x 50-1 51-1 120-1");
    line(engine, "XGROUP CREATE nothing g 0 MKSTREAM");
    line(engine, "XADD emptied 5-5 a 1");
    line(engine, "XADD emptied 6-6 a 1");
    line(engine, "XDEL emptied 6-6");
    line(engine, "XTRIM emptied MAXLEN 0");
  }

  /** Writes the file, and the list of files that holds it alone. */
  private void write(Engine engine) throws Exception {
    AofEncoder encoder = new AofEncoder();
    encoder.select(0);
    engine
        .keyspace()
        .database(0)
        .forEach(
            entry -> {
              byte[] key = Database.keyOf(entry);
              long deadline = Database.expireAt(entry);
              if (entry instanceof byte[] record) {
                byte[] value = PackedEntry.value(record);
                ValueCommands.writeString(key, value, 0, value.length, deadline, encoder::command);
              } else {
                ValueCommands.write(key, ((KeyEntry) entry).value(), deadline, encoder::command);
              }
            });
    Path files = Files.createDirectory(folder.resolve("appendonlydir"));
    try (var out = Files.newOutputStream(files.resolve(BASE))) {
      out.write(encoder.buffer(), 0, encoder.size());
    }
    Files.writeString(files.resolve("appendonly.aof.manifest"), "file " + BASE + " seq 1 type b\n");
  }

  /** What the digest does not tell. */
  private static List<String[]> questions() {
    List<String[]> all = new ArrayList<>();
    for (String key : List.of("x", "nothing", "emptied")) {
      all.add(new String[] {"XLEN", key});
      all.add(new String[] {"XINFO", "GROUPS", key});
    }
    for (String group : List.of("g", "h")) {
      all.add(new String[] {"XPENDING", "x", group});
      for (String consumer : List.of("c1", "c2", "c3", "idle")) {
        all.add(new String[] {"XCLAIM", "x", group, consumer, "999999999", "1-1", "JUSTID"});
      }
    }
    all.add(new String[] {"XADD", "emptied", "6-6", "must", "be refused"});
    all.add(new String[] {"PEXPIRETIME", "n"});
    all.add(new String[] {"PEXPIRETIME", "hash"});
    all.add(new String[] {"PEXPIRETIME", "x"});
    return all;
  }

  @Test
  void has_everything_that_we_have() throws Exception {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    long seed = Seeds.first();
    Map<String, String> settings =
        Map.of("dir", folder.toString(), "save", "", "enable-debug-command", "yes");
    try (Engine engine = Engine.open(settings)) {
      fill(engine, new Random(seed));
      write(engine);
      String[] options = {
        "--dir", folder.toString(), "--appendonly", "yes", "--enable-debug-command", "yes"
      };
      try (ServerProcess redis = ServerProcess.redis(options).orElseThrow();
          Peer peer = new Peer(redis.port)) {
        Awaitility.await("the end of loading")
            .atMost(ServerProcess.PATIENCE)
            .until(() -> redis.connect().ask("INFO persistence").contains("\nloading:0"));
        assertThat(peer.ask("DEBUG", "DIGEST").text())
            .as("seed %d", seed)
            .isEqualTo(run(engine, "DEBUG", "DIGEST").text());
        for (String[] question : questions()) {
          assertThat(peer.ask(question).toString())
              .as(String.join(" ", question))
              .isEqualTo(run(engine, question).toString());
        }
      }
    }
  }
}
