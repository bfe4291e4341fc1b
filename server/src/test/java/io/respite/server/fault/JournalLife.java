package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * What an engine with a journal goes through between two power cuts: the states that it has, a step
 * apart, and which of them it has acknowledged. States are compared by DEBUG DIGEST.
 */
final class JournalLife {
  /** What an engine without keys answers to DEBUG DIGEST. */
  private static final String EMPTY = "+" + "0".repeat(40) + "\r\n";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int STEPS = 40;
  private static final int KEYS = 6;

  /** A disk with troubles refuses one in so many operations. */
  private static final int REFUSED = 15;

  /** What a disk refuses. */
  enum Disk {
    /** Nothing. */
    GOOD,
    /** To take more, after a part of it. */
    FULL,
    /** That too, and to keep what it has taken. */
    BROKEN
  }

  /**
   * How an engine is run.
   *
   * @param fsync the policy
   * @param checksums whether records have them
   * @param commands whether a rewrite writes commands instead of an RDB file
   * @param disk what it refuses now and then
   */
  record Setting(String fsync, boolean checksums, boolean commands, Disk disk) {
    private Engine open(CrashStorage storage, ManualClock clock) {
      return Samples.engine(
          storage,
          clock,
          "appendonly",
          "yes",
          "appendfsync",
          fsync,
          "aof-checksum-enabled",
          checksums ? "yes" : "no",
          "aof-use-rdb-preamble",
          commands ? "no" : "yes",
          "auto-aof-rewrite-percentage",
          "0");
    }
  }

  private final Setting setting;
  private final CrashStorage storage;
  private final SplittableRandom random;
  private final ManualClock clock = new ManualClock();
  private final List<String> steps = new ArrayList<>();

  /** The states; the first is the one it was opened with. */
  private List<String> digests = new ArrayList<>();

  /** The earliest of them that may be left. */
  private int acknowledged;

  /** Whether the journal is on, and what is acknowledged is in it. */
  private boolean kept = true;

  /** Whether the last step's reply says that everything so far is durable. */
  private boolean promised;

  private JournalLife(Setting setting, CrashStorage storage, SplittableRandom random) {
    this.setting = setting;
    this.storage = storage;
    this.random = random;
  }

  /**
   * Opens an engine and works with it until the machine stops, or for some steps.
   *
   * @param before what was there before the last power cut; null on a new storage
   * @param refusable whether what is left may be refused
   * @return null when it was refused
   */
  static JournalLife run(
      Setting setting,
      CrashStorage storage,
      SplittableRandom random,
      JournalLife before,
      boolean refusable) {
    JournalLife life = new JournalLife(setting, storage, random);
    try (Engine engine = setting.open(storage, life.clock)) {
      KeyTraffic client = new KeyTraffic(engine);
      String digest = client.digest();
      if (before != null) {
        before.judge(digest, storage);
      }
      life.digests.add(digest);
      if (setting.disk != Disk.GOOD) {
        SplittableRandom disk = random.split();
        storage.onOperation((operation, path, bytes) -> life.refuse(disk, operation, bytes));
      }
      for (int step = 0; step < STEPS && !storage.isStopped(); step++) {
        life.step(client);
      }
    } catch (UncheckedIOException notOpened) {
      assertThat(storage.isStopped() || refusable).as("%s", notOpened).isTrue();
      if (!storage.isStopped()) {
        return null;
      }
    }
    storage.onOperation((operation, path, bytes) -> {});
    if (life.digests.isEmpty()) {
      // It had nothing to say yet.
      life.digests =
          before == null
              ? List.of(EMPTY)
              : before.digests.subList(before.acknowledged, before.digests.size());
    }
    return life;
  }

  private void refuse(SplittableRandom disk, CrashStorage.Operation operation, long bytes)
      throws IOException {
    if (disk.nextInt(REFUSED) > 0) {
      return;
    }
    switch (operation) {
      case WRITE -> throw new CrashStorage.Full(bytes == 0 ? 0 : disk.nextInt((int) bytes));
      case FORCE, FORCE_DIRECTORY -> {
        if (setting.disk == Disk.BROKEN) {
          throw new IOException("Input/output error");
        }
      }
      case CREATE, RENAME -> throw new IOException("No space left on device");
      default -> {
        // Deleting and cutting need no room.
      }
    }
  }

  /** Opens what is left and looks at it; whether it was refused. */
  boolean isRefused(CrashStorage left, boolean refusable, String what) {
    try (Engine engine =
        new Setting("always", setting.checksums, setting.commands, Disk.GOOD)
            .open(left, new ManualClock())) {
      KeyTraffic client = new KeyTraffic(engine);
      judge(client.digest(), left);
      assertThat(client.line("SET after 1")).as(what).isEqualTo("+OK\r\n");
      return false;
    } catch (UncheckedIOException refused) {
      assertThat(refusable)
          .as(
              "%s, %s: %s; left is %s; it did %s and at last %s",
              setting, what, refused, left.names(), steps, storage.lastOperations())
          .isTrue();
      return true;
    } catch (AssertionError wrong) {
      throw new AssertionError(what, wrong);
    }
  }

