package io.respite.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The parser against the answers of a real server. Every stream is also delivered cut in two at
 * every place, byte by byte, and in random pieces: what is found must not depend on how it came.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RequestParserTest {
  /**
   * A stream and what must be found in it: requests as words between slashes, or an error after an
   * exclamation mark.
   */
  record Row(String input, List<String> found, boolean authenticated) {
    @Override
    public String toString() {
      String shown = input.length() > 60 ? input.substring(0, 60) + "..." : input;
      return shown.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0")
          + (authenticated ? "" : " before AUTH");
    }
  }

  private static Row row(String input, String... found) {
    return new Row(input, List.of(found), true);
  }

  private static Row stranger(String input, String... found) {
    return new Row(input, List.of(found), false);
  }

  private static final String COUNT = "!Protocol error: invalid multibulk length";
  private static final String BULK = "!Protocol error: invalid bulk length";
  private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nva\r\nl\r\n";

  static Stream<Row> rows() {
    return Stream.of(
        row(SET + "*1\r\n$4\r\nPING\r\n", "SET/k/va\r\nl", "PING"),
        row("PING\r\nECHO hi\n", "PING", "ECHO/hi"),
        row("\r\n*0\r\n*-1\r\n*-10\r\n  \r\n*1\r\n$4\r\nPING\r\n", "PING"),
        row("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO/"),
        row("  set \t a   b \r\n", "set/a/b"),
        row("set \"a b\" 'c\\'d' \"\\x41\\n\\\"\"\r\nPING\r\n", "set/a b/c'd/A\n\"", "PING"),
        row("set \"\" ''\r\n", "set//"),
        row("get a\"b\"\r\n", "get/ab"),
        row("*3000000000\r\n", COUNT),
        row("*2147483648\r\n", COUNT),
        row("*abc\r\n", COUNT),
        row("*+1\r\n", COUNT),
        row("*01\r\n", COUNT),
        row("* 1\r\n", COUNT),
        row("*1.5\r\n", COUNT),
        row("*\r\n", COUNT),
        row("*-\r\n", COUNT),
        row("*12345678901234567890\r\n", COUNT),
        row("*2147483647\r\n"),
        row("*1048577\r\n$1\r\na\r\n"),
        row("*1\r\n$-1\r\n", BULK),
        row("*1\r\n$-10\r\n", BULK),
        row("*1\r\n$blabla\r\n", BULK),
        row("*1\r\n$536870913\r\n", BULK),
        row("*1\r\n$2000000000\r\n", BULK),
        row("*1\r\n$9223372036854775808\r\n", BULK),
        row("*1\r\n*1\r\n", "!Protocol error: expected '$', got '*'"),
        row("*1\r\n:1\r\n", "!Protocol error: expected '$', got ':'"),
        row("*1\r\n_\r\n", "!Protocol error: expected '$', got '_'"),
        row("*1\r\nfooz\r\n", "!Protocol error: expected '$', got 'f'"),
        row("PING\r\n*1\r\nfooz\r\n", "PING", "!Protocol error: expected '$', got 'f'"),
        row("set \"a\r\n", "!Protocol error: unbalanced quotes in request"),
        row("set \"a\"b\r\n", "!Protocol error: unbalanced quotes in request"),
        row("set 'a\r\n", "!Protocol error: unbalanced quotes in request"),
        row("*1\n$4\nPING\n"),
        row("*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n", "PING", "PING"),
        row("\0PING\r\n"),
        row("*1\r\n$16385\r\n"),
        stranger("*10\r\n"),
        stranger("*11\r\n", "!Protocol error: unauthenticated multibulk length"),
        stranger("*1\r\n$16384\r\n"),
        stranger("*1\r\n$16385\r\n", "!Protocol error: unauthenticated bulk length"));
  }

  static Stream<Row> longRows() {
    String line = "1".repeat(65_537);
    return Stream.of(
        row("*" + line, "!Protocol error: too big mbulk count string"),
        row("*1\r\n$" + line, "!Protocol error: too big bulk count string"),
        row(line, "!Protocol error: too big inline request"),
        row("\0" + line, "!Protocol error: too big inline request"),
        row("ECHO " + line + "\r\n", "ECHO/" + line),
        row("ECHO " + "2".repeat(70_000) + "\r\n", "ECHO/" + "2".repeat(70_000)));
  }

  /** Feeds a parser piece by piece, moving the bytes about as a connection does. */
  private static List<String> parse(Row row, int... cuts) {
    byte[] all = row.input.getBytes(StandardCharsets.ISO_8859_1);
    RequestParser parser = new RequestParser(new ParserLimits());
    List<String> found = new ArrayList<>();
    byte[] buffer = {};
    int end = 0;
    int fed = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : all.length;
      byte[] larger = Arrays.copyOf(buffer, end + to - fed);
      System.arraycopy(all, fed, larger, end, to - fed);
      parser.moved(larger, 0);
      buffer = larger;
      end += to - fed;
      fed = to;
      if (!drain(parser, buffer, end, row.authenticated, found)) {
        return found;
      }
      int start = parser.start();
      byte[] rest = Arrays.copyOfRange(buffer, start, end);
      parser.moved(rest, -start);
      end -= start;
      buffer = rest;
    }
    return found;
  }

  private static boolean drain(
      RequestParser parser, byte[] buffer, int end, boolean authenticated, List<String> found) {
    while (true) {
      switch (parser.next(buffer, end, authenticated)) {
        case REQUEST -> found.add(text(parser.arguments()));
        case MORE -> {
          return true;
        }
        case ERROR -> {
          found.add("!" + parser.error());
          return false;
        }
      }
    }
  }

  private static String text(Arguments arguments) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < arguments.count(); i++) {
      words.add(arguments.text(i));
    }
    return String.join("/", words);
  }

  @ParameterizedTest
  @MethodSource({"rows", "longRows"})
  void finds_what_a_real_server_finds(Row row) {
    assertThat(parse(row)).isEqualTo(row.found);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void finds_the_same_when_the_stream_is_cut_anywhere(Row row) {
    for (int cut = 0; cut <= row.input.length(); cut++) {
      assertThat(parse(row, cut)).as("cut at %d", cut).isEqualTo(row.found);
    }
    int[] everywhere = new int[row.input.length()];
    Arrays.setAll(everywhere, i -> i);
    assertThat(parse(row, everywhere)).as("byte by byte").isEqualTo(row.found);
  }

  @Test
  void finds_the_same_in_random_pieces() {
    long seed = new java.security.SecureRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder stream = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String value = "v".repeat(random.nextInt(300)) + "\r\n$*";
      stream.append("*2\r\n$4\r\nECHO\r\n$").append(value.length()).append("\r\n");
      stream.append(value).append("\r\n").append(random.nextBoolean() ? "\r\n" : "PING\r\n");
      expected.add("ECHO/" + value);
      if (stream.charAt(stream.length() - 3) == 'G') {
        expected.add("PING");
      }
    }
    for (int round = 0; round < 20; round++) {
      int[] cuts = random.ints(random.nextInt(200), 0, stream.length()).sorted().toArray();
      assertThat(parse(row(stream.toString()), cuts)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void survives_mutated_requests() {
    long seed = new java.security.SecureRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] alphabet = "*$-+:0123456789 \r\n\"'\\xabPING\0".getBytes(StandardCharsets.ISO_8859_1);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = (SET + "PING\r\n" + SET).getBytes(StandardCharsets.ISO_8859_1);
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = alphabet[random.nextInt(alphabet.length)];
      }
      Row row = row(new String(bytes, StandardCharsets.ISO_8859_1));
      List<String> whole = parse(row);
      assertThat(parse(row, random.nextInt(bytes.length))).as("seed %d", seed).isEqualTo(whole);
      assertThat(whole.stream().mapToInt(String::length).sum())
          .as("seed %d: no more than came", seed)
          .isLessThanOrEqualTo(bytes.length + 100);
    }
  }

  @Test
  void repeats_the_request_found_last_when_asked_to() {
    RequestParser parser = new RequestParser(new ParserLimits());
    byte[] bytes = "ECHO \"a\\n\"\r\nPING\r\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(parser.next(bytes, bytes.length, true)).isEqualTo(RequestParser.Step.REQUEST);
    parser.again();

    assertThat(parser.start()).isZero();
    assertThat(parser.next(bytes, bytes.length, true)).isEqualTo(RequestParser.Step.REQUEST);
    assertThat(text(parser.arguments())).isEqualTo("ECHO/a\n");
    assertThat(parser.next(bytes, bytes.length, true)).isEqualTo(RequestParser.Step.REQUEST);
    assertThat(text(parser.arguments())).isEqualTo("PING");
  }
}
