package io.respite.server.command;

import io.respite.server.keyspace.Effects;
import io.respite.server.keyspace.Keyspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the effects of one transaction, or of one script, back and passes them on together: between
 * MULTI and EXEC when there are several, so that a journal or a replica never sees half of them.
 */
public final class AtomicEffects implements Effects {
  private static final byte[] MULTI = Words.of("MULTI");
  private static final byte[] EXEC = Words.of("EXEC");

  private final Effects target;
  private final List<byte[][]> commands = new ArrayList<>();
  private boolean drops;
  private final List<Integer> databases = new ArrayList<>();

  private AtomicEffects(Effects target) {
    this.target = target;
  }

  /**
   * Holds effects back from now on, until {@link #release}.
   *
   * @return null when there is nothing to do: nobody wants to know, or they are held back already
   */
  public static AtomicEffects hold(Keyspace keyspace) {
    Effects target = keyspace.effects();
    if (!target.active() || target instanceof AtomicEffects) {
      return null;
    }
    AtomicEffects held = new AtomicEffects(target);
    keyspace.effects(held);
    return held;
  }

  @Override
  public boolean active() {
    return !drops;
  }

  @Override
  public void append(int database, byte[]... command) {
    if (!drops) {
      databases.add(database);
      commands.add(command);
    }
  }

  /** Forgets what is appended from now on, or does so no longer. */
  public void drops(boolean yes) {
    drops = yes;
  }

  /** Passes everything on, and holds nothing back any more. */
  public void release(Keyspace keyspace) {
    keyspace.effects(target);
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
