package io.respite.server.config;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One directive: its names, its kind, what it may be and what it is when nobody says anything.
 *
 * <p>A directive is a description and holds no value; a {@link Config} holds one value per
 * directive. The constants are in {@link Directives}.
 *
 * @param <T> what a value is to the code that reads it; values are immutable and never null
 */
public abstract class Directive<T> {
  /** What is special about a directive. */
  public enum Trait {
    /** Only the configuration file and the command line may set it. */
    IMMUTABLE,
    /** CONFIG GET shows it by its exact name, not by a pattern. */
    HIDDEN,
    /** CONFIG SET needs {@code enable-protected-configs}. */
    PROTECTED,
    /** The value is a secret: logs and the slow log must not hold it. */
    SENSITIVE,
    /** The value has several words. */
    SEVERAL_WORDS,
    /** CONFIG SET is refused while a data set is loaded. */
    NOT_WHILE_LOADING,
    /** It is known, checked, kept and shown, and this server does nothing of what it says. */
    NO_EFFECT
  }

  private final String name;
  private final String alias;
  private final T initial;
  private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
  private String meaning = "";

  /**
   * Describes a directive.
   *
   * @param name as in {@code redis.conf}, or {@code name|alias} where an old name is still known
   * @param initial the default
   */
  Directive(String name, T initial) {
    int bar = name.indexOf('|');
    this.name = bar < 0 ? name : name.substring(0, bar);
    this.alias = bar < 0 ? "" : name.substring(bar + 1);
    this.initial = initial;
  }

  /** Adds traits while the table is built. */
  Directive<T> with(Trait... more) {
    traits.addAll(List.of(more));
    return this;
  }

  /**
   * Says what the directive is for, in our own words; of one with {@link Trait#NO_EFFECT} why it
   * does nothing, as the rest of a sentence. {@link Directives} lets none in without.
   */
  Directive<T> means(String sentence) {
    meaning = sentence;
    return this;
  }

  /** What it is for; of a directive with {@link Trait#NO_EFFECT} why it does nothing. */
  public final String meaning() {
    return meaning;
  }

  /** The default as a line of a configuration has it; empty where there is none. */
  public final String usual() {
    String shown = show(initial);
    List<String> lines = written(initial);
    return lines.size() == 1 && !lines.get(0).startsWith("\"") ? lines.get(0) : shown;
  }

  /** What values are allowed, in words for the reference. */
  public abstract String allowed();

  /** The name that CONFIG GET shows. */
  public final String name() {
    return name;
  }

  /** The old name, or an empty string. */
  public final String alias() {
    return alias;
  }

  /** The default. */
  public final T initial() {
    return initial;
  }

  /** Whether the directive has a trait. */
  public final boolean is(Trait trait) {
    return traits.contains(trait);
  }

  /**
   * Reads a value.
   *
   * @param words what stands after the name; at least one
   * @param before the value so far, for directives of which a line sets only a part
   * @param adding whether an earlier line of the same configuration already set the directive, so
   *     that a list of lines grows instead of starting anew
   * @throws BadValueException with Redis's text
   */
  abstract T parse(List<String> words, T before, boolean adding) throws BadValueException;

  /** The value as CONFIG GET shows it. */
  public abstract String show(T value);

  /** What follows the name on each line that a rewritten file holds for this value. */
  List<String> written(T value) {
    return List.of(show(value));
  }

  /** Whether a rewritten file needs lines for this value although it had none. */
  boolean mustBeWritten(T value) {
    return !value.equals(initial);
  }

  /** Whether a server that knows nothing of the directive fails to do what this value says. */
  boolean asksForSomething(T value) {
    return !value.equals(initial);
  }

  static void requireOneWord(List<String> words) throws BadValueException {
    if (words.size() != 1) {
      throw new BadValueException("wrong number of arguments");
    }
  }

  /** A path that a directive holds, resolved against the data folder. */
  static Path resolve(Path folder, String path) {
    return folder.resolve(Words.toUnicode(path)).normalize();
  }

  @Override
  public final String toString() {
    return name;
  }
}
