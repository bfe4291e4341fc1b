package io.respite.jcache.config;

import java.util.Locale;

/**
 * The properties that the provider reads, each also as an environment variable; {@code
 * docs/reference-caches.md} shows them.
 */
public enum Property {
  URI(
      "respite.uri",
      "",
      "with CDI the application's `respite.json` if it has one, else `respite:embedded`",
      "Where the caches are: a URI as above. Read for every manager that is asked for without one."),
  CACHES(
      "respite.caches.",
      "NAME.FIELD",
      "none",
      "A field of a cache, before what the file says. Read with CDI, or given to `getCacheManager(uri, loader, properties)`. A name with dots stands in quotes."),
  CDI_ENABLED("respite.cdi.enabled", "", "true", "`false` switches the part for CDI off."),
  CDI_PRIORITY(
      "respite.cdi.priority",
      "",
      "3000",
      "Priority of the interceptors; those with a lower one run before them."),
  CDI_EXCLUSIVE(
      "respite.cdi.exclusive",
      "",
      "false",
      "`true` leaves out the interceptors that a server has for the same annotations. Not in CDI Lite.");

  private final String key;
  private final String rest;
  private final String usual;
  private final String meaning;

  Property(String key, String rest, String usual, String meaning) {
    this.key = key;
    this.rest = rest;
    this.usual = usual;
    this.meaning = meaning;
  }

  /** Its name, or how the names of its kind begin. */
  public String key() {
    return key;
  }

  /** The environment variable that says the same, or how such names begin. */
  public String variable() {
    return upper(key);
  }

  private static String upper(String name) {
    return name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** Its name as a reader understands it. */
  String shown() {
    return key + rest;
  }

  String shownVariable() {
    return upper(key + rest);
  }

  /** What counts where it is absent. */
  String usual() {
    return usual;
  }

  String meaning() {
    return meaning;
  }
}
