package io.respite.server;

import io.respite.server.command.Arguments;
import io.respite.server.command.CommandTable;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.ActiveExpiry;
import io.respite.server.keyspace.Baton;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.KeyListener;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.type.FieldView;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The datastore without its network: databases, commands, and the work that goes on by itself.
 *
 * <p>An application that embeds it works on hashes directly ({@link #hash}) or by commands ({@link
 * #execute}); a server puts sockets before it. One engine is one set of databases; engines in one
 * process know nothing of each other.
 */
public final class Engine implements AutoCloseable {
  private static final long HOUSEKEEPING_NANOS = 100_000_000;

  /** Longest time that housekeeping holds the baton at a stretch, and its share of a period. */
  private static final long SLICE_NANOS = 500_000;

  private static final int SLICES = 50;

  private final Environment environment;
  private final Keyspace keyspace;
  private final CommandTable commands = new CommandTable();
  private final Dispatcher dispatcher;
  private final ActiveExpiry expiry;
  private final AtomicLong sessionIds = new AtomicLong();
  private final Map<ByteBuffer, EmbeddedHash> hashes = new ConcurrentHashMap<>();
  private final Thread housekeeper;
  private volatile boolean closed;

  private Engine(Environment environment, int databases) {
    this.environment = environment;
    this.keyspace = new Keyspace(environment, databases);
    this.dispatcher = new Dispatcher(keyspace, commands);
    this.expiry = new ActiveExpiry(keyspace);
    keyspace.addListener(new FieldExpiry());
    this.housekeeper = new Thread(this::keepHouse, "respite-housekeeper");
    housekeeper.setDaemon(true);
    // A thread that lives as long as the engine must not pin the class loader of whoever happened
    // to start it.
    housekeeper.setContextClassLoader(null);
  }

  /**
   * An engine on this machine.
   *
   * @param settings directives of redis.conf by name, with their values
   * @throws IllegalArgumentException naming the setting that is unknown or has a wrong value
   */
  public static Engine open(Map<String, String> settings) {
    return open(settings, Environment.system());
  }

  /** An engine in an environment of the caller's; see {@link #open(Map)}. */
  public static Engine open(Map<String, String> settings, Environment environment) {
    Engine engine = new Engine(environment, 16);
    engine.housekeeper.start();
    return engine;
  }

  /** The world outside, as the engine sees it. */
  public Environment environment() {
    return environment;
  }

  /** The hash at a key of database 0; the same object for the same key. The key is copied. */
  public EmbeddedHash hash(byte[] key) {
    byte[] own = key.clone();
    return hashes.computeIfAbsent(ByteBuffer.wrap(own), wrapped -> new EmbeddedHash(keyspace, own));
  }

  /** All databases; theirs is the {@linkplain Keyspace#baton() baton}. */
  public Keyspace keyspace() {
    return keyspace;
  }

  /** Takes requests to their handlers. */
  public Dispatcher dispatcher() {
    return dispatcher;
  }

  /** A new client. */
  public Session newSession(Session.Connection connection, boolean authenticated) {
    return new Session(
        sessionIds.incrementAndGet(), connection, authenticated, environment.clock().millis());
  }

  /** Executes one command and answers its reply in RESP. */
  public byte[] execute(Session session, Arguments arguments) {
    Baton baton = keyspace.baton();
    baton.take();
    try {
      Reply reply = new Reply();
      dispatcher.dispatch(session, arguments, reply);
      return reply.toBytes();
    } finally {
      baton.pass();
    }
  }

  private void keepHouse() {
    while (!closed) {
      LockSupport.parkNanos(HOUSEKEEPING_NANOS);
      boolean more = !closed;
      for (int i = 0; more && i < SLICES; i++) {
        more = housekeepingSlice() && !closed;
      }
    }
  }

  /** One stretch of the work that goes on by itself; whether there is more to do. */
  boolean housekeepingSlice() {
    Baton baton = keyspace.baton();
    baton.take();
    try {
      for (EmbeddedHash hash : hashes.values()) {
        hash.enforceLimit();
      }
      return expiry.slice(SLICE_NANOS);
    } finally {
      baton.pass();
    }
  }

  /** Ends the engine's own work and waits for it. What the databases hold is gone. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(housekeeper);
    boolean interrupted = false;
    while (housekeeper.isAlive()) {
      try {
        housekeeper.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Brings the expiry of fields to the embedded hash that they were in. */
  private final class FieldExpiry implements KeyListener {
    @Override
    public void modified(int database, byte[] bytes, int offset, int length, KeyEvent event) {}

    @Override
    public void fieldModified(int database, byte[] key, KeyEvent event, FieldView field) {
      if (event == KeyEvent.HEXPIRED && database == 0 && !hashes.isEmpty()) {
        EmbeddedHash hash = hashes.get(ByteBuffer.wrap(key));
        if (hash != null) {
          hash.fieldExpired(field);
        }
      }
    }

    @Override
    public void flushed(int database) {}

    @Override
    public void swapped(int first, int second) {}
  }
}
