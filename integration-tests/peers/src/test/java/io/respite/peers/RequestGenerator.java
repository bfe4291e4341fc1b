package io.respite.peers;

import io.respite.server.command.Command;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.Syntax;
import io.respite.server.command.Syntax.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Makes random requests from the rows of the command table: each follows the grammar of its row,
 * options come and go, and now and then something is wrong with it. The same seed makes the same
 * requests.
 *
 * <p>Numbers that say how many arguments follow are right most of the time: {@code numkeys} and its
 * kind decide how often the next repeated argument is given, and so does the first list of two that
 * must be of the same length (STREAMS, WEIGHTS).
 */
final class RequestGenerator {
  private static final int OPTION_PERCENT = 35;
  private static final int WRONG_PERCENT = 2;
  private static final int MOST_REPEATED = 4;
  private static final Set<String> SAME_LENGTH = Set.of("weight", "id");

  private static final int FILL_PERCENT = 25;
  private static final int EXEC_PERCENT = 15;
  private static final Set<String> ENDS = Set.of("exec", "discard", "reset");
  private static final Set<String> FILLING =
      Set.of(
          "set",
          "setrange",
          "rpush",
          "sadd",
          "zadd",
          "hset",
          "xadd",
          "xgroup|create",
          "xreadgroup",
          "pfadd",
          "geoadd",
          "multi");

  private final Random random;
  private final RandomValues values;
  private final List<Command> rows;
  private final Set<String> tokens;
  private Command row;
  private int counted;
  private int promised;
  private boolean inTransaction;

  /**
   * A generator.
   *
   * @param tokens gathers, as {@code command TOKEN}, the options that occurred
   */
  RequestGenerator(long seed, List<Command> rows, Set<String> tokens) {
    this.random = new Random(seed);
    this.values = new RandomValues(random);
    this.rows = rows;
    this.tokens = tokens;
  }

  /** The tokens of a row's grammar, as the generator gathers them. */
  static List<String> tokensOf(Command row) {
    List<String> found = new ArrayList<>();
    gather(row, Syntax.parse(row.syntax()), found);
    return found;
  }

  private static void gather(Command row, List<Argument> arguments, List<String> found) {
    for (Argument argument : arguments) {
      if (!argument.token().isEmpty()) {
        found.add(row.fullName() + " " + argument.token());
      }
      gather(row, argument.children(), found);
    }
  }

  /** The next request. */
  Request next() {
    row = choose();
    List<String> words = new ArrayList<>(List.of(row.fullName().split("\\|", -1)));
    if (random.nextBoolean()) {
      words.replaceAll(word -> word.toUpperCase(Locale.ROOT));
    }
    counted = 0;
    promised = 0;
    arguments(Syntax.parse(row.syntax()), words);
    values.makeLexical(row.fullName(), words);
    if (random.nextInt(100) < WRONG_PERCENT) {
      spoil(words);
    }
    inTransaction = row.name().equals("multi") || (inTransaction && !ENDS.contains(row.name()));
    return new Request(row.fullName(), List.copyOf(words));
  }

  /** Any row, but more often one that fills keys, and one that ends a transaction soon. */
  private Command choose() {
    int chance = random.nextInt(100);
    if (inTransaction && chance < EXEC_PERCENT) {
      return named(Set.of("exec"));
    }
    return chance >= 100 - FILL_PERCENT ? named(FILLING) : rows.get(random.nextInt(rows.size()));
  }

  private Command named(Set<String> names) {
    List<Command> found =
        rows.stream().filter(command -> names.contains(command.fullName())).toList();
    List<Command> some = found.isEmpty() ? rows : found;
    return some.get(random.nextInt(some.size()));
  }

  private void spoil(List<String> words) {
    int place = row.parent() == null ? 1 : 2;
    if (words.size() > place && random.nextBoolean()) {
      words.remove(place + random.nextInt(words.size() - place));
    } else {
      // Never a number behind a command that could take it for a timeout.
      words.add(row.is(CommandFlag.BLOCKING) ? "x" : values.element());
    }
  }

  private void arguments(List<Argument> arguments, List<String> words) {
    for (Argument argument : arguments) {
      if (!argument.optional() || always(argument) || random.nextInt(100) < OPTION_PERCENT) {
        argument(argument, words);
      }
    }
  }

  /**
   * Scans go through all there is in one step, because the order of the steps is nobody's business;
   * and SPOP takes all there is, because what it takes is left to chance.
   */
  private boolean always(Argument argument) {
    return row.name().equals("spop")
        || (row.name().endsWith("scan") && argument.token().equals("COUNT"));
  }

  private void argument(Argument argument, List<String> words) {
    int times = 1;
    if (argument.multiple()) {
      times = times(argument);
    }
    for (int i = 0; i < times; i++) {
      if (!argument.token().isEmpty() && (i == 0 || argument.multipleToken())) {
        tokens.add(row.fullName() + " " + argument.token());
        words.add(random.nextBoolean() ? argument.token() : lower(argument.token()));
      }
      switch (argument.type()) {
        case PURE_TOKEN -> {}
        case ONEOF -> {
          List<Argument> choices = argument.children();
          argument(choices.get(random.nextInt(choices.size())), words);
        }
        case BLOCK -> arguments(argument.children(), words);
        default -> words.add(value(argument));
      }
    }
  }

  private int times(Argument argument) {
    if (promised > 0) {
      int times = promised;
      promised = 0;
      counted = times;
      return times;
    }
    if (counted > 0 && SAME_LENGTH.contains(lower(argument.name()))) {
      return counted;
    }
    counted = 1 + random.nextInt(MOST_REPEATED);
    return counted;
  }

  private String value(Argument argument) {
    if (argument.name().startsWith("num") && argument.type() == Syntax.Type.INTEGER) {
      promised = 1 + random.nextInt(MOST_REPEATED - 1);
      return random.nextInt(100) < WRONG_PERCENT ? values.number() : Integer.toString(promised);
    }
    return values.of(row, argument);
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
