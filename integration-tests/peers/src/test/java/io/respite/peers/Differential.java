package io.respite.peers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sends the same requests to our server and to a real one, and compares the replies one by one and
 * all data in the end.
 */
final class Differential implements AutoCloseable {
  private static final int BATCH = 100;
  private static final int PATIENCE_MILLIS = 15_000;

  /**
   * Where the servers differ.
   *
   * @param index of the request whose replies differ; the number of requests when the data do
   */
  record Mismatch(int index, String request, String ours, String theirs) {
    @Override
    public String toString() {
      return request + "\n  respite: " + ours + "\n  redis:   " + theirs;
    }
  }

  private static final Resp SILENT = new Resp('!', "no answer", List.of());

  /** One server's end of a connection. */
  private static final class Peer implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Peer(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
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

  private final int respitePort;
  private final int redisPort;
  private final Differences differences;
  private final int protocol;
  private Peer ours;
  private Peer theirs;

  Differential(int respitePort, int redisPort, Differences differences, int protocol) {
    this.respitePort = respitePort;
    this.redisPort = redisPort;
    this.differences = differences;
    this.protocol = protocol;
  }

  /** Runs requests on empty servers; where they differ first, or empty. */
  Optional<Mismatch> run(List<Request> requests) {
    try {
      reset();
      List<Request> queued = new ArrayList<>();
      for (int start = 0; start < requests.size(); start += BATCH) {
        List<Request> batch = requests.subList(start, Math.min(requests.size(), start + BATCH));
        ours.send(batch);
        theirs.send(batch);
        for (int i = 0; i < batch.size(); i++) {
          Resp mine = ours.receive();
          Resp yours = theirs.receive();
          if (mine.type() == SILENT.type()
              || yours.type() == SILENT.type()
              || !same(batch.get(i), queued, mine, yours)) {
            return Optional.of(
                new Mismatch(
                    start + i, batch.get(i).toString(), mine.toString(), yours.toString()));
          }
        }
      }
      return compareData(requests.size());
    } catch (IOException failed) {
      throw new UncheckedIOException("the connection broke", failed);
    }
  }

  /** New connections, so that nothing is left of an earlier run, and empty databases. */
  private void reset() throws IOException {
    close();
    ours = new Peer(respitePort);
    theirs = new Peer(redisPort);
    for (Peer peer : List.of(ours, theirs)) {
      peer.ask("HELLO", Integer.toString(protocol));
      peer.ask("FLUSHALL");
    }
  }

  private boolean same(Request request, List<Request> queued, Resp mine, Resp yours) {
    if (yours.type() == '+' && yours.text().equals("QUEUED")) {
      queued.add(request);
      return mine.equals(yours);
    }
    if (request.command().equals("exec") && yours.isAggregate()) {
      return sameTransaction(queued, mine, yours);
    }
    if (request.command().equals("exec") || request.command().equals("discard")) {
      queued.clear();
    }
    return differences.same(request, mine, yours);
  }

  private boolean sameTransaction(List<Request> queued, Resp mine, Resp yours) {
    boolean same = mine.isAggregate() && mine.items().size() == yours.items().size();
    for (int i = 0; same && i < queued.size(); i++) {
      same = differences.same(queued.get(i), mine.items().get(i), yours.items().get(i));
    }
    queued.clear();
    return same;
  }

  private Optional<Mismatch> compareData(int index) throws IOException {
    for (Peer peer : List.of(ours, theirs)) {
      peer.ask("DISCARD");
      peer.ask("SELECT", "0");
    }
    for (String key : RandomValues.allKeys()) {
      for (String[] question :
          new String[][] {
            {"TYPE", key}, {"OBJECT", "ENCODING", key}, {"DEBUG", "DIGEST-VALUE", key}
          }) {
        String mine = encoding(ours.ask(question).toString());
        String yours = encoding(theirs.ask(question).toString());
        if (!mine.equals(yours)) {
          return Optional.of(new Mismatch(index, String.join(" ", question), mine, yours));
        }
      }
    }
    String mine = ours.ask("DEBUG", "DIGEST").toString();
    String yours = theirs.ask("DEBUG", "DIGEST").toString();
    return mine.equals(yours)
        ? Optional.empty()
        : Optional.of(new Mismatch(index, "DEBUG DIGEST", mine, yours));
  }

  /** Lists and sets have a compact form since 7.2 that the older server does not know. */
  private static String encoding(String name) {
    return switch (name) {
      case "\"quicklist\"" -> "\"listpack\"";
      case "\"hashtable\"" -> "\"listpack\"";
      default -> name;
    };
  }

  /** The shortest stream that was found to differ still. */
  List<Request> shrink(List<Request> failing, int index) {
    List<Request> shortest =
        new ArrayList<>(failing.subList(0, Math.min(failing.size(), index + 1)));
    for (int chunk = shortest.size() / 2; chunk > 0; chunk /= 2) {
      for (int start = 0; start + chunk <= shortest.size(); ) {
        List<Request> without = new ArrayList<>(shortest);
        without.subList(start, start + chunk).clear();
        if (run(without).isPresent()) {
          shortest = without;
        } else {
          start += chunk;
        }
      }
    }
    return shortest;
  }

  @Override
  public void close() throws IOException {
    if (ours != null) {
      ours.close();
    }
    if (theirs != null) {
      theirs.close();
    }
  }
}
