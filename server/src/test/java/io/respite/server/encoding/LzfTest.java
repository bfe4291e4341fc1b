package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LzfTest {
  private static byte[] decompress(byte[] packed, int expected) {
    return Lzf.decompress(packed, 0, packed.length, expected);
  }

  @Test
  void gives_back_what_it_was_given() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] raw = new byte[random.nextInt(i % 10 == 0 ? 70_000 : 600)];
      int letters = 1 + random.nextInt(1 << random.nextInt(9));
      for (int j = 0; j < raw.length; j++) {
        raw[j] = (byte) random.nextInt(letters);
      }
      if (raw.length > 20 && random.nextBoolean()) {
        int half = raw.length / 2;
        System.arraycopy(raw, 0, raw, half, raw.length - half);
      }
      byte[] shifted = new byte[raw.length + 7];
      System.arraycopy(raw, 0, shifted, 7, raw.length);
      byte[] packed = Lzf.compress(shifted, 7, raw.length, raw.length + raw.length / 32 + 1);
      if (raw.length == 0) {
        assertThat(packed).isNull();
      } else {
        assertThat(decompress(packed, raw.length)).as("seed %d", seed).isEqualTo(raw);
        assertThat(Lzf.compress(shifted, 7, raw.length, packed.length - 1))
            .as("seed %d", seed)
            .isNull();
      }
    }
  }

  @Test
  void one_compressor_takes_one_input_after_the_other_and_forgets_the_last() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    // So near its bound that it begins to count anew on the way.
    Lzf.Compressor compressor = new Lzf.Compressor(Integer.MAX_VALUE - 100_000);
    for (int i = 0; i < 2000; i++) {
      byte[] raw = new byte[1 + random.nextInt(300)];
      for (int j = 0; j < raw.length; j++) {
        raw[j] = (byte) random.nextInt(4);
      }
      int size = compressor.compress(raw, 0, raw.length, 2 * raw.length);
      byte[] packed = Arrays.copyOf(compressor.buffer(), size);
      assertThat(decompress(packed, raw.length)).as("seed %d", seed).isEqualTo(raw);
      assertThat(packed).isEqualTo(Lzf.compress(raw, 0, raw.length, 2 * raw.length));
    }
  }

  @Test
  void makes_what_repeats_itself_small() {
    byte[] raw = "a sentence that comes again. ".repeat(300).getBytes(StandardCharsets.US_ASCII);
    assertThat(Lzf.compress(raw, 0, raw.length, raw.length).length).isLessThan(200);
  }

  @Test
  void reads_what_the_reference_implementation_wrote() {
    // From what a real server shows as the DUMP of these strings.
    byte[] letters = HexFormat.of().parseHex("016161e01c00016161");
    assertThat(decompress(letters, 41)).asString().isEqualTo("a".repeat(41));
    byte[] words =
        HexFormat.of().parseHex("0c" + "68656c6c6f2d776f726c642d68" + "e0320b" + "0278797a");
    assertThat(decompress(words, 75)).asString().isEqualTo("hello-world-".repeat(6) + "xyz");
  }

  @Test
  void repeats_what_it_is_just_writing() {
    // A repetition of any length from any distance: shorter than it is long, it overlaps itself.
    for (int distance = 1; distance <= 40; distance++) {
      byte[] pattern = new byte[distance];
      for (int i = 0; i < distance; i++) {
        pattern[i] = (byte) (i * 7 + 1);
      }
      for (int repeated = 3; repeated <= 264; repeated++) {
        java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
        for (int at = 0; at < distance; at += 32) {
          int run = Math.min(32, distance - at);
          packed.write(run - 1);
          packed.write(pattern, at, run);
        }
        int coded = repeated - 2;
        packed.write(Math.min(coded, 7) << 5 | (distance - 1) >> 8);
        if (coded >= 7) {
          packed.write(coded - 7);
        }
        packed.write(distance - 1);
        byte[] whole = decompress(packed.toByteArray(), distance + repeated);
        byte[] expected = new byte[distance + repeated];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = pattern[i % distance];
        }
        assertThat(whole).as("distance %d, length %d", distance, repeated).isEqualTo(expected);
      }
    }
  }

  @Test
  void writes_into_the_middle_of_an_array_and_reads_nothing_before_it() {
    byte[] packed = HexFormat.of().parseHex("016162" + "2001");
    byte[] target = new byte[9];
    Lzf.decompress(packed, 0, packed.length, target, 2, 5);
    assertThat(target).asString().isEqualTo("\0\0ababa\0\0");
    byte[] before = HexFormat.of().parseHex("016162" + "2002");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lzf.decompress(before, 0, before.length, target, 2, 5));
  }

  @Test
  void refuses_what_would_leave_its_bounds() {
    for (String malformed :
        new String[] {
          "01", // literals missing
          "016161", // more than expected
          "006120", // offset missing
          "0061e0", // length missing
          "0061e001", // offset missing
          "00612001", // before the beginning
          "00612000", // longer than expected
        }) {
      byte[] packed = HexFormat.of().parseHex(malformed);
      assertThatIllegalArgumentException()
          .as(malformed)
          .isThrownBy(() -> decompress(packed, malformed.equals("016161") ? 1 : 2))
          .withMessageContaining("not LZF");
    }
    byte[] ten = new byte[10];
    assertThatIllegalArgumentException().isThrownBy(() -> decompress(ten, Integer.MAX_VALUE));
    assertThatIllegalArgumentException().isThrownBy(() -> decompress(ten, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> Lzf.decompress(ten, 5, 6, 1));
  }

  @Test
  void survives_any_bytes() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[random.nextInt(40)];
      random.nextBytes(garbage);
      int expected = random.nextInt(300);
      try {
        assertThat(decompress(garbage, expected)).as("seed %d", seed).hasSize(expected);
      } catch (IllegalArgumentException refused) {
        assertThat(refused).as("seed %d", seed).hasMessageContaining("not LZF");
      }
    }
  }
}
