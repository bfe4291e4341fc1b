package io.respite.rigs;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection that asks and waits for the answer. */
public final class RespClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  /** A connection to this port of the loopback interface. */
  public RespClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  /** Sends bytes as they are. */
  public void send(byte[] requests) throws IOException {
    socket.getOutputStream().write(requests);
  }

  /** The next reply. */
  public Resp receive() throws IOException {
    return Resp.read(in);
  }

  /** Sends a request and answers the next reply. */
  public Resp ask(String... words) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, words);
    send(out.toByteArray());
    return receive();
  }

  /** Waits at most so long for the next reply. */
  public void patience(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  /** A request as bytes; its words have a byte a char. */
  public static void write(ByteArrayOutputStream out, String... words) {
    out.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    for (String word : words) {
      out.writeBytes(
          ("$" + word.length() + "\r\n" + word + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
