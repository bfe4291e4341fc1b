package io.respite.jcache.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A URI that says where a datastore is.
 *
 * <pre>
 *   respite:embedded                       an engine of the manager's own, in this JVM
 *   respite:embedded:NAME                  an engine that all managers of this JVM share who use the name
 *   respite:embedded[:NAME]?port=7379      the engine also listens there, on the loopback interface
 *   respite:embedded[:NAME]?maxmemory=1gb&amp;...    every other parameter is a directive of the engine
 * </pre>
 *
 * @param engine the engine's name; empty for one of the manager's own
 * @param port where the engine listens; 0 for nowhere
 * @param settings the engine's directives
 */
public record StoreUri(String engine, int port, Map<String, String> settings) {
  /** The URI used when nothing says otherwise. */
  public static final URI DEFAULT = URI.create("respite:embedded");

  /** What a URI may be, for error messages. */
  public static final String KNOWN =
      "known are respite:embedded, respite:embedded:NAME (both with ?parameter=value), and a configuration file at file:, jar: or "
          + "classpath:";

  private static final String SCHEME = "respite";
  private static final String EMBEDDED = "embedded";
  private static final String PORT = "port";
  private static final int MAX_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  public StoreUri {
    settings = Map.copyOf(settings);
  }

  /** Whether the URI has the scheme of datastores. */
  public static boolean isStore(URI uri) {
    return SCHEME.equalsIgnoreCase(uri.getScheme());
  }

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException when it names no datastore, in words that name what would
   */
  public static StoreUri parse(URI uri) {
    if (!isStore(uri)) {
      throw refused(
          uri,
          "its scheme is " + (uri.getScheme() == null ? "missing" : "'" + uri.getScheme() + "'"));
    }
    String rest = uri.getRawSchemeSpecificPart();
    int query = rest.indexOf('?');
    String place = query < 0 ? rest : rest.substring(0, query);
    Map<String, String> parameters =
        query < 0 ? new TreeMap<>() : parameters(uri, rest.substring(query + 1));
    String engine = "";
    if (place.startsWith(EMBEDDED + ":")) {
      engine = place.substring(EMBEDDED.length() + 1);
      if (!NAME.matcher(engine).matches()) {
        throw refused(
            uri,
            "an engine's name is 1 to 100 letters, digits, dots, dashes and underscores, and not '"
                + engine
                + "'");
      }
    } else if (!place.equals(EMBEDDED)) {
      throw refused(uri, "there is no store '" + place + "'");
    }
    String port = parameters.remove(PORT);
    return new StoreUri(engine, port == null ? 0 : port(uri, port), parameters);
  }

  private static int port(URI uri, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw refused(
          uri, "parameter port is '" + text + "' and must be a number from 1 to " + MAX_PORT, e);
    }
    throw refused(
        uri, "parameter port is '" + text + "' and must be a number from 1 to " + MAX_PORT);
  }

  private static Map<String, String> parameters(URI uri, String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw refused(uri, "'" + part + "' is not parameter=value");
      }
      String name = URLDecoder.decode(part.substring(0, equals), UTF_8);
      if (parameters.put(name, URLDecoder.decode(part.substring(equals + 1), UTF_8)) != null) {
        throw refused(uri, "parameter " + name + " is given twice");
      }
    }
    return parameters;
  }

  private static IllegalArgumentException refused(URI uri, String why) {
    return refused(uri, why, null);
  }

  private static IllegalArgumentException refused(URI uri, String why, Throwable cause) {
    return new IllegalArgumentException(
        "The URI %s names no datastore: %s; %s".formatted(uri, why, KNOWN), cause);
  }
}
