package io.respite.remote;

import io.respite.remote.linear.Operation;
import io.respite.remote.linear.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.cache.Cache;
import javax.cache.CacheException;

/**
 * One client of a cache, which does random things to a few keys and writes down what it saw and
 * when. Times are those of {@link System#nanoTime}, which all JVMs of one Linux machine share.
 *
 * <p>What ends with a {@link CacheException} may have happened or not; the client then goes on
 * under another name, because what it did before may take effect while it does something else.
 */
final class Recorder {
  private static final List<Kind> KINDS =
      List.of(
          Kind.GET,
          Kind.GET,
          Kind.PUT,
          Kind.PUT_IF_ABSENT,
          Kind.REPLACE,
          Kind.REPLACE,
          Kind.REMOVE,
          Kind.GET_AND_PUT);

  /** Far above the number of clients. */
  private static final int NEXT_NAME = 1_000;

  private final Cache<String, String> cache;
  private final Random random;
  private final int keys;
  private int client;
  private int written;
  private String lastSeen = "none";
  private final List<Operation> operations = new ArrayList<>();

  Recorder(Cache<String, String> cache, long seed, int client, int keys) {
    this.cache = cache;
    this.random = new Random(seed);
    this.client = client;
    this.keys = keys;
  }

  /** Does so many things. */
  List<Operation> record(int times) {
    return record(times, () -> {});
  }

  /** Does so many things, and tells after each one. */
  List<Operation> record(int times, Runnable done) {
    for (int i = 0; i < times; i++) {
      one();
      done.run();
    }
    return operations;
  }

  /** Does one thing. */
  void one() {
    String key = "key" + random.nextInt(keys);
    Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    boolean writes = kind != Kind.GET && kind != Kind.REMOVE;
    // Each value is written once only, so that whoever sees it knows whose it is.
    String value = writes ? client + "." + written++ : null;
    String expected = kind == Kind.REPLACE ? lastSeen : null;
    long invoked = System.nanoTime();
    try {
      String result = act(kind, key, expected, value);
      long returned = System.nanoTime();
      operations.add(new Operation(key, client, kind, expected, value, invoked, returned, result));
      if (kind == Kind.GET && result != null) {
        lastSeen = result;
      }
    } catch (CacheException unknown) {
      operations.add(
          new Operation(key, client, kind, expected, value, invoked, Operation.NEVER, null));
      client += NEXT_NAME;
    }
  }

  private String act(Kind kind, String key, String expected, String value) {
    return switch (kind) {
      case GET -> cache.get(key);
      case PUT -> {
        cache.put(key, value);
        yield null;
      }
      case PUT_IF_ABSENT -> Boolean.toString(cache.putIfAbsent(key, value));
      case REPLACE -> Boolean.toString(cache.replace(key, expected, value));
      case REMOVE -> Boolean.toString(cache.remove(key));
      case GET_AND_PUT -> cache.getAndPut(key, value);
    };
  }
}
