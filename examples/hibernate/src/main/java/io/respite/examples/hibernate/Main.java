package io.respite.examples.hibernate;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.stat.Statistics;

/** Reads all countries twice, and says how often the database was asked. */
public final class Main {
  private static final Logger HIBERNATE = Logger.getLogger("org.hibernate");

  private Main() {}

  /** Runs it; {@code hibernate.properties} and {@code caches.json} say where everything is. */
  public static void main(String[] args) {
    HIBERNATE.setLevel(Level.SEVERE);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var configuration = new Configuration().addAnnotatedClass(Country.class);
    try (SessionFactory factory = configuration.buildSessionFactory()) {
      List<String> codes =
          factory.fromSession(
              session ->
                  session
                      .createSelectionQuery("select code from Country", String.class)
                      .getResultList());
      for (int round = 1; round <= 2; round++) {
        Statistics statistics = factory.getStatistics();
        statistics.clear();
        long begin = System.nanoTime();
        for (String code : codes) {
          factory.inSession(session -> session.find(Country.class, code));
        }
        List<Country> europe = factory.fromSession(Main::europe);
        out.printf(
            "%d. %d countries and a query for the %d of Europe: %d SQL statements, %d hits, %.1f ms%n",
            round,
            codes.size(),
            europe.size(),
            statistics.getPrepareStatementCount(),
            statistics.getSecondLevelCacheHitCount() + statistics.getQueryCacheHitCount(),
            (System.nanoTime() - begin) / 1e6);
      }
      Country austria = factory.fromSession(session -> session.find(Country.class, "AT"));
      out.printf("The capital of %s is %s.%n", austria.name, austria.capital);
    }
  }

  private static List<Country> europe(Session session) {
    return session
        .createSelectionQuery("from Country where continent = 'Europe'", Country.class)
        .setCacheable(true)
        .getResultList();
  }
}
