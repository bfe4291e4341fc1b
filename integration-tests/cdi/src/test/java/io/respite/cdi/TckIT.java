package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsr107.tck.annotation.InterceptionCacheNameOnEachMethodTest;
import org.jsr107.tck.annotation.InterceptionUsingCacheConfigTest;
import org.jsr107.tck.annotation.InterceptionUsingDefaultCacheNameTest;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;

/** The TCK's tests of annotations, as they are. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TckIT {
  /**
   * Without a bean provider the TCK runs none of these tests and reports them as passed, so what it
   * asked of ours is counted, too.
   */
  @Test
  void twelve_of_twelve_pass_and_the_container_was_asked() {
    Result result =
        JUnitCore.runClasses(
            InterceptionUsingDefaultCacheNameTest.class,
            InterceptionCacheNameOnEachMethodTest.class,
            InterceptionUsingCacheConfigTest.class);
    assertThat(result.getFailures()).isEmpty();
    assertThat(result.getIgnoreCount()).isZero();
    assertThat(result.getAssumptionFailureCount()).isZero();
    assertThat(result.getRunCount()).isEqualTo(12);
    assertThat(TckBeans.asked()).isGreaterThanOrEqualTo(12);
    assertThat(TckBeans.intercepted()).isTrue();
    TckBeans.close();
  }
}
