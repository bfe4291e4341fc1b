package io.respite.jcache.store.remote;

import io.respite.jcache.store.Heard;
import io.respite.jcache.store.StoreListener;
import io.respite.jcache.store.remote.Layout.Bucket;
import io.respite.jcache.store.remote.wire.Receiver;
import io.respite.jcache.store.remote.wire.Request;
import java.util.ArrayList;
import java.util.List;

/** Passes on what others do to one cache, to whoever has opened it here. */
final class Changes {
  private final Server server;
  private final Layout layout;
  private final StoreListener listener;
  private final Acknowledgements acknowledgements;

  /** The ends of the names of the channels that are heard; guarded by this. */
  private List<String> heard = List.of();

  /** Who hears them, bucket by bucket; guarded by this. */
  private final List<Ear> ears = new ArrayList<>();

  /** The end of the name of the one channel whose messages count. */
  private volatile String counts;

  private volatile boolean synchronous;

  /** Who hears the messages that count, by the bucket's number; nulls while nothing is heard. */
  private volatile Ear[] counting;

  Changes(Server server, Layout layout, StoreListener listener, Acknowledgements acknowledgements) {
    this.server = server;
    this.layout = layout;
    this.listener = listener;
    this.acknowledgements = acknowledgements;
    this.counting = new Ear[layout.buckets()];
  }

  /** Whether what is done here to a bucket comes back. */
  boolean echoes(int bucket) {
    Ear ear = counting[bucket];
    return ear != null && ear.isHeard;
  }

  /** Hears what is wanted, and nothing else. */
  synchronized void hear(Heard what) {
    List<String> wanted = new ArrayList<>();
    if (what.changes()) {
      wanted.add("");
      wanted.add(what.oldValues() ? Layout.OLDS : Layout.CHANGES);
    }
    if (what.changes() && what.synchronously()) {
      wanted.add(Layout.SYNC);
    }
    if (what.expirations() && server.expiresSilently()) {
      wanted.add(Layout.EXPIRED);
    }
    if (wanted.equals(heard)) {
      return;
    }
    List<String> before = heard;
    List<Ear> begun = new ArrayList<>();
    try {
      if (wanted.contains(Layout.EXPIRED) && !before.contains(Layout.EXPIRED)) {
        forgetOldNotes();
      }
      for (String end : wanted) {
        if (!before.contains(end)) {
          for (int i = 0; i < layout.buckets(); i++) {
            Ear ear = new Ear(end, i);
            server.subscriptions().subscribe(ear.channel, ear);
            begun.add(ear);
          }
        }
      }
    } catch (RuntimeException e) {
      begun.forEach(Ear::end);
      throw e;
    }
    heard = wanted;
    counts = wanted.isEmpty() ? null : wanted.get(1);
    synchronous = wanted.contains(Layout.SYNC);
    for (Ear ear : List.copyOf(ears)) {
      if (!wanted.contains(ear.end)) {
        ear.end();
        ears.remove(ear);
      }
    }
    ears.addAll(begun);
    var now = new Ear[layout.buckets()];
    for (Ear ear : ears) {
      if (ear.end.equals(counts)) {
        now[ear.index] = ear;
      }
    }
    counting = now;
  }

  private void forgetOldNotes() {
    List<Server.Run<Long>> runs = new ArrayList<>();
    List<Request<?>> requests = new ArrayList<>();
    for (int i = 0; i < layout.buckets(); i++) {
      Bucket bucket = layout.bucket(i);
      Server.Run<Long> run =
          server.run(
              Script.BEGIN_EXPIRED,
              new Outputs.Count(),
              bucket.keys(server.fieldsExpire()),
              bucket.speaker);
      runs.add(run);
      run.addTo(requests);
    }
    server.sendAll(requests);
    runs.forEach(Server.Run::await);
  }

  /**
   * Whether nobody but this cache itself hears synchronously, if one connection does, as the server
   * says.
   */
  boolean hearsAlone(Bucket bucket) {
    return synchronous
        && server.subscriptions().receivers(layout.channel(bucket, Layout.SYNC)) == 1;
  }

  /** Hears a channel of one bucket. */
  private final class Ear implements Receiver {
    private final String end;
    private final int index;
    private final Bucket bucket;
    private final byte[] channel;
    private volatile boolean isHeard;

    Ear(String end, int index) {
      this.end = end;
      this.index = index;
      this.bucket = layout.bucket(index);
      this.channel = layout.channel(bucket, end);
    }

    private void end() {
      server.subscriptions().unsubscribe(channel, this);
    }

    @Override
    public void received(byte[] bytes) {
      if (end.equals(Layout.SYNC)) {
        acknowledgements.asked(bucket, bytes);
        return;
      }
      if (!end.equals(counts)) {
        return;
      }
      var message = new Message(bytes);
      if (message.isCleared()) {
        return;
      }
      if (message.isFrom(layout.origin()) && !message.isOverInTime()) {
        listener.echoed(message.key());
        return;
      }
      listener.changed(
          message.who(),
          message.kind(),
          message.newRecord(),
          end.equals(Layout.OLDS) ? message.oldRecord() : null);
    }

    @Override
    public void interrupted() {
      // What is missed is not told later: nobody knows it any more.
      isHeard = false;
    }

    @Override
    public void resumed() {
      isHeard = true;
    }
  }
}
