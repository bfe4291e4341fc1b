package io.respite.server.net;

import io.respite.server.command.Arguments;
import io.respite.server.config.Words;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Finds requests in a stream of bytes ("Redis serialization protocol specification",
 * redis.io/docs), with the limits and refusals of a real server.
 *
 * <pre>
 *   START ---- '*' ----> COUNT ----> HEADER ----> PAYLOAD ----> (request complete) ---> START
 *     |                                 ^____________|
 *     '--- anything else ---> a line of words, an "inline" request
 * </pre>
 *
 * <p>The bytes lie in an array of the caller's. The parser goes forward over it and never looks
 * back further than {@link #start()}, the first byte of the request it is in; when the caller moves
 * the bytes it says so by {@link #moved}. Arguments are ranges of that array, so a request costs no
 * object. Memory is never taken for a length that was only announced.
 *
 * <p>A carriage return ends a header; the byte after it is skipped unread. A zero byte ends the
 * search for a line's end, because Redis searches as C does.
 */
public final class RequestParser {
  /** What {@link #next} found. */
  public enum Step {
    /** A request; see {@link #arguments()}. */
    REQUEST,
    /** Nothing complete: more bytes are needed. */
    MORE,
    /** A violation of the protocol; see {@link #error()}. The stream is unusable from here. */
    ERROR
  }

  private enum State {
    START,
    HEADER,
    PAYLOAD,
    BROKEN
  }

  private static final int NOT_A_NUMBER = -2;

  private final ParserLimits limits;
  private final Arguments arguments = new Arguments();
  private State state = State.START;
  private int start;
  private int position;
  private int expected;
  private int bulkLength;
  private boolean repeat;
  private String error = "";

  /** A parser at the beginning of a stream. */
  public RequestParser(ParserLimits limits) {
    this.limits = limits;
  }

  /** The request found last; good until the next call of {@link #next}. */
  public Arguments arguments() {
    return arguments;
  }

  /** The text after {@code -ERR }, for a violation of the protocol. */
  public String error() {
    return error;
  }

  /** The first byte that is still needed. */
  public int start() {
    return start;
  }

  /** Where the request begins that comes next, or that has come in part. */
  int upcoming() {
    return state == State.START ? position : start;
  }

  /** How many more bytes the argument being read needs at least; 0 when unknown. */
  int missing(int end) {
    return state == State.PAYLOAD ? Math.max(0, position + bulkLength + 2 - end) : 0;
  }

  /** Whether a request has begun and is not complete. */
  boolean inRequest() {
    return state == State.HEADER || state == State.PAYLOAD;
  }

  /** Lets the next call of {@link #next} find the request found last once more. */
  void again() {
    repeat = true;
  }

  /** The bytes are in another array now, or at another place. */
  public void moved(byte[] buffer, int delta) {
    arguments.rebase(buffer, delta);
    start += delta;
    position += delta;
  }

  /**
   * Looks for the next request.
   *
   * @param buffer where the bytes lie
   * @param end behind the last of them
   * @param authenticated whether the limits for strangers are lifted
   */
  public Step next(byte[] buffer, int end, boolean authenticated) {
    if (repeat) {
      repeat = false;
      return Step.REQUEST;
    }
    if (state == State.START) {
      start = position;
      arguments.reset(buffer);
    }
    while (true) {
      switch (state) {
        case START -> {
          if (position >= end) {
            return Step.MORE;
          }
          Step step =
              buffer[position] == '*' ? count(buffer, end, authenticated) : inline(buffer, end);
          if (step != Step.REQUEST || (state == State.START && arguments.count() > 0)) {
            return step;
          }
          start = state == State.START ? position : start;
        }
        case HEADER -> {
          Step step = header(buffer, end, authenticated);
          if (step != Step.REQUEST) {
            return step;
          }
        }
        case PAYLOAD -> {
          if (end - position < bulkLength + 2) {
            return Step.MORE;
          }
          arguments.add(position, bulkLength);
          position += bulkLength + 2;
          if (arguments.count() == expected) {
            state = State.START;
            return Step.REQUEST;
          }
          state = State.HEADER;
        }
        case BROKEN -> {
          return Step.ERROR;
        }
      }
    }
  }

  /** {@code *3\r\n}: REQUEST means "go on", in whatever state this has led to. */
  private Step count(byte[] buffer, int end, boolean authenticated) {
    int line = find(buffer, end, '\r');
    if (line < 0) {
      return tooLong(end) ? broken("too big mbulk count string") : Step.MORE;
    }
    if (line + 1 >= end) {
      return Step.MORE;
    }
    long count = number(buffer, position + 1, line);
    if (count == NOT_A_NUMBER || count > Integer.MAX_VALUE) {
      return broken("invalid multibulk length");
    }
    if (count > ParserLimits.UNAUTHENTICATED_ARGUMENTS && !authenticated) {
      return broken("unauthenticated multibulk length");
    }
    position = line + 2;
    if (count > 0) {
      expected = (int) count;
      state = State.HEADER;
    }
    return Step.REQUEST;
  }

  /** {@code $5\r\n}: REQUEST means "go on". */
  private Step header(byte[] buffer, int end, boolean authenticated) {
    int line = find(buffer, end, '\r');
    if (line < 0) {
      return tooLong(end) ? broken("too big bulk count string") : Step.MORE;
    }
    if (line + 1 >= end) {
      return Step.MORE;
    }
    if (buffer[position] != '$') {
      return broken("expected '$', got '" + (char) (buffer[position] & 0xFF) + "'");
    }
    long length = number(buffer, position + 1, line);
    if (length < 0 || length > Math.min(limits.longestBulk, Integer.MAX_VALUE - 64)) {
      return broken("invalid bulk length");
    }
    if (length > ParserLimits.UNAUTHENTICATED_BULK && !authenticated) {
      return broken("unauthenticated bulk length");
    }
    position = line + 2;
    bulkLength = (int) length;
    state = State.PAYLOAD;
    return Step.REQUEST;
  }

  private Step inline(byte[] buffer, int end) {
    int line = find(buffer, end, '\n');
    if (line < 0) {
      return tooLong(end) ? broken("too big inline request") : Step.MORE;
    }
    int last = line > position && buffer[line - 1] == '\r' ? line - 1 : line;
    if (!plainWords(buffer, last)) {
      arguments.reset(buffer);
      Optional<List<String>> words =
          Words.split(new String(buffer, position, last - position, StandardCharsets.ISO_8859_1));
      if (words.isEmpty()) {
        return broken("unbalanced quotes in request");
      }
      // Unescaped words are never longer than they were, so they fit where they came from.
      int at = position;
      for (String word : words.get()) {
        byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, buffer, at, bytes.length);
        arguments.add(at, bytes.length);
        at += bytes.length;
      }
    }
    position = line + 1;
    return Step.REQUEST;
  }

  /** Splits a line without quotes; false when there are some. */
  private boolean plainWords(byte[] buffer, int last) {
    int at = position;
    while (at < last) {
      while (at < last && Words.isSpace(buffer[at])) {
        at++;
      }
      int word = at;
      while (at < last && !Words.isSpace(buffer[at])) {
        if (buffer[at] == '"' || buffer[at] == '\'') {
          return false;
        }
        at++;
      }
      if (at > word) {
        arguments.add(word, at - word);
      }
    }
    return true;
  }

  private boolean tooLong(int end) {
    return end - position > ParserLimits.LONGEST_LINE;
  }

  private Step broken(String reason) {
    error = "Protocol error: " + reason;
    state = State.BROKEN;
    return Step.ERROR;
  }

  /**
   * The first such byte from the position on; -1 when there is none before a zero byte or the end.
   */
  private int find(byte[] buffer, int end, char wanted) {
    for (int i = position; i < end; i++) {
      byte b = buffer[i];
      if (b == wanted) {
        return i;
      }
      if (b == 0) {
        return -1;
      }
    }
    return -1;
  }

  /**
   * A canonical decimal number; {@link #NOT_A_NUMBER} for anything else. All negative numbers are
   * -1, because no caller tells them apart; one beyond an int's range is some number beyond it.
   */
  private static long number(byte[] buffer, int from, int to) {
    boolean negative = from < to && buffer[from] == '-';
    int first = negative ? from + 1 : from;
    int digits = to - first;
    boolean padded = digits > 0 && buffer[first] == '0' && (digits > 1 || negative);
    if (digits < 1 || digits > 19 || padded) {
      return NOT_A_NUMBER;
    }
    long value = 0;
    for (int i = first; i < to; i++) {
      int digit = buffer[i] - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      value = value * 10 + digit;
      if (value < 0) {
        return NOT_A_NUMBER;
      }
    }
    return negative ? -1 : value;
  }
}
