package io.respite.server;

import io.respite.server.acl.RequirePass;
import io.respite.server.command.Arguments;
import io.respite.server.command.Clients;
import io.respite.server.command.CommandTable;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.command.family.Families;
import io.respite.server.command.family.server.ClientCommands;
import io.respite.server.command.family.server.CommandCommands;
import io.respite.server.command.family.server.ConfigCommands;
import io.respite.server.command.family.server.ConnectionCommands;
import io.respite.server.command.family.server.DebugCommands;
import io.respite.server.command.family.server.InfoCommand;
import io.respite.server.command.family.server.InfoSections;
import io.respite.server.command.family.server.Instance;
import io.respite.server.command.family.server.LatencyCommands;
import io.respite.server.command.family.server.MemoryCommands;
import io.respite.server.command.family.server.MemoryFigures;
import io.respite.server.command.family.server.Monitors;
import io.respite.server.command.family.server.ServerCommands;
import io.respite.server.command.family.server.SlowLogCommands;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.environment.Environment;
import io.respite.server.environment.Transport;
import io.respite.server.keyspace.AccessClock;
import io.respite.server.keyspace.ActiveExpiry;
import io.respite.server.keyspace.Baton;
import io.respite.server.keyspace.EvictionPolicy;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.MemoryLimit;
import io.respite.server.log.ServerLog;
import io.respite.server.log.Slf4jSink;
import io.respite.server.lua.machine.TranslateWhen;
import io.respite.server.metrics.LatencyMonitor.Event;
import io.respite.server.net.NetServer;
import io.respite.server.net.NettyTransport;
import io.respite.server.persistence.Functions;
import io.respite.server.persistence.Joining;
import io.respite.server.persistence.Persistence;
import io.respite.server.pubsub.Channels;
import io.respite.server.pubsub.ExpiredFields;
import io.respite.server.pubsub.Notifications;
import io.respite.server.pubsub.PubSubCommands;
import io.respite.server.script.Scripting;
import io.respite.server.transaction.Transactions;
import io.respite.server.type.EncodingLimits;
import io.respite.server.type.FieldView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

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
  private static final String DIR = "dir";

  private final Environment environment;
  private final Keyspace keyspace;
  private final CommandTable commands = new CommandTable();
  private final Dispatcher dispatcher;
  private final ActiveExpiry expiry;
  private final Config config;
  private final Clients clients = new Clients();
  private final Channels channels = new Channels();
  private final Instance instance;
  private final RequirePass users;
  private final MemoryFigures memoryFigures;
  private final InfoSections figures;
  private final Scripting scripting;
  private final Persistence persistence;
  private final Map<ByteBuffer, EmbeddedHash> hashes = new ConcurrentHashMap<>();
  private final Thread housekeeper;
  private final List<ConnectionCommands.SessionReset> resets = new ArrayList<>();
  private volatile boolean activeExpiry = true;
  private volatile boolean closed;

  /** The network of {@link #listen}; both null until then. */
  private Transport transport;

  private NetServer door;

  private Engine(Environment environment, Config config, ServerLog log) throws BadValueException {
    this.environment = environment;
    this.config = config;
    this.keyspace = new Keyspace(environment, config.get(Directives.DATABASES).intValue());
    this.dispatcher = new Dispatcher(keyspace, commands);
    this.expiry = new ActiveExpiry(keyspace);
    this.users = new RequirePass(config);
    this.instance = new Instance(config, keyspace, dispatcher, clients, users, log);
    this.memoryFigures = new MemoryFigures(instance);
    this.figures = new InfoSections(instance, memoryFigures);
    dispatcher.onFault(
        (arguments, fault) ->
            log.warning("Internal error in " + ServerLog.escaped(arguments.text(0)), fault));
    keyspace.addFieldListener(this::fieldModified);
    followConfig(log);
    Transactions transactions = new Transactions(keyspace, dispatcher);
    clients.addFlags(transactions::flags);
    clients.queuedBy(transactions::queued, transactions::queuedBytes);
    clients.watchedBy(transactions::watched);
    resets.add(transactions::reset);
    scripting = addScripting(log);
    persistence =
        new Persistence(
            keyspace,
            config,
            dispatcher,
            new SavedFunctions(scripting),
            log,
            Instance.REDIS_VERSION);
    instance.figure("latest_fork_usec", persistence::cutMicros);
    addCommands(transactions);
    PubSubCommands pubSub = followSubscribers();
    Monitors monitors = new Monitors(instance);
    commands.add(monitors.rows());
    resets.add(monitors::reset);
    clients.addFlags(session -> session.isMonitor() ? "O" : "");
    config.renameCommands(commands::rename);
    // Transactions last: they queue what every other gate lets pass.
    dispatcher.gates(
        List.of(
            users,
            new MemoryGate(keyspace, transactions, scripting),
            persistence.gate(),
            scripting.gate(),
            pubSub,
            monitors,
            transactions));
    this.housekeeper = new Thread(this::keepHouse, "respite-housekeeper");
    housekeeper.setDaemon(true);
    dispatcher.blocked().onEarlierDeadline(() -> LockSupport.unpark(housekeeper));
    clients.addFlags(session -> session.waiting() ? "b" : "");
    // A thread that lives as long as the engine must not pin the class loader of whoever happened
    // to start it.
    housekeeper.setContextClassLoader(null);
  }

  private void followConfig(ServerLog log) throws BadValueException {
    AccessClock access = keyspace.accessClock();
    MemoryLimit memory = keyspace.memory();
    memory.onRunning(() -> LockSupport.unpark(housekeeper));
    config.follow(
        Directives.MAXMEMORY_POLICY, policy -> memory.policy(EvictionPolicy.named(policy)));
    config.follow(Directives.MAXMEMORY_SAMPLES, memory::samples);
    config.follow(Directives.MAXMEMORY_EVICTION_TENACITY, memory::tenacity);
    config.follow(Directives.MAXMEMORY_HASH_FIELDS, memory::fields);
    config.follow(Directives.LAZYFREE_LAZY_EVICTION, memory::unlinks);
    config.follow(
        Directives.MAXMEMORY,
        bytes -> {
          warnOfMemory(log, bytes);
          memory.limit(bytes);
        });
    config.follow(Directives.LFU_LOG_FACTOR, factor -> access.logFactor(factor.intValue()));
    config.follow(Directives.LFU_DECAY_TIME, minutes -> access.decayMinutes(minutes.intValue()));
    EncodingLimits limits = keyspace.limits();
    config.follow(Directives.HASH_MAX_LISTPACK_ENTRIES, limits::hashEntries);
    config.follow(Directives.HASH_MAX_LISTPACK_VALUE, limits::hashValue);
    config.follow(Directives.LIST_MAX_LISTPACK_SIZE, limits::listFill);
    config.follow(Directives.LIST_COMPRESS_DEPTH, limits::listCompressDepth);
    config.follow(Directives.SET_MAX_INTSET_ENTRIES, limits::setIntsetEntries);
    config.follow(Directives.SET_MAX_LISTPACK_ENTRIES, limits::setListpackEntries);
    config.follow(Directives.SET_MAX_LISTPACK_VALUE, limits::setListpackValue);
    config.follow(Directives.ZSET_MAX_LISTPACK_ENTRIES, limits::sortedSetEntries);
    config.follow(Directives.ZSET_MAX_LISTPACK_VALUE, limits::sortedSetValue);
    config.follow(Directives.STREAM_NODE_MAX_BYTES, limits::streamNodeBytes);
    config.follow(Directives.STREAM_NODE_MAX_ENTRIES, limits::streamNodeEntries);
    config.follow(Directives.HLL_SPARSE_MAX_BYTES, limits::hyperLogLogSparseBytes);
    config.follow(Directives.PROTO_MAX_BULK_LEN, keyspace::maxStringBytes);
  }

  /** Says what a limit means that is below what there is, or above what the heap can hold. */
  private void warnOfMemory(ServerLog log, long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / 4 * 3) {
      log.warning(
          "WARNING: maxmemory is "
              + bytes
              + " bytes, and the heap of this Java virtual machine has "
              + heap
              + ": it will be full before the limit is reached. Set maxmemory to at most three"
              + " quarters of the heap, or give it more by -Xmx.");
    }
    if (bytes > 0 && keyspace.memory().used() > bytes) {
      log.warning(
          "WARNING: the new maxmemory value set via CONFIG SET ("
              + bytes
              + ") is smaller than the current memory usage ("
              + keyspace.memory().used()
              + "). This will result in key eviction and/or the inability to accept new write"
              + " commands depending on the maxmemory-policy.");
    }
  }

  private PubSubCommands followSubscribers() throws BadValueException {
    PubSubCommands pubSub = new PubSubCommands(channels);
    commands.add(pubSub.rows());
    Notifications notifications = new Notifications(channels, keyspace);
    config.follow(Directives.NOTIFY_KEYSPACE_EVENTS, notifications::letters);
    keyspace.addFieldListener(new ExpiredFields(channels));
    resets.add(channels::reset);
    clients.subscriptionsBy(Channels::describe);
    clients.addFlags(session -> session.subscriptions() > 0 ? "P" : "");
    instance.figure("pubsub_channels", channels::channelCount);
    instance.figure("pubsub_patterns", channels::patternCount);
    instance.figure("pubsubshard_channels", channels::shardChannelCount);
    instance.figure("pubsub_clients", channels::clientCount);
    return pubSub;
  }

  private Scripting addScripting(ServerLog log) throws BadValueException {
    TranslateWhen translate;
    try {
      translate = TranslateWhen.configured();
    } catch (IllegalArgumentException wrong) {
      throw new BadValueException(wrong.getMessage());
    }
    Scripting added = new Scripting(keyspace, dispatcher, log, Instance.REDIS_VERSION, translate);
    commands.add(added.rows());
    config.follow(Directives.BUSY_REPLY_THRESHOLD, added::busyReplyThreshold);
    instance.figure("number_of_cached_scripts", added::cachedScripts);
    instance.figure("used_memory_scripts_eval", added::cachedBytes);
    instance.figure("used_memory_vm_eval", added::usedBytes);
    instance.figure("used_memory_vm_functions", added::functionBytes);
    instance.figure("number_of_libraries", added::libraries);
    instance.figure("number_of_functions", added::functions);
    return added;
  }

  /** The libraries as files see them. */
  private record SavedFunctions(Scripting scripting) implements Functions {
    @Override
    public List<byte[]> codes() {
      return scripting.functionCodes();
    }

    @Override
    public void load(List<byte[]> codes, Joining joining) {
      scripting.loadFunctions(codes, joining != Joining.REPLACE, joining == Joining.MERGE);
    }

    @Override
    public boolean running() {
      return scripting.running();
    }
  }

  private void addCommands(Transactions transactions) throws BadValueException {
    commands.add(Families.rows());
    commands.add(transactions.rows());
    commands.add(new ConnectionCommands(instance, resets).rows());
    commands.add(new ClientCommands(instance).rows());
    commands.add(new ServerCommands(instance, persistence::flushed).rows());
    commands.add(
        new DebugCommands(
                instance,
                on -> activeExpiry = on,
                Map.of("reload", persistence::reload, "loadaof", persistence::reloadJournal))
            .rows());
    commands.add(new SlowLogCommands(instance).rows());
    commands.add(new LatencyCommands(instance).rows());
    commands.add(new MemoryCommands(instance, memoryFigures).rows());
    commands.add(new ConfigCommands(instance, figures::reset).rows());
    commands.add(new CommandCommands(commands).rows());
    commands.add(new InfoCommand(figures.all(persistence.section())).rows());
    commands.add(persistence.rows());
  }

  /**
   * An engine on this machine. With a {@code dir} among its settings it keeps its data in that
   * folder, in Redis's files: it loads what is there, saves as {@code save} and {@code appendonly}
   * say, and saves when it is closed. Without one it keeps everything in memory alone.
   *
   * @param settings directives of redis.conf by name, with their values
   * @throws IllegalArgumentException naming the setting that is unknown, has a wrong value, or
   *     needs a {@code dir}
   * @throws UncheckedIOException when the folder cannot be used, another engine uses it, or what is
   *     in it is damaged; the message says so
   */
  public static Engine open(Map<String, String> settings) {
    return open(settings, Environment.system());
  }

  /** An engine in an environment of the caller's; see {@link #open(Map)}. */
  public static Engine open(Map<String, String> settings, Environment environment) {
    Config config = new Config(environment.storage(), Path.of("").toAbsolutePath());
    ServerLog log =
        new ServerLog(environment.clock(), ProcessHandle.current().pid(), new Slf4jSink());
    try {
      boolean keeps = settings.containsKey(DIR);
      if (keeps) {
        environment.storage().createFolders(Path.of(settings.get(DIR)).toAbsolutePath());
      }
      // An application's hashes are caches, which are not to be lost as a whole.
      config.setting("maxmemory-hash-fields", "yes");
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        config.setting(setting.getKey(), setting.getValue());
      }
      return keeps
          ? openFolder(environment, config, log)
          : openInMemory(environment, config, log, settings);
    } catch (BadValueException refused) {
      throw new IllegalArgumentException(refused.getMessage(), refused);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed.getMessage(), failed);
    }
  }

  private static Engine openFolder(Environment environment, Config config, ServerLog log)
      throws BadValueException, IOException {
    Engine engine = new Engine(environment, config, log);
    Baton baton = engine.keyspace.baton();
    baton.take();
    try {
      engine.persistence.lock();
      engine.persistence.loadAtStart();
    } catch (IOException | RuntimeException failed) {
      engine.persistence.giveUp();
      engine.scripting.close();
      throw failed;
    } finally {
      baton.pass();
    }
    engine.housekeeper.start();
    return engine;
  }

  private static Engine openInMemory(
      Environment environment, Config config, ServerLog log, Map<String, String> settings)
      throws BadValueException {
    if (config.peek(Directives.APPENDONLY)
        || (settings.containsKey("save") && !config.peek(Directives.SAVE).isEmpty())) {
      throw new BadValueException(
          "'appendonly' and 'save' need a folder to write to: set 'dir' as well");
    }
    config.setting("save", "");
    Engine engine = open(environment, config, log);
    engine.persistence.memoryOnly();
    return engine;
  }

  /** An engine with this configuration, whose lines for the operator go to this log. */
  static Engine open(Environment environment, Config config, ServerLog log)
      throws BadValueException {
    Engine engine = new Engine(environment, config, log);
    engine.housekeeper.start();
    return engine;
  }

  /**
   * Opens a door: other programs may work on this engine too, from this machine, by any Redis
   * client. The door is closed with the engine.
   *
   * @param port 0 for any free one
   * @return the port
   * @throws IOException when the port cannot be had; the message says why
   */
  public synchronized int listen(int port) throws IOException {
    if (door == null) {
      transport = new NettyTransport(true, true);
      try {
        door = server(transport);
      } catch (BadValueException impossible) {
        throw new IllegalStateException("the configuration was checked", impossible);
      }
    }
    return door.openLoopback(port);
  }

  /** The network side of this engine, with closed doors. */
  NetServer server(Transport network) throws BadValueException {
    NetServer server =
        new NetServer(
            network,
            keyspace,
            dispatcher,
            clients,
            config,
            instance.log(),
            instance.traffic(),
            users::needsPassword,
            figures::sample,
            new Promise(persistence));
    instance.network(network.mechanism(), server::port);
    return server;
  }

  /** What the journal has to do with replies. */
  private record Promise(Persistence persistence) implements NetServer.Durability {
    @Override
    public boolean holdsReplies() {
      return persistence.holdsReplies();
    }

    @Override
    public boolean waitsForDisk() {
      return persistence.waitsForDisk();
    }

    @Override
    public boolean commit() {
      return persistence.commit();
    }
  }

  /** What the server knows of itself. */
  Instance instance() {
    return instance;
  }

  /** The data set's file. */
  Persistence persistence() {
    return persistence;
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
    return new Session(clients.nextId(), connection, authenticated, environment.clock().millis());
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
      baton.passAndCommit();
    }
  }

  private void keepHouse() {
    while (!closed) {
      LockSupport.parkNanos(dispatcher.blocked().nanosToDeadline(HOUSEKEEPING_NANOS));
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
      boolean more =
          activeExpiry
              && !persistence.isLoading()
              && timed(Event.EXPIRE_CYCLE, () -> expiry.slice(SLICE_NANOS));
      more |= timed(Event.EVICTION_CYCLE, keyspace.memory()::slice);
      persistence.tick();
      dispatcher.blocked().endOverdue();
      dispatcher.blocked().serve();
      return more;
    } finally {
      baton.pass();
    }
  }

  private boolean timed(Event event, BooleanSupplier work) {
    long begin = environment.clock().nanos();
    boolean more = work.getAsBoolean();
    instance
        .latency()
        .took(event, environment.clock().nanos() - begin, environment.clock().millis());
    return more;
  }

  /**
   * Ends the engine's own work and waits for it. Where it keeps its data in a folder, everything is
   * on disk afterwards; else it is gone.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (door != null) {
        door.close();
        transport.close();
        door = null;
      }
    }
    closed = true;
    // A script that never ends would keep the baton from whoever saves or closes files.
    scripting.close();
    persistence.close();
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

  /** Brings the expiry and eviction of fields to the embedded hash that they were in. */
  private void fieldModified(int database, byte[] key, KeyEvent event, FieldView field) {
    if (database != 0 || hashes.isEmpty()) {
      return;
    }
    EmbeddedHash hash = hashes.get(ByteBuffer.wrap(key));
    if (hash != null && event == KeyEvent.HEXPIRED) {
      hash.fieldExpired(field);
    } else if (hash != null && event == KeyEvent.EVICTED) {
      hash.fieldEvicted(field);
    }
  }
}
