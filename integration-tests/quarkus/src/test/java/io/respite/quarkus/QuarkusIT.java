package io.respite.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.quarkus.wrong.TwoValues;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application, as a process of its own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class QuarkusIT {
  private static final Path JAR = Path.of(System.getProperty("respite.quarkus"));

  @TempDir Path folder;

  private record Run(int status, String output) {}

  /** Runs it, with options of the JVM. */
  private Run run(Path jar, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-jar", jar.toString()));
    Path log = folder.resolve("output");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(log));
  }

  private static void assertCached(Run run, String manager) {
    assertThat(run.output())
        .contains(
            "manager: " + manager + "\n",
            "provider: io.respite.jcache.RespiteCachingProvider\n",
            "first: Peru's capital, answer 1\n",
            "again: Peru's capital, answer 1\n",
            "in the injected cache: Peru's capital, answer 1\n",
            "after put: Lima\n",
            "after remove: Peru's capital, answer 4\n",
            "after all are removed: false\n",
            "by a bean's key: PERU, answer 6\n",
            "under it: PERU, answer 6\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void annotated_methods_are_intercepted_and_caches_injected() throws Exception {
    assertCached(run(JAR), "respite:embedded");
  }

  @Test
  void caches_are_on_a_server_by_one_setting() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE)) {
      assertCached(run(JAR, "-Drespite.uri=" + server.uri()), server.uri());
    }
  }

  @Test
  void settings_of_the_build_cannot_be_changed_later_and_that_is_told() throws Exception {
    Run off = run(JAR, "-Drespite.cdi.enabled=false");
    assertThat(off.output())
        .contains(
            "Property respite.cdi.enabled is 'false' now, and was not when the application was built")
        .doesNotContain("first:");
    assertThat(off.status()).isNotZero();
    assertThat(run(JAR, "-Drespite.cdi.priority=4500").output())
        .contains(
            "Property respite.cdi.priority is '4500' now, and was '3000' when the application was built");
  }

  @Test
  void a_wrong_setting_fails_the_start() throws Exception {
    Run run = run(JAR, "-Drespite.caches.capitals.maxEntries=many");
    assertThat(run.output())
        .contains(
            "property respite.caches.capitals.maxEntries is \"many\"; allowed is a whole number")
        .doesNotContain("first:");
    assertThat(run.status()).isNotZero();
  }

  @Test
  void methods_and_fields_that_do_not_suit_their_cache_fail_the_start() throws Exception {
    Run run = run(JAR, "-Drespite.caches.capitals.keyType=java.lang.Long");
    assertThat(run.output())
        .contains(
            "Bean io.respite.quarkus.Capitals, field cache: cache 'capitals' has keys of java.lang.Long",
            "io.respite.quarkus.Capitals.of(String): cache 'capitals' has keys of java.lang.Long, so exactly one parameter of that type must be the key")
        .doesNotContain("first:");
    assertThat(run.status()).isNotZero();
  }

  @Test
  void annotations_that_contradict_each_other_fail_the_build() throws Exception {
    Path application = folder.resolve(JAR.getParent().getFileName());
    copy(JAR.getParent(), application);
    Path jar = application.resolve(JAR.getFileName());
    Run right = run(jar, "-Dquarkus.launch.rebuild=true");
    assertThat(right.status()).as(right.output()).isZero();
    Path providers = Files.createDirectories(application.resolve("providers"));
    try (var zip = new ZipOutputStream(Files.newOutputStream(providers.resolve("wrong.jar")))) {
      zip.putNextEntry(new ZipEntry("META-INF/beans.xml"));
      zip.closeEntry();
      String name = TwoValues.class.getName().replace('.', '/') + ".class";
      zip.putNextEntry(new ZipEntry(name));
      try (InputStream in = TwoValues.class.getClassLoader().getResourceAsStream(name)) {
        in.transferTo(zip);
      }
      zip.closeEntry();
    }
    Run wrong = run(jar, "-Dquarkus.launch.rebuild=true");
    assertThat(wrong.output())
        .contains(
            "io.respite.quarkus.wrong.TwoValues.put(String, String): parameters [0, 1] are marked with @CacheValue; mark the one that is to be put");
    assertThat(wrong.status()).isNotZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
