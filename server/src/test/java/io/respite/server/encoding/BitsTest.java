package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BitsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private byte[] row(int length) {
    byte[] row = new byte[length];
    random.nextBytes(row);
    if (random.nextBoolean()) {
      // Long stretches of one kind, so that searches go through whole words.
      byte same = (byte) (random.nextBoolean() ? 0 : -1);
      for (int i = 0; i < length; i++) {
        row[i] = random.nextInt(40) == 0 ? row[i] : same;
      }
    }
    return row;
  }

  private static BitSet model(byte[] row, int offset, int length) {
    BitSet set = new BitSet();
    for (int i = 0; i < length * 8; i++) {
      set.set(i, (row[offset + i / 8] >> (7 - i % 8) & 1) == 1);
    }
    return set;
  }

  @Test
  void counts_and_finds_as_a_bit_set_does() {
    for (int i = 0; i < 3000; i++) {
      int offset = random.nextInt(5);
      int length = random.nextInt(70);
      byte[] row = row(offset + length + 3);
      BitSet model = model(row, offset, length);
      assertThat(Bits.count(row, offset, length)).as("%d", seed).isEqualTo(model.cardinality());
      int from = random.nextInt(length * 8 + 1);
      int to = from + random.nextInt(length * 8 - from + 1);
      assertThat(Bits.count(row, offset, from, to))
          .as("%d", seed)
          .isEqualTo(model.get(from, to).cardinality());
      int set = model.nextSetBit(from);
      assertThat(Bits.find(true, row, offset, from, to))
          .as("%d", seed)
          .isEqualTo(set < 0 || set >= to ? -1 : set);
      int clear = model.nextClearBit(from);
      assertThat(Bits.find(false, row, offset, from, to))
          .as("%d", seed)
          .isEqualTo(clear >= to ? -1 : clear);
    }
  }

  @Test
  void combines_as_bit_sets_do() {
    for (int i = 0; i < 1000; i++) {
      int length = random.nextInt(40);
      for (Bits.Operation operation : Bits.Operation.values()) {
        byte[] target = row(length);
        byte[] source = row(length + 3);
        BitSet expected = model(target, 0, length);
        BitSet other = model(source, 3, length);
        switch (operation) {
          case AND -> expected.and(other);
          case OR -> expected.or(other);
          case XOR -> expected.xor(other);
          case AND_NOT -> expected.andNot(other);
        }
        Bits.combine(operation, target, source, 3, length);
        assertThat(model(target, 0, length)).as("%d %s", seed, operation).isEqualTo(expected);
      }
      byte[] row = row(length);
      BitSet turned = model(row, 0, length);
      turned.flip(0, length * 8);
      Bits.invert(row);
      assertThat(model(row, 0, length)).as("%d", seed).isEqualTo(turned);
    }
  }

  @Test
  void reads_and_writes_fields_anywhere() {
    for (int i = 0; i < 5000; i++) {
      int length = 9 + random.nextInt(20);
      byte[] row = row(length);
      int width = 1 + random.nextInt(64);
      int at = random.nextInt(length * 8 - width + 1);
      long value = random.nextLong() >>> (64 - width);
      BitSet expected = model(row, 0, length);
      for (int bit = 0; bit < width; bit++) {
        expected.set(at + bit, (value >>> (width - 1 - bit) & 1) == 1);
      }
      Bits.setField(row, at, width, value);
      assertThat(model(row, 0, length)).as("%d", seed).isEqualTo(expected);
      assertThat(Bits.field(row, 0, length, at, width)).as("%d", seed).isEqualTo(value);
    }
    assertThat(Bits.field(new byte[] {-1}, 0, 1, 4, 8)).isEqualTo(0xF0);
    assertThat(Bits.field(new byte[] {-1}, 0, 1, 1L << 40, 64)).isZero();
  }
}
