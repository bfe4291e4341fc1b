package io.respite.server.command;

import io.respite.server.metrics.CommandStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One row of the command table. COMMAND INFO, DOCS and GETKEYS, the check of the number of
 * arguments, ACL categories, cluster routing and statistics all derive from it. Rows are made by
 * the families:
 *
 * <pre>
 *   Command.named("hset")                  the name, in lower case
 *       .arity(-4)                         arguments with the name; negative: at least so many
 *       .group(HASH).since("2.0.0")        chapter and first version of the reference
 *       .flags(WRITE, DENYOOM, FAST)       see CommandFlag
 *       .keys(KeySpec.at(1, RW, UPDATE))   where the keys are; several calls for several specifications
 *       .complexity("O(N) ...")            in the reference's notation
 *       .summary("...")                    one sentence, our own words
 *       .syntax("key field value [field value ...]")   the arguments, in the reference's grammar
 *       .handler(this::hset)
 * </pre>
 *
 * A container such as CONFIG has subcommands and, if it is nothing without one, no handler.
 */
public final class Command {
  private final String name;
  private final Map<String, Command> subcommands = new LinkedHashMap<>();
  private final Set<CommandFlag> flags = EnumSet.noneOf(CommandFlag.class);
  private final List<KeySpec> keySpecs = new ArrayList<>();
  private final List<String> tips = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private final CommandStatistics statistics = new CommandStatistics();
  private Command parent;
  private int arity;
  private CommandGroup group;
  private String since = "";
  private String complexity = "";
  private String summary = "";
  private String syntax = "";
  private String deprecatedSince = "";
  private String replacedBy = "";
  private Handler handler;
  private KeyFunction keyFunction;

  private Command(String name) {
    this.name = name;
  }

  /** A new row; the name is in lower case. */
  public static Command named(String name) {
    return new Command(name);
  }

  /** Sets the number of arguments, the name included; negative for at least so many. */
  public Command arity(int count) {
    arity = count;
    return this;
  }

  /** Sets the chapter. */
  public Command group(CommandGroup chapter) {
    group = chapter;
    return this;
  }

  /** Sets the first version that has it. */
  public Command since(String version) {
    since = version;
    return this;
  }

  /** Adds flags. */
  public Command flags(CommandFlag... more) {
    Collections.addAll(flags, more);
    return this;
  }

  /** Adds a key specification. */
  public Command keys(KeySpec spec) {
    keySpecs.add(spec);
    return this;
  }

  /** Sets what finds the keys instead of the specifications. */
  public Command keyFunction(KeyFunction finder) {
    keyFunction = finder;
    return this;
  }

  /** Sets the cost. */
  public Command complexity(String notation) {
    complexity = notation;
    return this;
  }

  /** Sets the one sentence. */
  public Command summary(String sentence) {
    summary = sentence;
    return this;
  }

  /** Sets the grammar of the arguments. */
  public Command syntax(String grammar) {
    syntax = grammar;
    return this;
  }

  /** Adds a hint for clients ("Command tips", redis.io/docs). */
  public Command tip(String hint) {
    tips.add(hint);
    return this;
  }

  /** Adds a change in a later version: the version, a colon, what changed. */
  public Command changed(String version, String what) {
    history.add(version + ":" + what);
    return this;
  }

  /** Says that another way is preferred. */
  public Command deprecated(String version, String instead) {
    deprecatedSince = version;
    replacedBy = instead;
    return this;
  }

  /** Sets what executes it. */
  public Command handler(Handler action) {
    handler = action;
    return this;
  }

  /** Adds a subcommand: a row named by its second word. */
  public Command subcommand(Command child) {
    child.parent = this;
    if (child.group == null) {
      child.group = group;
    }
    subcommands.put(child.name, child);
    return this;
  }

  /** The name's last word, in lower case. */
  public String name() {
    return name;
  }

  /** The whole name, as {@code config|get}. */
  public String fullName() {
    return parent == null ? name : parent.name + "|" + name;
  }

