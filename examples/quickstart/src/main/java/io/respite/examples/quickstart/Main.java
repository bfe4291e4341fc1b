package io.respite.examples.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.management.CacheStatisticsMXBean;
import javax.cache.spi.CachingProvider;
import javax.management.JMX;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** Reads a word list, builds its anagram index in a cache, reads it back, and says what it cost. */
public final class Main {
  private static final String CACHE = "anagrams";
  private static final int SMALLEST_GROUP = 6;
  private static final String USAGE =
      """
      Usage: run [--uri URI] [--port PORT] [--words FILE]

        --uri URI     the store: respite:embedded (the default) is inside this program
        --port PORT   opens a door into the embedded store, for redis-cli and others, and waits for Enter
        --words FILE  one word a line, UTF-8; the default is an American English list
        --help        this text
      """;

  private Main() {}

  /** Runs the job; see {@link #USAGE}. Exit code 2 for a wrong option, 1 for a failure. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String uri = "respite:embedded";
    String port = null;
    Path words = null;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--help")) {
        out.print(USAGE);
        return;
      }
      if (!List.of("--uri", "--port", "--words").contains(args[i]) || i + 1 == args.length) {
        System.err.println("Unknown option, or one without its value: " + args[i]);
        System.err.print(USAGE);
        System.exit(2);
      }
      String value = args[++i];
      switch (args[i - 1]) {
        case "--uri" -> uri = value;
        case "--port" -> port = value;
        default -> words = Path.of(value);
      }
    }
    if (port != null) {
      uri += (uri.contains("?") ? "&" : "?") + "port=" + port;
    }
    try {
      run(out, URI.create(uri), words, port);
    } catch (NoSuchFileException e) {
      System.err.println("There is no file " + e.getMessage());
      System.exit(1);
    } catch (CacheException | IOException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void run(PrintStream out, URI uri, Path file, String port) throws IOException {
    List<String> words = read(file);
    CachingProvider provider = Caching.getCachingProvider();
    try (CacheManager manager = provider.getCacheManager(uri, null)) {
      Cache<String, String> cache =
          manager.createCache(
              CACHE,
              new MutableConfiguration<String, String>()
                  .setTypes(String.class, String.class)
                  .setStatisticsEnabled(true));
      Anagrams anagrams = new Anagrams(cache);
      out.printf("%,d words, cache \"%s\" in %s%n%n", words.size(), CACHE, uri);

      Progress writing = new Progress(out, "writing", words.size());
      for (String word : words) {
        anagrams.add(word);
        writing.step();
      }
      double writeSeconds = writing.done();

      Progress reading = new Progress(out, "reading back", words.size());
      int missing = 0;
      for (String word : words) {
        if (!anagrams.wordsOf(Anagrams.letters(word)).contains(word)) {
          missing++;
        }
        reading.step();
      }
      double readSeconds = reading.done();

      List<List<String>> groups = anagrams.groupsOf(SMALLEST_GROUP);
      out.printf("%nGroups of %d and more anagrams:%n%n", SMALLEST_GROUP);
      for (List<String> group : groups) {
        out.printf("  %2d  %s%n", group.size(), String.join(" ", group));
      }
      report(out, cache, words.size(), missing, writeSeconds, readSeconds);
      if (port != null) {
        waitForEnter(out, port);
      }
    }
  }

  private static List<String> read(Path file) throws IOException {
    List<String> words = new ArrayList<>();
    try (InputStream in =
            file != null
                ? Files.newInputStream(file)
                : new GZIPInputStream(Main.class.getResourceAsStream("american-english.txt.gz"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String word = Anagrams.normalize(line);
        if (!word.isEmpty()) {
          words.add(word);
        }
      }
    }
    return words;
  }

  private static void report(
      PrintStream out,
      Cache<String, String> cache,
      int words,
      int missing,
      double writeSeconds,
      double readSeconds) {
    int entries = 0;
    for (Cache.Entry<String, String> entry : cache) {
      entries += entry.getKey().isEmpty() ? 0 : 1;
    }
    out.printf("%n  entries       %,10d%n", entries);
    out.printf(
        "  writing       %10.2f s   %,10.0f words a second%n", writeSeconds, words / writeSeconds);
    out.printf(
        "  reading back  %10.2f s   %,10.0f words a second%n", readSeconds, words / readSeconds);
    out.printf("  missing       %,10d%n", missing);
    CacheStatisticsMXBean statistics = statistics(cache);
    out.printf(
        "  statistics    %,10d puts, %,d gets, %,d hits (%.1f %%), %,d misses%n",
        statistics.getCachePuts(),
        statistics.getCacheGets(),
        statistics.getCacheHits(),
        statistics.getCacheHitPercentage(),
        statistics.getCacheMisses());
  }

  /** The cache's statistics where JSR-107 puts them: in the platform's MBean server. */
  private static CacheStatisticsMXBean statistics(Cache<?, ?> cache) {
    try {
      ObjectName pattern =
          new ObjectName("javax.cache:type=CacheStatistics,Cache=" + cache.getName() + ",*");
      var server = java.lang.management.ManagementFactory.getPlatformMBeanServer();
      ObjectName name = server.queryNames(pattern, null).iterator().next();
      return JMX.newMXBeanProxy(server, name, CacheStatisticsMXBean.class);
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException("a cache called " + cache.getName(), e);
    }
  }

  private static void waitForEnter(PrintStream out, String port) throws IOException {
    out.printf("%nThe store answers on port %s now. From another terminal:%n%n", port);
    out.printf("  redis-cli -p %s HLEN %s%n", port, CACHE);
    out.printf("  redis-cli -p %s HGET %s %s%n%n", port, CACHE, Anagrams.letters("listen"));
    out.println("Enter ends it.");
    if (System.in.read() < 0) {
      out.println("Standard input has ended, so nobody can press it.");
    }
  }
}
