package io.respite.server.script;

import io.respite.server.command.CommandError;
import io.respite.server.config.Words;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The first line of a script, {@code #!lua flags=no-writes,allow-oom} ("Script flags",
 * redis.io/docs).
 *
 * @param declared whether there is such a line
 * @param flags what it says
 * @param text the program without the line, but with its line break, so that lines keep their
 *     numbers
 */
// A record with an array: nobody compares headers.
@SuppressWarnings("ArrayRecordComponent")
record ScriptHeader(boolean declared, Set<ScriptFlag> flags, byte[] text) {
  private static final String ENGINE = "#!lua";
  private static final String FLAGS = "flags=";

  /**
   * Reads the first line of a script, if it is of that kind.
   *
   * @throws CommandError when it is, and says what cannot be
   */
  static ScriptHeader read(byte[] script) {
    Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
    if (script.length < 2 || script[0] != '#' || script[1] != '!') {
      return new ScriptHeader(false, flags, script);
    }
    int end = 0;
    while (end < script.length && script[end] != '\n') {
      end++;
    }
    if (end == script.length) {
      throw new CommandError("ERR Invalid script shebang");
    }
    String line = new String(script, 0, end, StandardCharsets.ISO_8859_1);
    Optional<List<String>> words = Words.split(line);
    if (words.isEmpty() || words.get().isEmpty()) {
      throw new CommandError("ERR Invalid engine in script shebang");
    }
    String engine = words.get().get(0);
    if (!engine.equals(ENGINE)) {
      throw new CommandError("ERR Unexpected engine in script shebang: " + engine);
    }
    for (String word : words.get().subList(1, words.get().size())) {
      if (!word.startsWith(FLAGS)) {
        throw new CommandError("ERR Unknown lua shebang option: " + word);
      }
      addFlags(word.substring(FLAGS.length()), flags);
    }
    byte[] text = java.util.Arrays.copyOfRange(script, end, script.length);
    return new ScriptHeader(true, flags, text);
  }

  /** The same, but null when the line says what cannot be. */
  static ScriptHeader readOrNull(byte[] script) {
    try {
      return read(script);
    } catch (CommandError malformed) {
      // Whoever runs it is told.
      return null;
    }
  }

  private static void addFlags(String list, Set<ScriptFlag> flags) {
    if (list.isEmpty()) {
      return;
    }
    for (String word : list.split(",", -1)) {
      ScriptFlag flag = ScriptFlag.of(word);
      if (flag == null) {
        throw new CommandError("ERR Unexpected flag in script shebang: " + word);
      }
      flags.add(flag);
    }
  }
}
