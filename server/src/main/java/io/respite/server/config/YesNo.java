package io.respite.server.config;

import java.util.List;

/** A directive that is {@code yes} or {@code no}. */
final class YesNo extends Directive<Boolean> {
  YesNo(String name, boolean initial) {
    super(name, initial);
  }

  @Override
  Boolean parse(List<String> words, Boolean before, boolean adding) throws BadValueException {
    requireOneWord(words);
    return switch (Words.lower(words.get(0))) {
      case "yes" -> Boolean.TRUE;
      case "no" -> Boolean.FALSE;
      default -> throw new BadValueException("argument must be 'yes' or 'no'");
    };
  }

  @Override
  public String allowed() {
    return "yes, no";
  }

  @Override
  public String show(Boolean value) {
    return value ? "yes" : "no";
  }
}
