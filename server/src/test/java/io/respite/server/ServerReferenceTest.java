package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.config.Config;
import io.respite.server.config.ConfigFile;
import io.respite.server.config.Directive;
import io.respite.server.config.Directive.Trait;
import io.respite.server.config.Directives;
import io.respite.server.environment.Environment;
import io.respite.server.log.ServerLog;
import io.respite.server.net.NettyTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds docs/reference-server.md to the code, and writes it: the page is made of the table of
 * directives, of what a running server acts upon, and of the heads of the launchers.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerReferenceTest {
  private static final String WRITING = "respite.reference.write";
  private static final Path PAGE = Path.of("..", "docs", "reference-server.md");
  private static final Path LAUNCHERS = Path.of("bin");

  /** A launcher's variable in the comment at its head: its name, two spaces and more, its text. */
  private static final Pattern VARIABLE = Pattern.compile("#   ([A-Z][A-Z_]+)   +(\\S.*)");

  private static final Pattern CONTINUED = Pattern.compile("#     +(\\S.*)");

  /** The program looks at these itself, before there is a server. */
  private static final Set<Directive<?>> READ_BY_MAIN =
      Set.of(Directives.LOGLEVEL, Directives.LOGFILE);

  /** Obeyed in silence: what they ask for is true anyway. */
  private static final Set<Directive<?>> OBEYED_BY_NATURE = Set.of(Directives.RDB_DEL_SYNC_FILES);

  /** An engine's own door is on the loopback interface, at the port of the URI. */
  private static final Set<Directive<?>> OF_OTHER_DOORS =
      Set.of(Directives.PORT, Directives.BIND, Directives.UNIXSOCKET, Directives.UNIXSOCKETPERM);

  private final Environment environment = Environment.system();
  @TempDir private Path folder;

  private static ServerLog silent(Environment environment) {
    return new ServerLog(environment.clock(), 1, (level, bytes) -> {});
  }

  private Config config() throws Exception {
    Config config = new Config(environment.storage(), folder.toAbsolutePath());
    ConfigFile.load(config, Optional.empty(), "", "port 0");
    return config;
  }

  /** What a server acts upon. */
  private Set<Directive<?>> heededByServer() throws Exception {
    Config config = config();
    try (RespiteServer server =
        new RespiteServer(
            environment, config, silent(environment), new NettyTransport(true, false))) {
      server.start();
      return config.heeded();
    }
  }

  /** What an engine within an application acts upon: without a port, and with one. */
  private Map<Directive<?>, String> heededByEngine() throws Exception {
    Map<Directive<?>, String> heeded = new HashMap<>();
    Config config = config();
    try (Engine engine = Engine.open(environment, config, silent(environment))) {
      Set<Directive<?>> alone = config.heeded();
      engine.listen(0);
      config.heeded().forEach(directive -> heeded.put(directive, "with `port`"));
      alone.forEach(directive -> heeded.put(directive, "yes"));
    }
    OF_OTHER_DOORS.forEach(heeded::remove);
    return heeded;
  }

  @Test
  void what_is_said_to_have_no_effect_is_what_a_server_does_not_look_at() throws Exception {
    Set<Directive<?>> heeded = heededByServer();
    List<String> wrong = new ArrayList<>();
    for (Directive<?> directive : Directives.all()) {
      boolean looksAt =
          (heeded.contains(directive) && !OBEYED_BY_NATURE.contains(directive))
              || READ_BY_MAIN.contains(directive);
      if (looksAt == directive.is(Trait.NO_EFFECT)) {
        wrong.add(directive + (looksAt ? " has an effect" : " has no effect"));
      }
    }

    assertThat(wrong)
        .as("directives of which the table says otherwise: see Directives and Accepted")
        .isEmpty();
  }

  @Test
  void the_page_says_what_the_code_does() throws Exception {
    String page = page(heededByEngine());
    if (Boolean.getBoolean(WRITING)) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE))
        .as(
            "docs/reference-server.md is out of date; run "
                + "./mvnw -pl server test -Dtest=ServerReferenceTest -D%s=true to write it anew",
            WRITING)
        .isEqualTo(page);
  }

  @Test
  void every_variable_of_a_launcher_is_described_at_its_head() throws Exception {
    for (Path launcher : launchers()) {
      String text = Files.readString(launcher);
      Set<String> used = new TreeSet<>();
      Pattern.compile("\\$\\{(RESPITE_[A-Z_]+|JAVA_HOME)")
          .matcher(text)
          .results()
          .forEach(found -> used.add(found.group(1)));

      assertThat(variables(launcher)).as(launcher.toString()).containsAll(used);
    }
  }

  private static List<Path> launchers() throws IOException {
    try (Stream<Path> files = Files.list(LAUNCHERS)) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  private static List<String> variables(Path launcher) throws IOException {
    List<String> names = new ArrayList<>();
    for (String[] row : rows(launcher)) {
      names.add(row[0]);
    }
    return names;
  }

  /** Names and texts at the head of a launcher. */
  private static List<String[]> rows(Path launcher) throws IOException {
    List<String[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(launcher)) {
      var variable = VARIABLE.matcher(line);
      var more = CONTINUED.matcher(line);
      if (variable.matches()) {
        rows.add(new String[] {variable.group(1), variable.group(2)});
      } else if (more.matches() && !rows.isEmpty()) {
        rows.get(rows.size() - 1)[1] += " " + more.group(1);
      } else if (!line.startsWith("#")) {
        break;
      }
    }
    return rows;
  }

  private static String page(Map<Directive<?>, String> embedded) throws IOException {
    var page = new StringBuilder();
    page.append(
        """
        # Reference: the server

        <!-- Made of the code by ServerReferenceTest, which says how to write it anew. -->

        A directive is a line of the configuration file (`maxclients 200`), an option of the program (`--maxclients 200`), an argument
        of `CONFIG SET` where the table says so, or a parameter of an application's URI (`respite:embedded?dir=/var/lib/app`) where the column
        *embedded* says so, *with `port`* if that is a parameter, too. In a file, `include FILE` reads another one, and `rename-command NAME NEW` renames a command, or removes it with `""`. Sizes may be
        written as `100k` (thousands), `100kb` (of 1024 bytes), and likewise `m`, `mb`, `g`, `gb`. Names and values are those of Redis 7.2 where nothing else is said.
        [Getting started](getting-started.md) shows which of them matter.

        | directive | default | allowed | CONFIG SET | embedded | |
        |---|---|---|---|---|---|
        """);
    each(page, directive -> !directive.is(Trait.NO_EFFECT), embedded);
    page.append(
        """

        ## Accepted, without effect

        A configuration of Redis may hold these. They are checked, kept, shown and written back, and the log warns of each that asks for something.

        | directive | default | allowed | CONFIG SET | |
        |---|---|---|---|---|
        """);
    each(page, directive -> directive.is(Trait.NO_EFFECT), null);
    page.append(
        """

        ## Environment variables of the programs

        | program | variable | |
        |---|---|---|
        """);
    for (Path launcher : launchers()) {
      for (String[] row : rows(launcher)) {
        page.append("| `%s` | `%s` | %s |\n".formatted(launcher, row[0], escaped(row[1])));
      }
    }
    return page.toString();
  }

  private static void each(
      StringBuilder page, Predicate<Directive<?>> which, Map<Directive<?>, String> embedded) {
    String lines =
        Directives.all().stream()
            .filter(which)
            .sorted(Comparator.comparing(Directive::name))
            .map(directive -> line(directive, embedded))
            .collect(Collectors.joining());
    page.append(lines);
  }

  /** A row; without a set of embedded ones that column is left out. */
  private static String line(Directive<?> directive, Map<Directive<?>, String> embedded) {
    String old = directive.alias().isEmpty() ? "" : ", once `" + directive.alias() + "`";
    String usual = directive.usual().isEmpty() ? "" : "`" + escaped(directive.usual()) + "`";
    return "| `%s`%s | %s | %s | %s | %s%s |\n"
        .formatted(
            directive.name(),
            old,
            usual,
            escaped(directive.allowed()),
            settable(directive),
            embedded == null
                ? "accepted, without effect: "
                : embedded.getOrDefault(directive, "no") + " | ",
            escaped(directive.meaning()));
  }

  private static String settable(Directive<?> directive) {
    if (directive.is(Trait.IMMUTABLE)) {
      return "no";
    }
    String loading = directive.is(Trait.NOT_WHILE_LOADING) ? ", not while loading" : "";
    return (directive.is(Trait.PROTECTED) ? "with `enable-protected-configs`" : "yes") + loading;
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  @Test
  void every_directive_has_a_meaning_and_says_what_is_allowed() {
    assertThat(Directives.all())
        .allMatch(directive -> !directive.meaning().isBlank())
        .allMatch(directive -> !directive.allowed().isBlank())
        .allMatch(
            directive -> directive.is(Trait.NO_EFFECT) != directive.meaning().endsWith("."),
            "a meaning is a sentence, a reason for no effect the rest of one");
  }
}
