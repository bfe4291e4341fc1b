package io.respite.server.config;

import io.respite.server.config.Directive.Trait;
import io.respite.server.environment.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One server's value for every directive.
 *
 * <p>Any thread may read. Changes come from the thread that starts the server and, later, from
 * CONFIG SET, one at a time. {@link #set} is all or nothing: every value is parsed before the first
 * is stored, and when a reader refuses the new value (a port that is taken), everything is put back
 * and the readers already told are told again.
 */
public final class Config {
  /** Takes over a directive's value; told once at registration and after each change. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Uses the value from now on.
     *
     * @throws BadValueException when it cannot; the change is then undone
     */
    void accept(T value) throws BadValueException;
  }

  private final Storage storage;
  private final Map<Directive<?>, Object> values = new ConcurrentHashMap<>();
  private final Map<Directive<?>, List<Reader<Object>>> readers = new HashMap<>();
  private final Set<Directive<?>> read = ConcurrentHashMap.newKeySet();
  private final Set<Directive<?>> setByFile = new HashSet<>();
  private final List<RenamedCommand> renamedCommands = new ArrayList<>();
  private Optional<Path> file = Optional.empty();

  /**
   * Every directive has its default.
   *
   * @param folder the absolute folder that {@code dir} names until it is set
   */
  public Config(Storage storage, Path folder) {
    this.storage = storage;
    for (Directive<?> directive : Directives.all()) {
      values.put(directive, directive.initial());
    }
    values.put(Directives.DIR, folder);
    read.add(Directives.DIR);
  }

  /**
   * The value now; the caller is taken to act upon the directive. Code that runs often keeps the
   * value in a field instead, see {@link #follow}; code that only shows the value, and does not
   * heed it, uses {@link #peek}.
   */
  public <T> T get(Directive<T> directive) {
    read.add(directive);
    return value(directive);
  }

  /** The value now, to be shown: this alone does not give the directive an effect. */
  public <T> T peek(Directive<T> directive) {
    return value(directive);
  }

  /** Says that these directives have an effect, although they are first looked at later. */
  public void heed(Directive<?>... directives) {
    read.addAll(List.of(directives));
  }

  @SuppressWarnings("unchecked") // put() stores a T under a Directive<T> only
  <T> T value(Directive<T> directive) {
    return (T) values.get(directive);
  }

  /** The value now, as CONFIG GET shows it, one byte per char. */
  public <T> String show(Directive<T> directive) {
    return directive.show(value(directive));
  }

  /**
   * The lines that a rewritten file holds for a directive, without its name; and whether it needs
   * them.
   */
  <T> Written written(Directive<T> directive) {
    T value = value(directive);
    return new Written(directive.written(value), directive.mustBeWritten(value));
  }

  record Written(List<String> lines, boolean needed) {}

  /** Tells a reader the value now, and again whenever it changes. */
  public synchronized <T> void follow(Directive<T> directive, Reader<T> reader)
      throws BadValueException {
    onChange(directive, reader);
    reader.accept(value(directive));
  }

  /** Tells a reader whenever the value changes, but not now. */
  public synchronized <T> void onChange(Directive<T> directive, Reader<T> reader) {
    read.add(directive);
    addReader(directive, reader);
  }

  /**
   * Tells a reader the value now, and again whenever it changes, and does not count as giving the
   * directive its effect: the reader heeds some part of its meaning, but not what it is for.
   */
  public synchronized <T> void watch(Directive<T> directive, Reader<T> reader)
      throws BadValueException {
    addReader(directive, reader);
    reader.accept(value(directive));
  }

  @SuppressWarnings("unchecked") // the reader of a Directive<T> is only ever given a T
  private <T> void addReader(Directive<T> directive, Reader<T> reader) {
    readers.computeIfAbsent(directive, none -> new ArrayList<>()).add((Reader<Object>) reader);
  }

  /**
   * Directives whose values ask for something that this server does not do. A default asks for
   * nothing, and neither does a value that switches off what is not there.
   */
  public List<Directive<?>> withoutEffect() {
    return Directives.all().stream()
        .filter(this::isWithoutEffect)
        .<Directive<?>>map(directive -> directive)
        .toList();
  }

  /** Whether a directive's value asks for something that this server does not do. */
  public <T> boolean isWithoutEffect(Directive<T> directive) {
    return !read.contains(directive) && directive.asksForSomething(value(directive));
  }

  /** Directives that never cause a warning, because this server does what they say. */
  public Set<Directive<?>> heeded() {
    return Set.copyOf(read);
  }

  /** The configuration file, if the server was started with one. */
  public Optional<Path> file() {
    return file;
  }

  void file(Path path) {
    file = Optional.of(path);
  }

  /**
   * One {@code rename-command}.
   *
   * @param to one byte per char; empty to remove the command
   * @param place where it stands: the message without its reason when it cannot be obeyed
   */
  private record RenamedCommand(String from, String to, String place) {}

  /** Gives commands other names. */
  @FunctionalInterface
  public interface Renamer {
    /**
     * Renames one.
     *
     * @param to one byte per char; empty to remove the command
     * @throws BadValueException when that is not possible, with Redis's text
     */
    void rename(String from, String to) throws BadValueException;
  }

  /**
   * Carries out every {@code rename-command}, in the order of the configuration.
   *
   * @throws BadValueException for the first that the renamer refuses; the message is complete, as
   *     that of a {@link ConfigFileException}
   */
  public void renameCommands(Renamer renamer) throws BadValueException {
    for (RenamedCommand renamed : renamedCommands) {
      try {
        renamer.rename(renamed.from(), renamed.to());
      } catch (BadValueException refused) {
        throw new BadValueException(renamed.place() + refused.getMessage());
      }
    }
  }

  void renameCommand(String from, String to, String place) {
    renamedCommands.add(new RenamedCommand(from, to, place));
  }

  /** A path that a directive holds, resolved against {@code dir}. */
  public Path resolve(String path) {
    return Directive.resolve(value(Directives.DIR), path);
  }

  Storage storage() {
    return storage;
  }

  /** Sets a directive while a file is read; nobody is told. */
  <T> void load(Directive<T> directive, List<String> words) throws BadValueException {
    T value = directive.parse(words, value(directive), setByFile.contains(directive));
    verify(value);
    values.put(directive, value);
    setByFile.add(directive);
  }

  /**
   * Sets a directive by its name before anything reads it, as a program that embeds the server
   * does.
   *
   * @throws BadValueException naming the directive that is unknown or whose value is refused
   */
  public void setting(String name, String value) throws BadValueException {
    Directive<?> directive =
        Directives.find(name)
            .orElseThrow(() -> new BadValueException("unknown setting '" + name + "'"));
    List<String> words =
        directive.is(Trait.SEVERAL_WORDS) ? List.of(value.split(" ", -1)) : List.of(value);
    try {
      load(directive, words.stream().map(Words::fromUnicode).toList());
    } catch (BadValueException refused) {
      throw new BadValueException(
          "setting '" + name + "' is '" + value + "': " + refused.getMessage());
    }
  }

  private void verify(Object value) throws BadValueException {
    if (value instanceof Path folder && !storage.exists(folder)) {
      throw new BadValueException("No such file or directory");
    }
  }

  /**
   * CONFIG SET: changes several directives, or none.
   *
   * @param pairs names and values in turn, one byte per char; an even number
   * @param mayProtected whether protected directives may be set
   * @param loading whether a data set is being loaded
   * @return the directives, for warnings about those {@link #isWithoutEffect}
   * @throws ConfigException with the text of Redis's error reply
   */
  public synchronized List<Directive<?>> set(
      List<String> pairs, boolean mayProtected, boolean loading) throws ConfigException {
    List<Directive<?>> directives = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i += 2) {
      directives.add(settable(pairs.get(i), mayProtected, loading, directives));
    }
    Map<Directive<?>, Object> before = new LinkedHashMap<>();
    Map<Directive<?>, String> asked = new LinkedHashMap<>();
    for (int i = 0; i < pairs.size(); i += 2) {
      Directive<?> directive = directives.get(i / 2);
      asked.put(directive, pairs.get(i));
      before.put(directive, values.get(directive));
      try {
        values.put(directive, parsed(directive, pairs.get(i + 1)));
      } catch (BadValueException refused) {
        values.putAll(before);
        throw failed(pairs.get(i), refused.getMessage());
      }
    }
    for (Directive<?> directive : directives) {
      if (values.get(directive).equals(before.get(directive))) {
        continue;
      }
      try {
        tell(directive);
      } catch (BadValueException refused) {
        values.putAll(before);
        restore(directives);
        throw failed(asked.get(directive), refused.getMessage());
      }
    }
    return directives;
  }

  private static Directive<?> settable(
      String name, boolean mayProtected, boolean loading, List<Directive<?>> others)
      throws ConfigException {
    Directive<?> directive =
        Directives.find(name)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "Unknown option or number of arguments for CONFIG SET - '" + name + "'"));
    if (directive.is(Trait.IMMUTABLE)) {
      throw failed(name, "can't set immutable config");
    }
    if (directive.is(Trait.PROTECTED) && !mayProtected) {
      throw failed(name, "can't set protected config");
    }
    if (directive.is(Trait.NOT_WHILE_LOADING) && loading) {
      throw failed(name, "can't set while a data set is loaded");
    }
    if (others.contains(directive)) {
      throw failed(name, "duplicate parameter");
    }
    return directive;
  }

  private <T> T parsed(Directive<T> directive, String text) throws BadValueException {
    List<String> words =
        directive.is(Trait.SEVERAL_WORDS) ? List.of(text.split(" ", -1)) : List.of(text);
    T value = directive.parse(words, value(directive), false);
    verify(value);
    return value;
  }

  private void tell(Directive<?> directive) throws BadValueException {
    for (Reader<Object> reader : readers.getOrDefault(directive, List.of())) {
      reader.accept(values.get(directive));
    }
  }

  private void restore(List<Directive<?>> directives) {
    for (Directive<?> directive : directives) {
      try {
        tell(directive);
      } catch (BadValueException impossible) {
        // The value was in use a moment ago, so its reader has no reason to refuse it now.
        throw new IllegalStateException(
            "cannot go back to the former " + directive.name(), impossible);
      }
    }
  }

  private static ConfigException failed(String name, String reason) {
    return new ConfigException(
        "CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
  }
}
