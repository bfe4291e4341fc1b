package io.respite.peers;

import static org.assertj.core.api.Assertions.fail;

import io.respite.rigs.Resp;
import io.respite.rigs.Seeds;
import io.respite.server.command.Arguments;
import io.respite.server.command.Command;
import io.respite.server.command.CommandTable;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.command.family.Families;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.Effects;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.transaction.Transactions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * What a journal is for: the effects of random requests, executed by a store that expires nothing
 * of its own accord, give the same data, whatever was random, relative in time or conditional in
 * the requests. Every command of the table takes part. {@code -Drespite.replay.seed=} repeats one
 * stream.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReplayIT {
  private static final int STREAM = 1_000;
  private static final int STREAMS = Integer.getInteger("respite.replay.streams", 100);

  /** Databases, commands and no network. */
  private static final class Store {
    private final Keyspace keyspace = new Keyspace(Environment.system(), 2);
    private final Dispatcher dispatcher;
    private final Session session = new Session(1, Session.Connection.NONE, true, 0);

    Store() {
      CommandTable table = new CommandTable();
      table.add(Families.rows());
      dispatcher = new Dispatcher(keyspace, table);
      Transactions transactions = new Transactions(keyspace, dispatcher);
      table.add(transactions.rows());
      dispatcher.gates(List.of(transactions));
      keyspace.limits().hashEntries(6);
      keyspace.limits().setListpackEntries(6);
      keyspace.limits().sortedSetEntries(6);
      keyspace.limits().listFill(4);
      keyspace.limits().streamNodeEntries(5);
    }

    Resp run(byte[]... words) {
      Reply reply = new Reply();
      keyspace.baton().take();
      try {
        dispatcher.dispatch(session, Arguments.of(words), reply);
      } finally {
        keyspace.baton().pass();
      }
      try {
        return Resp.read(new ByteArrayInputStream(reply.toBytes()));
      } catch (IOException impossible) {
        throw new IllegalStateException("a reply is complete", impossible);
      }
    }

    Resp run(String... words) {
      return run(
          Stream.of(words)
              .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
              .toArray(byte[][]::new));
    }
  }

  /** A command that has taken effect. */
  private static final class Effect {
    private final int database;
    private final byte[][] words;

    Effect(int database, byte[][] words) {
      this.database = database;
      this.words = words;
    }

    /** Whether it only frames a transaction; what lies between is executed one by one here. */
    boolean isFrame() {
      String name = new String(words[0], StandardCharsets.ISO_8859_1);
      return name.equals("MULTI") || name.equals("EXEC");
    }

    @Override
    public String toString() {
      return Arrays.stream(words)
          .map(word -> Resp.escaped(new String(word, StandardCharsets.ISO_8859_1)))
          .collect(Collectors.joining(" "));
    }
  }

  private static final class Journal implements Effects {
    private final List<Effect> effects = new ArrayList<>();

    @Override
    public boolean active() {
      return true;
    }

    @Override
    public void append(int database, byte[]... command) {
      effects.add(new Effect(database, command));
    }
  }

  private static List<Command> rows() {
    Keyspace keyspace = new Keyspace(Environment.system(), 1);
    List<Command> rows = new ArrayList<>(Families.rows());
    rows.addAll(new Transactions(keyspace, new Dispatcher(keyspace, new CommandTable())).rows());
    return rows.stream()
        .flatMap(
            row ->
                row.subcommands().isEmpty() ? Stream.of(row) : row.subcommands().values().stream())
        .toList();
  }

  @Test
  void effects_give_the_same_data_elsewhere() {
    Long only = Long.getLong("respite.replay.seed");
    long seed = only == null ? Seeds.first() : only;
    int streams = only == null ? STREAMS : 1;
    System.out.println("Replay: " + streams * STREAM + " requests, first seed " + seed);
    List<Command> rows = rows();
    for (int i = 0; i < streams; i++) {
      RequestGenerator generator = new RequestGenerator(seed + i, rows, new HashSet<>());
      List<Request> requests = new ArrayList<>();
      while (requests.size() < STREAM) {
        requests.add(generator.next());
      }
      Optional<String> difference = difference(requests);
      if (difference.isPresent()) {
        List<Request> shortest = shrink(requests);
        fail(
            "The effects give other data. Seed %d, shrunk to:%n%s%n%s",
            seed + i,
            shortest.stream().map(r -> "  " + r).collect(Collectors.joining("\n")),
            difference(shortest).orElse(difference.get()));
      }
    }
  }

  private static List<Request> shrink(List<Request> failing) {
    List<Request> shortest = new ArrayList<>(failing);
    for (int chunk = shortest.size() / 2; chunk > 0; chunk /= 2) {
      for (int start = 0; start + chunk <= shortest.size(); ) {
        List<Request> without = new ArrayList<>(shortest);
        without.subList(start, start + chunk).clear();
        if (difference(without).isPresent()) {
          shortest = without;
        } else {
          start += chunk;
        }
      }
    }
    return shortest;
  }

  private static Optional<String> difference(List<Request> requests) {
    Store original = new Store();
    Journal journal = new Journal();
    original.keyspace.effects(journal);
    for (Request request : requests) {
      original.run(request.words().toArray(String[]::new));
    }
    original.run("DISCARD");
    Store copy = new Store();
    copy.keyspace.replaying(true);
    for (Effect effect : journal.effects) {
      if (effect.isFrame()) {
        continue;
      }
      copy.session.database(effect.database);
      Resp reply = copy.run(effect.words);
      if (reply.isError()) {
        return Optional.of("the effect " + effect + " is refused: " + reply);
      }
    }
    copy.keyspace.replaying(false);
    return compare(original, copy, journal);
  }

  private static Optional<String> compare(Store original, Store copy, Journal journal) {
    for (int database = 0; database < 2; database++) {
      original.session.database(database);
      copy.session.database(database);
      for (String key : RandomValues.allKeys()) {
        for (String[] question :
            new String[][] {
              {"PEXPIRETIME", key},
              {"HPEXPIRETIME", key, "FIELDS", "3", "a", "b", "c"},
              {"DUMP", key}
            }) {
          String before = show(original, question);
          String after = show(copy, question);
          if (!before.equals(after)) {
            return Optional.of(
                String.join(" ", question)
                    + "\n  original: "
                    + before
                    + "\n  replayed: "
                    + after
                    + "\n  last effects: "
                    + journal.effects.subList(
                        Math.max(0, journal.effects.size() - 10), journal.effects.size()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The answer; of a payload only what does not depend on the order in a hash table. */
  private static String show(Store store, String... question) {
    if (!question[0].equals("DUMP")) {
      return store.run(question).toString();
    }
    String key = question[1];
    return switch (store.run("TYPE", key).text()) {
      case "none" -> "none";
      case "set" -> sorted(store.run("SMEMBERS", key));
      case "hash" -> sorted(store.run("HGETALL", key)) + store.run("HLEN", key);
      case "zset" -> store.run("ZRANGE", key, "0", "-1", "WITHSCORES").toString();
      case "list" -> store.run("LRANGE", key, "0", "-1").toString();
      case "stream" -> stream(store, key);
      default -> store.run("GET", key).toString();
    };
  }

  private static String sorted(Resp reply) {
    return reply.items().stream().map(Resp::toString).sorted().toList().toString();
  }

  /**
   * All of a stream but when its consumers were last seen, and when and how often an entry was
   * handed out: who reads its own history again is counted there and nowhere else, as with Redis.
   */
  private static String stream(Store store, String key) {
    return store
        .run("XINFO", "STREAM", key, "FULL", "COUNT", "0")
        .toString()
        .replaceAll("\"(seen-time|active-time)\", :-?[0-9]+", "$1")
        .replaceAll("(\"[0-9]+-[0-9]+\"(, \"[^\"]*\")?), :[0-9]{13}, :[0-9]+]", "$1]")
        .replaceAll("\"radix-tree-(keys|nodes)\", :[0-9]+", "$1");
  }
}
