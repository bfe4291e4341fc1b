package io.respite.server.command.family.generic;

import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Words;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEvent;
import java.util.List;

/**
 * The deadlines of keys: EXPIRE, TTL and their relatives, PERSIST.
 *
 * <p>A deadline that has passed already removes the key at once, which is journalled as a removal;
 * any other is journalled as PEXPIREAT.
 */
public final class KeyExpiryCommands {
  private static final int NO_KEY = -2;
  private static final int NO_DEADLINE = -1;

  private KeyExpiryCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        setter("expire", "key seconds", "1.0.0", true, false)
            .summary("Lets a key live for some seconds more."),
        setter("pexpire", "key milliseconds", "2.6.0", false, false)
            .summary("Lets a key live for some milliseconds more."),
        setter("expireat", "key unix-time-seconds", "1.2.0", true, true)
            .summary("Lets a key live until a second."),
        setter("pexpireat", "key unix-time-milliseconds", "2.6.0", false, true)
            .summary("Lets a key live until a millisecond."),
        getter("ttl", "1.0.0", call -> replyTime(call, true, true))
            .summary("Answers how many seconds a key has to live.")
            .changed("2.8.0", "Added the -2 reply.")
            .tip("nondeterministic_output"),
        getter("pttl", "2.6.0", call -> replyTime(call, false, true))
            .summary("Answers how many milliseconds a key has to live.")
            .changed("2.8.0", "Added the -2 reply.")
            .tip("nondeterministic_output"),
        getter("expiretime", "7.0.0", call -> replyTime(call, true, false))
            .summary("Answers the second until which a key lives."),
        getter("pexpiretime", "7.0.0", call -> replyTime(call, false, false))
            .summary("Answers the millisecond until which a key lives."),
        row("persist", 2, "2.2.0")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Takes the deadline of a key away.")
            .syntax("key")
            .handler(KeyExpiryCommands::persist));
  }

  private static Command row(String name, int arity, String since) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.GENERIC)
        .since(since)
        .complexity("O(1)");
  }

  private static Command setter(
      String name, String arguments, String since, boolean seconds, boolean absolute) {
    return row(name, -3, since)
        .flags(WRITE, FAST)
        .keys(KeySpec.at(1, RW, UPDATE))
        .syntax(arguments + " [NX | XX | GT | LT]")
        .changed("7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`.")
        .handler(call -> expire(call, seconds, absolute));
  }

  private static Command getter(
      String name, String since, io.respite.server.command.Handler handler) {
    return row(name, 2, since)
        .flags(READONLY, FAST)
        .keys(KeySpec.at(1, RO, ACCESS))
        .syntax("key")
        .handler(handler);
  }

  /** When a deadline is set; all may be false, and GT or LT may come with XX. */
  private record Conditions(boolean nx, boolean xx, boolean gt, boolean lt) {
    static Conditions parse(Call call) {
      boolean nx = false;
      boolean xx = false;
      boolean gt = false;
      boolean lt = false;
      for (int i = 3; i < call.count(); i++) {
        if (call.is(i, "nx")) {
          nx = true;
        } else if (call.is(i, "xx")) {
          xx = true;
        } else if (call.is(i, "gt")) {
          gt = true;
        } else if (call.is(i, "lt")) {
          lt = true;
        } else {
          throw new CommandError("ERR Unsupported option " + call.quoted(i));
        }
      }
      if (nx && (xx || gt || lt)) {
        throw new CommandError(
            "ERR NX and XX, GT or LT options at the same time are not compatible");
      }
      if (gt && lt) {
        throw new CommandError("ERR GT and LT options at the same time are not compatible");
      }
      return new Conditions(nx, xx, gt, lt);
    }

    /** Whether a key with this deadline, 0 for none, may get the new one. */
    boolean allow(long old, long deadline) {
      boolean hasOne = old != 0;
      return !((nx && hasOne)
          || (xx && !hasOne)
          || (gt && (!hasOne || deadline <= old))
          || (lt && hasOne && deadline >= old));
    }
  }

  private static void expire(Call call, boolean seconds, boolean absolute) {
    Conditions conditions = Conditions.parse(call);
    long deadline = deadline(call, seconds, absolute);
    Object entry = call.peek(1);
    if (entry == null || !conditions.allow(Database.expireAt(entry), deadline)) {
      call.reply().integer(0);
      return;
    }
    boolean journalled = call.keyspace().effects().active();
    if (deadline <= call.now() && call.keyspace().expires()) {
      call.remove(1);
      if (journalled) {
        call.effect(Words.of("DEL"), call.bytes(1));
      }
      call.modified(1, KeyEvent.DEL);
    } else {
      // A deadline of 0 stands for none; on a server that expires nothing one may be set.
      setDeadline(call, Math.max(1, deadline));
      if (journalled) {
        call.effect(Words.of("PEXPIREAT"), call.bytes(1), Words.of(deadline));
      }
      call.modified(1, KeyEvent.EXPIRE);
    }
    call.reply().integer(1);
  }

  private static long deadline(Call call, boolean seconds, boolean absolute) {
    long value = Parse.integer(call, 2);
    if (seconds && (value > Long.MAX_VALUE / 1000 || value < Long.MIN_VALUE / 1000)) {
      throw Parse.invalidExpiry(call);
    }
    long millis = seconds ? value * 1000 : value;
    long base = absolute ? 0 : call.now();
    if (millis > Long.MAX_VALUE - base) {
      throw Parse.invalidExpiry(call);
    }
    return millis + base;
  }

  private static void setDeadline(Call call, long deadline) {
    Arguments arguments = call.arguments();
    call.database()
        .expireAt(arguments.buffer(), arguments.offset(1), arguments.length(1), deadline);
  }

  private static void replyTime(Call call, boolean seconds, boolean remaining) {
    Object entry = call.look(1);
    if (entry == null) {
      call.reply().integer(NO_KEY);
      return;
    }
    long deadline = Database.expireAt(entry);
    if (deadline == 0) {
      call.reply().integer(NO_DEADLINE);
      return;
    }
    long millis = deadline - (remaining ? call.now() : 0);
    call.reply().integer(seconds ? millis / 1000 + (millis % 1000 + 500) / 1000 : millis);
  }

  private static void persist(Call call) {
    Object entry = call.peek(1);
    if (entry == null || Database.expireAt(entry) == 0) {
      call.reply().integer(0);
      return;
    }
    setDeadline(call, 0);
    call.modified(1, KeyEvent.PERSIST);
    call.reply().integer(1);
  }
}
