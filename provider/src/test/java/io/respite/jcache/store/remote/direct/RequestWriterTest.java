package io.respite.jcache.store.remote.direct;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RequestWriterTest {

  /** Takes so many bytes at a time, and none at every other call. */
  private static final class Slow implements WritableByteChannel {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final int most;
    private boolean full;

    Slow(int most) {
      this.most = most;
    }

    @Override
    public int write(ByteBuffer bytes) {
      full = !full && most < Integer.MAX_VALUE;
      if (full) {
        return 0;
      }
      var some = new byte[Math.min(most, bytes.remaining())];
      bytes.get(some);
      taken.writeBytes(some);
      return some.length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // There is nothing to end.
    }
  }

  private static Request<Void> request(Command command, byte[]... arguments) {
    return new Request<>(command, ReplyReader.NOBODY, false, null, arguments);
  }

  private final Queue<Exchange> waiting = new ArrayDeque<>();
  private final Queue<Exchange> underWay = new ArrayDeque<>();
  private final RequestWriter writer = new RequestWriter(waiting, underWay);

  private static Exchange exchange(List<Request<?>> requests) {
    return new Exchange(requests, Thread.currentThread(), 0, 0);
  }

  private byte[] written(List<Request<?>> requests, int most) throws IOException {
    var channel = new Slow(most);
    Exchange exchange = exchange(requests);
    waiting.add(exchange);
    while (!writer.write(channel)) {
      assertThat(channel.taken.size()).isEqualTo((int) writer.written());
    }
    assertThat(waiting).isEmpty();
    assertThat(underWay).containsExactly(exchange);
    assertThat(channel.taken.size()).isEqualTo((int) writer.written());
    return channel.taken.toByteArray();
  }

  @Test
  void a_request_is_an_array_of_texts() throws IOException {
    byte[] bytes =
        written(
            List.of(
                request(Command.HGET, "cache".getBytes(US_ASCII), "key".getBytes(US_ASCII)),
                request(Command.INFO),
                request(Command.SET, new byte[0])),
            Integer.MAX_VALUE);
    assertThat(new String(bytes, US_ASCII))
        .isEqualTo(
            String.join(
                "\r\n", "*3", "$4", "HGET", "$5", "cache", "$3", "key", "*1", "$4", "INFO", "*2",
                "$3", "SET", "$0", "", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000, 1 << 20, Integer.MAX_VALUE})
  void any_sizes_are_written_whole_however_little_is_taken_at_a_time(int most) throws IOException {
    var random = new Random(most);
    List<Request<?>> requests = new ArrayList<>();
    var expected = new ByteArrayOutputStream();
    int[] sizes = {0, 1, 9, 10, 99, 100, 32_000, 32_766, 32_768, 70_000};
    for (int i = 0; i < 30; i++) {
      var arguments = new byte[random.nextInt(20)][];
      expected.writeBytes(
          "*%d\r\n$4\r\nHSET\r\n".formatted(arguments.length + 1).getBytes(US_ASCII));
      for (int a = 0; a < arguments.length; a++) {
        int size = most < 1000 ? random.nextInt(200) : sizes[random.nextInt(sizes.length)];
        arguments[a] = new byte[size];
        random.nextBytes(arguments[a]);
        expected.writeBytes("$%d\r\n".formatted(size).getBytes(US_ASCII));
        expected.writeBytes(arguments[a]);
        expected.writeBytes("\r\n".getBytes(US_ASCII));
      }
      requests.add(request(Command.HSET, arguments));
    }
    assertThat(written(requests, most)).isEqualTo(expected.toByteArray());
  }

  @Test
  void nothing_has_begun_before_a_byte_is_taken() throws IOException {
    Exchange exchange = exchange(List.of(request(Command.INFO)));
    waiting.add(exchange);
    assertThat(writer.write(new Slow(100))).isFalse();
    exchange.breaks(new IOException("gone"), writer.written());
    assertThat(exchange.hasBegun()).isFalse();
  }

  @Test
  void exchanges_go_together_and_those_before_the_last_byte_have_begun() throws IOException {
    List<Exchange> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(exchange(List.of(request(Command.INFO))));
    }
    waiting.addAll(all);
    var channel = new Slow(20);
    assertThat(writer.write(channel)).isFalse();
    assertThat(writer.write(channel)).isFalse();
    assertThat(channel.taken.toString(US_ASCII)).isEqualTo("*1\r\n$4\r\nINFO\r\n*1\r\n$4");
    assertThat(underWay).containsExactlyElementsOf(all);
    all.forEach(exchange -> exchange.breaks(new IOException("gone"), writer.written()));
    assertThat(all).extracting(Exchange::hasBegun).containsExactly(true, true, false);
  }

  @Test
  void what_its_caller_has_left_is_not_begun() throws IOException {
    Exchange left = exchange(List.of(request(Command.INFO)));
    waiting.add(left);
    assertThat(left.leave()).isTrue();
    var channel = new Slow(Integer.MAX_VALUE);
    assertThat(writer.write(channel)).isTrue();
    assertThat(channel.taken.size()).isZero();
    assertThat(underWay).isEmpty();
  }
}
