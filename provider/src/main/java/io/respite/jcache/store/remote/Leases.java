package io.respite.jcache.store.remote;

import io.respite.jcache.store.LoadLease;
import io.respite.jcache.store.remote.Layout.Bucket;
import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Asks for the leases of entries that are to be loaded. */
final class Leases {
  private static final byte[] YES = {'1'};
  private static final byte[] NO = {'0'};

  private final Server server;
  private final Layout layout;

  Leases(Server server, Layout layout) {
    this.server = server;
    this.layout = layout;
  }

  /** See {@link io.respite.jcache.store.Store#lease}. */
  LoadLease one(byte[] key, long millis, boolean waited) {
    byte[] holder = holder();
    long answer = asking(key, holder, millis, waited).send().await();
    return lease(key, holder, millis, answer);
  }

  /** See {@link io.respite.jcache.store.Store#leaseAll}; one round trip. */
  LoadLease[] all(byte[][] keys, long millis) {
    var holders = new byte[keys.length][];
    List<Server.Run<Long>> runs = new ArrayList<>(keys.length);
    List<Request<?>> requests = new ArrayList<>(keys.length);
    for (int i = 0; i < keys.length; i++) {
      holders[i] = holder();
      Server.Run<Long> run = asking(keys[i], holders[i], millis, false);
      run.addTo(requests);
      runs.add(run);
    }
    server.sendAll(requests);
    var leases = new LoadLease[keys.length];
    int answered = 0;
    try {
      for (; answered < keys.length; answered++) {
        leases[answered] =
            lease(keys[answered], holders[answered], millis, runs.get(answered).await());
      }
      return leases;
    } finally {
      // Those that nobody will get to see must not be renewed.
      for (int i = 0; answered < keys.length && i < answered; i++) {
        if (leases[i].state() == LoadLease.State.GRANTED) {
          leases[i].end(false);
        }
      }
    }
  }

  /** See {@link io.respite.jcache.store.Store#leaseRefresh}. */
  LoadLease refresh(byte[] key, long millis) {
    byte[] holder = holder();
    List<String> answer =
        server.ask(
            Server.request(
                Command.SET,
                new Outputs.Texts(),
                true,
                layout.bucketOf(key).lease(key),
                holder,
                Server.bytes("NX"),
                Server.bytes("PX"),
                Server.bytes(millis)));
    boolean granted = answer.size() == 1 && answer.get(0) != null;
    return lease(key, holder, millis, granted ? 1 : 0);
  }

  private Server.Run<Long> asking(byte[] key, byte[] holder, long millis, boolean waited) {
    Bucket bucket = layout.bucketOf(key);
    return server.run(
        Script.LEASE,
        new Outputs.Count(),
        bucket.keysAnd(bucket.lease(key), server.fieldsExpire()),
        bucket.speaker,
        key,
        holder,
        Server.bytes(millis),
        waited ? YES : NO);
  }

  private RemoteLease lease(byte[] key, byte[] holder, long millis, long answer) {
    return new RemoteLease(
        server, layout.bucketOf(key).lease(key), holder, millis, Math.toIntExact(answer));
  }

  /** A name for the holder of one lease or claim. */
  static byte[] holder() {
    return Server.bytes(UUID.randomUUID().toString());
  }
}
