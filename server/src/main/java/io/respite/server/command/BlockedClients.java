package io.respite.server.command;

import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.KeyListener;
import io.respite.server.keyspace.Keyspace;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The clients whose request waits for a key: BLPOP, XREAD and their kind.
 *
 * <p>A request that finds nothing is parked. Every change of a key that somebody waits for makes
 * the key <em>ready</em>; when the command that changed it has ended, with all of its transaction
 * or script, the requests that wait for a ready key are executed again, those that came first
 * first, and each either finds something now or goes on waiting in its old place. So a handler
 * knows nothing of waiting but the one call that begins it.
 *
 * <ol>
 *   <li>A session waits for at most one request, and takes no other meanwhile.
 *   <li>A request is executed again only while a key that it waits for holds a value of the type
 *       that it waits for (or, if it wants to know, no longer does).
 *   <li>What an execution makes ready is served in the same round, behind what was ready before.
 *   <li>One answer leaves for each request: what the execution that succeeded wrote, what is due
 *       when time is up, or the error of CLIENT UNBLOCK.
 * </ol>
 *
 * Belongs to the baton's holder, except for {@link #nanosToDeadline}.
 */
public final class BlockedClients implements KeyListener {
  private static final String UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

  /** A request that waits. */
  private static final class Parked {
    final Session session;
    final Command command;
    final Arguments request;
    final Wait wait;
    final int database;
    final boolean silent;
    final long number;
    final long deadlineNanos;
    boolean over;

    Parked(Call call, Wait wait, long number, long deadlineNanos) {
      this.session = call.session();
      this.command = call.command();
      this.request = wait.request() == null ? call.arguments().copy() : wait.request();
      this.wait = wait;
      this.database = call.database().id();
      this.silent = call.session().replies() != Session.Replies.ON;
      this.number = number;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private record Ready(int database, ByteBuffer key) {}

  /** What a session that has ever waited remembers: its request, or null. */
  private static final class Place {
    Parked parked;
  }

  private static final Session.Attachment<Place> PLACE = Session.Attachment.of(Place.class);

  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Clock clock;
  private final long epochNanos;
  private final List<Map<ByteBuffer, LinkedHashSet<Parked>>> byDatabase = new ArrayList<>();
  private final Deque<Ready> ready = new ArrayDeque<>();
  private final Set<Ready> known = new HashSet<>();
  private final TreeSet<Parked> timed =
      new TreeSet<>(
          Comparator.<Parked>comparingLong(p -> p.deadlineNanos).thenComparingLong(p -> p.number));
  private final Set<Parked> conditional = new LinkedHashSet<>();
  private volatile int conditions;
  private long numbers;
  private int count;
  private int keysWhenGone;
  private boolean serving;
  private Runnable earlier = () -> {};
  private volatile long nextDeadline = Long.MAX_VALUE;

  BlockedClients(Keyspace keyspace, Dispatcher dispatcher) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.clock = keyspace.environment().clock();
    this.epochNanos = clock.nanos();
    for (int i = 0; i < keyspace.size(); i++) {
      byDatabase.add(new HashMap<>());
    }
  }

  // ---- waiting

  /** Parks a call's request. */
  void park(Call call, Wait wait) {
    long deadline = Long.MAX_VALUE;
    if (wait.timeoutMillis() > 0) {
      long nanos = TimeUnit.MILLISECONDS.toNanos(wait.timeoutMillis());
      long now = elapsedNanos();
      deadline = nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
    }
    Parked parked = new Parked(call, wait, ++numbers, deadline);
    Session session = call.session();
    place(session).parked = parked;
    session.waiting(true);
    if (count++ == 0) {
      keyspace.addListener(this);
    }
    Map<ByteBuffer, LinkedHashSet<Parked>> keys = byDatabase.get(parked.database);
    for (byte[] key : wait.keys()) {
      keys.computeIfAbsent(ByteBuffer.wrap(key), k -> new LinkedHashSet<>()).add(parked);
    }
    if (wait.wakesWhenGone()) {
      keysWhenGone += wait.keys().size();
    }
    if (wait.condition() != null) {
      conditional.add(parked);
      conditions = conditional.size();
    }
    if (deadline != Long.MAX_VALUE) {
      timed.add(parked);
      if (deadline < nextDeadline) {
        nextDeadline = deadline;
        earlier.run();
      }
    }
  }

  private Place place(Session session) {
    Place place = session.get(PLACE);
    if (place == null) {
      Place fresh = new Place();
      session.set(PLACE, fresh);
      session.onClose(() -> forget(fresh.parked));
      return fresh;
    }
    return place;
  }

  private void forget(Parked parked) {
    if (parked == null || parked.over) {
      return;
    }
    parked.over = true;
    if (--count == 0) {
      keyspace.removeListener(this);
    }
    Map<ByteBuffer, LinkedHashSet<Parked>> keys = byDatabase.get(parked.database);
    for (byte[] name : parked.wait.keys()) {
      ByteBuffer key = ByteBuffer.wrap(name);
      LinkedHashSet<Parked> waiting = keys.get(key);
      if (waiting != null && waiting.remove(parked) && waiting.isEmpty()) {
        keys.remove(key);
      }
    }
    if (parked.wait.wakesWhenGone()) {
      keysWhenGone -= parked.wait.keys().size();
    }
    if (conditional.remove(parked)) {
      conditions = conditional.size();
    }
    if (timed.remove(parked)) {
      nextDeadline = timed.isEmpty() ? Long.MAX_VALUE : timed.first().deadlineNanos;
    }
    place(parked.session).parked = null;
    parked.session.waiting(false);
  }

