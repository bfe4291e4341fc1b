package io.respite.rigs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.Predicate;

/** A socket that sends and receives bytes as they are; texts hold one byte per char. */
public final class RawClient implements AutoCloseable {
  /** What {@link #receive} appends when the server has closed the connection. */
  public static final String CLOSED = "<closed>";

  private final Socket socket;

  /** A connection to this port of the loopback interface. */
  public RawClient(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Sends; a connection that the server has closed already is no error. */
  public RawClient send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException closedByServer) {
      // The answer says so.
      return this;
    }
    return this;
  }

  /** Waits for exactly as many bytes as {@code expected} has, and for the close it may end with. */
  public String receive(String expected) {
    boolean close = expected.endsWith(CLOSED);
    int bytes = expected.length() - (close ? CLOSED.length() : 0);
    return read(
        sofar -> close || sofar.size() < bytes ? Wait.FOR_MORE : Wait.NO_LONGER,
        sofar -> sofar.size() < bytes);
  }

  /** Everything that comes until nothing comes for a while; nothing is an answer too. */
  public String receiveAll() {
    return read(sofar -> Wait.WHETHER_MORE, sofar -> false);
  }

  /** Sends a line and answers what comes: a reply at least, each of them whole. */
  public String ask(String line) {
    send(line + "\r\n");
    return read(
        sofar -> areReplies(sofar.toByteArray()) ? Wait.WHETHER_MORE : Wait.FOR_MORE,
        sofar -> !areReplies(sofar.toByteArray()));
  }

  /** How long a read waits for bytes, given those that are there. */
  private enum Wait {
    FOR_MORE(10_000),
    WHETHER_MORE(150),
    NO_LONGER(0);

    final int millis;

    Wait(int millis) {
      this.millis = millis;
    }
  }

  private String read(
      Function<ByteArrayOutputStream, Wait> waits, Predicate<ByteArrayOutputStream> tooLittle) {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      byte[] buffer = new byte[1 << 16];
      for (Wait wait = waits.apply(received);
          wait != Wait.NO_LONGER;
          wait = waits.apply(received)) {
        socket.setSoTimeout(wait.millis);
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          return received.toString(StandardCharsets.ISO_8859_1) + CLOSED;
        }
        received.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException quiet) {
      if (tooLittle.test(received)) {
        return received.toString(StandardCharsets.ISO_8859_1) + "<nothing more>";
      }
    } catch (IOException reset) {
      return received.toString(StandardCharsets.ISO_8859_1) + CLOSED;
    }
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  private static boolean areReplies(byte[] received) {
    ByteArrayInputStream in = new ByteArrayInputStream(received);
    try {
      do {
        Resp.read(in);
      } while (in.available() > 0);
      return true;
    } catch (IOException cutOff) {
      // The rest is on its way.
      return false;
    }
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
