package io.respite.server.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * The sessions that have a connection, and whether they are being paused. Belongs to the baton's
 * holder, except for {@link #nextId()}.
 */
public final class Clients {
  /** What a connection knows of itself beyond its session; the unit is bytes. */
  public interface Traffic {
    /** Of a request that is not complete. */
    long queryBytes();

    /** Free in the buffer that holds it. */
    long queryFreeBytes();

    /** Held by the request that is being executed or read. */
    long argumentBytes();

    /** Replies that the peer has not taken. */
    long unsentBytes();

    /** All of the above and what the connection itself takes. */
    long totalBytes();

    /** Whether the peer is on this machine. */
    boolean fromHere();

    /** Whether the connection is a Unix socket. */
    boolean unixSocket();

    /** Whether it will be closed once its replies are sent. */
    boolean closing();
  }

  /** A mechanism's letter in the flags of CLIENT LIST. */
  @FunctionalInterface
  public interface FlagSource {
    /** The letters for a session, mostly none. */
    String flags(Session session);
  }

  /** Which requests wait during CLIENT PAUSE. */
  public enum Pause {
    /** None. */
    NONE,
    /** Those that may change something. */
    WRITES,
    /** All. */
    ALL
  }

  /** Where a session keeps its connection's figures. */
  public static final Session.Attachment<Traffic> TRAFFIC = Session.Attachment.of(Traffic.class);

  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private final List<FlagSource> flagSources = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private ToIntFunction<Session> queued = session -> -1;
  private ToLongFunction<Session> queuedBytes = session -> 0;
  private ToIntFunction<Session> watched = session -> 0;
  private Function<Session, String> subscriptions = session -> "sub=0 psub=0 ssub=0";
  private Pause pause = Pause.NONE;
  private long pausedUntil;

  /** A number for a new session; any thread may ask. */
  public long nextId() {
    return lastId.incrementAndGet();
  }

  /** Adds a session. */
  public void add(Session session) {
    sessions.put(session.id(), session);
  }

  /** Removes a session. */
  public void remove(Session session) {
    sessions.remove(session.id());
  }

  /** All sessions, oldest first; not to be changed while it is walked. */
  public Collection<Session> all() {
    return Collections.unmodifiableCollection(sessions.values());
  }

  /** A copy of the sessions, for a walk that may close some. */
  public List<Session> snapshot() {
    return List.copyOf(sessions.values());
  }

  /** The session of this number, or null. */
  public Session find(long id) {
    return sessions.get(id);
  }

  /** How many there are. */
  public int count() {
    return sessions.size();
  }

  /** Lets a mechanism show letters in CLIENT LIST. */
  public void addFlags(FlagSource source) {
    flagSources.add(source);
  }

  /**
   * Sets who knows how many requests a transaction has queued, -1 outside of one; and their bytes.
   */
  public void queuedBy(ToIntFunction<Session> count, ToLongFunction<Session> bytes) {
    queued = count;
    queuedBytes = bytes;
  }

  /** Sets who describes what a session listens to, as {@code sub=0 psub=0 ssub=0}. */
  public void subscriptionsBy(Function<Session, String> source) {
    subscriptions = source;
  }

  /** Sets who knows how many keys a session watches. */
  public void watchedBy(ToIntFunction<Session> source) {
    watched = source;
  }

  /**
   * Lets requests wait until a time, milliseconds since 1970. A pause that is on is not shortened,
   * and one for all requests is not weakened.
   */
  public void pause(Pause which, long until) {
    pause = pause == Pause.ALL ? Pause.ALL : which;
    pausedUntil = Math.max(pausedUntil, until);
  }

  /** Which requests wait at this time. */
  public Pause paused(long now) {
    if (pause != Pause.NONE && now >= pausedUntil) {
      unpause();
    }
    return pause;
  }

  /** Ends the pause and lets everybody who waits go on. */
  public void unpause() {
    pause = Pause.NONE;
    pausedUntil = 0;
    List<Runnable> resumed = List.copyOf(waiting);
    waiting.clear();
    resumed.forEach(Runnable::run);
  }

  /** How many connections wait. */
  public int waitingCount() {
    return waiting.size();
  }

  /** Has something done when the pause ends. */
  public void whenUnpaused(Runnable resume) {
    waiting.add(resume);
  }

  /**
   * One line of CLIENT LIST, without the line's end.
   *
   * @param now milliseconds since 1970
   */
  public String describe(Session session, long now) {
    Traffic traffic = session.get(TRAFFIC);
    boolean connected = traffic != null;
    long unsent = connected ? traffic.unsentBytes() : 0;
    return "id="
        + session.id()
        + " addr="
        + session.connection().remoteAddress()
        + " laddr="
        + session.connection().localAddress()
        + " fd="
        + (connected ? session.id() + 7 : -1)
        + " name="
        + session.name()
        + " age="
        + (now - session.createdMillis()) / 1000
        + " idle="
        + (now - session.lastUsedMillis()) / 1000
        + " flags="
        + flags(session, traffic)
        + " db="
        + session.database()
        + " "
        + subscriptions.apply(session)
        + " multi="
        + queued.applyAsInt(session)
        + " watch="
        + watched.applyAsInt(session)
        + " qbuf="
        + (connected ? traffic.queryBytes() : 0)
        + " qbuf-free="
        + (connected ? traffic.queryFreeBytes() : 0)
        + " argv-mem="
        + (connected ? traffic.argumentBytes() : 0)
        + " multi-mem="
        + queuedBytes.applyAsLong(session)
        + " rbs=0 rbp=0 obl=0 oll="
        + (unsent > 0 ? 1 : 0)
        + " omem="
        + unsent
        + " tot-mem="
        + (connected ? traffic.totalBytes() : 0)
        + " events="
        + (unsent > 0 ? "rw" : "r")
        + " cmd="
        + session.lastCommand()
        + " user="
        + session.user()
        + " redir=-1 resp="
        + session.protocol()
        + " lib-name="
        + session.libraryName()
        + " lib-ver="
        + session.libraryVersion();
  }

  private String flags(Session session, Traffic traffic) {
    StringBuilder flags = new StringBuilder();
    flagSources.forEach(source -> flags.append(source.flags(session)));
    if (traffic != null && traffic.closing()) {
      flags.append('c');
    }
    if (traffic != null && traffic.unixSocket()) {
      flags.append('U');
    }
    if (!session.evictable()) {
      flags.append('e');
    }
    if (!session.touchesKeys()) {
      flags.append('T');
    }
    return flags.isEmpty() ? "N" : flags.toString();
  }
}
