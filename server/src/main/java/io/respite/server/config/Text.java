package io.respite.server.config;

import java.util.List;

/** A directive that is a string; an empty one mostly means that it is not set. */
final class Text extends Directive<String> {
  /** Looks at a value and refuses it by an exception. */
  @FunctionalInterface
  interface Check {
    void accept(String value) throws BadValueException;
  }

  private final String allowed;
  private final Check check;

  /**
   * Describes a directive.
   *
   * @param allowed what the check lets pass, in words for the reference
   */
  Text(String name, String initial, String allowed, Check check) {
    super(name, initial);
    this.allowed = allowed;
    this.check = check;
  }

  @Override
  String parse(List<String> words, String before, boolean adding) throws BadValueException {
    requireOneWord(words);
    check.accept(words.get(0));
    return words.get(0);
  }

  @Override
  public String allowed() {
    return allowed;
  }

  @Override
  public String show(String value) {
    return value;
  }

  @Override
  List<String> written(String value) {
    return value.isEmpty() && initial().isEmpty() ? List.of() : List.of(Words.quote(value));
  }

  static void anything(String value) {}

  /** A file name without a folder. */
  static Check baseName(String directive, String noun, boolean mayBeEmpty) {
    return value -> {
      if (value.isEmpty() && !mayBeEmpty) {
        throw new BadValueException(directive + " can't be empty");
      }
      if (value.indexOf('/') >= 0 || value.indexOf('\\') >= 0) {
        throw new BadValueException(directive + " can't be a path, just a " + noun);
      }
    };
  }

  static void hostName(String value) throws BadValueException {
    if (value.length() >= 256) {
      throw new BadValueException("Hostnames must be less than 256 characters");
    }
    if (!value.matches("[A-Za-z0-9.-]*")) {
      throw new BadValueException(
          "Hostnames may only contain alphanumeric characters, hyphens or dots");
    }
  }

  static void nodeName(String value) throws BadValueException {
    for (int i = 0; i < value.length(); i++) {
      if ("!#$%&()*+:;<>?@[]^{|}~".indexOf(value.charAt(i)) >= 0) {
        throw new BadValueException("Announced human node name contained invalid character");
      }
    }
  }

  /** Known variables in braces, each closed. */
  static void processTitle(String value) throws BadValueException {
    String rest =
        value.replaceAll(
            "\\{(title|listen-addr|server-mode|port|tls-port|unixsocket|config-file)\\}", "");
    if (value.isEmpty() || rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
      throw new BadValueException("template format is invalid or contains unknown variables");
    }
  }
}
