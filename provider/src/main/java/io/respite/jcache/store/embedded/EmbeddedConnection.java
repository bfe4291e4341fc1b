package io.respite.jcache.store.embedded;

import io.respite.jcache.network.BorrowedThread;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreConnection;
import io.respite.jcache.store.StoreListener;
import io.respite.jcache.store.StoredForm;
import io.respite.server.Engine;
import java.util.Map;

/**
 * A cache manager's use of an engine in this JVM.
 *
 * <p>An engine without a name belongs to the one connection that opened it, so two applications in
 * one JVM never meet by accident. An engine with a name is shared by all connections of this JVM
 * that use the name, and ends with the last of them.
 */
public final class EmbeddedConnection implements StoreConnection {
  private final SharedEngine engine;
  private boolean closed;

  private EmbeddedConnection(SharedEngine engine) {
    this.engine = engine;
  }

  /**
   * Opens an engine, or joins the one that has the name.
   *
   * @param name the engine's name, empty for an engine of one's own
   * @param settings directives of the engine by name, such as {@code maxmemory}
   * @param port where the engine also listens for Redis clients, on the loopback interface; 0 for
   *     nowhere
   * @throws IllegalArgumentException when a setting is refused, or a shared engine was opened with
   *     other settings
   * @throws io.respite.jcache.store.StoreException when the port cannot be had
   */
  public static EmbeddedConnection open(String name, Map<String, String> settings, int port) {
    return new EmbeddedConnection(
        BorrowedThread.call(() -> SharedEngine.join(name, settings, port)));
  }

  /** Uses an engine that somebody else has opened and will close. */
  public static EmbeddedConnection to(Engine engine) {
    return new EmbeddedConnection(SharedEngine.of(engine));
  }

  @Override
  public Store open(String cache, StoredForm form, StoreListener listener) {
    if (form.buckets() > 1) {
      throw new IllegalArgumentException(
          "Cache '%s': %d buckets are for a remote store; an embedded store has one"
              .formatted(cache, form.buckets()));
    }
    if (form.nearEntries() > 0) {
      throw new IllegalArgumentException(
          "Cache '%s': a near cache is for a remote store; an embedded store is in this JVM already"
              .formatted(cache));
    }
    return new EmbeddedStore(engine, engine.hash(cache), form.limit(), listener);
  }

  @Override
  public void destroy(String cache) {
    engine.hash(cache).hash().delete();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      BorrowedThread.run(engine::leave);
    }
  }
}
