package io.respite.jcache.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.codec.AllowedClasses;
import io.respite.jcache.codec.Codec;
import io.respite.jcache.codec.CodecSettings;
import io.respite.jcache.codec.Codecs;
import io.respite.jcache.codec.SerializationLimits;
import io.respite.jcache.store.SizeLimit;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreListener;
import io.respite.jcache.store.embedded.EmbeddedConnection;
import io.respite.server.Engine;
import io.respite.server.encoding.PackedEntry;
import java.io.Serializable;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a cache looks like in the store, frozen: other programs read it, and entries outlive the
 * version that wrote them. When a test here fails, do not change its figures; give the new form a
 * new codec name.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StoredFormTest {
  private static final ClassLoader LOADER = StoredFormTest.class.getClassLoader();

  /**
   * An object for the codecs of objects; its name and serial number are part of the frozen bytes.
   */
  public static final class Point implements Serializable {
    private static final long serialVersionUID = 1L;
    public int x = 3;
    public String name = "p";
  }

  @Test
  void a_cache_is_the_hash_of_its_name_and_an_entry_is_a_field() {
    try (Engine engine = Engine.open(Map.of())) {
      Store store =
          EmbeddedConnection.to(engine)
              .open(
                  "grün",
                  new io.respite.jcache.store.StoredForm(
                      SizeLimit.NONE, 0, "string", "string", 0, 0),
                  new StoreListener() {
                    @Override
                    public void expired(byte[] record) {}

                    @Override
                    public void evicted(byte[] record) {}
                  });
      store.put("k".getBytes(UTF_8), "v".getBytes(UTF_8), -1, -1);
      byte[] field = engine.hash("grün".getBytes(UTF_8)).get("k".getBytes(UTF_8));
      assertThat(PackedEntry.value(field)).isEqualTo("v".getBytes(UTF_8));
      assertThat(PackedEntry.expireAt(field)).isZero();
    }
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("string", "grün?", "grün?"),
        Arguments.of("long", -42L, "-42"),
        Arguments.of("int", 7, "7"),
        Arguments.of("short", (short) -7, "-7"),
        Arguments.of("byte", (byte) 1, "1"),
        Arguments.of("double", 1.0e10, "1.0E10"),
        Arguments.of("float", 0.5f, "0.5"),
        Arguments.of("boolean", true, "true"),
        Arguments.of("char", 'a', "97"),
        Arguments.of(
            "biginteger",
            new java.math.BigInteger("-123456789012345678901"),
            "-123456789012345678901"),
        Arguments.of("bigdecimal", new java.math.BigDecimal("1.50"), "1.50"),
        Arguments.of("uuid", new UUID(1, 2), "00000000-0000-0001-0000-000000000002"),
        Arguments.of("bytes", new byte[] {'x', 0}, "x\0"),
        Arguments.of("json", new Point(), "{\"name\":\"p\",\"x\":3}"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void text_codecs_write_what_any_client_reads(String codec, Object value, String text) {
    assertThat(encode(codec, value)).isEqualTo(text.getBytes(UTF_8));
  }

  static Stream<Arguments> binaries() {
    String point = HexFormat.of().formatHex(Point.class.getName().getBytes(UTF_8));
    return Stream.of(
        Arguments.of("java", "ab", "aced0005740002" + "6162"),
        Arguments.of(
            "java",
            new Point(),
            "aced000573720030"
                + point
                + "00000000000000010200024900017"
                + "84c00046e616d657400124c6a6176612f6c616e672f537472696e673b787000000003740001"
                + "70"));
  }

  @ParameterizedTest
  @MethodSource("binaries")
  void serialization_is_javas_own(String codec, Object value, String hex) {
    assertThat(HexFormat.of().formatHex(encode(codec, value))).isEqualTo(hex);
  }

  @Test
  void fory_is_its_java_form_with_numbered_classes() {
    byte[] bytes = encode("fory", new Point());
    Object back = codec("fory", Point.class).decode(bytes, 0, bytes.length);
    assertThat(((Point) back).name).isEqualTo("p");
    // Its own format, which the library versions; what is ours is that no class name is in it.
    assertThat(new String(bytes, UTF_8)).doesNotContain("Point");
  }

  private static byte[] encode(String name, Object value) {
    return codec(name, value.getClass()).encode(value);
  }

  @SuppressWarnings("unchecked") // The codec is made for the class of the value.
  private static Codec<Object> codec(String name, Class<?> type) {
    return (Codec<Object>)
        Codecs.named(
            name,
            new CodecSettings(
                type,
                false,
                LOADER,
                new AllowedClasses(List.of()),
                SerializationLimits.DEFAULT,
                List.of()));
  }
}
