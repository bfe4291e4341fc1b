package io.respite.jcache.store.remote.wire;

import io.respite.jcache.store.StoreException;

/**
 * A command, and what becomes of it. It belongs to one thread, which makes it, sends it and waits
 * for it; it is sent again, if ever, after it has been answered or has failed.
 *
 * @param <T> what it answers
 */
public final class Request<T> {
  private final Command command;
  private final byte[] key;
  private final byte[][] arguments;
  private final boolean changes;
  private final Answer<T> answer;

  /** Who has it, while it waits for a reply; null when what became of it is known here. */
  private Pending pending;

  private StoreException failure;

  /** The connection that brought the reply of one that was never pending. */
  private Object answeredBy;

  /**
   * A request.
   *
   * @param answer takes the reply
   * @param changes whether it may change something: it is never sent twice then
   * @param key decides where a cluster takes it; null when that does not matter
   * @param arguments all that follows the command's name, the key too if it does
   */
  public Request(
      Command command, Answer<T> answer, boolean changes, byte[] key, byte[]... arguments) {
    this.command = command;
    this.answer = answer;
    this.changes = changes;
    this.key = key;
    this.arguments = arguments;
  }

  public Command command() {
    return command;
  }

  /** What decides where a cluster takes it, or null. */
  public byte[] key() {
    return key;
  }

  /** How many arguments follow the command's name. */
  public int arguments() {
    return arguments.length;
  }

  public byte[] argument(int index) {
    return arguments[index];
  }

  /** Whether it may change something; else it may be asked twice, and of a replica. */
  public boolean changes() {
    return changes;
  }

  public Answer<T> answer() {
    return answer;
  }

  /** It has been handed over to somebody who will know what becomes of it. */
  public void handedOver(Pending to) {
    pending = to;
    failure = null;
  }

  /**
   * Its reply has come, and the answer has got it.
   *
   * @param connection which brought it
   */
  public void answered(Object connection) {
    pending = null;
    failure = null;
    answeredBy = connection;
  }

  /** Nothing will come of it. */
  public void failed(StoreException why) {
    pending = null;
    failure = why;
  }

  /**
   * Waits for its reply.
   *
   * @throws StoreException when there is none in time, or when it is an error
   */
  public T await() {
    if (pending != null) {
      pending.await();
    }
    if (failure != null) {
      throw failure;
    }
    return answer.value();
  }

  /** Whether it went on the same connection as another one that was sent together with it. */
  public boolean wentWith(Request<?> other) {
    if (pending == null || other.pending == null) {
      return pending == other.pending && answeredBy == other.answeredBy;
    }
    return pending.wentWith(other.pending);
  }

  /** Sends another one on the connection on which this one, which has been answered, was sent. */
  public void sendBehind(Request<?> next) {
    pending.sendBehind(next);
  }
}
