package io.respite.server.config;

import static io.respite.server.config.Directive.Trait.HIDDEN;
import static io.respite.server.config.Directive.Trait.IMMUTABLE;
import static io.respite.server.config.Directive.Trait.NOT_WHILE_LOADING;
import static io.respite.server.config.Directive.Trait.NO_EFFECT;
import static io.respite.server.config.Directive.Trait.SENSITIVE;
import static io.respite.server.config.Directive.Trait.SEVERAL_WORDS;

import io.respite.server.config.Directive.Trait;
import io.respite.server.config.Numeric.Notation;
import java.util.ArrayList;
import java.util.List;

/**
 * Directives of Redis that a configuration may hold and that nothing here acts upon: they are
 * checked, kept, shown and written, and a server that starts with one warns. Each group begins with
 * the reason, which the reference shows. One that gets an effect moves to {@link Directives}, with
 * a meaning.
 */
final class Accepted {
  private final List<Directive<?>> all = new ArrayList<>();

  static List<Directive<?>> all() {
    return new Accepted().all;
  }

  private Accepted() {
    process();
    network();
    data();
    others();
  }

  private void because(String reason, Directive<?>... directives) {
    for (Directive<?> directive : directives) {
      all.add(directive.with(NO_EFFECT).means(reason));
    }
  }

  private void process() {
    because(
        "a Java virtual machine does not change how the system shows its process, where it runs it, or what it kills first",
        yesNo("set-proc-title", true, IMMUTABLE),
        text("server_cpulist", "", IMMUTABLE),
        text("bio_cpulist", "", IMMUTABLE),
        text("aof_rewrite_cpulist", "", IMMUTABLE),
        text("bgsave_cpulist", "", IMMUTABLE),
        text(
            "proc-title-template",
            "{title} {listen-addr} {server-mode}",
            "text with {title} and its like",
            Text::processTitle),
        choice("oom-score-adj", "no", List.of("no", "yes", "relative", "absolute")),
        words(
            "oom-score-adj-values",
            List.of("0", "200", "800"),
            "three numbers from -2000 to 2000",
            Listed::oomScores));
    because(
        "the virtual machine reports its own crashes",
        yesNo("crash-log-enabled", true),
        yesNo("crash-memcheck-enabled", true),
        yesNo("use-exit-on-panic", false, HIDDEN),
        number("watchdog-period", 0, Integer.MAX_VALUE, 0, HIDDEN));
    because(
        "the virtual machine manages the memory; RESPITE_JAVA_OPTS has its options",
        yesNo("disable-thp", true, IMMUTABLE),
        yesNo("jemalloc-bg-thread", true),
        yesNo("activedefrag", false),
        number("active-defrag-cycle-min", 1, 99, 1),
        number("active-defrag-cycle-max", 1, 99, 25),
        number("active-defrag-threshold-lower", 0, 1000, 10),
        number("active-defrag-threshold-upper", 0, 1000, 100),
        number("active-defrag-max-scan-fields", 1, Long.MAX_VALUE, 1000),
        memory("active-defrag-ignore-bytes", 1, Long.MAX_VALUE, 100L << 20));
    because(
        "the start checks nothing of the system that one could ignore",
        text("ignore-warnings", ""));
    because(
        "a service manager is told nothing; start the server in the foreground under it",
        choice("supervised", "no", List.of("upstart", "systemd", "auto", "no"), IMMUTABLE));
    because(
        "there are no modules",
        choice("enable-module-command", "no", List.of("no", "yes", "local"), IMMUTABLE));
    because(
        "SIGINT does what shutdown-on-sigterm says",
        choice(
            "shutdown-on-sigint",
            "default",
            List.of("default", "save", "nosave", "now", "force"),
            SEVERAL_WORDS));
    because(
        "there is nothing that an end has to wait for, without replicas",
        number("shutdown-timeout", 0, Integer.MAX_VALUE, 10));
    because(
        "the log goes to standard output or to logfile",
        yesNo("syslog-enabled", false, IMMUTABLE),
        text("syslog-ident", "respite", IMMUTABLE),
        text("req-res-logfile", "", IMMUTABLE, HIDDEN),
        choice(
            "syslog-facility",
            "local0",
            List.of(
                "user", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
                "local7"),
            IMMUTABLE));
  }

