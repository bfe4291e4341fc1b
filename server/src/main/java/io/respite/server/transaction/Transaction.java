package io.respite.server.transaction;

import io.respite.server.command.Arguments;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import java.util.ArrayList;
import java.util.List;

/** One session's transaction: what it has queued, what it watches, and what went wrong. */
final class Transaction {
  /** Most bytes of arguments that one transaction queues. */
  static final long MAX_QUEUED_BYTES = 1L << 30;

  /** What is counted for a queued request beyond its arguments' bytes. */
  private static final int REQUEST_BYTES = 96;

  /** A request that waits for EXEC. */
  record Queued(Command command, Arguments arguments) {}

  private final List<Queued> queue = new ArrayList<>();
  private final List<WatchedKey> watched = new ArrayList<>();
  private boolean open;
  private boolean spoilt;
  private boolean outdated;
  private long queuedBytes;

  /** Whether MULTI was called and neither EXEC nor DISCARD since. */
  boolean open() {
    return open;
  }

  void begin() {
    open = true;
  }

  /** Adds a request. */
  void queue(Command command, Arguments arguments) {
    long bytes = REQUEST_BYTES;
    for (int i = 0; i < arguments.count(); i++) {
      bytes += arguments.length(i) + 8L;
    }
    if (queuedBytes + bytes > MAX_QUEUED_BYTES) {
      throw new CommandError(
          "ERR the transaction would queue more than " + MAX_QUEUED_BYTES + " bytes");
    }
    queuedBytes += bytes;
    queue.add(new Queued(command, arguments.copy()));
  }

  List<Queued> queue() {
    return queue;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  /** Says that a request was refused while queuing: EXEC will refuse as a whole. */
  void spoil() {
    spoilt = true;
  }

  boolean spoilt() {
    return spoilt;
  }

  /** Says that a watched key has changed: EXEC will do nothing. */
  void outdate() {
    outdated = true;
  }

  /** Says that nothing is watched any more, so nothing can be outdated. */
  void upToDate() {
    outdated = false;
  }

  boolean outdated() {
    return outdated;
  }

  List<WatchedKey> watched() {
    return watched;
  }

  /** Forgets everything; the caller has seen to the watched keys. */
  void reset() {
    queue.clear();
    watched.clear();
    open = false;
    spoilt = false;
    outdated = false;
    queuedBytes = 0;
  }
}
