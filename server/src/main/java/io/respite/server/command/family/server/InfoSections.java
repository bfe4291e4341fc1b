package io.respite.server.command.family.server;

import io.respite.server.command.BlockedClients;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.InfoSection;
import io.respite.server.command.Session;
import io.respite.server.config.Directives;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.metrics.CommandStatistics;
import io.respite.server.metrics.NetStatistics;
import io.respite.server.metrics.Rate;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The INFO sections about the server as a whole; the field names are Redis 7.2's. A mechanism that
 * comes later brings its own section in place of the one here that speaks for its absence.
 */
public final class InfoSections {
  private static final double TICKS_PER_SECOND = 100.0;
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  private final Instance instance;
  private final MemoryFigures memory;
  private final Rate commands = new Rate();
  private final Rate inputBytes = new Rate();
  private final Rate outputBytes = new Rate();

  /** Sections about an instance. */
  public InfoSections(Instance instance, MemoryFigures memory) {
    this.instance = instance;
    this.memory = memory;
    instance
        .config()
        .heed(Directives.LATENCY_TRACKING, Directives.LATENCY_TRACKING_INFO_PERCENTILES);
  }

  /** Takes samples for the instantaneous figures; to be called about ten times a second. */
  public void sample() {
    long now = instance.keyspace().now();
    commands.sample(instance.dispatcher().called(), now);
    inputBytes.sample(instance.traffic().inputBytes, now);
    outputBytes.sample(instance.traffic().outputBytes, now);
    memory.sample();
  }

  /** Forgets what was sampled, as CONFIG RESETSTAT does. */
  public void reset() {
    commands.reset();
    inputBytes.reset();
    outputBytes.reset();
    memory.resetPeak();
  }

  /**
   * All of them, in the order of the answer.
   *
   * @param persistence the section about files, by who writes them
   */
  public List<InfoSection> all(InfoSection persistence) {
    return List.of(
        section("server", true, this::server),
        section("clients", true, this::clients),
        section("memory", true, this::memory),
        persistence,
        section("stats", true, this::stats),
        section("replication", true, this::replication),
        section("cpu", true, this::cpu),
        section("modules", true, lines -> {}),
        section("commandstats", false, this::commandStats),
        section("errorstats", true, this::errorStats),
        section("latencystats", false, this::latencyStats),
        section("cluster", true, lines -> lines.add("cluster_enabled", 0)),
        section("keyspace", true, this::keyspace));
  }

