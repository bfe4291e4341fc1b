package io.respite.jcache.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CodecsTest {
  private static final ClassLoader LOADER = CodecsTest.class.getClassLoader();

  /** A codec of the application's own. */
  public static final class Shouting implements Codec<String> {
    @Override
    public String name() {
      return "shouting";
    }

    @Override
    public byte[] encode(String value) {
      return (value + "!").getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] buffer, int offset, int length) {
      return new String(buffer, offset, length - 1, UTF_8);
    }
  }

  private static CodecSettings settings(Class<?> type) {
    return CodecSettings.forType(type, false, LOADER);
  }

  @Test
  void plain_types_have_a_plain_codec_by_default_and_others_java_serialization() {
    assertThat(Codecs.byDefault(settings(String.class)).name()).isEqualTo("string");
    assertThat(Codecs.byDefault(settings(Long.class)).name()).isEqualTo("long");
    assertThat(Codecs.byDefault(settings(byte[].class)).name()).isEqualTo("bytes");
    assertThat(Codecs.byDefault(settings(Date.class)).name()).isEqualTo("java");
    assertThat(Codecs.byDefault(settings(Object.class)).name()).isEqualTo("java");
  }

  @Test
  void numbers_are_stored_as_the_digits_that_redis_clients_read() {
    @SuppressWarnings("unchecked")
    Codec<Long> codec = (Codec<Long>) Codecs.byDefault(settings(Long.class));
    assertThat(codec.encode(-42L)).isEqualTo("-42".getBytes(UTF_8));
    assertThatThrownBy(() -> codec.decode("forty".getBytes(UTF_8), 0, 5))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("'long'")
        .hasMessageContaining("'forty'");
  }

  @Test
  void an_unknown_name_is_refused_with_the_known_ones() {
    assertThatThrownBy(() -> Codecs.named("yaml", settings(String.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'yaml'")
        .hasMessageContaining("json");
  }

  @Test
  void a_codec_for_another_type_is_refused() {
    assertThatThrownBy(() -> Codecs.named("long", settings(String.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Long")
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void a_class_of_the_application_is_a_codec_by_its_name() {
    assertThat(Codecs.named(Shouting.class.getName(), settings(String.class)))
        .isInstanceOf(Shouting.class);
    assertThatThrownBy(() -> Codecs.named(Date.class.getName(), settings(String.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.util.Date");
  }

  @Test
  void json_and_fory_need_a_type() {
    assertThatThrownBy(() -> Codecs.named("json", settings(Object.class)))
        .hasMessageContaining("setTypes");
    assertThatThrownBy(() -> Codecs.named("fory", settings(Object.class)))
        .hasMessageContaining("setTypes");
  }

  @Test
  void fory_refuses_a_class_that_is_not_registered() {
    CodecSettings settings =
        new CodecSettings(
            Object.class,
            false,
            LOADER,
            new AllowedClasses(List.of()),
            SerializationLimits.DEFAULT,
            List.of(CodecContractTest.Order.class.getName()));
    @SuppressWarnings("unchecked")
    Codec<Object> codec = (Codec<Object>) Codecs.named("fory", settings);
    byte[] bytes = codec.encode(new CodecContractTest.Order("ann", 1, 2));
    assertThat(codec.decode(bytes, 0, bytes.length))
        .isEqualTo(new CodecContractTest.Order("ann", 1, 2));
    assertThatThrownBy(() -> codec.encode(new Shouting()))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("registeredClasses");
  }

  /** A key of two parts. */
  public record Name(String first, String last) implements java.io.Serializable {}

  @ParameterizedTest
  @ValueSource(strings = {"java", "json", "fory"})
  void composite_keys_that_are_equal_give_equal_bytes(String name) {
    @SuppressWarnings("unchecked")
    Codec<Name> codec =
        (Codec<Name>) Codecs.named(name, CodecSettings.forType(Name.class, true, LOADER));
    for (String part : List.of("a", "grün", "日本", "x".repeat(1000))) {
      byte[] shared = codec.encode(new Name(part, part));
      byte[] separate = codec.encode(new Name(new String(part), (part + " ").strip()));
      assertThat(separate).isEqualTo(shared);
      assertThat(codec.encode(new Name(part, part + "'"))).isNotEqualTo(shared);
    }
  }
}
