package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HyperLogLogTest {
  /** Bytes that may grow, with room behind them that must never be read. */
  private static final class Room implements EditableBytes {
    private byte[] bytes;
    private int length;

    Room(byte[] content) {
      replace(content);
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public void set(int at, int value) {
      assertThat(at).isLessThan(length);
      bytes[at] = (byte) value;
    }

    @Override
    public void splice(int at, int removed, byte[] source, int offset, int count) {
      byte[] target = new byte[length - removed + count + 3];
      Arrays.fill(target, (byte) 0xFF);
      System.arraycopy(bytes, 0, target, 0, at);
      System.arraycopy(source, offset, target, at, count);
      System.arraycopy(bytes, at + removed, target, at + count, length - at - removed);
      length += count - removed;
      bytes = target;
    }

    @Override
    public void replace(byte[] content) {
      bytes = content;
      length = content.length;
    }

    boolean isDense() {
      return HyperLogLog.isDense(bytes, 0);
    }

    byte[] registers() {
      byte[] registers = new byte[HyperLogLog.REGISTERS];
      assertThat(HyperLogLog.mergeInto(registers, bytes, 0, length)).isTrue();
      return registers;
    }
  }

  @Test
  void hashes_as_murmur_does() {
    // Known answers of MurmurHash64A with the seed of the format, from the real server's registers.
    Room log = new Room(HyperLogLog.empty());
    for (String element : new String[] {"a", "b", "c"}) {
      byte[] bytes = element.getBytes(StandardCharsets.US_ASCII);
      assertThat(HyperLogLog.add(log, bytes, 0, bytes.length, 3000)).isEqualTo(1);
    }
    assertThat(HyperLogLog.describe(log.bytes(), 0, log.length()))
        .isEqualTo("Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603");
  }

  @Test
  void registers_agree_with_an_array_on_random_raises() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int limit : new int[] {30, 3000, 16_000}) {
      byte[] model = new byte[HyperLogLog.REGISTERS];
      Room log = new Room(HyperLogLog.empty());
      // Narrow at first, so that runs are split and joined in every way.
      int width = 40;
      for (int i = 0; i < 6000; i++) {
        width = i == 2000 ? HyperLogLog.REGISTERS : width;
        int index = random.nextInt(width);
        int value = 1 + random.nextInt(i < 3000 ? 3 : 51);
        int expected = model[index] < value ? 1 : 0;
        model[index] = (byte) Math.max(model[index], value);
        assertThat(HyperLogLog.raise(log, index, value, limit)).as("%d", seed).isEqualTo(expected);
        if (i % 100 == 0) {
          assertThat(log.registers()).as("%d", seed).isEqualTo(model);
          assertThat(HyperLogLog.count(log.bytes(), 0, log.length()))
              .as("%d", seed)
              .isEqualTo(HyperLogLog.count(model));
        }
        assertThat(log.isDense() || log.length() <= Math.max(limit, 18)).isTrue();
      }
      assertThat(log.registers()).as("%d", seed).isEqualTo(model);
      assertThat(log.isDense()).isTrue();
    }
  }

  @Test
  void corrupt_runs_are_told_and_never_leave_the_string() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int told = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(HyperLogLog.empty(), 16 + random.nextInt(6));
      for (int j = 16; j < bytes.length; j++) {
        bytes[j] = (byte) random.nextInt();
      }
      assertThat(HyperLogLog.isOne(bytes, 0, bytes.length)).isTrue();
      byte[] registers = new byte[HyperLogLog.REGISTERS];
      boolean sound = HyperLogLog.mergeInto(registers, bytes, 0, bytes.length);
      assertThat(HyperLogLog.count(bytes, 0, bytes.length) != HyperLogLog.CORRUPT)
          .as("%d", seed)
          .isEqualTo(sound);
      assertThat(HyperLogLog.describe(bytes, 0, bytes.length) != null)
          .as("%d", seed)
          .isEqualTo(sound);
      assertThat(HyperLogLog.toDense(bytes, 0, bytes.length) != null)
          .as("%d", seed)
          .isEqualTo(sound);
      Room log = new Room(bytes);
      int done = HyperLogLog.raise(log, random.nextInt(HyperLogLog.REGISTERS), 40, 3000);
      assertThat(done == HyperLogLog.CORRUPT).as("%d", seed).isEqualTo(!sound);
      Room other = new Room(bytes.clone());
      HyperLogLog.raise(other, random.nextInt(HyperLogLog.REGISTERS), 3, 3000);
      told += sound ? 0 : 1;
    }
    assertThat(told).isPositive();
  }

  @Test
  void what_is_no_estimate_is_told() {
    assertThat(HyperLogLog.isOne(new byte[15], 0, 15)).isFalse();
    assertThat(HyperLogLog.isOne(new byte[16], 0, 16)).isFalse();
    byte[] shortDense = HyperLogLog.empty();
    shortDense[4] = 0;
    assertThat(HyperLogLog.isOne(shortDense, 0, shortDense.length)).isFalse();
    byte[] unknown = HyperLogLog.empty();
    unknown[4] = 2;
    assertThat(HyperLogLog.isOne(unknown, 0, unknown.length)).isFalse();
  }

  @Test
  void the_self_test_passes() {
    assertThat(HyperLogLog.selfTest()).isNull();
  }
}
