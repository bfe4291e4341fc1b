package io.respite.server.command;

import io.respite.server.encoding.Pieces;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request: the command's name and its arguments, as byte ranges of one shared array. The parser
 * of a connection reuses one instance, so what must outlive the call is {@linkplain #bytes copied}.
 */
public final class Arguments implements Pieces {
  private static final int INITIAL = 8;

  private byte[] buffer = new byte[0];
  private int[] offsets = new int[INITIAL];
  private int[] lengths = new int[INITIAL];
  private int count;

  /** No arguments yet. */
  public Arguments() {}

  /** A request made of these; the arrays are copied. */
  public static Arguments of(byte[]... parts) {
    long total = 0;
    for (byte[] part : parts) {
      total += part.length;
    }
    Arguments arguments = new Arguments();
    arguments.buffer = new byte[Math.toIntExact(total)];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, arguments.buffer, at, part.length);
      arguments.add(at, part.length);
      at += part.length;
    }
    return arguments;
  }

  /** A request made of texts, in UTF-8. */
  public static Arguments of(String... parts) {
    byte[][] bytes = new byte[parts.length][];
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = parts[i].getBytes(StandardCharsets.UTF_8);
    }
    return of(bytes);
  }

  /** Forgets the arguments; the next ones lie in {@code newBuffer}. */
  public void reset(byte[] newBuffer) {
    buffer = newBuffer;
    count = 0;
  }

  /** The arguments moved, as they lie, into another array by {@code delta} bytes. */
  public void rebase(byte[] newBuffer, int delta) {
    buffer = newBuffer;
    for (int i = 0; i < count; i++) {
      offsets[i] += delta;
    }
  }

  /** Adds one more argument, a range of the buffer. */
  public void add(int offset, int length) {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, count * 2);
      lengths = Arrays.copyOf(lengths, count * 2);
    }
    offsets[count] = offset;
    lengths[count++] = length;
  }

  /** How many there are, the command's name included. */
  @Override
  public int count() {
    return count;
  }

  /** The array that all arguments lie in; shared, not to be changed. */
  @Override
  public byte[] buffer() {
    return buffer;
  }

  /** Where argument {@code i} begins. */
  @Override
  public int offset(int i) {
    return offsets[i];
  }

  /** Length of argument {@code i} in bytes. */
  @Override
  public int length(int i) {
    return lengths[i];
  }

  /** A copy of argument {@code i}. */
  public byte[] bytes(int i) {
    return Arrays.copyOfRange(buffer, offsets[i], offsets[i] + lengths[i]);
  }

  /** Argument {@code i} as text, one char a byte (ISO 8859-1), so that nothing is lost. */
  public String text(int i) {
    return new String(buffer, offsets[i], lengths[i], StandardCharsets.ISO_8859_1);
  }

  /**
   * Whether argument {@code i} is this word in either case. {@code word} is ASCII and in lower
   * case.
   */
  public boolean is(int i, String word) {
    int length = lengths[i];
    if (length != word.length()) {
      return false;
    }
    int offset = offsets[i];
    for (int j = 0; j < length; j++) {
      int c = buffer[offset + j];
      if (c >= 'A' && c <= 'Z') {
        c |= 0x20;
      }
      if (c != word.charAt(j)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The beginning of argument {@code i} as errors quote it, one char a byte: up to a zero byte,
   * because Redis prints it as a C string, and at most {@code limit} bytes.
   */
  public String quoted(int i, int limit) {
    int from = offset(i);
    int end = from;
    while (end < from + Math.min(length(i), limit) && buffer[end] != 0) {
      end++;
    }
    return new String(buffer, from, end - from, StandardCharsets.ISO_8859_1);
  }

  /** A request of its own with copies of all arguments: for queues. */
  public Arguments copy() {
    byte[][] parts = new byte[count][];
    for (int i = 0; i < count; i++) {
      parts[i] = bytes(i);
    }
    return of(parts);
  }

  /** Copies of all arguments. */
  public byte[][] toArrays() {
    byte[][] parts = new byte[count][];
    for (int i = 0; i < count; i++) {
      parts[i] = bytes(i);
    }
    return parts;
  }
}
