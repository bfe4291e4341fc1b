package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.READONLY;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Reply;
import io.respite.server.config.Directives;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** MEMORY: what keys take, what all takes, and what to do about it. */
public final class MemoryCommands {
  /** Bytes that a table's slot and its share of free slots take. */
  private static final int SLOT_BYTES = 8;

  private static final int MEGABYTE = 1 << 20;

  /** Below that there is nothing to be told. */
  private static final long LITTLE = 5L * MEGABYTE;

  private final Instance instance;
  private final MemoryFigures figures;

  /** The family. */
  public MemoryCommands(Instance instance, MemoryFigures figures) {
    this.instance = instance;
    this.figures = figures;
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        row("memory", -2)
            .summary("A container for commands about memory.")
            .complexity("Depends on subcommand.")
            .subcommand(
                asker("doctor")
                    .complexity("O(1)")
                    .summary("Says in words what is wrong with the memory, if anything is.")
                    .handler(call -> call.reply().verbatim("txt", diagnosis())))
            .subcommand(Help.row("4.0.0"))
            .subcommand(
                asker("malloc-stats")
                    .complexity("Depends on how much memory is allocated, could be slow")
                    .summary("Tells what the virtual machine says of its memory.")
                    .handler(call -> call.reply().verbatim("txt", pools())))
            .subcommand(
                row("purge", 2)
                    .complexity("Depends on how much memory is allocated, could be slow")
                    .summary("Lets the virtual machine collect its garbage, now and all of it.")
                    .tip("request_policy:all_shards")
                    .tip("response_policy:all_succeeded")
                    .handler(
                        call -> {
                          System.gc();
                          call.reply().ok();
                        }))
            .subcommand(
                asker("stats")
                    .complexity("O(1)")
                    .summary("Answers what takes how much memory.")
                    .handler(this::stats))
            .subcommand(
                row("usage", -3)
                    .flags(READONLY)
                    .keys(KeySpec.at(2, KeySpec.Flag.RO))
                    .complexity("O(N) where N is the number of samples")
                    .summary("Answers the bytes of heap that a key and what it holds take.")
                    .syntax("key [SAMPLES count]")
                    .handler(MemoryCommands::usage)));
  }

  private static Command row(String name, int arity) {
    return Command.named(name).group(CommandGroup.SERVER).since("4.0.0").arity(arity);
  }

  private static Command asker(String name) {
    return row(name, 2)
        .tip("nondeterministic_output")
        .tip("request_policy:all_shards")
        .tip("response_policy:special");
  }

  private static void usage(Call call) {
    for (int i = 3; i < call.count(); i += 2) {
      if (!call.is(i, "samples") || i + 1 == call.count()) {
        throw CommandError.syntax();
      }
      // The figure comes from counters that are kept, so the number of samples changes nothing.
      if (Numeral.of(call, i + 1) < 0) {
        throw CommandError.syntax();
      }
    }
    Object entry = call.peek(2);
    if (entry == null) {
      call.reply().nil();
    } else if (entry instanceof byte[] record) {
      call.reply().integer(PackedEntry.heapBytes(record) + (long) SLOT_BYTES);
    } else {
      KeyEntry key = (KeyEntry) entry;
      call.reply().integer(key.heapBytes() + SLOT_BYTES);
    }
  }

  // ---- all of it

  private void stats(Call call) {
    long used = figures.used();
    long resident = figures.resident();
    long heap = figures.heap();
    long committed = figures.committed();
    long clients = figures.clients();
    long overhead = figures.overhead() + clients;
    long data = used - figures.overhead();
    long keys = 0;
    List<Database> databases = new ArrayList<>();
    for (int i = 0; i < instance.keyspace().size(); i++) {
      Database database = instance.keyspace().database(i);
      keys += database.size();
      if (database.size() > 0) {
        databases.add(database);
      }
    }
    var fields = new Fields(call.reply(), 27 + databases.size());
    fields
        .number("peak.allocated", figures.peak())
        .number("total.allocated", used)
        .number("startup.allocated", 0)
        .number("replication.backlog", 0)
        .number("clients.slaves", 0)
        .number("clients.normal", clients)
        .number("cluster.links", 0)
        .number("aof.buffer", 0)
        .number("lua.caches", instance.figure("used_memory_scripts_eval"))
        .number("functions.caches", instance.figure("used_memory_vm_functions"));
    for (Database database : databases) {
      fields.database(database);
    }
    fields
        .number("overhead.total", overhead)
        .number("keys.count", keys)
        .number("keys.bytes-per-key", keys == 0 ? 0 : used / keys)
        .number("dataset.bytes", data)
        .real("dataset.percentage", 100 * share(data, used))
        .real("peak.percentage", 100 * share(used, figures.peak()))
        .number("allocator.allocated", heap)
        .number("allocator.active", committed)
        .number("allocator.resident", resident)
        .real("allocator-fragmentation.ratio", share(committed, heap))
        .number("allocator-fragmentation.bytes", committed - heap)
        .real("allocator-rss.ratio", share(resident, committed))
        .number("allocator-rss.bytes", resident - committed)
        .real("rss-overhead.ratio", share(resident, resident))
        .number("rss-overhead.bytes", 0)
        .real("fragmentation", share(resident, heap))
        .number("fragmentation.bytes", resident - heap);
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** Writes a map of which the number of fields is known. */
  private record Fields(Reply reply, int count) {
    Fields {
      reply.map(count);
    }

    Fields number(String name, long value) {
      reply.bulk(name);
      reply.integer(value);
      return this;
    }

    Fields real(String name, double value) {
      reply.bulk(name);
      reply.number(value);
      return this;
    }

    void database(Database database) {
      reply.bulk("db." + database.id());
      reply.map(3);
      number("overhead.hashtable.main", database.overheadBytes());
      number("overhead.hashtable.expires", 0);
      number("overhead.hashtable.slot-to-keys", 0);
    }
  }

  // ---- for people

  private static String pools() {
    StringBuilder text = new StringBuilder("Memory of the Java virtual machine, in megabytes:\n");
    text.append(line("pool", "used", "committed", "maximum"));
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      var usage = pool.getUsage();
      text.append(
          line(
              pool.getName(),
              megabytes(usage.getUsed()),
              megabytes(usage.getCommitted()),
              usage.getMax() < 0 ? "-" : megabytes(usage.getMax())));
    }
    text.append("\nCollections:\n").append(line("collector", "times", "seconds", ""));
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      text.append(
          line(
              collector.getName(),
              Long.toString(collector.getCollectionCount()),
              String.format(Locale.ROOT, "%.3f", collector.getCollectionTime() / 1000.0),
              ""));
    }
    return text.toString();
  }

  private static String line(String name, String first, String second, String third) {
    return String.format("%-36s %12s %12s %12s", name, first, second, third).stripTrailing() + "\n";
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", (double) bytes / MEGABYTE);
  }

  private String diagnosis() {
    long used = figures.used();
    long limit = instance.config().get(Directives.MAXMEMORY);
    long heap = Runtime.getRuntime().maxMemory();
    List<String> found = new ArrayList<>();
    if (used < LITTLE) {
      return "There is hardly any data, "
          + megabytes(used)
          + " MB: nothing to be told from that.\n";
    }
    if (limit == 0 && used > heap / 4 * 3) {
      found.add(
          "The data takes %s MB of a heap of %s, and maxmemory is not set: the virtual machine will end when the heap is full. Set maxmemory, or give it more heap by -Xmx in RESPITE_JAVA_OPTS."
              .formatted(megabytes(used), megabytes(heap)));
    }
    if (limit > heap / 4 * 3) {
      found.add(
          "maxmemory is %s MB of a heap of %s: the heap will be full before the limit is reached. Set maxmemory to at most three quarters of the heap."
              .formatted(megabytes(limit), megabytes(heap)));
    }
    if (limit > 0 && used > limit) {
      found.add(
          "The data takes %s MB, more than maxmemory, %s MB, and maxmemory-policy %s does not make room for it."
              .formatted(
                  megabytes(used),
                  megabytes(limit),
                  instance.config().get(Directives.MAXMEMORY_POLICY)));
    }
    if (figures.peak() > used / 2 * 3) {
      found.add(
          "There was once half as much again as now, %s MB instead of %s. What the heap has of the system since then it may still have; MEMORY PURGE lets it go if the collector does that."
              .formatted(megabytes(figures.peak()), megabytes(used)));
    }
    if (figures.clients() > used / 2 && figures.clients() > LITTLE) {
      found.add(
          "Clients' buffers take %s MB: CLIENT LIST shows by tot-mem whose, client-output-buffer-limit limits them."
              .formatted(megabytes(figures.clients())));
    }
    if (found.isEmpty()) {
      return "Nothing is wrong with the memory that could be seen from here.\n";
    }
    StringBuilder text = new StringBuilder("What is wrong with the memory:\n\n");
    found.forEach(line -> text.append("- ").append(line).append('\n'));
    return text.toString();
  }
}
