package io.respite.rigs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Ports that nobody has. They lie below those that the system lends to clients (from 32768), so
 * that a server that is away for a while gets its port back. The cluster bus takes the port 10,000
 * above a server's, which is free as well.
 */
public final class Ports {
  private static final int LOWEST = 12_000;
  private static final int COUNT = 10_000;
  private static final int BUS = 10_000;
  private static final Random RANDOM = new Random();
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /** A port that is free, with its bus port, and that this JVM was not given before. */
  public static synchronized int free() {
    for (int tried = 0; tried < COUNT; tried++) {
      int port = LOWEST + RANDOM.nextInt(COUNT);
      if (isFree(port) && isFree(port + BUS) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port from " + LOWEST + " to " + (LOWEST + COUNT) + " whose bus port is free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
