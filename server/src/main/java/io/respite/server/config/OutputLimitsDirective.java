package io.respite.server.config;

import java.util.List;

/** {@code client-output-buffer-limit}: groups of class, hard limit, soft limit, seconds. */
final class OutputLimitsDirective extends Directive<OutputLimits> {
  private static final int WORDS_PER_GROUP = 4;
  private static final OutputLimits INITIAL =
      new OutputLimits(
          new OutputLimits.Limit(0, 0, 0),
          new OutputLimits.Limit(256L << 20, 64L << 20, 60),
          new OutputLimits.Limit(32L << 20, 8L << 20, 60));

  OutputLimitsDirective(String name) {
    super(name, INITIAL);
  }

  @Override
  OutputLimits parse(List<String> words, OutputLimits before, boolean adding)
      throws BadValueException {
    if (words.size() % WORDS_PER_GROUP != 0) {
      throw new BadValueException("Wrong number of arguments in buffer limit configuration.");
    }
    OutputLimits limits = before;
    for (int i = 0; i < words.size(); i += WORDS_PER_GROUP) {
      OutputLimits.Limit limit = limit(words.subList(i + 1, i + WORDS_PER_GROUP));
      limits =
          switch (Words.lower(words.get(i))) {
            case "normal" -> new OutputLimits(limit, limits.replica(), limits.pubsub());
            case "slave", "replica" -> new OutputLimits(limits.normal(), limit, limits.pubsub());
            case "pubsub" -> new OutputLimits(limits.normal(), limits.replica(), limit);
            default ->
                throw new BadValueException(
                    "Invalid client class specified in buffer limit configuration.");
          };
    }
    return limits;
  }

  private static OutputLimits.Limit limit(List<String> words) throws BadValueException {
    try {
      long seconds = Integer.parseInt(words.get(2));
      if (seconds >= 0) {
        return new OutputLimits.Limit(
            MemorySize.parse(words.get(0)), MemorySize.parse(words.get(1)), seconds);
      }
    } catch (NumberFormatException malformed) {
      // Refused below, together with a negative time.
    }
    throw new BadValueException(
        "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
  }

  @Override
  public String allowed() {
    return "class (normal, replica, pubsub), hard limit, soft limit, seconds; several";
  }

  @Override
  public String show(OutputLimits limits) {
    return "normal "
        + limits.normal().words()
        + " slave "
        + limits.replica().words()
        + " pubsub "
        + limits.pubsub().words();
  }

  @Override
  List<String> written(OutputLimits limits) {
    return List.of(
        line("normal", limits.normal()),
        line("replica", limits.replica()),
        line("pubsub", limits.pubsub()));
  }

  private static String line(String group, OutputLimits.Limit limit) {
    return group
        + " "
        + MemorySize.format(limit.hardBytes())
        + " "
        + MemorySize.format(limit.softBytes())
        + " "
        + limit.softSeconds();
  }
}
