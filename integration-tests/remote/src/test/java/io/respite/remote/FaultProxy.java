package io.respite.remote;

import io.respite.rigs.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between clients and a server and spoils their connections: resets them, withholds what the
 * server answers though it has executed what it was asked, or lets nobody in.
 */
final class FaultProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object gate = new Object();
  private boolean withholding;
  private volatile boolean refusing;
  private volatile boolean closed;

  FaultProxy(int target) {
    this.target = target;
    try {
      this.door = new ServerSocket();
      door.setReuseAddress(true);
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    daemon("proxy door", this::letIn);
  }

  /** Where clients find the server. */
  String uri() {
    return "redis://127.0.0.1:" + door.getLocalPort() + "/0";
  }

  /** Connections of clients that are open. */
  int connections() {
    return sockets.size() / 2;
  }

  /** Resets all connections. */
  void reset() {
    for (Socket socket : sockets) {
      end(socket);
    }
  }

  /** Lets nothing that the server says through; what it is asked it does. */
  void withhold() {
    synchronized (gate) {
      withholding = true;
    }
  }

  /** Lets through again what the server says. */
  void deliver() {
    synchronized (gate) {
      withholding = false;
      gate.notifyAll();
    }
  }

  /** Whether new connections are reset at once. */
  void refuse(boolean refused) {
    refusing = refused;
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void letIn() {
    while (!closed) {
      Socket client;
      try {
        client = door.accept();
      } catch (IOException doorIsClosed) {
        return;
      }
      if (refusing) {
        end(client);
      } else {
        lead(client);
      }
    }
  }

  private void lead(Socket client) {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      sockets.add(client);
      sockets.add(server);
      daemon("proxy asks", () -> pump(client, server, false));
      daemon("proxy answers", () -> pump(server, client, true));
    } catch (IOException serverIsAway) {
      end(client);
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (answers) {
          awaitDelivery(from);
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException reset) {
      // Both ends hear of it below.
      end(from);
    } finally {
      end(from);
      end(to);
    }
  }

  private void awaitDelivery(Socket from) throws IOException {
    synchronized (gate) {
      while (withholding && !from.isClosed()) {
        try {
          gate.wait();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException(interrupted);
        }
      }
    }
    if (from.isClosed()) {
      throw new IOException("reset while answers were withheld");
    }
  }

  /** Closes so that the other side is told of a reset, not of an end. */
  private void end(Socket socket) {
    sockets.remove(socket);
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException closedAlready) {
      return;
    } finally {
      synchronized (gate) {
        gate.notifyAll();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      door.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    reset();
  }
}
