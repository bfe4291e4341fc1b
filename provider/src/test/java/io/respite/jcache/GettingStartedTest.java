package io.respite.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.config.ConfigurationFile;
import io.respite.server.config.Directive;
import io.respite.server.config.Directives;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tries what docs/getting-started.md tells its readers to write. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GettingStartedTest {
  private static final Path PAGE = Path.of("..", "docs", "getting-started.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern TYPE = Pattern.compile("public (?:final )?(?:class|record) (\\w+)");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import [^;]+;\\n");

  @TempDir Path folder;
  private String page;
  private Path classes;

  @BeforeEach
  void read_the_page() throws Exception {
    page = Files.readString(PAGE);
    classes = Files.createDirectory(folder.resolve("classes"));
  }

  private List<String> blocks(String language) {
    List<String> blocks =
        BLOCK
            .matcher(page)
            .results()
            .filter(found -> found.group(1).equals(language))
            .map(found -> found.group(2))
            .toList();
    assertThat(blocks).as("blocks of " + language).isNotEmpty();
    return blocks;
  }

  /** Compiles all blocks together; statements without a class are put into one. */
  private URLClassLoader compiled() throws Exception {
    List<Path> files = new ArrayList<>();
    for (String block : blocks("java")) {
      Matcher type = TYPE.matcher(block);
      String name = type.find() ? type.group(1) : "Statements" + files.size();
      Path file = folder.resolve(name + ".java");
      Files.writeString(file, type.reset().find() ? block : wrapped(name, block));
      files.add(file);
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, UTF_8)) {
      boolean good =
          compiler
              .getTask(
                  messages,
                  manager,
                  null,
                  List.of("-d", classes.toString(), "-proc:none", "--release", "17"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(good).as("%s", messages).isTrue();
    }
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, GettingStartedTest.class.getClassLoader());
  }

  private static String wrapped(String name, String block) {
    var imports = new StringBuilder();
    IMPORT.matcher(block).results().forEach(found -> imports.append(found.group()));
    return imports
        + "class %s { void run() {\n%s}}\n".formatted(name, IMPORT.matcher(block).replaceAll(""));
  }

  @Test
  void its_java_compiles_and_the_program_prints_what_the_page_says() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    PrintStream out = System.out;
    var printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = compiled();
        var stream = new PrintStream(printed, true, UTF_8)) {
      thread.setContextClassLoader(loader);
      System.setOut(stream);
      loader
          .loadClass("com.acme.Program")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(out);
      thread.setContextClassLoader(context);
    }

    assertThat(printed.toString(UTF_8)).isEqualToNormalizingNewlines(blocks("text").get(0));
  }

  @Test
  void its_json_is_a_configuration_and_its_properties_change_it() throws Exception {
    var properties = new Properties();
    for (String block : blocks("properties")) {
      properties.load(new StringReader(block));
    }
    Map<String, String> texts = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
    try (URLClassLoader loader = compiled()) {
      for (String block : blocks("json")) {
        Path file = Files.writeString(folder.resolve("respite.json"), block);
        ConfigurationFile plain = ConfigurationFile.read(file.toUri(), loader);
        ConfigurationFile changed = ConfigurationFile.of(file.toUri(), loader, texts);

        assertThat(plain.store()).isEqualTo(URI.create("respite:embedded"));
        assertThat(plain.caches()).containsOnlyKeys("customers");
        assertThat(changed.of("customers").loadLease()).hasSeconds(5);
        assertThat(changed.of("customers").expiry()).isNotEqualTo(plain.of("customers").expiry());
      }
    }
  }

  @Test
  void its_server_is_told_only_what_has_an_effect() {
    for (String block : blocks("conf")) {
      for (String line : block.lines().toList()) {
        Directive<?> directive = Directives.find(line.split(" ", 2)[0]).orElseThrow();

        assertThat(directive.is(Directive.Trait.NO_EFFECT)).as(line).isFalse();
      }
    }
  }

  @Test
  void its_version_is_this_one() throws Exception {
    Matcher version =
        Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(Path.of("pom.xml")));

    assertThat(version.find()).isTrue();
    assertThat(blocks("xml")).allMatch(block -> block.contains(version.group()));
  }
}
