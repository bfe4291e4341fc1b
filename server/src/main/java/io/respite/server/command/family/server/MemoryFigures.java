package io.respite.server.command.family.server;

import io.respite.server.command.Clients;
import io.respite.server.command.Session;
import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * How much memory is used, by what; bytes. INFO and MEMORY show it. Belongs to the baton's holder.
 */
public final class MemoryFigures {
  private static final int PROC_FILE_BYTES = 1 << 16;
  private static final int PAGE_BYTES = 4096;

  private final Instance instance;
  private long peak;

  /** Of an instance. */
  public MemoryFigures(Instance instance) {
    this.instance = instance;
  }

  /** Looks whether there is more than there ever was. */
  void sample() {
    peak = Math.max(peak, used());
  }

  /** Forgets how much there was, as CONFIG RESETSTAT does. */
  void resetPeak() {
    peak = 0;
  }

  /** What the data takes, which {@code maxmemory} limits. */
  long used() {
    return instance.keyspace().memory().used();
  }

  /** The most that the data has taken, of the moments when somebody looked. */
  long peak() {
    sample();
    return peak;
  }

  /** The tables' own part of it. */
  long overhead() {
    long bytes = 0;
    for (int i = 0; i < instance.keyspace().size(); i++) {
      bytes += instance.keyspace().database(i).overheadBytes();
    }
    return bytes;
  }

  /** What is used of the heap, garbage included. */
  long heap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** What the heap has of the system. */
  long committed() {
    return Runtime.getRuntime().totalMemory();
  }

  /** What the whole process has of the machine's memory; the heap's part where nothing tells. */
  long resident() {
    String[] fields = process("self/statm").split(" ", -1);
    return fields.length > 1 ? Long.parseLong(fields[1]) * PAGE_BYTES : heap();
  }

  /** The machine's memory; 0 where nothing tells. */
  long system() {
    for (String line : process("meminfo").lines().toList()) {
      if (line.startsWith("MemTotal:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return 0;
  }

  /** What connections take. */
  long clients() {
    long bytes = 0;
    for (Session session : instance.clients().all()) {
      Clients.Traffic traffic = session.get(Clients.TRAFFIC);
      bytes += traffic == null ? 0 : traffic.totalBytes();
    }
    return bytes;
  }

  /** A file of /proc, or nothing on systems that have none. */
  String process(String name) {
    Storage storage = instance.keyspace().environment().storage();
    Path file = Path.of("/proc", name);
    if (!storage.exists(file)) {
      return "";
    }
    try {
      return new String(storage.read(file, PROC_FILE_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      return "";
    }
  }
}
