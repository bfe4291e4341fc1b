package io.respite.jcache.store.remote;

import io.respite.jcache.store.Claim;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.TimeToLive;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A claim as a key on the server, like a lease. It is asked for by the script that reads the entry
 * and ended by the one that changes it, so it costs no round trip as long as nobody else has it;
 * otherwise it is asked for again, at first often and then less.
 */
final class RemoteClaim implements Claim {
  /** How long others wait for a JVM that has died. */
  private static final long MILLIS = 2_000;

  private static final long FIRST_PAUSE_MICROS = 500;
  private static final long LONGEST_PAUSE_MICROS = 20_000;

  private final RemoteStore store;
  private final byte[] key;
  private final byte[] name;
  private final byte[] holder;
  private final byte[] entry;
  private final RemoteLease lease;
  private boolean ended;

  private RemoteClaim(
      RemoteStore store, byte[] key, byte[] name, byte[] holder, byte[] entry, RemoteLease lease) {
    this.store = store;
    this.key = key;
    this.name = name;
    this.holder = holder;
    this.entry = entry;
    this.lease = lease;
  }

  /** Waits until the key's claim is free, and takes it. */
  static Claim of(RemoteStore store, Server server, byte[] key, byte[] name, byte[] holder) {
    long pause = FIRST_PAUSE_MICROS;
    while (true) {
      Server.Run<byte[]> answer = store.claim(key, name, holder, MILLIS);
      byte[] entry = answer.await();
      if (answer.number() == 1) {
        return new RemoteClaim(
            store, key, name, holder, entry, new RemoteLease(server, name, holder, MILLIS, 1));
      }
      pause(server, pause);
      pause = Math.min(LONGEST_PAUSE_MICROS, 2 * pause);
    }
  }

  private static void pause(Server server, long micros) {
    try {
      TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextLong(micros / 2, micros + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          "The thread was interrupted while another JVM changed the entry at %s".formatted(server),
          e);
    }
  }

  @Override
  public byte[] entry() {
    return entry;
  }

  @Override
  public boolean put(byte[] value, long ttl) {
    return change(RemoteStore.PUT, ttl, value);
  }

  @Override
  public boolean remove() {
    return change(RemoteStore.REMOVE, TimeToLive.NOW, RemoteStore.NOTHING);
  }

  private boolean change(byte[] what, long ttl, byte[] value) {
    ended = true;
    lease.renewNoMore();
    return store.compareClaimed(key, entry, what, ttl, value, name, holder);
  }

  @Override
  public void end() {
    if (!ended) {
      ended = true;
      lease.end(false);
    }
  }
}