  private void network() {
    because(
        "the network chooses its threads itself",
        yesNo("io-threads-do-reads", false, IMMUTABLE),
        number("io-threads", 1, 128, 1, IMMUTABLE));
    because(
        "the system chooses from where a connection goes out",
        text("bind-source-addr", ""),
        number("socket-mark-id", 0, Directives.MAX_UINT, 0, IMMUTABLE));
    because(
        "every client begins with RESP2 and may ask for RESP3 by HELLO",
        number("client-default-resp", 2, 3, 2, IMMUTABLE, HIDDEN));
    because(
        "the memory of clients is limited one by one, by client-query-buffer-limit and client-output-buffer-limit",
        memoryOrPercent("maxmemory-clients", -100, Long.MAX_VALUE, 0));
    because(
        "this server speaks no TLS yet; put a TLS proxy before it",
        number("tls-port", 0, 65535, 0),
        number("tls-session-cache-size", 0, Integer.MAX_VALUE, 20L << 10),
        number("tls-session-cache-timeout", 0, Integer.MAX_VALUE, 300),
        yesNo("tls-cluster", false),
        yesNo("tls-replication", false),
        choice("tls-auth-clients", "yes", List.of("no", "yes", "optional")),
        yesNo("tls-prefer-server-ciphers", false),
        yesNo("tls-session-caching", true),
        text("tls-cert-file", ""),
        text("tls-key-file", ""),
        text("tls-key-file-pass", ""),
        text("tls-client-cert-file", ""),
        text("tls-client-key-file", ""),
        text("tls-client-key-file-pass", ""),
        text("tls-dh-params-file", ""),
        text("tls-ca-cert-file", ""),
        text("tls-ca-cert-dir", ""),
        text("tls-protocols", ""),
        text("tls-ciphers", ""),
        text("tls-ciphersuites", ""));
    because(
        "there is one user, whose password is requirepass",
        text("aclfile", "", IMMUTABLE),
        choice("acl-pubsub-default", "resetchannels", List.of("allchannels", "resetchannels")),
        number("acllog-max-len", 0, Long.MAX_VALUE, 128));
  }

  private void data() {
    because("sorting goes by bytes, in no language", text("locale-collate", ""));
    because(
        "the work in the background has a pace of its own",
        yesNo("dynamic-hz", true),
        yesNo("activerehashing", true),
        number("active-expire-effort", 1, 10, 1));
    because(
        "RESTORE and loading check every value anyway",
        choice("sanitize-dump-payload", "no", List.of("no", "yes", "clients")));
    because(
        "a load is not slowed down, and clients hear of it from its beginning",
        number("key-load-delay", Integer.MIN_VALUE, Integer.MAX_VALUE, 0, HIDDEN),
        number(
            "loading-process-events-interval-bytes",
            1L << 10,
            Integer.MAX_VALUE,
            2L << 20,
            HIDDEN));
    because(
        "values are freed by the garbage collector",
        yesNo("lazyfree-lazy-expire", false),
        yesNo("lazyfree-lazy-server-del", false),
        yesNo("lazyfree-lazy-user-del", false),
        yesNo("lazyfree-lazy-user-flush", false));
  }

