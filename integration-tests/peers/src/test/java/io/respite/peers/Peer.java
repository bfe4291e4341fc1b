package io.respite.peers;

import io.respite.rigs.Resp;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;

/** One server's end of a connection, which sends requests and reads replies. */
final class Peer implements AutoCloseable {
  /** Stands for a reply that did not come in time. */
  static final Resp SILENT = new Resp('!', "no answer", List.of());

  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;
  private final InputStream in;

  Peer(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  int port() {
    return socket.getPort();
  }

  void send(List<Request> requests) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    requests.forEach(request -> request.writeTo(out));
    socket.getOutputStream().write(out.toByteArray());
  }

  Resp receive() throws IOException {
    try {
      return Resp.read(in);
    } catch (SocketTimeoutException silent) {
      return SILENT;
    }
  }

  Resp ask(String... words) throws IOException {
    send(List.of(new Request(words[0], List.of(words))));
    return receive();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
