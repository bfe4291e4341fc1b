package io.respite.jcache.config;

import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The parameters of URIs, as {@code docs/reference-caches.md} shows them. */
enum UriParameter {
  PORT(
      "port",
      "none",
      1,
      UriParts.MAX_PORT,
      "The engine listens there, too, on the loopback interface."),
  TIMEOUT("timeout", "2000", 1, Integer.MAX_VALUE, "Milliseconds that one operation may take."),
  PREFIX("prefix", "none", "text without braces", "Stands before the name of every key."),
  READ_FROM(
      "read-from",
      "primary",
      "primary, primary-preferred, replica, replica-preferred, nearest, any",
      "Who is asked for what is only read; a replica may be behind."),
  WAIT(
      "wait",
      "0",
      0,
      1_000,
      "Replicas that have to confirm a change before the call returns; with fewer it throws, and the change stands. In a cluster: of the node that has the entry."),
  DIRECT(
      "direct",
      "2",
      0,
      64,
      "Connections on which the calling threads read and write themselves, without a client library in between; more callers than connections share them. With `redis:` and `redis+unix:` that read from the primary."),
  VERIFY(
      "verify",
      "full",
      "full, none",
      "Whether the server's certificate has to be right; `none` accepts any. With TLS."),
  CA(
      "ca",
      "none",
      "path of a PEM file",
      "Certificates to trust besides those that the JVM trusts. With TLS."),
  DB("db", "0", 0, 1 << 16, "The database, where the path does not say it. A cluster has one.");

  private final String key;
  private final String usual;
  private final String allowed;
  private final int least;
  private final int most;
  private final String meaning;

  UriParameter(String key, String usual, String allowed, String meaning) {
    this(key, usual, allowed, 0, 0, meaning);
  }

  UriParameter(String key, String usual, int least, int most, String meaning) {
    this(key, usual, least + " to " + most, least, most, meaning);
  }

  UriParameter(String key, String usual, String allowed, int least, int most, String meaning) {
    this.key = key;
    this.least = least;
    this.most = most;
    this.usual = usual;
    this.allowed = allowed;
    this.meaning = meaning;
  }

  /** The names of those for a server; every other parameter of an engine is a directive. */
  static Set<String> ofServers() {
    return Arrays.stream(values())
        .filter(parameter -> parameter != PORT)
        .map(UriParameter::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The number that a text of this parameter says; refused outside its bounds. */
  int number(URI uri, String text) {
    return UriParts.number(uri, key, text, least, most);
  }

  String key() {
    return key;
  }

  /** What counts where it is absent. */
  String usual() {
    return usual;
  }

  String allowed() {
    return allowed;
  }

  String meaning() {
    return meaning;
  }
}
