package io.respite.jcache.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A URI of a datastore that is reached over a network: Respite's own server, Redis or Valkey.
 *
 * <pre>
 *   redis://[[user:]password@]host[:port][/db]               one server
 *   rediss://...                                             the same behind TLS
 *   redis+unix://[[user:]password@]/path/of/socket[?db=1]    one server on this machine
 *   redis-sentinel://h1[:p],h2[:p],h3[:p]/master[?db=1]      the server that the sentinels call the master
 *   redis-cluster://h1[:p],h2[:p]                            a cluster, found by any of its nodes
 *   rediss-sentinel:// rediss-cluster://                     the same behind TLS
 *
 *   ?timeout=2000            milliseconds that one operation may take
 *   ?prefix=shop:            stands before the name of every key
 *   ?read-from=primary       or primary-preferred, replica, replica-preferred, nearest, any
 *   ?wait=0                  replicas that have to confirm a write before it counts as done
 *   ?direct=2                connections on which the calling threads read and write themselves
 *   ?verify=full             or none: whether a server's certificate has to be right
 *   ?ca=/path/ca.pem         whom to trust, besides those whom the JVM trusts
 *   ?db=0                    the database, where the path does not say it
 * </pre>
 *
 * @param kind what is there
 * @param hosts where it is; empty for a socket
 * @param socket the path of a socket, or null
 * @param master the name of the master that the sentinels know, or null
 * @param database the number of the database
 * @param user who to be, or null
 * @param password the password, or null
 * @param tls whether to speak TLS
 * @param verify whether certificates are verified
 * @param ca a file of certificates in PEM to trust, or null
 * @param prefix stands before every key
 * @param timeoutMillis how long one operation may take
 * @param readFrom who is asked for what is only read
 * @param waitReplicas how many replicas have to confirm a write
 * @param directLines how many connections the calling threads themselves read and write; 0 where
 *     there is more than one server to ask, or TLS
 */
