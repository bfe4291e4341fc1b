package io.respite.server.lua.extension;

import java.util.function.LongConsumer;

/**
 * Adds up the work of a conversion, and tells of it in pieces that are worth telling: so a long
 * conversion can be interrupted, and a short one does not pay for it.
 */
final class Effort {
  private static final long PIECE = 20_000;

  private LongConsumer listener = units -> {};
  private long pending;

  /** Says who is told from now on, in units of about a nanosecond. */
  void start(LongConsumer newListener) {
    listener = newListener;
    pending = 0;
  }

  /** So much work has been done. */
  void add(long units) {
    pending += units;
    if (pending >= PIECE) {
      long piece = pending;
      pending = 0;
      listener.accept(piece);
    }
  }
}