  private void answer(Parked parked, Reply reply) {
    forget(parked);
    Session.Connection connection = parked.session.connection();
    if (!parked.silent && reply.size() > 0) {
      connection.send(reply.buffer(), 0, reply.size());
    }
    connection.resume();
  }

  // ---- keys that are ready

  @Override
  public void modified(int database, byte[] bytes, int offset, int length, KeyEvent event) {
    Map<ByteBuffer, LinkedHashSet<Parked>> keys = byDatabase.get(database);
    if (keys.containsKey(ByteBuffer.wrap(bytes, offset, length))) {
      byte[] own = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
      ready(new Ready(database, ByteBuffer.wrap(own)));
    }
  }

  @Override
  public void flushed(int database) {
    for (ByteBuffer key : byDatabase.get(database).keySet()) {
      ready(new Ready(database, key));
    }
  }

  @Override
  public void swapped(int first, int second) {
    flushed(first);
    flushed(second);
  }

  private void ready(Ready key) {
    if (known.add(key)) {
      ready.add(key);
    }
  }

  /**
   * Executes again what waits for keys that are ready. Called when no command is being executed.
   */
  public void serve() {
    if (ready.isEmpty() || serving) {
      return;
    }
    serving = true;
    try {
      for (Ready key = ready.poll(); key != null; key = ready.poll()) {
        known.remove(key);
        LinkedHashSet<Parked> waiting = byDatabase.get(key.database).get(key.key);
        if (waiting != null) {
          for (Parked parked : List.copyOf(waiting)) {
            attempt(parked, key);
          }
        }
      }
    } finally {
      serving = false;
    }
  }

  /** Whether somebody waits for a condition; any thread may ask. */
  public boolean waitForConditions() {
    return conditions > 0;
  }

  /** Answers those who wait for a condition that is true by now. */
  public void serveConditions() {
    for (Parked parked : List.copyOf(conditional)) {
      if (!parked.over && parked.wait.condition().getAsBoolean()) {
        timeUp(parked);
      }
    }
  }

  private void attempt(Parked parked, Ready key) {
    if (parked.over || !wakes(parked.wait, key)) {
      return;
    }
    Reply reply = new Reply();
    if (dispatcher.again(parked.session, parked.command, parked.request, reply)) {
      answer(parked, reply);
    }
  }

  private boolean wakes(Wait wait, Ready ready) {
    Database database = keyspace.database(ready.database);
    ByteBuffer key = ready.key;
    Object entry = database.peek(key.array(), key.arrayOffset(), key.remaining());
    boolean holds = entry instanceof KeyEntry keyed && wait.type().isInstance(keyed.value());
    return holds || wait.wakesWhenGone();
  }

  // ---- time, and other ends

  private long elapsedNanos() {
    return clock.nanos() - epochNanos;
  }

  /** Sets what is done when a deadline comes that is earlier than all others. */
  public void onEarlierDeadline(Runnable action) {
    earlier = action;
  }

  /**
   * How many nanoseconds until the first wait ends, not above {@code most}; 0 if it has. Any thread
   * may ask.
   */
  public long nanosToDeadline(long most) {
    long next = nextDeadline;
    return next == Long.MAX_VALUE ? most : Math.max(0, Math.min(most, next - elapsedNanos()));
  }

  /** Answers those whose time is up. */
  public void endOverdue() {
    while (!timed.isEmpty() && timed.first().deadlineNanos <= elapsedNanos()) {
      timeUp(timed.first());
    }
  }

  private void timeUp(Parked parked) {
    Reply reply = new Reply();
    reply.protocol(parked.session.protocol());
    parked.wait.timeUp().accept(reply);
    answer(parked, reply);
  }

  /**
   * Ends a session's wait before its time, as CLIENT UNBLOCK does.
   *
   * @param withError whether the client hears an error, else what it would when time is up
   * @return whether it was waiting
   */
  public boolean unblock(Session session, boolean withError) {
    Parked parked = place(session).parked;
    if (parked == null) {
      return false;
    }
    if (withError) {
      Reply reply = new Reply();
      reply.error(UNBLOCKED);
      answer(parked, reply);
    } else {
      timeUp(parked);
    }
    return true;
  }

  // ---- figures

  /** How many clients wait. */
  public int count() {
    return count;
  }

  /** How many of them wait for a limited time. */
  public int timedCount() {
    return timed.size();
  }

  /** How many keys are waited for. */
  public int keyCount() {
    int keys = 0;
    for (Map<ByteBuffer, LinkedHashSet<Parked>> waiting : byDatabase) {
      keys += waiting.size();
    }
    return keys;
  }

  /** How many keys are waited for by requests that also want to know when they are gone. */
  public int keyCountWhenGone() {
    return keysWhenGone;
  }
}
