package io.respite.jcache.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StringCodecTest {
  private final StringCodec codec = new StringCodec();

  @Test
  void writes_what_every_redis_client_writes() {
    assertThat(codec.encode("grün")).isEqualTo("grün".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ud800",
        "\udc00",
        "a\ud800",
        "\ud800b",
        "0123456789\udc00\ud800",
        "\ud83d\ude00\ud83d"
      })
  void refuses_an_unpaired_surrogate_which_would_become_a_question_mark(String text) {
    assertThatThrownBy(() -> codec.encode(text))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("unpaired surrogate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "what?", "0123456?", "01234567?", "?\ud83d\ude00?"})
  void accepts_a_real_question_mark_anywhere(String text) {
    assertThat(new String(codec.encode(text), UTF_8)).isEqualTo(text);
  }
}
