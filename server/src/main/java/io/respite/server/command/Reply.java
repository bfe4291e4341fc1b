package io.respite.server.command;

import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes replies in RESP2 or RESP3 ("Redis serialization protocol specification", redis.io/docs)
 * into one growing array.
 *
 * <p>There is this one writer and many readers of what it wrote: sockets, scripts, tests. Types
 * that RESP2 lacks are written as their RESP2 stand-ins, so that handlers need not ask for the
 * protocol.
 */
public final class Reply {
  private static final byte[] OK = ascii("+OK\r\n");
  private static final byte[] QUEUED = ascii("+QUEUED\r\n");
  private static final byte[] NIL2 = ascii("$-1\r\n");
  private static final byte[] NIL_ARRAY2 = ascii("*-1\r\n");
  private static final byte[] NIL3 = ascii("_\r\n");
  private static final int SMALL = 64;

  /** Up to 1 GiB, and never so much that growing could take all of the heap. */
  private static final int LIMIT = (int) Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 4);

  private final int limit;
  private byte[] buffer;
  private int end;
  private int protocol = 2;

  /**
   * An empty reply.
   *
   * @param limit most bytes it may take; a reply that would pass it is an error to the client
   *     instead
   */
  public Reply(int limit) {
    this.limit = limit;
    this.buffer = new byte[1024];
  }

  /** An empty reply of up to 1 GiB, or a quarter of the heap if that is less. */
  public Reply() {
    this(LIMIT);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Writes RESP2 or RESP3 from now on. */
  public void protocol(int version) {
    protocol = version;
  }

  /** 2 or 3. */
  public int protocol() {
    return protocol;
  }

  /** The array with what was written, from 0 to {@link #size()}; shared. */
  public byte[] buffer() {
    return buffer;
  }

  /** Bytes written. */
  public int size() {
    return end;
  }

  /** Takes back everything after the first {@code size} bytes. */
  public void truncate(int size) {
    end = size;
  }

  /** Takes back everything; a buffer grown beyond {@code keep} bytes is let go. */
  public void clear(int keep) {
    end = 0;
    if (buffer.length > keep) {
      buffer = new byte[1024];
    }
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(buffer, end);
  }

  private void reserve(int more) {
    if (buffer.length - end < more) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) end + more;
    if (needed > limit) {
      throw new CommandError("ERR the reply would be larger than " + limit + " bytes");
    }
    buffer = Arrays.copyOf(buffer, (int) Math.min(limit, Math.max(needed, buffer.length * 2L)));
  }

  private void raw(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, end, bytes.length);
    end += bytes.length;
  }

  /** Appends bytes that are RESP already. */
  public void raw(byte[] bytes, int offset, int length) {
    reserve(length);
    System.arraycopy(bytes, offset, buffer, end, length);
    end += length;
  }

  /** {@code OK}. */
  public void ok() {
    raw(OK);
  }

  /** {@code QUEUED}. */
  public void queued() {
    raw(QUEUED);
  }

  /** A simple string; CR and LF in it become spaces, so that it stays one frame. */
  public void simple(String text) {
    line('+', text);
  }

  /** An error, code word first; CR and LF in it become spaces. */
  public void error(String text) {
    line('-', text);
  }

  private void line(char type, String text) {
    int length = text.length();
    reserve(length + 3);
    buffer[end++] = (byte) type;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      buffer[end++] = (byte) (c == '\r' || c == '\n' ? ' ' : c);
    }
    crlf();
  }

  private void crlf() {
    buffer[end++] = '\r';
    buffer[end++] = '\n';
  }

  private void header(char type, long number) {
    reserve(24);
    buffer[end++] = (byte) type;
    digits(number);
    crlf();
  }

  private void digits(long number) {
    if (number >= 0 && number < 10) {
      buffer[end++] = (byte) ('0' + number);
      return;
    }
    if (number == Long.MIN_VALUE) {
      byte[] least = ascii(Long.toString(number));
      System.arraycopy(least, 0, buffer, end, least.length);
      end += least.length;
      return;
    }
    if (number < 0) {
      buffer[end++] = '-';
      number = -number;
    }
    int size = 1;
    for (long n = number; n >= 10; n /= 10) {
      size++;
    }
    int at = end + size;
    end = at;
    do {
      buffer[--at] = (byte) ('0' + number % 10);
      number /= 10;
    } while (number != 0);
  }

  /** An integer. */
  public void integer(long number) {
    header(':', number);
  }

  /** A boolean; an integer 1 or 0 in RESP2. */
  public void bool(boolean value) {
    if (protocol == 3) {
      raw(ascii(value ? "#t\r\n" : "#f\r\n"));
    } else {
      integer(value ? 1 : 0);
    }
  }

  /**
   * A double as its text; a bulk string in RESP2. The caller formats, because commands differ in
   * that.
   */
  public void doubleText(String text) {
    if (protocol == 3) {
      line(',', text);
    } else {
      bulk(text);
    }
  }

  /**
   * A double in its shortest form, as {@link Numbers#doubleBytes} writes it; a bulk string in
   * RESP2.
   */
  public void number(double value) {
    boolean whole = Math.abs(value) < 0x1p53 && value == (long) value && value != 0;
    if (protocol != 3) {
      if (whole) {
        bulk((long) value);
      } else {
        bulk(Numbers.doubleBytes(value));
      }
    } else if (whole) {
      header(',', (long) value);
    } else {
      doubleText(Numbers.doubleBytes(value));
    }
  }

  /** A double as its text in ASCII; a bulk string in RESP2. */
  public void doubleText(byte[] text) {
    if (protocol != 3) {
      bulk(text);
      return;
    }
    reserve(text.length + 3);
    buffer[end++] = ',';
    System.arraycopy(text, 0, buffer, end, text.length);
    end += text.length;
    crlf();
  }

  /** A big number as its text; a bulk string in RESP2. */
  public void bigNumber(String text) {
    if (protocol == 3) {
      line('(', text);
    } else {
      bulk(text);
    }
  }

  /** A bulk string. */
  public void bulk(byte[] bytes) {
    bulk(bytes, 0, bytes.length);
  }

  /** A bulk string of a byte range. */
  public void bulk(byte[] bytes, int offset, int length) {
    reserve(length + SMALL);
    buffer[end++] = '$';
    digits(length);
    crlf();
    System.arraycopy(bytes, offset, buffer, end, length);
    end += length;
    crlf();
  }

  /** A bulk string of a text, in UTF-8. */
  public void bulk(String text) {
    bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A bulk string with a number's decimal digits. */
  public void bulk(long number) {
    int size = number < 0 ? 1 : 0;
    long n = number;
    do {
      size++;
      n /= 10;
    } while (n != 0);
    reserve(SMALL);
    buffer[end++] = '$';
    digits(size);
    crlf();
    digits(number);
    crlf();
  }

  /** A bulk string with a stream's id: two unsigned numbers and a hyphen between them. */
  public void streamId(long millis, long sequence) {
    int size = StreamId.textLength(millis, sequence);
    reserve(SMALL + SMALL);
    buffer[end++] = '$';
    digits(size);
    crlf();
    end += StreamId.write(millis, sequence, buffer, end);
    crlf();
  }

  /**
   * A text for humans in a format such as {@code txt}; a bulk string in RESP2. The format has three
   * letters.
   */
  public void verbatim(String format, String text) {
    verbatim(format, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for a text as bytes. */
  public void verbatim(String format, byte[] bytes) {
    if (protocol != 3) {
      bulk(bytes);
      return;
    }
    header('=', bytes.length + 4L);
    raw((format + ":").getBytes(StandardCharsets.ISO_8859_1));
    raw(bytes);
    raw(ascii("\r\n"));
  }

  /** No value. */
  public void nil() {
    raw(protocol == 3 ? NIL3 : NIL2);
  }

  /** No array. */
  public void nilArray() {
    raw(protocol == 3 ? NIL3 : NIL_ARRAY2);
  }

  /** An array of this many replies, which follow. */
  public void array(long size) {
    header('*', size);
  }

  /** A map of this many pairs, which follow; an array of twice as many in RESP2. */
  public void map(long pairs) {
    if (protocol == 3) {
      header('%', pairs);
    } else {
      header('*', pairs * 2);
    }
  }

  /** A set of this many replies, which follow; an array in RESP2. */
  public void set(long size) {
    header(protocol == 3 ? '~' : '*', size);
  }

  /** A push message of this many replies, which follow; an array in RESP2. */
  public void push(long size) {
    header(protocol == 3 ? '>' : '*', size);
  }

  /**
   * Begins an aggregate whose size is not known yet: remember the result for one of the {@code
   * finish} methods.
   */
  public int begin() {
    return end;
  }

  /** Makes what was written since {@code begin} an array of this many replies. */
  public void finishArray(int begin, long size) {
    insertHeader(begin, '*', size);
  }

  /** Makes what was written since {@code begin} a map of this many pairs; an array in RESP2. */
  public void finishMap(int begin, long pairs) {
    if (protocol == 3) {
      insertHeader(begin, '%', pairs);
    } else {
      insertHeader(begin, '*', pairs * 2);
    }
  }

  /** Makes what was written since {@code begin} a set of this many replies; an array in RESP2. */
  public void finishSet(int begin, long size) {
    insertHeader(begin, protocol == 3 ? '~' : '*', size);
  }

  private void insertHeader(int begin, char type, long number) {
    int content = end - begin;
    header(type, number);
    int head = end - begin - content;
    byte[] bytes = Arrays.copyOfRange(buffer, begin + content, end);
    System.arraycopy(buffer, begin, buffer, begin + head, content);
    System.arraycopy(bytes, 0, buffer, begin, head);
  }
}
