package io.respite.jcache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EmptyStackException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JavaCodecTest {
  private static final ClassLoader LOADER = JavaCodecTest.class.getClassLoader();

  /** A key of several parts. */
  record Pair(Object one, Object other) implements Serializable {}

  /** A class that nobody has allowed; its initializer must never run. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;

    static {
      initialized = true;
    }

    final int number = 1;
  }

  private static volatile boolean initialized;

  private static JavaCodec<Object> codec(Class<?> type, boolean forKeys, String... allowed) {
    return new JavaCodec<>(
        new CodecSettings(
            type,
            forKeys,
            LOADER,
            new AllowedClasses(List.of(allowed)),
            SerializationLimits.DEFAULT,
            List.of()));
  }

  private static byte[] serialized(Object value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  @Nested
  class Form {
    static List<Object> values() {
      return List.of(
          "",
          "a",
          "ä",
          "a\0b",
          "x".repeat(65_535),
          "x".repeat(65_536),
          0,
          -1,
          42L,
          Long.MIN_VALUE,
          1.5);
    }

    @ParameterizedTest
    @MethodSource("values")
    void is_what_java_serialization_writes(Object value) throws IOException {
      assertThat(codec(Object.class, false).encode(value)).isEqualTo(serialized(value));
    }

    @Test
    void tells_a_string_from_a_number_with_the_same_digits() {
      JavaCodec<Object> codec = codec(Object.class, true);
      assertThat(codec.encode("1")).isNotEqualTo(codec.encode(1)).isNotEqualTo(codec.encode(1L));
    }
  }

  @Nested
  class Keys {
    @Test
    void give_equal_bytes_whether_equal_parts_are_one_object_or_two() {
      JavaCodec<Object> codec = codec(Object.class, true);
      String part = "part";
      byte[] shared = codec.encode(new Pair(part, part));
      byte[] separate = codec.encode(new Pair("part", new String("part")));
      assertThat(separate).isEqualTo(shared);
      assertThat(codec.decode(shared, 0, shared.length)).isEqualTo(new Pair("part", "part"));
    }

    @Test
    void give_equal_bytes_for_equal_parts_that_have_parts_themselves() {
      JavaCodec<Object> codec = codec(Object.class, true);
      Pair inner = new Pair(1_000_000, "x");
      byte[] shared = codec.encode(new Pair(inner, List.of(inner, inner)));
      byte[] separate =
          codec.encode(
              new Pair(
                  new Pair(1_000_000, "x"),
                  List.of(new Pair(1_000_000, new String("x")), new Pair(1_000_000, "x"))));
      assertThat(separate).isEqualTo(shared);
    }

    @Test
    void differ_when_parts_change_places() {
      JavaCodec<Object> codec = codec(Object.class, true);
      assertThat(codec.encode(new Pair("a", "b"))).isNotEqualTo(codec.encode(new Pair("b", "a")));
    }

    static List<Object> unordered() {
      return List.of(
          new HashSet<>(Set.of(1)),
          new HashMap<>(Map.of(1, 2)),
          new Pair(1, new HashSet<>(List.of(1, 2))),
          Set.of(1),
          new Pair(1, Set.of("a", "b", "c")),
          new Pair(Map.of("a", 1, "b", 2, "c", 3), List.of()),
          List.of(Map.of("a", 1)));
    }

    @ParameterizedTest
    @MethodSource("unordered")
    void must_not_hold_a_set_or_map_without_order(Object key) {
      assertThatThrownBy(() -> codec(Object.class, true).encode(key))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("equal keys would not give equal bytes");
    }

    @Test
    void may_hold_lists_sorted_sets_and_enum_sets() {
      JavaCodec<Object> codec = codec(Object.class, true);
      for (Object key :
          List.of(
              List.of(),
              List.of(1),
              List.of(1, 2, 3),
              new TreeSet<>(List.of(2, 1)),
              EnumSet.of(TimeUnit.DAYS, TimeUnit.HOURS))) {
        byte[] bytes = codec.encode(key);
        assertThat(codec.decode(bytes, 0, bytes.length)).isEqualTo(key);
      }
    }

    @Test
    void are_the_only_ones_with_that_restriction() {
      JavaCodec<Object> codec = codec(Object.class, false);
      byte[] bytes = codec.encode(new HashSet<>(List.of(1, 2)));
      assertThat(codec.decode(bytes, 0, bytes.length)).isEqualTo(Set.of(1, 2));
    }
  }

  @Nested
  class Decoding {
    @Test
    void refuses_a_class_that_nobody_allowed_and_names_it_with_the_setting() throws IOException {
      byte[] poison = serialized(new Pair("a", 1));
      assertThatThrownBy(() -> codec(Object.class, false).decode(poison, 0, poison.length))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining(Pair.class.getName())
          .hasMessageContaining("allowedClasses");
    }

    @Test
    void never_initializes_a_class_it_refuses() {
      // The serialized form of a Gadget, written by hand, because making one would initialize the
      // class.
      byte[] poison = poison(Gadget.class.getName());
      assertThatThrownBy(() -> codec(Object.class, false).decode(poison, 0, poison.length))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining(Gadget.class.getName());
      assertThat(initialized).isFalse();
    }

    private byte[] poison(String className) {
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(
          new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5, 0x73, 0x72, 0, (byte) className.length()});
      bytes.writeBytes(className.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      bytes.writeBytes(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0x78, 0x70});
      return bytes.toByteArray();
    }

    @Test
    void allows_the_configured_type_and_its_subclasses() throws IOException {
      byte[] bytes = serialized(new Pair("a", 1));
      assertThat(codec(Pair.class, false).decode(bytes, 0, bytes.length))
          .isEqualTo(new Pair("a", 1));
    }

    @Test
    void allows_what_a_pattern_names() throws IOException {
      byte[] bytes = serialized(new Pair("a", 1));
      for (String pattern :
          List.of(Pair.class.getName(), "io.respite.jcache.codec.*", "io.respite.**")) {
        assertThat(codec(Object.class, false, pattern).decode(bytes, 0, bytes.length))
            .isEqualTo(new Pair("a", 1));
      }
      assertThatThrownBy(
              () -> codec(Object.class, false, "io.respite.*").decode(bytes, 0, bytes.length))
          .isInstanceOf(CodecException.class);
    }

    @Test
    void allows_an_array_of_whatever_is_serializable_but_not_what_is_in_it() throws IOException {
      byte[] plain = serialized(new Serializable[] {"a", 1L, null});
      assertThat((Object[]) codec(Object.class, false).decode(plain, 0, plain.length))
          .isInstanceOf(Serializable[].class)
          .containsExactly("a", 1L, null);

      byte[] other = serialized(new Serializable[] {new Pair("a", 1)});
      assertThatThrownBy(() -> codec(Object.class, false).decode(other, 0, other.length))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining(Pair.class.getName());
    }

    @Test
    void allows_what_an_exception_consists_of_besides_its_own_class() throws IOException {
      var exception = new IllegalStateException("closed", new IllegalArgumentException("why"));
      exception.addSuppressed(new RuntimeException("too"));
      byte[] bytes = serialized(exception);
      Object decoded = codec(Object.class, false).decode(bytes, 0, bytes.length);
      assertThat(decoded).isInstanceOf(IllegalStateException.class);
      assertThat((Throwable) decoded)
          .hasMessage("closed")
          .hasRootCauseMessage("why")
          .hasSuppressedException(new RuntimeException("too"));
      assertThat(((Throwable) decoded).getStackTrace()).isNotEmpty();

      byte[] other = serialized(new EmptyStackException());
      assertThatThrownBy(() -> codec(Object.class, false).decode(other, 0, other.length))
          .hasMessageContaining("java.util.EmptyStackException may not be deserialized");
    }

    @Test
    void allows_what_the_same_manager_has_encoded_in_any_of_its_caches() {
      var manager = new AllowedClasses(List.of());
      JavaCodec<Object> writer =
          new JavaCodec<>(
              new CodecSettings(
                  Object.class,
                  false,
                  LOADER,
                  manager.withPatterns(List.of()),
                  SerializationLimits.DEFAULT,
                  List.of()));
      JavaCodec<Object> reader =
          new JavaCodec<>(
              new CodecSettings(
                  Object.class,
                  false,
                  LOADER,
                  manager.withPatterns(List.of()),
                  SerializationLimits.DEFAULT,
                  List.of()));
      byte[] bytes = writer.encode(new Pair("a", new Pair[0]));
      assertThat(reader.decode(bytes, 0, bytes.length)).isInstanceOf(Pair.class);
    }

    @Test
    void says_which_class_it_does_not_know() {
      byte[] bytes = poison("com.acme.Unknown");
      assertThatThrownBy(
              () -> codec(Object.class, false, "com.acme.*").decode(bytes, 0, bytes.length))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("com.acme.Unknown")
          .hasMessageContaining("class loader");
    }

    @Test
    void refuses_an_object_of_another_type_than_configured() throws IOException {
      byte[] bytes = serialized(new ArrayList<>(List.of(1)));
      assertThatThrownBy(() -> codec(Pair.class, false).decode(bytes, 0, bytes.length))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("java.util.ArrayList")
          .hasMessageContaining(Pair.class.getName());
    }
  }

  @Nested
  class Limits {
    private static JavaCodec<Object> limited(int depth, long references, long array, long bytes) {
      return new JavaCodec<>(
          new CodecSettings(
              Object.class,
              false,
              LOADER,
              new AllowedClasses(List.of()),
              new SerializationLimits(depth, references, array, bytes),
              List.of()));
    }

    private static void assertRefused(JavaCodec<Object> codec, Object value, String limit)
        throws IOException {
      byte[] bytes = serialized(value);
      assertThatThrownBy(() -> codec.decode(bytes, 0, bytes.length))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("'" + limit + "'")
          .hasMessageContaining("serializationLimits");
    }

    @Test
    void bound_the_depth() throws IOException {
      List<Object> nested = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        nested = new ArrayList<>(Arrays.asList(nested));
      }
      assertRefused(limited(10, 1000, 1000, 100_000), nested, "depth");
    }

    @Test
    void bound_the_number_of_objects() throws IOException {
      List<Object> many = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        many.add(new ArrayList<>());
      }
      assertRefused(limited(10, 50, 1000, 100_000), many, "references");
    }

    @Test
    void bound_the_length_of_arrays() throws IOException {
      assertRefused(limited(10, 1000, 99, 100_000), new int[100], "array");
    }

    @Test
    void bound_the_bytes_also_of_what_is_written() throws IOException {
      assertRefused(limited(10, 1000, 100_000, 5000), new byte[50_000], "bytes");
      assertThatThrownBy(() -> limited(10, 1000, 100_000, 5000).encode(new byte[50_000]))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("'bytes'");
    }

    @Test
    void are_at_least_one() {
      assertThatThrownBy(() -> new SerializationLimits(0, 1, 1, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("depth");
    }
  }

  @Nested
  class Patterns {
    static List<String> bad() {
      return List.of(
          "", "*", "**", "com.acme.Ord*", "com..acme", "com.acme.***", "com/acme/*", "!com.acme.*");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void that_are_none_or_allow_everything_are_refused(String pattern) {
      assertThatThrownBy(() -> new AllowedClasses(List.of(pattern)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + pattern + "'");
    }
  }

  @Test
  void an_object_that_is_not_serializable_is_refused_by_name() {
    assertThatThrownBy(() -> codec(Object.class, false).encode(new Pair(1, new Object())))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("java.lang.Object")
        .hasMessageContaining("not Serializable");
  }
}
