package io.respite.jcache.store.remote.direct;

import io.respite.jcache.store.remote.wire.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Queue;

/**
 * Writes exchanges of any size through one small buffer: as arrays of texts, as far as the channel
 * takes them, and the rest when it takes more.
 */
final class RequestWriter {
  private static final int BUFFER = 1 << 15;

  /** More than the longest name of a command with two lengths. */
  private static final int HEAD = 64;

  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);

  /** Where exchanges come from, and where they go when their first byte has been encoded. */
  private final Queue<Exchange> waiting;

  private final Queue<Exchange> underWay;

  private List<? extends Request<?>> requests = List.of();

  /** Which request is being encoded, which of its arguments (-1 before them), and how far. */
  private int at;

  private int argument = -1;
  private int offset = -1;
  private long encoded;
  private long written;

  /**
   * A writer of what waits.
   *
   * @param underWay gets what waited, in the order in which it is written, before that
   */
  RequestWriter(Queue<Exchange> waiting, Queue<Exchange> underWay) {
    this.waiting = waiting;
    this.underWay = underWay;
  }

  /** How many bytes have been written. */
  long written() {
    return written;
  }

  /**
   * Writes as much as the channel takes.
   *
   * @return whether that was all
   */
  boolean write(WritableByteChannel channel) throws IOException {
    while (true) {
      boolean all = encode();
      if (out.position() == 0) {
        return all;
      }
      out.flip();
      try {
        written += channel.write(out);
      } finally {
        out.compact();
      }
      if (out.position() > 0) {
        return false;
      }
    }
  }

  /** Fills the buffer; whether nothing is left. */
  private boolean encode() {
    while (true) {
      int before = out.position();
      boolean all = encodeRequests();
      encoded += out.position() - before;
      if (!all || !next()) {
        return all;
      }
    }
  }

  private boolean next() {
    Exchange next = waiting.poll();
    while (next != null && next.isLeft()) {
      next = waiting.poll();
    }
    if (next == null) {
      requests = List.of();
      at = 0;
      return false;
    }
    next.beginsAt(encoded);
    underWay.add(next);
    requests = next.requests();
    at = 0;
    return true;
  }

  /** Encodes an exchange, or a part of it; whether that was all. */
  private boolean encodeRequests() {
    while (at < requests.size()) {
      Request<?> request = requests.get(at);
      if (argument < 0) {
        if (out.remaining() < HEAD) {
          return false;
        }
        head(request);
        argument = 0;
      }
      while (argument < request.arguments()) {
        if (!encode(request.argument(argument))) {
          return false;
        }
        argument++;
      }
      argument = -1;
      at++;
    }
    return true;
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
