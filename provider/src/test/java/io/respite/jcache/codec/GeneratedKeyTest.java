package io.respite.jcache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GeneratedKeyTest {
  private static GeneratedKey key(Object... parameters) {
    return GeneratedKey.of(parameters);
  }

  private static String hex(Object... parameters) {
    return HexFormat.of().formatHex(key(parameters).bytes());
  }

  record Point(int x, Set<Integer> noise) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  record Pair(String a, String b) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What servers keep: this test may get new lines, but none of these may change. */
  @Nested
  class Stored_form {
    @Test
    void is_frozen() {
      assertThat(hex()).isEqualTo("4b31");
      assertThat(hex((Object) null)).isEqualTo("4b316e");
      assertThat(hex(true, false)).isEqualTo("4b315446");
      assertThat(hex("ab", 7, 7L)).isEqualTo("4b3173026162" + "6900000007" + "6c0000000000000007");
      assertThat(hex((byte) 1, (short) 2, 'c')).isEqualTo("4b316201" + "680002" + "630063");
      assertThat(hex(1.5f, 1.5)).isEqualTo("4b31663fc00000" + "643ff8000000000000");
      assertThat(hex("é€\uD83D\uDE00\uD83D"))
          .isEqualTo("4b31730c" + "c3a9" + "e282ac" + "f09f9880" + "eda0bd");
      assertThat(hex(new int[] {1, 2})).isEqualTo("4b31706902" + "00000001" + "00000002");
      assertThat(hex((Object) new String[] {"a", null})).isEqualTo("4b315b027301616e");
      assertThat(hex(List.of("a"))).isEqualTo("4b314c01730161");
      assertThat(hex(Set.of("b", "a"))).isEqualTo("4b315302" + "730161" + "730162");
      assertThat(hex(Map.of("k", 1))).isEqualTo("4b314d01" + "73016b" + "6900000001");
      assertThat(hex(Optional.of("a"))).isEqualTo("4b316f730161");
      assertThat(hex(new UUID(1, 2))).isEqualTo("4b3175" + "0000000000000001" + "0000000000000002");
      assertThat(hex(BigInteger.TEN, new BigDecimal("1.50")))
          .isEqualTo("4b31" + "4e023130" + "4404312e3530");
      assertThat(hex(LocalDate.of(2026, 1, 2)))
          .isEqualTo("4b3174" + "094c6f63616c44617465" + "0a323032362d30312d3032");
      assertThat(hex(DayOfWeek.MONDAY))
          .isEqualTo("4b3165" + "136a6176612e74696d652e4461794f665765656b" + "064d4f4e444159");
    }

    @Test
    void has_lengths_of_several_bytes() {
      assertThat(hex("x".repeat(200))).startsWith("4b3173c801" + "7878");
    }
  }

  @Nested
  class Equality {
    @Test
    void is_that_of_the_parameters() {
      List<Supplier<Object>> values =
          List.of(
              () -> null,
              () -> true,
              () -> 1,
              () -> 1L,
              () -> (short) 1,
              () -> (byte) 1,
              () -> '1',
              () -> 1f,
              () -> 1d,
              () -> -0d,
              () -> 0d,
              () -> Double.NaN,
              () -> "1",
              () -> "",
              () -> "\uD83D",
              () -> "?",
              () -> new BigDecimal("1.0"),
              () -> new BigDecimal("1.00"),
              () -> BigInteger.ONE,
              () -> new UUID(3, 4),
              () -> DayOfWeek.FRIDAY,
              () -> Instant.ofEpochSecond(5, 6),
              () -> String.class,
              () -> new int[] {1},
              () -> new long[] {1},
              () -> new byte[] {1},
              () -> new short[] {1},
              () -> new char[] {1},
              () -> new float[] {1},
              () -> new double[] {1},
              () -> new boolean[] {true},
              () -> new Object[] {1},
              () -> new int[][] {{1}, {2, 3}},
              () -> new ArrayList<>(List.of(1)),
              () -> new ArrayList<>(Arrays.asList((Object) null)),
              () -> new HashSet<>(Set.of(1)),
              () -> new HashMap<>(Map.of(1, 1)),
              () -> Optional.of(1),
              Optional::empty,
              () -> new Pair("a", "b"),
              () -> new Pair("ab", ""));
      for (int i = 0; i < values.size(); i++) {
        for (int j = 0; j < values.size(); j++) {
          GeneratedKey one = key(values.get(i).get());
          GeneratedKey other = key(values.get(j).get());
          assertThat(one.equals(other)).as("%s and %s", one, other).isEqualTo(i == j);
          if (i == j) {
            assertThat(one).hasSameHashCodeAs(other);
          }
        }
      }
    }

    @Test
    void does_not_mistake_one_parameter_for_two() {
      assertThat(key("a", "b")).isNotEqualTo(key("ab")).isNotEqualTo(key(List.of("a", "b")));
      assertThat(key()).isNotEqualTo(key((Object) null));
    }

    @Test
    void of_collections_is_theirs_and_not_their_class_s() {
      assertThat(key(Arrays.asList(1, 2))).isEqualTo(key(List.of(1, 2)));
      assertThat(key(new TreeSet<>(Set.of(1, 2)))).isEqualTo(key(Set.of(2, 1)));
      assertThat(key((Object) new Integer[] {1})).isEqualTo(key((Object) new Object[] {1}));
    }

    @Test
    void of_sets_and_maps_is_without_order() {
      long seed = System.nanoTime();
      var random = new Random(seed);
      for (int round = 0; round < 200; round++) {
        List<Integer> elements = new ArrayList<>();
        random.ints(random.nextInt(20)).forEach(elements::add);
        List<Integer> shuffled = new ArrayList<>(elements);
        java.util.Collections.shuffle(shuffled, random);
        Map<Integer, Set<Integer>> one = new LinkedHashMap<>();
        elements.forEach(e -> one.put(e, new LinkedHashSet<>(elements)));
        Map<Integer, Set<Integer>> other = new LinkedHashMap<>();
        shuffled.forEach(e -> other.put(e, new LinkedHashSet<>(shuffled)));
        assertThat(key(one)).as("seed %d", seed).isEqualTo(key(other));
      }
    }

    @Test
    void of_serializable_objects_does_not_depend_on_shared_parts() {
      String shared = "same";
      assertThat(key(new Pair(shared, shared))).isEqualTo(key(new Pair(shared, "sa".concat("me"))));
    }
  }

  @Nested
  class Refusals {
    @Test
    void objects_that_are_not_serializable() {
      assertThatThrownBy(() -> key(new Object()))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("java.lang.Object is not Serializable");
    }

    @Test
    void sets_within_serializable_objects() {
      assertThatThrownBy(() -> key(new Point(1, new HashSet<>(Set.of(1)))))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("its elements have no order");
    }

    @Test
    void what_contains_itself() {
      Object[] endless = new Object[1];
      endless[0] = endless;
      assertThatThrownBy(() -> key((Object) endless))
          .isInstanceOf(CodecException.class)
          .hasMessage("it is nested more than 100 levels deep, or contains itself");
    }

    @Test
    void name_the_parameter() {
      assertThatThrownBy(() -> GeneratedKey.of(new Object[] {1, new Object()}, new int[] {0, 1}))
          .hasMessageStartingWith("parameter 1 cannot be part of a key: ");
    }
  }

  @Nested
  class Codec_of_caches_without_types {
    private final Codec<Object> codec =
        new JavaCodec<>(CodecSettings.forType(Object.class, true, getClass().getClassLoader()));

    @Test
    void stores_a_key_as_its_own_form_and_reads_it_again() {
      GeneratedKey key = key("a", 7);
      byte[] bytes = codec.encode(key);
      assertThat(bytes).isEqualTo(key.bytes());
      assertThat(codec.decode(bytes, 0, bytes.length)).isEqualTo(key);
    }

    @Test
    void gives_away_no_array_of_the_key() {
      GeneratedKey key = key("a");
      codec.encode(key)[2] = 0;
      assertThat(key).isEqualTo(key("a"));
    }
  }

  @Nested
  class Text {
    @Test
    void shows_the_parameters() {
      assertThat(key(42, "abc", null, true, List.of(1, 2), new byte[] {3}, Map.of("k", 'v')))
          .hasToString("(42, \"abc\", null, true, [1, 2], [3], {\"k\"='v'})");
      assertThat(key(DayOfWeek.MONDAY, LocalDate.of(2026, 1, 2), BigInteger.TEN))
          .hasToString("(MONDAY, 2026-01-02, 10)");
    }

    @Test
    void is_short() {
      assertThat(key("x".repeat(10_000), "y".repeat(10_000)).toString()).hasSizeLessThan(300);
    }

    @Test
    void of_bytes_that_are_no_form_is_no_failure() {
      long seed = System.nanoTime();
      var random = new Random(seed);
      for (int round = 0; round < 2_000; round++) {
        byte[] bytes = new byte[2 + random.nextInt(40)];
        random.nextBytes(bytes);
        bytes[0] = 'K';
        bytes[1] = '1';
        bytes[bytes.length > 2 ? 2 : 1] =
            (byte) "nTFseNDCuobhilcfdz[LSMpJt".charAt(random.nextInt(25));
        assertThat(GeneratedKey.read(bytes, 0, bytes.length).toString())
            .as("seed %d", seed)
            .startsWith("(");
      }
      byte[] nested =
          "K1".concat("o".repeat(50_000)).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      assertThat(GeneratedKey.read(nested, 0, nested.length).toString()).isEqualTo("(?)");
    }
  }
}
