package io.respite.rigs;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply.
 *
 * @param type its first byte
 * @param text what a line or a bulk string holds, a byte a char; empty for an aggregate
 * @param items what an aggregate holds; empty for a line or a bulk string
 */
public record Resp(char type, String text, List<Resp> items) {
  private static final String AGGREGATES = "*~%>";

  /** Reads one reply. */
  public static Resp read(InputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException("the server closed the connection");
    }
    char type = (char) first;
    String line = line(in);
    if (type == '$' || type == '=') {
      int length = Integer.parseInt(line);
      return length < 0 ? new Resp('_', "", List.of()) : new Resp('$', bulk(in, length), List.of());
    }
    if (AGGREGATES.indexOf(type) < 0) {
      return new Resp(type, line, List.of());
    }
    int count = Integer.parseInt(line);
    if (count < 0) {
      return new Resp('_', "array", List.of());
    }
    List<Resp> items = new ArrayList<>();
    for (int i = 0; i < (type == '%' ? 2 * count : count); i++) {
      items.add(read(in));
    }
    return new Resp(type, "", items);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server closed the connection within a reply");
      }
      bytes.write(b);
    }
    if (in.read() != '\n') {
      throw new IOException("a line ends with CR alone");
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static String bulk(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2 || bytes[length] != '\r') {
      throw new EOFException("a bulk string is cut off");
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Whether it is an error. */
  public boolean isError() {
    return type == '-';
  }

  /** Whether it holds other replies. */
  public boolean isAggregate() {
    return AGGREGATES.indexOf(type) >= 0;
  }

  @Override
  public String toString() {
    if (isAggregate()) {
      return type + items.toString();
    }
    return type == '$' ? '"' + escaped(text) + '"' : type + escaped(text);
  }

  /** Bytes as redis-cli takes them between double quotes. */
  public static String escaped(String bytes) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      char c = bytes.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append(String.format("\\x%02x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
