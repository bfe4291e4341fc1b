package io.respite.peers;

import io.respite.rigs.Resp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sends the same requests to our server and to a real one, and compares the replies one by one and
 * all data in the end.
 */
final class Differential implements AutoCloseable {
  private static final int BATCH = 100;
  private static final String CARRIED = "carried over";

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
          sent.addAll(differences.before(batch.get(i)));
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
      for (String[] question : new String[][] {{"TYPE", key}, {"OBJECT", "ENCODING", key}}) {
        String mine = differences.encoding(ours.ask(question).toString());
        String yours = differences.encoding(theirs.ask(question).toString());
        // A request that changes nothing in the end may leave a hash or a list larger there: fields
        // that are over as soon as they are set, LSET beyond the end.
        boolean maybe =
            !differences.digestsAlike()
                && question[0].equals("OBJECT")
                && Set.of("hash", "list").contains(ours.ask("TYPE", key).text());
        if (!mine.equals(yours) && !maybe) {
          return Optional.of(new Mismatch(index, String.join(" ", question), mine, yours));
        }
      }
      for (Request question : content(key)) {
        Resp mine = ask(ours, question);
        Resp yours = ask(theirs, question);
        if (!differences.same(question, mine, yours)) {
          return Optional.of(
              new Mismatch(index, question.toString(), mine.toString(), yours.toString()));
        }
      }
    }
    if (!differences.digestsAlike()) {
      return compareDumps(index);
    }
    String mine = ours.ask("DEBUG", "DIGEST").toString();
    String yours = theirs.ask("DEBUG", "DIGEST").toString();
    return mine.equals(yours)
        ? compareDumps(index)
        : Optional.of(new Mismatch(index, "DEBUG DIGEST", mine, yours));
  }

  /** The questions that together tell all of our value of this key. */
  private List<Request> content(String key) throws IOException {
    return differences.digestsAlike()
        ? List.of(request("DEBUG", "DIGEST-VALUE", key))
        : content(key, ours.ask("TYPE", key).text());
  }

  private static List<Request> content(String key, String type) {
    return switch (type) {
      case "zset" -> List.of(request("ZRANGE", key, "0", "-1", "WITHSCORES"));
      case "hash" -> {
        List<String> words = new ArrayList<>(List.of("HPEXPIRETIME", key, "FIELDS"));
        List<String> fields = RandomValues.elements();
        words.add(Integer.toString(fields.size()));
        words.addAll(fields);
        yield List.of(request("HGETALL", key), request(words.toArray(String[]::new)));
      }
      default -> List.of(request("DEBUG", "DIGEST-VALUE", key));
    };
  }

  private static Request request(String... words) {
    return new Request(words[0].toLowerCase(Locale.ROOT), List.of(words));
  }

  private static Resp ask(Peer peer, Request request) throws IOException {
    return peer.ask(request.words().toArray(String[]::new));
  }

  /** Carries every value over to the other server, where it must be the same again. */
  private Optional<Mismatch> compareDumps(int index) throws IOException {
    for (String key : RandomValues.allKeys()) {
      // A payload holds no deadline.
      ours.ask("PERSIST", key);
      theirs.ask("PERSIST", key);
      Resp payload = ours.ask("DUMP", key);
      if (payload.type() == '_' || differences.mayRefuse(payload.text())) {
        continue;
      }
      String type = ours.ask("TYPE", key).text();
      for (Peer from : List.of(ours, theirs)) {
        Peer to = from == ours ? theirs : ours;
        Optional<Mismatch> mismatch = carryOver(from, to, key, type, index);
        if (mismatch.isPresent()) {
          return mismatch;
        }
      }
    }
    return Optional.empty();
  }

  /** Carries a value over; what is asked there is answered as where it came from. */
  private Optional<Mismatch> carryOver(Peer from, Peer to, String key, String type, int index)
      throws IOException {
    Resp payload = from.ask("DUMP", key);
    Resp restored = to.ask("RESTORE", CARRIED, "0", payload.text(), "REPLACE");
    if (restored.isError()) {
      return Optional.of(new Mismatch(index, "DUMP " + key, "" + payload, "" + restored));
    }
    // The compact form of a sorted set, which a value may get there, forgets the sign of a zero.
    if (type.equals("zset")) {
      return Optional.empty();
    }
    List<Request> there = differences.digestsAlike() ? content(CARRIED) : content(CARRIED, type);
    List<Request> here = differences.digestsAlike() ? content(key) : content(key, type);
    for (int i = 0; i < here.size(); i++) {
      Resp original = ask(from, here.get(i));
      Resp copy = ask(to, there.get(i));
      if (!differences.same(here.get(i), original, copy)) {
        return Optional.of(new Mismatch(index, "DUMP " + key, "" + original, "" + copy));
      }
    }
    return Optional.empty();
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
