package io.respite.jcache.config;

import io.respite.jcache.config.RemoteUri.Kind;

/** The URIs there are, as {@code docs/reference-caches.md} shows them. */
enum UriForm {
  EMBEDDED(
      EmbeddedUri.SCHEME,
      null,
      "respite:embedded",
      "An engine in this JVM that belongs to the manager alone, and ends with it."),
  SHARED(
      EmbeddedUri.SCHEME,
      null,
      "respite:embedded:NAME",
      "An engine in this JVM that all managers share who use the name; it ends with the last of them."),
  SERVER("redis", Kind.SERVER, "redis://[[user:]password@]host[:6379][/db]", "One server."),
  SERVER_TLS("rediss", Kind.SERVER, "rediss://...", "The same behind TLS."),
  SOCKET(
      "redis+unix",
      Kind.SERVER,
      "redis+unix://[[user:]password@]/path/of/socket",
      "One server on this machine, by its Unix socket."),
  SENTINEL(
      "redis-sentinel",
      Kind.SENTINEL,
      "redis-sentinel://[[user:]password@]h1[:26379],h2,h3/master",
      "The server that the sentinels call the master, whoever that is by then."),
  SENTINEL_TLS("rediss-sentinel", Kind.SENTINEL, "rediss-sentinel://...", "The same behind TLS."),
  CLUSTER(
      "redis-cluster",
      Kind.CLUSTER,
      "redis-cluster://[[user:]password@]h1[:6379],h2,...",
      "A cluster; any of its nodes will do."),
  CLUSTER_TLS("rediss-cluster", Kind.CLUSTER, "rediss-cluster://...", "The same behind TLS."),
  FILE("file", null, "file:/etc/app/caches.json", "A configuration file."),
  JAR("jar", null, "jar:file:/app.jar!/caches.json", "A configuration file in a jar."),
  CLASS_PATH(
      "classpath",
      null,
      "classpath:caches.json",
      "A configuration file that the manager's class loader finds."),
  VFS("vfs", null, "vfs:...", "A configuration file as WildFly names it."),
  WSJAR("wsjar", null, "wsjar:...", "A configuration file as Open Liberty names it."),
  BUNDLE("bundle", null, "bundle:...", "A configuration file in an OSGi bundle."),
  BUNDLE_RESOURCE("bundleresource", null, "bundleresource:...", "The same.");

  private final String scheme;
  private final Kind kind;
  private final String form;
  private final String meaning;

  UriForm(String scheme, Kind kind, String form, String meaning) {
    this.scheme = scheme;
    this.kind = kind;
    this.form = form;
    this.meaning = meaning;
  }

  /** What is at the other end of a scheme, in small letters; null unless that is a server. */
  static Kind remote(String scheme) {
    for (UriForm one : values()) {
      if (one.scheme.equals(scheme)) {
        return one.kind;
      }
    }
    return null;
  }

  /** Whether a scheme is one of a configuration file. */
  static boolean isFile(String scheme) {
    for (UriForm one : values()) {
      if (one.scheme.equals(scheme)) {
        return one.kind == null && !scheme.equals(EmbeddedUri.SCHEME);
      }
    }
    return false;
  }

  String form() {
    return form;
  }

  String meaning() {
    return meaning;
  }
}
