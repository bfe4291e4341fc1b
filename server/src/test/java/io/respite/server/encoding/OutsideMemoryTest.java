package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OutsideMemoryTest {
  private static final int BYTES = 1 << 20;
  private static final int BUFFERS = 64;

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void is_there_until_it_is_given_back_and_not_longer() {
    OutsideMemory memory = new OutsideMemory();
    long before = direct();
    ByteBuffer[] buffers = new ByteBuffer[BUFFERS];
    for (int i = 0; i < BUFFERS; i++) {
      buffers[i] = memory.allocate(BYTES);
      assertThat(buffers[i].capacity()).isEqualTo(BYTES);
      assertThat(buffers[i].getLong(BYTES - 8)).isZero();
      buffers[i].putInt(0, i);
    }
    for (int i = 0; i < BUFFERS; i++) {
      assertThat(buffers[i].getInt(0)).isEqualTo(i);
    }
    if (Runtime.version().feature() < 22) {
      assertThat(direct()).isGreaterThanOrEqualTo(before + (long) BUFFERS * BYTES);
      memory.free();
      assertThat(direct()).isLessThan(before + (long) BUFFERS * BYTES / 2);
    } else {
      memory.free();
      assertThatThrownBy(() -> buffers[0].getInt(0)).isInstanceOf(IllegalStateException.class);
    }
    memory.free();
    assertThat(memory.allocate(8).getLong(0)).isZero();
    memory.free();
  }
}
