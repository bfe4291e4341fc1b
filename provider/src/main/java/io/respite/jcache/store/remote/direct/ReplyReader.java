package io.respite.jcache.store.remote.direct;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.store.remote.wire.Answer;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads replies, in RESP2 and RESP3, straight into answers.
 *
 * <pre>
 *   reply   = "+" line | "-" line | ":" number | "," line | "(" line | "_" | "#t" | "#f"
 *           | "$" length bytes | "=" length "txt:" bytes | "!" length bytes
 *           | "*" count reply... | "~" count reply... | "%" count (reply reply)...
 *   before a reply, and passed over: "&gt;" count reply...  and  "|" count (reply reply)...
 * </pre>
 *
 * <p>It asks its source for more bytes wherever it stands, so a reply may come in pieces of any
 * size. What the other end says of lengths is believed only as far as bytes have come: memory for a
 * long text grows with it. What does not fit the grammar ends with a {@link ProtocolException},
 * after which nobody can tell where the next reply begins.
 */
final class ReplyReader {

  /** Where bytes come from. */
  interface Source {
    /**
     * Adds bytes.
     *
     * @param wait whether to wait until there is at least one
     * @return how many; -1 at the end, if it does not wait
     * @throws IOException when none come any more
     */
    int read(ByteBuffer into, boolean wait) throws IOException;
  }

  /** Bytes that are read at once; a text that fits into it is given without a copy. */
  static final int BUFFER = 1 << 15;

  /** The longest text: twice what servers take. */
  static final int LONGEST = 1 << 30;

  /** The deepest nesting; that of replies to this provider is 6. */
  static final int DEEPEST = 32;

  /** Takes what nobody wants. */
  static final Answer<Void> NOBODY = new Nobody();

  private static final class Nobody extends Answer<Void> {
    @Override
    public void begin() {
      // It keeps nothing.
    }

    @Override
    public void set(ByteBuffer bytes) {
      // As above.
    }

    @Override
    public void set(long number) {
      // As above.
    }

    @Override
    public Void value() {
      return null;
    }
  }

