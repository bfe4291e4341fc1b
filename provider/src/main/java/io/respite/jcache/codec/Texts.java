package io.respite.jcache.codec;

/** Text from a store as an error message may show it. */
final class Texts {
  private static final int MAX_SHOWN = 60;

  private Texts() {}

  /** The text, cut when long, with everything but printable ASCII replaced. */
  static String printable(String text) {
    String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    return shown.replaceAll("[^ -~]", ".");
  }
}
