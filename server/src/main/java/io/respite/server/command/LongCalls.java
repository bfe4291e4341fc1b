package io.respite.server.command;

import io.respite.server.keyspace.Baton;
import io.respite.server.keyspace.Keyspace;

/**
 * Requests that take so long that their connection's event loop must not wait for them: it has
 * other clients to serve, if only with the news that the engine is busy, or with the command that
 * ends the long one. There is at most one at a time, because the engine is occupied meanwhile.
 *
 * <pre>
 *   event loop   ── handler ─┐ continueLater      PING: busy   SCRIPT KILL: ok
 *                            ▼                      ▲            ▲
 *   own thread               goOn ─ pass the baton ─┴─ goOn ─────┴─ goOn: done ── reply, resume
 * </pre>
 */
final class LongCalls {
  private final Keyspace keyspace;
  private final Dispatcher dispatcher;

  LongCalls(Keyspace keyspace, Dispatcher dispatcher) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
  }

  /** Lets a call's request go on in a thread of its own; its session waits for the reply. */
  void begin(Call call, Unfinished work, long beganNanos) {
    Session session = call.session();
    session.waiting(true);
    Command command = call.command();
    Arguments request = call.arguments().copy();
    boolean silent = session.replies() != Session.Replies.ON;
    Thread thread =
        new Thread(
            () -> run(session, command, request, work, beganNanos, silent), "respite-long-call");
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
  }

  private void run(
      Session session,
      Command command,
      Arguments request,
      Unfinished work,
      long beganNanos,
      boolean silent) {
    Baton baton = keyspace.baton();
    Reply reply = new Reply();
    reply.protocol(session.protocol());
    boolean done = false;
    while (!done) {
      baton.takeOccupied();
      try {
        done = dispatcher.goOn(request, work, reply);
        if (done) {
          dispatcher.ended(session, command, request, reply, beganNanos);
        }
      } finally {
        baton.pass();
      }
      if (!done) {
        baton.letOthers();
      }
    }
    // Not with the baton: a reply may be huge, and is copied.
    if (!silent) {
      session.connection().send(reply.buffer(), 0, reply.size());
    }
    session.waiting(false);
    session.connection().resume();
  }
}
