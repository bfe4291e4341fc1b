package io.respite.server.command;

import io.respite.server.encoding.Numbers;
import java.nio.charset.StandardCharsets;

/** Builds the commands that a call leaves in the stream of effects. */
public final class Words {
  private Words() {}

  /** A word of a command. */
  public static byte[] of(String word) {
    return word.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A number as a word of a command. */
  public static byte[] of(long number) {
    return Numbers.longBytes(number);
  }
}
