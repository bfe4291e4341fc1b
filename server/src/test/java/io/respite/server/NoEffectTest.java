package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.config.Config;
import io.respite.server.config.ConfigFile;
import io.respite.server.config.Directive;
import io.respite.server.environment.Environment;
import io.respite.server.log.ServerLog;
import io.respite.server.net.NettyTransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says of directives that it knows but does not do. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NoEffectTest {
  private static final String MARK = "has no effect";

  private final Environment environment = Environment.system();
  @TempDir private Path folder;
  private Config config;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final ServerLog log =
      new ServerLog(
          environment.clock(),
          1,
          (level, bytes) -> lines.add(new String(bytes, StandardCharsets.UTF_8)));

  private RespiteServer start(String... options) throws Exception {
    config = new Config(environment.storage(), folder.toAbsolutePath());
    ConfigFile.load(config, Optional.empty(), "", "port 0\n" + String.join("\n", options));
    RespiteServer server =
        new RespiteServer(environment, config, log, new NettyTransport(true, false));
    server.start();
    return server;
  }

  private static String run(RespiteServer server, String... words) {
    Session session = server.engine().newSession(Session.Connection.NONE, true);
    return new String(
        server.engine().execute(session, Arguments.of(words)), StandardCharsets.UTF_8);
  }

  private List<String> warnings() {
    return lines.stream().filter(line -> line.contains(MARK)).toList();
  }

  @Test
  void only_these_directives_are_done_in_full_silence() throws Exception {
    try (RespiteServer server = start()) {
      run(server, "INFO", "everything");
      run(server, "CONFIG", "GET", "*");

      assertThat(config.heeded())
          .extracting(Directive::name)
          .containsExactlyInAnyOrder(
              "always-show-logo",
              "aof-checksum-enabled",
              "aof-disable-auto-gc",
              "aof-load-truncated",
              "aof-rewrite-incremental-fsync",
              "aof-timestamp-enabled",
              "aof-use-rdb-preamble",
              "appenddirname",
              "appendfilename",
              "appendfsync",
              "appendonly",
              "auto-aof-rewrite-min-size",
              "auto-aof-rewrite-percentage",
              "bind",
              "busy-reply-threshold",
              "client-output-buffer-limit",
              "client-query-buffer-limit",
              "daemonize",
              "databases",
              "dbfilename",
              "dir",
              "enable-debug-command",
              "enable-protected-configs",
              "hash-max-listpack-entries",
              "hash-max-listpack-value",
              "hll-sparse-max-bytes",
              "latency-monitor-threshold",
              "latency-tracking",
              "latency-tracking-info-percentiles",
              "lazyfree-lazy-eviction",
              "lfu-decay-time",
              "lfu-log-factor",
              "list-compress-depth",
              "list-max-listpack-size",
              "maxclients",
              "maxmemory",
              "maxmemory-eviction-tenacity",
              "maxmemory-hash-fields",
              "maxmemory-policy",
              "maxmemory-samples",
              "no-appendfsync-on-rewrite",
              "notify-keyspace-events",
              "pidfile",
              "port",
              "proto-max-bulk-len",
              "protected-mode",
              "rdb-del-sync-files",
              "rdb-key-save-delay",
              "rdb-save-incremental-fsync",
              "rdbchecksum",
              "rdbcompression",
              "requirepass",
              "save",
              "set-max-intset-entries",
              "set-max-listpack-entries",
              "set-max-listpack-value",
              "shutdown-on-sigterm",
              "slowlog-log-slower-than",
              "slowlog-max-len",
              "stop-writes-on-bgsave-error",
              "stream-node-max-bytes",
              "stream-node-max-entries",
              "tcp-backlog",
              "tcp-keepalive",
              "timeout",
              "unixsocket",
              "unixsocketperm",
              "zset-max-listpack-entries",
              "zset-max-listpack-value");
    }
  }

  @Test
  void who_sets_nothing_or_switches_off_what_is_not_there_is_not_warned() throws Exception {
    try (RespiteServer server = start("save \"\"", "appendonly no", "enable-debug-command yes")) {
      assertThat(run(server, "CONFIG", "SET", "appendonly", "no")).isEqualTo("+OK\r\n");
      assertThat(run(server, "CONFIG", "SET", "save", "")).isEqualTo("+OK\r\n");
      assertThat(warnings()).isEmpty();
    }
  }

  @Test
  void each_of_the_others_is_warned_of_once_although_INFO_shows_it() throws Exception {
    try (RespiteServer server = start("activedefrag yes", "maxmemory-clients 5%", "save 60 1")) {
      assertThat(warnings())
          .hasSize(2)
          .anyMatch(line -> line.contains("'activedefrag' " + MARK))
          .anyMatch(line -> line.contains("'maxmemory-clients' " + MARK));

      run(server, "INFO", "everything");
      run(server, "CONFIG", "SET", "maxmemory-clients", "1gb");
      run(server, "CONFIG", "SET", "active-defrag-cycle-min", "7");
      assertThat(warnings()).hasSize(4);
    }
  }
}
