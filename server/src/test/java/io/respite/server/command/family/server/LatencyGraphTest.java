package io.respite.server.command.family.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Numbers as columns of text. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LatencyGraphTest {
  @Test
  void columns_are_as_high_as_numbers_with_labels_below() {
    assertThat(LatencyGraph.draw(new long[] {0, 110, 55, 10}, List.of("12s", "9s", "1m", "0s")))
        .isEqualTo(" #  \n |  \n |# \n_||o\n\n1910\n2sms\ns   \n");
  }

  @Test
  void equal_numbers_are_a_line() {
    assertThat(LatencyGraph.draw(new long[] {5, 5}, List.of("1s", "0s")))
        .isEqualTo("  \n  \n  \n__\n\n10\nss\n");
  }
}
