package io.respite.server.command.family.hash;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Words;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import java.util.ArrayList;
import java.util.List;

/** What the commands on hashes share: fields named by the index of their argument. */
final class HashSupport {
  private HashSupport() {}

  /** The live field in argument {@code i}, or null; {@code hash} may be null. */
  static FieldView field(Call call, HashValue hash, int i) {
    Arguments arguments = call.arguments();
    return hash == null
        ? null
        : hash.find(arguments.buffer(), arguments.offset(i), arguments.length(i), call.expiryNow());
  }

  /** Replies with a field's value, or nil for null. */
  static void replyValue(Call call, FieldView field) {
    if (field == null) {
      call.reply().nil();
    } else {
      call.reply().bulk(field.valueBytes(), field.valueOffset(), field.valueLength());
    }
  }

  /**
   * Removes the field in argument {@code i} if its time has come; hashes without deadlines cost
   * nothing.
   */
  static void expireField(Call call, HashValue hash, int i) {
    if (hash.innerDeadline() > call.expiryNow()) {
      return;
    }
    Arguments arguments = call.arguments();
    call.database()
        .expireField(
            call.bytes(1), hash, arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /**
   * Removes, before anything is set, those fields whose time has come among the arguments {@code
   * first}, {@code first + 2} and so on to the end. All of them first, because their removal is
   * told ahead of the command's own effect: who follows has to see the hash end where it ends here.
   */
  static void expireFields(Call call, HashValue hash, int first) {
    if (hash.innerDeadline() > call.expiryNow()) {
      return;
    }
    for (int i = first; i < call.count(); i += 2) {
      expireField(call, hash, i);
    }
  }

  /**
   * Sets the field in argument {@code field} to the value in argument {@code value}; whether it is
   * new. Dead fields must have been removed by {@link #expireField}.
   */
  static boolean put(Call call, HashValue hash, int field, int value, long expireAt) {
    Arguments arguments = call.arguments();
    return hash.put(
        arguments.buffer(),
        arguments.offset(field),
        arguments.length(field),
        arguments.buffer(),
        arguments.offset(value),
        arguments.length(value),
        expireAt);
  }

  /** Removes the field in argument {@code i}, dead or alive; whether there was one. */
  static boolean remove(Call call, HashValue hash, int i) {
    Arguments arguments = call.arguments();
    return hash.remove(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /** Names the fields in these arguments as those that the next event is about. */
  static void named(Call call, List<Integer> fields) {
    if (call.keyspace().namesFields()) {
      fields.forEach(call::named);
    }
  }

  /** Tells that the hash at the first key has changed, and removes the key if no field is left. */
  static void changed(Call call, HashValue hash, KeyEvent event) {
    call.modified(1, event);
    removeIfEmpty(call, hash);
  }

  /** Removes the first key if its hash has no field left. */
  static void removeIfEmpty(Call call, HashValue hash) {
    if (hash.size() == 0) {
      call.remove(1);
      call.modified(1, KeyEvent.DEL);
    }
  }

  /** Must follow when fields of the hash at the first key got a deadline. */
  static void deadlineChanged(Call call) {
    Arguments arguments = call.arguments();
    call.database()
        .fieldDeadlineChanged(arguments.buffer(), arguments.offset(1), arguments.length(1));
  }

  /** Gives the field in argument {@code i} another deadline, 0 for none. */
  static void expireAt(Call call, HashValue hash, int i, long expireAt) {
    Arguments arguments = call.arguments();
    hash.expireAt(arguments.buffer(), arguments.offset(i), arguments.length(i), expireAt);
  }

  /** Whether effects have to be built at all. */
  static boolean journalled(Call call) {
    return call.keyspace().effects().active();
  }

  /** Leaves the effect {@code HDEL key field...} for the fields in these arguments. */
  static void effectDeleted(Call call, List<Integer> fields) {
    if (!fields.isEmpty()) {
      effect(call, fields, Words.of("HDEL"), call.bytes(1));
    }
  }

  /** Leaves the effect {@code HPEXPIREAT key deadline FIELDS n field...}. */
  static void effectExpires(Call call, List<Integer> fields, long deadline) {
    if (!fields.isEmpty()) {
      effect(
          call,
          fields,
          Words.of("HPEXPIREAT"),
          call.bytes(1),
          Words.of(deadline),
          Words.of("FIELDS"),
          Words.of(fields.size()));
    }
  }

  /** Leaves the effect {@code HPERSIST key FIELDS n field...}. */
  static void effectPersists(Call call, List<Integer> fields) {
    if (!fields.isEmpty()) {
      effect(
          call,
          fields,
          Words.of("HPERSIST"),
          call.bytes(1),
          Words.of("FIELDS"),
          Words.of(fields.size()));
    }
  }

  private static void effect(Call call, List<Integer> fields, byte[]... head) {
    List<byte[]> words = new ArrayList<>(List.of(head));
    for (int field : fields) {
      words.add(call.bytes(field));
    }
    call.effect(words.toArray(byte[][]::new));
  }
}
