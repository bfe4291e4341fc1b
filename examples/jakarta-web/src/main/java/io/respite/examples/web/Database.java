package io.respite.examples.web;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** The world's capitals in an H2 database in memory. */
@ApplicationScoped
public class Database {
  /**
   * The shortest round trip from one capital over three others of its continent: the database tries
   * every combination, which is what makes it slow.
   */
  private static final String SHORTEST =
      """
      SELECT a.code, b.code, c.code,
          distance(s.lat, s.lon, a.lat, a.lon) + distance(a.lat, a.lon, b.lat, b.lon)
          + distance(b.lat, b.lon, c.lat, c.lon) + distance(c.lat, c.lon, s.lat, s.lon) AS total
      FROM capital s, capital a, capital b, capital c
      WHERE s.code = ?
        AND a.continent = s.continent AND b.continent = s.continent AND c.continent = s.continent
        AND a.code <> s.code AND b.code <> s.code AND c.code <> s.code
        AND a.code < c.code AND b.code <> a.code AND b.code <> c.code
      ORDER BY total FETCH FIRST ROW ONLY
      """;

  private DataSource source;

  @PostConstruct
  void load() {
    source = JdbcConnectionPool.create("jdbc:h2:mem:world;DB_CLOSE_DELAY=-1", "sa", "");
    try (Connection connection = source.getConnection()) {
      try (var statement = connection.createStatement()) {
        statement.execute("DROP ALL OBJECTS");
        statement.execute(
            "CREATE TABLE capital (code CHAR(2) PRIMARY KEY, country VARCHAR, name VARCHAR,"
                + " continent VARCHAR, lat DOUBLE PRECISION, lon DOUBLE PRECISION)");
        statement.execute(
            "CREATE ALIAS distance FOR '" + Database.class.getName() + ".kilometres'");
      }
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO capital VALUES (?, ?, ?, ?, ?, ?)")) {
        for (String[] row : rows()) {
          for (int i = 0; i < 4; i++) {
            insert.setString(i + 1, row[i]);
          }
          insert.setDouble(5, Double.parseDouble(row[4]));
          insert.setDouble(6, Double.parseDouble(row[5]));
          insert.addBatch();
        }
        insert.executeBatch();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database cannot be filled", e);
    }
  }

  private static List<String[]> rows() {
    try (InputStream in = Database.class.getResourceAsStream("/countries.tsv");
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(line -> line.split("\t", 6)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The way over the globe between two places; the database calls it. */
  public static double kilometres(double lat1, double lon1, double lat2, double lon2) {
    double north = Math.sin(Math.toRadians(lat2 - lat1) / 2);
    double east = Math.sin(Math.toRadians(lon2 - lon1) / 2);
    double h =
        north * north
            + Math.cos(Math.toRadians(lat1)) * Math.cos(Math.toRadians(lat2)) * east * east;
    return 2 * 6371 * Math.asin(Math.sqrt(h));
  }

  /** All capitals, by the names of their countries. */
  public List<Capital> capitals() {
    List<Capital> capitals = new ArrayList<>();
    try (Connection connection = source.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT * FROM capital ORDER BY country");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        capitals.add(
            new Capital(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                rows.getDouble(5),
                rows.getDouble(6)));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the capitals cannot be read", e);
    }
    return capitals;
  }

  /**
   * The shortest round trip over three other capitals of the continent.
   *
   * @param code of the country where it begins and ends
   * @throws IllegalArgumentException when there is no such country
   */
  public Journey shortestFrom(String code) {
    long began = System.nanoTime();
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(SHORTEST)) {
      query.setString(1, code);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new IllegalArgumentException("there is no country " + code);
        }
        List<String> stops =
            List.of(code, row.getString(1), row.getString(2), row.getString(3), code);
        long kilometres = Math.round(row.getDouble(4));
        return new Journey(stops, kilometres, (System.nanoTime() - began) / 1e6);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the journey cannot be found", e);
    }
  }
}