  /** The container this is a subcommand of, or null. */
  public Command parent() {
    return parent;
  }

  /** Number of arguments, the name included; negative for at least so many. */
  public int arity() {
    return arity;
  }

  /** Whether a request with this many arguments, the name included, may be one of this command. */
  public boolean accepts(int count) {
    return arity >= 0 ? count == arity : count >= -arity;
  }

  /** The chapter. */
  public CommandGroup group() {
    return group;
  }

  /** The first version that has it. */
  public String since() {
    return since;
  }

  /** The cost. */
  public String complexity() {
    return complexity;
  }

  /** One sentence. */
  public String summary() {
    return summary;
  }

  /** The grammar of the arguments. */
  public String syntax() {
    return syntax;
  }

  /** The version since which another way is preferred; empty when it is not. */
  public String deprecatedSince() {
    return deprecatedSince;
  }

  /** What is preferred; empty when nothing is. */
  public String replacedBy() {
    return replacedBy;
  }

  /** Hints for clients. */
  public List<String> tips() {
    return tips;
  }

  /** Changes in later versions, each a version, a colon, and what changed. */
  public List<String> history() {
    return history;
  }

  /** Whether the row has this flag. */
  public boolean is(CommandFlag flag) {
    return flags.contains(flag);
  }

  /** The flags. */
  public Set<CommandFlag> flags() {
    return flags;
  }

  /** The key specifications. */
  public List<KeySpec> keySpecs() {
    return keySpecs;
  }

  /** What finds the keys instead of the specifications; null where those do. */
  public KeyFunction keyFunction() {
    return keyFunction;
  }

  /** The subcommands by name, in the order of their declaration; empty for most. */
  public Map<String, Command> subcommands() {
    return subcommands;
  }

  /** What executes it; null for a container that is nothing without a subcommand. */
  public Handler handler() {
    return handler;
  }

  /** What INFO commandstats shows. */
  public CommandStatistics statistics() {
    return statistics;
  }

  /**
   * ACL categories without the at sign, sorted: they follow from flags and group ("ACL",
   * redis.io/docs).
   */
  public Set<String> categories() {
    Set<String> categories = new TreeSet<>();
    if (handler == null) {
      // A container does nothing by itself: what is allowed is said of its subcommands.
      categories.add("slow");
      return categories;
    }
    if (flags.contains(CommandFlag.WRITE)) {
      categories.add("write");
    }
    // SCRIPTING commands read through the scripts they run and are in no such category of their
    // own.
    if (flags.contains(CommandFlag.READONLY) && group != CommandGroup.SCRIPTING) {
      categories.add("read");
    }
    if (flags.contains(CommandFlag.ADMIN)) {
      categories.add("admin");
      categories.add("dangerous");
    }
    if (flags.contains(CommandFlag.PUBSUB)) {
      categories.add("pubsub");
    }
    if (flags.contains(CommandFlag.BLOCKING)) {
      categories.add("blocking");
    }
    categories.add(flags.contains(CommandFlag.FAST) ? "fast" : "slow");
    switch (group) {
      case GENERIC -> categories.add("keyspace");
      case TRANSACTIONS -> categories.add("transaction");
      case SORTED_SET -> categories.add("sortedset");
      case SERVER, CLUSTER, SENTINEL -> {}
      default -> categories.add(group.name().toLowerCase(Locale.ROOT));
    }
    categories.addAll(extraCategories);
    categories.removeAll(withoutCategories);
    return categories;
  }

  private final Set<String> extraCategories = new TreeSet<>();
  private final Set<String> withoutCategories = new TreeSet<>();

  /** Adds ACL categories that do not follow from flags and group. */
  public Command categories(String... more) {
    Collections.addAll(extraCategories, more);
    return this;
  }

  /** Leaves out an ACL category that would follow from flags or group. */
  public Command withoutCategory(String category) {
    withoutCategories.add(category);
    return this;
  }
}
