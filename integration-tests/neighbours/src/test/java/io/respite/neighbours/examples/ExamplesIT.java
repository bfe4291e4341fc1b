package io.respite.neighbours.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples {@code hibernate} and {@code spring-boot} on what has been built. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExamplesIT {
  private static final int PATIENCE_SECONDS = 60;
  private static final Path EXAMPLES = Path.of(System.getProperty("respite.examples"));

  @TempDir private Path folder;

  private record Result(int code, String output) {}

  private Result run(String example, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(EXAMPLES.resolve(example).resolve("run").toString());
    command.add("--no-build");
    command.addAll(List.of(options));
    return execute(command);
  }

  private Result execute(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("CACHE_STORE");
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(ended).as("%s ends: %s", command, text).isTrue();
      return new Result(process.exitValue(), text);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void assertThatItSays(Result result, String... patterns) {
    assertThat(result.code).as("%s", result.output).isZero();
    List<String> lines = result.output.lines().toList();
    assertThat(lines).as("%s", result.output).hasSize(patterns.length);
    for (int i = 0; i < patterns.length; i++) {
      assertThat(lines.get(i)).matches(patterns[i]);
    }
  }

  @Test
  void hibernate_asks_the_database_once_per_country() throws Exception {
    assertThatItSays(
        run("hibernate"),
        "1\\. 197 countries and a query for the 46 of Europe: 198 SQL statements, 0 hits, .* ms",
        "2\\. 197 countries and a query for the 46 of Europe: 0 SQL statements, 198 hits, .* ms",
        "The capital of Austria is Vienna\\.");
  }

  @Test
  void hibernate_does_not_ask_it_at_all_for_what_a_server_has() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE)) {
      assertThat(run("hibernate", "--uri", server.uri()).output)
          .contains("198 SQL statements, 0 hits");
      assertThatItSays(
          run("hibernate", "--uri", server.uri()),
          "1\\. .*: 0 SQL statements, 198 hits, .* ms",
          "2\\. .*: 0 SQL statements, 198 hits, .* ms",
          "The capital of Austria is Vienna\\.");
    }
  }

  @Test
  void spring_boot_looks_up_each_capital_once() throws Exception {
    assertThatItSays(
        run("spring-boot"),
        "1\\. 197 capitals: 197 lookups, .* ms",
        "2\\. 197 capitals: 0 lookups, .* ms",
        "The capital of Austria is Vienna\\.");
  }

  @Test
  void spring_boot_finds_provider_and_configuration_in_an_executable_jar() throws Exception {
    Path jar = folder.resolve("application.jar");
    ExecutableJar.write(
        jar, EXAMPLES.resolve("spring-boot/target"), "io.respite.examples.spring.Application");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    assertThatItSays(
        execute(List.of(java, "-Xmx128m", "-XX:+UseSerialGC", "-jar", jar.toString())),
        "1\\. 197 capitals: 197 lookups, .* ms",
        "2\\. 197 capitals: 0 lookups, .* ms",
        "The capital of Austria is Vienna\\.");
  }

  @Test
  void spring_boot_looks_up_nothing_that_a_server_has_and_other_clients_read_it() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE)) {
      assertThat(run("spring-boot", "--uri", server.uri()).output).contains(": 197 lookups");
      assertThat(server.process().ask("HGET", "capitals", "AT").text()).isEqualTo("Vienna");
      assertThatItSays(
          run("spring-boot", "--uri", server.uri()),
          "1\\. 197 capitals: 0 lookups, .* ms",
          "2\\. 197 capitals: 0 lookups, .* ms",
          "The capital of Austria is Vienna\\.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hibernate", "spring-boot"})
  void a_wrong_option_or_store_is_told(String example) throws Exception {
    Result option = run(example, "--url", "x");
    assertThat(option.code).isEqualTo(2);
    assertThat(option.output).startsWith("Unknown option: --url").contains("Usage: run");

    Result store = run(example, "--uri", "memory:here");
    assertThat(store.code).isEqualTo(1);
    assertThat(store.output)
        .contains("store is \"${CACHE_STORE:respite:embedded}\"")
        .contains("its scheme is 'memory'");
  }

  @Test
  void the_table_of_countries_is_whole() throws IOException {
    List<String> lines = Files.readAllLines(EXAMPLES.resolve("data/countries.tsv"));
    assertThat(lines.get(0)).isEqualTo("code\tcountry\tcapital\tcontinent\tlatitude\tlongitude");
    assertThat(lines.subList(1, lines.size()))
        .hasSizeGreaterThanOrEqualTo(190)
        .allMatch(
            line ->
                line.matches(
                    "[A-Z]{2}\t[^\t]+\t[^\t]+\t[A-Z][A-Za-z ]+\t-?\\d+\\.\\d\t-?\\d+\\.\\d"))
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(lines).filteredOn(line -> line.contains("\tEurope\t")).hasSize(46);
  }
}
