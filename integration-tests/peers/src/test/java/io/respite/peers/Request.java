package io.respite.peers;

import io.respite.rigs.Resp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request: the full name of its command, and its words, a byte a char.
 *
 * @param command in lower case, as {@code object|encoding}
 */
record Request(String command, List<String> words) {
  /** Commands that store what they find, and delete the destination when they find nothing. */
  private static final Set<String> STORING =
      Set.of(
          "sinterstore",
          "sunionstore",
          "sdiffstore",
          "zinterstore",
          "zunionstore",
          "zdiffstore",
          "zrangestore",
          "geosearchstore");

  /** Whether a word occurs behind the command's name, in either case. */
  boolean has(String word) {
    return words.stream().skip(1).anyMatch(word::equalsIgnoreCase);
  }

  /** Whether the word right behind the command's name is this one, in either case. */
  boolean hasFirst(String word) {
    return words.size() > 1 && words.get(1).equalsIgnoreCase(word);
  }

  /**
   * What is sent before it: since 7.2, commands that name a consumer create it even when there is
   * nothing for it, so the consumer is created first.
   */
  List<Request> before() {
    if ((command.equals("xclaim") || command.equals("xautoclaim")) && words.size() > 5) {
      return List.of(consumer(words.get(1), words.get(2), words.get(3)));
    }
    List<String> upper = words.stream().map(word -> word.toUpperCase(Locale.ROOT)).toList();
    int group = upper.indexOf("GROUP");
    int streams = upper.indexOf("STREAMS") + 1;
    if (!command.equals("xreadgroup") || group < 0 || streams < group + 3) {
      return List.of();
    }
    return words.subList(streams, streams + (words.size() - streams) / 2).stream()
        .map(key -> consumer(key, words.get(group + 1), words.get(group + 2)))
        .toList();
  }

  /**
   * What is sent before it where events are compared: a destination that is dead is told of as
   * expired here, there as deleted when nothing is stored, and as expired when something is.
   */
  Optional<Request> lookAtDestination() {
    int at = STORING.contains(command) ? 1 : 2;
    boolean stores = at == 1 || command.equals("bitop");
    return stores && words.size() > at
        ? Optional.of(new Request("exists", List.of("EXISTS", words.get(at))))
        : Optional.empty();
  }

  private static Request consumer(String key, String group, String name) {
    return new Request(
        "xgroup|createconsumer", List.of("XGROUP", "CREATECONSUMER", key, group, name));
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
