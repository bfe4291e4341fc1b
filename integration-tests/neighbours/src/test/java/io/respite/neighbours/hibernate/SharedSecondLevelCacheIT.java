package io.respite.neighbours.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.awaitility.Awaitility;
import org.hibernate.KeyType;
import org.hibernate.Session;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two session factories over one database, each with a manager of its own, whose second-level cache
 * is the same, on a server.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharedSecondLevelCacheIT {
  private static final String ALLOWED = "\"allowedClasses\": [\"org.hibernate.cache.**\"],";

  @TempDir private Path folder;
  private final String database = UUID.randomUUID().toString();

  /** A configuration file for one application. */
  private String file(SingleServer server, String name, String allowed) throws IOException {
    Path file = folder.resolve(name + ".json");
    Files.writeString(
        file,
        """
        {
          "store": "%s?prefix=shop:",
          %s
          "templates": [{"names": "*", "expiry": {"created": "1h"}}]
        }
        """
            .formatted(server.uri(), allowed));
    return file.toUri().toString();
  }

  private Persistence open(SingleServer server, String name) throws IOException {
    return Persistence.open(database, file(server, name, ALLOWED), Map.of());
  }

  private static Country austria(Session session) {
    return session.find(Country.class, 1L);
  }

  private static List<Country> all(Session session) {
    return session
        .createSelectionQuery("from Country where area > :area order by name", Country.class)
        .setParameter("area", BigDecimal.TEN)
        .setCacheable(true)
        .getResultList();
  }

  private static void assertThatTheyShare(Persistence one, Persistence two) {
    // What one has read or written, the other need not read.
    one.fill();
    assertThat(two.statementsOf(s -> assertThat(austria(s).name()).isEqualTo("Austria"))).isZero();
    assertThat(two.statistics().getSecondLevelCacheHitCount()).isEqualTo(1);
    one.ask(s -> s.find(City.class, 11L));
    assertThat(
            two.statementsOf(s -> assertThat(s.find(City.class, 11L).name()).isEqualTo("Vienna")))
        .isZero();
    one.ask(s -> s.find(Continent.class, "EU"));
    assertThat(
            two.statementsOf(
                s -> assertThat(s.find(Continent.class, "EU").name()).isEqualTo("Europe")))
        .isZero();
    one.change(s -> assertThat(austria(s).cities()).hasSize(2));
    assertThat(
            two.statementsOf(
                s ->
                    assertThat(austria(s).cities())
                        .extracting(City::name)
                        .containsExactly("Graz", "Vienna")))
        .as("a collection; Graz itself is not in the cache of cities without having been loaded")
        .isZero();
    one.ask(s -> s.find(Country.class, "MT", KeyType.NATURAL));
    assertThat(
            two.statementsOf(
                s ->
                    assertThat(s.find(Country.class, "MT", KeyType.NATURAL).name())
                        .isEqualTo("Malta")))
        .isZero();

    // A query, too; and its result is stale for both when the table has changed.
    one.ask(SharedSecondLevelCacheIT::all);
    assertThat(two.statementsOf(s -> assertThat(all(s)).hasSize(2))).isZero();
    assertThat(two.statistics().getQueryCacheHitCount()).isEqualTo(1);
    two.change(s -> austria(s).rename("Österreich"));
    assertThat(one.statementsOf(s -> assertThat(austria(s).name()).isEqualTo("Österreich")))
        .isZero();
    assertThat(
            one.statementsOf(
                s ->
                    assertThat(all(s))
                        .extracting(Country::name)
                        .containsExactly("Malta", "Österreich")))
        .isEqualTo(1);

    // Strategy nonstrict-read-write removes: the next reader asks the database.
    one.change(s -> s.find(City.class, 11L).rename("Wien"));
    assertThat(two.statementsOf(s -> assertThat(s.find(City.class, 11L).name()).isEqualTo("Wien")))
        .isEqualTo(1);
    assertThat(one.statementsOf(s -> s.find(City.class, 11L))).isZero();
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void two_managers_share_entities_collections_natural_ids_and_queries(Engine engine)
      throws Exception {
    try (SingleServer server = SingleServer.start(engine);
        Persistence one = open(server, "one");
        Persistence two = open(server, "two")) {
      assertThatTheyShare(one, two);
      assertThat(server.process().ask("EXISTS", "shop:" + Country.class.getName()).text())
          .isEqualTo("1");
    }
  }

  @Test
  void so_do_two_class_loaders_with_one_file() throws Exception {
    ClassLoader own = Thread.currentThread().getContextClassLoader();
    try (SingleServer server = SingleServer.start(Engine.RESPITE);
        URLClassLoader first = new URLClassLoader(new URL[0], own);
        URLClassLoader second = new URLClassLoader(new URL[0], own)) {
      String file = file(server, "shared", ALLOWED);
      try (Persistence one = openIn(first, file)) {
        try (Persistence two = openIn(second, file)) {
          assertThatTheyShare(one, two);
        }
        assertThat(one.statementsOf(SharedSecondLevelCacheIT::austria))
            .as("the other one's end does not matter")
            .isZero();
      }
    }
  }

  private Persistence openIn(ClassLoader loader, String file) {
    Thread thread = Thread.currentThread();
    ClassLoader own = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return Persistence.open(database, file, Map.of());
    } finally {
      thread.setContextClassLoader(own);
    }
  }

  @Test
  void what_a_restarted_application_left_is_there() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE)) {
      try (Persistence before = open(server, "pod")) {
        before.fill();
      }
      try (Persistence after = open(server, "pod")) {
        assertThat(after.statementsOf(s -> assertThat(austria(s).name()).isEqualTo("Austria")))
            .isZero();
      }
    }
  }

  @Test
  void without_the_server_a_call_fails_and_with_it_again_goes_on() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE);
        Persistence one = open(server, "one")) {
      one.fill();
      server.stop();
      assertThatThrownBy(() -> one.ask(SharedSecondLevelCacheIT::austria))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("127.0.0.1:" + server.port());

      server.restart();
      Awaitility.await()
          .atMost(30, TimeUnit.SECONDS)
          .ignoreExceptionsInstanceOf(CacheException.class)
          .until(() -> one.ask(SharedSecondLevelCacheIT::austria).name().equals("Austria"));
      assertThat(one.statementsOf(SharedSecondLevelCacheIT::austria)).isZero();
    }
  }

  @Test
  void without_allowed_classes_the_error_names_the_class_and_the_setting() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE);
        Persistence one = open(server, "one");
        Persistence two = Persistence.open(database, file(server, "two", ""), Map.of())) {
      one.fill();
      assertThatThrownBy(() -> two.ask(SharedSecondLevelCacheIT::austria))
          .hasMessageContaining("Class org.hibernate.cache.spi.")
          .hasMessageContaining("may not be deserialized")
          .hasMessageContaining("'allowedClasses'");
    }
  }
}
