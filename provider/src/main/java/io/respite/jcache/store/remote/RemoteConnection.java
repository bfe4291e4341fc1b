package io.respite.jcache.store.remote;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.network.BorrowedThread;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreConnection;
import io.respite.jcache.store.StoreListener;
import io.respite.jcache.store.StoredForm;

/** A cache manager's use of a datastore that is reached over a network. */
public final class RemoteConnection implements StoreConnection {
  private final Server server;
  private final String prefix;
  private boolean closed;

  private RemoteConnection(Server server, String prefix) {
    this.server = server;
    this.prefix = prefix;
  }

  /**
   * Connects.
   *
   * @throws io.respite.jcache.store.StoreException when the datastore cannot be reached
   */
  public static RemoteConnection open(RemoteUri uri) {
    // Where direct lines serve, the network library must not even be loaded.
    Server server =
        uri.directLines() > 0 ? Server.join(uri) : BorrowedThread.call(() -> Server.join(uri));
    return new RemoteConnection(server, uri.prefix());
  }

  @Override
  public Store open(String cache, StoredForm form, StoreListener listener) {
    return server.isDirect()
        ? attach(cache, form, listener)
        : BorrowedThread.call(() -> attach(cache, form, listener));
  }

  private Store attach(String cache, StoredForm form, StoreListener listener) {
    Layout.check(cache);
    if (!form.limit().isNone()) {
      throw new IllegalArgumentException(
          "Cache '%s': a limit of its size is for an embedded store; the datastore at %s limits by its own maxmemory"
              .formatted(cache, server));
    }
    Layout layout = new Meta(server, prefix + cache).attach(cache, form);
    var store = new RemoteStore(server, layout, listener, form.listenerTimeoutMillis());
    if (form.nearEntries() == 0) {
      return store;
    }
    try {
      return new NearStore(store, server, layout, form.nearEntries());
    } catch (RuntimeException e) {
      store.detach();
      throw e;
    }
  }

  @Override
  public void destroy(String cache) {
    Layout.check(cache);
    var meta = new Meta(server, prefix + cache);
    new RemoteStore(server, meta.layout()).clear();
    meta.delete();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      server.leave();
    }
  }
}
