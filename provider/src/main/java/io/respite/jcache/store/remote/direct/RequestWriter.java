package io.respite.jcache.store.remote.direct;

import io.respite.jcache.store.remote.wire.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * Writes requests of any size through one small buffer: as arrays of texts, as far as the channel
 * takes them, and the rest when it takes more.
 */
final class RequestWriter {
  private static final int BUFFER = 1 << 15;

  /** More than the longest name of a command with two lengths. */
  private static final int HEAD = 64;

  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
  private List<? extends Request<?>> requests = List.of();

  /** Which request is being encoded, which of its arguments (-1 before them), and how far. */
  private int at;

  private int argument;
  private int offset;
  private boolean begun;

  /** Begins to write requests; those before have been written. */
  void begin(List<? extends Request<?>> next) {
    requests = next;
    at = 0;
    argument = -1;
    offset = -1;
    begun = false;
    out.clear();
  }

  /** Whether all has been written. */
  boolean isDone() {
    return at == requests.size() && out.position() == 0;
  }

  /** Whether a byte of it has been written. */
  boolean hasBegun() {
    return begun;
  }

  /**
   * Writes as much as the channel takes.
   *
   * @return whether that was all
   */
  boolean write(WritableByteChannel channel) throws IOException {
    while (true) {
      encode();
      out.flip();
      try {
        begun |= channel.write(out) > 0;
      } finally {
        out.compact();
      }
      if (out.position() > 0) {
        return false;
      }
      if (at == requests.size()) {
        return true;
      }
    }
  }

  private void encode() {
    while (at < requests.size()) {
      Request<?> request = requests.get(at);
      if (argument < 0) {
        if (out.remaining() < HEAD) {
          return;
        }
        head(request);
        argument = 0;
      }
      while (argument < request.arguments()) {
        if (!encode(request.argument(argument))) {
          return;
        }
        argument++;
      }
      argument = -1;
      at++;
    }
  }

  private void head(Request<?> request) {
    line('*', request.arguments() + 1);
    String name = request.command().name();
    line('$', name.length());
    for (int i = 0; i < name.length(); i++) {
      out.put((byte) name.charAt(i));
    }
    end();
  }

  /** Encodes an argument, or a part of it; whether that was all. */
  private boolean encode(byte[] bytes) {
    if (out.remaining() < HEAD) {
      return false;
    }
    if (offset < 0) {
      line('$', bytes.length);
      offset = 0;
    }
    int count = Math.min(bytes.length - offset, out.remaining());
    out.put(bytes, offset, count);
    offset += count;
    if (offset < bytes.length || out.remaining() < 2) {
      return false;
    }
    end();
    offset = -1;
    return true;
  }

  private void line(char type, int number) {
    out.put((byte) type);
    int power = 1;
    while (number / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      out.put((byte) ('0' + number / power % 10));
    }
    end();
  }

  private void end() {
    out.put((byte) '\r').put((byte) '\n');
  }
}
