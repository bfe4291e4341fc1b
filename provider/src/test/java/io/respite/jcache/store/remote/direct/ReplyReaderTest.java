package io.respite.jcache.store.remote.direct;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.store.remote.wire.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReplyReaderTest {

  /** Hands out bytes in pieces. */
  private static final class Pieces implements ReplyReader.Source {
    private final ByteBuffer bytes;
    private final int[] sizes;
    private int next;

    Pieces(String text, int... sizes) {
      this.bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
      this.sizes = sizes;
    }

    @Override
    public int read(ByteBuffer into, boolean wait) throws IOException {
      if (!bytes.hasRemaining()) {
        throw new EOFException("no more");
      }
      int size = sizes.length == 0 ? Integer.MAX_VALUE : sizes[next++ % sizes.length];
      int count = Math.min(size, Math.min(into.remaining(), bytes.remaining()));
      assertThat(count).as("room for a byte").isPositive();
      into.put(bytes.slice().limit(count));
      bytes.position(bytes.position() + count);
      return count;
    }
  }

  /** Writes down what it is given. */
  private static final class Told extends Answer<List<String>> {
    private final List<String> told = new ArrayList<>();

    @Override
    public void begin() {
      told.clear();
    }

    @Override
    public void multi(int count) {
      told.add("[" + count);
    }

    @Override
    public void set(ByteBuffer bytes) {
      told.add(bytes == null ? "nothing" : "'" + ISO_8859_1.decode(bytes) + "'");
    }

    @Override
    public void set(long number) {
      told.add(Long.toString(number));
    }

    @Override
    public List<String> value() {
      return told;
    }
  }

  private static List<String> read(ReplyReader reader) throws IOException {
    Told told = new Told();
    String error = reader.read(told);
    if (error != null) {
      told.told.add("error " + error);
    }
    return told.told;
  }

  private static List<String> read(String text, int... sizes) throws IOException {
    var reader = new ReplyReader(new Pieces(text, sizes));
    List<String> told = read(reader);
    assertThat(reader.isEmpty()).as("all is read").isTrue();
    return told;
  }

  private static String unescaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n");
  }

  @Nested
  class Every_type {
    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        quoteCharacter = '"',
        value = {
          "+OK\\r\\n; 'OK'",
          "+\\r\\n; ''",
          "+a\\rb\\r\\n; 'a\\rb'",
          "-ERR no\\r\\n; error ERR no",
          ":0\\r\\n; 0",
          ":-12\\r\\n; -12",
          ":+12\\r\\n; 12",
          ":9223372036854775807\\r\\n; 9223372036854775807",
          ":-9223372036854775808\\r\\n; -9223372036854775808",
          "$0\\r\\n\\r\\n; ''",
          "$5\\r\\nhe\\r\\no\\r\\n; 'he\\r\\no'",
          "$-1\\r\\n; nothing",
          "*-1\\r\\n; nothing",
          "*0\\r\\n; [0",
          "*2\\r\\n$1\\r\\na\\r\\n:7\\r\\n; [2 'a' 7",
          "*2\\r\\n*1\\r\\n+x\\r\\n*0\\r\\n; [2 [1 'x' [0",
          "*2\\r\\n-ERR first\\r\\n-ERR second\\r\\n; [2 error ERR first",
          "_\\r\\n; nothing",
          "#t\\r\\n; 1",
          "#f\\r\\n; 0",
          ",1.5e3\\r\\n; '1.5e3'",
          ",inf\\r\\n; 'inf'",
          "(12345678901234567890123\\r\\n; '12345678901234567890123'",
          "=7\\r\\ntxt:abc\\r\\n; 'abc'",
          "!7\\r\\nERR bad\\r\\n; error ERR bad",
          "~2\\r\\n:1\\r\\n:2\\r\\n; [2 1 2",
          "%2\\r\\n+a\\r\\n:1\\r\\n+b\\r\\n_\\r\\n; [4 'a' 1 'b' nothing",
          "|1\\r\\n+ttl\\r\\n:3\\r\\n:5\\r\\n; 5",
          "*1\\r\\n|1\\r\\n+ttl\\r\\n*1\\r\\n:3\\r\\n:5\\r\\n; [1 5",
          ">2\\r\\n+invalidate\\r\\n_\\r\\n+OK\\r\\n; 'OK'"
        })
    void is_read_wherever_it_is_cut(String text, String expected) throws IOException {
      String bytes = unescaped(text);
      List<String> whole = read(bytes);
      assertThat(String.join(" ", whole)).isEqualTo(unescaped(expected));
      assertThat(read(bytes, 1)).isEqualTo(whole);
      for (int cut = 1; cut < bytes.length(); cut++) {
        assertThat(read(bytes, cut, bytes.length())).as("cut at %d", cut).isEqualTo(whole);
      }
    }

    @Test
    void follows_another_one() throws IOException {
      var reader = new ReplyReader(new Pieces("+a\r\n:1\r\n$1\r\nb\r\n", 3));
      assertThat(read(reader)).containsExactly("'a'");
      assertThat(read(reader)).containsExactly("1");
      assertThat(read(reader)).containsExactly("'b'");
      assertThat(reader.isEmpty()).isTrue();
    }
  }

  @Nested
  class Long_texts {
    @ParameterizedTest
    @ValueSource(
        ints = {
          ReplyReader.BUFFER - 10,
          ReplyReader.BUFFER - 2,
          ReplyReader.BUFFER - 1,
          ReplyReader.BUFFER,
          2 * ReplyReader.BUFFER,
          2 * ReplyReader.BUFFER + 1,
          5_000_000
        })
    void are_whole(int length) throws IOException {
      var random = new Random(length);
      var bytes = new byte[length];
      random.nextBytes(bytes);
      String text = new String(bytes, ISO_8859_1);
      String reply = "*3\r\n+before\r\n$" + length + "\r\n" + text + "\r\n+after\r\n";
      List<String> expected = List.of("[3", "'before'", "'" + text + "'", "'after'");
      assertThat(read(reply).equals(expected)).isTrue();
      assertThat(read(reply, 1 + random.nextInt(5000), 1, 1 << 20).equals(expected)).isTrue();
    }

    @Test
    void of_many_short_ones_cross_the_buffer_at_every_place() throws IOException {
      for (int length = 1; length < 40; length++) {
        int count = 2 * ReplyReader.BUFFER / (length + 6);
        String text = "x".repeat(length);
        String reply = "*" + count + "\r\n" + ("$" + length + "\r\n" + text + "\r\n").repeat(count);
        List<String> told = read(reply, 7_919);
        assertThat(told).hasSize(count + 1);
        assertThat(told.subList(1, told.size())).containsOnly("'" + text + "'");
      }
    }
  }

  @Nested
  class What_is_no_reply {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "HTTP/1.1 400 Bad Request\\r\\n",
          "\\r\\n",
          ":\\r\\n",
          ":-\\r\\n",
          ":1x\\r\\n",
          ":1\\rx",
          ":9223372036854775808\\r\\n",
          ":-9223372036854775809\\r\\n",
          ":00000000000000000001\\r\\n",
          "$-2\\r\\n",
          "$1073741825\\r\\n",
          "$99999999999\\r\\n",
          "$?\\r\\n",
          "$1\\r\\nab\\r\\n",
          "*-2\\r\\n",
          "*2147483648\\r\\n",
          "*?\\r\\n",
          "%1073741824\\r\\n",
          "_x\\r\\n",
          "#x\\r\\n",
          "=3\\r\\ntxt\\r\\n",
          "!40000\\r\\n",
          "*1\\r\\n>1\\r\\n+x\\r\\n",
          ".\\r\\n"
        })
    void is_refused(String text) {
      assertThatThrownBy(() -> read(unescaped(text))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void nor_is_a_nest_without_a_bottom() {
      assertThatThrownBy(() -> read("*1\r\n".repeat(100)))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("nested more than 32");
    }

    @Test
    void nor_a_line_without_an_end() {
      assertThatThrownBy(() -> read("+" + "x".repeat(100_000)))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("a line of more than 32768 bytes");
    }

    @Test
    void however_much_it_announces_no_more_memory_is_taken_than_has_come() {
      long most = Runtime.getRuntime().maxMemory();
      int length = ReplyReader.LONGEST;
      // Were it believed, a few of them would be more than there is.
      for (int i = 0; i < 2 + most / length; i++) {
        var reader = new ReplyReader(new Pieces("$" + length + "\r\n" + "x".repeat(100)));
        assertThatThrownBy(() -> read(reader)).isInstanceOf(EOFException.class);
      }
      var array = new ReplyReader(new Pieces("*2147483647\r\n:1\r\n"));
      assertThatThrownBy(() -> read(array)).isInstanceOf(EOFException.class);
    }

    @Test
    void random_bytes_end_in_an_error_or_a_reply() {
      long seed = System.nanoTime();
      var random = new Random(seed);
      String alphabet = "+-:$*_#,(=!~%|>0123456789\r\n\r\n\r\ntfx";
      int replies = 0;
      for (int i = 0; i < 20_000; i++) {
        var text = new StringBuilder();
        int length = 1 + random.nextInt(30);
        for (int at = 0; at < length; at++) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        try {
          new ReplyReader(new Pieces(text.toString(), 1 + random.nextInt(8))).read(new Told());
          replies++;
        } catch (EOFException | ProtocolException expected) {
          assertThat(expected).as("seed %d", seed).hasMessageMatching("(?s).+");
        } catch (IOException | RuntimeException other) {
          throw new AssertionError(
              "seed " + seed + ": " + Arrays.toString(text.toString().getBytes(ISO_8859_1)), other);
        }
      }
      assertThat(replies).as("seed %d", seed).isPositive();
    }
  }
}
