package io.respite.peers.fault;

import io.respite.rigs.Resp;
import io.respite.rigs.RespClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection that writes one numbered operation after the other, some at a time, and remembers
 * which were acknowledged, and when.
 *
 * <pre>
 *   n mod 5   0   SET k:n n          each its own key: nothing hides a loss
 *             1   RPUSH l n          order and repetition
 *             2   INCR c             repetition
 *             3   HSET h n n
 *             4   MULTI, RPUSH m n, RPUSH m n, EXEC     all or nothing
 * </pre>
 *
 * One thread writes; the figures may be read by others once it has ended, the counts at any time.
 */
final class Writer implements Runnable {
  private static final int KINDS = 5;

  /** Which command an operation is. */
  enum Kind {
    SET,
    PUSH,
    COUNT,
    FIELD,
    TRANSACTION
  }

  /** In front of the names of its keys. */
  final String prefix;

  private final RespClient client;
  private final int pipeline;
  private final String padding;
  private final BitSet refused = new BitSet();
  private long[] ackNanos = new long[1 << 12];
  private volatile int sent;
  private volatile int answered;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private volatile boolean stop;
  private volatile String refusal = "";

  /**
   * A writer on a connection, which it closes in the end.
   *
   * @param pipeline operations that are sent together
   * @param paddingBytes how much longer than its number a value of SET is
   */
  Writer(String prefix, RespClient client, int pipeline, int paddingBytes) {
    this.prefix = prefix;
    this.client = client;
    this.pipeline = pipeline;
    this.padding = paddingBytes == 0 ? "" : ":" + "x".repeat(paddingBytes);
  }

  static Kind kind(int number) {
    return Kind.values()[number % KINDS];
  }

  String value(int number) {
    return number + padding;
  }

  // ---- what it knows

  /** The operations sent are those from 1 to this. */
  int sent() {
    return sent;
  }

  /** How many were acknowledged. */
  int acknowledged() {
    return acknowledged.get();
  }

  boolean isAcknowledged(int number) {
    return number <= answered && !refused.get(number);
  }

  /** Whether an error was answered. */
  boolean isRefused(int number) {
    return refused.get(number);
  }

  /** When the acknowledgement came. */
  long ackNanos(int number) {
    return ackNanos[number];
  }

  /** The last error that was answered; empty when none was. */
  String refusal() {
    return refusal;
  }

  // ---- writing

  /** Lets it end after the replies to what was sent. */
  void stop() {
    stop = true;
  }

  @Override
  public void run() {
    try (client) {
      while (!stop) {
        int first = sent + 1;
        int last = sent + pipeline;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int number = first; number <= last; number++) {
          request(number, out);
        }
        // Counted before: a part of what cannot be sent whole may arrive.
        sent = last;
        client.send(out.toByteArray());
        for (int number = first; number <= last; number++) {
          reply(number);
        }
      }
    } catch (IOException serverIsGone) {
      // What was answered until now counts.
      return;
    }
  }

  private void request(int number, ByteArrayOutputStream out) {
    String n = Integer.toString(number);
    switch (kind(number)) {
      case SET -> RespClient.write(out, "SET", prefix + "k:" + n, value(number));
      case PUSH -> RespClient.write(out, "RPUSH", prefix + "l", n);
      case COUNT -> RespClient.write(out, "INCR", prefix + "c");
      case FIELD -> RespClient.write(out, "HSET", prefix + "h", n, n);
      case TRANSACTION -> {
        RespClient.write(out, "MULTI");
        RespClient.write(out, "RPUSH", prefix + "m", n);
        RespClient.write(out, "RPUSH", prefix + "m", n);
        RespClient.write(out, "EXEC");
      }
    }
  }

  private void reply(int number) throws IOException {
    Resp reply = client.receive();
    if (kind(number) == Kind.TRANSACTION) {
      for (int i = 0; i < 3; i++) {
        reply = client.receive();
      }
    }
    long now = System.nanoTime();
    if (number >= ackNanos.length) {
      ackNanos = Arrays.copyOf(ackNanos, 2 * ackNanos.length);
    }
    if (reply.isError() || reply.items().stream().anyMatch(Resp::isError)) {
      refused.set(number);
      refusal = reply.text();
    } else {
      ackNanos[number] = now;
      acknowledged.incrementAndGet();
    }
    answered = number;
  }
}
