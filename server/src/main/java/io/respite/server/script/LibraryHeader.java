package io.respite.server.script;

import io.respite.server.command.CommandError;
import io.respite.server.config.Words;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The first line of a library, {@code #!lua name=mylib} ("Redis functions", redis.io/docs).
 *
 * @param name the library's name
 * @param text the program without the line, but with its line break
 */
// A record with an array: nobody compares headers.
@SuppressWarnings("ArrayRecordComponent")
record LibraryHeader(String name, byte[] text) {
  private static final String MARK = "#!";
  private static final String ENGINE = "lua";
  private static final String NAME = "name=";

  /**
   * Reads the first line of a library.
   *
   * @throws CommandError when there is none, or it says what cannot be
   */
  static LibraryHeader read(byte[] code) {
    if (code.length < 2 || code[0] != '#' || code[1] != '!') {
      throw new CommandError("ERR Missing library metadata");
    }
    int end = 0;
    while (end < code.length && code[end] != '\n') {
      end++;
    }
    if (end == code.length) {
      throw new CommandError("ERR Invalid library metadata");
    }
    String line = new String(code, 0, end, StandardCharsets.ISO_8859_1);
    Optional<List<String>> words = Words.split(line);
    if (words.isEmpty() || words.get().isEmpty()) {
      throw new CommandError("ERR Invalid library metadata");
    }
    String engine = words.get().get(0).substring(MARK.length());
    String name = null;
    for (String word : words.get().subList(1, words.get().size())) {
      if (!word.toLowerCase(Locale.ROOT).startsWith(NAME)) {
        throw new CommandError("ERR Invalid metadata value given: " + word);
      }
      if (name != null) {
        throw new CommandError(
            "ERR Invalid metadata value, name argument was given multiple times");
      }
      name = word.substring(NAME.length());
    }
    if (name == null) {
      throw new CommandError("ERR Library name was not given");
    }
    checkName(name);
    if (!engine.equalsIgnoreCase(ENGINE)) {
      throw new CommandError("ERR Engine '" + engine + "' not found");
    }
    return new LibraryHeader(name, Arrays.copyOfRange(code, end, code.length));
  }

  /** Refuses names, of libraries and of functions, that are not words. */
  static void checkName(String name) {
    boolean right = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      right &=
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!right) {
      throw new CommandError(
          "ERR Library names can only contain letters, numbers, or underscores(_) and must be at"
              + " least one character long");
    }
  }
}
