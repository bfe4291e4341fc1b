package io.respite.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client without its socket: what the server remembers of it between requests. Scripts, journal
 * replay, replication links and tests are sessions too.
 *
 * <p>State that belongs to one mechanism (a transaction's queue, subscriptions) is that mechanism's
 * own class, kept here as an {@link Attachment}.
 */
public final class Session {
  private static final AtomicInteger ATTACHMENTS = new AtomicInteger();

  /** A place in every session for the state of one mechanism. Made once, in a static field. */
  public static final class Attachment<T> {
    private final int index = ATTACHMENTS.getAndIncrement();
    private final Class<T> type;

    private Attachment(Class<T> type) {
      this.type = type;
    }

    /** A new place for objects of this class. */
    public static <T> Attachment<T> of(Class<T> type) {
      return new Attachment<>(type);
    }
  }

  /** The way to a client that has a connection; sessions without one have {@link #NONE}. */
  public interface Connection {
    /** No connection: what is sent is dropped. */
    Connection NONE =
        new Connection() {
          @Override
          public void send(byte[] bytes, int offset, int length) {}

          @Override
          public void closeAfterReply() {}

          @Override
          public void close() {}

          @Override
          public void resume() {}

          @Override
          public String remoteAddress() {
            return "";
          }

          @Override
          public String localAddress() {
            return "";
          }
        };

    /**
     * Sends bytes that are no reply to a request: push messages, replies to requests that waited.
     * Copies them.
     */
    void send(byte[] bytes, int offset, int length);

    /** Closes once everything written so far has been sent. */
    void closeAfterReply();

    /** Closes now. */
    void close();

    /** Goes on with what the client has asked meanwhile: the session waits no longer. */
    void resume();

    /** The peer as {@code ip:port} or {@code path:0}. */
    String remoteAddress();

    /** Our side as {@code ip:port} or {@code path:0}. */
    String localAddress();
  }

  /** What the client wants to hear, by CLIENT REPLY. */
  public enum Replies {
    /** Everything. */
    ON,
    /** Nothing. */
    OFF,
    /** Nothing to the next request. */
    SKIP_NEXT,
    /** Nothing to this request. */
    SKIP
  }

  private final long id;
  private final Connection connection;
  private final long createdMillis;
  private Object[] attachments = new Object[4];
  private final List<Runnable> closers = new ArrayList<>();

  private int database;
  private int protocol = 2;
  private boolean authenticated;
  private String user = "default";
  private String name = "";
  private String libraryName = "";
  private String libraryVersion = "";
  private Replies replies = Replies.ON;
  private boolean touchesKeys = true;
  private boolean evictable = true;
  private boolean closed;
  private volatile boolean waiting;
  private volatile int subscriptions;
  private volatile boolean monitor;
  private long lastUsedMillis;
  private Command lastCommand;

  /**
   * A session.
   *
   * @param id unique and growing
   * @param authenticated whether it may act without AUTH
   * @param now milliseconds since 1970
   */
  public Session(long id, Connection connection, boolean authenticated, long now) {
    this.id = id;
    this.connection = connection;
    this.authenticated = authenticated;
    this.createdMillis = now;
    this.lastUsedMillis = now;
  }

  /** Unique and growing. */
  public long id() {
    return id;
  }

  /** The way to the client. */
  public Connection connection() {
    return connection;
  }

  /** When it came, milliseconds since 1970. */
  public long createdMillis() {
    return createdMillis;
  }

  /** The state that a mechanism keeps in this session, or null. */
  public <T> T get(Attachment<T> place) {
    return place.index < attachments.length ? place.type.cast(attachments[place.index]) : null;
  }

  /** Keeps a mechanism's state in this session; null to drop it. */
  public <T> void set(Attachment<T> place, T state) {
    if (place.index >= attachments.length) {
      attachments = java.util.Arrays.copyOf(attachments, place.index + 4);
    }
    attachments[place.index] = state;
  }

  /** Has something done when the session ends; by whoever ends it, with the baton held. */
  public void onClose(Runnable action) {
    closers.add(action);
  }

  /** Ends the session: runs what {@link #onClose} was given, once. */
  public void end() {
    if (!closed) {
      closed = true;
      closers.forEach(Runnable::run);
      closers.clear();
    }
  }

  /** Whether it has ended. */
  public boolean ended() {
    return closed;
  }

  /** The selected database's number. */
  public int database() {
    return database;
  }

  /** Selects a database. */
  public void database(int number) {
    database = number;
  }

  /** 2 or 3. */
  public int protocol() {
    return protocol;
  }

  /** Sets the protocol's version. */
  public void protocol(int version) {
    protocol = version;
  }

  /** Whether it may act. */
  public boolean authenticated() {
    return authenticated;
  }

  /** Lets it act, or not. */
  public void authenticated(boolean yes) {
    authenticated = yes;
  }

  /** The user's name. */
  public String user() {
    return user;
  }

  /** Sets the user's name. */
  public void user(String userName) {
    user = userName;
  }

  /** The name it gave itself; empty for none. */
  public String name() {
    return name;
  }

  /** Sets its name. */
  public void name(String clientName) {
    name = clientName;
  }

  /** The client library's name; empty when not told. */
  public String libraryName() {
    return libraryName;
  }

  /** Sets the client library's name. */
  public void libraryName(String library) {
    libraryName = library;
  }

  /** The client library's version; empty when not told. */
  public String libraryVersion() {
    return libraryVersion;
  }

  /** Sets the client library's version. */
  public void libraryVersion(String version) {
    libraryVersion = version;
  }

  /** What it wants to hear. */
  public Replies replies() {
    return replies;
  }

  /** Sets what it wants to hear. */
  public void replies(Replies wanted) {
    replies = wanted;
  }

  /** Whether its reads count as uses of keys. */
  public boolean touchesKeys() {
    return touchesKeys;
  }

  /** Sets whether its reads count as uses of keys. */
  public void touchesKeys(boolean yes) {
    touchesKeys = yes;
  }

  /** Whether it may be dropped to save memory. */
  public boolean evictable() {
    return evictable;
  }

  /** Sets whether it may be dropped to save memory. */
  public void evictable(boolean yes) {
    evictable = yes;
  }

  /** How many channels and patterns it listens to. */
  public int subscriptions() {
    return subscriptions;
  }

  /** Sets how many channels and patterns it listens to. */
  public void subscriptions(int count) {
    subscriptions = count;
  }

  /** Whether it is sent every request that is executed, by MONITOR. */
  public boolean isMonitor() {
    return monitor;
  }

  /** Sets whether it is sent every request that is executed. */
  public void monitor(boolean yes) {
    monitor = yes;
  }

  /** Whether a request waits for a key; until it is answered no other is looked at. */
  public boolean waiting() {
    return waiting;
  }

  void waiting(boolean yes) {
    waiting = yes;
  }

  /** When it last asked for something, milliseconds since 1970. */
  public long lastUsedMillis() {
    return lastUsedMillis;
  }

  /** The full name of its last command; {@code NULL} before the first, as Redis shows it. */
  public String lastCommand() {
    return lastCommand == null ? "NULL" : lastCommand.fullName();
  }

  void used(Command command, long now) {
    lastCommand = command;
    lastUsedMillis = now;
  }
}
