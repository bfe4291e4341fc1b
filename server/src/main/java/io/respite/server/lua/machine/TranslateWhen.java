package io.respite.server.lua.machine;

import java.util.Locale;

/** When functions are translated to bytecode of the JVM. */
public enum TranslateWhen {
  /** When they have run often, by another thread, while they go on to be interpreted. */
  HOT,
  /** At once when they are first called, which then takes a while: to test the translation. */
  ALWAYS,
  /** Never. */
  NEVER;

  /** The system property that says when, in lower case; {@code hot} where nobody says. */
  public static final String PROPERTY = "respite.lua.translate";

  /**
   * What the system property says.
   *
   * @throws IllegalArgumentException with a sentence when it says something else
   */
  public static TranslateWhen configured() {
    String said = System.getProperty(PROPERTY, "hot");
    for (TranslateWhen when : values()) {
      if (when.name().toLowerCase(Locale.ROOT).equals(said)) {
        return when;
      }
    }
    throw new IllegalArgumentException(
        "The system property " + PROPERTY + " is '" + said + "'; it may be hot, always or never");
  }
}
