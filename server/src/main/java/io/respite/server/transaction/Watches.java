package io.respite.server.transaction;

import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.KeyListener;
import io.respite.server.keyspace.Keyspace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which transactions watch which key. While there are any, hears of every change and marks the
 * watchers as outdated; a key that nobody watches costs one look-up in a small map.
 */
final class Watches implements KeyListener {
  /** A transaction with what it remembers of the key. */
  private record Watcher(Transaction transaction, WatchedKey watched) {}

  private final List<Map<ByteBuffer, List<Watcher>>> byDatabase = new ArrayList<>();
  private final Keyspace keyspace;
  private int count;

  Watches(Keyspace keyspace) {
    this.keyspace = keyspace;
    for (int i = 0; i < keyspace.size(); i++) {
      byDatabase.add(new HashMap<>());
    }
  }

  /** Lets a transaction watch a key; once more is once. */
  void watch(Transaction transaction, Database database, byte[] name) {
    ByteBuffer key = ByteBuffer.wrap(name);
    List<Watcher> watchers =
        byDatabase.get(database.id()).computeIfAbsent(key, k -> new ArrayList<>(1));
    if (watchers.stream().anyMatch(w -> w.transaction == transaction)) {
      return;
    }
    WatchedKey watched = new WatchedKey(database, name);
    watchers.add(new Watcher(transaction, watched));
    transaction.watched().add(watched);
    if (count++ == 0) {
      keyspace.addListener(this);
    }
  }

  /** Ends all watches of a transaction. */
  void forget(Transaction transaction) {
    for (WatchedKey watched : transaction.watched()) {
      Map<ByteBuffer, List<Watcher>> keys = byDatabase.get(watched.database());
      List<Watcher> watchers = keys.get(watched.key());
      watchers.removeIf(w -> w.transaction == transaction);
      if (watchers.isEmpty()) {
        keys.remove(watched.key());
      }
      if (--count == 0) {
        keyspace.removeListener(this);
      }
    }
    transaction.watched().clear();
  }

  /** Whether a key that was alive when the watch began has died since, unnoticed so far. */
  boolean anyDied(Transaction transaction) {
    for (WatchedKey watched : transaction.watched()) {
      if (watched.dead() && !watched.wasDead()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void modified(int database, byte[] bytes, int offset, int length, KeyEvent event) {
    List<Watcher> watchers = byDatabase.get(database).get(ByteBuffer.wrap(bytes, offset, length));
    if (watchers == null) {
      return;
    }
    for (Watcher watcher : watchers) {
      // Where a stream was not there before, the event of its first group tells that it is now.
      boolean unnoticed = event.isAboutGroups() && watcher.watched.existed();
      if (!unnoticed && (!watcher.watched.wasDead() || event != KeyEvent.EXPIRED)) {
        watcher.transaction.outdate();
      }
    }
  }

  @Override
  public void flushed(int database) {
    for (List<Watcher> watchers : byDatabase.get(database).values()) {
      for (Watcher watcher : watchers) {
        // Had it changed since, the watcher would be outdated already: so it is there still.
        if (watcher.watched.existed()) {
          watcher.transaction.outdate();
        }
      }
    }
  }

  @Override
  public void swapped(int first, int second) {
    outdateSwapped(first);
    outdateSwapped(second);
  }

  private void outdateSwapped(int database) {
    for (List<Watcher> watchers : byDatabase.get(database).values()) {
      for (Watcher watcher : watchers) {
        if (watcher.watched.existed() || watcher.watched.exists()) {
          watcher.transaction.outdate();
        }
      }
    }
  }
}
