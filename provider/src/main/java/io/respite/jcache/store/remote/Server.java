package io.respite.jcache.store.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.lettuce.Subscriptions;
import io.respite.jcache.store.remote.wire.Answer;
import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Failures;
import io.respite.jcache.store.remote.wire.Refusal;
import io.respite.jcache.store.remote.wire.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a URI names, shared by all managers of this JVM that use the URI: what it can do, and what
 * the provider asks of it.
 */
final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  /** How long to wait, at first and at most, until a cluster may take what it has refused. */
  private static final long FIRST_PAUSE_NANOS = 5_000_000;

  private static final long LONGEST_PAUSE_NANOS = 50_000_000;

  /**
   * Threads for what is to be done now and then: some of it waits for the server, some must not.
   */
  private static final int SCHEDULED = 3;

  private static final Map<RemoteUri, Server> OPEN = new HashMap<>();

  private final RemoteUri uri;

  /** See {@link #id}; guarded by this. */
  private UUID id;

  private final Carrier carrier;
  private final Script.Form form;
  private final boolean expiresSilently;
  private final ScheduledExecutorService scheduler;
  private Subscriptions subscriptions;

  /** Guarded by {@link #OPEN}. */
  private int users;

  private Server(RemoteUri uri) {
    this.uri = uri;
    this.scheduler = newScheduler();
    Carrier opened = null;
    try {
      opened = new Carrier(uri, new Failures(uri.toString(), uri.timeoutMillis()), scheduler);
      this.carrier = opened;
      Request<List<String>> commands = commands("HPEXPIRE", "HPEXPIRETIME", "HSETEX");
      Request<List<String>> info = info();
      // One round trip.
      sendAll(List.of(commands, info));
      List<String> known = commands.await();
      String about = about(info);
      // No command shows what is different there.
      boolean ours = about.contains("respite_version:");
      this.form = form(known, ours);
      this.expiresSilently = form.fieldsExpire && !ours && !about.isEmpty();
    } catch (RuntimeException e) {
      scheduler.shutdownNow();
      if (opened != null) {
        opened.close();
      }
      throw e;
    }
  }

  private static Script.Form form(List<String> known, boolean ours) {
    if (!knows(known, "hpexpire") || !knows(known, "hpexpiretime")) {
      return Script.Form.DEADLINES;
    } else if (!knows(known, "hsetex")) {
      return Script.Form.FIELDS;
    }
    return ours ? Script.Form.FIELDS_KEPT : Script.Form.FIELDS_AT_ONCE;
  }

  private static boolean knows(List<String> commands, String name) {
    for (String command : commands) {
      if (name.equalsIgnoreCase(command)) {
        return true;
      }
    }
    return false;
  }

  private static ScheduledExecutorService newScheduler() {
    var scheduler =
        new ScheduledThreadPoolExecutor(
            SCHEDULED,
            task -> {
              var thread = new Thread(task, "respite-remote");
              thread.setDaemon(true);
              thread.setContextClassLoader(null);
              return thread;
            });
    // Most claims and leases end long before they would have to be renewed.
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }

  /** Connects, unless somebody in this JVM is connected already. */
  static Server join(RemoteUri uri) {
    synchronized (OPEN) {
      Server server = OPEN.get(uri);
      if (server == null) {
        server = new Server(uri);
        OPEN.put(uri, server);
      }
      server.users++;
      return server;
    }
  }

  /** Whether calls may be carried by direct lines, which leave nothing with the caller's thread. */
  boolean isDirect() {
    return uri.directLines() > 0;
  }

  /** Ends one use of it; with the last one the connection ends. */
  void leave() {
    synchronized (OPEN) {
      users--;
      if (users > 0) {
        return;
      }
      OPEN.remove(uri, this);
    }
    end();
    carrier.close();
  }

  private synchronized void end() {
    if (subscriptions != null) {
      subscriptions.close();
    }
    scheduler.shutdownNow();
  }

  // ---- what it can

  /** Which commands the server knows; forks differ, so that a version would tell less. */
  private static Request<List<String>> commands(String... names) {
    var arguments = new byte[1 + names.length][];
    arguments[0] = bytes("INFO");
    for (int i = 0; i < names.length; i++) {
      arguments[1 + i] = bytes(names[i]);
    }
    return new Request<>(Command.COMMAND, new Outputs.Texts(), false, null, arguments);
  }

  private static Request<List<String>> info() {
    return new Request<>(Command.INFO, new Outputs.Texts(), false, null, bytes("server"));
  }

  /** What the server says of itself; nothing where its user may not ask. */
  private String about(Request<List<String>> info) {
    try {
      return String.join("\n", info.await());
    } catch (StoreException e) {
      if (!(e.getCause() instanceof Refusal)) {
        throw e;
      }
      LOG.warn(
          "The datastore at {} does not let its user ask for INFO; EXPIRED events come only if it is Respite's",
          uri,
          e);
      return "";
    }
  }

  /** Tells this connection from others that use the same datastore. */
  synchronized long id() {
    if (id == null) {
      // Not before somebody asks: the first one of a JVM takes longer than connecting.
      id = UUID.randomUUID();
    }
    return id.getMostSignificantBits();
  }

  /** Whether the fields of a hash have a time to live of their own. */
  boolean fieldsExpire() {
    return form.fieldsExpire;
  }

  /** Whether all requests go to one server, in the order in which they are sent together. */
  boolean isOne() {
    return uri.kind() != RemoteUri.Kind.CLUSTER && uri.readFrom() == RemoteUri.ReadFrom.PRIMARY;
  }

  /**
   * Whether the server removes fields whose time is over without telling what was in them, so that
   * its clients have to note that if they want to know.
   */
  boolean expiresSilently() {
    return expiresSilently;
  }

  // ---- listening

  /** Runs what is to be done now and then. */
  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /** The channels that this JVM hears; the first call makes a connection for them. */
  synchronized Subscriptions subscriptions() {
    if (subscriptions == null) {
      subscriptions = carrier.subscriptions();
    }
    return subscriptions;
  }

  // ---- asking

  /** A request with a key. */
  static <T> Request<T> request(
      Command command, Answer<T> answer, boolean changes, byte[] key, byte[]... more) {
    var arguments = new byte[1 + more.length][];
    arguments[0] = key;
    System.arraycopy(more, 0, arguments, 1, more.length);
    return new Request<>(command, answer, changes, key, arguments);
  }

  /** Sends a request that only reads and waits for its reply. */
  <T> T ask(Request<T> request) {
    sendAll(List.of(request));
    return request.await();
  }

  /** Sends requests that only read together and waits for their replies. */
  <T> List<T> askAll(List<Request<T>> requests) {
    sendAll(requests);
    List<T> answers = new ArrayList<>(requests.size());
    for (Request<T> request : requests) {
      answers.add(request.await());
    }
    return answers;
  }

  /** Sends requests together; what becomes of them they tell when they are waited for. */
  void sendAll(List<? extends Request<?>> requests) {
    carrier.send(requests);
  }

  /** Sends a request for nobody who waits; itself it does not wait either. */
  void forget(Request<?> request) {
    carrier.forget(request);
  }

  // ---- replicas

  /**
   * How long replicas have: somewhat less than the caller waits, so that it hears how many there
   * were, and not that nobody answered.
   */
  private long confirmingMillis() {
    long most = uri.timeoutMillis();
    return Math.max(1, most - most / 8);
  }

  /** Asks how many replicas have what was changed on the same connection before. */
  private Request<Long> confirmation(byte[] key) {
    return new Request<>(
        Command.WAIT,
        new Outputs.Count(),
        true,
        key,
        bytes(uri.waitReplicas()),
        bytes(confirmingMillis()));
  }

  /**
   * Waits until replicas have what a request has changed that has been answered.
   *
   * @param early what was sent together with the request. The server tells of what its own
   *     connection has changed; where a cluster has sent the request to another node, it is asked
   *     again there
   */
  private void awaitConfirmed(Request<?> request, Request<Long> early, byte[] key) {
    Request<Long> confirmation = early;
    if (!confirmation.wentWith(request)) {
      confirmation = confirmation(key);
      request.sendBehind(confirmation);
    }
    long replicas = confirmation.await();
    if (replicas < uri.waitReplicas()) {
      throw new StoreException(
          "The change has been made, but only %d replicas of the datastore at %s confirmed it within %d ms, not %d"
              .formatted(replicas, uri, confirmingMillis(), uri.waitReplicas()),
          null);
    }
  }

  /** Sends a request that changes a key, and waits for its reply and for replicas. */
  <T> T change(Request<T> request) {
    if (uri.waitReplicas() == 0) {
      return ask(request);
    }
    Request<Long> confirmation = confirmation(request.key());
    sendAll(List.of(request, confirmation));
    T answer = request.await();
    awaitConfirmed(request, confirmation, request.key());
    return answer;
  }

  // ---- scripts

  /**
   * A run of a script: made once, sent by its digest, and with its text where that is not known.
   */
  final class Run<T> {
    private final Script script;
    private final Answer<T> answer;
    private final byte[][] keys;
    private final byte[][] arguments;
    private Request<T> request;
    private Request<Long> confirmation;

    private Run(Script script, Answer<T> answer, byte[][] keys, byte[][] arguments) {
      this.script = script;
      this.answer = answer;
      this.keys = keys;
      this.arguments = arguments;
      this.request = byDigest();
      this.confirmation = confirmation();
    }

    /** Asks how many replicas have what the script has changed; null when nobody wants to know. */
    private Request<Long> confirmation() {
      if (uri.waitReplicas() == 0 || !script.changes()) {
        return null;
      }
      return Server.this.confirmation(keys[0]);
    }

    private Request<T> byDigest() {
      return made(
          script.changes() ? Command.EVALSHA : Command.EVALSHA_RO, script.text(form).digest);
    }

    private Request<T> byText() {
      return made(script.changes() ? Command.EVAL : Command.EVAL_RO, script.text(form).text);
    }

    private Request<T> made(Command command, byte[] name) {
      var all = new byte[2 + keys.length + arguments.length][];
      all[0] = name;
      all[1] = bytes(keys.length);
      System.arraycopy(keys, 0, all, 2, keys.length);
      System.arraycopy(arguments, 0, all, 2 + keys.length, arguments.length);
      return new Request<>(command, answer, script.changes(), keys[0], all);
    }

    /** Adds what is to be sent. */
    void addTo(List<Request<?>> requests) {
      requests.add(request);
      if (confirmation != null) {
        requests.add(confirmation);
      }
    }

    /** Sends it. */
    Run<T> send() {
      // Together: on another connection it would ask for what that one has changed, for nothing.
      sendAll(confirmation == null ? List.of(request) : List.of(request, confirmation));
      return this;
    }

    /** Sends it with its text, for nobody who waits. */
    void sendAndForget() {
      request = byText();
      forget(request);
    }

    /** The number behind the answer, when that has come; 0 when there is none. */
    long number() {
      return answer instanceof Outputs.Numbered<?> numbered ? numbered.number() : 0;
    }

    /** Waits for what the script answers; sends its text if the server has not got it. */
    T await() {
      T value = answer();
      if (confirmation != null) {
        awaitConfirmed(request, confirmation, keys[0]);
      }
      return value;
    }

    /**
     * Where the server has not got the script, its text is sent; where the keys are on their way to
     * another node of a cluster, or it is about to replace a node, it is sent again a little later.
     * In all these cases nothing has been executed.
     */
    private T answer() {
      long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(uri.timeoutMillis());
      long pause = FIRST_PAUSE_NANOS;
      while (true) {
        try {
          return request.await();
        } catch (StoreException e) {
          if (!(e.getCause() instanceof Refusal refusal)) {
            throw e;
          }
          if (refusal.is("NOSCRIPT")) {
            request = byText();
          } else if (isForNow(refusal) && System.nanoTime() + pause - giveUp < 0) {
            LockSupport.parkNanos(pause);
            pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
            request = byDigest();
          } else {
            throw e;
          }
        }
        confirmation = confirmation();
        send();
      }
    }
  }

  /** Whether a cluster has refused something that it will take soon, perhaps at another node. */
  private static boolean isForNow(Refusal refusal) {
    return refusal.is("TRYAGAIN") || refusal.is("CLUSTERDOWN");
  }

  <T> Run<T> run(Script script, Answer<T> answer, byte[][] keys, byte[]... arguments) {
    return new Run<>(script, answer, keys, arguments);
  }

  static byte[] bytes(long number) {
    return Long.toString(number).getBytes(US_ASCII);
  }

  static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