  private void others() {
    because(
        "there is no replication yet",
        yesNo("repl-disable-tcp-nodelay", false),
        yesNo("repl-diskless-sync", true),
        yesNo("replica-lazy-flush|slave-lazy-flush", false),
        yesNo("replica-serve-stale-data|slave-serve-stale-data", true),
        yesNo("replica-read-only|slave-read-only", true),
        yesNo("replica-ignore-maxmemory|slave-ignore-maxmemory", true),
        yesNo("replica-announced", true),
        yesNo("replica-ignore-disk-write-errors", false),
        text("replica-announce-ip|slave-announce-ip", ""),
        text("masteruser", "", SENSITIVE),
        text("masterauth", "", SENSITIVE),
        choice(
            "repl-diskless-load",
            "disabled",
            List.of("disabled", "on-empty-db", "swapdb"),
            NOT_WHILE_LOADING),
        choice(
            "propagation-error-behavior",
            "ignore",
            List.of("ignore", "panic", "panic-on-replicas")),
        number("replica-priority|slave-priority", 0, Integer.MAX_VALUE, 100),
        number("repl-diskless-sync-delay", 0, Integer.MAX_VALUE, 5),
        number("replica-announce-port|slave-announce-port", 0, 65535, 0),
        number("repl-timeout", 1, Integer.MAX_VALUE, 60),
        number("repl-ping-replica-period|repl-ping-slave-period", 1, Integer.MAX_VALUE, 10),
        number("min-replicas-to-write|min-slaves-to-write", 0, Integer.MAX_VALUE, 0),
        number("min-replicas-max-lag|min-slaves-max-lag", 0, Integer.MAX_VALUE, 10),
        number("repl-diskless-sync-max-replicas", 0, Integer.MAX_VALUE, 0),
        number("repl-backlog-ttl", 0, Long.MAX_VALUE, 3600));
    because(
        "there is no cluster mode yet",
        yesNo("cluster-require-full-coverage", true),
        yesNo("cluster-replica-no-failover|cluster-slave-no-failover", false),
        yesNo("cluster-allow-reads-when-down", false),
        yesNo("cluster-allow-pubsubshard-when-down", true),
        yesNo("cluster-allow-replica-migration", true),
        text("cluster-announce-ip", ""),
        text("cluster-config-file", "nodes.conf", IMMUTABLE),
        text(
            "cluster-announce-hostname",
            "",
            "letters, digits, dots and dashes, up to 255",
            Text::hostName),
        text("cluster-announce-human-nodename", "", "text without punctuation", Text::nodeName),
        choice(
            "cluster-preferred-endpoint-type", "ip", List.of("ip", "hostname", "unknown-endpoint")),
        number(
            "cluster-replica-validity-factor|cluster-slave-validity-factor",
            0,
            Integer.MAX_VALUE,
            10),
        number("cluster-migration-barrier", 0, Integer.MAX_VALUE, 1),
        number("cluster-port", 0, 65535, 0, IMMUTABLE),
        number("cluster-announce-bus-port", 0, 65535, 0),
        number("cluster-announce-port", 0, 65535, 0),
        number("cluster-announce-tls-port", 0, 65535, 0),
        number("cluster-node-timeout", 0, Long.MAX_VALUE, 15000),
        number("cluster-ping-interval", 0, Long.MAX_VALUE, 0, HIDDEN),
        memory("cluster-link-sendbuf-limit", 0, Long.MAX_VALUE, 0));
    because(
        "there is no client tracking yet",
        number("tracking-table-max-keys", 0, Long.MAX_VALUE, 1000000));
  }

  private static Directive<Boolean> yesNo(String name, boolean initial, Trait... traits) {
    return new YesNo(name, initial).with(traits);
  }

  private static Directive<Long> number(
      String name, long lowest, long highest, long initial, Trait... traits) {
    return new Numeric(name, Notation.PLAIN, lowest, highest, initial).with(traits);
  }

  private static Directive<Long> memory(String name, long lowest, long highest, long initial) {
    return new Numeric(name, Notation.MEMORY, lowest, highest, initial);
  }

  private static Directive<Long> memoryOrPercent(
      String name, long lowest, long highest, long initial) {
    return new Numeric(name, Notation.MEMORY_OR_PERCENT, lowest, highest, initial);
  }

  private static Directive<String> text(String name, String initial, Trait... traits) {
    return new Text(name, initial, "text", Text::anything).with(traits);
  }

  private static Directive<String> text(
      String name, String initial, String allowed, Text.Check check) {
    return new Text(name, initial, allowed, check);
  }

  private static Directive<String> choice(
      String name, String initial, List<String> choices, Trait... traits) {
    return new Choice(name, initial, choices).with(traits);
  }

  private static Directive<List<String>> words(
      String name, List<String> initial, String allowed, Listed.Check check) {
    return new Listed(name, initial, allowed, check).with(SEVERAL_WORDS);
  }
}
