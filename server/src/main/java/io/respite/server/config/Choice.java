package io.respite.server.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A directive that is one word of a list, or (with several words) a set of them. */
final class Choice extends Directive<String> {
  private final List<String> choices;

  Choice(String name, String initial, List<String> choices) {
    super(name, initial);
    this.choices = choices;
  }

  @Override
  String parse(List<String> words, String before, boolean adding) throws BadValueException {
    boolean several = is(Trait.SEVERAL_WORDS);
    if (!several) {
      requireOneWord(words);
    }
    Set<String> chosen = new LinkedHashSet<>();
    for (String word : words) {
      String lower = Words.lower(word);
      if (!choices.contains(lower)) {
        throw new BadValueException(
            "argument(s) must be one of the following: " + String.join(", ", choices));
      }
      chosen.add(lower);
    }
    // The first choice of a set stands for "nothing special" and vanishes beside another one.
    String neutral = choices.get(0);
    List<String> ordered = new ArrayList<>();
    for (String choice : choices) {
      if (chosen.contains(choice) && !(several && chosen.size() > 1 && choice.equals(neutral))) {
        ordered.add(choice);
      }
    }
    if (ordered.contains("save") && ordered.contains("nosave")) {
      throw new BadValueException("shutdown options SAVE and NOSAVE can't be used simultaneously");
    }
    return String.join(" ", ordered);
  }

  @Override
  public String allowed() {
    return String.join(", ", choices) + (is(Trait.SEVERAL_WORDS) ? "; several" : "");
  }

  @Override
  public String show(String value) {
    // Two spellings mean the same, and Redis shows the first.
    return value.equals("relative") ? "yes" : value;
  }
}
