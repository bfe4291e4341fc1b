package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.cdi.JCacheExtension;
import io.respite.jcache.cdi.LiteCheck;
import jakarta.enterprise.inject.spi.BeanManager;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Whether a run is with the container that it says. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ContainerIT {
  @Test
  void is_the_one_of_the_run_in_its_version() {
    String[] expected = System.getProperty("respite.cdi.container").split(" ", 2);
    try (var container = Container.start(Lab.class)) {
      String jar =
          container.container().getClass().getProtectionDomain().getCodeSource().getLocation() + "";
      assertThat(jar).containsIgnoringCase(expected[0]).endsWith("-" + expected[1] + ".jar");
    }
  }

  @Test
  void has_the_extension_of_the_run_alone() {
    try (var container = Container.start(Lab.class)) {
      BeanManager beans = container.container().getBeanManager();
      if (Container.isLite()) {
        assertThatThrownBy(() -> beans.getExtension(JCacheExtension.class))
            .isInstanceOf(IllegalArgumentException.class);
        assertThat(container.container().select(LiteCheck.class).isResolvable()).isTrue();
      } else {
        assertThat(beans.getExtension(JCacheExtension.class)).isNotNull();
        assertThat(container.container().select(LiteCheck.class).isUnsatisfied()).isTrue();
      }
    }
  }

  @Test
  void finds_respite_in_its_jar() {
    assertThat(RespiteCache.class.getProtectionDomain().getCodeSource().getLocation() + "")
        .contains("respite-provider-")
        .endsWith(".jar");
  }
}
