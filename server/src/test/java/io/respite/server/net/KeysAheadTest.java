package io.respite.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.Keyspace;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeysAheadTest {
  private static final int TOGETHER = 16;

  private final Database database = new Keyspace(Environment.system(), 1).database(0);
  private final KeysAhead ahead = new KeysAhead();

  private static String get(Object key) {
    String name = key.toString();
    return "*2\r\n$3\r\nGET\r\n$" + name.length() + "\r\n" + name + "\r\n";
  }

  private static String gets(int count) {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < count; i++) {
      requests.append(get("key:" + i));
    }
    return requests.toString();
  }

  private int look(String stream) {
    byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
    return ahead.look(bytes, 0, bytes.length, database);
  }

  private void put(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
    database.putString(bytes, 0, bytes.length, bytes, 0, bytes.length, 0, PackedEntry.FORM_PLAIN);
  }

  @Test
  void looks_at_all_requests_that_are_complete() {
    for (int i = 0; i < 5000; i += 2) {
      put("key:" + i);
    }
    assertThat(look(gets(2))).isEqualTo(2);
    assertThat(look(gets(5))).isEqualTo(5);
    assertThat(look(gets(5) + "*2\r\n$3\r\nGET\r\n$3\r\nke")).isEqualTo(5);
    assertThat(database.size()).isEqualTo(2500);
  }

  @Test
  void looks_at_so_many_together_and_then_again() {
    assertThat(look(gets(100))).isEqualTo(TOGETHER);
  }

  @Test
  void leaves_a_batch_alone_that_stays_with_its_key() {
    assertThat(look(get("same") + get("same") + gets(3))).isEqualTo(TOGETHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PING\r\n",
        "GET a\r\nGET b\r\n",
        "*1\r\n$4\r\nPING\r\n",
        "*-1\r\n",
        "*2\r\n$-1\r\n",
        "*2\r\n$3\r\nGET\r\n$9999999999\r\n",
        "*2\r\n$3\r\nGET\r\n$1000000\r\na\r\n",
        "*2\r\n$3\r\nGET\r\n+a\r\n",
        "*99999\r\n$3\r\nDEL\r\n",
        "*2\r",
        "*"
      })
  void ends_where_there_is_no_small_request(String stream) {
    assertThat(look(stream)).isEqualTo(1);
    assertThat(look(gets(3) + stream)).isEqualTo(3);
  }

  @Test
  void stays_within_what_has_come_whatever_that_is() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String pool = "*$\r\n0123456789ab";
    try {
      for (int i = 0; i < 100_000; i++) {
        StringBuilder stream = new StringBuilder(gets(random.nextInt(3)));
        for (int changes = random.nextInt(8); changes > 0; changes--) {
          char c = pool.charAt(random.nextInt(pool.length()));
          stream.insert(random.nextInt(stream.length() + 1), c);
        }
        // The array ends with the bytes that have come.
        assertThat(look(stream.toString())).isBetween(1, TOGETHER);
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }
}
