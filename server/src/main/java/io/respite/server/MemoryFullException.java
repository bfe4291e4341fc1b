package io.respite.server;

/** There is no memory left for what is to be written, and nothing may be evicted to make room. */
public final class MemoryFullException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  MemoryFullException(String message) {
    super(message);
  }
}
