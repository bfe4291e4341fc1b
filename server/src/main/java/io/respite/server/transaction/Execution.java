package io.respite.server.transaction;

import io.respite.server.command.AtomicEffects;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.command.Unfinished;
import io.respite.server.keyspace.Keyspace;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * An EXEC in the middle: it stops where one of its requests, a script, takes too long, and goes on
 * with that one first.
 */
final class Execution implements Unfinished {
  private final Dispatcher dispatcher;
  private final Keyspace keyspace;
  private final Session session;
  private final Iterator<Transaction.Queued> queue;
  private final int size;
  private final boolean mayContinueLater;
  private final AtomicEffects held;
  private boolean begun;
  private byte[] moved = {};
  private Unfinished inner;

  Execution(
      Dispatcher dispatcher,
      Keyspace keyspace,
      Session session,
      List<Transaction.Queued> queue,
      boolean mayContinueLater) {
    this.dispatcher = dispatcher;
    this.keyspace = keyspace;
    this.session = session;
    this.queue = queue.iterator();
    this.size = queue.size();
    this.mayContinueLater = mayContinueLater;
    this.held = AtomicEffects.hold(keyspace);
    keyspace.beginAtomic();
  }

  @Override
  public boolean goOn(Reply reply) {
    boolean done = false;
    boolean left = false;
    try {
      reply.raw(moved, 0, moved.length);
      moved = new byte[0];
      if (!begun) {
        begun = true;
        reply.array(size);
      }
      done = executeRest(reply);
      left = !done;
    } finally {
      if (!left) {
        keyspace.endAtomic();
        if (held != null) {
          held.release(keyspace);
        }
      }
    }
    return done;
  }

  private boolean executeRest(Reply reply) {
    if (inner != null && !inner.goOn(reply)) {
      return false;
    }
    inner = null;
    while (queue.hasNext()) {
      Transaction.Queued next = queue.next();
      inner =
          dispatcher.execute(
              session,
              next.command(),
              next.arguments(),
              reply,
              mayContinueLater,
              Dispatcher.Origin.CLIENT);
      if (inner != null) {
        return false;
      }
    }
    return true;
  }

  /** Takes back what has been written of the reply, for another one. */
  void moveReply(Reply reply, int start) {
    moved = Arrays.copyOfRange(reply.buffer(), start, reply.size());
    reply.truncate(start);
  }
}