public record RemoteUri(
    Kind kind,
    List<Host> hosts,
    String socket,
    String master,
    int database,
    String user,
    String password,
    boolean tls,
    boolean verify,
    String ca,
    String prefix,
    int timeoutMillis,
    ReadFrom readFrom,
    int waitReplicas,
    int directLines)
    implements StoreUri {

  /** What is at the other end. */
  public enum Kind {
    SERVER,
    SENTINEL,
    CLUSTER
  }

  /** Who is asked for what is only read. */
  public enum ReadFrom {
    PRIMARY,
    PRIMARY_PREFERRED,
    REPLICA,
    REPLICA_PREFERRED,
    NEAREST,
    ANY
  }

  /** A host and a port. */
  public record Host(String name, int port) {
    @Override
    public String toString() {
      return name + ":" + port;
    }
  }

  private static final int SERVER_PORT = 6379;
  private static final int SENTINEL_PORT = 26_379;

  public RemoteUri {
    hosts = List.copyOf(hosts);
  }

  static boolean isRemote(String scheme) {
    return UriForm.remote(scheme.toLowerCase(Locale.ROOT)) != null;
  }

  static RemoteUri of(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    return new Reader(uri, scheme, UriForm.remote(scheme)).read();
  }

  /** By hand: what the compiler would make is linked at run time, a fifth of a first call. */
  @Override
  public int hashCode() {
    int hash = 31 * timeoutMillis + database;
    hash = 31 * hash + (socket == null ? 0 : socket.hashCode());
    hash = 31 * hash + (master == null ? 0 : master.hashCode());
    for (Host host : hosts) {
      hash = 31 * hash + 31 * host.name.hashCode() + host.port;
    }
    return 31 * hash + prefix.hashCode();
  }

  private RemoteUri withDirectLines(int count) {
    return new RemoteUri(
        kind,
        hosts,
        socket,
        master,
        database,
        user,
        password,
        tls,
        verify,
        ca,
        prefix,
        timeoutMillis,
        readFrom,
        waitReplicas,
        count);
  }

  /** Where it is, without secrets. */
  @Override
  public String toString() {
    var place = new StringBuilder();
    for (Host host : hosts) {
      place.append(place.isEmpty() ? "" : ",").append(host.name).append(':').append(host.port);
    }
    if (socket != null) {
      place.append(socket);
    }
    return switch (kind) {
      case SERVER -> place + "/" + database;
      case SENTINEL -> place + "/" + master + "/" + database;
      case CLUSTER -> "cluster " + place;
    };
  }

  /** Takes one URI apart. */
  private static final class Reader {
    private final URI uri;
    private final String scheme;
    private final Kind kind;
    private final Map<String, String> parameters;

    Reader(URI uri, String scheme, Kind kind) {
      this.uri = uri;
      this.scheme = scheme;
      this.kind = kind;
      this.parameters = UriParts.parameters(uri, uri.getRawQuery());
    }

    RemoteUri read() {
      boolean unix = scheme.equals("redis+unix");
      String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
      int at = authority.lastIndexOf('@');
      String[] login = login(at < 0 ? "" : authority.substring(0, at));
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      String name = path.isEmpty() ? "" : UriParts.decoded(path.substring(1));
      int database = database();
      if (kind == Kind.SERVER && !unix && !name.isEmpty()) {
        database = UriParameter.DB.number(uri, name);
      }
      if (unix && name.isEmpty()) {
        throw UriParts.refused(uri, "the path of a socket is missing");
      }
      if (kind == Kind.SENTINEL && name.isEmpty()) {
        throw UriParts.refused(uri, "the master's name is missing: redis-sentinel://hosts/NAME");
      }
      if (kind == Kind.CLUSTER && (!name.isEmpty() || database != 0)) {
        throw UriParts.refused(uri, "a cluster has one database, 0, and no path");
      }
      String direct = parameters.remove(UriParameter.DIRECT.key());
      var read =
          new RemoteUri(
              kind,
              unix ? List.of() : hosts(authority.substring(at + 1)),
              unix ? "/" + name : null,
              kind == Kind.SENTINEL ? name : null,
              database,
              login[0],
              login[1],
              scheme.startsWith("rediss"),
              choice(UriParameter.VERIFY, List.of("full", "none")).equals("full"),
              parameters.remove(UriParameter.CA.key()),
              take(UriParameter.PREFIX, ""),
              number(UriParameter.TIMEOUT),
              readFrom(),
              number(UriParameter.WAIT),
              0);
      if (!parameters.isEmpty()) {
        throw UriParts.refused(
            uri,
            "there is no parameter %s; there are %s"
                .formatted(parameters.keySet().iterator().next(), UriParameter.ofServers()));
      }
      if (read.prefix.indexOf('{') >= 0 || read.prefix.indexOf('}') >= 0) {
        throw UriParts.refused(
            uri,
            "parameter prefix must not contain braces, which decide where a cluster keeps a key");
      }
      if (!read.tls && read.ca != null) {
        throw UriParts.refused(uri, "parameter ca is for rediss://");
      }
      return read.withDirectLines(directLines(read, direct));
    }

    private int directLines(RemoteUri read, String text) {
      boolean possible = kind == Kind.SERVER && !read.tls && read.readFrom == ReadFrom.PRIMARY;
      if (text == null) {
        return possible ? UriParameter.DIRECT.number(uri, UriParameter.DIRECT.usual()) : 0;
      }
      int lines = UriParameter.DIRECT.number(uri, text);
      if (lines > 0 && !possible) {
        throw UriParts.refused(
            uri,
            "parameter direct is for redis:// and redis+unix:// that read from the primary alone");
      }
      return lines;
    }

    private String take(UriParameter parameter, String otherwise) {
      String value = parameters.remove(parameter.key());
      return value == null ? otherwise : value;
    }

    private int number(UriParameter parameter) {
      return parameter.number(uri, take(parameter, parameter.usual()));
    }

    private int database() {
      return number(UriParameter.DB);
    }

    private String choice(UriParameter parameter, List<String> choices) {
      String value = take(parameter, parameter.usual());
      if (!choices.contains(value)) {
        throw UriParts.refused(
            uri,
            "parameter %s is '%s' and must be one of %s"
                .formatted(parameter.key(), value, choices));
      }
      return value;
    }

    private ReadFrom readFrom() {
      List<String> names = new ArrayList<>();
      for (ReadFrom one : ReadFrom.values()) {
        names.add(one.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
      return ReadFrom.valueOf(
          choice(UriParameter.READ_FROM, names).toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** User and password, each null where there is none. */
    private static String[] login(String text) {
      if (text.isEmpty()) {
        return new String[2];
      }
      int colon = text.indexOf(':');
      String user = colon <= 0 ? null : UriParts.decoded(text.substring(0, colon));
      return new String[] {user, UriParts.decoded(text.substring(colon + 1))};
    }

    private List<Host> hosts(String text) {
      List<Host> hosts = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        hosts.add(host(part));
      }
      if (kind == Kind.SERVER && hosts.size() > 1) {
        throw UriParts.refused(
            uri, "it has several hosts; several are for redis-sentinel: and redis-cluster:");
      }
      return hosts;
    }

    private Host host(String text) {
      int colon = text.lastIndexOf(':');
      if (text.endsWith("]") || colon < 0) {
        colon = text.length();
      }
      String name = text.substring(0, colon);
      if (name.startsWith("[") && name.endsWith("]")) {
        name = name.substring(1, name.length() - 1);
      }
      if (name.isEmpty()) {
        throw UriParts.refused(uri, "a host is missing");
      }
      int usual = kind == Kind.SENTINEL ? SENTINEL_PORT : SERVER_PORT;
      int port =
          colon == text.length()
              ? usual
              : UriParts.number(uri, "the port", text.substring(colon + 1), 1, UriParts.MAX_PORT);
      return new Host(name, port);
    }
  }
}
