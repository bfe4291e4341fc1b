package io.respite.server.command.family.hash;

import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The deadlines of hash fields: HEXPIRE and its relatives, HTTL and its relatives, HPERSIST.
 *
 * <p>Each answers one number per field. A deadline that has passed already removes the field. What
 * is journalled names the fields that were touched and an absolute time: HPEXPIREAT for those that
 * got a deadline, HDEL for those removed.
 */
public final class HashExpiryCommands {
  private static final int NO_FIELD = -2;
  private static final int NO_DEADLINE = -1;
  private static final int CONDITION_FAILED = 0;
  private static final int DONE = 1;
  private static final int REMOVED = 2;

  /** The latest deadline of a field, milliseconds since 1970: 46 bits, as in Redis. */
  static final long LATEST = ((1L << 48) - 1) >> 2;

  private HashExpiryCommands() {}

  /** When a deadline is set; Valkey lets XX stand beside GT or LT. */
  private enum Condition {
    NX,
    XX,
    GT,
    LT;

    /** Whether a field with this deadline (0 for none) may get the new one. */
    boolean allows(long old, long deadline) {
      return switch (this) {
        case NX -> old == 0;
        case XX -> old != 0;
        case GT -> old != 0 && deadline > old;
        case LT -> old == 0 || deadline < old;
      };
    }
  }