  private static InfoSection section(
      String name, boolean byDefault, Consumer<InfoSection.Lines> writer) {
    return new InfoSection() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean shownByDefault() {
        return byDefault;
      }

      @Override
      public void write(Lines lines) {
        writer.accept(lines);
      }
    };
  }

  private void server(InfoSection.Lines lines) {
    long now = instance.keyspace().now();
    long uptime = Math.max(0, (now - instance.startedMillis()) / 1000);
    Object hz = instance.config().peek(Directives.HZ);
    lines
        .add("redis_version", Instance.REDIS_VERSION)
        .add("respite_version", Instance.version())
        .add("redis_git_sha1", "00000000")
        .add("redis_git_dirty", 0)
        .add("redis_build_id", "0")
        .add("redis_mode", "standalone")
        .add(
            "os",
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + " "
                + System.getProperty("os.arch"))
        .add("arch_bits", 64)
        .add("monotonic_clock", "java.lang.System.nanoTime")
        .add("multiplexing_api", instance.networkMechanism())
        .add("java_version", System.getProperty("java.version"))
        .add("process_id", ProcessHandle.current().pid())
        .add("process_supervised", "no")
        .add("run_id", instance.runId())
        .add("tcp_port", instance.port())
        .add("server_time_usec", instance.keyspace().environment().clock().micros())
        .add("uptime_in_seconds", uptime)
        .add("uptime_in_days", uptime / 86_400)
        .add("hz", hz)
        .add("configured_hz", hz)
        .add("lru_clock", (now / 1000) & 0xFFFFFF)
        .add("executable", System.getProperty("respite.executable", ""))
        .add("config_file", instance.config().file().map(Path::toString).orElse(""))
        .add("io_threads_active", 0)
        .add("listener0", "name=tcp,bind=" + bind() + ",port=" + instance.port());
  }

  private String bind() {
    return String.join(",bind=", instance.config().peek(Directives.BIND));
  }

  private void clients(InfoSection.Lines lines) {
    Clients clients = instance.clients();
    BlockedClients blocked = instance.dispatcher().blocked();
    long input = 0;
    long output = 0;
    for (Session session : clients.all()) {
      Clients.Traffic traffic = session.get(Clients.TRAFFIC);
      if (traffic != null) {
        input = Math.max(input, traffic.queryBytes());
        output = Math.max(output, traffic.unsentBytes());
      }
    }
    lines
        .add("connected_clients", clients.count())
        .add("cluster_connections", 0)
        .add("maxclients", instance.config().peek(Directives.MAXCLIENTS))
        .add("client_recent_max_input_buffer", input)
        .add("client_recent_max_output_buffer", output)
        .add("blocked_clients", clients.waitingCount() + blocked.count())
        .add("tracking_clients", 0)
        .add("pubsub_clients", instance.figure("pubsub_clients"))
        .add("clients_in_timeout_table", blocked.timedCount())
        .add("total_blocking_keys", blocked.keyCount())
        .add("total_blocking_keys_on_nokey", blocked.keyCountWhenGone());
  }

  /** What counts against maxmemory: the heap's own figure has garbage in it. */
  private void memory(InfoSection.Lines lines) {
    long used = memory.used();
    long resident = memory.resident();
    long overhead = memory.overhead();
    long dataset = used - overhead;
    long limit = instance.config().peek(Directives.MAXMEMORY);
    long heap = memory.heap();
    lines
        .bytes("used_memory", used)
        .bytes("used_memory_rss", resident)
        .bytes("used_memory_peak", memory.peak())
        .add("used_memory_peak_perc", percent(used, memory.peak()))
        .add("used_memory_overhead", overhead)
        .add("used_memory_dataset", dataset)
        .add("used_memory_dataset_perc", percent(dataset, used))
        .add("allocator_allocated", heap)
        .add("allocator_active", Runtime.getRuntime().totalMemory())
        .add("allocator_resident", resident)
        .bytes("total_system_memory", memory.system())
        .add("used_memory_vm_eval", instance.figure("used_memory_vm_eval"))
        .bytes("used_memory_lua", instance.figure("used_memory_vm_eval"))
        .add("used_memory_scripts_eval", instance.figure("used_memory_scripts_eval"))
        .add("number_of_cached_scripts", instance.figure("number_of_cached_scripts"))
        .add("number_of_functions", instance.figure("number_of_functions"))
        .add("number_of_libraries", instance.figure("number_of_libraries"))
        .add("used_memory_vm_functions", instance.figure("used_memory_vm_functions"))
        .bytes("maxmemory", limit)
        .add("maxmemory_policy", instance.config().peek(Directives.MAXMEMORY_POLICY))
        .add("heap_used", heap)
        .add("heap_max", Runtime.getRuntime().maxMemory())
        .add("mem_fragmentation_ratio", ratio(resident, heap))
        .add("mem_fragmentation_bytes", resident - heap)
        .add("mem_not_counted_for_evict", 0)
        .add("mem_replication_backlog", 0)
        .add("mem_total_replication_buffers", 0)
        .add("mem_clients_slaves", 0)
        .add("mem_clients_normal", memory.clients())
        .add("mem_cluster_links", 0)
        .add("mem_aof_buffer", 0)
        .add("mem_allocator", "jvm")
        .add("active_defrag_running", 0)
        .add("lazyfree_pending_objects", 0)
        .add("lazyfreed_objects", 0);
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "0%" : String.format(Locale.ROOT, "%.2f%%", 100.0 * part / whole);
  }

  private static String ratio(long part, long whole) {
    return whole == 0 ? "0" : String.format(Locale.ROOT, "%.2f", (double) part / whole);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private void stats(InfoSection.Lines lines) {
    NetStatistics net = instance.traffic();
    var keys = instance.keyspace().statistics();
    long exceeded = instance.keyspace().memory().exceededNanos();
    lines
        .add("total_connections_received", net.connectionsReceived)
        .add("total_commands_processed", instance.dispatcher().called())
        .add("instantaneous_ops_per_sec", Math.round(commands.perSecond()))
        .add("total_net_input_bytes", net.inputBytes)
        .add("total_net_output_bytes", net.outputBytes)
        .add("total_net_repl_input_bytes", 0)
        .add("total_net_repl_output_bytes", 0)
        .add("instantaneous_input_kbps", kilobytes(inputBytes))
        .add("instantaneous_output_kbps", kilobytes(outputBytes))
        .add("instantaneous_input_repl_kbps", "0.00")
        .add("instantaneous_output_repl_kbps", "0.00")
        .add("rejected_connections", net.rejectedConnections)
        .add("sync_full", 0)
        .add("sync_partial_ok", 0)
        .add("sync_partial_err", 0)
        .add("expired_keys", keys.expiredKeys)
        .add("expired_subkeys", keys.expiredFields)
        .add("expired_time_cap_reached_count", keys.expireTimeCapReached)
        .add("evicted_keys", keys.evictedKeys)
        .add("evicted_subkeys", keys.evictedFields)
        .add("evicted_clients", 0)
        .add("evicted_scripts", 0)
        .add("total_eviction_exceeded_time", millis(keys.evictionExceededNanos + exceeded))
        .add("current_eviction_exceeded_time", millis(exceeded))
        .add("keyspace_hits", keys.hits)
        .add("keyspace_misses", keys.misses)
        .add("pubsub_channels", instance.figure("pubsub_channels"))
        .add("pubsub_patterns", instance.figure("pubsub_patterns"))
        .add("pubsubshard_channels", instance.figure("pubsubshard_channels"))
        .add("latest_fork_usec", instance.figure("latest_fork_usec"))
        .add("total_forks", 0)
        .add("migrate_cached_sockets", 0)
        .add("slave_expires_tracked_keys", 0)
        .add("tracking_total_keys", 0)
        .add("tracking_total_items", 0)
        .add("tracking_total_prefixes", 0)
        .add("unexpected_error_replies", 0)
        .add("total_error_replies", instance.dispatcher().errors().total())
        .add("dump_payload_sanitizations", 0)
        .add("total_reads_processed", net.reads)
        .add("total_writes_processed", net.writes)
        .add("io_threaded_reads_processed", 0)
        .add("io_threaded_writes_processed", 0)
        .add("client_query_buffer_limit_disconnections", net.queryLimitDisconnections)
        .add("client_output_buffer_limit_disconnections", net.outputLimitDisconnections)
        .add("reply_buffer_shrinks", 0)
        .add("reply_buffer_expands", 0)
        .add("acl_access_denied_auth", 0)
        .add("acl_access_denied_cmd", 0)
        .add("acl_access_denied_key", 0)
        .add("acl_access_denied_channel", 0);
  }

  private static String kilobytes(Rate rate) {
    return String.format(Locale.ROOT, "%.2f", rate.perSecond() / 1024);
  }

  private void replication(InfoSection.Lines lines) {
    lines
        .add("role", "master")
        .add("connected_slaves", 0)
        .add("master_failover_state", "no-failover")
        .add("master_replid", instance.runId())
        .add("master_replid2", "0".repeat(40))
        .add("master_repl_offset", 0)
        .add("second_repl_offset", -1)
        .add("repl_backlog_active", 0)
        .add("repl_backlog_size", instance.config().peek(Directives.REPL_BACKLOG_SIZE))
        .add("repl_backlog_first_byte_offset", 0)
        .add("repl_backlog_histlen", 0);
  }

  private void cpu(InfoSection.Lines lines) {
    String stat = memory.process("self/stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
    boolean known = fields.length > SYSTEM_TICKS;
    String system = seconds(known ? fields[SYSTEM_TICKS] : "0");
    String user = seconds(known ? fields[USER_TICKS] : "0");
    lines
        .add("used_cpu_sys", system)
        .add("used_cpu_user", user)
        .add("used_cpu_sys_children", "0.000000")
        .add("used_cpu_user_children", "0.000000");
  }

  private static String seconds(String ticks) {
    return String.format(Locale.ROOT, "%.6f", Long.parseLong(ticks) / TICKS_PER_SECOND);
  }

  private void eachUsed(Consumer<Command> visitor) {
    for (Command command : instance.dispatcher().table().commands()) {
      if (used(command)) {
        visitor.accept(command);
      }
      command.subcommands().values().stream().filter(InfoSections::used).forEach(visitor);
    }
  }

  private static boolean used(Command command) {
    CommandStatistics statistics = command.statistics();
    return statistics.calls + statistics.rejected + statistics.failed > 0;
  }

  private void commandStats(InfoSection.Lines lines) {
    eachUsed(
        command -> {
          CommandStatistics of = command.statistics();
          double each = of.calls == 0 ? 0 : of.nanos / 1000.0 / of.calls;
          lines.add(
              "cmdstat_" + command.fullName(),
              String.format(
                  Locale.ROOT,
                  "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                  of.calls,
                  of.nanos / 1000,
                  each,
                  of.rejected,
                  of.failed));
        });
  }

  private void errorStats(InfoSection.Lines lines) {
    instance
        .dispatcher()
        .errors()
        .counts()
        .forEach((code, count) -> lines.add("errorstat_" + code, "count=" + count));
  }

  private void latencyStats(InfoSection.Lines lines) {
    List<String> percentiles = instance.config().get(Directives.LATENCY_TRACKING_INFO_PERCENTILES);
    if (!instance.config().get(Directives.LATENCY_TRACKING)) {
      return;
    }
    eachUsed(
        command -> {
          StringBuilder text = new StringBuilder();
          for (String percentile : percentiles) {
            double micros =
                command.statistics().latencyNanos(Double.parseDouble(percentile)) / 1000.0;
            text.append(text.isEmpty() ? "" : ",").append('p').append(percentile).append('=');
            text.append(String.format(Locale.ROOT, "%.3f", micros));
          }
          lines.add("latency_percentiles_usec_" + command.fullName(), text);
        });
  }

  private void keyspace(InfoSection.Lines lines) {
    Keyspace keyspace = instance.keyspace();
    for (int i = 0; i < keyspace.size(); i++) {
      Database database = keyspace.database(i);
      if (database.size() > 0) {
        lines.add(
            "db" + i,
            "keys=" + database.size() + ",expires=" + database.withDeadline() + ",avg_ttl=0");
      }
    }
  }
}
