package io.respite.jcache.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What all URIs of datastores have in common: parameters, numbers, and how they are refused. */
final class UriParts {
  static final int MAX_PORT = 65_535;

  /** The user and the password before a host, which belong in no message. */
  private static final Pattern SECRET = Pattern.compile("//[^/?#@]*@");

  private UriParts() {}

  /** The parameters of a query, decoded; of none when it is null. */
  static Map<String, String> parameters(URI uri, String query) {
    Map<String, String> parameters = new TreeMap<>();
    if (query == null) {
      return parameters;
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw refused(uri, "'" + part + "' is not parameter=value");
      }
      String name = decoded(part.substring(0, equals));
      if (parameters.put(name, decoded(part.substring(equals + 1))) != null) {
        throw refused(uri, "parameter " + name + " is given twice");
      }
    }
    return parameters;
  }

  static String decoded(String text) {
    // A plus sign stands for itself: that it be a space is a rule of forms.
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  /** A parameter's number. */
  static int number(URI uri, String name, String text, int least, int most) {
    NumberFormatException cause = null;
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      cause = e;
    }
    throw refused(
        uri,
        "parameter %s is '%s' and must be a number from %d to %d"
            .formatted(name, text, least, most),
        cause);
  }

  static IllegalArgumentException refused(URI uri, String why) {
    return refused(uri, why, null);
  }

  static IllegalArgumentException refused(URI uri, String why, Throwable cause) {
    return new IllegalArgumentException(
        "The URI %s names no datastore: %s; %s".formatted(shown(uri), why, StoreUri.KNOWN), cause);
  }

  /** A URI without its secrets. */
  static String shown(URI uri) {
    return SECRET.matcher(uri.toString()).replaceFirst("//...@");
  }
}