  private final Source source;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).limit(0);

  ReplyReader(Source source) {
    this.source = source;
  }

  /** Whether nothing has come that has not been read. */
  boolean isEmpty() {
    return !in.hasRemaining();
  }

  /** Takes what is there already, without waiting; -1 at the end. */
  int poll() throws IOException {
    return fill(false);
  }

  /** Waits until something is there. */
  void more() throws IOException {
    fill(true);
  }

  /** Whether a reply that is one text, number or line is there as a whole. */
  boolean holdsText() {
    int at = in.position();
    int end = in.limit();
    if (at == end) {
      return false;
    }
    byte type = in.get(at);
    if (type != '$' && type != '+' && type != ':' && type != '_') {
      return false;
    }
    int length = 0;
    for (int i = at + 1; i < end - 1; i++) {
      byte next = in.get(i);
      if (next == '\r') {
        return type != '$' || length < 0 || i + 2 + length + 2 <= end;
      }
      if (type == '$') {
        length = next == '-' || length < 0 ? -1 : length * 10 + next - '0';
        if (length > BUFFER) {
          return false;
        }
      }
    }
    return false;
  }

  /**
   * Reads a reply.
   *
   * @return the error that it is, or that is in it; null when there is none
   * @throws ProtocolException when it is no reply
   */
  String read(Answer<?> answer) throws IOException {
    return reply(answer, 0);
  }

  private String reply(Answer<?> answer, int depth) throws IOException {
    while (true) {
      byte type = next();
      switch (type) {
        case '+', ',', '(' -> {
          give(answer, lineLength());
          end();
          return null;
        }
        case ':' -> {
          answer.set(number());
          return null;
        }
        case '$' -> {
          text(answer, 0);
          return null;
        }
        case '=' -> {
          text(answer, "txt:".length());
          return null;
        }
        case '_' -> {
          end();
          answer.set(null);
          return null;
        }
        case '#' -> {
          answer.set(truth());
          return null;
        }
        case '-' -> {
          String error = string(lineLength());
          end();
          return error;
        }
        case '!' -> {
          int length = length("an error", BUFFER - 2);
          need(length + 2);
          String error = string(length);
          end();
          return error;
        }
        case '*', '~' -> {
          return elements(answer, count(Integer.MAX_VALUE), depth + 1);
        }
        case '%' -> {
          return elements(answer, 2 * count(Integer.MAX_VALUE / 2), depth + 1);
        }
        case '|' -> elements(NOBODY, 2 * count(Integer.MAX_VALUE / 2), depth + 1);
        case '>' -> {
          if (depth > 0) {
            throw new ProtocolException("it told something in the middle of a reply");
          }
          elements(NOBODY, count(Integer.MAX_VALUE), depth + 1);
        }
        default ->
            throw new ProtocolException(
                "it answered something that begins with byte %d, which is no reply"
                    .formatted(type & 0xff));
      }
    }
  }

  private String elements(Answer<?> answer, int count, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new ProtocolException("its reply is nested more than %d deep".formatted(DEEPEST));
    }
    if (count < 0) {
      answer.set(null);
      return null;
    }
    answer.multi(count);
    String first = null;
    for (int i = 0; i < count; i++) {
      String error = reply(answer, depth);
      first = first == null ? error : first;
    }
    return first;
  }

  // ---- texts

  private void text(Answer<?> answer, int head) throws IOException {
    int length = length("a text", LONGEST);
    if (length < 0) {
      answer.set(null);
      return;
    }
    if (length < head) {
      throw new ProtocolException("its text of %d bytes does not say its kind".formatted(length));
    }
    if (length > BUFFER - 2) {
      byte[] bytes = longText(length);
      end();
      answer.set(ByteBuffer.wrap(bytes, head, length - head));
      return;
    }
    need(length + 2);
    in.position(in.position() + head);
    give(answer, length - head);
    end();
  }

  private byte[] longText(int length) throws IOException {
    var bytes = new byte[Math.min(length, 2 * BUFFER)];
    int have = 0;
    while (have < length) {
      if (!in.hasRemaining()) {
        fill(true);
      }
      int count = Math.min(in.remaining(), length - have);
      if (have + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
      }
      count = Math.min(count, bytes.length - have);
      in.get(bytes, have, count);
      have += count;
    }
    return bytes;
  }

  /** Gives the next bytes, which are there. */
  private void give(Answer<?> answer, int length) {
    int limit = in.limit();
    int end = in.position() + length;
    in.limit(end);
    answer.set(in);
    in.limit(limit).position(end);
  }

  private String string(int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }

  /** The length of the rest of a line, which is there then, and its end too. */
  private int lineLength() throws IOException {
    int seen = 0;
    while (true) {
      int begin = in.position();
      for (int i = begin + seen; i < in.limit() - 1; i++) {
        if (in.get(i) == '\r' && in.get(i + 1) == '\n') {
          return i - begin;
        }
      }
      seen = Math.max(0, in.remaining() - 1);
      if (in.remaining() == BUFFER) {
        throw new ProtocolException("its reply has a line of more than %d bytes".formatted(BUFFER));
      }
      fill(true);
    }
  }

  // ---- numbers

  private int length(String what, int most) throws IOException {
    long length = number();
    if (length < -1 || length > most) {
      throw new ProtocolException(
          "it announced %s of %d bytes; at most %d are taken".formatted(what, length, most));
    }
    return (int) length;
  }

  private int count(int most) throws IOException {
    long count = number();
    if (count < -1 || count > most) {
      throw new ProtocolException(
          "it announced %d elements; at most %d are taken".formatted(count, most));
    }
    return (int) count;
  }

  private long number() throws IOException {
    byte at = next();
    boolean negative = at == '-';
    if (negative || at == '+') {
      at = next();
    }
    // Below zero there is one number more.
    long value = 0;
    int digits = 0;
    while (at != '\r') {
      int digit = at - '0';
      if (digit < 0 || digit > 9) {
        throw new ProtocolException("its reply has byte %d in a number".formatted(at & 0xff));
      }
      if (value < (Long.MIN_VALUE + digit) / 10 || ++digits > 19) {
        throw new ProtocolException("its reply has a number of more than 64 bits");
      }
      value = value * 10 - digit;
      at = next();
    }
    if (digits == 0 || (!negative && value == Long.MIN_VALUE)) {
      throw new ProtocolException("its reply has no number where one belongs");
    }
    if (next() != '\n') {
      throw new ProtocolException("its reply has a line that does not end");
    }
    return negative ? value : -value;
  }

  private long truth() throws IOException {
    byte value = next();
    end();
    if (value != 't' && value != 'f') {
      throw new ProtocolException("its reply is neither true nor false");
    }
    return value == 't' ? 1 : 0;
  }

  // ---- bytes

  private void end() throws IOException {
    if (next() != '\r' || next() != '\n') {
      throw new ProtocolException("its reply goes on where it should have ended");
    }
  }

  private byte next() throws IOException {
    if (!in.hasRemaining()) {
      fill(true);
    }
    return in.get();
  }

  private void need(int bytes) throws IOException {
    while (in.remaining() < bytes) {
      fill(true);
    }
  }

  private int fill(boolean wait) throws IOException {
    int begin = in.position();
    int end = in.limit();
    if (begin == end) {
      begin = 0;
      end = 0;
    } else if (begin > 0 && BUFFER - end < BUFFER / 2) {
      in.compact();
      end = in.position();
      begin = 0;
    }
    in.limit(BUFFER).position(end);
    try {
      return source.read(in, wait);
    } finally {
      in.limit(in.position()).position(begin);
    }
  }
}