  /** The rows. */
  public static List<Command> rows() {
    String time = " [NX | XX | GT | LT] FIELDS numfields field [field ...]";
    return List.of(
        setter("hexpire", "key seconds" + time, true, false)
            .summary("Lets fields live for some seconds more."),
        setter("hpexpire", "key milliseconds" + time, false, false)
            .summary("Lets fields live for some milliseconds more."),
        setter("hexpireat", "key unix-time-seconds" + time, true, true)
            .summary("Lets fields live until a second."),
        setter("hpexpireat", "key unix-time-milliseconds" + time, false, true)
            .summary("Lets fields live until a millisecond."),
        getter("httl", call -> replyTimes(call, true, true))
            .summary("Answers how many seconds fields have to live.")
            .tip("nondeterministic_output"),
        getter("hpttl", call -> replyTimes(call, false, true))
            .summary("Answers how many milliseconds fields have to live.")
            .tip("nondeterministic_output"),
        getter("hexpiretime", call -> replyTimes(call, true, false))
            .summary("Answers the second until which fields live."),
        getter("hpexpiretime", call -> replyTimes(call, false, false))
            .summary("Answers the millisecond until which fields live."),
        row("hpersist", -5)
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Takes the deadlines of fields away.")
            .syntax("key FIELDS numfields field [field ...]")
            .handler(HashExpiryCommands::hpersist),
        row("hgetdel", -5)
            .since("8.0.0")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, DELETE))
            .summary("Answers the values of fields and removes them.")
            .syntax("key FIELDS numfields field [field ...]")
            .handler(HashExpiryCommands::hgetdel),
        row("hgetex", -5)
            .since("8.0.0")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, UPDATE))
            .summary("Answers the values of fields and gives the fields another deadline, or none.")
            .syntax(
                "key [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                    + " | PXAT unix-time-milliseconds | PERSIST]"
                    + " FIELDS numfields field [field ...]")
            .handler(HashExpiryCommands::hgetex));
  }

  private static Command row(String name, int arity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.HASH)
        .since("7.4.0")
        .complexity("O(N) where N is the number of fields named.");
  }

  private static Command setter(String name, String syntax, boolean seconds, boolean absolute) {
    return row(name, -6)
        .flags(WRITE, FAST)
        .keys(KeySpec.at(1, RW, UPDATE))
        .syntax(syntax)
        .handler(call -> hexpire(call, seconds, absolute));
  }

  private static Command getter(String name, io.respite.server.command.Handler handler) {
    return row(name, -5)
        .flags(READONLY, FAST)
        .keys(KeySpec.at(1, RO, ACCESS))
        .syntax("key FIELDS numfields field [field ...]")
        .handler(handler);
  }

  // ---- arguments

  /**
   * Checks {@code FIELDS n field...} at argument {@code i}, which must end the request.
   *
   * @return the index of the first field
   */
  private static int fields(Call call, int i, String countError) {
    if (i >= call.count() || !call.is(i, "fields")) {
      throw new CommandError(
          "ERR Mandatory argument FIELDS is missing or not at the right position");
    }
    if (i + 1 >= call.count()) {
      throw new CommandError("ERR " + countError);
    }
    long count =
        Parse.integer(call, i + 1, 1, Long.MAX_VALUE, () -> new CommandError("ERR " + countError));
    if (count != call.count() - i - 2) {
      throw new CommandError("ERR The `numfields` parameter must match the number of arguments");
    }
    return i + 2;
  }

  /** The deadline in argument {@code i}, milliseconds since 1970. */
  static long deadline(Call call, int i, boolean seconds, boolean absolute) {
    long value = Parse.integer(call, i);
    if (value < 0) {
      throw new CommandError("ERR invalid expire time, must be >= 0");
    }
    if (seconds && value > LATEST / 1000) {
      throw Parse.invalidExpiry(call);
    }
    long millis = seconds ? value * 1000 : value;
    long base = absolute ? 0 : call.now();
    if (millis > LATEST - base) {
      throw Parse.invalidExpiry(call);
    }
    return millis + base;
  }

  private static final String POSITIVE = "Number of fields must be a positive integer";

  // ---- handlers

  private static void hexpire(Call call, boolean seconds, boolean absolute) {
    HashValue hash = call.hashForWrite(1);
    long deadline = deadline(call, 2, seconds, absolute);
    Set<Condition> conditions = conditions(call);
    int first =
        fields(call, 3 + conditions.size(), "Parameter `numFields` should be greater than 0");
    Reply reply = call.reply();
    reply.array(call.count() - first);
    Touched touched = new Touched(call, hash);
    for (int i = first; i < call.count(); i++) {
      FieldView field = touched.field(i);
      if (field == null) {
        reply.integer(NO_FIELD);
      } else if (!allow(conditions, field.expireAt(), deadline)) {
        reply.integer(CONDITION_FAILED);
      } else {
        reply.integer(touched.expire(i, deadline) ? DONE : REMOVED);
      }
    }
    touched.finish(deadline);
  }

  private static Set<Condition> conditions(Call call) {
    Condition first = condition(call, 3);
    if (first == null) {
      return EnumSet.noneOf(Condition.class);
    }
    Condition second = condition(call, 4);
    boolean pair =
        (first == Condition.XX && (second == Condition.GT || second == Condition.LT))
            || (second == Condition.XX && (first == Condition.GT || first == Condition.LT));
    return pair ? EnumSet.of(first, second) : EnumSet.of(first);
  }

  /** The condition in argument {@code i}, or null. */
  private static Condition condition(Call call, int i) {
    for (Condition condition : Condition.values()) {
      if (call.is(i, condition.name().toLowerCase(Locale.ROOT))) {
        return condition;
      }
    }
    return null;
  }

  private static boolean allow(Set<Condition> conditions, long old, long deadline) {
    for (Condition condition : conditions) {
      if (!condition.allows(old, deadline)) {
        return false;
      }
    }
    return true;
  }

  private static void replyTimes(Call call, boolean seconds, boolean remaining) {
    HashValue hash = call.hash(1);
    int first = fields(call, 2, POSITIVE);
    Reply reply = call.reply();
    reply.array(call.count() - first);
    for (int i = first; i < call.count(); i++) {
      FieldView field = HashSupport.field(call, hash, i);
      if (field == null) {
        reply.integer(NO_FIELD);
      } else if (field.expireAt() == 0) {
        reply.integer(NO_DEADLINE);
      } else {
        long millis = field.expireAt() - (remaining ? call.now() : 0);
        reply.integer(seconds ? (millis + 999) / 1000 : millis);
      }
    }
  }

  private static void hpersist(Call call) {
    HashValue hash = call.hashForWrite(1);
    int first = fields(call, 2, POSITIVE);
    Reply reply = call.reply();
    reply.array(call.count() - first);
    Touched touched = new Touched(call, hash);
    for (int i = first; i < call.count(); i++) {
      FieldView field = touched.field(i);
      if (field == null) {
        reply.integer(NO_FIELD);
      } else if (field.expireAt() == 0) {
        reply.integer(NO_DEADLINE);
      } else {
        touched.persist(i);
        reply.integer(DONE);
      }
    }
    touched.finish(0);
  }

  private static void hgetdel(Call call) {
    HashValue hash = call.hashForWrite(1);
    int first = fields(call, 2, POSITIVE);
    call.reply().array(call.count() - first);
    Touched touched = new Touched(call, hash);
    for (int i = first; i < call.count(); i++) {
      FieldView field = touched.field(i);
      HashSupport.replyValue(call, field);
      if (field != null) {
        touched.remove(i);
      }
    }
    touched.finish(0);
  }

  private static void hgetex(Call call) {
    HashValue hash = call.hashForWrite(1);
    boolean seconds = call.is(2, "ex") || call.is(2, "exat");
    boolean absolute = call.is(2, "exat") || call.is(2, "pxat");
    boolean timed = seconds || absolute || call.is(2, "px");
    boolean persist = call.is(2, "persist");
    long deadline = timed ? deadline(call, 3, seconds, absolute) : 0;
    int first = fields(call, timed ? 4 : persist ? 3 : 2, POSITIVE);
    call.reply().array(call.count() - first);
    Touched touched = new Touched(call, hash);
    for (int i = first; i < call.count(); i++) {
      FieldView field = touched.field(i);
      HashSupport.replyValue(call, field);
      if (field != null && timed) {
        touched.expire(i, deadline);
      } else if (field != null && persist && field.expireAt() != 0) {
        touched.persist(i);
      }
    }
    touched.finish(deadline);
  }

  /** The fields that one call has touched, and what has to be told about them in the end. */
  private static final class Touched {
    private final Call call;
    private final HashValue hash;
    private final List<Integer> expiring = new ArrayList<>();
    private final List<Integer> persisting = new ArrayList<>();
    private final List<Integer> removed = new ArrayList<>();
    private boolean expired;

    Touched(Call call, HashValue hash) {
      this.call = call;
      this.hash = hash;
    }

    /** The live field in argument {@code i}, or null; one that is dead is removed. */
    FieldView field(int i) {
      if (hash == null) {
        return null;
      }
      long before = hash.size();
      HashSupport.expireField(call, hash, i);
      expired |= hash.size() < before;
      return HashSupport.field(call, hash, i);
    }

    /** Gives the field a deadline, or removes it when that has passed; whether it lives. */
    boolean expire(int i, long deadline) {
      if (deadline <= call.now() && call.keyspace().expires()) {
        remove(i);
        return false;
      }
      // A deadline of 0 stands for none; on a server that expires nothing one may be set.
      HashSupport.expireAt(call, hash, i, Math.max(1, deadline));
      expiring.add(i);
      return true;
    }

    void persist(int i) {
      HashSupport.expireAt(call, hash, i, 0);
      persisting.add(i);
    }

    void remove(int i) {
      HashSupport.remove(call, hash, i);
      removed.add(i);
    }

    void finish(long deadline) {
      // Never the request itself: its time may be relative, and dead fields were journalled
      // already.
      call.noEffect();
      if (!expiring.isEmpty()) {
        HashSupport.deadlineChanged(call);
      }
      if (HashSupport.journalled(call)) {
        HashSupport.effectDeleted(call, removed);
        HashSupport.effectExpires(call, expiring, deadline);
        HashSupport.effectPersists(call, persisting);
      }
      if (!removed.isEmpty()) {
        HashSupport.named(call, removed);
        call.modified(1, KeyEvent.HDEL);
      }
      if (!expiring.isEmpty()) {
        HashSupport.named(call, expiring);
        call.modified(1, KeyEvent.HEXPIRE);
      }
      if (!persisting.isEmpty()) {
        HashSupport.named(call, persisting);
        call.modified(1, KeyEvent.HPERSIST);
      }
      if (!removed.isEmpty() || expired) {
        HashSupport.removeIfEmpty(call, hash);
      }
    }
  }
}
