package io.respite.server.net;

/** What a request may take; one object for all parsers of a server, changed by CONFIG SET. */
public final class ParserLimits {
  /** Longest line: an inline request, or a header of a request. Fixed, as in Redis. */
  static final int LONGEST_LINE = 64 << 10;

  /** Most arguments before authentication. */
  static final int UNAUTHENTICATED_ARGUMENTS = 10;

  /** Longest argument before authentication. */
  static final int UNAUTHENTICATED_BULK = 16384;

  /** {@code proto-max-bulk-len}. */
  volatile long longestBulk = 512L << 20;
}
