package io.respite.server.command;

import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.StringView;
import io.respite.server.type.HashValue;
import io.respite.server.type.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * One execution of a command: who asks, what for, where the answer goes, and what has been changed.
 * Good until the handler returns; then it is used again.
 */
public final class Call {
  private final Keyspace keyspace;
  private final BlockedClients blockedClients;
  private Session session;
  private Command command;
  private Arguments arguments;
  private Reply reply;
  private Database database;
  private int changes;
  private boolean propagatesItself;
  private Blocking blocking = Blocking.NO;
  private boolean blocked;
  private boolean later;
  private boolean errorCounted;
  private Unfinished unfinished;
  private final List<byte[][]> effects = new ArrayList<>();

  Call(Keyspace keyspace, BlockedClients blockedClients) {
    this.keyspace = keyspace;
    this.blockedClients = blockedClients;
  }

  void start(Session newSession, Command newCommand, Arguments newArguments, Reply newReply) {
    session = newSession;
    command = newCommand;
    arguments = newArguments;
    reply = newReply;
    database = keyspace.database(newSession.database());
    changes = 0;
    propagatesItself = false;
    blocking = Blocking.NO;
    blocked = false;
    later = false;
    errorCounted = false;
    unfinished = null;
    effects.clear();
    // CLIENT NO-TOUCH: what such a client looks at is not used by it, unless it says TOUCH.
    keyspace.touches(newSession.touchesKeys() || newCommand.name().equals("touch"));
  }

  /** Who asks. */
  public Session session() {
    return session;
  }

  /** The row being executed; a subcommand's row if there is one. */
  public Command command() {
    return command;
  }

  /** The request. */
  public Arguments arguments() {
    return arguments;
  }

  /** Where the answer goes. */
  public Reply reply() {
    return reply;
  }

  /** All databases. */
  public Keyspace keyspace() {
    return keyspace;
  }

  /** The session's selected database. */
  public Database database() {
    return database;
  }

  /** Time during this call, milliseconds since 1970. */
  public long now() {
    return keyspace.now();
  }

  /** What deadlines are compared with; see {@link Keyspace#expiryNow}. */
  public long expiryNow() {
    return keyspace.expiryNow();
  }

  // ---- arguments

  /** How many arguments there are, the command's name included. */
  public int count() {
    return arguments.count();
  }

  /** A copy of argument {@code i}. */
  public byte[] bytes(int i) {
    return arguments.bytes(i);
  }

  /** Argument {@code i} as text, one char a byte. */
  public String text(int i) {
    return arguments.text(i);
  }

  /** Argument {@code i} as errors quote it; see {@link Arguments#quoted}. */
  public String quoted(int i) {
    return arguments.quoted(i, Integer.MAX_VALUE);
  }

  /** Whether argument {@code i} is this word, given in lower case, in either case. */
  public boolean is(int i, String word) {
    return arguments.is(i, word);
  }

  // ---- keys, named by the index of the argument that holds them

