package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Engine;
import io.respite.rigs.Resp;
import io.respite.rigs.ServerProcess;
import io.respite.server.command.CommandGroup;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What COMMAND tells of the commands on keys and messages, beside what a real redis-server 7.0.15
 * tells of them. What differs on purpose is in {@code metadata.tsv}, each with its reason.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MetadataIT {
  private static final Set<CommandGroup> GROUPS =
      EnumSet.of(
          CommandGroup.GENERIC,
          CommandGroup.STRING,
          CommandGroup.LIST,
          CommandGroup.SET,
          CommandGroup.SORTED_SET,
          CommandGroup.HASH,
          CommandGroup.STREAM,
          CommandGroup.BITMAP,
          CommandGroup.HYPERLOGLOG,
          CommandGroup.GEO,
          CommandGroup.PUBSUB,
          CommandGroup.TRANSACTIONS,
          CommandGroup.SCRIPTING);

  private static final List<String> COLUMNS =
      List.of("name", "arity", "flags", "first", "last", "step", "categories", "tips", "keys");

  private ServerProcess respite;
  private ServerProcess redis;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    respite = ServerProcess.respite();
    redis = ServerProcess.redis().orElseThrow();
  }

  @AfterEach
  void stop() {
    if (redis != null) {
      respite.close();
      redis.close();
    }
  }

  private static Resp ask(ServerProcess server, String... words) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new Request("hello", List.of("HELLO", "3")).writeTo(out);
      new Request(words[0], List.of(words)).writeTo(out);
      socket.getOutputStream().write(out.toByteArray());
      Resp hello = Resp.read(in);
      assertThat(hello.isError()).isFalse();
      return Resp.read(in);
    }
  }

  /** Lines of a resource behind its comments; columns are separated by tabs. */
  private static List<String[]> table(String resource) throws IOException {
    try (InputStream in = MetadataIT.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .toList();
    }
  }

  private static Set<String> expected(String about) throws IOException {
    Set<String> expected = new TreeSet<>();
    for (String[] row : table("metadata.tsv")) {
      assertThat(row).as(Arrays.toString(row)).hasSize(4);
      assertThat(row[3]).as("a reason for " + row[1]).isNotBlank();
      if (row[0].equals(about)) {
        expected.add(row[1] + " " + row[2]);
      }
    }
    return expected;
  }

  // ---- COMMAND INFO

  @Test
  void command_info_is_that_of_redis() throws IOException {
    Map<String, Resp> mine = rows(ask(respite, "COMMAND"));
    Map<String, Resp> yours = rows(ask(redis, "COMMAND"));
    Map<String, String> found = new TreeMap<>();
    for (String name : wanted(yours.keySet())) {
      if (!mine.containsKey(name)) {
        found.put(name + " missing", name);
        continue;
      }
      for (int i = 1; i < COLUMNS.size(); i++) {
        String our = column(mine.get(name), i);
        String their = column(yours.get(name), i);
        if (!our.equals(their)) {
          found.put(
              name + " " + COLUMNS.get(i),
              name + " " + COLUMNS.get(i) + "\n  respite: " + our + "\n  redis:   " + their);
        }
      }
    }
    Set<String> unexpected = new TreeSet<>(found.keySet());
    unexpected.removeAll(expected("info"));
    assertThat(unexpected.stream().map(found::get).collect(Collectors.joining("\n"))).isEmpty();
    Set<String> settled = expected("info");
    settled.removeAll(found.keySet());
    assertThat(settled).as("rows of metadata.tsv that no longer differ").isEmpty();
  }

  /** Commands that Redis 7.0 does not have, and the server that has them. */
  @ParameterizedTest
  @EnumSource(names = {"REDIS_8", "VALKEY_9"})
  void later_commands_are_described_as_by_the_servers_that_have_them(Engine engine)
      throws IOException {
    Set<String> expected = expected("info " + engine);
    Set<String> expectedDocs = expected("docs " + engine);
    Set<String> unexpected = new TreeSet<>();
    try (ServerProcess newer = RealServer.start(engine)) {
      Map<String, Resp> mine = rows(ask(respite, "COMMAND"));
      Map<String, Resp> yours = rows(ask(newer, "COMMAND"));
      Map<String, Set<String>> ourTokens = new TreeMap<>();
      Map<String, Set<String>> theirTokens = new TreeMap<>();
      tokens(ask(respite, "COMMAND", "DOCS"), ourTokens);
      tokens(ask(newer, "COMMAND", "DOCS"), theirTokens);
      List<String> names =
          CommandRows.all().stream()
              .filter(CommandRows::isLaterThanSeven)
              .map(row -> row.fullName())
              .filter(yours::containsKey)
              .toList();
      assertThat(names).hasSizeGreaterThan(11);
      for (String name : names) {
        for (int i = 1; i < COLUMNS.size(); i++) {
          String our = column(mine.get(name), i);
          String their = column(yours.get(name), i);
          if (!our.equals(their) && !expected.contains(name + " " + COLUMNS.get(i))) {
            unexpected.add(name + " " + COLUMNS.get(i) + ": respite " + our + ", real " + their);
          }
        }
        Set<String> tokens = ourTokens.get(name);
        if (!tokens.equals(theirTokens.get(name)) && !expectedDocs.contains(name + " tokens")) {
          unexpected.add(name + " tokens: respite " + tokens + ", real " + theirTokens.get(name));
        }
      }
    }
    assertThat(unexpected).isEmpty();
  }

  /** The names in our groups; Redis tells the group of each. */
  private Set<String> wanted(Set<String> names) throws IOException {
    Map<String, String> groups = new TreeMap<>();
    groups(ask(redis, "COMMAND", "DOCS"), groups);
    Set<String> wanted = new TreeSet<>();
    for (String name : names) {
      if (GROUPS.stream().anyMatch(group -> group.groupName().equals(groups.get(name)))) {
        wanted.add(name);
      }
    }
    assertThat(wanted).hasSizeGreaterThan(200);
    return wanted;
  }

  private static void groups(Resp docs, Map<String, String> groups) {
    for (int i = 0; i < docs.items().size(); i += 2) {
      List<Resp> entry = docs.items().get(i + 1).items();
      for (int j = 0; j < entry.size(); j += 2) {
        if (entry.get(j).text().equals("group")) {
          groups.put(docs.items().get(i).text(), entry.get(j + 1).text());
        } else if (entry.get(j).text().equals("subcommands")) {
          groups(entry.get(j + 1), groups);
        }
      }
    }
  }

  private static Map<String, Resp> rows(Resp commands) {
    Map<String, Resp> rows = new TreeMap<>();
    for (Resp row : commands.items()) {
      rows.put(row.items().get(0).text(), row);
      rows.putAll(rows(row.items().get(9)));
    }
    return rows;
  }

  /** A column as text; what is a set has no order, and notes are everybody's own words. */
  private static String column(Resp row, int index) {
    return text(row.items().get(index));
  }

  private static String text(Resp value) {
    if (!value.isAggregate()) {
      return value.text();
    }
    List<String> parts = new ArrayList<>();
    if (value.type() == '%') {
      for (int i = 0; i < value.items().size(); i += 2) {
        if (!value.items().get(i).text().equals("notes")) {
          parts.add(value.items().get(i).text() + "=" + text(value.items().get(i + 1)));
        }
      }
    } else {
      value.items().forEach(item -> parts.add(text(item)));
      parts.sort(null);
    }
    return parts.toString();
  }

  // ---- COMMAND DOCS

  @Test
  void command_docs_name_the_same_tokens() throws IOException {
    Map<String, Set<String>> mine = new TreeMap<>();
    Map<String, Set<String>> yours = new TreeMap<>();
    tokens(ask(respite, "COMMAND", "DOCS"), mine);
    tokens(ask(redis, "COMMAND", "DOCS"), yours);
    Set<String> expected = expected("docs");
    List<String> unexpected = new ArrayList<>();
    for (String name : wanted(yours.keySet())) {
      Set<String> ours = mine.getOrDefault(name, Set.of());
      if (!ours.equals(yours.get(name)) && !expected.contains(name + " tokens")) {
        unexpected.add(name + ": respite " + ours + ", redis " + yours.get(name));
      }
    }
    assertThat(unexpected).isEmpty();
  }

  private static void tokens(Resp docs, Map<String, Set<String>> tokens) {
    for (int i = 0; i < docs.items().size(); i += 2) {
      Set<String> found = new TreeSet<>();
      List<Resp> entry = docs.items().get(i + 1).items();
      for (int j = 0; j < entry.size(); j += 2) {
        if (entry.get(j).text().equals("arguments")) {
          gather(entry.get(j + 1), found);
        } else if (entry.get(j).text().equals("subcommands")) {
          tokens(entry.get(j + 1), tokens);
        }
      }
      tokens.put(docs.items().get(i).text(), found);
    }
  }

  private static void gather(Resp arguments, Set<String> tokens) {
    for (Resp argument : arguments.items()) {
      List<Resp> pairs = argument.items();
      for (int i = 0; i < pairs.size(); i += 2) {
        if (pairs.get(i).text().equals("token")) {
          tokens.add(pairs.get(i + 1).text());
        } else if (pairs.get(i).text().equals("arguments")) {
          gather(pairs.get(i + 1), tokens);
        }
      }
    }
  }

  // ---- COMMAND GETKEYS

  @Test
  void keys_are_found_where_redis_finds_them() throws IOException {
    Set<String> expected = expected("keys");
    List<String> unexpected = new ArrayList<>();
    for (String[] row : table("requests-with-keys.tsv")) {
      for (String question : new String[] {"GETKEYS", "GETKEYSANDFLAGS"}) {
        List<String> words = new ArrayList<>(List.of("COMMAND", question));
        for (String word : row[0].split(" ", -1)) {
          words.add(word.equals("\"\"") ? "" : word);
        }
        String mine = keys(ask(respite, words.toArray(String[]::new)));
        String yours = keys(ask(redis, words.toArray(String[]::new)));
        if (!mine.equals(yours) && !expected.contains(row[0] + " keys")) {
          unexpected.add(words + ": respite " + mine + ", redis " + yours);
        }
      }
    }
    assertThat(unexpected).isEmpty();
  }

  /** Keys in their order, the flags of each sorted. */
  private static String keys(Resp reply) {
    if (!reply.isAggregate()) {
      return reply.text();
    }
    return reply.items().stream()
        .map(
            key ->
                key.isAggregate()
                    ? key.items().get(0).text() + text(key.items().get(1))
                    : key.text())
        .toList()
        .toString();
  }
}
