package io.respite.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code redis.conf}.
 *
 * <p>A line is a directive and its words, in the grammar of {@link Words}; blank lines and lines
 * that begin with {@code #} mean nothing. {@code include} reads another file in its place; a
 * pattern may match no file, a plain name must exist. What stands later wins, except that several
 * {@code save} lines add up.
 */
public final class ConfigFile {
  private static final int LARGEST_FILE_BYTES = 64 << 20;
  private static final String FATAL = "\n*** FATAL CONFIG FILE ERROR (Respite) ***\n";
  private static final int DEEPEST_INCLUDE = 64;

  /** Words per line (with the name) of directives that Redis knows and ignores. */
  private static final Map<String, Integer> IGNORED =
      Map.of(
          "list-max-ziplist-entries", 2, "list-max-ziplist-value", 2, "lua-replicate-commands", 2);

  private final Config config;
  private int depth;

  private ConfigFile(Config config) {
    this.config = config;
  }

  /**
   * Reads a configuration in Redis's order: the file, then what came from standard input, then the
   * options.
   *
   * @param standardInput what was read from it; empty when it was not asked for
   * @param options the command line as lines of a configuration
   * @throws ConfigFileException with a message of several lines that is ready to be shown
   */
  public static void load(Config config, Optional<Path> file, String standardInput, String options)
      throws ConfigFileException {
    ConfigFile reader = new ConfigFile(config);
    if (file.isPresent()) {
      Path path = file.get().toAbsolutePath().normalize();
      config.file(path);
      reader.readFile(path);
    }
    reader.readLines("standard input", standardInput);
    reader.readLines("the command line", options);
    requireConsistency(config);
  }

  private static void requireConsistency(Config config) throws ConfigFileException {
    if (config.value(Directives.CLUSTER_ENABLED) && !config.value(Directives.REPLICAOF).isEmpty()) {
      throw fatal("replicaof directive not allowed in cluster mode");
    }
  }

  private void readFile(Path path) throws ConfigFileException {
    if (++depth > DEEPEST_INCLUDE) {
      throw fatal("'" + path + "' is included more than " + DEEPEST_INCLUDE + " levels deep");
    }
    String text;
    try {
      text =
          new String(config.storage().read(path, LARGEST_FILE_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new ConfigFileException(
          "Fatal error, can't open config file '" + path + "': " + reason(unreadable));
    }
    readLines("'" + path + "'", text);
    depth--;
  }

  private static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "No such file or directory";
    }
    if (failure instanceof AccessDeniedException) {
      return "Permission denied";
    }
    return String.valueOf(failure.getMessage());
  }

  private void readLines(String origin, String text) throws ConfigFileException {
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = Words.trim(lines[i]);
      if (line.isEmpty() || line.charAt(0) == '#') {
        continue;
      }
      String place =
          FATAL
              + "Reading the configuration file, at line "
              + (i + 1)
              + " of "
              + origin
              + "\n>>> '"
              + line
              + "'\n";
      try {
        readLine(line, place);
      } catch (BadValueException refused) {
        throw new ConfigFileException(place + refused.getMessage());
      }
    }
  }

  private static ConfigFileException fatal(String text) {
    return new ConfigFileException(FATAL + text);
  }

  /** Obeys a line; {@code place} begins the message when it cannot be obeyed later. */
  private void readLine(String line, String place) throws BadValueException, ConfigFileException {
    List<String> words =
        Words.split(line)
            .orElseThrow(() -> new BadValueException("Unbalanced quotes in configuration line"));
    if (words.isEmpty()) {
      return;
    }
    String name = Words.lower(words.get(0));
    Optional<Directive<?>> directive = Directives.find(name);
    if (directive.isPresent()) {
      set(directive.get(), words.subList(1, words.size()));
    } else if (IGNORED.getOrDefault(name, 0) != words.size()) {
      special(name, words, place);
    }
  }

  private void set(Directive<?> directive, List<String> words) throws BadValueException {
    if (!directive.is(Directive.Trait.SEVERAL_WORDS)) {
      Directive.requireOneWord(words);
    }
    List<String> values = words;
    if (directive.is(Directive.Trait.SEVERAL_WORDS)
        && words.size() == 1
        && !words.get(0).isEmpty()) {
      // One quoted argument may hold them all: --save "60 1".
      values =
          Words.split(words.get(0))
              .orElseThrow(() -> new BadValueException("Unbalanced quotes in configuration line"));
    }
    if (values.isEmpty()) {
      throw new BadValueException("wrong number of arguments");
    }
    config.load(directive, values);
  }

  private void special(String name, List<String> words, String place)
      throws BadValueException, ConfigFileException {
    int count = words.size();
    if (name.equals("include") && count == 2) {
      include(words.get(1));
    } else if (name.equals("rename-command") && count == 3) {
      config.renameCommand(words.get(1), words.get(2), place);
    } else if (name.equals("user") && count >= 2) {
      throw new BadValueException("user declarations are not supported yet; use requirepass");
    } else if ((name.equals("loadmodule") && count >= 2) || name.indexOf('.') >= 0) {
      throw new BadValueException("modules are not supported");
    } else if (name.equals("sentinel")) {
      throw new BadValueException("sentinel directive while not in sentinel mode");
    } else {
      throw new BadValueException("Bad directive or wrong number of arguments");
    }
  }

  private void include(String name) throws ConfigFileException {
    Path path = config.resolve(name);
    if (name.indexOf('*') < 0 && name.indexOf('?') < 0 && name.indexOf('[') < 0) {
      readFile(path);
      return;
    }
    Path folder = path.getParent();
    if (folder == null || !config.storage().exists(folder)) {
      return;
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + path.getFileName());
    List<Path> names;
    try {
      names = config.storage().list(folder);
    } catch (IOException unreadable) {
      throw fatal("cannot list '" + folder + "': " + reason(unreadable));
    }
    for (Path candidate : names) {
      if (matcher.matches(candidate.getFileName())) {
        readFile(candidate);
      }
    }
  }
}
