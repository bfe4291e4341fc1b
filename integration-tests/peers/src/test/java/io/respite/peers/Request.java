package io.respite.peers;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A request: the full name of its command, and its words, a byte a char.
 *
 * @param command in lower case, as {@code object|encoding}
 */
record Request(String command, List<String> words) {
  /** Whether a word occurs behind the command's name, in either case. */
  boolean has(String word) {
    return words.stream().skip(1).anyMatch(word::equalsIgnoreCase);
  }

  void writeTo(ByteArrayOutputStream out) {
    out.writeBytes(bytes("*" + words.size() + "\r\n"));
    for (String word : words) {
      out.writeBytes(bytes("$" + word.length() + "\r\n" + word + "\r\n"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** As a line for redis-cli. */
  @Override
  public String toString() {
    return words.stream()
        .map(
            word ->
                word.matches("[A-Za-z0-9_.+*$#@:^{},=-]+") ? word : '"' + Resp.escaped(word) + '"')
        .collect(Collectors.joining(" "));
  }
}
