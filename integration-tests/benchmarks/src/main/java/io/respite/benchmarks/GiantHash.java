package io.respite.benchmarks;

import io.respite.server.Engine;
import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.keyspace.ActiveExpiry;
import io.respite.server.keyspace.Baton;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One hash of ten million fields through its life, by commands: it grows, is iterated, expires and
 * is deleted. Prints the longest single step of each phase: in processor time of its thread, which
 * is what the structure costs, and by the wall, which on a busy machine is the scheduler's as well.
 * Steps during which the collector paused are apart.
 *
 * <pre>java -Xms6g -Xmx6g -cp ... io.respite.benchmarks.GiantHash [fields]</pre>
 */
public final class GiantHash {
  private static final byte[] KEY = bytes("giant");

  private final Engine engine = Engine.open(Map.of());
  private final Session session = engine.newSession(Session.Connection.NONE, true);
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private GiantHash() {}

  /** Runs all phases. */
  public static void main(String[] args) {
    int fields = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
    System.out.printf(
        "%,d fields%n%n| phase | steps | longest, CPU µs | steps over 1 ms of CPU | longest, wall µs | longest with a collection, wall µs |%n",
        fields);
    System.out.println("|---|---:|---:|---:|---:|---:|");
    new GiantHash().live(fields);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void live(int fields) {
    byte[] value = bytes("v".repeat(64));
    Steps growing = new Steps("HSET, one field a step");
    for (int i = 0; i < fields; i++) {
      Arguments hset = Arguments.of(bytes("HSET"), KEY, bytes(field(i)), value);
      growing.run(() -> engine.execute(session, hset));
    }
    growing.print();

    Steps scanning = new Steps("HSCAN, COUNT 10");
    String cursor = "0";
    do {
      Arguments hscan = Arguments.of("HSCAN", "giant", cursor, "COUNT", "10");
      byte[][] reply = new byte[1][];
      scanning.run(() -> reply[0] = engine.execute(session, hscan));
      cursor = cursorOf(reply[0]);
    } while (!cursor.equals("0"));
    scanning.print();

    Steps touching = new Steps("HPEXPIRE, one field a step");
    for (int i = 0; i < fields / 2; i++) {
      Arguments hpexpire =
          Arguments.of(
              bytes("HPEXPIRE"), KEY, bytes("3000"), bytes("FIELDS"), bytes("1"), bytes(field(i)));
      touching.run(() -> engine.execute(session, hpexpire));
    }
    touching.print();

    Steps expiring = new Steps("active expiry of half, one slice a step");
    ActiveExpiry expiry = new ActiveExpiry(engine.keyspace());
    Baton baton = engine.keyspace().baton();
    long end = System.nanoTime() + 10_000_000_000L;
    while (System.nanoTime() < end) {
      expiring.run(
          () -> {
            baton.take();
            expiry.slice(500_000);
            baton.pass();
          });
    }
    expiring.print();
    System.out.println();
    System.out.println(
        "fields left: "
            + new String(
                    engine.execute(session, Arguments.of("HLEN", "giant")),
                    StandardCharsets.US_ASCII)
                .trim());

    Steps deleting = new Steps("UNLINK");
    deleting.run(() -> engine.execute(session, Arguments.of("UNLINK", "giant")));
    deleting.print();
    engine.close();
  }

  private static String field(int i) {
    return "field:" + (100_000_000 + i);
  }

  private static String cursorOf(byte[] reply) {
    String head = new String(reply, 0, Math.min(60, reply.length), StandardCharsets.US_ASCII);
    return head.split("\r\n", 4)[2];
  }

  private long collections() {
    long count = 0;
    for (GarbageCollectorMXBean collector : collectors) {
      count += collector.getCollectionCount();
    }
    return count;
  }

  private final class Steps {
    private final String name;
    private long steps;
    private long slowSteps;
    private long longestCpu;
    private long longest;
    private long longestWithCollection;
    private long seen = collections();

    Steps(String name) {
      this.name = name;
    }

    void run(Runnable step) {
      long start = System.nanoTime();
      long startCpu = threads.getCurrentThreadCpuTime();
      step.run();
      long cpu = threads.getCurrentThreadCpuTime() - startCpu;
      long nanos = System.nanoTime() - start;
      steps++;
      longestCpu = Math.max(longestCpu, cpu);
      if (cpu > 1_000_000) {
        slowSteps++;
      }
      // Asking the collectors costs more than a step, so only steps that could matter are looked
      // into.
      if (nanos > 200_000) {
        long now = collections();
        if (now != seen) {
          seen = now;
          longestWithCollection = Math.max(longestWithCollection, nanos);
          return;
        }
      }
      longest = Math.max(longest, nanos);
    }

    void print() {
      System.out.printf(
          "| %s | %,d | %,d | %,d | %,d | %,d |%n",
          name, steps, longestCpu / 1000, slowSteps, longest / 1000, longestWithCollection / 1000);
    }
  }
}
