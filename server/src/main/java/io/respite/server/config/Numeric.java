package io.respite.server.config;

import java.util.List;

/** A directive that is a whole number between two bounds, both included. */
final class Numeric extends Directive<Long> {
  /** How the number is written. */
  enum Notation {
    /** Decimal digits. */
    PLAIN("argument couldn't be parsed into an integer"),
    /** Decimal digits with an optional unit, see {@link MemorySize}. */
    MEMORY("argument must be a memory value"),
    /** As memory, or a percentage, which is held as a negative number. */
    MEMORY_OR_PERCENT("argument must be a memory or percent value"),
    /** Octal digits. */
    OCTAL("argument couldn't be parsed as an octal number");

    private final String refusal;

    Notation(String refusal) {
      this.refusal = refusal;
    }
  }

  private final Notation notation;
  private final long lowest;
  private final long highest;

  Numeric(String name, Notation notation, long lowest, long highest, long initial) {
    super(name, initial);
    this.notation = notation;
    this.lowest = lowest;
    this.highest = highest;
  }

  @Override
  Long parse(List<String> words, Long before, boolean adding) throws BadValueException {
    requireOneWord(words);
    long number = number(words.get(0));
    if (notation == Notation.MEMORY_OR_PERCENT && number < 0) {
      if (number < lowest) {
        throw new BadValueException("percentage argument must be less or equal to " + -lowest);
      }
    } else if (number < lowest || number > highest) {
      int radix = notation == Notation.OCTAL ? 8 : 10;
      throw new BadValueException(
          "argument must be between "
              + Long.toString(lowest, radix)
              + " and "
              + Long.toString(highest, radix)
              + " inclusive");
    }
    return number;
  }

  private long number(String word) throws BadValueException {
    try {
      return switch (notation) {
        case PLAIN -> plain(word);
        case MEMORY -> MemorySize.parse(word);
        case OCTAL -> Long.parseLong(word, 8);
        case MEMORY_OR_PERCENT ->
            word.length() > 1 && word.endsWith("%") && word.charAt(0) != '-'
                ? -plain(word.substring(0, word.length() - 1))
                : MemorySize.parse(word);
      };
    } catch (NumberFormatException notANumber) {
      throw new BadValueException(notation.refusal);
    }
  }

  /** Strictly decimal: no sign but a minus, no leading zero, no blank. */
  static long plain(String word) {
    boolean canonical = word.equals("0") || word.matches("-?[1-9][0-9]{0,18}");
    if (!canonical) {
      throw new NumberFormatException(word);
    }
    return Long.parseLong(word);
  }

  @Override
  public String allowed() {
    return switch (notation) {
      case PLAIN -> lowest + rest(Long.toString(highest));
      case OCTAL -> "octal, " + show(lowest) + rest(show(highest));
      case MEMORY -> "bytes, " + MemorySize.format(lowest) + rest(MemorySize.format(highest));
      case MEMORY_OR_PERCENT -> "bytes, or percent of maxmemory";
    };
  }

  private String rest(String end) {
    return highest == Long.MAX_VALUE ? " and more" : " to " + end;
  }

  @Override
  public String show(Long value) {
    if (notation == Notation.OCTAL) {
      return Long.toOctalString(value);
    }
    if (notation == Notation.MEMORY_OR_PERCENT && value < 0) {
      return -value + "%";
    }
    return value.toString();
  }

  @Override
  List<String> written(Long value) {
    boolean memory = notation == Notation.MEMORY || notation == Notation.MEMORY_OR_PERCENT;
    return List.of(memory && value >= 0 ? MemorySize.format(value) : show(value));
  }
}
