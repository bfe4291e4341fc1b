package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Payloads for RESTORE that somebody has damaged, or made up, with a check that is right: the first
 * line of defence is passed. What is refused changes nothing; what is accepted can be used in every
 * way, copied, dumped and restored to the same.
 *
 * <p>{@code -Drespite.check.restore-fuzz=1200} makes it run for so many seconds, {@code
 * -Drespite.seed=N} repeats a run.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RestoreFuzzTest {
  private static final int SECONDS = 12;

  /** A request that takes longer than this never ends. */
  private static final int PATIENCE_SECONDS = 30;

  /** Values at which something changes: signs, widths, marks of encodings. */
  private static final int[] BYTES = {
    0, 1, 2, 0x0d, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xc1, 0xc2, 0xc3, 0xe0, 0xf0, 0xf1,
    0xf4, 0xfd, 0xfe, 0xff
  };

  private static final int[] VERSIONS = {0, 6, 9, 10, 10, 10, 11, 12};

  private long refused;
  private long accepted;
  private volatile String current = "none";

  @Test
  void a_damaged_payload_is_refused_or_makes_sense() throws Exception {
    long seed = Check.seed();
    long nanos = Check.nanos("restore-fuzz", SECONDS);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread worker =
        new Thread(
            () -> {
              try {
                run(new SplittableRandom(seed), nanos);
                done.complete(null);
              } catch (Throwable failed) {
                done.completeExceptionally(
                    new AssertionError("seed " + seed + ", payload " + current, failed));
              }
            },
            "restore-fuzz");
    worker.setDaemon(true);
    worker.start();
    try {
      done.get(nanos + PATIENCE_SECONDS * 1_000_000_000L, TimeUnit.NANOSECONDS);
    } catch (TimeoutException endless) {
      AssertionError where = new AssertionError("no end: seed " + seed + ", payload " + current);
      where.setStackTrace(worker.getStackTrace());
      throw where;
    } catch (ExecutionException failed) {
      throw (AssertionError) failed.getCause();
    }
    Check.report(
        "restore-fuzz",
        "seed=%d N=%d refused=%d accepted=%d crashed=0",
        seed,
        refused + accepted,
        refused,
        accepted);
    assertThat(refused).isPositive();
    assertThat(accepted).isPositive();
  }

  private void run(SplittableRandom random, long nanos) {
    List<byte[]> contents = Samples.contents();
    ManualClock clock = new ManualClock();
    long began = System.nanoTime();
    try (Engine engine = Samples.full(CrashStorage.withFolders(Samples.FOLDER), clock)) {
      KeyTraffic client = new KeyTraffic(engine);
      for (byte[] content : contents) {
        // Before it is damaged it must be good, else damaging it proves little.
        current = HexFormat.of().formatHex(content);
        String good = Samples.payload(content, content.length, 10);
        assertThat(client.call("RESTORE", "good", "0", good, "REPLACE"))
            .as("%s", current)
            .isEqualTo("+OK\r\n");
      }
      client.line("FLUSHALL");
      client.line("RPUSH kept a b c");
      client.line("SET other text");
      String digest = client.line("DEBUG DIGEST");
      while (System.nanoTime() - began < nanos) {
        byte[] damaged = damaged(contents, random);
        current = HexFormat.of().formatHex(damaged);
        String payload =
            Samples.payload(damaged, damaged.length, VERSIONS[random.nextInt(VERSIONS.length)]);
        String key = random.nextInt(4) == 0 ? "kept" : "fresh";
        String reply = client.call("RESTORE", key, "0", payload, "REPLACE");
        if (reply.equals("+OK\r\n")) {
          accepted++;
          again(client, key);
          client.use(key);
          client.line("FLUSHALL");
          client.line("RPUSH kept a b c");
          client.line("SET other text");
          assertThat(client.line("DEBUG DIGEST")).isEqualTo(digest);
        } else {
          refused++;
          assertThat(reply).isEqualTo("-ERR Bad data format\r\n");
          assertThat(client.line("DEBUG DIGEST")).isEqualTo(digest);
        }
      }
    }
  }

  /** What was accepted is restored to the same from its own dump. */
  private static void again(KeyTraffic client, String key) {
    String dump = client.call("DUMP", key);
    assertThat(client.call("RESTORE", "again", "0", KeyTraffic.bulk(dump), "REPLACE"))
        .isEqualTo("+OK\r\n");
    assertThat(client.call("TYPE", "again")).isEqualTo(client.call("TYPE", key));
    String[] both = client.call("DEBUG", "DIGEST-VALUE", key, "again").split("\r\n", -1);
    assertThat(both[2]).as("the digest of what came back").isEqualTo(both[1]);
  }

  private static byte[] damaged(List<byte[]> contents, SplittableRandom random) {
    byte[] bytes = contents.get(random.nextInt(contents.size())).clone();
    for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      bytes = damaged(bytes, contents, random);
    }
    return bytes;
  }

  private static byte[] damaged(byte[] bytes, List<byte[]> contents, SplittableRandom random) {
    int at = random.nextInt(bytes.length);
    int count = random.nextInt(Math.min(16, bytes.length - at) + 1);
    switch (random.nextInt(10)) {
      case 0 -> bytes[at] = (byte) random.nextInt();
      case 1, 2 -> bytes[at] = (byte) BYTES[random.nextInt(BYTES.length)];
      case 3 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
      case 4 -> {
        return spliced(bytes, at, at + count, new byte[0]);
      }
      case 5 -> {
        byte[] part = java.util.Arrays.copyOfRange(bytes, at, at + count);
        return spliced(bytes, at, at, part);
      }
      case 6 -> {
        byte[] other = contents.get(random.nextInt(contents.size()));
        int from = random.nextInt(other.length);
        return spliced(
            bytes, at, bytes.length, java.util.Arrays.copyOfRange(other, from, other.length));
      }
      case 7 -> {
        return java.util.Arrays.copyOf(bytes, at);
      }
      case 8 -> {
        // Another type's form before the same bytes.
        bytes[0] = contents.get(random.nextInt(contents.size()))[0];
      }
      default -> {
        // A length that is anything, in one of the four ways to write one.
        return spliced(bytes, at, Math.min(at + 1, bytes.length), length(random));
      }
    }
    return bytes;
  }

  static byte[] length(SplittableRandom random) {
    int shift = random.nextInt(64);
    long value = random.nextLong() >>> shift;
    return switch (random.nextInt(4)) {
      case 0 -> new byte[] {(byte) (value & 0x3f)};
      case 1 -> new byte[] {(byte) (0x40 | (value >> 8 & 0x3f)), (byte) value};
      case 2 -> java.nio.ByteBuffer.allocate(5).put((byte) 0x80).putInt((int) value).array();
      default -> java.nio.ByteBuffer.allocate(9).put((byte) 0x81).putLong(value).array();
    };
  }

  static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    byte[] result = new byte[from + between.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(between, 0, result, from, between.length);
    System.arraycopy(bytes, to, result, from + between.length, bytes.length - to);
    return result;
  }

  @Test
  void every_form_that_can_be_read_is_among_the_samples() {
    List<Integer> forms = new ArrayList<>();
    for (byte[] content : Samples.contents()) {
      forms.add((int) content[0]);
    }
    assertThat(forms)
        .contains(0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 24, 25);
    assertThat(new String(Samples.contents().get(0), StandardCharsets.ISO_8859_1)).isNotEmpty();
  }
}
