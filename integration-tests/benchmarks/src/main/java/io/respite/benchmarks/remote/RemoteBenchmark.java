package io.respite.benchmarks.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;

/**
 * One contender in a JVM of its own, which does what it is told line by line, so that a script can
 * let several of them take turns.
 *
 * <pre>
 *   RemoteBenchmark serve jcache|lettuce URI      then on standard input:
 *       fill EXPIRY                                  100,000 entries; answers "filled"
 *       run EXPIRY OPERATION THREADS MILLISECONDS    answers "done OPERATIONS NANOS CPU_NANOS" or "failed WHY"
 *   RemoteBenchmark first-get jcache|lettuce URI  prints milliseconds: from getCacheManager to a value, from
 *                                                 getCachingProvider to it, and of processor time since the
 *                                                 JVM began
 * </pre>
 *
 * EXPIRY is {@code eternal} or {@code created}, ten minutes after an entry's creation. An operation
 * of {@code iterate} is one entry; of {@code getAll} and {@code putAll}, a hundred.
 */
public final class RemoteBenchmark {
  private static final int ENTRIES = 100_000;
  private static final int BATCH = 100;
  private static final int FILL_BATCH = 1000;
  private static final int STEP = 40_503;
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final String kind;
  private final String uri;
  private final String[] keys = new String[ENTRIES];
  private final String[] values = new String[1024];
  private final Map<String, Contender> contenders = new HashMap<>();

  private RemoteBenchmark(String kind, String uri) {
    this.kind = kind;
    this.uri = uri;
    for (int i = 0; i < ENTRIES; i++) {
      keys[i] = Texts.key(i);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Texts.value(i);
    }
  }

  /** Runs as the class comment says. */
  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      failed.printStackTrace();
      System.exit(1);
    }
    // Clients leave threads behind that would keep the process, here and above.
    System.exit(0);
  }

  private static void run(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("serve|first-get jcache|lettuce URI");
    }
    switch (arguments[0]) {
      case "serve" -> new RemoteBenchmark(arguments[1], arguments[2]).serve();
      case "first-get" -> firstGet(arguments[1], arguments[2]);
      default -> throw new IllegalArgumentException("unknown: " + arguments[0]);
    }
  }

  private void serve() throws IOException, InterruptedException {
    System.out.println("ready");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "fill" -> {
          fill(words[1]);
          System.out.println("filled");
        }
        case "run" ->
            System.out.println(
                run(words[1], words[2], Integer.parseInt(words[3]), Long.parseLong(words[4])));
        default -> throw new IllegalArgumentException("unknown: " + line);
      }
    }
    contenders.values().forEach(Contender::close);
  }

  private void fill(String expiry) {
    Contender contender = contenders.computeIfAbsent(expiry, this::open);
    Map<String, String> some = new HashMap<>();
    for (int i = 0; i < ENTRIES; i++) {
      some.put(keys[i], Texts.value(i));
      if (some.size() == FILL_BATCH) {
        contender.putAll(some);
        some.clear();
      }
    }
    for (int i = 0; i < ENTRIES; i += 97) {
      if (!Texts.value(i).equals(contender.get(keys[i]))) {
        throw new IllegalStateException("the contender lost " + keys[i]);
      }
    }
  }

  private Contender open(String expiry) {
    Duration lifetime =
        switch (expiry) {
          case "eternal" -> null;
          case "created" -> LIFETIME;
          default -> throw new IllegalArgumentException("unknown expiry: " + expiry);
        };
    return switch (kind) {
      case "jcache" -> new JCacheContender(URI.create(uri), "benchmark-" + expiry, lifetime);
      case "lettuce" -> new LettuceContender(uri, "bare-" + expiry, lifetime);
      default -> throw new IllegalArgumentException("unknown contender: " + kind);
    };
  }

  private String run(String expiry, String operation, int threads, long millis)
      throws InterruptedException {
    Contender contender = contenders.get(expiry);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch ready = new CountDownLatch(threads);
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Long>> counts = new ArrayList<>();
      Deadline deadline = new Deadline();
      for (int i = 0; i < threads; i++) {
        int from = i * 7919;
        counts.add(
            pool.submit(
                () -> {
                  ready.countDown();
                  start.await();
                  return count(contender, operation, from, deadline);
                }));
      }
      ready.await();
      long cpu = cpuNanos();
      long began = System.nanoTime();
      deadline.at = began + TimeUnit.MILLISECONDS.toNanos(millis);
      start.countDown();
      long operations = 0;
      for (Future<Long> count : counts) {
        operations += count.get();
      }
      long took = System.nanoTime() - began;
      return "done " + operations + " " + took + " " + (cpuNanos() - cpu);
    } catch (ExecutionException failed) {
      return "failed " + failed.getCause().toString().replaceAll("\\s+", " ");
    } finally {
      pool.shutdownNow();
      if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException(operation + " does not end");
      }
    }
  }

  /** When a run ends; set before its threads are let loose. */
  private static final class Deadline {
    long at;

    boolean isOver() {
      return System.nanoTime() - at >= 0;
    }
  }

  /** Repeats an operation until the deadline. */
  private long count(Contender contender, String operation, int from, Deadline deadline) {
    long done = 0;
    int at = from % ENTRIES;
    while (!deadline.isOver()) {
      // A full-period walk that jumps about, without a random generator in the figures.
      at = (at + STEP) % ENTRIES;
      switch (operation) {
        case "get" -> {
          if (contender.get(keys[at]) == null) {
            throw new IllegalStateException("the contender lost " + keys[at]);
          }
        }
        case "put" -> contender.put(keys[at], values[at & 1023]);
        case "getAll" -> {
          Set<String> wanted = new HashSet<>(BATCH * 2);
          for (int i = 0; i < BATCH; i++) {
            at = (at + STEP) % ENTRIES;
            wanted.add(keys[at]);
          }
          if (contender.getAll(wanted).size() != BATCH) {
            throw new IllegalStateException("the contender lost some of " + wanted);
          }
        }
        case "putAll" -> {
          Map<String, String> some = new HashMap<>(BATCH * 2);
          for (int i = 0; i < BATCH; i++) {
            at = (at + STEP) % ENTRIES;
            some.put(keys[at], values[at & 1023]);
          }
          contender.putAll(some);
        }
        case "invoke" -> contender.advance(keys[at]);
        case "iterate" -> done += contender.iterate(deadline::isOver) - 1;
        default -> throw new IllegalArgumentException("unknown operation: " + operation);
      }
      done++;
    }
    return done;
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** In a fresh JVM: how long it takes until the first value is there. */
  private static void firstGet(String kind, String uri) {
    String key = Texts.key(1);
    long began = System.nanoTime();
    long asked;
    String value;
    if (kind.equals("jcache")) {
      CachingProvider provider = Caching.getCachingProvider();
      asked = System.nanoTime();
      CacheManager manager =
          provider.getCacheManager(URI.create(uri), RemoteBenchmark.class.getClassLoader());
      Cache<String, String> cache =
          manager.createCache(
              "benchmark-eternal",
              new MutableConfiguration<String, String>().setTypes(String.class, String.class));
      value = cache.get(key);
    } else {
      asked = began;
      value = new LettuceContender(uri, "bare-eternal", null).get(key);
    }
    long ended = System.nanoTime();
    if (value == null) {
      throw new IllegalStateException(key + " is not there");
    }
    System.out.printf(
        Locale.ROOT,
        "%.1f %.1f %.1f%n",
        (ended - asked) / 1e6,
        (ended - began) / 1e6,
        cpuNanos() / 1e6);
  }
}
