package io.respite.jcache.config;

import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A URI of an engine in this JVM.
 *
 * <pre>
 *   respite:embedded                       an engine of the manager's own, in this JVM
 *   respite:embedded:NAME                  an engine that all managers of this JVM share who use the name
 *   respite:embedded[:NAME]?port=7379      the engine also listens there, on the loopback interface
 *   respite:embedded[:NAME]?dir=/var/lib/app&amp;appendonly=yes   its data outlives the process
 *   respite:embedded[:NAME]?maxmemory=1gb&amp;...    every other parameter is a directive of the engine
 * </pre>
 *
 * @param engine the engine's name; empty for one of the manager's own
 * @param port where the engine listens; 0 for nowhere
 * @param settings the engine's directives
 */
public record EmbeddedUri(String engine, int port, Map<String, String> settings)
    implements StoreUri {
  static final String SCHEME = "respite";
  private static final String EMBEDDED = "embedded";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  public EmbeddedUri {
    settings = Map.copyOf(settings);
  }

  /** Reads a URI of the scheme {@link #SCHEME}. */
  static EmbeddedUri of(URI uri) {
    String rest = uri.getRawSchemeSpecificPart();
    int query = rest.indexOf('?');
    String place = query < 0 ? rest : rest.substring(0, query);
    Map<String, String> parameters =
        UriParts.parameters(uri, query < 0 ? null : rest.substring(query + 1));
    String engine = "";
    if (place.startsWith(EMBEDDED + ":")) {
      engine = place.substring(EMBEDDED.length() + 1);
      if (!NAME.matcher(engine).matches()) {
        throw UriParts.refused(
            uri,
            "an engine's name is 1 to 100 letters, digits, dots, dashes and underscores, and not '"
                + engine
                + "'");
      }
    } else if (!place.equals(EMBEDDED)) {
      throw UriParts.refused(uri, "there is no store '" + place + "'");
    }
    String port = parameters.remove(UriParameter.PORT.key());
    return new EmbeddedUri(
        engine, port == null ? 0 : UriParameter.PORT.number(uri, port), parameters);
  }
}
