package io.respite.server.aof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.respite.server.aof.AofFileException.Kind;
import io.respite.server.environment.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are written and read again. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AofFileTest {
  private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n";
  private static final String MULTI = "*1\r\n$5\r\nMULTI\r\n";
  private static final String EXEC = "*1\r\n$4\r\nexec\r\n";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static AofReader reader(byte[] file) throws IOException {
    return new AofReader(new MemoryFile(file, 4093));
  }

  private static AofReader reader(String file) throws IOException {
    return reader(bytes(file));
  }

  private static String show(byte[][] words) {
    StringBuilder line = new StringBuilder();
    for (byte[] word : words) {
      line.append(line.length() == 0 ? "" : " ");
      line.append(new String(word, StandardCharsets.ISO_8859_1));
    }
    return line.toString();
  }

  /** All commands, and timestamps as {@code @seconds}. */
  private static List<String> readAll(AofReader reader) throws IOException {
    List<String> items = new ArrayList<>();
    while (true) {
      switch (reader.next()) {
        case COMMAND -> items.add(show(reader.words()));
        case TIMESTAMP -> items.add("@" + reader.timestamp());
        case END -> {
          return items;
        }
      }
    }
  }

  private static AofFileException refusal(AofReader reader) {
    return catchThrowableOfType(AofFileException.class, () -> readAll(reader));
  }

  private static byte[] content(AofEncoder encoder) {
    return Arrays.copyOf(encoder.buffer(), encoder.size());
  }

  private static byte[][] words(String line) {
    return Arrays.stream(line.split(" ", -1)).map(AofFileTest::bytes).toArray(byte[][]::new);
  }

  private static byte[] file(boolean checksums) {
    AofEncoder encoder = new AofEncoder();
    encoder.begin(checksums);
    encoder.timestamp(1_700_000_000);
    encoder.select(0);
    encoder.command(words("SET a 1"));
    encoder.command(words("MULTI"));
    encoder.command(words("SET b 2"));
    encoder.select(12);
    encoder.command(bytes("SET"), bytes("c"), bytes("\r\n*3\r\n$3\r\nSET\r\n#TS:5\r\n"));
    encoder.command(words("EXEC"));
    encoder.command(words("SET d " + "x".repeat(100)));
    encoder.timestamp(1_700_000_001);
    encoder.command(bytes("SET"), bytes("e"), bytes(""));
    return content(encoder);
  }

  @Nested
  class Encoding {
    @Test
    void commands_are_arrays_of_bulk_strings() {
      AofEncoder encoder = new AofEncoder();
      encoder.command(words("SET a 1"));
      assertThat(content(encoder)).isEqualTo(bytes(SET));
      encoder.clear();
      encoder.select(0);
      encoder.select(15);
      encoder.timestamp(1_700_000_000);
      assertThat(content(encoder))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo(
              String.join("\r\n", List.of("*2", "$6", "SELECT", "$1", "0"))
                  + "\r\n"
                  + String.join(
                      "\r\n", List.of("*2", "$6", "SELECT", "$2", "15", "#TS:1700000000", "")));
    }

    @Test
    void a_checksum_covers_the_bytes_since_the_last_one() {
      AofEncoder encoder = new AofEncoder();
      encoder.begin(true);
      encoder.command(words("SET a 1"));
      encoder.clear();
      encoder.command(words("SET a 1"));
      CRC32C crc = new CRC32C();
      crc.update(bytes(SET));
      assertThat(content(encoder))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo(SET + "#C:%08x:%d\r\n".formatted(crc.getValue(), SET.length()));
    }

    @Test
    void the_array_grows_and_shrinks_again() {
      AofEncoder encoder = new AofEncoder();
      encoder.command(bytes("SET"), bytes("a"), new byte[10 << 20]);
      assertThat(encoder.size()).isGreaterThan(10 << 20);
      encoder.clear();
      assertThat(encoder.size()).isZero();
      assertThat(encoder.buffer().length).isLessThan(1 << 20);
      encoder.command(words("SET a 1"));
      assertThat(content(encoder)).isEqualTo(bytes(SET));
    }
  }

  @Nested
  class Reading {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gives_what_was_written(boolean checksums) throws IOException {
      byte[] file = file(checksums);
      for (int most : new int[] {1, 7, 100_000}) {
        AofReader reader = new AofReader(new MemoryFile(file, most));
        assertThat(readAll(reader))
            .containsExactly(
                "@1700000000",
                "SELECT 0",
                "SET a 1",
                "MULTI",
                "SET b 2",
                "SELECT 12",
                "SET c \r\n*3\r\n$3\r\nSET\r\n#TS:5\r\n",
                "EXEC",
                "SET d " + "x".repeat(100),
                "@1700000001",
                "SET e ");
        assertThat(reader.validUpTo()).isEqualTo(file.length).isEqualTo(reader.position());
        assertThat(reader.checked()).isEqualTo(checksums);
        assertThat(reader.uncovered().bytes()).isZero();
      }
    }

    @Test
    void gives_commands_larger_than_its_buffer_and_small_ones_behind_them() throws IOException {
      AofEncoder encoder = new AofEncoder();
      byte[] large = new byte[1_500_000];
      new Random(1).nextBytes(large);
      encoder.begin(true);
      for (int i = 0; i < 20; i++) {
        encoder.command(bytes("SET"), bytes("k" + i), i % 5 == 0 ? large : bytes("v"));
      }
      AofReader reader = new AofReader(new MemoryFile(content(encoder), 70_000));
      for (int i = 0; i < 20; i++) {
        assertThat(reader.next()).isEqualTo(AofReader.Item.COMMAND);
        assertThat(reader.words()[2]).isEqualTo(i % 5 == 0 ? large : bytes("v"));
      }
      assertThat(reader.next()).isEqualTo(AofReader.Item.END);
    }

    @Test
    void knows_an_rdb_preamble_and_leaves_it_to_others() throws IOException {
      assertThat(reader(SET).beginsWithRdb()).isFalse();
      assertThat(reader("").beginsWithRdb()).isFalse();
      AofReader reader = reader("REDIS0010...");
      assertThat(reader.beginsWithRdb()).isTrue();
      ByteBuffer rest = ByteBuffer.allocate(100);
      Storage.Input input = reader.rest();
      while (input.read(rest) > 0) {
        // until its end
      }
      assertThat(Arrays.copyOf(rest.array(), rest.position())).isEqualTo(bytes("REDIS0010..."));
    }

    @Test
    void counts_from_the_files_beginning_also_behind_a_preamble() throws IOException {
      Storage.Input input = new MemoryFile(bytes("REDIS" + SET), 5);
      input.read(ByteBuffer.allocate(5));
      AofReader reader = new AofReader(input, 5, 10);
      assertThat(readAll(reader)).containsExactly("SET a 1");
      assertThat(reader.validUpTo()).isEqualTo(5L + SET.length());
    }

    @Test
    void skips_remarks_where_there_are_no_checksums() throws IOException {
      assertThat(readAll(reader("# hello\n" + SET + "#TS:x\r\n#TS:\r\n#\n" + SET)))
          .containsExactly("SET a 1", "SET a 1");
      assertThatThrownBy(() -> readAll(reader("#" + "x".repeat(1024) + "\n")))
          .hasMessageContaining("an annotation of more than 1023 bytes");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "x",
          "\0",
          "*x\r\n",
          "*\r\n",
          "*0\r\n",
          "*-1\r\n",
          "*2147483648\r\n",
          "*99999999999999999999\r\n",
          "*01\r\n$1\r\na\r\n",
          "*1\r\n$01\r\na\r\n",
          "*1\n$1\r\na\r\n",
          "*1\r\n$-1\r\n",
          "*1\r\n$9223372036854775808\r\n",
          "*1\r\n$1\r\nab\r\n",
          "*1\r\n:1\r\n",
          EXEC,
          MULTI + MULTI,
        })
    void refuses_what_makes_no_sense(String wrong) throws IOException {
      AofReader reader = reader(SET + wrong);
      assertThat(refusal(reader).kind()).isEqualTo(Kind.MALFORMED);
      assertThat(reader.validUpTo()).isEqualTo(SET.length());
      assertThat(refusal(reader(SET + wrong)).offset())
          .isBetween((long) SET.length(), (long) SET.length() + wrong.length());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "*",
          "*3",
          "*3\r",
          "*2147483647\r\n",
          "*1\r\n$2147483648\r\n",
          "*1\r\n$4611686018427387904\r\n",
          "*1\r\n$3\r\nab",
          "*1\r\n$3\r\nabc\r",
          "#TS:1",
          MULTI,
          MULTI + SET,
        })
    void tells_an_end_before_its_time(String wrong) throws IOException {
      AofReader reader = reader(SET + wrong);
      assertThat(refusal(reader).kind()).isEqualTo(Kind.TRUNCATED);
      assertThat(reader.validUpTo()).isEqualTo(SET.length());
    }

    @Test
    void refuses_an_argument_that_is_too_large_although_it_is_there() {
      assertThatThrownBy(
              () -> readAll(new AofReader(new MemoryFile(bytes(SET.repeat(9)), 99), 0, 2)))
          .hasMessage("an argument of 3 bytes; at most 2 can be held (at byte 8)");
    }
  }

  @Nested
  class Checksums {
    @Test
    void a_file_may_get_them_later() throws IOException {
      AofEncoder encoder = new AofEncoder();
      encoder.command(words("SET a 1"));
      encoder.begin(true);
      encoder.command(words("SET b 1"));
      assertThat(readAll(reader(content(encoder)))).containsExactly("SET a 1", "SET b 1");
    }

    @Test
    void what_another_server_appends_counts_and_is_covered_when_we_go_on() throws IOException {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes(file(true));
      file.writeBytes(bytes("#TS:1700000002\r\n" + SET + SET));
      AofReader reader = reader(file.toByteArray());
      assertThat(readAll(reader)).endsWith("@1700000002", "SET a 1", "SET a 1");
      assertThat(reader.checked()).isTrue();
      assertThat(reader.uncovered().bytes()).isEqualTo(16L + 2L * SET.length());

      AofEncoder encoder = new AofEncoder();
      encoder.resume(reader.uncovered());
      encoder.command(words("SET z 1"));
      file.writeBytes(content(encoder));
      reader = reader(file.toByteArray());
      assertThat(readAll(reader)).endsWith("SET a 1", "SET z 1");
      assertThat(reader.uncovered().bytes()).isZero();
      byte[] damaged = file.toByteArray();
      damaged[file(true).length + 40] ^= 1;
      assertThat(refusal(reader(damaged)).kind()).isEqualTo(Kind.CHECKSUM);
    }

    @Test
    void a_check_goes_on_from_any_value() {
      Random random = new Random(7);
      for (int i = 0; i < 100; i++) {
        byte[] bytes = new byte[2 + random.nextInt(40)];
        random.nextBytes(bytes);
        int cut = 1 + random.nextInt(bytes.length - 1);
        AofChecksum first = new AofChecksum();
        first.cover(bytes, 0, cut);
        AofChecksum second = new AofChecksum(first.value(), first.bytes());
        second.cover(bytes, cut, bytes.length - cut);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        assertThat(second.value()).isEqualTo((int) crc.getValue());
        assertThat(second.bytes()).isEqualTo(bytes.length);
      }
    }

    @Test
    void a_file_that_is_cut_anywhere_loads_as_far_as_it_goes_and_can_be_continued()
        throws IOException {
      byte[] file = file(true);
      List<String> all = readAll(reader(file));
      for (int cut = 0; cut <= file.length; cut++) {
        AofReader reader = reader(Arrays.copyOf(file, cut));
        AofFileException refused = refusal(reader);
        assertThat(refused == null || refused.kind() == Kind.TRUNCATED)
            .as("cut at %d", cut)
            .isTrue();
        int valid = Math.toIntExact(reader.validUpTo());
        assertThat(valid).isLessThanOrEqualTo(cut);

        AofEncoder encoder = new AofEncoder();
        if (reader.checked()) {
          encoder.resume(reader.uncovered());
        } else {
          encoder.begin(true);
        }
        encoder.command(words("SET z 1"));
        ByteArrayOutputStream continued = new ByteArrayOutputStream();
        continued.write(file, 0, valid);
        continued.writeBytes(content(encoder));
        List<String> items = readAll(reader(continued.toByteArray()));
        assertThat(items).endsWith("SET z 1");
        int loaded = items.size() - 1;
        assertThat(items.subList(0, loaded)).isEqualTo(all.subList(0, loaded));
      }
    }

    @Test
    void any_other_value_of_any_byte_is_refused() throws IOException {
      byte[] file = file(true);
      for (int i = 0; i < file.length; i++) {
        byte right = file[i];
        for (int value = 0; value < 256; value++) {
          file[i] = (byte) value;
          if (file[i] != right) {
            AofFileException refused = refusal(reader(file));
            assertThat(refused).as("byte %d is %d", i, value).isNotNull();
            assertThat(refused.kind())
                .as("byte %d is %d: %s", i, value, refused)
                .isNotEqualTo(Kind.TRUNCATED);
          }
        }
        file[i] = right;
      }
    }

    @Test
    void even_when_a_length_swallows_a_checksum_or_all_that_follows() throws IOException {
      Random random = new Random(11);
      for (int i = 0; i < 300; i++) {
        AofEncoder encoder = new AofEncoder();
        encoder.begin(true);
        for (int j = 0; j < 3; j++) {
          encoder.command(bytes("SET"), bytes("k"), new byte[random.nextInt(110_000)]);
        }
        byte[] file = content(encoder);
        int at = new String(file, StandardCharsets.ISO_8859_1).lastIndexOf("k\r\n$") + 4;
        while (file[at] != '\r') {
          byte right = file[at];
          for (char digit = '0'; digit <= '9'; digit++) {
            file[at] = (byte) digit;
            if (file[at] != right) {
              assertThat(refusal(reader(file)).kind()).isNotEqualTo(Kind.TRUNCATED);
            }
          }
          file[at++] = right;
        }
      }
    }

    @Test
    void what_a_client_wrote_to_look_like_one_does_no_harm() throws IOException {
      AofEncoder encoder = new AofEncoder();
      encoder.begin(true);
      encoder.command(bytes("SET"), bytes("a"), bytes("#C:00000000:29\r\n"));
      encoder.command(bytes("SET"), bytes("a"), bytes("#C:begin crc32c\r\n"));
      assertThat(readAll(reader(content(encoder)))).hasSize(2);
    }

    @Test
    void a_checksum_that_nothing_announced_is_refused() throws IOException {
      assertThat(refusal(reader(SET + "#C:00000000:31\r\n" + SET)).kind()).isEqualTo(Kind.CHECKSUM);
    }
  }
}
