package io.respite.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sends the same requests to our server and to a real one, and compares the replies one by one and
 * all data in the end.
 */
final class Differential implements AutoCloseable {
  private static final int BATCH = 100;

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
        List<Request> sent = new ArrayList<>();
        // What goes before a request counts as part of it.
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
          sent.addAll(batch.get(i).before());
          sent.add(batch.get(i));
          while (indexes.size() < sent.size()) {
            indexes.add(start + i);
          }
        }
        ours.send(sent);
        theirs.send(sent);
        for (int i = 0; i < sent.size(); i++) {
          Request request = sent.get(i);
          Resp mine = ours.receive();
          Resp yours = theirs.receive();
          if (mine.type() == Peer.SILENT.type()
              || yours.type() == Peer.SILENT.type()
              || !same(request, queued, mine, yours)) {
            return Optional.of(
                new Mismatch(
                    indexes.get(i), request.toString(), mine.toString(), yours.toString()));
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
        ? compareDumps(index)
        : Optional.of(new Mismatch(index, "DEBUG DIGEST", mine, yours));
  }

  /** Carries every value over to the other server, where it must be the same again. */
  private Optional<Mismatch> compareDumps(int index) throws IOException {
    for (String key : RandomValues.allKeys()) {
      // A payload holds no deadline.
      ours.ask("PERSIST", key);
      theirs.ask("PERSIST", key);
      Resp digest = ours.ask("DEBUG", "DIGEST-VALUE", key);
      String here = carriedOver(ours, theirs, key);
      String back = carriedOver(theirs, ours, key);
      // The compact form of a sorted set, which a value may get there, forgets the sign of a zero.
      boolean faithful =
          here.equals(digest.toString()) || ours.ask("TYPE", key).text().equals("zset");
      if (!here.isEmpty() && !(faithful && here.equals(back))) {
        return Optional.of(new Mismatch(index, "DUMP " + key, here, back));
      }
    }
    return Optional.empty();
  }

  /** The digest of a value on another server; empty when there is no such key. */
  private static String carriedOver(Peer from, Peer to, String key) throws IOException {
    Resp payload = from.ask("DUMP", key);
    if (payload.type() == '_') {
      return "";
    }
    Resp restored = to.ask("RESTORE", "carried over", "0", payload.text(), "REPLACE");
    return restored.isError()
        ? restored + " " + payload
        : to.ask("DEBUG", "DIGEST-VALUE", "carried over").toString();
  }

  /** Lists and sets have a compact form since 7.2 that the older server does not know. */
  private static String encoding(String name) {
    return switch (name) {
      case "\"quicklist\"" -> "\"listpack\"";
      case "\"hashtable\"" -> "\"listpack\"";
      default -> name;
    };
  }

  /** The last request, and those that have a word in common with it that may be a key. */
  private static List<Request> related(List<Request> requests) {
    Set<String> keys = new HashSet<>(List.of(RandomValues.allKeys()));
    keys.retainAll(requests.get(requests.size() - 1).words());
    return requests.stream()
        .filter(request -> !Collections.disjoint(request.words(), keys) || keys.isEmpty())
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** The shortest stream that was found to differ still. */
  List<Request> shrink(List<Request> failing, int index) {
    List<Request> shortest =
        new ArrayList<>(failing.subList(0, Math.min(failing.size(), index + 1)));
    List<Request> related = related(shortest);
    if (run(related).isPresent()) {
      shortest = related;
    }
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
