package io.respite.server.command.family.geo;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import io.respite.server.command.family.sortedset.SortedSetForm;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Places: expected replies are those of redis-server 7.0.15. */
@ParameterizedClass(name = "{0}")
@EnumSource(SortedSetForm.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class GeoCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter SortedSetForm form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
    store.run("GEOADD s 13.361389 38.115556 Palermo 15.087269 37.502669 Catania");
    store.run("GEOADD s 12.4963655 41.9027835 Rom 14.2681244 40.8517746 Neapel");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String place(String longitude, String latitude) {
    return "[" + form.score(longitude) + " " + form.score(latitude) + "]";
  }

  private String palermo() {
    return place("13.36138933897018433", "38.11555639549629859");
  }

  @Nested
  class Geoadd {
    @Test
    void adds_places_as_cells_of_the_grid() {
      assertThat(store.fresh("GEOADD g 13.361389 38.115556 a 15.087269 37.502669 b"))
          .isEqualTo(":2");
      assertThat(store.events()).containsExactly("zadd g");
      assertThat(store.effects()).containsExactly("ZADD g 3479099956230698 a 3479447370796909 b");
      assertThat(run("ZSCORE g a")).isEqualTo(form.score("3479099956230698"));
      assertThat(run("OBJECT ENCODING g")).isEqualTo(form.encoding());
      assertThat(run("GEOADD string 1 1 a")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void obeys_NX_XX_and_CH() {
      assertThat(run("GEOADD s CH 14 38 Palermo")).isEqualTo(":1");
      assertThat(store.fresh("GEOADD s NX CH 1 1 Palermo")).isEqualTo(":0");
      assertThat(store.events()).isEmpty();
      assertThat(run("GEOADD s XX 1 1 new")).isEqualTo(":0");
      assertThat(run("GEOADD none XX 1 1 new")).isEqualTo(":0");
      assertThat(run("EXISTS none")).isEqualTo(":0");
      store.fresh("GEOADD s XX CH 1 1 Rom");
      assertThat(store.effects()).containsExactly("ZADD s XX CH 3377822707026402 Rom");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "g 200 100 a | ERR invalid longitude,latitude pair 200.000000,100.000000",
          "g inf 1 a | ERR invalid longitude,latitude pair inf,1.000000",
          "g 0 85.06 a | ERR invalid longitude,latitude pair 0.000000,85.060000",
          "g nan 1 a | ERR value is not a valid float",
          "g 1 x a | ERR value is not a valid float",
          "g 1 1 a 2 | ERR syntax error",
          "g NX XX 1 1 a | ERR syntax error",
          "g GT 1 1 a | ERR syntax error",
          "g 1 1 | ERR wrong number of arguments for 'geoadd' command"
        })
    void refuses_what_is_no_place(String rest, String error) {
      assertThat(run("GEOADD " + rest)).isEqualTo("-" + error);
      assertThat(run("EXISTS g")).isEqualTo(":0");
    }
  }

  @Nested
  class Geopos {
    @Test
    void answers_the_middle_of_the_cell() {
      assertThat(run("GEOPOS s Palermo x")).isEqualTo("[" + palermo() + " nil]");
      assertThat(run("GEOPOS s")).isEqualTo("[]");
      assertThat(run("GEOPOS none a")).isEqualTo("[nil]");
      assertThat(run("GEOPOS string a")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void answers_something_for_scores_that_are_no_cells() {
      run("ZADD z 1e300 a -5 b inf c");
      assertThat(run("GEOPOS z a c")).doesNotStartWith("-");
    }
  }

  @Nested
  class Geodist {
    @ParameterizedTest
    @CsvSource({"'', 166274.1516", "km, 166.2742", "MI, 103.3182", "ft, 545518.8700"})
    void answers_the_distance_in_a_unit(String unit, String distance) {
      assertThat(run(("GEODIST s Palermo Catania " + unit).trim()))
          .isEqualTo("\"" + distance + "\"");
    }

    @Test
    void answers_nothing_or_an_error() {
      assertThat(run("GEODIST s Palermo x")).isEqualTo("nil");
      assertThat(run("GEODIST none a b")).isEqualTo("nil");
      assertThat(run("GEODIST s Palermo Rom yards"))
          .isEqualTo("-ERR unsupported unit provided. please use M, KM, FT, MI");
      assertThat(run("GEODIST s Palermo Rom km x")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class Geohash {
    @Test
    void answers_the_public_geohash() {
      assertThat(run("GEOHASH s Palermo x Catania"))
          .isEqualTo("[\"sqc8b49rny0\" nil \"sqdtr74hyu0\"]");
      assertThat(run("GEOHASH none a")).isEqualTo("[nil]");
    }
  }

  @Nested
  class Geosearch {
    @Test
    void finds_what_is_in_a_circle() {
      assertThat(run("GEOSEARCH s FROMLONLAT 15 37 BYRADIUS 200 km ASC"))
          .isEqualTo("[\"Catania\" \"Palermo\"]");
      assertThat(
              run(
                  "GEOSEARCH s FROMLONLAT 15 37 BYRADIUS 200 km WITHCOORD WITHDIST WITHHASH DESC"
                      + " COUNT 1"))
          .isEqualTo("[[\"Palermo\" \"190.4424\" :3479099956230698 " + palermo() + "]]");
    }

    @Test
    void finds_what_is_in_a_box() {
      assertThat(run("GEOSEARCH s FROMMEMBER Palermo BYBOX 400 400 km WITHDIST ASC"))
          .isEqualTo("[[\"Palermo\" \"0.0000\"] [\"Catania\" \"166.2742\"]]");
      assertThat(run("GEOSEARCH none FROMMEMBER Palermo BYBOX 400 400 km")).isEqualTo("[]");
      assertThat(run("GEOSEARCH string FROMMEMBER a BYBOX 1 1 km")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void finds_any_or_the_nearest() {
      assertThat(run("GEOSEARCH s FROMMEMBER Rom BYRADIUS 9000 km COUNT 2"))
          .isEqualTo("[\"Rom\" \"Neapel\"]");
      assertThat(run("GEOSEARCH s FROMMEMBER Rom BYRADIUS 9000 km COUNT 2 ANY").split(" "))
          .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "FROMMEMBER nope BYRADIUS 1 km | could not decode requested zset member",
          "BYRADIUS 1 km WITHDIST ASC | exactly one of FROMMEMBER or FROMLONLAT can be specified"
              + " for GEOSEARCH",
          "FROMMEMBER Rom ASC COUNT 1 | exactly one of BYRADIUS and BYBOX can be specified for"
              + " GEOSEARCH",
          "FROMMEMBER Rom FROMLONLAT 1 1 BYRADIUS 1 km | syntax error",
          "FROMMEMBER Rom BYRADIUS -1 km | radius cannot be negative",
          "FROMMEMBER Rom BYRADIUS x km | need numeric radius",
          "FROMMEMBER Rom BYRADIUS nan km | need numeric radius",
          "FROMMEMBER Rom BYRADIUS 1 xx | unsupported unit provided. please use M, KM, FT, MI",
          "FROMMEMBER Rom BYBOX 1 x km | need numeric height",
          "FROMMEMBER Rom BYBOX x 1 km | need numeric width",
          "FROMMEMBER Rom BYBOX -1 1 km | height or width cannot be negative",
          "FROMMEMBER Rom BYRADIUS 1 km COUNT 0 | COUNT must be > 0",
          "FROMMEMBER Rom BYRADIUS 1 km COUNT -9223372036854775808 | COUNT must be > 0",
          "FROMMEMBER Rom BYRADIUS 1 km COUNT x | value is not an integer or out of range",
          "FROMMEMBER Rom BYRADIUS 1 km ANY | the ANY argument requires COUNT argument",
          "FROMMEMBER Rom BYRADIUS 1 km STOREDIST | syntax error",
          "FROMLONLAT 200 1 BYRADIUS 1 km | invalid longitude,latitude pair 200.000000,1.000000"
        })
    void refuses_what_makes_no_sense(String rest, String error) {
      assertThat(run("GEOSEARCH s " + rest)).isEqualTo("-ERR " + error);
    }

    @Test
    void bears_a_radius_without_end() {
      for (String radius : new String[] {"inf", "1e308", "0", "4.9e-324"}) {
        assertThat(run("GEOSEARCH s FROMMEMBER Rom BYRADIUS " + radius + " km")).contains("Rom");
      }
    }

    @Test
    void finds_the_same_as_a_look_at_every_place() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 400; i++) {
        run("GEOADD g " + (10 + random.nextDouble()) + " " + (50 + random.nextDouble()) + " m" + i);
      }
      for (int i = 0; i < 40; i++) {
        String centre = "m" + random.nextInt(400);
        double radius = random.nextInt(60_000) + 0.5;
        TreeSet<String> expected = new TreeSet<>();
        for (int j = 0; j < 400; j++) {
          String distance = run("GEODIST g " + centre + " m" + j).replace("\"", "");
          if (Double.parseDouble(distance) <= radius) {
            expected.add("\"m" + j + "\"");
          }
        }
        String shown = run("GEOSEARCH g FROMMEMBER " + centre + " BYRADIUS " + radius + " m");
        assertThat(shown.substring(1, shown.length() - 1).split(" "))
            .as("seed %d centre %s radius %s", seed, centre, radius)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Nested
  class Geosearchstore {
    @Test
    void keeps_cells_or_distances() {
      assertThat(store.fresh("GEOSEARCHSTORE d s FROMMEMBER Palermo BYRADIUS 200 km"))
          .isEqualTo(":2");
      assertThat(store.events()).containsExactly("geosearchstore d");
      assertThat(run("ZSCORE d Palermo")).isEqualTo(form.score("3479099956230698"));
      assertThat(run("GEOSEARCHSTORE d s FROMMEMBER Palermo BYRADIUS 200 km STOREDIST"))
          .isEqualTo(":2");
      assertThat(run("ZRANGE d 0 0 WITHSCORES")).isEqualTo(form.pairs("Palermo", "0"));
      assertThat(run("ZSCORE d Catania")).contains("166.27415");
    }

    @Test
    void removes_the_destination_when_nothing_is_found() {
      run("SET d v");
      assertThat(store.fresh("GEOSEARCHSTORE d none FROMMEMBER a BYRADIUS 1 km")).isEqualTo(":0");
      assertThat(store.events()).containsExactly("del d");
      assertThat(run("GEOSEARCHSTORE d s FROMMEMBER Rom BYRADIUS 1 km WITHDIST"))
          .isEqualTo(
              "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD"
                  + " options");
    }
  }

  @Nested
  class Georadius {
    @Test
    void finds_or_keeps() {
      assertThat(run("GEORADIUS s 15 37 200 km WITHDIST"))
          .isEqualTo("[[\"Palermo\" \"190.4424\"] [\"Catania\" \"56.4413\"]]");
      assertThat(store.fresh("GEORADIUS s 15 37 200 km STORE d")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("georadiusstore d");
      assertThat(run("ZRANGE d 0 -1 WITHSCORES"))
          .isEqualTo(form.pairs("Palermo", "3479099956230698", "Catania", "3479447370796909"));
      assertThat(run("GEORADIUS s 15 37 200 km STOREDIST d")).isEqualTo(":2");
      assertThat(run("ZRANGE d 0 -1")).isEqualTo("[\"Catania\" \"Palermo\"]");
      assertThat(run("GEORADIUS none 15 37 200 km STORE d")).isEqualTo(":0");
      assertThat(run("EXISTS d")).isEqualTo(":0");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "s 15 37 200 km STORE d WITHDIST | STORE option in GEORADIUS is not compatible with"
              + " WITHDIST, WITHHASH and WITHCOORD options",
          "s 15 37 200 km STORE | syntax error",
          "s 15 37 200 km BYRADIUS 1 km | syntax error",
          "none 15 37 -1 km | radius cannot be negative",
          "none 200 37 1 km | invalid longitude,latitude pair 200.000000,37.000000"
        })
    void refuses_what_makes_no_sense(String rest, String error) {
      assertThat(run("GEORADIUS " + rest)).isEqualTo("-ERR " + error);
    }
  }

  @Nested
  class GeoradiusRo {
    @Test
    void finds_but_does_not_keep() {
      assertThat(run("GEORADIUS_RO s 15 37 200 km ASC")).isEqualTo("[\"Catania\" \"Palermo\"]");
      assertThat(run("GEORADIUS_RO s 15 37 200 km STORE d")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class Georadiusbymember {
    @Test
    void finds_around_a_member() {
      assertThat(run("GEORADIUSBYMEMBER s Palermo 200 km ASC"))
          .isEqualTo("[\"Palermo\" \"Catania\"]");
      assertThat(run("GEORADIUSBYMEMBER s nope 200 km"))
          .isEqualTo("-ERR could not decode requested zset member");
      assertThat(run("GEORADIUSBYMEMBER none nope 200 km")).isEqualTo("[]");
      assertThat(run("GEORADIUSBYMEMBER s Palermo 200 km STORE d")).isEqualTo(":2");
    }
  }

  @Nested
  class GeoradiusbymemberRo {
    @Test
    void finds_around_a_member() {
      assertThat(run("GEORADIUSBYMEMBER_RO s Palermo 200 km ASC WITHHASH"))
          .isEqualTo("[[\"Palermo\" :3479099956230698] [\"Catania\" :3479447370796909]]");
      assertThat(run("GEORADIUSBYMEMBER_RO s Palermo 200 km STORE d"))
          .isEqualTo("-ERR syntax error");
    }
  }
}
