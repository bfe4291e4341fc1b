package io.respite.jcache.network;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.InternalThreadLocalMap;
import java.util.function.Supplier;

/**
 * Leaves threads of others as they were found.
 *
 * <p>Netty keeps caches with every thread that runs its code. An application server's threads
 * outlive the applications, and what an application's Netty leaves with them holds the classes of
 * an application that has gone. Connecting and ending do so; single operations do not, their
 * network part runs in threads of ours.
 */
public final class BorrowedThread {
  private BorrowedThread() {}

  /** Runs something, and takes away what Netty has left with this thread meanwhile. */
  public static <T> T call(Supplier<T> work) {
    boolean clean = InternalThreadLocalMap.getIfSet() == null;
    try {
      return work.get();
    } finally {
      if (clean) {
        FastThreadLocal.removeAll();
      }
    }
  }

  /** Runs something, and takes away what Netty has left with this thread meanwhile. */
  public static void run(Runnable work) {
    call(
        () -> {
          work.run();
          return null;
        });
  }
}
