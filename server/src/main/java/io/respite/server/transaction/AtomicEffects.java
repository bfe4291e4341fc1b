package io.respite.server.transaction;

import io.respite.server.command.Words;
import io.respite.server.keyspace.Effects;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the effects of one transaction back and passes them on together: between MULTI and EXEC
 * when there are several, so that a journal or a replica never sees half of them.
 */
final class AtomicEffects implements Effects {
  private static final byte[] MULTI = Words.of("MULTI");
  private static final byte[] EXEC = Words.of("EXEC");

  private final Effects target;
  private final List<byte[][]> commands = new ArrayList<>();
  private final List<Integer> databases = new ArrayList<>();

  AtomicEffects(Effects target) {
    this.target = target;
  }

  @Override
  public boolean active() {
    return true;
  }

  @Override
  public void append(int database, byte[]... command) {
    databases.add(database);
    commands.add(command);
  }

  /** Passes everything on. */
  void release() {
    boolean several = commands.size() > 1;
    if (several) {
      target.append(databases.get(0), MULTI);
    }
    for (int i = 0; i < commands.size(); i++) {
      target.append(databases.get(i), commands.get(i));
    }
    if (several) {
      target.append(databases.get(databases.size() - 1), EXEC);
    }
  }
}
