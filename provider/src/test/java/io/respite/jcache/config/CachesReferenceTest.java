package io.respite.jcache.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.respite.jcache.config.Section.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/reference-caches.md to the code, and writes it: the page is made of the fields that
 * the reader of configuration files asks for, and of the URIs, parameters and properties there are.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CachesReferenceTest {
  private static final String WRITING = "respite.reference.write";
  private static final Path PAGE = Path.of("..", "docs", "reference-caches.md");
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final String CACHE = "caches.NAME";
  private static final String TEMPLATE = "templates[0]";

  /** Has every object that a file can have. */
  private static final String SKELETON =
      """
      {"serializationLimits": {},
       "caches": {"NAME": {"serializationLimits": {}}},
       "templates": [{"names": "*", "serializationLimits": {}}]}
      """;

  private static List<Asked> asked() throws IOException {
    var root = new Section("", "", new ObjectMapper().readTree(SKELETON));
    ConfigurationFile.read(root, CachesReferenceTest.class.getClassLoader());
    return root.asked();
  }

  private static List<Asked> at(String where) throws IOException {
    return asked().stream().filter(one -> one.where().equals(where)).toList();
  }

  @Test
  void the_page_says_what_the_code_does() throws IOException {
    String page = page();
    if (Boolean.getBoolean(WRITING)) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE))
        .as(
            "docs/reference-caches.md is out of date; run "
                + "./mvnw -pl provider -am test -Dtest=CachesReferenceTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D%s=true to write it anew",
            WRITING)
        .isEqualTo(page);
  }

  @Test
  void every_field_is_asked_for_by_the_reader() throws IOException {
    assertThat(asked()).extracting(Asked::field).contains(Field.values());
  }

  @Test
  void a_template_has_the_fields_of_a_cache_and_its_names() throws IOException {
    List<Field> ofCaches = new ArrayList<>(at(CACHE).stream().map(Asked::field).toList());
    ofCaches.add(0, Field.NAMES);

    assertThat(at(TEMPLATE)).extracting(Asked::field).containsExactlyInAnyOrderElementsOf(ofCaches);
  }

  @Test
  void every_parameter_of_a_server_is_taken() {
    String uri =
        "rediss://localhost/?timeout=2000&prefix=a&read-from=any&wait=0&direct=0&verify=none&ca=a&db=1";

    assertThat(StoreUri.parse(java.net.URI.create(uri))).isInstanceOf(RemoteUri.class);
    assertThat(UriParameter.ofServers()).allMatch(name -> uri.matches(".*[?&]" + name + "=.*"));
  }

  @Test
  void no_property_is_read_that_the_page_does_not_know() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        if (!file.endsWith("Property.java")) {
          Pattern.compile("\"(respite\\.[a-z]+[a-z.]*|RESPITE_[A-Z_]+)\"")
              .matcher(Files.readString(file))
              .results()
              .forEach(found -> names.add(found.group(1)));
        }
      }
    }

    // The name of the application's configuration file looks like one.
    assertThat(names).isSubsetOf("respite.json");
    assertThat(Property.URI.variable()).isEqualTo("RESPITE_URI");
  }

  @Test
  void everything_has_a_meaning() {
    Stream.of(
            Arrays.stream(Field.values()).map(Field::meaning),
            Arrays.stream(UriParameter.values()).map(UriParameter::meaning),
            Arrays.stream(UriForm.values()).map(UriForm::meaning),
            Arrays.stream(Property.values()).map(Property::meaning))
        .flatMap(all -> all)
        .forEach(meaning -> assertThat(meaning).matches("[A-Z`].{3,}\\."));
  }

  private static String page() throws IOException {
    var page = new StringBuilder();
    page.append(
        """
        # Reference: caches

        <!-- Made of the code by CachesReferenceTest, which says how to write it anew. -->

        [Configuration](configuration.md) explains; [Reference: the server](reference-server.md) has the directives of engines and servers.

        ## Fields of the file

        """);
    fields(page, at(""));
    page.append(
        """

        ## Fields of a cache or template

        A template has these and `names`.

        """);
    List<Asked> cache = new ArrayList<>(at(CACHE));
    at(TEMPLATE).stream()
        .filter(one -> one.field() == Field.NAMES)
        .forEach(one -> cache.add(0, one));
    fields(page, cache);
    page.append(
        """

        A *duration* is `"500ms"`, `"30s"`, `"10m"`, `"2h"`, `"1d"` or ISO-8601 (`"PT10M"`), more than nothing; a *size* a number of bytes, or `"512kb"`, `"64mb"`, `"2gb"`. A
        class that is named is public and has a public constructor without parameters.

        ## Fields of `serializationLimits`

        """);
    fields(page, at(CACHE + ".serializationLimits"));
    page.append(
        """

        ## URIs

        | URI | |
        |---|---|
        """);
    for (UriForm one : UriForm.values()) {
      page.append("| `%s` | %s |\n".formatted(one.form(), one.meaning()));
    }
    page.append(
        """

        ## Parameters of the URI of an engine

        | parameter | default | allowed | |
        |---|---|---|---|
        """);
    parameter(page, UriParameter.PORT);
    page.append(
        """
        | any other | | | A directive whose column *embedded* does not say no: [Reference: the server](reference-server.md). |

        ## Parameters of the URI of a server

        | parameter | default | allowed | |
        |---|---|---|---|
        """);
    for (UriParameter one : UriParameter.values()) {
      if (UriParameter.ofServers().contains(one.key())) {
        parameter(page, one);
      }
    }
    page.append(
        """

        ## Properties

        A system property goes before an environment variable; in applications with CDI, MicroProfile Config before both where it is there.

        | property | environment variable | default | |
        |---|---|---|---|
        """);
    for (Property one : Property.values()) {
      page.append(
          "| `%s` | `%s` | %s | %s |\n"
              .formatted(one.shown(), one.shownVariable(), one.usual(), one.meaning()));
    }
    return page.toString();
  }

  private static void fields(StringBuilder page, List<Asked> fields) {
    page.append("| field | value | default | |\n|---|---|---|---|\n");
    for (Asked one : fields.stream().sorted(Comparator.comparing(Asked::field)).toList()) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  one.field().key(), one.kind(), one.field().usual(), one.field().meaning()));
    }
  }

  private static void parameter(StringBuilder page, UriParameter one) {
    page.append(
        "| `%s` | %s | %s | %s |\n"
            .formatted(one.key(), one.usual(), one.allowed(), one.meaning()));
  }
}
