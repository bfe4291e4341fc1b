package io.respite.jcache.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.store.StoreException;
import io.respite.server.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An engine and those who use it. */
final class SharedEngine {
  private static final Map<String, SharedEngine> NAMED = new HashMap<>();

  private final String name;
  private final Map<String, String> settings;
  private final int port;
  private final Engine engine;
  private final Map<String, SharedHash> hashes = new ConcurrentHashMap<>();

  /** Guarded by {@link #NAMED}. */
  private int users;

  private SharedEngine(String name, Map<String, String> settings, int port) {
    this.name = name;
    this.settings = Map.copyOf(settings);
    this.port = port;
    this.engine = open(this.settings);
    if (port != 0) {
      listen();
    }
  }

  private static Engine open(Map<String, String> settings) {
    try {
      return Engine.open(settings);
    } catch (UncheckedIOException e) {
      throw new StoreException(
          "The embedded engine cannot use its folder '%s': %s. Managers of one JVM share an engine by giving it a name, as in respite:embedded:NAME"
              .formatted(settings.get("dir"), e.getMessage()),
          e);
    }
  }

  private void listen() {
    try {
      engine.listen(port);
    } catch (IOException e) {
      engine.close();
      throw new StoreException(
          "The embedded engine cannot listen on port %d: %s".formatted(port, e.getMessage()), e);
    }
  }

  private SharedEngine(Engine engine) {
    this.name = "";
    this.settings = Map.of();
    this.port = 0;
    this.engine = engine;
    // The owner's use never ends here.
    this.users = 1;
  }

  /** An engine that its owner will close. */
  static SharedEngine of(Engine engine) {
    var shared = new SharedEngine(engine);
    shared.users++;
    return shared;
  }

  static SharedEngine join(String name, Map<String, String> settings, int port) {
    synchronized (NAMED) {
      SharedEngine engine = NAMED.get(name);
      if (name.isEmpty()) {
        engine = new SharedEngine(name, settings, port);
      } else if (engine == null) {
        engine = new SharedEngine(name, settings, port);
        NAMED.put(name, engine);
      } else if (!engine.settings.equals(settings) || engine.port != port) {
        throw new IllegalArgumentException(
            "The embedded engine '%s' is already open, with settings %s and port %d, which differ from %s and %d"
                .formatted(name, engine.settings, engine.port, settings, port));
      }
      engine.users++;
      return engine;
    }
  }

  void leave() {
    synchronized (NAMED) {
      users--;
      if (users > 0) {
        return;
      }
      NAMED.remove(name, this);
    }
    engine.close();
  }

  SharedHash hash(String cache) {
    return hashes.computeIfAbsent(cache, key -> new SharedHash(engine.hash(key.getBytes(UTF_8))));
  }

  long currentTimeMillis() {
    return engine.environment().clock().millis();
  }
}
