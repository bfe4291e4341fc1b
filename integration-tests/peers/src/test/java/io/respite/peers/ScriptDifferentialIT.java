package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Resp;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripts and functions on our server and on a real redis-server, reply by reply: requests and
 * pieces of Lua written by hand, and generated ones. {@code -Drespite.differential.scripts=100000}
 * lets the generated run for longer, {@code -Drespite.differential.seed=} repeats one run.
 * Deliberate differences are in {@code script-differences.tsv}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ScriptDifferentialIT {
  private static final int SHOWN = 40;
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");
  private static final int SCRIPTS = Integer.getInteger("respite.differential.scripts", 4_000);

  /** Generated pieces that go into one script. */
  private static final int TOGETHER = 10;

  /** Text that a request contains, and how its replies may differ. */
  private record Difference(String text, String how) {}

  private final String show = resource("show.lua").strip();
  private final List<Difference> differences = differences();

  private static String resource(String name) {
    try (InputStream in = ScriptDifferentialIT.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private static List<Difference> differences() {
    List<Difference> all = new ArrayList<>();
    for (String line : resource("script-differences.tsv").lines().toList()) {
      if (!line.startsWith("#")) {
        String[] columns = line.split("\t", -1);
        if (columns.length != 3 || columns[2].isBlank()) {
          throw new IllegalStateException("a row needs three columns: " + line);
        }
        all.add(new Difference(columns[0], columns[1]));
      }
    }
    return all;
  }

  private boolean is(String how, Request request) {
    String words = String.join(" ", request.words());
    return differences.stream().anyMatch(d -> d.how.equals(how) && words.contains(d.text));
  }

  /** The words of a line that is quoted as for redis-cli. */
  private static Request request(String line) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < line.length(); i++) {
      StringBuilder word = new StringBuilder();
      if (line.charAt(i) == '"') {
        for (i++; line.charAt(i) != '"'; i++) {
          if (line.charAt(i) != '\\') {
            word.append(line.charAt(i));
          } else {
            char escape = line.charAt(++i);
            switch (escape) {
              case 'n' -> word.append('\n');
              case 'r' -> word.append('\r');
              case 't' -> word.append('\t');
              case 'x' -> {
                word.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
                i += 2;
              }
              default -> word.append(escape);
            }
          }
        }
        i++;
      } else {
        for (; i < line.length() && line.charAt(i) != ' '; i++) {
          word.append(line.charAt(i));
        }
      }
      words.add(word.toString());
    }
    return new Request(words.get(0).toLowerCase(Locale.ROOT), words);
  }

  private Request shown(String statement) {
    return eval(show + " return show(pcall(function() " + statement + " end))");
  }

  private static Request eval(String script) {
    return new Request("eval", List.of("EVAL", script, "0"));
  }

  private static List<String> lines(String name) {
    return resource(name).lines().skip(1).toList();
  }

  /** A reply as text, whatever the order of items. */
  private static String sorted(Resp reply) {
    return reply.type()
        + reply.text()
        + reply.items().stream().map(ScriptDifferentialIT::sorted).sorted().toList();
  }

  /** A reply's text with numbers of 15 digits. */
  private static String rounded(Resp reply) {
    return NUMBER
        .matcher(reply.toString())
        .replaceAll(found -> "%.14e".formatted(Double.parseDouble(found.group())));
  }

  /**
   * Sends all to both servers, and fails with the first that were answered differently.
   *
   * @return what the real one answered
   */
  private List<Resp> compare(int protocol, List<Request> requests) throws IOException {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    List<Resp> replies = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    int different = 0;
    try (ServerProcess respite = ServerProcess.respite();
        ServerProcess redis = ServerProcess.redis().orElseThrow();
        Peer ours = new Peer(respite.port);
        Peer theirs = new Peer(redis.port)) {
      ours.ask("HELLO", Integer.toString(protocol));
      theirs.ask("HELLO", Integer.toString(protocol));
      for (Request request : requests) {
        if (is("skip", request)) {
          continue;
        }
        ours.send(List.of(request));
        theirs.send(List.of(request));
        Resp mine = ours.receive();
        Resp yours = theirs.receive();
        replies.add(yours);
        boolean same =
            mine.equals(yours)
                || (is("error", request) && mine.isError() && yours.isError())
                || (is("unordered", request) && sorted(mine).equals(sorted(yours)))
                || (is("rounding", request) && rounded(mine).equals(rounded(yours)));
        if (!same && different++ < SHOWN) {
          failures.add(
              new Differential.Mismatch(
                      0, request.toString().replace(show, ""), mine.toString(), yours.toString())
                  .toString());
        }
      }
    }
    if (different > 0) {
      fail(
          "%d of %d replies differ.%n%s",
          different, requests.size(), String.join(System.lineSeparator(), failures));
    }
    return replies;
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void requests_about_scripts_and_functions_are_answered_as_by_redis(int protocol)
      throws IOException {
    compare(
        protocol,
        lines("script-requests.txt").stream().map(ScriptDifferentialIT::request).toList());
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void pieces_of_lua_do_what_they_do_in_redis(int protocol) throws IOException {
    compare(protocol, lines("script-expressions.txt").stream().map(this::shown).toList());
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void generated_scripts_are_answered_as_by_redis(int protocol) throws IOException {
    long seed = Long.getLong("respite.differential.seed", Seeds.first());
    System.out.println("RESP" + protocol + ": generated scripts, seed " + seed);
    ScriptGenerator generator = new ScriptGenerator(seed);
    List<Request> requests = new ArrayList<>();
    while (requests.size() < SCRIPTS / 2 / TOGETHER) {
      StringBuilder script = new StringBuilder(show).append(" local all = {} ");
      for (int i = 0; i < TOGETHER; i++) {
        script.append("all[#all + 1] = show(pcall(function() ");
        script.append(generator.expression());
        script.append(" end)) ");
      }
      requests.add(eval(script.append("return all").toString()));
      for (int i = 0; i < TOGETHER; i++) {
        requests.add(eval(generator.reply()));
      }
    }
    assertThat(compare(protocol, requests))
        .as("replies to scripts that were generated wrongly")
        .noneMatch(reply -> reply.text().startsWith("ERR Error compiling"));
  }
}
