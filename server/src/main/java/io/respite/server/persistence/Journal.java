package io.respite.server.persistence;

import io.respite.server.aof.AofEncoder;
import io.respite.server.encoding.Pieces;
import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Effects;
import io.respite.server.log.ServerLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The append-only file while the engine runs: takes effects, writes them, and makes them durable as
 * {@code appendfsync} says.
 *
 * <pre>
 *   command ──append──▶ encoder ──take──▶ batches ──write──▶ file ──force──▶ disk
 *   (baton held)        (monitor)         (lock "writing")
 *                    appended          taken             written          durable      offsets
 * </pre>
 *
 * Who executes commands only encodes; nobody holds the baton while the disk is waited for. Replies
 * leave after {@link #commit}: at the end of an event loop's turn, and of an embedded caller's
 * operation. With {@code always} a commit ends when all that was appended before it is durable, and
 * whoever waits for the lock while another forces finds its own part done already: one call of
 * force serves all of a turn, and all threads that came meanwhile. With {@code everysec} and {@code
 * no} a commit writes and does not force; a thread of the journal's own forces once a second. While
 * it does, writes are put off, up to two seconds, because many file systems let them wait for it.
 *
 * <p><b>What fails.</b> With {@code always} the process ends at the first error: nothing may be
 * acknowledged that is not on disk. Otherwise the batch stays and is tried again, and clients'
 * writes are refused meanwhile. After a call of force that failed nothing is known of what was
 * written before, and a second call that succeeds proves nothing: only a rewritten journal ends
 * that state.
 *
 * <p><b>Changing files.</b> {@link #continueIn} names another file for what is appended from then
 * on. What was appended before goes to the old one, which is forced before a byte is written to the
 * new one: so a file that is not the last is never torn.
 *
 * <p>Invariants: durable <= written <= appended; batches are written in the order in which they
 * were appended; a file ends behind a whole batch.
 */
final class Journal implements Effects {
  /** How long a write is put off for the sake of a call of force that is under way. */
  private static final long LONGEST_DELAY_NANOS = 2_000_000_000L;

  private static final long FORCE_NANOS = 1_000_000_000L;
  private static final long LOG_NANOS = 30_000_000_000L;

  /** How often the journal's thread looks for what nobody commits: embedded callers' effects. */
  private static final long LOOK_NANOS = 10_000_000L;

  private static final long IDLE_LOOK_NANOS = 100_000_000L;

  /** Bytes after which an embedded caller writes himself. */
  private static final long LARGEST_BACKLOG = 1 << 20;

  /** When what is appended is made durable. */
  enum Policy {
    ALWAYS,
    EVERYSEC,
    NO
  }

  /** What has been appended to one file and not yet written. */
  private record Batch(JournalFile file, ByteBuffer bytes, long end) {}

  private final Clock clock;
  private final ServerLog log;
  private final Object monitor = new Object();
  private final ReentrantLock writing = new ReentrantLock();
  private Consumer<String> fatal = message -> {};
  private Runnable durableListener = () -> {};
  private BooleanSupplier background = () -> false;
  private volatile boolean sparesDisk;

  private volatile Policy policy = Policy.EVERYSEC;
  private volatile boolean timestamps;
  private volatile boolean checksums;
  private volatile boolean open;
  private volatile boolean closed;
  private volatile Thread thread;

  // By the monitor.
  private final AofEncoder encoder = new AofEncoder();

  /** An array for the encoder that has been written out; null when it has it. */
  private byte[] spare;

  private JournalFile appending;
  private int database = -1;

  /** Of files before the one that is appended to. */
  private final Deque<Batch> handed = new ArrayDeque<>();

  private long lastTimestamp;
  private volatile long appended;

  // By the lock.
  private final Deque<Batch> unwritten = new ArrayDeque<>();
  private JournalFile file;

  /** Files that are of no use any more; who forces them may not have come back yet. */
  private final Deque<JournalFile> retired = new ArrayDeque<>();

  private long delayedSince;
  private long delays;

  private volatile long written;
  private volatile long durable;
  private volatile boolean forcing;
  private volatile String writeError;
  private volatile String forceError;
  private volatile boolean broken;
  private long lastForceNanos;
  private long lastLogNanos;

  Journal(Clock clock, ServerLog log) {
    this.clock = clock;
    this.log = log;
    this.lastLogNanos = clock.nanos() - LOG_NANOS;
  }

  // ---- settings

  void policy(String name) {
    policy = Policy.valueOf(name.toUpperCase(java.util.Locale.ROOT));
  }

  void timestamps(boolean on) {
    timestamps = on;
  }

  /** Sets whether records have checksums, in files begun from now on. */
  void checksums(boolean on) {
    checksums = on;
  }

  /** Sets whether nothing is forced while a background task writes. */
  void sparesDisk(boolean yes) {
    sparesDisk = yes;
  }

  /** Sets who knows whether a background task writes. */
  void background(BooleanSupplier writes) {
    background = writes;
  }

  /** Sets what ends the process, or the engine's use. */
  void onFatal(Consumer<String> action) {
    fatal = action;
  }

  /** Sets who hears, without the baton, that more has become durable. */
  void onDurable(Runnable listener) {
    durableListener = listener;
  }

  // ---- files

  /**
   * Begins to append to a file, or goes on in another. By the baton's holder, between two commands.
   *
   * @param next open
   * @param resumed what to make of the file's records so far, or null for a file that is new
   */
  void continueIn(JournalFile next, Consumer<AofEncoder> resumed) {
    synchronized (monitor) {
      if (appending != null && encoder.size() > 0) {
        // Taken by whoever writes next, before the lock's holder sees the new file.
        handed.add(take());
      }
      appending = next;
      next.beginsAt(appended);
      database = -1;
      lastTimestamp = 0;
      if (resumed == null) {
        encoder.begin(checksums);
      } else {
        resumed.accept(encoder);
      }
      appended += encoder.size();
    }
    open = true;
    if (thread == null) {
      Thread worker = new Thread(this::look, "respite-journal");
      worker.setDaemon(true);
      worker.setContextClassLoader(null);
      thread = worker;
      worker.start();
    }
  }

  /**
   * What was appended before a file was begun is durable elsewhere from now on, as the base of a
   * rewritten journal: it need not be written any more, and what went wrong with it is over. Any
   * thread, without the baton.
   *
   * @param current begun by {@link #continueIn}; does nothing unless what is appended goes there
   */
  void supersede(JournalFile current) {
    writing.lock();
    try {
      synchronized (monitor) {
        if (appending != current) {
          return;
        }
      }
      gather();
      while (!unwritten.isEmpty() && unwritten.peek().file != current) {
        unwritten.poll().file.obsolete();
      }
      if (file != null && file != current) {
        file.obsolete();
        retired.add(file);
        file = current;
      }
      written = Math.max(written, current.from());
      durable = Math.max(durable, current.from());
      forceError = null;
      writeError = null;
    } finally {
      writing.unlock();
    }
    durableListener.run();
  }

  private Batch take() {
    int size = encoder.size();
    ByteBuffer bytes = ByteBuffer.wrap(encoder.take(spare), 0, size);
    Batch batch = new Batch(appending, bytes, appended);
    spare = null;
    return batch;
  }

  /**
   * Ends the journal: writes and forces what is left, and closes the file.
   *
   * @throws IOException when that fails
   */
  void close() throws IOException {
    open = false;
    writing.lock();
    try {
      gather();
      if (!broken) {
        while (!write()) {
          file.force();
          nextFile();
        }
        if (file != null) {
          file.force();
        }
        durable = written;
      }
    } finally {
      forgetFiles();
      writing.unlock();
    }
  }

  /**
   * Lets the files go, and what could not be written: behind what may be missing nothing is
   * appended, and a journal that is begun later has files of its own, perhaps of the same names.
   */
  private void forgetFiles() throws IOException {
    unwritten.clear();
    synchronized (monitor) {
      handed.clear();
      encoder.clear();
      appending = null;
    }
    if (!broken) {
      writeError = null;
      forceError = null;
    }
    closeRetired();
    if (file != null) {
      file.obsolete();
      nextFile();
    }
  }

  /** Ends the journal's thread. */
  void end() {
    closed = true;
    LockSupport.unpark(thread);
  }

  // ---- appending

  @Override
  public boolean active() {
    return open;
  }

  @Override
  public void append(int number, byte[]... command) {
    synchronized (monitor) {
      // Null when it was switched off within a transaction, of which this is the effect.
      if (appending != null) {
        int before = encoder.size();
        preamble(number);
        encoder.command(command);
        appended += encoder.size() - before;
      }
    }
  }

  @Override
  public void append(int number, Pieces command) {
    synchronized (monitor) {
      if (appending != null) {
        int before = encoder.size();
        preamble(number);
        encoder.command(command);
        appended += encoder.size() - before;
      }
    }
  }

  /** What has to stand before a command in this database. */
  private void preamble(int number) {
    if (timestamps) {
      timestamp();
    }
    if (number != database) {
      database = number;
      encoder.select(number);
    }
  }

  private void timestamp() {
    long second = clock.millis() / 1000;
    if (second > lastTimestamp) {
      lastTimestamp = second;
      encoder.timestamp(second);
    }
  }

  @Override
  public long offset() {
    return appended;
  }

  /** Up to where everything is durable; any thread may ask. */
  long durable() {
    return durable;
  }

  // ---- writing

  /**
   * Does what has to be done before anybody is told of what has been appended; any thread, without
   * the baton. An event loop calls it at the end of its turn.
   *
   * @return false when nothing may be told, because the journal has failed for good
   */
  boolean commit() {
    if (!open) {
      return !broken;
    }
    if (policy == Policy.ALWAYS) {
      commitDurably(appended);
    } else if (written < appended) {
      writeSoon();
    }
    return !broken;
  }

  /**
   * The same for an embedded caller, who writes nothing himself unless he has to: the journal's
   * thread comes by in some ten milliseconds.
   *
   * @throws IllegalStateException when the journal cannot be written
   */
  void commitEmbedded() {
    if (!open) {
      return;
    }
    if (policy == Policy.ALWAYS) {
      // What another thread has written it may not have forced yet.
      commitDurably(appended);
    } else if (written == appended) {
      return;
    } else if (appended - written > LARGEST_BACKLOG) {
      writeSoon();
    }
    if (broken || writeError != null) {
      throw new IllegalStateException("the append-only file cannot be written: " + problem());
    }
  }

  /**
   * Writes all that has been appended, whatever the policy.
   *
   * @throws IOException when that fails
   */
  void flush() throws IOException {
    writing.lock();
    try {
      gather();
      while (!write()) {
        file.force();
        nextFile();
      }
    } finally {
      writing.unlock();
    }
  }

  private void commitDurably(long upTo) {
    if (durable >= upTo || broken) {
      return;
    }
    writing.lock();
    try {
      if (durable >= upTo || broken || !open) {
        return;
      }
      gather();
      writeDurably();
    } catch (IOException failed) {
      broken = true;
      writeError = RdbSaving.reason(failed);
      log.warning("Error writing to the AOF file: " + writeError);
      fatal.accept(
          "Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...");
    } finally {
      writing.unlock();
    }
    durableListener.run();
  }

  private void writeDurably() throws IOException {
    while (!write()) {
      // Behind a file's last batch: then the next one's, and there may be several by now.
      force();
      if (broken) {
        return;
      }
      nextFile();
    }
    if (!sparesDisk || !background.getAsBoolean()) {
      force();
    }
  }

  private void force() {
    long end = written;
    try {
      file.force();
      durable = end;
    } catch (IOException failed) {
      broken = true;
      forceError = RdbSaving.reason(failed);
      fatal.accept(
          "Can't persist AOF for fsync error when the AOF fsync policy is 'always': "
              + forceError
              + ". Exiting...");
    }
  }

  private void writeSoon() {
    writing.lock();
    try {
      if (forcing) {
        long now = clock.nanos();
        if (delayedSince == 0) {
          delayedSince = now;
        }
        if (now - delayedSince < LONGEST_DELAY_NANOS) {
          return;
        }
        delays++;
        log.notice(
            "Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer"
                + " without waiting for fsync to complete, this may slow down the server.");
      }
      delayedSince = 0;
      writeOrSay();
    } finally {
      writing.unlock();
    }
  }

  /** Writes what there is up to the end of a file; by the lock's holder. */
  private void writeOrSay() {
    gather();
    try {
      write();
      if (writeError != null && forceError == null) {
        log.warning("AOF write error looks solved. The server can write again.");
        writeError = null;
      }
    } catch (IOException failed) {
      writeError = RdbSaving.reason(failed);
      long now = clock.nanos();
      if (now - lastLogNanos >= LOG_NANOS) {
        lastLogNanos = now;
        log.warning("Error writing to the AOF file: " + writeError);
      }
    }
  }

  /** Takes what has been appended; by the lock's holder. */
  private void gather() {
    synchronized (monitor) {
      unwritten.addAll(handed);
      handed.clear();
      if (encoder.size() > 0) {
        unwritten.add(take());
      }
    }
  }

  /** Keeps an array that has been written, for what is appended next. */
  private void reuse(ByteBuffer bytes) {
    byte[] array = bytes.array();
    if (bytes.arrayOffset() == 0 && AofEncoder.isKept(array)) {
      synchronized (monitor) {
        spare = array;
      }
    }
  }

  /**
   * Writes batches, first to last, up to the end of the file that is being written.
   *
   * @return false when there is more, for another file; the one before has to be forced first
   */
  private boolean write() throws IOException {
    for (Batch batch = unwritten.peek(); batch != null; batch = unwritten.peek()) {
      if (file == null) {
        file = batch.file;
      }
      if (batch.file != file) {
        if (!file.isObsolete()) {
          return false;
        }
        retired.add(file);
        file = batch.file;
      }
      batch.bytes.rewind();
      file.write(batch.bytes);
      written = batch.end;
      unwritten.poll();
      reuse(batch.bytes);
    }
    return true;
  }

  private void nextFile() throws IOException {
    JournalFile before = file;
    file = null;
    before.close();
  }

  // ---- the journal's thread

  private void look() {
    while (!closed) {
      boolean busy = written < appended;
      LockSupport.parkNanos(this, busy ? LOOK_NANOS : IDLE_LOOK_NANOS);
      if (!open) {
        continue;
      }
      if (policy == Policy.ALWAYS) {
        commit();
      } else {
        writeBeside();
      }
    }
  }

  private void writeBeside() {
    boolean boundary;
    writing.lock();
    try {
      closeRetired();
      writeOrSay();
      boundary = problem() == null && !unwritten.isEmpty() && unwritten.peek().file != file;
    } finally {
      writing.unlock();
    }
    boolean due =
        policy == Policy.EVERYSEC
            && clock.nanos() - lastForceNanos >= FORCE_NANOS
            && !(sparesDisk && background.getAsBoolean());
    if (boundary) {
      // Whatever the policy: what follows is not to be on disk without what is in this file.
      JournalFile forced = forceBeside();
      if (forced != null) {
        goOnBehind(forced);
      }
    } else if (due) {
      forceBeside();
    }
  }

  private void goOnBehind(JournalFile forced) {
    writing.lock();
    try {
      // With another policy by now, somebody else may have been here.
      if (file == forced) {
        nextFile();
        writeOrSay();
      }
    } catch (IOException failed) {
      log.warning("Error closing the AOF file: " + RdbSaving.reason(failed));
    } finally {
      writing.unlock();
    }
  }

  /** Forces while others write, which they put off; which file, or null if that failed. */
  private JournalFile forceBeside() {
    JournalFile target;
    long upTo;
    writing.lock();
    try {
      target = file;
      upTo = written;
      if (target == null || !open) {
        return null;
      }
      if (upTo == durable) {
        return target;
      }
      forcing = true;
    } finally {
      writing.unlock();
    }
    lastForceNanos = clock.nanos();
    try {
      target.force();
      // Files change in this thread only, or under ALWAYS. And what a call of force has failed to
      // write, the next one does not write either, though it succeeds.
      if (forceError == null) {
        durable = Math.max(durable, upTo);
      }
    } catch (IOException failed) {
      distrust(target, RdbSaving.reason(failed));
      return null;
    } finally {
      forcing = false;
    }
    durableListener.run();
    return target;
  }

  /** Notes that a file cannot be forced, if that matters to anybody still. */
  private void distrust(JournalFile target, String reason) {
    writing.lock();
    try {
      if (target.isObsolete()) {
        return;
      }
      forceError = reason;
      writeError = reason;
    } finally {
      writing.unlock();
    }
    log.warning("Fail to fsync the AOF file: " + reason);
  }

  private void closeRetired() {
    for (JournalFile old = retired.poll(); old != null; old = retired.poll()) {
      try {
        old.close();
      } catch (IOException failed) {
        log.warning("Error closing the AOF file: " + RdbSaving.reason(failed));
      }
    }
  }

  // ---- figures and states

  /** Whether {@link #commit} waits for the disk: there is something that it has to force. */
  boolean waitsForDisk() {
    return policy == Policy.ALWAYS && durable < appended;
  }

  /** Whether the journal is kept. */
  boolean isOpen() {
    return open;
  }

  /** Why nothing may be written at the moment, or null. */
  String problem() {
    String reason = writeError;
    return reason != null ? reason : forceError;
  }

  /** Whether what was written before is not to be trusted: only another journal is. */
  boolean needsRewriting() {
    return forceError != null;
  }

  /** How often a write waited for a call of force, after having been put off. */
  long delays() {
    return delays;
  }

  /** Bytes that wait to be written. */
  int bufferedBytes() {
    synchronized (monitor) {
      return encoder.size();
    }
  }

  boolean isForcing() {
    return forcing;
  }
}
