package io.respite.server.command.family.hash;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.INSERT;
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
import io.respite.server.command.Reply;
import io.respite.server.command.ScanOptions;
import io.respite.server.command.Words;
import io.respite.server.encoding.LongDouble;
import io.respite.server.encoding.Numbers;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashes: HSET, HGET and their relatives. Those that concern the deadlines of fields are in {@link
 * HashExpiryCommands}.
 *
 * <p>A field past its deadline is no field: readers pass it over, writers remove it first. Only
 * HLEN counts it until somebody removes it, as the real server does.
 */
public final class HashCommands {
  private HashCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    KeySpec look = KeySpec.at(1, RO);
    KeySpec count = KeySpec.at(1, RW, ACCESS, UPDATE);
    String perField = "O(N) where N is the number of fields named.";
    String perSize = "O(N) where N is the number of fields in the hash.";
    return List.of(
        row("hset", -4, "2.0.0", "O(1) for each field and value given.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Sets fields of a hash, which is made if there is none.")
            .syntax("key field value [field value ...]")
            .changed("4.0.0", "Accepts multiple `field` and `value` arguments.")
            .handler(call -> call.reply().integer(setAll(call))),
        row("hmset", -4, "2.0.0", perField)
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Sets fields of a hash.")
            .syntax("key field value [field value ...]")
            .deprecated("4.0.0", "`HSET` with multiple field-value pairs")
            .handler(HashCommands::hmset),
        row("hsetnx", 4, "2.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, INSERT))
            .summary("Sets a field that the hash does not have.")
            .syntax("key field value")
            .handler(HashCommands::hsetnx),
        row("hget", 3, "2.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers the value of a field.")
            .syntax("key field")
            .handler(HashCommands::hget),
        row("hmget", -3, "2.0.0", perField)
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers the values of several fields.")
            .syntax("key field [field ...]")
            .handler(HashCommands::hmget),
        row("hgetall", 2, "2.0.0", perSize)
            .flags(READONLY)
            .keys(read)
            .summary("Answers all fields with their values.")
            .syntax("key")
            .tip("nondeterministic_output_order")
            .handler(HashCommands::hgetall),
        row("hkeys", 2, "2.0.0", perSize)
            .flags(READONLY)
            .keys(read)
            .summary("Answers the names of all fields.")
            .syntax("key")
            .tip("nondeterministic_output_order")
            .handler(HashCommands::hkeys),
        row("hvals", 2, "2.0.0", perSize)
            .flags(READONLY)
            .keys(read)
            .summary("Answers the values of all fields.")
            .syntax("key")
            .tip("nondeterministic_output_order")
            .handler(HashCommands::hvals),
        row("hdel", -3, "2.0.0", perField)
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Removes fields; the hash goes with its last one.")
            .syntax("key field [field ...]")
            .changed("2.4.0", "Accepts multiple `field` arguments.")
            .handler(HashCommands::hdel),
        row("hlen", 2, "2.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(look)
            .summary("Answers the number of fields.")
            .syntax("key")
            .handler(HashCommands::hlen),
        row("hstrlen", 3, "3.2.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(look)
            .summary("Answers the length of a field's value.")
            .syntax("key field")
            .handler(HashCommands::hstrlen),
        row("hexists", 3, "2.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(look)
            .summary("Tells whether the hash has a field.")
            .syntax("key field")
            .handler(HashCommands::hexists),
        row("hincrby", 4, "2.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(count)
            .summary("Adds to the integer in a field; a missing field counts as 0.")
            .syntax("key field increment")
            .handler(HashCommands::hincrby),
        row("hincrbyfloat", 4, "2.6.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(count)
            .summary("Adds to the number in a field; a missing field counts as 0.")
            .syntax("key field increment:double")
            .handler(HashCommands::hincrbyfloat),
        row("hrandfield", -2, "6.2.0", "O(N) where N is the number of fields answered.")
            .flags(READONLY)
            .keys(read)
            .summary("Answers fields chosen at random.")
            .syntax("key [<count [WITHVALUES]>]")
            .tip("nondeterministic_output")
            .handler(HashCommands::hrandfield),
        row("hscan", -3, "2.8.0", "O(1) for each call; O(N) for all calls until the cursor is 0.")
            .flags(READONLY)
            .keys(read)
            .summary("Goes through the fields of a hash in steps.")
            .syntax("key cursor [MATCH pattern] [COUNT count] [NOVALUES]")
            .tip("nondeterministic_output")
            .handler(HashCommands::hscan));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.HASH)
        .since(since)
        .complexity(complexity);
  }

  private static int setAll(Call call) {
    if (call.count() % 2 != 0) {
      throw CommandError.arity(call.command().fullName());
    }
    HashValue hash = call.hashOrNew(1);
    HashSupport.expireFields(call, hash, 2);
    int added = 0;
    for (int i = 2; i < call.count(); i += 2) {
      if (HashSupport.put(call, hash, i, i + 1, 0)) {
        added++;
      }
    }
    if (call.keyspace().namesFields()) {
      for (int i = 2; i < call.count(); i += 2) {
        call.named(i);
      }
    }
    call.modified(1, KeyEvent.HSET);
    return added;
  }

  private static void hmset(Call call) {
    setAll(call);
    call.reply().ok();
  }

  private static void hsetnx(Call call) {
    HashValue hash = call.hashForWrite(1);
    if (HashSupport.field(call, hash, 2) != null) {
      call.reply().integer(0);
      return;
    }
    hash = call.hashOrNew(1);
    HashSupport.expireField(call, hash, 2);
    HashSupport.put(call, hash, 2, 3, 0);
    call.named(2);
    call.modified(1, KeyEvent.HSET);
    call.reply().integer(1);
  }

  private static void hget(Call call) {
    HashSupport.replyValue(call, HashSupport.field(call, call.hash(1), 2));
  }

  private static void hmget(Call call) {
    HashValue hash = call.hash(1);
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      HashSupport.replyValue(call, HashSupport.field(call, hash, i));
    }
  }

  private static void hgetall(Call call) {
    Reply reply = call.reply();
    HashValue hash = call.hash(1);
    if (hash == null) {
      reply.map(0);
    } else if (allAlive(call, hash)) {
      reply.map(hash.size());
      hash.forEach(
          field -> {
            replyName(reply, field);
            replyValue(reply, field);
          });
    } else {
      int begin = reply.begin();
      int[] count = {0};
      long now = call.expiryNow();
      hash.forEach(
          field -> {
            if (!field.expired(now)) {
              replyName(reply, field);
              replyValue(reply, field);
              count[0]++;
            }
          });
      reply.finishMap(begin, count[0]);
    }
  }

  private static void hkeys(Call call) {
    replyList(call, true);
  }

  private static void hvals(Call call) {
    replyList(call, false);
  }

  private static void replyList(Call call, boolean names) {
    Reply reply = call.reply();
    HashValue hash = call.hash(1);
    if (hash == null) {
      reply.array(0);
      return;
    }
    boolean sizeKnown = allAlive(call, hash);
    if (sizeKnown) {
      reply.array(hash.size());
    }
    int begin = reply.begin();
    int[] count = {0};
    long now = call.expiryNow();
    hash.forEach(
        field -> {
          if (!field.expired(now)) {
            if (names) {
              replyName(reply, field);
            } else {
              replyValue(reply, field);
            }
            count[0]++;
          }
        });
    if (!sizeKnown) {
      reply.finishArray(begin, count[0]);
    }
  }

  private static boolean allAlive(Call call, HashValue hash) {
    return hash.withDeadline() == 0 || hash.innerDeadline() > call.expiryNow();
  }

  private static void replyName(Reply reply, FieldView field) {
    reply.bulk(field.nameBytes(), field.nameOffset(), field.nameLength());
  }

  private static void replyValue(Reply reply, FieldView field) {
    reply.bulk(field.valueBytes(), field.valueOffset(), field.valueLength());
  }

  private static void hdel(Call call) {
    HashValue hash = call.hashForWrite(1);
    if (hash == null) {
      call.reply().integer(0);
      return;
    }
    int removed = 0;
    boolean expired = false;
    List<Integer> named = new ArrayList<>();
    for (int i = 2; i < call.count() && hash.size() > 0; i++) {
      long before = hash.size();
      HashSupport.expireField(call, hash, i);
      expired |= hash.size() < before;
      if (HashSupport.remove(call, hash, i)) {
        removed++;
        if (call.keyspace().namesFields()) {
          named.add(i);
        }
      }
    }
    if (removed > 0) {
      HashSupport.named(call, named);
      HashSupport.changed(call, hash, KeyEvent.HDEL);
    } else if (expired) {
      HashSupport.removeIfEmpty(call, hash);
      call.noEffect();
    }
    call.reply().integer(removed);
  }

  private static void hlen(Call call) {
    HashValue hash = call.hash(1);
    call.reply().integer(hash == null ? 0 : hash.size());
  }

  private static void hstrlen(Call call) {
    FieldView field = HashSupport.field(call, call.hash(1), 2);
    call.reply().integer(field == null ? 0 : field.valueLength());
  }

  private static void hexists(Call call) {
    call.reply().integer(HashSupport.field(call, call.hash(1), 2) == null ? 0 : 1);
  }

  private static void hincrby(Call call) {
    long increment = Parse.integer(call, 3);
    FieldView field = HashSupport.field(call, call.hashForWrite(1), 2);
    long old = 0;
    long deadline = 0;
    if (field != null) {
      if (!Numbers.isLong(field.valueBytes(), field.valueOffset(), field.valueLength())) {
        throw new CommandError("ERR hash value is not an integer");
      }
      old = Numbers.parseLong(field.valueBytes(), field.valueOffset(), field.valueLength());
      deadline = field.expireAt();
    }
    long sum = old + increment;
    if (((old ^ sum) & (increment ^ sum)) < 0) {
      throw new CommandError("ERR increment or decrement would overflow");
    }
    replaceValue(call, Numbers.longBytes(sum), deadline);
    call.named(2);
    call.modified(1, KeyEvent.HINCRBY);
    call.reply().integer(sum);
  }

  private static void hincrbyfloat(Call call) {
    LongDouble increment = Parse.longDouble(call, 3);
    if (increment.isInfinite()) {
      throw new CommandError("ERR value is NaN or Infinity");
    }
    FieldView field = HashSupport.field(call, call.hashForWrite(1), 2);
    LongDouble old = LongDouble.ZERO;
    long deadline = 0;
    if (field != null) {
      old = LongDouble.parse(field.valueBytes(), field.valueOffset(), field.valueLength());
      if (old == null) {
        throw new CommandError("ERR hash value is not a float");
      }
      deadline = field.expireAt();
    }
    LongDouble sum = old.plus(increment);
    if (sum == null || sum.isInfinite()) {
      throw new CommandError("ERR increment would produce NaN or Infinity");
    }
    byte[] text = sum.toBytes();
    replaceValue(call, text, deadline);
    if (HashSupport.journalled(call)) {
      // The sum itself, so that no other machine has to round the same way. Plain HSET where it is
      // enough: servers without HSETEX understand it.
      if (deadline == 0) {
        call.effect(Words.of("HSET"), call.bytes(1), call.bytes(2), text);
      } else {
        call.effect(
            Words.of("HSETEX"),
            call.bytes(1),
            Words.of("KEEPTTL"),
            Words.of("FIELDS"),
            Words.of(1),
            call.bytes(2),
            text);
      }
    }
    call.named(2);
    call.modified(1, KeyEvent.HINCRBYFLOAT);
    call.reply().bulk(text);
  }

  private static void replaceValue(Call call, byte[] value, long deadline) {
    HashValue hash = call.hashOrNew(1);
    HashSupport.expireField(call, hash, 2);
    Arguments arguments = call.arguments();
    hash.put(
        arguments.buffer(),
        arguments.offset(2),
        arguments.length(2),
        value,
        0,
        value.length,
        deadline);
  }

  private static void hrandfield(Call call) {
    if (call.count() == 2) {
      RandomFields.one(call, call.hash(1));
      return;
    }
    long count = Parse.integer(call, 2, -Long.MAX_VALUE, Long.MAX_VALUE);
    boolean withValues = call.count() == 4 && call.is(3, "withvalues");
    if (call.count() > 3 && !withValues) {
      throw CommandError.syntax();
    }
    if (withValues && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
      throw new CommandError("ERR value is out of range");
    }
    RandomFields.several(call, call.hash(1), count, withValues);
  }

  private static void hscan(Call call) {
    long cursor = Parse.cursor(call, 2);
    Reply reply = call.reply();
    HashValue hash = call.hash(1);
    if (hash == null) {
      reply.array(2);
      reply.bulk("0");
      reply.array(0);
      return;
    }
    ScanOptions options = ScanOptions.parse(call, 3, ScanOptions.Kind.HASH);
    List<byte[]> found = new ArrayList<>();
    long now = call.expiryNow();
    long next =
        hash.scan(
            cursor,
            options.count(),
            field -> {
              if (!field.expired(now)
                  && options.matches(field.nameBytes(), field.nameOffset(), field.nameLength())) {
                found.add(field.name());
                if (options.values()) {
                  found.add(field.value());
                }
              }
            });
    reply.array(2);
    reply.bulk(Long.toUnsignedString(next));
    reply.array(found.size());
    found.forEach(reply::bulk);
  }
}
