package io.respite.server.command.family.hash;

import io.respite.server.command.Call;
import io.respite.server.command.Draws;
import io.respite.server.command.Reply;
import io.respite.server.environment.RandomSource;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * HRANDFIELD's choice. A positive count asks for so many different fields, a negative one for so
 * many draws in which a field may come again. Dead fields are never chosen.
 *
 * <p>Draws from a large hash look at few fields: each is one probe of the table, tried again when
 * it hits a dead or a known field. When most of the hash is asked for, or most of it is dead, the
 * live fields are gathered once and shuffled instead.
 */
final class RandomFields {
  private static final int TRIES = 100;

  private RandomFields() {}

  /** Replies with the name of one field, or nil. */
  static void one(Call call, HashValue hash) {
    FieldView field = hash == null ? null : draw(call, hash);
    if (field == null) {
      call.reply().nil();
    } else {
      replyName(call.reply(), field);
    }
  }

  /** Replies with {@code count} different fields, or {@code -count} draws. */
  static void several(Call call, HashValue hash, long count, boolean withValues) {
    if (hash == null || count == 0) {
      call.reply().array(0);
    } else if (count > 0) {
      replyAll(call, different(call, hash, count), withValues);
    } else {
      draws(call, hash, -count, withValues);
    }
  }

  /** One live field, or null when there is none. The view is the hash's. */
  private static FieldView draw(Call call, HashValue hash) {
    RandomSource random = call.keyspace().random();
    for (int i = 0; i < TRIES; i++) {
      FieldView field = hash.random(random);
      if (field == null || !field.expired(call.expiryNow())) {
        return field;
      }
    }
    List<byte[]> alive = alive(call, hash);
    if (alive.isEmpty()) {
      return null;
    }
    byte[] name = alive.get(random.nextInt(alive.size()));
    return hash.find(name, 0, name.length);
  }

  private static void draws(Call call, HashValue hash, long count, boolean withValues) {
    Draws.check(count, "fields");
    Reply reply = call.reply();
    if (draw(call, hash) == null) {
      reply.array(0);
      return;
    }
    boolean pairs = withValues && reply.protocol() == 3;
    reply.array(withValues && !pairs ? count * 2 : count);
    for (long i = 0; i < count; i++) {
      reply(reply, draw(call, hash), withValues, pairs);
    }
  }

  private static List<byte[]> different(Call call, HashValue hash, long count) {
    if (count <= hash.size() / 3) {
      List<byte[]> probed = probe(call, hash, (int) Math.min(count, Integer.MAX_VALUE));
      if (probed.size() == count) {
        return probed;
      }
    }
    RandomSource random = call.keyspace().random();
    List<byte[]> alive = alive(call, hash);
    int wanted = (int) Math.min(count, alive.size());
    for (int i = 0; i < wanted && wanted < alive.size(); i++) {
      Collections.swap(alive, i, i + random.nextInt(alive.size() - i));
    }
    return alive.subList(0, wanted);
  }

  /** So many different live fields, or fewer when too many probes hit known or dead ones. */
  private static List<byte[]> probe(Call call, HashValue hash, int count) {
    Set<ByteBuffer> known = new HashSet<>();
    List<byte[]> chosen = new ArrayList<>();
    long tries = TRIES + 10L * count;
    while (chosen.size() < count && tries-- > 0) {
      FieldView field = hash.random(call.keyspace().random());
      if (!field.expired(call.expiryNow())) {
        byte[] name = field.name();
        if (known.add(ByteBuffer.wrap(name))) {
          chosen.add(name);
        }
      }
    }
    return chosen;
  }

  private static List<byte[]> alive(Call call, HashValue hash) {
    List<byte[]> alive = new ArrayList<>();
    long now = call.expiryNow();
    hash.forEach(
        field -> {
          if (!field.expired(now)) {
            alive.add(field.name());
          }
        });
    return alive;
  }

  private static void replyAll(Call call, List<byte[]> names, boolean withValues) {
    Reply reply = call.reply();
    boolean pairs = withValues && reply.protocol() == 3;
    reply.array(withValues && !pairs ? names.size() * 2L : names.size());
    HashValue hash = call.hashForWrite(1);
    for (byte[] name : names) {
      reply(reply, hash.find(name, 0, name.length), withValues, pairs);
    }
  }

  private static void reply(Reply reply, FieldView field, boolean withValues, boolean pairs) {
    if (pairs) {
      reply.array(2);
    }
    replyName(reply, field);
    if (withValues) {
      reply.bulk(field.valueBytes(), field.valueOffset(), field.valueLength());
    }
  }

  private static void replyName(Reply reply, FieldView field) {
    reply.bulk(field.nameBytes(), field.nameOffset(), field.nameLength());
  }
}
