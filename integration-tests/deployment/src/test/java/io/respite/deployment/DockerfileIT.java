package io.respite.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image's recipe, {@code server/Dockerfile}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DockerfileIT {
  private static final Path ROOT = Path.of(System.getProperty("respite.root"));
  private static final String HOME = "/opt/respite";

  private static Dockerfile file;
  private static Dockerfile image;

  @BeforeAll
  static void read() throws IOException {
    file = Dockerfile.read(ROOT.resolve("server/Dockerfile"));
    image = file.lastStage();
  }

  private static List<String> words(String json) throws IOException {
    return new ObjectMapper().readValue(json, new TypeReference<List<String>>() {});
  }

  private static List<String> healthCheck() throws IOException {
    String check = image.only("HEALTHCHECK");
    return words(check.substring(check.indexOf("CMD ") + 4));
  }

  @Nested
  class Rules {
    @Test
    void it_is_built_in_one_stage_and_runs_in_another_both_of_exact_versions() {
      assertThat(file.all("FROM"))
          .hasSize(2)
          .allMatch(
              from -> from.matches("[a-z-]+:\\d+(\\.\\d+)+_\\d+-(jdk|jre)-[a-z]+( AS build)?"));
      assertThat(file.all("FROM").get(0)).contains("-jdk-").endsWith(" AS build");
      assertThat(image.only("FROM")).contains("-jre-");
      assertThat(image.only("COPY")).isEqualTo("--from=build /image " + HOME);
      assertThat(file.all("ADD")).isEmpty();
    }

    @Test
    void it_runs_as_a_number_that_is_not_root_and_keeps_its_data_in_a_volume() {
      assertThat(image.only("USER")).isEqualTo("10001:10001");
      assertThat(image.only("VOLUME")).isEqualTo("/data").isEqualTo(image.only("WORKDIR"));
      assertThat(image.only("EXPOSE")).isEqualTo("6379");
      List<String> names = image.instructions().stream().map(i -> i.name()).toList();
      assertThat(names.indexOf("USER")).isGreaterThan(names.lastIndexOf("RUN"));
    }

    @Test
    void what_it_starts_is_in_it_and_needs_no_shell() throws IOException {
      assertThat(words(image.only("ENTRYPOINT"))).containsExactly(HOME + "/bin/respite-server");
      assertThat(healthCheck()).containsExactly(HOME + "/bin/respite-ping", "--alive");
      assertThat(image.only("HEALTHCHECK")).contains("--interval=", "--timeout=", "--retries=");
    }

    @Test
    void what_is_copied_into_the_build_leaves_out_what_is_built_and_what_is_private()
        throws IOException {
      assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
          .contains("**/target", ".git")
          .noneMatch(line -> line.startsWith("server") || line.startsWith("provider"));
    }
  }

  /**
   * Its commands, on this machine, with {@code /image}, {@code /opt/respite} and {@code /data}
   * moved.
   */
  @Nested
  class Commands {
    @TempDir private Path folder;

    private String moved(String command) {
      return command
          .replace("/image", folder.resolve("opt").toString())
          .replace(HOME, folder.resolve("opt").toString())
          .replaceAll("(\\s)/data", "$1" + folder.resolve("data"));
    }

    @Test
    void the_build_calls_Maven_for_what_there_is() {
      String build = file.all("RUN").get(0);
      assertThat(build).contains("./mvnw ").contains("-pl server -am").contains(" package");
      assertThat(ROOT.resolve("mvnw")).isExecutable();
    }

    @Test
    void what_they_put_together_starts_answers_and_writes_nowhere_else() throws Exception {
      String assemble = moved(file.all("RUN").get(1));
      Shell.must("bash", "-euc", "cd '" + ROOT + "' && " + assemble);
      String cache = moved(image.all("ENV").get(0));
      String prepare = moved(image.only("RUN")).replaceAll("&& chown \\S+ \\S+", "");
      Shell.must("bash", "-euc", "export " + cache + "; " + prepare);
      assertThat(folder.resolve("data")).isDirectory();
      // Before Java 19 the archive of classes is made in the background.
      Awaitility.await()
          .atMost(ServerProcess.PATIENCE)
          .until(() -> everything().stream().noneMatch(name -> name.endsWith(".lock")));
      assertThat(everything()).anyMatch(name -> name.endsWith(".jsa"));
      Shell.must("chmod", "-R", "a-w", folder.resolve("opt").toString());
      List<String> before = everything();

      int port;
      List<String> program = words(moved(image.only("ENTRYPOINT")));
      String[] variable = cache.split("=", 2);
      try (ServerProcess server =
          ServerProcess.launch(
              Path.of(program.get(0)), List.of(), Map.of(variable[0], variable[1]))) {
        server.awaitAnswer();
        assertThat(Shell.run(check(server.port))).isEqualTo(new Shell.Ended(0, ""));
        port = server.port;
      }
      Shell.Ended gone = Shell.run(check(port));
      assertThat(gone.code()).isEqualTo(1);
      assertThat(gone.output()).isEqualTo("respite-ping: 127.0.0.1:" + port + " does not listen\n");
      assertThat(everything()).isEqualTo(before);
    }

    private String[] check(int port) throws IOException {
      List<String> check = new ArrayList<>();
      healthCheck().forEach(word -> check.add(moved(word)));
      check.addAll(List.of("--port", Integer.toString(port)));
      return check.toArray(new String[0]);
    }

    private List<String> everything() throws IOException {
      try (Stream<Path> files = Files.walk(folder)) {
        return files.map(Path::toString).sorted().toList();
      }
    }
  }
}