  /** Whether a state is one that may be left. */
  private void judge(String digest, CrashStorage left) {
    assertThat(digests.lastIndexOf(digest))
        .as(
            "%s: state %s of those from %d to %d; left is %s; it did %s and at last %s",
            setting,
            digest,
            acknowledged,
            digests.size() - 1,
            left.names(),
            steps,
            storage.lastOperations())
        .isGreaterThanOrEqualTo(acknowledged);
  }

  // ---- what it does

  private void step(KeyTraffic client) {
    clock.advanceMillis(random.nextInt(400));
    promised = setting.fsync.equals("always");
    boolean good = act(client);
    steps.add(client.last());
    digests.add(client.digest());
    if (good && promised && kept && !storage.isStopped()) {
      acknowledged = digests.size() - 1;
    }
  }

  /** Whether it was answered without an error. */
  private boolean act(KeyTraffic client) {
    String key = "key" + random.nextInt(KEYS);
    int number = random.nextInt(1000);
    return switch (random.nextInt(19)) {
      case 0 -> good(client.line("SET " + key + "s " + "v".repeat(random.nextInt(3000)) + number));
      case 1 -> good(client.line("INCRBY " + key + "c " + number));
      case 2 -> good(client.line("RPUSH " + key + "l " + number + " a b"));
      case 3 -> good(client.line("LPOP " + key + "l"));
      case 4 -> good(client.line("HSET " + key + "h f" + number + " v g w w 1"));
      case 5 ->
          good(
              client.line(
                  random.nextBoolean()
                      ? "HDEL " + key + "h g"
                      : "HPEXPIREAT " + key + "h 4102444800000 FIELDS 1 w"));
      case 6 -> good(client.line("SADD " + key + "t " + number + " x y z"));
      case 7 -> good(client.line("SPOP " + key + "t"));
      case 8 -> good(client.line("ZADD " + key + "z " + number + " m" + number % 5));
      case 9 -> good(client.line("XADD " + key + "x * f " + number));
      case 10 -> good(client.line("PEXPIREAT " + key + "s 4102444800000"));
      case 11 -> transaction(client, key, number);
      case 12 -> good(client.line("DEL " + key + "s"));
      case 13 -> good(client.line(random.nextBoolean() ? "SAVE" : "BGSAVE"));
      case 14 -> good(client.line(random.nextInt(4) == 0 ? "FLUSHALL" : "GET none"));
      case 15 -> switched(client);
      case 16 -> awaited(client);
      default -> rewritten(client, random.nextBoolean());
    };
  }

  private static boolean good(String reply) {
    return !reply.startsWith("-");
  }

  /** Waits a little until WAITAOF says that all is durable. */
  private boolean awaited(KeyTraffic client) {
    String reply = client.line("WAITAOF 1 0 0");
    for (int i = 0; i < 40 && reply.startsWith("*2\r\n:0\r\n"); i++) {
      clock.advanceMillis(100);
      LockSupport.parkNanos(1_000_000);
      reply = client.line("WAITAOF 1 0 0");
    }
    promised = reply.startsWith("*2\r\n:1\r\n");
    return good(reply);
  }

  private static boolean transaction(KeyTraffic client, String key, int number) {
    client.line("MULTI");
    client.line("RPUSH " + key + "l " + number);
    client.line("SET " + key + "s " + number);
    client.line("INCR " + key + "c");
    return good(client.line("EXEC"));
  }

  /** The journal goes off or on; until its first rewrite is done nothing is kept. */
  private boolean switched(KeyTraffic client) {
    if (random.nextInt(3) > 0) {
      return good(client.line("GET none"));
    }
    if (kept) {
      kept = false;
      return good(client.line("CONFIG SET appendonly no"));
    }
    boolean good = good(client.line("CONFIG SET appendonly yes"));
    awaitRewritten(client);
    kept =
        good
            && !storage.isStopped()
            && client.line("INFO persistence").contains("\r\naof_last_bgrewrite_status:ok\r\n");
    return kept;
  }

  private boolean rewritten(KeyTraffic client, boolean waits) {
    boolean good = good(client.line("BGREWRITEAOF"));
    if (waits) {
      awaitRewritten(client);
    }
    return good;
  }

  private void awaitRewritten(KeyTraffic client) {
    Awaitility.await(setting + ": the end of a rewrite after " + steps)
        .pollInterval(Duration.ofMillis(1))
        .atMost(PATIENCE)
        .until(
            () -> {
              // What failed is tried again after a while.
              clock.advanceMillis(50);
              return storage.isStopped() || isOver(client.line("INFO persistence"));
            });
  }

  /** An engine that can keep nothing any more answers errors alone; one that fails waits long. */
  private static boolean isOver(String figures) {
    return !good(figures)
        || !figures.contains("\r\naof_rewrites_consecutive_failures:0\r\n")
        || (figures.contains("\r\naof_rewrite_in_progress:0\r\n")
            && figures.contains("\r\naof_rewrite_scheduled:0\r\n"));
  }
}
