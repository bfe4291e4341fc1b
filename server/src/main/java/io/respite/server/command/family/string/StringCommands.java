package io.respite.server.command.family.string;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.INSERT;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;
import static io.respite.server.command.KeySpec.Flag.VARIABLE_FLAGS;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.FoundKey;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Words;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.StringView;
import io.respite.server.type.StringValue;
import java.util.List;

/**
 * Strings that are set and read whole: SET, GET and their relatives.
 *
 * <p>A relative time to live is journalled as an absolute one, a condition that held is left out.
 */
public final class StringCommands {
  private static final byte[] SET = Words.of("SET");
  private static final byte[] DEL = Words.of("DEL");
  private static final byte[] PXAT = Words.of("PXAT");
  private static final byte[] KEEPTTL = Words.of("KEEPTTL");
  private static final byte[] PERSIST = Words.of("PERSIST");
  private static final byte[] PEXPIREAT = Words.of("PEXPIREAT");

  private StringCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    KeySpec change = KeySpec.at(1, RW, ACCESS, UPDATE);
    KeySpec overwrite = KeySpec.at(1, OW, UPDATE);
    return List.of(
        row("set", -3, "1.0.0", "O(1)")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RW, ACCESS, UPDATE, VARIABLE_FLAGS))
            .summary("Stores a string at a key, whatever it held, with conditions and a deadline.")
            .syntax(
                "key value [NX | XX | IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest"
                    + " | IFDNE ifdne-digest] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                    + " | PXAT unix-time-milliseconds | KEEPTTL]")
            .changed("2.6.12", "Added the EX, PX, NX and XX options.")
            .changed("6.0.0", "Added the KEEPTTL option.")
            .changed("6.2.0", "Added the GET, EXAT and PXAT option.")
            .changed("7.0.0", "Allowed the NX and GET options to be used together.")
            .changed("8.4.0", "Added the IFEQ, IFNE, IFDEQ and IFDNE options.")
            .keyFunction(StringCommands::keyOfSet)
            .handler(StringCommands::set),
        row("get", 2, "1.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers the string at a key.")
            .syntax("key")
            .handler(StringCommands::get),
        row("setnx", 3, "1.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, OW, INSERT))
            .summary("Stores a string at a key that does not exist.")
            .syntax("key value")
            .deprecated("2.6.12", "`SET` with the `NX` argument")
            .handler(StringCommands::setnx),
        row("setex", 4, "2.0.0", "O(1)")
            .flags(WRITE, DENYOOM)
            .keys(overwrite)
            .summary("Stores a string that lives for some seconds.")
            .syntax("key seconds value")
            .deprecated("2.6.12", "`SET` with the `EX` argument")
            .handler(call -> setWithExpiry(call, true)),
        row("psetex", 4, "2.6.0", "O(1)")
            .flags(WRITE, DENYOOM)
            .keys(overwrite)
            .summary("Stores a string that lives for some milliseconds.")
            .syntax("key milliseconds value")
            .deprecated("2.6.12", "`SET` with the `PX` argument")
            .handler(call -> setWithExpiry(call, false)),
        row("getset", 3, "1.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(change)
            .summary("Stores a string and answers the one before.")
            .syntax("key value")
            .deprecated("6.2.0", "`SET` with the `!GET` argument")
            .handler(StringCommands::getset),
        row("getdel", 2, "6.2.0", "O(1)")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, DELETE))
            .summary("Answers the string at a key and removes the key.")
            .syntax("key")
            .handler(StringCommands::getdel),
        row("getex", -2, "6.2.0", "O(1)")
            .flags(WRITE, FAST)
            .keys(change)
            .summary("Answers the string at a key and gives the key another deadline, or none.")
            .syntax(
                "key [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                    + " | PXAT unix-time-milliseconds | PERSIST]")
            .handler(StringCommands::getex),
        row("mget", -2, "1.0.0", "O(N) where N is the number of keys to retrieve.")
            .flags(READONLY, FAST)
            .keys(KeySpec.range(1, -1, 1, RO, ACCESS))
            .summary("Answers the strings at several keys.")
            .syntax("key [key ...]")
            .tip("request_policy:multi_shard")
            .handler(StringCommands::mget),
        row("mset", -3, "1.0.1", "O(N) where N is the number of keys to set.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.range(1, -1, 2, OW, UPDATE))
            .summary("Stores strings at several keys at once.")
            .syntax("key value [key value ...]")
            .tip("request_policy:multi_shard")
            .tip("response_policy:all_succeeded")
            .handler(StringCommands::mset),
        row("msetnx", -3, "1.0.1", "O(N) where N is the number of keys to set.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.range(1, -1, 2, OW, INSERT))
            .summary("Stores strings at several keys, unless one of the keys exists.")
            .syntax("key value [key value ...]")
            .handler(StringCommands::msetnx));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.STRING)
        .since(since)
        .complexity(complexity);
  }

  private static void set(Call call) {
    if (call.count() == 3) {
      call.putString(1, 2, 0, PackedEntry.FORM_PLAIN);
      call.modified(1, KeyEvent.SET);
      call.reply().ok();
      return;
    }
    StringOptions options = StringOptions.parse(call, 3, StringOptions.Grammar.SET);
    long deadline = options.deadline(call);
    if (options.get) {
      StringView old = call.string(1);
      replyOrNil(call, old);
    }
    if (options.condition != null && !options.condition.holds(call, call.stringForWrite(1))) {
      if (!options.get) {
        call.reply().nil();
      }
      return;
    }
    boolean conditional = options.onlyNew || options.onlyOld;
    if (conditional || options.keep) {
      Object entry = call.peek(1);
      if ((options.onlyNew && entry != null) || (options.onlyOld && entry == null)) {
        if (!options.get) {
          call.reply().nil();
        }
        return;
      }
      if (options.keep && entry != null) {
        deadline = Database.expireAt(entry);
      }
    }
    call.putString(1, 2, deadline, PackedEntry.FORM_PLAIN);
    if (call.keyspace().effects().active()) {
      if (options.keep) {
        call.effect(SET, call.bytes(1), call.bytes(2), KEEPTTL);
      } else if (deadline != 0) {
        call.effect(SET, call.bytes(1), call.bytes(2), PXAT, Words.of(deadline));
      } else {
        call.effect(SET, call.bytes(1), call.bytes(2));
      }
    }
    call.modified(1, KeyEvent.SET);
    if (options.expires()) {
      call.modified(1, KeyEvent.EXPIRE);
    }
    if (!options.get) {
      call.reply().ok();
    }
  }

  /** SET reads the key where it answers or compares what is there. */
  private static List<FoundKey> keyOfSet(Arguments request) {
    boolean reads = false;
    for (int i = 3; i < request.count(); i++) {
      reads |= request.is(i, "get");
      reads |= request.is(i, "ifeq") || request.is(i, "ifne");
      reads |= request.is(i, "ifdeq") || request.is(i, "ifdne");
    }
    KeySpec spec = reads ? KeySpec.at(1, RW, ACCESS, UPDATE) : KeySpec.at(1, OW, UPDATE);
    return List.of(new FoundKey(1, spec));
  }

  private static void replyOrNil(Call call, StringView string) {
    if (string == null) {
      call.reply().nil();
    } else {
      call.reply().bulk(string.bytes(), string.offset(), string.length());
    }
  }

  private static void get(Call call) {
    replyOrNil(call, call.string(1));
  }

  private static void setnx(Call call) {
    if (call.peek(1) != null) {
      call.reply().integer(0);
      return;
    }
    call.putString(1, 2, 0, PackedEntry.FORM_PLAIN);
    call.modified(1, KeyEvent.SET);
    call.reply().integer(1);
  }

  private static void setWithExpiry(Call call, boolean seconds) {
    long deadline = Parse.expiry(call, 2, seconds, false);
    call.putString(1, 3, deadline, PackedEntry.FORM_PLAIN);
    if (call.keyspace().effects().active()) {
      call.effect(SET, call.bytes(1), call.bytes(3), PXAT, Words.of(deadline));
    }
    call.modified(1, KeyEvent.SET);
    call.modified(1, KeyEvent.EXPIRE);
    call.reply().ok();
  }

  private static void getset(Call call) {
    replyOrNil(call, call.string(1));
    call.putString(1, 2, 0, PackedEntry.FORM_PLAIN);
    if (call.keyspace().effects().active()) {
      call.effect(SET, call.bytes(1), call.bytes(2));
    }
    call.modified(1, KeyEvent.SET);
  }

  private static void getdel(Call call) {
    StringView string = call.string(1);
    replyOrNil(call, string);
    if (string != null) {
      remove(call);
    }
  }

  private static void remove(Call call) {
    call.remove(1);
    if (call.keyspace().effects().active()) {
      call.effect(DEL, call.bytes(1));
    }
    call.modified(1, KeyEvent.DEL);
  }

  private static void getex(Call call) {
    StringOptions options = StringOptions.parse(call, 2, StringOptions.Grammar.GETEX);
    StringView string = call.string(1);
    if (string == null) {
      call.reply().nil();
      return;
    }
    long deadline = options.deadline(call);
    boolean hadDeadline = string.expireAt() != 0;
    replyOrNil(call, string);
    if (options.expires()) {
      if (deadline <= call.now() && call.keyspace().expires()) {
        remove(call);
        return;
      }
      expireAt(call, deadline);
      if (call.keyspace().effects().active()) {
        call.effect(PEXPIREAT, call.bytes(1), Words.of(deadline));
      }
      call.modified(1, KeyEvent.EXPIRE);
    } else if (options.persist && hadDeadline) {
      expireAt(call, 0);
      if (call.keyspace().effects().active()) {
        call.effect(PERSIST, call.bytes(1));
      }
      call.modified(1, KeyEvent.PERSIST);
    }
  }

  private static void expireAt(Call call, long deadline) {
    call.database()
        .expireAt(
            call.arguments().buffer(),
            call.arguments().offset(1),
            call.arguments().length(1),
            deadline);
  }

  private static void mget(Call call) {
    call.reply().array(call.count() - 1);
    for (int i = 1; i < call.count(); i++) {
      Object entry = call.lookup(i);
      if (entry instanceof byte[] record) {
        int offset = PackedEntry.valueOffset(record);
        call.reply().bulk(record, offset, record.length - offset);
      } else if (entry instanceof KeyEntry keyed && keyed.value() instanceof StringValue string) {
        call.reply().bulk(string.bytes(), 0, string.length());
      } else {
        call.reply().nil();
      }
    }
  }

  private static void mset(Call call) {
    requirePairs(call);
    storeAll(call);
    call.reply().ok();
  }

  private static void msetnx(Call call) {
    requirePairs(call);
    for (int i = 1; i < call.count(); i += 2) {
      if (call.peek(i) != null) {
        call.reply().integer(0);
        return;
      }
    }
    storeAll(call);
    call.reply().integer(1);
  }

  private static void requirePairs(Call call) {
    if (call.count() % 2 == 0) {
      throw CommandError.arity(call.command().fullName());
    }
  }

  private static void storeAll(Call call) {
    for (int i = 1; i < call.count(); i += 2) {
      call.putString(i, i + 1, 0, PackedEntry.FORM_PLAIN);
      call.modified(i, KeyEvent.SET);
    }
  }
}
