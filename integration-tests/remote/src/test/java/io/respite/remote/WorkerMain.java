package io.respite.remote;

import io.respite.remote.linear.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.processor.MutableEntry;

/**
 * An application in a JVM of its own that uses one cache of texts and does what it is told, line by
 * line; {@link Worker} is the other end.
 *
 * <pre>
 *   open URI CACHE                          attaches to a cache, or creates it
 *   get KEY, put KEY VALUE, size
 *   increment KEY THREADS TIMES             by invoke; answers how many calls returned
 *   claim PREFIX COUNT THREADS NAME         putIfAbsent of COUNT keys; answers the keys that were won
 *   history SEED THREADS TIMES KEYS CLIENT  random operations; answers them as {@link Operation#line}
 *   loading URI CACHE LEASE LOAD            attaches to a cache that loads so slowly; times in milliseconds
 *   stampede HOW PREFIX COUNT THREADS       reads COUNT keys of that cache; answers as {@link Stampede#run}
 *   listen                                  hears synchronously of entries that are created
 *   heard                                   answers their keys
 *   clock                                   answers System.nanoTime
 *   quit                                    closes the manager and ends
 * </pre>
 *
 * Each answer is any number of lines and then {@code ok}, or {@code error} with what was thrown.
 */
public final class WorkerMain {
  /** Ends an answer. */
  static final String OK = "ok";

  /** Begins the last line of an answer that is an error. */
  static final String ERROR = "error ";

  private final PrintStream out;
  private CacheManager manager;
  private Cache<String, String> cache;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private Stampede stampede;

  private WorkerMain(PrintStream out) {
    this.out = out;
  }

  /** Obeys what comes on the standard input. */
  public static void main(String[] arguments) throws IOException {
    var worker = new WorkerMain(new PrintStream(System.out, false, StandardCharsets.UTF_8));
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("quit")) {
          break;
        }
        worker.obey(List.of(line.split(" ", -1)));
      }
    }
    if (worker.manager != null) {
      worker.manager.close();
    }
  }

  private void obey(List<String> words) {
    try {
      for (String line : answer(words)) {
        out.println(line);
      }
      out.println(OK);
    } catch (RuntimeException | ExecutionException | InterruptedException e) {
      e.printStackTrace();
      out.println(ERROR + e.toString().replace('\n', ' '));
    }
    out.flush();
  }

  private List<String> answer(List<String> words) throws ExecutionException, InterruptedException {
    return switch (words.get(0)) {
      case "open" -> {
        open(URI.create(words.get(1)), words.get(2));
        yield List.of();
      }
      case "get" -> List.of(String.valueOf(cache.get(words.get(1))));
      case "put" -> {
        cache.put(words.get(1), words.get(2));
        yield List.of();
      }
      case "size" -> {
        int size = 0;
        for (Cache.Entry<String, String> entry : cache) {
          size += entry.getKey() == null ? 0 : 1;
        }
        yield List.of(Integer.toString(size));
      }
      case "increment" -> increment(words.get(1), number(words, 2), number(words, 3));
      case "claim" -> claim(words.get(1), number(words, 2), number(words, 3), words.get(4));
      case "history" ->
          history(
              Long.parseLong(words.get(1)),
              number(words, 2),
              number(words, 3),
              number(words, 4),
              number(words, 5));
      case "loading" -> {
        stampede =
            new Stampede(
                Caching.getCachingProvider().getCacheManager(URI.create(words.get(1)), null),
                words.get(2),
                number(words, 3),
                number(words, 4));
        yield List.of();
      }
      case "stampede" ->
          stampede.run(words.get(1), words.get(2), number(words, 3), number(words, 4));
      case "listen" -> {
        cache.registerCacheEntryListener(
            new MutableCacheEntryListenerConfiguration<>(
                new FactoryBuilder.SingletonFactory<>(
                    (CacheEntryCreatedListener<String, String>)
                        events -> events.forEach(event -> heard.add(event.getKey()))),
                null,
                false,
                true));
        yield List.of();
      }
      case "heard" -> List.copyOf(heard);
      case "clock" -> List.of(Long.toString(System.nanoTime()));
      default -> throw new IllegalArgumentException("no command " + words);
    };
  }

  private static int number(List<String> words, int index) {
    return Integer.parseInt(words.get(index));
  }

  private void open(URI uri, String name) {
    manager = Caching.getCachingProvider().getCacheManager(uri, null);
    cache =
        manager.createCache(
            name, new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }

  /** Runs a task in so many threads, which are numbered, and collects what they answer. */
  static <T> List<T> inThreads(int threads, NumberedTask<T> task)
      throws ExecutionException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<List<T>>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        tasks.add(() -> task.run(number));
      }
      List<T> all = new ArrayList<>();
      for (Future<List<T>> part : pool.invokeAll(tasks)) {
        all.addAll(part.get());
      }
      return all;
    } finally {
      pool.shutdownNow();
    }
  }

  /** What each of several threads does. */
  interface NumberedTask<T> {
    List<T> run(int number) throws Exception;
  }

  /** Adds one to the number that an entry holds, zero where there is none. */
  static String increment(MutableEntry<String, String> entry, Object... arguments) {
    long next = entry.exists() ? Long.parseLong(entry.getValue()) + 1 : 1;
    entry.setValue(Long.toString(next));
    return Long.toString(next);
  }

  private List<String> increment(String key, int threads, int times)
      throws ExecutionException, InterruptedException {
    List<String> seen =
        inThreads(
            threads,
            number -> {
              List<String> mine = new ArrayList<>();
              for (int i = 0; i < times; i++) {
                mine.add(cache.invoke(key, WorkerMain::increment));
              }
              return mine;
            });
    return List.of(Integer.toString(seen.size()));
  }

  private List<String> claim(String prefix, int count, int threads, String name)
      throws ExecutionException, InterruptedException {
    return inThreads(
        threads,
        number -> {
          List<String> won = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            String key = prefix + i;
            if (cache.putIfAbsent(key, name + "." + number)) {
              won.add(key + " " + name + "." + number);
            }
          }
          return won;
        });
  }

  private List<String> history(long seed, int threads, int times, int keys, int client)
      throws ExecutionException, InterruptedException {
    return inThreads(
            threads,
            number -> new Recorder(cache, seed + number, client + number, keys).record(times))
        .stream()
        .map(Operation::line)
        .toList();
  }
}
