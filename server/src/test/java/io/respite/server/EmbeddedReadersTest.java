package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who reads an embedded hash takes no lock, and yet sees transactions and scripts as one moment.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EmbeddedReadersTest {
  private static final int ROUNDS = 3000;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long number(byte[] packed) {
    byte[] value = io.respite.server.encoding.PackedEntry.value(packed);
    return Long.parseLong(new String(value, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"script", "transaction"})
  void never_see_half_of_a(String kind) throws InterruptedException {
    try (Engine engine = Engine.open(Map.of())) {
      Session session = engine.newSession(Session.Connection.NONE, true);
      run(engine, session, "HSET", "pair", "a", "0", "b", "0", "c", "0");
      EmbeddedHash hash = engine.hash(bytes("pair"));
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong reads = new AtomicLong();
      AtomicLong torn = new AtomicLong();
      Thread reader =
          new Thread(
              () -> {
                while (!stop.get()) {
                  // Each of these is set after the one before: read backwards, they never fall.
                  long c = number(hash.get(bytes("c")));
                  long a = number(hash.get(bytes("a")));
                  if (c > a) {
                    torn.incrementAndGet();
                  }
                  reads.incrementAndGet();
                }
              });
      reader.start();
      for (int i = 1; i <= ROUNDS; i++) {
        change(engine, session, kind, Integer.toString(i));
      }
      stop.set(true);
      reader.join();
      assertThat(reads.get()).isPositive();
      assertThat(torn.get()).isZero();
    }
  }

  /** Sets c before a: half of it would show c ahead of a. */
  private static void change(Engine engine, Session session, String kind, String value) {
    if (kind.equals("script")) {
      run(
          engine,
          session,
          "EVAL",
          "redis.call('HSET', KEYS[1], 'c', ARGV[1]) local x = 0 for i = 1, 200 do x = x + i end"
              + " redis.call('HSET', KEYS[1], 'a', ARGV[1])",
          "1",
          "pair",
          value);
    } else {
      run(engine, session, "MULTI");
      run(engine, session, "HSET", "pair", "c", value);
      run(engine, session, "HLEN", "pair");
      run(engine, session, "HSET", "pair", "a", value);
      run(engine, session, "EXEC");
    }
  }

  private static void run(Engine engine, Session session, String... words) {
    byte[] reply = engine.execute(session, Arguments.of(words));
    assertThat(reply[0]).isNotEqualTo((byte) '-');
  }
}
