package io.respite.jcache.config;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts of a configuration file that are completed from outside: {@code ${NAME}} stands for the
 * system property or, without one, the environment variable of that name; {@code ${NAME:text}} for
 * the text when there is neither. What is put in is taken as it is and not looked at again.
 */
final class Placeholders {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{([A-Za-z_][\\w.-]*)(?::([^}]*))?}");

  private Placeholders() {}

  /**
   * Completes a text.
   *
   * @throws IllegalArgumentException when a name has no value, or a placeholder does not end
   */
  static String fill(String text) {
    return fill(text, System::getProperty, System::getenv);
  }

  static String fill(
      String text, UnaryOperator<String> properties, UnaryOperator<String> environment) {
    Matcher found = PLACEHOLDER.matcher(text);
    var filled = new StringBuilder();
    int end = 0;
    while (found.find()) {
      filled.append(verbatim(text.substring(end, found.start())));
      filled.append(value(found.group(1), found.group(2), properties, environment));
      end = found.end();
    }
    return filled.append(verbatim(text.substring(end))).toString();
  }

  private static String verbatim(String text) {
    if (text.contains("${")) {
      throw new IllegalArgumentException("allowed after '${' is a name and '}', or NAME:text}");
    }
    return text;
  }

  private static String value(
      String name,
      String otherwise,
      UnaryOperator<String> properties,
      UnaryOperator<String> environment) {
    String value = properties.apply(name);
    if (value == null) {
      value = environment.apply(name);
    }
    if (value == null) {
      value = otherwise;
    }
    if (value == null) {
      throw new IllegalArgumentException(
          "there is neither a system property nor an environment variable '%s'; give it, or write ${%s:text}"
              .formatted(name, name));
    }
    return value;
  }
}
