package io.respite.server.config;

import java.util.List;

/**
 * {@code notify-keyspace-events}: one letter per class of event, held in Redis's order. S, T, I and
 * V are those of Redis 8.8, which name fields.
 */
final class EventClasses extends Directive<String> {
  private static final String IN_ALL = "g$lshzxetd";
  private static final String KNOWN = "Ag$lshzxeKEtmdnSTIV";

  EventClasses(String name) {
    super(name, "");
  }

  @Override
  String parse(List<String> words, String before, boolean adding) throws BadValueException {
    requireOneWord(words);
    String letters = words.get(0);
    if (!letters.matches("[" + KNOWN + "]*")) {
      throw new BadValueException("Invalid event class character. Use '" + KNOWN + "'.");
    }
    String wanted = letters.replace("A", IN_ALL);
    boolean all = IN_ALL.chars().allMatch(letter -> wanted.indexOf(letter) >= 0);
    StringBuilder ordered = new StringBuilder(all ? "A" : "");
    String order = all ? "KEmnSTIV" : IN_ALL + "nKEmSTIV";
    order
        .chars()
        .filter(letter -> wanted.indexOf(letter) >= 0)
        .forEach(c -> ordered.append((char) c));
    return ordered.toString();
  }

  @Override
  public String allowed() {
    return "letters of " + KNOWN;
  }

  @Override
  public String show(String value) {
    return value;
  }

  @Override
  List<String> written(String value) {
    return List.of(Words.quote(value));
  }
}
