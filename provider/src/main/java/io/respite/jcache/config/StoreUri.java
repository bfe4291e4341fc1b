package io.respite.jcache.config;

import java.net.URI;

/** A URI that says where a datastore is, taken apart. */
public sealed interface StoreUri permits EmbeddedUri, RemoteUri {
  /** The URI used when nothing says otherwise. */
  URI DEFAULT = URI.create("respite:embedded");

  /** What a URI may be, for error messages. */
  String KNOWN =
      "known are respite:embedded, respite:embedded:NAME, redis://HOST:PORT/DB, rediss://HOST:PORT/DB, "
          + "redis+unix:///SOCKET, redis-sentinel://HOST:PORT,.../MASTER, redis-cluster://HOST:PORT,... "
          + "(all with ?parameter=value), and a configuration file at file:, jar: or classpath:";

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException when it names no datastore, in words that name what would
   */
  static StoreUri parse(URI uri) {
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw UriParts.refused(uri, "its scheme is missing");
    }
    if (scheme.equalsIgnoreCase(EmbeddedUri.SCHEME)) {
      return EmbeddedUri.of(uri);
    }
    if (RemoteUri.isRemote(scheme)) {
      return RemoteUri.of(uri);
    }
    throw UriParts.refused(uri, "its scheme is '" + scheme + "'");
  }

  /** A URI as it may be shown to anybody: without a user and a password. */
  static String shown(URI uri) {
    return UriParts.shown(uri);
  }
}
