package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.Resp;
import io.respite.rigs.ServerProcess;
import io.respite.server.command.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Prints, as a table in Markdown, how many of the commands in {@code commands.tsv} are served, have
 * a nested test of their name, and are compared with a real redis-server, and names those that are
 * not. Groups that are meant to be whole must be.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CoverageTableIT {
  private static final Pattern NESTED =
      Pattern.compile("@Nested(?:\\s+@\\w+(?:\\([^)]*\\))?)*\\s+(?:public )?class (\\w+)");

  /** What other tests than {@link DifferentialIT} compare with a real server. */
  private static final Set<String> COMPARED_ELSEWHERE = Set.of("sort", "sort_ro", "migrate");

  private static final Set<String> WHOLE =
      Set.of(
          "list",
          "set",
          "sorted_set",
          "stream",
          "bitmap",
          "hyperloglog",
          "geo",
          "generic",
          "string",
          "hash",
          "transactions",
          "pubsub",
          "scripting");

  private static final Differences DIFFERENCES = new Differences(Engine.REDIS);

  /** A group's row of the table. */
  private static final class Tally {
    int commands;
    int served;
    int tested;
    int compared;
    final List<String> missing = new ArrayList<>();
    final List<String> untested = new ArrayList<>();
    final List<String> notCompared = new ArrayList<>();
  }

  @Test
  void the_groups_on_data_are_whole() throws IOException {
    Map<String, Tally> groups = new TreeMap<>();
    Set<String> tests = nestedTests();
    Set<String> known = new TreeSet<>();
    Set<String> compared = compared(known);
    try (ServerProcess respite = ServerProcess.respite()) {
      for (String[] row : commands()) {
        String name = row[0];
        Tally tally = groups.computeIfAbsent(row[1], group -> new Tally());
        tally.commands++;
        if (!knows(respite, name)) {
          tally.missing.add(name);
          continue;
        }
        tally.served++;
        if (tests.contains(letters(name))) {
          tally.tested++;
        } else {
          tally.untested.add(name);
        }
        if (compared.contains(name)) {
          tally.compared++;
        } else {
          tally.notCompared.add(name + " (" + whyNot(name, known) + ")");
        }
      }
    }
    System.out.println(table(groups));
    for (String group : WHOLE) {
      assertThat(groups.get(group).missing).as("not served in group " + group).isEmpty();
    }
  }

  private static String table(Map<String, Tally> groups) {
    StringBuilder out = new StringBuilder();
    out.append(
            "| group | commands | served | with a test of their own | compared with Redis 7.0.15")
        .append(" | not served | no test of that name | not compared |\n")
        .append("|---|---|---|---|---|---|---|---|\n");
    groups.forEach(
        (group, tally) ->
            out.append(
                String.format(
                    "| %s | %d | %d | %d | %d | %s | %s | %s |%n",
                    group,
                    tally.commands,
                    tally.served,
                    tally.tested,
                    tally.compared,
                    list(tally.missing),
                    list(tally.untested),
                    list(tally.notCompared))));
    return out.toString();
  }

  private static String list(List<String> names) {
    return String.join(", ", names).replace("|", " ");
  }

  private static List<String[]> commands() throws IOException {
    try (InputStream in = CoverageTableIT.class.getResourceAsStream("commands.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .toList();
    }
  }

  private static boolean knows(ServerProcess server, String name) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new Request("command|info", List.of("COMMAND", "INFO", name)).writeTo(out);
      socket.getOutputStream().write(out.toByteArray());
      return Resp.read(socket.getInputStream()).items().get(0).isAggregate();
    }
  }

  /** The names of nested test classes in the server's tests, in small letters. */
  private static Set<String> nestedTests() throws IOException {
    Path root = ServerProcess.LAUNCHER.getParent().getParent();
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root.resolve("src/test/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        Matcher nested = NESTED.matcher(Files.readString(file));
        while (nested.find()) {
          names.add(letters(nested.group(1).toLowerCase(Locale.ROOT)));
        }
      }
    }
    return names;
  }

  private static String letters(String name) {
    return name.replaceAll("[^a-z0-9]", "");
  }

  private static String whyNot(String name, Set<String> known) {
    if (!known.contains(name)) {
      return "newer";
    }
    if (name.endsWith("|help")) {
      return "our own words";
    }
    return DIFFERENCES.reasonToSkip(name).orElse("about the server or a connection");
  }

  /**
   * The commands that random requests compare, and those that other tests do.
   *
   * @param known gathers what the real server has at all
   */
  private static Set<String> compared(Set<String> known) throws IOException {
    Set<String> names = new TreeSet<>();
    Optional<ServerProcess> redis = ServerProcess.redis();
    if (redis.isPresent()) {
      try (ServerProcess server = redis.get()) {
        names.addAll(COMPARED_ELSEWHERE);
        for (String[] row : commands()) {
          if (knows(server, row[0])) {
            known.add(row[0]);
          }
        }
        for (Command row : CommandRows.shared(server, DIFFERENCES)) {
          names.add(row.fullName());
        }
      }
    }
    return names;
  }
}
