package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Seeds;
import io.respite.server.command.Arguments;
import io.respite.server.command.Command;
import io.respite.server.command.CommandTable;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.command.family.Families;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.Snapshot;
import io.respite.server.rdb.ObjectFormats;
import io.respite.server.rdb.RdbOutput;
import io.respite.server.transaction.Transactions;
import io.respite.server.type.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * A snapshot shows every key, byte for byte, as it was at the cut, whatever commands are executed
 * between the cut and the moment at which the key is shown. Every command of the table takes part,
 * also while a value's image is in the visitor's hands. {@code -Drespite.snapshot.seed=} repeats
 * one round.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SnapshotIT {
  private static final int ROUNDS = Integer.getInteger("respite.snapshot.rounds", 600);
  private static final int DATABASES = 3;
  private static final long LARGEST = 1 << 28;

  private final Keyspace keyspace = new Keyspace(Environment.system(), DATABASES);
  private final CommandTable table = new CommandTable();
  private final Dispatcher dispatcher = new Dispatcher(keyspace, table);
  private final Session session = new Session(1, Session.Connection.NONE, true, 0);
  private final List<Command> rows = new ArrayList<>(Families.rows());

  SnapshotIT() {
    Transactions transactions = new Transactions(keyspace, dispatcher);
    rows.addAll(transactions.rows());
    table.add(rows);
    dispatcher.gates(List.of(transactions));
    keyspace.limits().cuts().checks(true);
  }

  private void run(RequestGenerator generator, Random random, int requests) {
    for (int i = 0; i < requests; i++) {
      String[] words = generator.next().words().toArray(String[]::new);
      if (random.nextInt(20) == 0) {
        session.database(random.nextInt(DATABASES));
      }
      keyspace.baton().take();
      try {
        dispatcher.dispatch(session, Arguments.of(words), new Reply());
      } finally {
        keyspace.baton().pass();
      }
    }
  }

  /** A key as a file would have it, with its deadline before it. */
  private static String written(long expireAt, Object content) {
    RdbOutput out = new RdbOutput(false, LARGEST);
    if (content instanceof Value value) {
      out.writeByte(ObjectFormats.form(value));
      ObjectFormats.save(value, out);
    } else {
      byte[] record = (byte[]) content;
      int value = PackedEntry.valueOffset(record);
      out.writeByte(ObjectFormats.STRING);
      out.writeString(record, value, record.length - value);
    }
    return expireAt
        + " "
        + new String(Arrays.copyOf(out.buffer(), out.size()), StandardCharsets.ISO_8859_1);
  }

  private static String name(int database, byte[] key) {
    return database + ":" + new String(key, StandardCharsets.ISO_8859_1);
  }

  private Map<String, String> live() {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < DATABASES; i++) {
      int number = i;
      keyspace
          .database(i)
          .forEach(
              entry -> {
                if (entry instanceof byte[] record) {
                  all.put(
                      name(number, PackedEntry.key(record)),
                      written(PackedEntry.expireAt(record), record));
                } else {
                  KeyEntry keyed = (KeyEntry) entry;
                  all.put(name(number, keyed.key()), written(keyed.expireAt(), keyed.value()));
                }
              });
    }
    return all;
  }

  /** Collects what a snapshot shows, and lets commands be executed before each look. */
  private static final class Collecting implements Snapshot.Visitor {
    private final Map<String, String> shown = new TreeMap<>();
    private final Runnable between;
    private int database;

    Collecting(Runnable between) {
      this.between = between;
    }

    @Override
    public void database(int number, long keys, long deadlines) {
      database = number;
      between.run();
    }

    @Override
    public void string(byte[] record) {
      between.run();
      add(PackedEntry.key(record), written(PackedEntry.expireAt(record), record));
    }

    @Override
    public void value(KeyEntry entry, Value image) {
      between.run();
      add(entry.key(), written(entry.expireAt(), image));
    }

    private void add(byte[] key, String content) {
      assertThat(shown.put(name(database, key), content)).as("shown before").isNull();
    }
  }

  @Test
  void shows_every_key_as_it_was_whatever_happens_meanwhile() {
    Long only = Long.getLong("respite.snapshot.seed");
    long seed = only == null ? Seeds.first() : only;
    System.out.println("Snapshots: " + ROUNDS + " rounds, first seed " + seed);
    int keys = 0;
    for (int round = 0; round < (only == null ? ROUNDS : 1); round++) {
      long here = seed + round;
      Random random = new Random(here);
      Stream.of(6L, 40L, 512L)
          .skip(random.nextInt(3))
          .findFirst()
          .ifPresent(
              limit -> {
                keyspace.limits().hashEntries(limit);
                keyspace.limits().setListpackEntries(limit);
                keyspace.limits().setIntsetEntries(limit);
                keyspace.limits().sortedSetEntries(limit);
                keyspace.limits().listFill(limit == 512 ? -2 : limit / 2);
                keyspace.limits().listCompressDepth(random.nextInt(3));
                keyspace.limits().streamNodeEntries(limit);
              });
      for (int i = 0; i < DATABASES; i++) {
        keyspace.database(i).clear();
      }
      RequestGenerator generator = new RequestGenerator(here, rows, new HashSet<>());
      run(generator, random, 600);
      session.database(0);
      keyspace.baton().take();
      dispatcher.dispatch(session, Arguments.of("DISCARD"), new Reply());
      Map<String, String> expected = live();
      Snapshot snapshot = keyspace.snapshot();
      keyspace.baton().pass();
      run(generator, random, random.nextInt(300));
      Collecting visitor = new Collecting(() -> run(generator, random, random.nextInt(12)));
      snapshot.visit(visitor);
      assertThat(visitor.shown.keySet()).isEqualTo(expected.keySet());
      expected.forEach(
          (key, content) ->
              assertThat(visitor.shown.get(key)).as("%s, seed %d", key, here).isEqualTo(content));
      assertThat(snapshot.visited()).isEqualTo(expected.size());
      keys += expected.size();
    }
    System.out.println("CHECK snapshot seed=" + seed + " N=" + keys + " K=" + ROUNDS + " lost=0");
  }
}
