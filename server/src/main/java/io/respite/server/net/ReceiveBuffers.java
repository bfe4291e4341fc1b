package io.respite.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The buffer that the event loop reads into: one for all connections, because what was read has
 * been copied or executed before the next read begins. Pooled buffers of this size lie beyond the
 * pool's cache for a thread, so taking one for each read is a search under a lock.
 *
 * <p><b>Invariant:</b> the buffer is handed out only while nobody else has a claim on it. A handler
 * that keeps what it was given, as TLS does with half a record, makes the next read take another
 * buffer from the pool.
 *
 * <p>Used by one event loop's thread alone, and released by whoever has ended that.
 */
final class ReceiveBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  private final int bytes;
  private ByteBuf shared;

  /** Buffers of this many bytes; one read from a connection, then the next one has its turn. */
  ReceiveBuffers(int bytes) {
    super(1);
    this.bytes = bytes;
  }

  @Override
  @SuppressWarnings("deprecation") // the interface's only way; Netty itself has no other yet
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return bytes;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator pool) {
        return next(pool);
      }
    };
  }

  private ByteBuf next(ByteBufAllocator pool) {
    if (shared == null) {
      shared = pool.ioBuffer(bytes, bytes);
    }
    return shared.refCnt() == 1 ? shared.clear().retain() : pool.ioBuffer(bytes, bytes);
  }

  void release() {
    if (shared != null) {
      shared.release();
      shared = null;
    }
  }
}
