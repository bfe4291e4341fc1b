package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.respite.server.Engine;
import io.respite.server.ManualClock;
import io.respite.server.encoding.Crc64;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Damaged files whose check does not help: made right again, or absent. They are refused, or loaded
 * and of use; and never is much memory taken for a small file, whatever lengths it speaks of.
 *
 * <p>{@code -Drespite.check.rdb-flip=8} flips every bit instead of some, {@code
 * -Drespite.check.rdb-lengths=100} tries more lengths at every place.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RdbDamageTest {
  private static final Path FILE = Samples.FOLDER.resolve("dump.rdb");
  private static final int CRC_BYTES = 8;
  private static final int HEAD = 9;
  private static final long MEGABYTE = 1 << 20;
  private static final long MOST_BYTES = 64 * MEGABYTE;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final CrashStorage storage = CrashStorage.withFolders(Samples.FOLDER);
  private final Engine engine = Samples.engine(storage, new ManualClock());
  private final KeyTraffic client = new KeyTraffic(engine);
  private final Set<String> known = new HashSet<>();
  private long refused;
  private long accepted;
  private long worstBytes;
  private long worstNanos;

  @BeforeAll
  static void quiet() {
    Samples.quiet();
  }

  @AfterAll
  static void loud() {
    Samples.loud();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** The file with the check that its content has now, or none. */
  private static byte[] sealed(byte[] file, int length, boolean checked) {
    long crc = checked ? Crc64.update(0, file, 0, length) : 0;
    return ByteBuffer.allocate(length + CRC_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(file, 0, length)
        .putLong(crc)
        .array();
  }

  /**
   * Loads a file; whether it was accepted. Memory is counted as what is asked for meanwhile: the
   * heap never holds more than that.
   */
  private boolean load(byte[] file) throws IOException {
    storage.put(FILE, file);
    long thread = Thread.currentThread().getId();
    long bytesBefore = THREADS.getThreadAllocatedBytes(thread);
    long nanosBefore = THREADS.getCurrentThreadCpuTime();
    String reply = client.line("DEBUG RELOAD NOSAVE");
    long nanos = THREADS.getCurrentThreadCpuTime() - nanosBefore;
    long bytes = THREADS.getThreadAllocatedBytes(thread) - bytesBefore;
    worstNanos = Math.max(worstNanos, nanos);
    worstBytes = Math.max(worstBytes, bytes);
    assertThat(bytes).as("bytes for %s", reply).isLessThan(MOST_BYTES + 2L * file.length);
    if (reply.equals("+OK\r\n")) {
      accepted++;
      return true;
    }
    refused++;
    // A library may be refused, or a key's database, or the rest; all in words.
    assertThat(reply).startsWith("-ERR ").doesNotStartWith("-ERR internal error");
    return false;
  }

  /** Every key that holds something else than before, in all databases, is used. */
  private void use() {
    for (int database = 0; database < 16; database++) {
      client.line("SELECT " + database);
      for (String key : keys()) {
        if (!known.contains(client.call("DEBUG", "DIGEST-VALUE", key))) {
          client.use(key);
        }
      }
    }
    client.line("SELECT 0");
  }

  /** Remembers what is good in an undamaged file, which is loaded. */
  private void know() {
    known.clear();
    for (int database = 0; database < 16; database++) {
      client.line("SELECT " + database);
      keys().forEach(key -> known.add(client.call("DEBUG", "DIGEST-VALUE", key)));
    }
    client.line("SELECT 0");
  }

  /** The keys, however odd their bytes. */
  private List<String> keys() {
    String reply = client.line("KEYS *");
    List<String> keys = new ArrayList<>();
    for (int at = reply.indexOf('\n') + 1; at < reply.length(); ) {
      int line = reply.indexOf('\r', at);
      int length = Integer.parseInt(reply.substring(at + 1, line));
      keys.add(reply.substring(line + 2, line + 2 + length));
      at = line + 2 + length + 2;
    }
    return keys;
  }

  private static List<byte[]> files() throws IOException {
    return List.of(Samples.redisFile(), Samples.ourFile(true), Samples.ourFile(false));
  }

  @Test
  void a_flipped_bit_is_refused_or_makes_sense() throws IOException {
    long seed = Check.seed();
    SplittableRandom random = new SplittableRandom(seed);
    int flips = Math.min(8, Check.times("rdb-flip", 1));
    long places = 0;
    for (byte[] file : files()) {
      int length = file.length - CRC_BYTES;
      assertThat(load(file)).isTrue();
      know();
      for (int at = 0; at < length; at++) {
        int first = random.nextInt(8);
        // In the head there is little to flip, and much to go wrong.
        int count = at < HEAD ? 8 : flips;
        for (int flip = 0; flip < count; flip++) {
          byte[] damaged = file.clone();
          damaged[at] ^= (byte) (1 << ((first + flip) & 7));
          String what = "seed " + seed + ", byte " + at + " of " + file.length;
          try {
            assertThat(load(sealed(damaged, file.length, true))).as(what).isFalse();
            if (load(sealed(damaged, length, random.nextBoolean()))) {
              use();
            }
          } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError(what, failed);
          }
          places++;
        }
      }
    }
    Check.report(
        "rdb-flip",
        "seed=%d N=%d refused=%d accepted=%d crashed=0 worst=%.1fMB,%.0fms",
        seed,
        2 * places,
        refused,
        accepted,
        worstBytes / (double) MEGABYTE,
        worstNanos / 1e6);
    assertThat(accepted).isPositive();
  }

  /** Lengths and forms that promise more than there is, each after a good key; in hexadecimal. */
  private static final List<String> CRAFTED =
      List.of(
          "00 016b 81 4000000000000000",
          "00 016b 81 8000000000000000",
          "00 016b 81 ffffffffffffffff",
          "00 016b 80 40000000",
          "00 016b 80 1fffffff",
          "00 81 4000000000000000",
          "00 016b c3 0a 81 0000010000000000 00000000000000000000",
          "00 016b c3 0a 80 1fffffff 00000000000000000000",
          "00 016b c3 81 4000000000000000 0a",
          "04 016b 81 1000000000000000",
          "04 016b 80 7fffffff 0166 0176",
          "01 016b 80 7fffffff 0161",
          "02 016b 80 7fffffff 0161",
          "03 016b 80 7fffffff 0161 0131",
          "05 016b 80 7fffffff 0161 000000000000f03f",
          "0e 016b 80 7fffffff 0d 0d000000 0a000000 0100 00f6 ff",
          "12 016b 80 7fffffff 01 0161",
          "0f 016b 80 7fffffff",
          "13 016b 00 00 00 00 00 00 00 00 00 80 7fffffff",
          "13 016b 00 00 00 00 00 00 00 00 00 01 0167 00 00 00 80 7fffffff",
          "15 016b 00 00 00 00 00 00 00 00 00 01 0167 00 00 00 00 80 7fffffff",
          "18 016b 0000000000000000 80 7fffffff",
          "10 016b 0b ffffffff 0000 00 00 00 00 ff",
          "0b 016b 08 02000000 ffffffff",
          "0a 016b 0b ffffffff 0a000000 0000 ff",
          "09 016b 06 fe feffffff ff",
          "c8 016b 00",
          "07 016b 81 4000000000000000 05 80 7fffffff",
          "fe 81 4000000000000000",
          "fe 80 000186a0 00 016b 0176",
          "fb 81 4000000000000000 81 4000000000000000 00 016b 81 4000000000000000",
          "fa 81 4000000000000000",
          "f5 80 7fffffff",
          "f5 81 4000000000000000");

  @Test
  void a_length_beyond_the_file_is_refused_before_memory_is_taken() throws IOException {
    for (String hex : CRAFTED) {
      byte[] part = HexFormat.of().parseHex(hex.replace(" ", ""));
      byte[] file =
          ByteBuffer.allocate(HEAD + 6 + part.length)
              .put("REDIS0012".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
              .put(HexFormat.of().parseHex("000161013100"), 0, 5)
              .put(part)
              .put((byte) 0xff)
              .array();
      assertThat(load(sealed(file, file.length, false))).as(hex).isFalse();
    }
    long crafted = refused;
    long seed = Check.seed();
    SplittableRandom random = new SplittableRandom(seed);
    int times = Check.times("rdb-lengths", 1);
    for (byte[] file : files()) {
      int length = file.length - CRC_BYTES;
      // Wherever a length is, some of these take its place.
      for (int at = HEAD; at < length; at++) {
        for (int i = 0; i < times; i++) {
          byte[] other = RestoreFuzzTest.length(random);
          int old = random.nextInt(4) == 0 ? 2 : 1;
          byte[] damaged =
              RestoreFuzzTest.spliced(
                  Arrays.copyOf(file, length), at, Math.min(length, at + old), other);
          if (load(sealed(damaged, damaged.length, false))) {
            client.line("FLUSHALL");
          }
        }
      }
    }
    Check.report(
        "rdb-lengths",
        "seed=%d N=%d crafted=%d refused=%d accepted=%d worst=%.1fMB,%.0fms",
        seed,
        refused + accepted,
        crafted,
        refused,
        accepted,
        worstBytes / (double) MEGABYTE,
        worstNanos / 1e6);
  }
}
