package io.respite.neighbours.hibernate;

import io.respite.jcache.RespiteCachingProvider;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.hibernate.stat.Statistics;

/** A session factory over an H2 database, and a count of the SQL statements that it sends. */
final class Persistence implements AutoCloseable {
  private final SessionFactory factory;
  private final AtomicInteger statements;

  private Persistence(SessionFactory factory, AtomicInteger statements) {
    this.factory = factory;
    this.statements = statements;
  }

  /**
   * Opens one.
   *
   * @param database name of a database in memory, which lives as long as this JVM
   * @param uri what {@code hibernate.javax.cache.uri} says
   * @param settings more of Hibernate's settings
   */
  static Persistence open(String database, String uri, Map<String, String> settings) {
    var statements = new AtomicInteger();
    StatementInspector counting =
        sql -> {
          statements.incrementAndGet();
          return sql;
        };
    var configuration =
        new Configuration()
            .addAnnotatedClass(Continent.class)
            .addAnnotatedClass(Country.class)
            .addAnnotatedClass(City.class)
            .setStatementInspector(counting)
            .setProperty("hibernate.connection.url", url(database))
            .setProperty("hibernate.connection.username", "sa")
            .setProperty("hibernate.hbm2ddl.auto", "update")
            .setProperty("hibernate.generate_statistics", "true")
            .setProperty("hibernate.cache.region.factory_class", "jcache")
            .setProperty("hibernate.cache.use_query_cache", "true")
            .setProperty("hibernate.javax.cache.provider", RespiteCachingProvider.class.getName())
            .setProperty("hibernate.javax.cache.uri", uri)
            .setProperty("hibernate.javax.cache.missing_cache_strategy", "create");
    settings.forEach(configuration::setProperty);
    return new Persistence(configuration.buildSessionFactory(), statements);
  }

  private static String url(String database) {
    return "jdbc:h2:mem:" + database + ";DB_CLOSE_DELAY=-1";
  }

  /** Puts two countries with two cities each into the database. */
  void fill() {
    change(
        session -> {
          var europe = new Continent("EU", "Europe");
          session.persist(europe);
          var austria =
              new Country(
                  1,
                  "AT",
                  "Austria",
                  new BigDecimal("83879.00"),
                  LocalDate.of(1955, 5, 15),
                  europe);
          var malta =
              new Country(
                  2, "MT", "Malta", new BigDecimal("316.00"), LocalDate.of(1964, 9, 21), europe);
          session.persist(austria);
          session.persist(malta);
          session.persist(new City(11, "Vienna", austria));
          session.persist(new City(12, "Graz", austria));
          session.persist(new City(21, "Valletta", malta));
          session.persist(new City(22, "Mdina", malta));
        });
  }

  /** What a new session answers. */
  <T> T ask(Function<Session, T> question) {
    return factory.fromTransaction(question);
  }

  /** What a new session changes. */
  void change(Consumer<Session> change) {
    factory.inTransaction(change);
  }

  /** How many SQL statements a new session sends for a question. */
  int statementsOf(Consumer<Session> question) {
    int before = statements.get();
    factory.inTransaction(question);
    return statements.get() - before;
  }

  /** Hits, misses and puts by Hibernate's own count. */
  Statistics statistics() {
    return factory.getStatistics();
  }

  SessionFactory factory() {
    return factory;
  }

  @Override
  public void close() {
    factory.close();
  }
}