  /**
   * The live string at the key in argument {@code i}, or null; counted as a hit or a miss, and as a
   * use.
   */
  public StringView string(int i) {
    return database.string(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /** The live string at the key in argument {@code i}, or null; for writers. */
  public StringView stringForWrite(int i) {
    return database.stringForWrite(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /**
   * Sets the key in argument {@code key} to the string in argument {@code value}; see {@link
   * Database#putString}.
   */
  public void putString(int key, int value, long expireAt, int form) {
    database.putString(
        arguments.buffer(),
        arguments.offset(key),
        arguments.length(key),
        arguments.buffer(),
        arguments.offset(value),
        arguments.length(value),
        expireAt,
        form);
  }

  /** Sets the key in argument {@code key} to a string; see {@link Database#putString}. */
  public void putString(int key, byte[] value, int offset, int length, long expireAt, int form) {
    database.putString(
        arguments.buffer(),
        arguments.offset(key),
        arguments.length(key),
        value,
        offset,
        length,
        expireAt,
        form);
  }

  /**
   * The live value of a type at the key in argument {@code i}, or null; counted as a hit or a miss,
   * and as a use.
   *
   * @throws io.respite.server.keyspace.WrongTypeException when the key holds something else
   */
  public <V extends Value> V value(int i, Class<V> type) {
    return database.value(arguments.buffer(), arguments.offset(i), arguments.length(i), type);
  }

  /**
   * The live value of a type at the key in argument {@code i}, or null; for writers.
   *
   * @throws io.respite.server.keyspace.WrongTypeException when the key holds something else
   */
  public <V extends Value> V valueForWrite(int i, Class<V> type) {
    return database.valueForWrite(
        arguments.buffer(), arguments.offset(i), arguments.length(i), type);
  }

  /** Lets the key in argument {@code i} hold a value, whatever it held, without a deadline. */
  public void put(int i, Value value) {
    database.put(arguments.bytes(i), value, 0);
  }

  /** The live hash at the key in argument {@code i}, or null; see {@link #value}. */
  public HashValue hash(int i) {
    return value(i, HashValue.class);
  }

  /** The live hash at the key in argument {@code i}, or null; for writers. */
  public HashValue hashForWrite(int i) {
    return valueForWrite(i, HashValue.class);
  }

  /** The live hash at the key in argument {@code i}, made if there is none. */
  public HashValue hashOrNew(int i) {
    return database.hashOrNew(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /**
   * The live entry at the key in argument {@code i}, or null; counted as a hit or a miss, and as a
   * use.
   */
  public Object lookup(int i) {
    return database.lookup(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /**
   * The live entry at the key in argument {@code i}, or null; counted as a hit or a miss, but not
   * as a use.
   */
  public Object look(int i) {
    Object entry = peek(i);
    if (entry == null) {
      database.missed(arguments.buffer(), arguments.offset(i), arguments.length(i));
    } else {
      keyspace.statistics().hits++;
    }
    return entry;
  }

  /** The live entry at the key in argument {@code i}, or null; neither counted nor touched. */
  public Object peek(int i) {
    return database.peek(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /** Removes the live key in argument {@code i}; whether there was one. */
  public boolean remove(int i) {
    return database.remove(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  // ---- changes

  /** The one call for "the key in argument {@code i} has changed". */
  public void modified(int i, KeyEvent event) {
    changes++;
    database.modified(arguments.buffer(), arguments.offset(i), arguments.length(i), event);
  }

  /**
   * Names the field in argument {@code i} as one that the next {@link #modified} is about. Costs
   * nothing while nobody wants to know.
   */
  public void named(int i) {
    if (keyspace.namesFields()) {
      database.named(arguments.buffer(), arguments.offset(i), arguments.length(i));
    }
  }

  /** The same for a key that is not an argument, or lies in another database. */
  public void modified(Database where, byte[] key, KeyEvent event) {
    changes++;
    where.modified(key, 0, key.length, event);
  }

  /**
   * Says that what the key in argument {@code i} holds has changed, and that nobody hears of it.
   */
  public void changed(int i) {
    changes++;
    recount(i);
  }

  /**
   * Says that what the key in argument {@code i} holds takes more or less memory than before,
   * although it is the same.
   */
  public void recount(int i) {
    database.recount(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /** Says that something changed that is no single key (FLUSHALL, SWAPDB). */
  public void changed() {
    changes++;
  }

  /**
   * Replaces what is journalled: instead of the request itself, the commands given by one or more
   * calls of this method. For requests that are relative in time, random, or conditional.
   */
  public void effect(byte[]... effectOfCall) {
    propagatesItself = true;
    effects.add(effectOfCall);
  }

  /**
   * Says that nothing is journalled although something changed, because somebody else has done so.
   */
  public void noEffect() {
    propagatesItself = true;
  }

  // ---- waiting

  /** What {@link #block} does. */
  enum Blocking {
    /** Answers at once that time is up: in a transaction or a script. */
    NO,
    /** Parks the request. */
    YES,
    /** Lets the request wait on: it is parked already. */
    AGAIN
  }

  void blocking(Blocking how) {
    blocking = how;
  }

  /** Whether the request waits. */
  boolean blocked() {
    return blocked;
  }

  /**
   * Lets the request wait: there is nothing for it yet, and nothing has been changed or answered.
   * The handler returns behind this call; it is called again, with the same arguments, when one of
   * the keys is ready. Where a client may not wait, what is due when time is up is answered at
   * once.
   */
  public void block(Wait wait) {
    switch (blocking) {
      case NO -> wait.refused().accept(reply);
      case YES -> {
        blocked = true;
        blockedClients.park(this, wait);
      }
      case AGAIN -> blocked = true;
    }
  }

  /**
   * Whether the client may be kept waiting, or made to listen: not inside a transaction or a
   * script.
   */
  public boolean mayBlock() {
    return blocking != Blocking.NO;
  }

  /** Whether the request has been executed before, and waited. */
  boolean isRepeated() {
    return blocking == Blocking.AGAIN;
  }

  /** Says that the error in the reply has been counted where it was made. */
  public void errorIsCounted() {
    errorCounted = true;
  }

  boolean errorCounted() {
    return errorCounted;
  }

  // ---- work that takes long

  void mayContinueLater(boolean may) {
    later = may;
  }

  /**
   * Whether what is left to do may be done after the handler has returned. Where it may not, the
   * handler itself goes on until it is done, and lets the baton {@linkplain
   * io.respite.server.keyspace.Baton#rest rest} now and then.
   */
  public boolean mayContinueLater() {
    return later || blocking == Blocking.YES;
  }

  /**
   * Leaves the rest of the work, and the reply, for later. The handler has written no reply and
   * returns behind this call.
   */
  public void continueLater(Unfinished work) {
    unfinished = work;
  }

  /** What the handler has left for later, or null. */
  Unfinished unfinished() {
    return unfinished;
  }

  /** Whether anything was changed. */
  public boolean changedSomething() {
    return changes > 0;
  }

  void finish() {
    keyspace.touches(true);
    propagate();
  }

  private void propagate() {
    if (changes == 0 || !keyspace.effects().active()) {
      return;
    }
    if (!propagatesItself) {
      keyspace.effects().append(database.id(), arguments);
      return;
    }
    for (byte[][] effect : effects) {
      keyspace.effects().append(database.id(), effect);
    }
  }
}
