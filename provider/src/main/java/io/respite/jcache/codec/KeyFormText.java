package io.respite.jcache.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Shows the stored form of a key to people. Nothing is made of what it reads but text, and no more
 * of that than fits a line.
 */
final class KeyFormText {
  private static final int MAX_SHOWN = 200;

  private final ByteBuffer in;
  private final StringBuilder out = new StringBuilder("(");
  private int depth;

  /**
   * A form as {@link KeyForm} writes it; bytes that are none are shown as far as they make sense.
   */
  KeyFormText(byte[] form) {
    in = ByteBuffer.wrap(form);
    try {
      in.getShort();
      for (String separator = ""; in.hasRemaining() && !full(); separator = ", ") {
        out.append(separator);
        part();
      }
    } catch (BufferUnderflowException e) {
      out.append("?");
    }
    if (full()) {
      out.setLength(MAX_SHOWN);
      out.append("...");
    }
    out.append(")");
  }

  private boolean full() {
    return out.length() > MAX_SHOWN;
  }

  private void part() {
    if (++depth > KeyForm.MAX_DEPTH + 1) {
      throw new BufferUnderflowException();
    }
    tagged();
    depth--;
  }

  private void tagged() {
    char tag = (char) in.get();
    switch (tag) {
      case 'n' -> out.append("null");
      case 'T' -> out.append("true");
      case 'F' -> out.append("false");
      case 's' -> out.append('"').append(text()).append('"');
      case 'e', 't' -> {
        text();
        out.append(text());
      }
      case 'N', 'D', 'C' -> out.append(text());
      case 'u' -> out.append(new java.util.UUID(in.getLong(), in.getLong()));
      case 'o', 'b', 'h', 'i', 'l', 'c', 'f', 'd', 'z' -> {
        if (tag == 'o') {
          part();
        } else {
          number(tag);
        }
      }
      case '[', 'L' -> parts("[", "]", count());
      case 'S' -> parts("{", "}", count());
      case 'M' -> entries(count());
      case 'p' -> primitives((char) in.get(), count());
      case 'J' -> {
        int length = count();
        skip(length);
        out.append("serialized ").append(length).append(" bytes");
      }
      default -> throw new BufferUnderflowException();
    }
  }

  private void number(char tag) {
    switch (tag) {
      case 'b' -> out.append(in.get());
      case 'h' -> out.append(in.getShort());
      case 'i' -> out.append(in.getInt());
      case 'l' -> out.append(in.getLong());
      case 'c' -> out.append('\'').append(in.getChar()).append('\'');
      case 'f' -> out.append(in.getFloat());
      case 'd' -> out.append(in.getDouble());
      case 'z' -> out.append(in.get() != 0);
      default -> throw new BufferUnderflowException();
    }
  }

  private void parts(String open, String close, int count) {
    out.append(open);
    for (int i = 0; i < count && !full(); i++) {
      out.append(i == 0 ? "" : ", ");
      part();
    }
    out.append(close);
  }

  private void primitives(char element, int count) {
    out.append('[');
    for (int i = 0; i < count && !full(); i++) {
      out.append(i == 0 ? "" : ", ");
      number(element);
    }
    out.append(']');
  }

  private void entries(int count) {
    out.append('{');
    for (int i = 0; i < count && !full(); i++) {
      out.append(i == 0 ? "" : ", ");
      part();
      out.append('=');
      part();
    }
    out.append('}');
  }

  private String text() {
    int length = count();
    int start = in.position();
    skip(length);
    String text = new String(in.array(), start, Math.min(length, MAX_SHOWN), UTF_8);
    return length <= MAX_SHOWN ? text : text + "...";
  }

  private void skip(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + length);
  }

  private int count() {
    int count = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int next = in.get();
      count |= (next & 0x7F) << shift;
      if (next >= 0) {
        return count;
      }
    }
    throw new BufferUnderflowException();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
