package io.respite.server.environment;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * A TCP connection whose every step ends in time. A {@code java.net.Socket} has a timeout for
 * reading alone; its writes wait for as long as the peer does not read.
 */
final class SocketStream implements Dialer.Stream {
  private final SocketChannel channel;
  private final Selector selector;
  private final int timeoutMillis;

  private SocketStream(SocketChannel channel, Selector selector, int timeoutMillis) {
    this.channel = channel;
    this.selector = selector;
    this.timeoutMillis = timeoutMillis;
  }

  static Dialer.Stream open(String host, int port, int timeoutMillis) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new UnknownHostException(host);
    }
    SocketStream stream = new SocketStream(SocketChannel.open(), Selector.open(), timeoutMillis);
    try {
      stream.connect(address);
      return stream;
    } catch (IOException failed) {
      stream.close();
      throw failed;
    }
  }

  private void connect(InetSocketAddress address) throws IOException {
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
    long deadline = deadline();
    if (!channel.connect(address)) {
      do {
        await(key, SelectionKey.OP_CONNECT, deadline);
      } while (!channel.finishConnect());
    }
  }

  private long deadline() {
    return Clock.system().nanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  private void await(SelectionKey key, int operation, long deadline) throws IOException {
    key.interestOps(operation);
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - Clock.system().nanos());
    // Zero would wait for ever.
    if (left <= 0 || selector.select(left) == 0) {
      throw new SocketTimeoutException("no progress within " + timeoutMillis + " ms");
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    long deadline = deadline();
    while (left.hasRemaining()) {
      if (channel.write(left) == 0) {
        await(channel.keyFor(selector), SelectionKey.OP_WRITE, deadline);
      }
    }
  }

  @Override
  public int read(byte[] into) throws IOException {
    ByteBuffer room = ByteBuffer.wrap(into);
    long deadline = deadline();
    int count = channel.read(room);
    while (count == 0) {
      await(channel.keyFor(selector), SelectionKey.OP_READ, deadline);
      count = channel.read(room);
    }
    if (count < 0) {
      throw new EOFException("the peer has closed the connection");
    }
    return count;
  }

  @Override
  public void close() {
    closeQuietly(selector);
    closeQuietly(channel);
  }

  /** Whatever a close may still report, nothing that was promised depends on it. */
  private static void closeQuietly(java.io.Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException alreadyBroken) {
      // The stream is given up in any case.
      return;
    }
  }
}
