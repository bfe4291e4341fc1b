package io.respite.jcache.store.remote;

import io.respite.jcache.store.LoadLease;
import io.respite.jcache.store.StoreException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease as a key on the server that expires unless it is renewed, which is done three times in
 * its life for as long as the loader runs; not for ever, because a loader that never ends must not
 * keep all JVMs waiting.
 */
final class RemoteLease implements LoadLease {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteLease.class);
  private static final int RENEWALS = 100;

  /** How long those who wait can learn that there was nothing. */
  static final long NOTHING_MILLIS = 1_000;

  private static final State[] STATES = {State.BUSY, State.GRANTED, State.PRESENT, State.NOTHING};

  private final Server server;
  private final byte[] key;
  private final byte[] holder;
  private final State state;
  private int renewals;
  private ScheduledFuture<?> renewing;

  /**
   * An answer to who asked for a lease.
   *
   * @param answer what the script {@code lease.lua} answered
   */
  RemoteLease(Server server, byte[] key, byte[] holder, long millis, int answer) {
    this.server = server;
    this.key = key;
    this.holder = holder;
    this.state = STATES[answer];
    if (state == State.GRANTED) {
      long third = Math.max(1, millis / 3);
      renewing =
          server
              .scheduler()
              .scheduleAtFixedRate(() -> renew(millis), third, third, TimeUnit.MILLISECONDS);
    }
  }

  private void renew(long millis) {
    if (++renewals > RENEWALS) {
      renewing.cancel(false);
      return;
    }
    send(Server.bytes(millis));
  }

  /** Does not wait for the reply: whether it comes or not, the lease ends in time. */
  private void send(byte[]... more) {
    var arguments = new byte[1 + more.length][];
    arguments[0] = holder;
    System.arraycopy(more, 0, arguments, 1, more.length);
    try {
      server
          .run(Script.LEASE_END, new Outputs.Count(), new byte[][] {key}, arguments)
          .sendAndForget();
    } catch (StoreException e) {
      LOG.debug("A lease at {} could neither be renewed nor ended", server, e);
    }
  }

  @Override
  public State state() {
    return state;
  }

  /** Lets it end by itself, or by another script. */
  void renewNoMore() {
    renewing.cancel(false);
  }

  @Override
  public void end(boolean foundNothing) {
    renewNoMore();
    send(Server.bytes(0), Server.bytes(foundNothing ? NOTHING_MILLIS : 0));
  }
}
