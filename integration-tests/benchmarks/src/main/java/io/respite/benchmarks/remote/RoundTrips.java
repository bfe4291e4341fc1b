package io.respite.benchmarks.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.RespiteConfiguration;
import io.respite.remote.wire.Relay;
import io.respite.remote.wire.Traffic;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * Counts what the JCache provider on the class path sends for each {@link Row} with each {@link
 * Policy}: round trips, by a {@link Relay} between it and the server, and the commands that the
 * server executes, by its own statistics.
 *
 * <p>An operation is done a few times: the first may load scripts or open connections, and any may
 * meet something that the provider does in the background; so the fewest round trips count. What an
 * operation leaves to be done after it has returned counts as its own.
 */
final class RoundTrips implements AutoCloseable {
  private static final Duration HOLD = Duration.ofMillis(4);
  private static final Duration QUIET = Duration.ofMillis(30);
  private static final int TRIES = 4;

  /** More round trips than this are not counted a third time. */
  private static final int MANY = 50;

  private final Relay relay;
  private final CommandStatistics statistics;
  private final CacheManager manager;
  private final Map<String, Cache<String, String>> caches = new HashMap<>();

  /**
   * What one operation took.
   *
   * @param trips round trips
   * @param sent the requests of the client, by name
   * @param executed the commands that the server has executed, in scripts too, by name
   */
  record Cost(long trips, SortedMap<String, Long> sent, SortedMap<String, Long> executed) {}

  /** Makes a provider's URI from the port that it has to connect to. */
  interface UriMaker {
    /** The URI for this port. */
    URI uri(int port) throws IOException;
  }

