package io.respite.jcache.store.remote.direct;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GlanceTest {
  private final Glance glance = new Glance(4);

  private void glances(int times, boolean seen) {
    for (int i = 0; i < times; i++) {
      assertThat(glance.begin()).isTrue();
      glance.end(seen);
    }
  }

  private int begun(int calls) {
    int begun = 0;
    for (int i = 0; i < calls; i++) {
      if (glance.begin()) {
        begun++;
        glance.end(false);
      }
    }
    return begun;
  }

  @Test
  void goes_on_while_replies_are_seen() {
    glances(1000, true);
  }

  @Test
  void ends_when_none_is_seen_but_for_one_call_in_64() {
    glances(8, false);
    assertThat(begun(640)).isEqualTo(10);
  }

  @Test
  void begins_again_when_the_server_has_come_nearer() {
    glances(8, false);
    for (int i = 0; i < 63; i++) {
      assertThat(glance.begin()).isFalse();
    }
    assertThat(glance.begin()).isTrue();
    glance.end(true);
    glances(10, true);
  }

  @Test
  void is_left_to_half_of_the_processors() {
    assertThat(glance.begin()).isTrue();
    assertThat(glance.begin()).isTrue();
    assertThat(glance.begin()).isFalse();
    glance.end(true);
    assertThat(glance.begin()).isTrue();
  }

  @Test
  void there_is_none_where_there_is_one_processor() {
    assertThat(new Glance(1).begin()).isFalse();
  }
}
