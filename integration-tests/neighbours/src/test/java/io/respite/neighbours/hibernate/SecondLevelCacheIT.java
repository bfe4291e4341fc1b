package io.respite.neighbours.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteCacheManager;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.CacheManager;
import org.awaitility.Awaitility;
import org.hibernate.KeyType;
import org.hibernate.Session;
import org.hibernate.cache.jcache.internal.JCacheRegionFactory;
import org.hibernate.cache.spi.CacheImplementor;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.stat.CacheRegionStatistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Hibernate keeps in an embedded store, by its own figures and by the statements it sends. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SecondLevelCacheIT {
  private static final String COUNTRY = Country.class.getName();
  private static final String CITY = City.class.getName();
  private static final String CONTINENT = Continent.class.getName();
  private static final String FILE = "classpath://hibernate-caches.json";

  private Persistence persistence;

  @BeforeEach
  void open() {
    persistence = Persistence.open(UUID.randomUUID().toString(), FILE, Map.of());
    persistence.fill();
    persistence.factory().getCache().evictAllRegions();
    persistence.statistics().clear();
  }

  @AfterEach
  void close() {
    persistence.close();
  }

  private static CacheManager managerOf(Persistence persistence) {
    CacheImplementor cache =
        persistence.factory().unwrap(SessionFactoryImplementor.class).getCache();
    return ((JCacheRegionFactory) cache.getRegionFactory()).getCacheManager();
  }

  private static Country austria(Session session) {
    return session.find(Country.class, 1L);
  }

  private CacheRegionStatistics region(String name) {
    return persistence.statistics().getDomainDataRegionStatistics(name);
  }

  @Nested
  class Read_write {
    @Test
    void an_entity_is_read_from_the_database_once() {
      assertThat(persistence.statementsOf(SecondLevelCacheIT::austria)).isEqualTo(1);
      assertThat(persistence.statementsOf(SecondLevelCacheIT::austria)).isZero();
      Country austria = persistence.ask(SecondLevelCacheIT::austria);

      assertThat(austria.name()).isEqualTo("Austria");
      assertThat(austria.area()).isEqualTo(new BigDecimal("83879.00"));
      assertThat(austria.founded()).isEqualTo(LocalDate.of(1955, 5, 15));
      assertThat(region(COUNTRY).getMissCount()).isEqualTo(1);
      assertThat(region(COUNTRY).getPutCount()).isEqualTo(1);
      assertThat(region(COUNTRY).getHitCount()).isEqualTo(2);
    }

    @Test
    void a_change_is_seen_without_another_select() {
      persistence.change(session -> austria(session).rename("Österreich"));

      assertThat(
              persistence.statementsOf(
                  session -> assertThat(austria(session).name()).isEqualTo("Österreich")))
          .isZero();
      assertThat(persistence.ask(SecondLevelCacheIT::austria).version()).isEqualTo(1);
    }

    @Test
    void a_change_that_is_rolled_back_leaves_what_was_there() {
      persistence.ask(SecondLevelCacheIT::austria);
      try (Session session = persistence.factory().openSession()) {
        var transaction = session.beginTransaction();
        austria(session).rename("Nobody");
        session.flush();
        transaction.rollback();
      }

      assertThat(persistence.ask(SecondLevelCacheIT::austria).name()).isEqualTo("Austria");
    }

    @Test
    void an_entity_that_is_removed_is_not_found() {
      persistence.ask(session -> session.find(City.class, 22L));
      persistence.change(session -> session.remove(session.find(City.class, 22L)));

      City gone = persistence.ask(session -> session.find(City.class, 22L));
      assertThat(gone).isNull();
    }

    @Test
    void a_collection_is_read_from_the_database_once() {
      assertThat(
              persistence.statementsOf(session -> assertThat(austria(session).cities()).hasSize(2)))
          .isEqualTo(2);
      assertThat(
              persistence.statementsOf(
                  session ->
                      assertThat(austria(session).cities())
                          .extracting(City::name)
                          .containsExactly("Graz", "Vienna")))
          .isZero();
      assertThat(region(COUNTRY + ".cities").getHitCount()).isEqualTo(1);
    }

    @Test
    void a_natural_id_is_resolved_once() {
      assertThat(
              persistence.statementsOf(
                  session -> session.find(Country.class, "MT", KeyType.NATURAL)))
          .isPositive();
      assertThat(
              persistence.statementsOf(
                  session ->
                      assertThat(session.find(Country.class, "MT", KeyType.NATURAL).name())
                          .isEqualTo("Malta")))
          .isZero();
      assertThat(persistence.statistics().getNaturalIdCacheHitCount()).isEqualTo(1);
    }
  }

  @Nested
  class Nonstrict_read_write {
    @Test
    void an_entity_is_read_once_and_again_after_a_change() {
      assertThat(persistence.statementsOf(session -> session.find(City.class, 11L))).isEqualTo(1);
      assertThat(persistence.statementsOf(session -> session.find(City.class, 11L))).isZero();
      assertThat(region(CITY).getHitCount()).isEqualTo(1);

      persistence.change(session -> session.find(City.class, 11L).rename("Wien"));

      assertThat(
              persistence.statementsOf(
                  session -> assertThat(session.find(City.class, 11L).name()).isEqualTo("Wien")))
          .isEqualTo(1);
      assertThat(persistence.statementsOf(session -> session.find(City.class, 11L))).isZero();
    }
  }

  @Nested
  class Read_only {
    @Test
    void an_entity_is_read_once() {
      assertThat(persistence.statementsOf(session -> session.find(Continent.class, "EU")))
          .isEqualTo(1);
      assertThat(
              persistence.statementsOf(
                  session ->
                      assertThat(session.find(Continent.class, "EU").name()).isEqualTo("Europe")))
          .isZero();
      assertThat(region(CONTINENT).getHitCount()).isEqualTo(1);
    }
  }

  @Nested
  class Query_cache {
    private List<Country> largerThan(Session session, int area) {
      return session
          .createSelectionQuery("from Country where area > :area order by name", Country.class)
          .setParameter("area", BigDecimal.valueOf(area))
          .setCacheable(true)
          .getResultList();
    }

    @Test
    void a_query_is_sent_once_per_set_of_parameters() {
      // What a transaction has just changed is not cached before its time stamp is over.
      assertThat(persistence.statementsOf(session -> largerThan(session, 100))).isEqualTo(1);
      assertThat(
              persistence.statementsOf(session -> assertThat(largerThan(session, 100)).hasSize(2)))
          .isZero();
      assertThat(
              persistence.statementsOf(session -> assertThat(largerThan(session, 1000)).hasSize(1)))
          .isEqualTo(1);
      assertThat(
              persistence.statementsOf(session -> assertThat(largerThan(session, 1000)).hasSize(1)))
          .isZero();
      assertThat(persistence.statistics().getQueryCacheHitCount()).isEqualTo(2);
      assertThat(persistence.statistics().getQueryCacheMissCount()).isEqualTo(2);
    }

    @Test
    void values_of_columns_are_cached_like_entities() {
      for (int expected = 1; expected >= 0; expected--) {
        assertThat(
                persistence.statementsOf(
                    session ->
                        assertThat(
                                session
                                    .createSelectionQuery(
                                        "select c.name, c.area, c.founded from Country c order by c.name",
                                        Object[].class)
                                    .setCacheable(true)
                                    .getResultList())
                            .containsExactly(
                                new Object[] {
                                  "Austria", new BigDecimal("83879.00"), LocalDate.of(1955, 5, 15)
                                },
                                new Object[] {
                                  "Malta", new BigDecimal("316.00"), LocalDate.of(1964, 9, 21)
                                })))
            .isEqualTo(expected);
      }
    }

    @Test
    void a_change_of_the_table_makes_results_stale_by_the_region_of_time_stamps() {
      persistence.ask(session -> largerThan(session, 100));
      persistence.change(session -> austria(session).rename("Austria (A)"));

      assertThat(
              persistence.statementsOf(
                  session ->
                      assertThat(largerThan(session, 100))
                          .extracting(Country::name)
                          .containsExactly("Austria (A)", "Malta")))
          .isEqualTo(1);
      assertThat(persistence.statistics().getUpdateTimestampsCachePutCount()).isPositive();
      assertThat(persistence.statistics().getUpdateTimestampsCacheHitCount()).isPositive();
    }
  }

  @Nested
  class Configuration_file {
    @Test
    void regions_are_made_as_a_template_says() {
      persistence.ask(SecondLevelCacheIT::austria);
      persistence.ask(SecondLevelCacheIT::austria);
      RespiteCacheManager manager = (RespiteCacheManager) managerOf(persistence);
      RespiteCache<Object, Object> countries = RespiteCache.of(manager.getCache(COUNTRY));

      assertThat(manager.getURI().getScheme()).isEqualTo("file");
      assertThat(countries.configuration().getMaxEntries()).isEqualTo(10_000);
      assertThat(countries.statistics().hits()).isPositive();
      assertThat(
              RespiteCache.of(manager.getCache("default-query-results-region"))
                  .configuration()
                  .getMaxEntries())
          .isZero();
    }

    @Test
    void it_may_be_a_file_of_the_file_system(@TempDir Path folder) throws Exception {
      Path file = folder.resolve("caches of this application.json");
      Files.writeString(file, "{\"templates\": [{\"names\": \"*\", \"maxEntries\": 77}]}");
      try (Persistence other =
          Persistence.open(UUID.randomUUID().toString(), file.toUri().toString(), Map.of())) {
        assertThat(
                RespiteCache.of(managerOf(other).getCache(COUNTRY)).configuration().getMaxEntries())
            .isEqualTo(77);
      }
    }

    @Test
    void a_mistake_in_it_is_told_by_the_session_factory(@TempDir Path folder) throws Exception {
      Path file = folder.resolve("caches.json");
      Files.writeString(file, "{\"templates\": [{\"names\": \"*\", \"maxEntrys\": 77}]}");
      assertThatThrownBy(() -> Persistence.open("none", file.toUri().toString(), Map.of()).close())
          .hasStackTraceContaining("templates[0].maxEntrys is 77, and there is no such field");
    }

    @Test
    void regions_that_are_declared_satisfy_the_strategy_fail() {
      try (Persistence strict =
          Persistence.open(
              UUID.randomUUID().toString(),
              "classpath://hibernate-declared.json",
              Map.of("hibernate.javax.cache.missing_cache_strategy", "fail"))) {
        strict.fill();
        assertThat(strict.statementsOf(SecondLevelCacheIT::austria)).isZero();
      }
    }

    @Test
    void the_strategy_fail_refuses_a_region_that_only_a_template_describes(@TempDir Path folder)
        throws Exception {
      Path file = folder.resolve("caches.json");
      Files.writeString(file, "{\"templates\": [{\"names\": \"*\"}]}");
      Map<String, String> strict = Map.of("hibernate.javax.cache.missing_cache_strategy", "fail");
      assertThatThrownBy(() -> Persistence.open("none", file.toUri().toString(), strict).close())
          .hasStackTraceContaining("On-the-fly creation of JCache Cache objects is not supported");
    }
  }

  @Nested
  class Closing {
    private static Set<Thread> threads() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().startsWith("respite"))
          .collect(Collectors.toSet());
    }

    @Test
    void session_factories_with_the_same_file_share_a_manager_and_its_end() {
      Persistence other = Persistence.open(UUID.randomUUID().toString(), FILE, Map.of());
      CacheManager manager = managerOf(other);
      assertThat(manager).isSameAs(managerOf(persistence));
      other.close();
      assertThat(manager.isClosed()).isTrue();
    }

    @Test
    void the_session_factory_takes_its_manager_and_threads_with_it() {
      Set<Thread> before = threads();
      Persistence other =
          Persistence.open(
              UUID.randomUUID().toString(), "classpath://hibernate-declared.json", Map.of());
      CacheManager manager = managerOf(other);
      other.fill();
      other.ask(SecondLevelCacheIT::austria);
      assertThat(threads()).as("threads while it is open").hasSizeGreaterThan(before.size());

      other.close();

      assertThat(manager.isClosed()).isTrue();
      Awaitility.await()
          .atMost(10, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(before).containsAll(threads()));
    }
  }
}