  RoundTrips(int serverPort, UriMaker uris) throws IOException {
    relay = new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort), HOLD);
    statistics = new CommandStatistics(serverPort);
    manager =
        Caching.getCachingProvider()
            .getCacheManager(uris.uri(relay.port()), RoundTrips.class.getClassLoader());
  }

  /** Counts for one operation; whatever it throws goes through. */
  Cost measure(Row row, Policy policy) throws IOException, InterruptedException {
    Cache<String, String> cache =
        caches.computeIfAbsent(
            policy.name().toLowerCase(Locale.ROOT) + "-" + kind(row),
            name -> open(name, row, policy));
    Cost least = null;
    for (int i = 0; i < TRIES; i++) {
      row.before().accept(cache);
      Map<String, Long> executed = statistics.calls();
      Traffic traffic = relay.traffic();
      row.operation().accept(cache);
      Traffic more = settled().minus(traffic);
      Cost cost = new Cost(more.roundTrips(), more.commands(), statistics.since(executed));
      if (i > 0 && (least == null || cost.trips < least.trips)) {
        least = cost;
      }
      if (i > 1 && least.trips > MANY) {
        break;
      }
    }
    return least;
  }

  /** What tells caches of one policy apart: how they are configured otherwise. */
  private static String kind(Row row) {
    return switch (row.kind()) {
      case ENTRY, MANY -> "plain";
      case LOADED, LEASED, WRITTEN, SPREAD, NEAR -> row.kind().name().toLowerCase(Locale.ROOT);
    };
  }

  /** All traffic, once there was none for a while. */
  private Traffic settled() throws InterruptedException {
    while (true) {
      Traffic before = relay.traffic();
      TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
      Traffic after = relay.traffic();
      if (after.requests() == before.requests()) {
        return after;
      }
    }
  }

  private Cache<String, String> open(String name, Row row, Policy policy) {
    MutableConfiguration<String, String> configuration =
        new MutableConfiguration<String, String>()
            .setTypes(String.class, String.class)
            .setExpiryPolicyFactory(policy.factory);
    switch (row.kind()) {
      case LOADED -> configuration.setReadThrough(true).setCacheLoaderFactory(Loader::new);
      case WRITTEN -> configuration.setWriteThrough(true).setCacheWriterFactory(Writer::new);
      case ENTRY, MANY -> {}
      case LEASED, SPREAD, NEAR -> {
        return manager.createCache(name, RespiteOnly.of(row.kind(), configuration));
      }
    }
    return manager.createCache(name, configuration);
  }

  /**
   * Where other providers are on the class path, this is not used, and its classes are not there.
   */
  private static final class RespiteOnly {
    static RespiteConfiguration<String, String> of(
        Row.Kind kind, MutableConfiguration<String, String> standard) {
      var configuration = new RespiteConfiguration<>(standard);
      return switch (kind) {
        case LEASED ->
            configuration
                .setReadThrough(true)
                .setCacheLoaderFactory(Loader::new)
                .setLoadLease(Duration.ofSeconds(10));
        case SPREAD -> configuration.setBuckets(4);
        case NEAR -> configuration.setNearCacheEntries(1_000);
        case ENTRY, MANY, LOADED, WRITTEN -> throw new IllegalArgumentException(kind.name());
      };
    }
  }

  @Override
  public void close() throws IOException {
    manager.close();
    relay.close();
    statistics.close();
  }

  private static final class Writer implements CacheWriter<String, String> {
    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      // What it would do has nothing to do with the server.
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      // As above.
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.clear();
    }
  }

  private static final class Loader implements CacheLoader<String, String> {
    @Override
    public String load(String key) {
      return Texts.value(key.length());
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }

  /** How often the server has executed each command, over a connection of its own. */
  private static final class CommandStatistics implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    CommandStatistics(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      in = new DataInputStream(socket.getInputStream());
    }

    Map<String, Long> calls() throws IOException {
      socket.getOutputStream().write("INFO commandstats\r\n".getBytes(US_ASCII));
      String head = line();
      if (!head.startsWith("$")) {
        throw new IOException("INFO was answered by " + head);
      }
      byte[] text = in.readNBytes(Integer.parseInt(head, 1, head.length(), 10) + 2);
      Map<String, Long> calls = new HashMap<>();
      for (String line : new String(text, UTF_8).split("\r\n", -1)) {
        if (line.startsWith("cmdstat_")) {
          int colon = line.indexOf(":calls=");
          int comma = line.indexOf(',', colon);
          String name = line.substring("cmdstat_".length(), colon).toUpperCase(Locale.ROOT);
          calls.put(name, Long.parseLong(line, colon + ":calls=".length(), comma, 10));
        }
      }
      // This very connection's.
      calls.remove("INFO");
      return calls;
    }

    SortedMap<String, Long> since(Map<String, Long> earlier) throws IOException {
      SortedMap<String, Long> more = new TreeMap<>();
      calls()
          .forEach(
              (name, count) -> {
                long since = count - earlier.getOrDefault(name, 0L);
                if (since != 0 && !name.equals("PING")) {
                  more.put(name, since);
                }
              });
      return Collections.unmodifiableSortedMap(more);
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new IOException("the server has closed the connection");
        }
        line.append((char) next);
      }
      return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /**
   * Prints a line for each operation and policy: their names, round trips, requests and commands,
   * with tabs between; or their names and {@code fails}.
   *
   * @param arguments the server's port, and where the provider finds it: a URI that says PORT, or
   *     else the text of a configuration file that says PORT
   */
  public static void main(String[] arguments) {
    try {
      print(Integer.parseInt(arguments[0]), arguments[1]);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      failed.printStackTrace();
      System.exit(1);
    }
    // Clients leave threads behind that would keep the process, here and above.
    System.exit(0);
  }

  private static void print(int serverPort, String where) throws IOException, InterruptedException {
    try (RoundTrips counter = new RoundTrips(serverPort, port -> uri(where, port))) {
      for (Policy policy : Policy.values()) {
        for (Row row : Row.all()) {
          System.out.println(line(counter, row, policy));
        }
      }
    }
  }

  private static String line(RoundTrips counter, Row row, Policy policy)
      throws IOException, InterruptedException {
    String names = row.name() + "\t" + policy.name().toLowerCase(Locale.ROOT) + "\t";
    try {
      Cost cost = counter.measure(row, policy);
      return names + cost.trips + "\t" + words(cost.sent) + "\t" + words(cost.executed);
    } catch (RuntimeException failed) {
      System.err.println(names + failed);
      return names + "fails";
    }
  }

  private static String words(SortedMap<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> (entry.getValue() == 1 ? "" : entry.getValue() + " ") + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static URI uri(String where, int port) throws IOException {
    String text = where.replace("PORT", Integer.toString(port));
    if (text.startsWith("redis")) {
      return URI.create(text);
    }
    Path file = Files.createTempFile("round-trips", ".yaml");
    file.toFile().deleteOnExit();
    return Files.writeString(file, text).toUri();
  }
}
