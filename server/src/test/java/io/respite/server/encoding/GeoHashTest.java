package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.respite.server.encoding.GeoHash.Cell;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells, neighbours, distances and covers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GeoHashTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private double longitude() {
    return random.nextDouble() * 360 - 180;
  }

  private double latitude() {
    return random.nextDouble() * 170 - 85;
  }

  @ParameterizedTest
  @CsvSource({
    "13.361389, 38.115556, 3479099956230698, sqc8b49rny0",
    "15.087269, 37.502669, 3479447370796909, sqdtr74hyu0",
    "180, -57, 9082242287605077, beyond"
  })
  void numbers_a_place_as_the_real_server(
      double longitude, double latitude, long bits, String text) {
    Cell cell = GeoHash.cell(longitude, latitude, GeoHash.MAX_STEP);
    assertThat(cell.bits()).isEqualTo(bits);
    if (longitude < 180) {
      assertThat(GeoHash.text(cell.longitude(), cell.latitude())).isEqualTo(text);
    }
  }

  @Test
  void puts_a_place_within_the_borders_of_its_cell() {
    for (int i = 0; i < 10_000; i++) {
      double longitude = longitude();
      double latitude = latitude();
      Cell cell = GeoHash.cell(longitude, latitude, 1 + random.nextInt(26));
      assertThat(longitude).as("seed %d", seed).isBetween(cell.west(), cell.east());
      assertThat(latitude).as("seed %d", seed).isBetween(cell.south(), cell.north());
      Cell finest = GeoHash.cell(longitude, latitude, GeoHash.MAX_STEP);
      assertThat(finest.bits()).as("seed %d", seed).isBetween(cell.first(), cell.end() - 1);
    }
  }

  @Nested
  class Neighbours {
    @Test
    void touch_and_lead_back() {
      for (int i = 0; i < 10_000; i++) {
        Cell cell = GeoHash.cell(longitude(), latitude(), 2 + random.nextInt(25));
        int east = random.nextInt(3) - 1;
        int north = random.nextInt(3) - 1;
        Cell other = cell.neighbour(east, north);
        assertThat(other.neighbour(-east, -north)).as("seed %d", seed).isEqualTo(cell);
        assertThat(cell.neighbour(east, 0).neighbour(0, north))
            .as("seed %d", seed)
            .isEqualTo(other);
      }
    }

    @Test
    void lie_where_they_are_said_to_lie() {
      Cell cell = GeoHash.cell(10, 20, 12);
      assertThat(cell.neighbour(1, 0).west()).isEqualTo(cell.east());
      assertThat(cell.neighbour(-1, 0).east()).isEqualTo(cell.west());
      assertThat(cell.neighbour(0, 1).south()).isEqualTo(cell.north());
      assertThat(cell.neighbour(0, -1).north()).isEqualTo(cell.south());
    }
  }

  @Test
  void measures_distances_on_the_sphere() {
    assertThat(GeoHash.distance(0, 0, 0, 0)).isZero();
    assertThat(GeoHash.distance(5, 0, 5, 1)).isCloseTo(111_226.3, within(0.1));
    assertThat(GeoHash.distance(0, 0, 180, 0)).isCloseTo(20_020_734, within(1.0));
    assertThat(GeoHash.distance(179.5, 10, -179.5, 10)).isLessThan(110_000);
  }

  @Nested
  class A_cover {
    @Test
    void holds_every_place_of_its_circle() {
      for (int i = 0; i < 300; i++) {
        double longitude = random.nextDouble() * 300 - 150;
        double latitude = random.nextDouble() * 120 - 60;
        double radius = Math.pow(10, random.nextDouble() * 5);
        GeoShape shape = GeoShape.circle(longitude, latitude, radius);
        List<Cell> cover = shape.cover();
        for (int j = 0; j < 30; j++) {
          double degrees = radius / 111_000;
          double x = longitude + (random.nextDouble() * 4 - 2) * degrees;
          double y = latitude + (random.nextDouble() * 2 - 1) * degrees;
          long bits = GeoHash.cell(x, y, GeoHash.MAX_STEP).bits();
          boolean covered = cover.stream().anyMatch(c -> c.first() <= bits && bits < c.end());
          boolean inside = !Double.isNaN(shape.distance(x, y));
          assertThat(covered || !inside).as("seed %d radius %s", seed, radius).isTrue();
        }
      }
    }

    @Test
    void names_no_cell_twice() {
      for (int i = 0; i < 1000; i++) {
        double size = Math.pow(10, random.nextDouble() * 6);
        List<Cell> cover = GeoShape.box(longitude(), latitude() / 2, size, size).cover();
        assertThat(cover).as("seed %d size %s", seed, size).isNotEmpty().hasSizeLessThan(10);
        if (size < 1e6) {
          assertThat(cover).as("seed %d size %s", seed, size).doesNotHaveDuplicates();
        }
      }
    }

    @Test
    void bears_extents_without_end() {
      for (double size : new double[] {0, Double.MIN_VALUE, 1e300, Double.POSITIVE_INFINITY}) {
        assertThat(GeoShape.circle(10, 10, size).cover()).hasSizeBetween(1, 9);
        assertThat(GeoShape.box(-179, 85, size, size).cover()).hasSizeBetween(1, 9);
      }
    }
  }
}
