package io.respite.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.respite.rigs.Ports;
import io.respite.rigs.Resp;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Stands between a client and a server, passes requests on one by one, and does something between
 * two that were sent together.
 */
final class BetweenProxy implements AutoCloseable {
  /** What to do after the first of some commands has been executed. */
  private record Errand(Set<String> commands, Runnable task, CountDownLatch done) {}

  private final ServerSocket door;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Waits for its command. */
  private volatile Errand next;

  /** Its command is on the way. */
  private volatile Errand under;

  BetweenProxy(int target) {
    this.target = target;
    try {
      this.door = new ServerSocket();
      door.setReuseAddress(true);
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    daemon(this::letIn);
  }

  /** Where clients find the server. */
  String uri() {
    return "redis://127.0.0.1:" + door.getLocalPort() + "/0";
  }

  /**
   * Does something once, when one of these commands has been answered and before the client's next
   * request is passed on.
   *
   * @param commands in upper case
   * @return comes down to 0 when it is done
   */
  CountDownLatch after(Set<String> commands, Runnable task) {
    var errand = new Errand(commands, task, new CountDownLatch(1));
    next = errand;
    return errand.done;
  }

  /** Ends all connections; new ones are let in. */
  void reset() {
    sockets.forEach(BetweenProxy::end);
    sockets.clear();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void letIn() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        daemon(() -> passRequests(client, server));
        daemon(() -> passReplies(server, client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void passRequests(Socket client, Socket server) {
    try (client;
        server) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = server.getOutputStream();
      while (true) {
        Resp request = Resp.read(in);
        Errand errand = next;
        String command = request.items().get(0).text().toUpperCase(Locale.ROOT);
        if (errand != null && errand.commands.contains(command)) {
          next = null;
          under = errand;
          out.write(encoded(request));
          errand.done.await();
        } else {
          out.write(encoded(request));
        }
      }
    } catch (IOException | InterruptedException ended) {
      end(client);
      end(server);
    }
  }

  private static byte[] encoded(Resp request) {
    var text = new StringBuilder("*" + request.items().size() + "\r\n");
    for (Resp item : request.items()) {
      text.append('$').append(item.text().length()).append("\r\n");
      text.append(item.text()).append("\r\n");
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private void passReplies(Socket server, Socket client) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        Errand errand = under;
        if (errand != null) {
          under = null;
          errand.task.run();
          errand.done.countDown();
        }
      }
    } catch (IOException ended) {
      end(client);
    } finally {
      end(client);
      end(server);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    reset();
  }
}
