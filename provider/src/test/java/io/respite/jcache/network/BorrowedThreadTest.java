package io.respite.jcache.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.InternalThreadLocalMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BorrowedThreadTest {
  private final FastThreadLocal<String> local = new FastThreadLocal<>();

  @BeforeEach
  @AfterEach
  void forget() {
    FastThreadLocal.removeAll();
  }

  @Test
  void what_was_left_with_the_thread_is_taken_away() {
    String seen =
        BorrowedThread.call(
            () -> {
              local.set("left");
              return local.get();
            });
    assertThat(seen).isEqualTo("left");
    assertThat(InternalThreadLocalMap.getIfSet()).isNull();
  }

  @Test
  void after_a_failure_too() {
    assertThatThrownBy(
            () ->
                BorrowedThread.run(
                    () -> {
                      local.set("left");
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(InternalThreadLocalMap.getIfSet()).isNull();
  }

  @Test
  void what_was_there_before_stays() {
    local.set("before");
    BorrowedThread.run(() -> assertThat(local.get()).isEqualTo("before"));
    assertThat(local.get()).isEqualTo("before");
  }
}
