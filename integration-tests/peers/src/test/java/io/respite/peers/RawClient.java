package io.respite.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A socket that sends and receives bytes as they are; texts hold one byte per char. */
final class RawClient implements AutoCloseable {
  /** What {@link #receive} appends when the server has closed the connection. */
  static final String CLOSED = "<closed>";

  private static final int QUIET_MILLIS = 150;
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;

  RawClient(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Sends; a connection that the server has closed already is no error. */
  RawClient send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException closedByServer) {
      // The answer says so.
      return this;
    }
    return this;
  }

  /** Waits for exactly as many bytes as {@code expected} has, and for the close it may end with. */
  String receive(String expected) {
    boolean close = expected.endsWith(CLOSED);
    int bytes = expected.length() - (close ? CLOSED.length() : 0);
    return read(bytes, close ? Integer.MAX_VALUE : bytes, PATIENCE_MILLIS);
  }

  /** Everything that comes until nothing comes for a while. */
  String receiveAll() {
    return read(Integer.MAX_VALUE, Integer.MAX_VALUE, QUIET_MILLIS);
  }

  private String read(int enough, int most, int timeoutMillis) {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      socket.setSoTimeout(timeoutMillis);
      byte[] buffer = new byte[1 << 16];
      while (received.size() < most) {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          return received.toString(StandardCharsets.ISO_8859_1) + CLOSED;
        }
        received.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException quiet) {
      if (received.size() < enough && enough != Integer.MAX_VALUE) {
        return received.toString(StandardCharsets.ISO_8859_1) + "<nothing more>";
      }
    } catch (IOException reset) {
      return received.toString(StandardCharsets.ISO_8859_1) + CLOSED;
    }
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  /** Sends a line and answers what comes. */
  String ask(String line) {
    return send(line + "\r\n").receiveAll();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
