package io.respite.server.config;

import static io.respite.server.config.Directive.Trait.HIDDEN;
import static io.respite.server.config.Directive.Trait.IMMUTABLE;
import static io.respite.server.config.Directive.Trait.NOT_WHILE_LOADING;
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
 * Every directive of Redis 7.2, one constant each.
 *
 * <p>Legend: {@code yesNo(name, default, traits)}; {@code number}, {@code octal}, {@code memory}
 * and {@code memoryOrPercent(name, lowest, highest, default, traits)}; {@code text(name, default,
 * check, traits)}; {@code choice(name, default, choices, traits)}; {@code words(name, default,
 * check, traits)}. A name may be followed by a bar and the old name. A directive without a reader
 * is still known, kept, checked and shown; see {@link Config#withoutEffect()}.
 */
public final class Directives {
  private static final long MAX_UINT = 0xFFFF_FFFFL;
  private static final List<Directive<?>> TABLE = new ArrayList<>();
  private static final Map<String, Directive<?>> BY_NAME = new HashMap<>();

  // The network.

  public static final Directive<Boolean> IO_THREADS_DO_READS =
      yesNo("io-threads-do-reads", false, IMMUTABLE);
  public static final Directive<Boolean> PROTECTED_MODE = yesNo("protected-mode", true);
  public static final Directive<String> UNIXSOCKET = text("unixsocket", "", IMMUTABLE);
  public static final Directive<String> BIND_SOURCE_ADDR = text("bind-source-addr", "");
  public static final Directive<Long> PORT = number("port", 0, 65535, 6379);
  public static final Directive<Long> IO_THREADS = number("io-threads", 1, 128, 1, IMMUTABLE);
  public static final Directive<Long> TCP_KEEPALIVE =
      number("tcp-keepalive", 0, Integer.MAX_VALUE, 300);
  public static final Directive<Long> TIMEOUT = number("timeout", 0, Integer.MAX_VALUE, 0);
  public static final Directive<Long> TCP_BACKLOG =
      number("tcp-backlog", 0, Integer.MAX_VALUE, 511, IMMUTABLE);
  public static final Directive<Long> MAXCLIENTS = number("maxclients", 1, MAX_UINT, 10000);
  public static final Directive<Long> UNIXSOCKETPERM =
      octal("unixsocketperm", 0, 0777, 0, IMMUTABLE);
  public static final Directive<Long> SOCKET_MARK_ID =
      number("socket-mark-id", 0, MAX_UINT, 0, IMMUTABLE);
  public static final Directive<Long> CLIENT_DEFAULT_RESP =
      number("client-default-resp", 2, 3, 2, IMMUTABLE, HIDDEN);
  public static final Directive<Long> PROTO_MAX_BULK_LEN =
      memory("proto-max-bulk-len", 1L << 20, Long.MAX_VALUE, 512L << 20);
  public static final Directive<Long> CLIENT_QUERY_BUFFER_LIMIT =
      memory("client-query-buffer-limit", 1L << 20, Long.MAX_VALUE, 1L << 30);
  public static final Directive<Long> MAXMEMORY_CLIENTS =
      memoryOrPercent("maxmemory-clients", -100, Long.MAX_VALUE, 0);
  public static final Directive<OutputLimits> CLIENT_OUTPUT_BUFFER_LIMIT =
      register(new OutputLimitsDirective("client-output-buffer-limit"), SEVERAL_WORDS);
  public static final Directive<List<String>> BIND =
      words("bind", List.of("127.0.0.1", "-::1"), Listed::addresses);

  // TLS.

  public static final Directive<Long> TLS_PORT = number("tls-port", 0, 65535, 0);
  public static final Directive<Long> TLS_SESSION_CACHE_SIZE =
      number("tls-session-cache-size", 0, Integer.MAX_VALUE, 20L << 10);
  public static final Directive<Long> TLS_SESSION_CACHE_TIMEOUT =
      number("tls-session-cache-timeout", 0, Integer.MAX_VALUE, 300);
  public static final Directive<Boolean> TLS_CLUSTER = yesNo("tls-cluster", false);
  public static final Directive<Boolean> TLS_REPLICATION = yesNo("tls-replication", false);
  public static final Directive<String> TLS_AUTH_CLIENTS =
      choice("tls-auth-clients", "yes", List.of("no", "yes", "optional"));
  public static final Directive<Boolean> TLS_PREFER_SERVER_CIPHERS =
      yesNo("tls-prefer-server-ciphers", false);
  public static final Directive<Boolean> TLS_SESSION_CACHING = yesNo("tls-session-caching", true);
  public static final Directive<String> TLS_CERT_FILE = text("tls-cert-file", "");
  public static final Directive<String> TLS_KEY_FILE = text("tls-key-file", "");
  public static final Directive<String> TLS_KEY_FILE_PASS = text("tls-key-file-pass", "");
  public static final Directive<String> TLS_CLIENT_CERT_FILE = text("tls-client-cert-file", "");
  public static final Directive<String> TLS_CLIENT_KEY_FILE = text("tls-client-key-file", "");
  public static final Directive<String> TLS_CLIENT_KEY_FILE_PASS =
      text("tls-client-key-file-pass", "");
  public static final Directive<String> TLS_DH_PARAMS_FILE = text("tls-dh-params-file", "");
  public static final Directive<String> TLS_CA_CERT_FILE = text("tls-ca-cert-file", "");
  public static final Directive<String> TLS_CA_CERT_DIR = text("tls-ca-cert-dir", "");
  public static final Directive<String> TLS_PROTOCOLS = text("tls-protocols", "");
  public static final Directive<String> TLS_CIPHERS = text("tls-ciphers", "");
  public static final Directive<String> TLS_CIPHERSUITES = text("tls-ciphersuites", "");

  // The process.

  public static final Directive<Boolean> DAEMONIZE = yesNo("daemonize", false, IMMUTABLE);
  public static final Directive<Boolean> ALWAYS_SHOW_LOGO =
      yesNo("always-show-logo", false, IMMUTABLE);
  public static final Directive<Boolean> SET_PROC_TITLE = yesNo("set-proc-title", true, IMMUTABLE);
  public static final Directive<Boolean> DYNAMIC_HZ = yesNo("dynamic-hz", true);
  public static final Directive<Boolean> CRASH_LOG_ENABLED = yesNo("crash-log-enabled", true);
  public static final Directive<Boolean> CRASH_MEMCHECK_ENABLED =
      yesNo("crash-memcheck-enabled", true);
  public static final Directive<Boolean> USE_EXIT_ON_PANIC =
      yesNo("use-exit-on-panic", false, HIDDEN);
  public static final Directive<Boolean> DISABLE_THP = yesNo("disable-thp", true, IMMUTABLE);
  public static final Directive<String> PIDFILE = text("pidfile", "", IMMUTABLE);
  public static final Directive<String> SERVER_CPULIST = text("server_cpulist", "", IMMUTABLE);
  public static final Directive<String> BIO_CPULIST = text("bio_cpulist", "", IMMUTABLE);
  public static final Directive<String> AOF_REWRITE_CPULIST =
      text("aof_rewrite_cpulist", "", IMMUTABLE);
  public static final Directive<String> BGSAVE_CPULIST = text("bgsave_cpulist", "", IMMUTABLE);
  public static final Directive<String> IGNORE_WARNINGS = text("ignore-warnings", "");
  public static final Directive<String> PROC_TITLE_TEMPLATE =
      text("proc-title-template", "{title} {listen-addr} {server-mode}", Text::processTitle);
  public static final Directive<String> LOCALE_COLLATE = text("locale-collate", "");
  public static final Directive<String> SUPERVISED =
      choice("supervised", "no", List.of("upstart", "systemd", "auto", "no"), IMMUTABLE);
  public static final Directive<String> OOM_SCORE_ADJ =
      choice("oom-score-adj", "no", List.of("no", "yes", "relative", "absolute"));
  public static final Directive<String> ENABLE_PROTECTED_CONFIGS =
      choice("enable-protected-configs", "no", List.of("no", "yes", "local"), IMMUTABLE);
  public static final Directive<String> ENABLE_DEBUG_COMMAND =
      choice("enable-debug-command", "no", List.of("no", "yes", "local"), IMMUTABLE);
  public static final Directive<String> ENABLE_MODULE_COMMAND =
      choice("enable-module-command", "no", List.of("no", "yes", "local"), IMMUTABLE);
  public static final Directive<String> SHUTDOWN_ON_SIGINT =
      choice(
          "shutdown-on-sigint",
          "default",
          List.of("default", "save", "nosave", "now", "force"),
          SEVERAL_WORDS);
  public static final Directive<String> SHUTDOWN_ON_SIGTERM =
      choice(
          "shutdown-on-sigterm",
          "default",
          List.of("default", "save", "nosave", "now", "force"),
          SEVERAL_WORDS);
  public static final Directive<Long> DATABASES =
      number("databases", 1, Integer.MAX_VALUE, 16, IMMUTABLE);
  public static final Directive<Long> HZ = number("hz", 0, Integer.MAX_VALUE, 10);
  public static final Directive<Long> WATCHDOG_PERIOD =
      number("watchdog-period", 0, Integer.MAX_VALUE, 0, HIDDEN);
  public static final Directive<Long> SHUTDOWN_TIMEOUT =
      number("shutdown-timeout", 0, Integer.MAX_VALUE, 10);
  public static final Directive<Path> DIR =
      register(new Folder("dir"), PROTECTED, NOT_WHILE_LOADING);
  public static final Directive<List<String>> OOM_SCORE_ADJ_VALUES =
      words("oom-score-adj-values", List.of("0", "200", "800"), Listed::oomScores);

  // The log.

  public static final Directive<Boolean> SYSLOG_ENABLED = yesNo("syslog-enabled", false, IMMUTABLE);
  public static final Directive<String> SYSLOG_IDENT = text("syslog-ident", "respite", IMMUTABLE);
  public static final Directive<String> LOGFILE = text("logfile", "", IMMUTABLE);
  public static final Directive<String> REQ_RES_LOGFILE =
      text("req-res-logfile", "", IMMUTABLE, HIDDEN);
  public static final Directive<String> SYSLOG_FACILITY =
      choice(
          "syslog-facility",
          "local0",
          List.of(
              "user", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
              "local7"),
          IMMUTABLE);
  public static final Directive<String> LOGLEVEL =
      choice("loglevel", "notice", List.of("debug", "verbose", "notice", "warning", "nothing"));

  // Snapshots.

  public static final Directive<Boolean> RDBCHECKSUM = yesNo("rdbchecksum", true, IMMUTABLE);
  public static final Directive<Boolean> RDBCOMPRESSION = yesNo("rdbcompression", true);
  public static final Directive<Boolean> RDB_DEL_SYNC_FILES = yesNo("rdb-del-sync-files", false);
  public static final Directive<Boolean> STOP_WRITES_ON_BGSAVE_ERROR =
      yesNo("stop-writes-on-bgsave-error", true);
  public static final Directive<Boolean> RDB_SAVE_INCREMENTAL_FSYNC =
      yesNo("rdb-save-incremental-fsync", true);
  public static final Directive<String> DBFILENAME =
      text("dbfilename", "dump.rdb", Text.baseName("dbfilename", "filename", true), PROTECTED);
  public static final Directive<String> SANITIZE_DUMP_PAYLOAD =
      choice("sanitize-dump-payload", "no", List.of("no", "yes", "clients"));
  public static final Directive<Long> RDB_KEY_SAVE_DELAY =
      number("rdb-key-save-delay", Integer.MIN_VALUE, Integer.MAX_VALUE, 0, HIDDEN);
  public static final Directive<Long> KEY_LOAD_DELAY =
      number("key-load-delay", Integer.MIN_VALUE, Integer.MAX_VALUE, 0, HIDDEN);
  public static final Directive<Long> LOADING_PROCESS_EVENTS_INTERVAL_BYTES =
      number(
          "loading-process-events-interval-bytes", 1L << 10, Integer.MAX_VALUE, 2L << 20, HIDDEN);
  public static final Directive<List<SavePoint>> SAVE =
      register(new SavePoints("save"), SEVERAL_WORDS);

  // The append-only file.

  public static final Directive<Boolean> AOF_REWRITE_INCREMENTAL_FSYNC =
      yesNo("aof-rewrite-incremental-fsync", true);
  public static final Directive<Boolean> NO_APPENDFSYNC_ON_REWRITE =
      yesNo("no-appendfsync-on-rewrite", false);
  public static final Directive<Boolean> AOF_LOAD_TRUNCATED = yesNo("aof-load-truncated", true);
  public static final Directive<Boolean> AOF_USE_RDB_PREAMBLE = yesNo("aof-use-rdb-preamble", true);
  public static final Directive<Boolean> AOF_TIMESTAMP_ENABLED =
      yesNo("aof-timestamp-enabled", false);
  public static final Directive<Boolean> APPENDONLY = yesNo("appendonly", false, NOT_WHILE_LOADING);
  public static final Directive<Boolean> AOF_DISABLE_AUTO_GC =
      yesNo("aof-disable-auto-gc", false, HIDDEN);
  public static final Directive<String> APPENDFILENAME =
      text(
          "appendfilename",
          "appendonly.aof",
          Text.baseName("appendfilename", "filename", false),
          IMMUTABLE);
  public static final Directive<String> APPENDDIRNAME =
      text(
          "appenddirname",
          "appendonlydir",
          Text.baseName("appenddirname", "dirname", false),
          IMMUTABLE);
  public static final Directive<String> APPENDFSYNC =
      choice("appendfsync", "everysec", List.of("everysec", "always", "no"));
  public static final Directive<Long> AUTO_AOF_REWRITE_PERCENTAGE =
      number("auto-aof-rewrite-percentage", 0, Integer.MAX_VALUE, 100);
  public static final Directive<Long> AUTO_AOF_REWRITE_MIN_SIZE =
      memory("auto-aof-rewrite-min-size", 0, Long.MAX_VALUE, 64L << 20);

  // Replication.

  public static final Directive<Boolean> REPL_DISABLE_TCP_NODELAY =
      yesNo("repl-disable-tcp-nodelay", false);
  public static final Directive<Boolean> REPL_DISKLESS_SYNC = yesNo("repl-diskless-sync", true);
  public static final Directive<Boolean> REPLICA_LAZY_FLUSH =
      yesNo("replica-lazy-flush|slave-lazy-flush", false);
  public static final Directive<Boolean> REPLICA_SERVE_STALE_DATA =
      yesNo("replica-serve-stale-data|slave-serve-stale-data", true);
  public static final Directive<Boolean> REPLICA_READ_ONLY =
      yesNo("replica-read-only|slave-read-only", true);
  public static final Directive<Boolean> REPLICA_IGNORE_MAXMEMORY =
      yesNo("replica-ignore-maxmemory|slave-ignore-maxmemory", true);
  public static final Directive<Boolean> REPLICA_ANNOUNCED = yesNo("replica-announced", true);
  public static final Directive<Boolean> REPLICA_IGNORE_DISK_WRITE_ERRORS =
      yesNo("replica-ignore-disk-write-errors", false);
  public static final Directive<String> REPLICA_ANNOUNCE_IP =
      text("replica-announce-ip|slave-announce-ip", "");
  public static final Directive<String> MASTERUSER = text("masteruser", "", SENSITIVE);
  public static final Directive<String> MASTERAUTH = text("masterauth", "", SENSITIVE);
  public static final Directive<String> REPL_DISKLESS_LOAD =
      choice(
          "repl-diskless-load",
          "disabled",
          List.of("disabled", "on-empty-db", "swapdb"),
          NOT_WHILE_LOADING);
  public static final Directive<String> PROPAGATION_ERROR_BEHAVIOR =
      choice(
          "propagation-error-behavior", "ignore", List.of("ignore", "panic", "panic-on-replicas"));
  public static final Directive<Long> REPLICA_PRIORITY =
      number("replica-priority|slave-priority", 0, Integer.MAX_VALUE, 100);
  public static final Directive<Long> REPL_DISKLESS_SYNC_DELAY =
      number("repl-diskless-sync-delay", 0, Integer.MAX_VALUE, 5);
  public static final Directive<Long> REPLICA_ANNOUNCE_PORT =
      number("replica-announce-port|slave-announce-port", 0, 65535, 0);
  public static final Directive<Long> REPL_TIMEOUT =
      number("repl-timeout", 1, Integer.MAX_VALUE, 60);
  public static final Directive<Long> REPL_PING_REPLICA_PERIOD =
      number("repl-ping-replica-period|repl-ping-slave-period", 1, Integer.MAX_VALUE, 10);
  public static final Directive<Long> MIN_REPLICAS_TO_WRITE =
      number("min-replicas-to-write|min-slaves-to-write", 0, Integer.MAX_VALUE, 0);
  public static final Directive<Long> MIN_REPLICAS_MAX_LAG =
      number("min-replicas-max-lag|min-slaves-max-lag", 0, Integer.MAX_VALUE, 10);
  public static final Directive<Long> REPL_DISKLESS_SYNC_MAX_REPLICAS =
      number("repl-diskless-sync-max-replicas", 0, Integer.MAX_VALUE, 0);
  public static final Directive<Long> REPL_BACKLOG_SIZE =
      memory("repl-backlog-size", 1, Long.MAX_VALUE, 1L << 20);
  public static final Directive<Long> REPL_BACKLOG_TTL =
      number("repl-backlog-ttl", 0, Long.MAX_VALUE, 3600);
  public static final Directive<List<String>> REPLICAOF =
      words("replicaof|slaveof", List.of(), Listed::primary, IMMUTABLE);

  // Security.

  public static final Directive<String> ACLFILE = text("aclfile", "", IMMUTABLE);
  public static final Directive<String> REQUIREPASS = text("requirepass", "", SENSITIVE);
  public static final Directive<String> ACL_PUBSUB_DEFAULT =
      choice("acl-pubsub-default", "resetchannels", List.of("allchannels", "resetchannels"));
  public static final Directive<Long> ACLLOG_MAX_LEN =
      number("acllog-max-len", 0, Long.MAX_VALUE, 128);

  // Memory, expiry and freeing.

  public static final Directive<Boolean> ACTIVEREHASHING = yesNo("activerehashing", true);
  public static final Directive<Boolean> LAZYFREE_LAZY_EVICTION =
      yesNo("lazyfree-lazy-eviction", false);
  public static final Directive<Boolean> LAZYFREE_LAZY_EXPIRE =
      yesNo("lazyfree-lazy-expire", false);
  public static final Directive<Boolean> LAZYFREE_LAZY_SERVER_DEL =
      yesNo("lazyfree-lazy-server-del", false);
  public static final Directive<Boolean> LAZYFREE_LAZY_USER_DEL =
      yesNo("lazyfree-lazy-user-del", false);
  public static final Directive<Boolean> LAZYFREE_LAZY_USER_FLUSH =
      yesNo("lazyfree-lazy-user-flush", false);
  public static final Directive<Boolean> JEMALLOC_BG_THREAD = yesNo("jemalloc-bg-thread", true);
  public static final Directive<Boolean> ACTIVEDEFRAG = yesNo("activedefrag", false);
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
              "noeviction"));
  public static final Directive<Long> ACTIVE_DEFRAG_CYCLE_MIN =
      number("active-defrag-cycle-min", 1, 99, 1);
  public static final Directive<Long> ACTIVE_DEFRAG_CYCLE_MAX =
      number("active-defrag-cycle-max", 1, 99, 25);
  public static final Directive<Long> ACTIVE_DEFRAG_THRESHOLD_LOWER =
      number("active-defrag-threshold-lower", 0, 1000, 10);
  public static final Directive<Long> ACTIVE_DEFRAG_THRESHOLD_UPPER =
      number("active-defrag-threshold-upper", 0, 1000, 100);
  public static final Directive<Long> LFU_LOG_FACTOR =
      number("lfu-log-factor", 0, Integer.MAX_VALUE, 10);
  public static final Directive<Long> LFU_DECAY_TIME =
      number("lfu-decay-time", 0, Integer.MAX_VALUE, 1);
  public static final Directive<Long> MAXMEMORY_SAMPLES =
      number("maxmemory-samples", 1, Integer.MAX_VALUE, 5);
  public static final Directive<Long> MAXMEMORY_EVICTION_TENACITY =
      number("maxmemory-eviction-tenacity", 0, 100, 10);
  public static final Directive<Long> ACTIVE_EXPIRE_EFFORT =
      number("active-expire-effort", 1, 10, 1);
  public static final Directive<Long> ACTIVE_DEFRAG_MAX_SCAN_FIELDS =
      number("active-defrag-max-scan-fields", 1, Long.MAX_VALUE, 1000);
  public static final Directive<Long> MAXMEMORY = memory("maxmemory", 0, Long.MAX_VALUE, 0);
  public static final Directive<Long> ACTIVE_DEFRAG_IGNORE_BYTES =
      memory("active-defrag-ignore-bytes", 1, Long.MAX_VALUE, 100L << 20);

  // Cluster.

  public static final Directive<Boolean> CLUSTER_REQUIRE_FULL_COVERAGE =
      yesNo("cluster-require-full-coverage", true);
  public static final Directive<Boolean> CLUSTER_REPLICA_NO_FAILOVER =
      yesNo("cluster-replica-no-failover|cluster-slave-no-failover", false);
  public static final Directive<Boolean> CLUSTER_ENABLED =
      yesNo("cluster-enabled", false, IMMUTABLE);
  public static final Directive<Boolean> CLUSTER_ALLOW_READS_WHEN_DOWN =
      yesNo("cluster-allow-reads-when-down", false);
  public static final Directive<Boolean> CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN =
      yesNo("cluster-allow-pubsubshard-when-down", true);
  public static final Directive<Boolean> CLUSTER_ALLOW_REPLICA_MIGRATION =
      yesNo("cluster-allow-replica-migration", true);
  public static final Directive<String> CLUSTER_ANNOUNCE_IP = text("cluster-announce-ip", "");
  public static final Directive<String> CLUSTER_CONFIG_FILE =
      text("cluster-config-file", "nodes.conf", IMMUTABLE);
  public static final Directive<String> CLUSTER_ANNOUNCE_HOSTNAME =
      text("cluster-announce-hostname", "", Text::hostName);
  public static final Directive<String> CLUSTER_ANNOUNCE_HUMAN_NODENAME =
      text("cluster-announce-human-nodename", "", Text::nodeName);
  public static final Directive<String> CLUSTER_PREFERRED_ENDPOINT_TYPE =
      choice(
          "cluster-preferred-endpoint-type", "ip", List.of("ip", "hostname", "unknown-endpoint"));
  public static final Directive<Long> CLUSTER_REPLICA_VALIDITY_FACTOR =
      number(
          "cluster-replica-validity-factor|cluster-slave-validity-factor",
          0,
          Integer.MAX_VALUE,
          10);
  public static final Directive<Long> CLUSTER_MIGRATION_BARRIER =
      number("cluster-migration-barrier", 0, Integer.MAX_VALUE, 1);
  public static final Directive<Long> CLUSTER_PORT = number("cluster-port", 0, 65535, 0, IMMUTABLE);
  public static final Directive<Long> CLUSTER_ANNOUNCE_BUS_PORT =
      number("cluster-announce-bus-port", 0, 65535, 0);
  public static final Directive<Long> CLUSTER_ANNOUNCE_PORT =
      number("cluster-announce-port", 0, 65535, 0);
  public static final Directive<Long> CLUSTER_ANNOUNCE_TLS_PORT =
      number("cluster-announce-tls-port", 0, 65535, 0);
  public static final Directive<Long> CLUSTER_NODE_TIMEOUT =
      number("cluster-node-timeout", 0, Long.MAX_VALUE, 15000);
  public static final Directive<Long> CLUSTER_PING_INTERVAL =
      number("cluster-ping-interval", 0, Long.MAX_VALUE, 0, HIDDEN);
  public static final Directive<Long> CLUSTER_LINK_SENDBUF_LIMIT =
      memory("cluster-link-sendbuf-limit", 0, Long.MAX_VALUE, 0);

  // Watching.

  public static final Directive<Boolean> LATENCY_TRACKING = yesNo("latency-tracking", true);
  public static final Directive<Long> SLOWLOG_MAX_LEN =
      number("slowlog-max-len", 0, Long.MAX_VALUE, 128);
  public static final Directive<Long> BUSY_REPLY_THRESHOLD =
      number("busy-reply-threshold|lua-time-limit", 0, Long.MAX_VALUE, 5000);
  public static final Directive<Long> SLOWLOG_LOG_SLOWER_THAN =
      number("slowlog-log-slower-than", -1, Long.MAX_VALUE, 10000);
  public static final Directive<Long> LATENCY_MONITOR_THRESHOLD =
      number("latency-monitor-threshold", 0, Long.MAX_VALUE, 0);
  public static final Directive<Long> TRACKING_TABLE_MAX_KEYS =
      number("tracking-table-max-keys", 0, Long.MAX_VALUE, 1000000);
  public static final Directive<String> NOTIFY_KEYSPACE_EVENTS =
      register(new EventClasses("notify-keyspace-events"));
  public static final Directive<List<String>> LATENCY_TRACKING_INFO_PERCENTILES =
      words("latency-tracking-info-percentiles", List.of("50", "99", "99.9"), Listed::percentiles);

  // Compact encodings.

  public static final Directive<Long> LIST_MAX_LISTPACK_SIZE =
      number(
          "list-max-listpack-size|list-max-ziplist-size", Integer.MIN_VALUE, Integer.MAX_VALUE, -2);
  public static final Directive<Long> LIST_COMPRESS_DEPTH =
      number("list-compress-depth", 0, Integer.MAX_VALUE, 0);
  public static final Directive<Long> STREAM_NODE_MAX_ENTRIES =
      number("stream-node-max-entries", 0, Long.MAX_VALUE, 100);
  public static final Directive<Long> HASH_MAX_LISTPACK_ENTRIES =
      number("hash-max-listpack-entries|hash-max-ziplist-entries", 0, Long.MAX_VALUE, 512);
  public static final Directive<Long> SET_MAX_INTSET_ENTRIES =
      number("set-max-intset-entries", 0, Long.MAX_VALUE, 512);
  public static final Directive<Long> SET_MAX_LISTPACK_ENTRIES =
      number("set-max-listpack-entries", 0, Long.MAX_VALUE, 128);
  public static final Directive<Long> SET_MAX_LISTPACK_VALUE =
      number("set-max-listpack-value", 0, Long.MAX_VALUE, 64);
  public static final Directive<Long> ZSET_MAX_LISTPACK_ENTRIES =
      number("zset-max-listpack-entries|zset-max-ziplist-entries", 0, Long.MAX_VALUE, 128);
  public static final Directive<Long> HASH_MAX_LISTPACK_VALUE =
      memory("hash-max-listpack-value|hash-max-ziplist-value", 0, Long.MAX_VALUE, 64);
  public static final Directive<Long> STREAM_NODE_MAX_BYTES =
      memory("stream-node-max-bytes", 0, Long.MAX_VALUE, 4L << 10);
  public static final Directive<Long> ZSET_MAX_LISTPACK_VALUE =
      memory("zset-max-listpack-value|zset-max-ziplist-value", 0, Long.MAX_VALUE, 64);
  public static final Directive<Long> HLL_SPARSE_MAX_BYTES =
      memory("hll-sparse-max-bytes", 0, Long.MAX_VALUE, 3000);

  private Directives() {}

  /** All directives, in the order of this file. */
  public static List<Directive<?>> all() {
    return Collections.unmodifiableList(TABLE);
  }

  /** Finds a directive by its name or old name, in any case. */
  public static Optional<Directive<?>> find(String name) {
    return Optional.ofNullable(BY_NAME.get(Words.lower(name)));
  }

  private static <T> Directive<T> register(Directive<T> directive, Trait... traits) {
    directive.with(traits);
    TABLE.add(directive);
    BY_NAME.put(directive.name(), directive);
    if (!directive.alias().isEmpty()) {
      BY_NAME.put(directive.alias(), directive);
    }
    return directive;
  }

  private static Directive<Boolean> yesNo(String name, boolean initial, Trait... traits) {
    return register(new YesNo(name, initial), traits);
  }

  private static Directive<Long> number(
      String name, long lowest, long highest, long initial, Trait... traits) {
    return register(new Numeric(name, Notation.PLAIN, lowest, highest, initial), traits);
  }

  private static Directive<Long> octal(
      String name, long lowest, long highest, long initial, Trait... traits) {
    return register(new Numeric(name, Notation.OCTAL, lowest, highest, initial), traits);
  }

  private static Directive<Long> memory(
      String name, long lowest, long highest, long initial, Trait... traits) {
    return register(new Numeric(name, Notation.MEMORY, lowest, highest, initial), traits);
  }

  private static Directive<Long> memoryOrPercent(
      String name, long lowest, long highest, long initial, Trait... traits) {
    return register(
        new Numeric(name, Notation.MEMORY_OR_PERCENT, lowest, highest, initial), traits);
  }

  private static Directive<String> text(String name, String initial, Trait... traits) {
    return text(name, initial, Text::anything, traits);
  }

  private static Directive<String> text(
      String name, String initial, Text.Check check, Trait... traits) {
    return register(new Text(name, initial, check), traits);
  }

  private static Directive<String> choice(
      String name, String initial, List<String> choices, Trait... traits) {
    return register(new Choice(name, initial, choices), traits);
  }

  private static Directive<List<String>> words(
      String name, List<String> initial, Listed.Check check, Trait... traits) {
    return register(new Listed(name, initial, check).with(SEVERAL_WORDS), traits);
  }
}
