package io.respite.jcache.store.remote;

import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.StoreListener;
import io.respite.jcache.store.remote.Layout.Bucket;
import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Receiver;
import io.respite.jcache.store.remote.wire.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the synchronous listeners of other JVMs have heard of a change.
 *
 * <p>A JVM with such listeners hears one channel more, {@code :sync}. The script that makes a
 * change says how many do, which costs nothing where nobody does. If somebody does, then
 *
 * <pre>
 *   the changer    subscribes to a channel of its own, once; publishes a token on :sync, with the key if it
 *                  was one; waits
 *   the hearer     gets the token behind the change, because both come on one connection; lets its listeners
 *                  finish all that came before it; publishes the token and its own name on the changer's channel
 *   the changer    goes on when as many have answered as the server has given the token to
 * </pre>
 *
 * Who does not answer in time is not waited for during the next seconds: it may have been frozen.
 * One that dies ends its connection, and the server does not count it any more.
 */
final class Acknowledgements {
  private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);

  /** For how long one that has not answered is not waited for, and between two warnings. */
  private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Bytes of a token without a key. */
  private static final int TOKEN = 2 * Long.BYTES;

  private static final byte ONE_KEY = 1;

  private final Server server;
  private final Layout layout;
  private final StoreListener listener;
  private final long timeoutMillis;

  private final AtomicLong tokens = new AtomicLong(ThreadLocalRandom.current().nextLong());
  private final Map<Long, Wait> waits = new ConcurrentHashMap<>();

  /** The channels on which answers come, by their buckets; guarded by this. */
  private final Map<Bucket, Answers> heard = new HashMap<>();

  private boolean closed;

  /** How many have not answered of late, and until when they are not waited for. */
  private volatile int silent;

  private volatile long forgottenUntilNanos;

  Acknowledgements(Server server, Layout layout, StoreListener listener, long timeoutMillis) {
    this.server = server;
    this.layout = layout;
    this.listener = listener;
    this.timeoutMillis = timeoutMillis;
  }

  /** Hears the answers for one bucket. */
  private final class Answers implements Receiver {
    @Override
    public void received(byte[] message) {
      if (message.length == 2 * Long.BYTES) {
        ByteBuffer answer = ByteBuffer.wrap(message);
        answered(answer.getLong(), answer.getLong());
      }
    }

    @Override
    public void interrupted() {
      // Who waits, waits until its time is over.
    }

    @Override
    public void resumed() {
      // As before.
    }
  }

  /** Who waits for the answers to one token. */
  private static final class Wait {
    private final Set<Long> answered = new HashSet<>();

    synchronized void add(long who) {
      answered.add(who);
      notifyAll();
    }

    /** Waits for so many answers; returns how many are missing in the end. */
    synchronized int await(int count, long deadlineNanos) throws InterruptedException {
      while (answered.size() < count) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          break;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return Math.max(0, count - answered.size());
    }
  }

  private void answered(long token, long who) {
    Wait wait = waits.get(token);
    if (wait != null) {
      wait.add(who);
    }
  }

  // ---- the changer

  /**
   * Waits for the listeners that have been told of changes in these buckets; never fails.
   *
   * @param key the one that was changed, or null when there may be several
   */
  void await(Collection<Bucket> buckets, byte[] key) {
    if (timeoutMillis == 0 || listener == null || listener.isTelling()) {
      return;
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    Map<Long, Integer> asked = new HashMap<>();
    try {
      List<Request<Long>> requests = new ArrayList<>();
      List<Long> numbers = new ArrayList<>();
      for (Bucket bucket : buckets) {
        hearAnswers(bucket);
        long token = tokens.getAndIncrement();
        waits.put(token, new Wait());
        asked.put(token, 0);
        numbers.add(token);
        byte[] message = token(token, key);
        requests.add(publish(layout.channel(bucket, Layout.SYNC), message));
      }
      server.sendAll(requests);
      for (int i = 0; i < requests.size(); i++) {
        asked.put(numbers.get(i), requests.get(i).await().intValue());
      }
      int missing = 0;
      for (Map.Entry<Long, Integer> each : asked.entrySet()) {
        int expected = each.getValue() - forgotten();
        missing = Math.max(missing, waits.get(each.getKey()).await(expected, deadline));
      }
      if (missing > 0) {
        miss(missing);
      }
    } catch (StoreException e) {
      // The change has been made, and who made it must not think otherwise.
      LOG.debug("Nobody could be asked whether listeners have heard of a change", e);
      listener.unanswered();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      listener.unanswered();
    } finally {
      waits.keySet().removeAll(asked.keySet());
    }
  }

  /** Who asks, a number, and if one key was changed a byte that says so and the key. */
  private byte[] token(long number, byte[] key) {
    ByteBuffer token =
        ByteBuffer.allocate(TOKEN + (key == null ? 0 : 1 + key.length))
            .put(layout.origin())
            .putLong(number);
    if (key != null) {
      token.put(ONE_KEY).put(key);
    }
    return token.array();
  }

  private static Request<Long> publish(byte[] channel, byte[] message) {
    return Server.request(Command.SPUBLISH, new Outputs.Count(), true, channel, message);
  }

  private int forgotten() {
    return silent > 0 && System.nanoTime() - forgottenUntilNanos < 0 ? silent : 0;
  }

  private synchronized void miss(int missing) {
    listener.unanswered();
    int before = forgotten();
    silent = before + missing;
    if (before == 0) {
      forgottenUntilNanos = System.nanoTime() + FORGOTTEN_NANOS;
      LOG.warn(
          "{} other users of a cache at {} have synchronous listeners that did not finish within {} ms; they are not waited for during the next {} s",
          missing,
          server,
          timeoutMillis,
          TimeUnit.NANOSECONDS.toSeconds(FORGOTTEN_NANOS));
    }
  }

  private synchronized void hearAnswers(Bucket bucket) {
    if (!closed && !heard.containsKey(bucket)) {
      var answers = new Answers();
      server.subscriptions().subscribe(layout.answers(bucket, layout.origin()), answers);
      heard.put(bucket, answers);
    }
  }

  // ---- the hearer

  /** A token has come: when what came before it has been told, that is answered. */
  void asked(Bucket bucket, byte[] message) {
    if (message.length < TOKEN) {
      throw new IllegalArgumentException(
          "a token has %d bytes, fewer than %d".formatted(message.length, TOKEN));
    }
    ByteBuffer question = ByteBuffer.wrap(message);
    var origin = new byte[Long.BYTES];
    question.get(origin);
    long token = question.getLong();
    if (Arrays.equals(origin, layout.origin())) {
      answered(token, server.id());
      return;
    }
    byte[] answer = ByteBuffer.allocate(2 * Long.BYTES).putLong(token).putLong(server.id()).array();
    byte[] key =
        message.length == TOKEN ? null : Arrays.copyOfRange(message, TOKEN + 1, message.length);
    listener.afterwards(
        ByteBuffer.wrap(origin).getLong(),
        key,
        () -> answer(layout.answers(bucket, origin), answer));
  }

  /** Nobody waits for it: without an answer the other's time is over. */
  private void answer(byte[] channel, byte[] answer) {
    try {
      server.forget(publish(channel, answer));
    } catch (StoreException e) {
      LOG.debug("Nobody could be told that listeners have heard of a change", e);
    }
  }

  /** Hears no answers any more. */
  synchronized void close() {
    closed = true;
    heard.forEach(
        (bucket, answers) ->
            server.subscriptions().unsubscribe(layout.answers(bucket, layout.origin()), answers));
    heard.clear();
  }
}
