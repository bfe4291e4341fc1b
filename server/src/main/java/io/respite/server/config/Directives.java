package io.respite.server.config;

import static io.respite.server.config.Directive.Trait.HIDDEN;
import static io.respite.server.config.Directive.Trait.IMMUTABLE;
import static io.respite.server.config.Directive.Trait.NOT_WHILE_LOADING;
import static io.respite.server.config.Directive.Trait.NO_EFFECT;
import static io.respite.server.config.Directive.Trait.PROTECTED;
import static io.respite.server.config.Directive.Trait.SENSITIVE;
import static io.respite.server.config.Directive.Trait.SEVERAL_WORDS;

import io.respite.server.config.Directive.Trait;
import io.respite.server.config.Numeric.Notation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every directive of Redis 7.2, one constant for each that the code looks at. Those that are known,
 * checked, kept and shown without doing anything are in {@link Accepted}.
 *
 * <p>Legend: {@code yesNo(name, default, meaning, traits)}; {@code number}, {@code octal} and
 * {@code memory(name, lowest, highest, default, meaning, traits)}; {@code text(name, default,
 * meaning, traits)}; {@code choice(name, default, choices, meaning, traits)}; {@code words(name,
 * default, allowed, check, meaning, traits)}. A name may be followed by a bar and the old name. The
 * meaning is what {@code docs/reference-server.md} says, which is made of this table; a test holds
 * {@code NO_EFFECT} to what a server does, see {@link Config#withoutEffect()}.
 */
public final class Directives {
  static final long MAX_UINT = 0xFFFF_FFFFL;
  private static final List<Directive<?>> TABLE = new ArrayList<>();
  private static final Map<String, Directive<?>> BY_NAME = new HashMap<>();

  // The network.

  public static final Directive<Boolean> PROTECTED_MODE =
      yesNo(
          "protected-mode",
          true,
          "Refuses clients from other machines while there is no password.");
  public static final Directive<String> UNIXSOCKET =
      text(
          "unixsocket",
          "",
          "Where clients of this machine find a Unix socket; empty for none.",
          IMMUTABLE);
  public static final Directive<Long> PORT =
      number("port", 0, 65535, 6379, "Where TCP clients connect; 0 for no TCP at all.");
  public static final Directive<Long> TCP_KEEPALIVE =
      number(
          "tcp-keepalive",
          0,
          Integer.MAX_VALUE,
          300,
          "Seconds of silence after which the system asks whether a client is still there; 0 never asks.");
  public static final Directive<Long> TIMEOUT =
      number(
          "timeout",
          0,
          Integer.MAX_VALUE,
          0,
          "Seconds after which an idle client is disconnected; 0 never does.");
  public static final Directive<Long> TCP_BACKLOG =
      number(
          "tcp-backlog",
          0,
          Integer.MAX_VALUE,
          511,
          "How many new connections the system holds until they are accepted.",
          IMMUTABLE);
  public static final Directive<Long> MAXCLIENTS =
      number(
          "maxclients",
          1,
          MAX_UINT,
          10000,
          "How many clients may be connected at a time; more are turned away with an error.");
  public static final Directive<Long> UNIXSOCKETPERM =
      octal(
          "unixsocketperm",
          0,
          0777,
          0,
          "Permissions of the Unix socket; 0 leaves what the system gives.",
          IMMUTABLE);
  public static final Directive<Long> PROTO_MAX_BULK_LEN =
      memory(
          "proto-max-bulk-len",
          1L << 20,
          Long.MAX_VALUE,
          512L << 20,
          "Longest argument of a command, and longest string value.");
  public static final Directive<Long> CLIENT_QUERY_BUFFER_LIMIT =
      memory(
          "client-query-buffer-limit",
          1L << 20,
          Long.MAX_VALUE,
          1L << 30,
          "How much of one unfinished command is kept; a client that sends more is disconnected.");
  public static final Directive<OutputLimits> CLIENT_OUTPUT_BUFFER_LIMIT =
      register(
          new OutputLimitsDirective("client-output-buffer-limit"),
          "How many bytes of replies may wait for a slow client before it is disconnected, by class: at once beyond the hard limit, after some seconds beyond the soft one. Nobody is of the class replica yet.",
          SEVERAL_WORDS);
  public static final Directive<List<String>> BIND =
      words(
          "bind",
          List.of("127.0.0.1", "-::1"),
          "up to 16 addresses",
          Listed::addresses,
          "Addresses to listen at; one that begins with a dash may be missing.");

  // The process.

  public static final Directive<Boolean> DAEMONIZE =
      yesNo(
          "daemonize",
          false,
          "Serves in the background; with the launcher bin/respite-server alone.",
          IMMUTABLE);
  public static final Directive<Boolean> ALWAYS_SHOW_LOGO =
      yesNo("always-show-logo", false, "Draws the logo in the log at the start.", IMMUTABLE);
  public static final Directive<String> PIDFILE =
      text(
          "pidfile",
          "",
          "File for the number of the process, while it lives; empty for none.",
          IMMUTABLE);
  public static final Directive<String> ENABLE_PROTECTED_CONFIGS =
      choice(
          "enable-protected-configs",
          "no",
          List.of("no", "yes", "local"),
          "Whether CONFIG SET may change dir and dbfilename: never, always, or for clients of this machine.",
          IMMUTABLE);
  public static final Directive<String> ENABLE_DEBUG_COMMAND =
      choice(
          "enable-debug-command",
          "no",
          List.of("no", "yes", "local"),
          "Who may call DEBUG: nobody, everybody, or clients of this machine.",
          IMMUTABLE);
  public static final Directive<String> SHUTDOWN_ON_SIGTERM =
      choice(
          "shutdown-on-sigterm",
          "default",
          List.of("default", "save", "nosave", "now", "force"),
          "What SIGTERM and SIGINT do: save if there are save points, always, or never; now and force are what happens anyway.",
          SEVERAL_WORDS);
  public static final Directive<Long> DATABASES =
      number(
          "databases",
          1,
          Integer.MAX_VALUE,
          16,
          "How many databases there are, numbered from 0.",
          IMMUTABLE);
  public static final Directive<Long> HZ =
      number(
          "hz",
          0,
          Integer.MAX_VALUE,
          10,
          "INFO shows it; the work in the background has a pace of its own",
          NO_EFFECT);
  public static final Directive<Path> DIR =
      register(
          new Folder("dir"),
          "Folder of all files; the one the server was started in, unless set.",
          PROTECTED,
          NOT_WHILE_LOADING);

  // The log.

  public static final Directive<String> LOGFILE =
      text("logfile", "", "File for the log; empty for standard output.", IMMUTABLE);
  public static final Directive<String> LOGLEVEL =
      choice(
          "loglevel",
          "notice",
          List.of("debug", "verbose", "notice", "warning", "nothing"),
          "The least important lines that the log shows.");

  // Snapshots.

  public static final Directive<Boolean> RDBCHECKSUM =
      yesNo("rdbchecksum", true, "Writes and checks a checksum over each snapshot.", IMMUTABLE);
  public static final Directive<Boolean> RDBCOMPRESSION =
      yesNo("rdbcompression", true, "Compresses long strings in snapshots.");
  public static final Directive<Boolean> RDB_DEL_SYNC_FILES =
      yesNo(
          "rdb-del-sync-files",
          false,
          "there is no replication yet, and so there are no files of it",
          NO_EFFECT);
  public static final Directive<Boolean> STOP_WRITES_ON_BGSAVE_ERROR =
      yesNo(
          "stop-writes-on-bgsave-error",
          true,
          "Refuses changes after a snapshot failed, until one succeeds; only where there are save points.");
  public static final Directive<Boolean> RDB_SAVE_INCREMENTAL_FSYNC =
      yesNo(
          "rdb-save-incremental-fsync",
          true,
          "Forces a snapshot to disk bit by bit while it is written, not all at its end.");
  public static final Directive<String> DBFILENAME =
      text(
          "dbfilename",
          "dump.rdb",
          "a name without a slash",
          Text.baseName("dbfilename", "filename", true),
          "File of the snapshot.",
          PROTECTED);
  public static final Directive<Long> RDB_KEY_SAVE_DELAY =
      number(
          "rdb-key-save-delay",
          Integer.MIN_VALUE,
          Integer.MAX_VALUE,
          0,
          "Microseconds to wait after each key of a snapshot; for tests.",
          HIDDEN);
  public static final Directive<List<SavePoint>> SAVE =
      register(
          new SavePoints("save"),
          "When snapshots are made: after so many seconds, if there were so many changes; empty for never. An engine in an application has none without a dir.",
          SEVERAL_WORDS);

  // The append-only file.

  public static final Directive<Boolean> AOF_REWRITE_INCREMENTAL_FSYNC =
      yesNo(
          "aof-rewrite-incremental-fsync",
          true,
          "Forces a rewritten append-only file to disk bit by bit while it is written.");
  public static final Directive<Boolean> NO_APPENDFSYNC_ON_REWRITE =
      yesNo(
          "no-appendfsync-on-rewrite",
          false,
          "Leaves the append-only file unforced while a snapshot or a rewrite keeps the disk busy.");
  public static final Directive<Boolean> AOF_LOAD_TRUNCATED =
      yesNo(
          "aof-load-truncated",
          true,
          "Starts with an append-only file whose last record is cut off, and drops that record.");
  public static final Directive<Boolean> AOF_USE_RDB_PREAMBLE =
      yesNo(
          "aof-use-rdb-preamble",
          true,
          "Writes the base of a rewritten append-only file as a snapshot, which is smaller and faster to load.");
  public static final Directive<Boolean> AOF_TIMESTAMP_ENABLED =
      yesNo(
          "aof-timestamp-enabled",
          false,
          "Notes the time in the append-only file, so that it can be cut back to a moment.");
  public static final Directive<Boolean> AOF_CHECKSUM_ENABLED =
      yesNo(
          "aof-checksum-enabled",
          false,
          "Follows each record of the append-only file by a checksum of it; other servers skip that line. Not one of Redis's.");
  public static final Directive<Boolean> APPENDONLY =
      yesNo(
          "appendonly",
          false,
          "Writes each change to the append-only file before its reply.",
          NOT_WHILE_LOADING);
  public static final Directive<Boolean> AOF_DISABLE_AUTO_GC =
      yesNo(
          "aof-disable-auto-gc",
          false,
          "Keeps the files that a rewrite has replaced; for tests.",
          HIDDEN);
  public static final Directive<String> APPENDFILENAME =
      text(
          "appendfilename",
          "appendonly.aof",
          "a name without a slash",
          Text.baseName("appendfilename", "filename", false),
          "How the names of the append-only files begin.",
          IMMUTABLE);
  public static final Directive<String> APPENDDIRNAME =
      text(
          "appenddirname",
          "appendonlydir",
          "a name without a slash",
          Text.baseName("appenddirname", "dirname", false),
          "Folder within dir for the append-only files.",
          IMMUTABLE);
  public static final Directive<String> APPENDFSYNC =
      choice(
          "appendfsync",
          "everysec",
          List.of("everysec", "always", "no"),
          "When the append-only file is forced to disk: each second, before each reply, or when the system likes.");
  public static final Directive<Long> AUTO_AOF_REWRITE_PERCENTAGE =
      number(
          "auto-aof-rewrite-percentage",
          0,
          Integer.MAX_VALUE,
          100,
          "By how much the append-only file has to have grown since its last rewrite for the next one; 0 for none.");
  public static final Directive<Long> AUTO_AOF_REWRITE_MIN_SIZE =
      memory(
          "auto-aof-rewrite-min-size",
          0,
          Long.MAX_VALUE,
          64L << 20,
          "The least size at which the append-only file is rewritten by itself.");

  // Replication.

  public static final Directive<Long> REPL_BACKLOG_SIZE =
      memory(
          "repl-backlog-size",
          1,
          Long.MAX_VALUE,
          1L << 20,
          "INFO shows it; there is no replication yet",
          NO_EFFECT);
  public static final Directive<List<String>> REPLICAOF =
      words(
          "replicaof|slaveof",
          List.of(),
          "host and port, or no one",
          Listed::primary,
          "there is no replication yet",
          IMMUTABLE,
          NO_EFFECT);

  // Security.

  public static final Directive<String> REQUIREPASS =
      text(
          "requirepass",
          "",
          "The password that clients have to give by AUTH or HELLO; empty for none.",
          SENSITIVE);

  // Memory, expiry and freeing.

  public static final Directive<Boolean> LAZYFREE_LAZY_EVICTION =
      yesNo(
          "lazyfree-lazy-eviction",
          false,
          "Tells the append-only file of evicted keys by UNLINK instead of DEL.");
  public static final Directive<String> MAXMEMORY_POLICY =
      choice(
          "maxmemory-policy",
          "noeviction",
          List.of(
              "volatile-lru",
              "volatile-lfu",
              "volatile-random",
              "volatile-ttl",
              "allkeys-lru",
              "allkeys-lfu",
              "allkeys-random",
              "noeviction"),
          "Which keys go when maxmemory is reached; noeviction refuses changes that need memory.");
  public static final Directive<Long> LFU_LOG_FACTOR =
      number(
          "lfu-log-factor",
          0,
          Integer.MAX_VALUE,
          10,
          "How slowly the counter of uses grows by which the lfu policies choose, and which OBJECT FREQ shows.");
  public static final Directive<Long> LFU_DECAY_TIME =
      number(
          "lfu-decay-time",
          0,
          Integer.MAX_VALUE,
          1,
          "Minutes without use that take one off the counter of uses; 0 never does.");
  public static final Directive<Boolean> MAXMEMORY_HASH_FIELDS =
      yesNo(
          "maxmemory-hash-fields",
          false,
          "Lets hashes lose single fields to maxmemory instead of going as a whole; yes in engines of applications, unless set. Not one of Redis's.");
  public static final Directive<Long> MAXMEMORY_SAMPLES =
      number(
          "maxmemory-samples",
          1,
          Integer.MAX_VALUE,
          5,
          "How many keys are looked at for each one that is evicted; more is exacter and slower.");
  public static final Directive<Long> MAXMEMORY_EVICTION_TENACITY =
      number(
          "maxmemory-eviction-tenacity",
          0,
          100,
          10,
          "How long one command may evict for before others have their turn, from 0 to 100 for until done.");
  public static final Directive<Long> MAXMEMORY =
      memory(
          "maxmemory", 0, Long.MAX_VALUE, 0, "How much memory the data may take; 0 for no limit.");

  // Cluster.

  public static final Directive<Boolean> CLUSTER_ENABLED =
      yesNo("cluster-enabled", false, "there is no cluster mode yet", IMMUTABLE, NO_EFFECT);

  // Watching.

  public static final Directive<Boolean> LATENCY_TRACKING =
      yesNo("latency-tracking", true, "Counts how long each command takes, for INFO latencystats.");
  public static final Directive<Long> LATENCY_MONITOR_THRESHOLD =
      number(
          "latency-monitor-threshold",
          0,
          Long.MAX_VALUE,
          0,
          "Milliseconds from which LATENCY remembers what took long; 0 for never.");
  public static final Directive<Long> SLOWLOG_MAX_LEN =
      number("slowlog-max-len", 0, Long.MAX_VALUE, 128, "How many commands the slow log keeps.");
  public static final Directive<Long> BUSY_REPLY_THRESHOLD =
      number(
          "busy-reply-threshold|lua-time-limit",
          0,
          Long.MAX_VALUE,
          5000,
          "Milliseconds after which others hear that a script is busy, and may kill it; 0 never lets them.");
  public static final Directive<Long> SLOWLOG_LOG_SLOWER_THAN =
      number(
          "slowlog-log-slower-than",
          -1,
          Long.MAX_VALUE,
          10000,
          "Microseconds from which a command goes into the slow log; 0 takes all, -1 none.");
  public static final Directive<String> NOTIFY_KEYSPACE_EVENTS =
      register(
          new EventClasses("notify-keyspace-events"),
          "Which changes are published, as letters; empty for none. The letters are in compatibility.md.");
  public static final Directive<List<String>> LATENCY_TRACKING_INFO_PERCENTILES =
      words(
          "latency-tracking-info-percentiles",
          List.of("50", "99", "99.9"),
          "numbers from 0 to 100",
          Listed::percentiles,
          "Which percentiles INFO latencystats shows.");

  // Compact encodings.

  public static final Directive<Long> LIST_MAX_LISTPACK_SIZE =
      number(
          "list-max-listpack-size|list-max-ziplist-size",
          Integer.MIN_VALUE,
          Integer.MAX_VALUE,
          -2,
          "Size of one piece of a list: so many entries, or from -1 to -5 for 4, 8, 16, 32 or 64 kB.");
  public static final Directive<Long> LIST_COMPRESS_DEPTH =
      number(
          "list-compress-depth",
          0,
          Integer.MAX_VALUE,
          0,
          "How many pieces at both ends of a list stay uncompressed; 0 compresses none.");
  public static final Directive<Long> STREAM_NODE_MAX_ENTRIES =
      number(
          "stream-node-max-entries",
          0,
          Long.MAX_VALUE,
          100,
          "Most entries in one piece of a stream; 0 for no limit.");
  public static final Directive<Long> HASH_MAX_LISTPACK_ENTRIES =
      number(
          "hash-max-listpack-entries|hash-max-ziplist-entries",
          0,
          Long.MAX_VALUE,
          512,
          "Up to how many fields a hash is kept in one piece of memory.");
  public static final Directive<Long> SET_MAX_INTSET_ENTRIES =
      number(
          "set-max-intset-entries",
          0,
          Long.MAX_VALUE,
          512,
          "Up to how many members a set of whole numbers is kept as sorted numbers.");
  public static final Directive<Long> SET_MAX_LISTPACK_ENTRIES =
      number(
          "set-max-listpack-entries",
          0,
          Long.MAX_VALUE,
          128,
          "Up to how many members a set is kept in one piece of memory.");
  public static final Directive<Long> SET_MAX_LISTPACK_VALUE =
      number(
          "set-max-listpack-value",
          0,
          Long.MAX_VALUE,
          64,
          "Longest member, in bytes, of a set in one piece of memory.");
  public static final Directive<Long> ZSET_MAX_LISTPACK_ENTRIES =
      number(
          "zset-max-listpack-entries|zset-max-ziplist-entries",
          0,
          Long.MAX_VALUE,
          128,
          "Up to how many members a sorted set is kept in one piece of memory.");
  public static final Directive<Long> HASH_MAX_LISTPACK_VALUE =
      memory(
          "hash-max-listpack-value|hash-max-ziplist-value",
          0,
          Long.MAX_VALUE,
          64,
          "Longest field or value of a hash in one piece of memory.");
  public static final Directive<Long> STREAM_NODE_MAX_BYTES =
      memory(
          "stream-node-max-bytes",
          0,
          Long.MAX_VALUE,
          4L << 10,
          "Most bytes in one piece of a stream; 0 for no limit.");
  public static final Directive<Long> ZSET_MAX_LISTPACK_VALUE =
      memory(
          "zset-max-listpack-value|zset-max-ziplist-value",
          0,
          Long.MAX_VALUE,
          64,
          "Longest member of a sorted set in one piece of memory.");
  public static final Directive<Long> HLL_SPARSE_MAX_BYTES =
      memory(
          "hll-sparse-max-bytes",
          0,
          Long.MAX_VALUE,
          3000,
          "Up to how many bytes a HyperLogLog is kept in its small form.");

  static {
    Accepted.all().forEach(Directives::add);
  }

  private Directives() {}

  /** All directives, in the order of this file. */
  public static List<Directive<?>> all() {
    return Collections.unmodifiableList(TABLE);
  }

  /** Finds a directive by its name or old name, in any case. */
  public static Optional<Directive<?>> find(String name) {
    return Optional.ofNullable(BY_NAME.get(Words.lower(name)));
  }

  private static void add(Directive<?> directive) {
    if (directive.meaning().isBlank()) {
      throw new IllegalStateException("nobody says what " + directive + " is for");
    }
    TABLE.add(directive);
    BY_NAME.put(directive.name(), directive);
    if (!directive.alias().isEmpty()) {
      BY_NAME.put(directive.alias(), directive);
    }
  }

  private static <T> Directive<T> register(
      Directive<T> directive, String meaning, Trait... traits) {
    add(directive.with(traits).means(meaning));
    return directive;
  }

  private static Directive<Boolean> yesNo(
      String name, boolean initial, String meaning, Trait... traits) {
    return register(new YesNo(name, initial), meaning, traits);
  }

  private static Directive<Long> number(
      String name, long lowest, long highest, long initial, String meaning, Trait... traits) {
    return register(new Numeric(name, Notation.PLAIN, lowest, highest, initial), meaning, traits);
  }

  private static Directive<Long> octal(
      String name, long lowest, long highest, long initial, String meaning, Trait... traits) {
    return register(new Numeric(name, Notation.OCTAL, lowest, highest, initial), meaning, traits);
  }

  private static Directive<Long> memory(
      String name, long lowest, long highest, long initial, String meaning, Trait... traits) {
    return register(new Numeric(name, Notation.MEMORY, lowest, highest, initial), meaning, traits);
  }

  private static Directive<String> text(
      String name, String initial, String meaning, Trait... traits) {
    return text(name, initial, "text", Text::anything, meaning, traits);
  }

  private static Directive<String> text(
      String name,
      String initial,
      String allowed,
      Text.Check check,
      String meaning,
      Trait... traits) {
    return register(new Text(name, initial, allowed, check), meaning, traits);
  }

  private static Directive<String> choice(
      String name, String initial, List<String> choices, String meaning, Trait... traits) {
    return register(new Choice(name, initial, choices), meaning, traits);
  }

  private static Directive<List<String>> words(
      String name,
      List<String> initial,
      String allowed,
      Listed.Check check,
      String meaning,
      Trait... traits) {
    return register(new Listed(name, initial, allowed, check).with(SEVERAL_WORDS), meaning, traits);
  }
}
