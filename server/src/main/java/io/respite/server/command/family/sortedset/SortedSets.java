package io.respite.server.command.family.sortedset;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Reply;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ScoredView;
import io.respite.server.type.SortedSetValue;

/** What the commands on sorted sets share. */
final class SortedSets {
  private SortedSets() {}

  static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.SORTED_SET)
        .since(since)
        .complexity(complexity);
  }

  /** The sorted set at the key in argument {@code i}, or null; for readers. */
  static SortedSetValue at(Call call, int i) {
    return call.value(i, SortedSetValue.class);
  }

  /** The sorted set at the key in argument {@code i}, or null; for writers. */
  static SortedSetValue forWrite(Call call, int i) {
    return call.valueForWrite(i, SortedSetValue.class);
  }

  /** A sorted set that no key holds yet. */
  static SortedSetValue fresh(Call call) {
    return new SortedSetValue(call.keyspace().hasher(), call.keyspace().limits());
  }

  /** The score of the member in argument {@code i}; not-a-number when it is no member. */
  static double score(Call call, SortedSetValue set, int i) {
    Arguments arguments = call.arguments();
    return set.scoreOf(arguments.buffer(), arguments.offset(i), arguments.length(i));
  }

  /** Tells that members were removed from the key in argument {@code i}, which goes when empty. */
  static void removed(Call call, int i, SortedSetValue set, KeyEvent event) {
    call.modified(i, event);
    if (set.size() == 0) {
      call.remove(i);
      call.modified(i, KeyEvent.DEL);
    }
  }

  /**
   * Lets the key in argument {@code i} hold a result, or nothing when that is empty, and replies
   * with its size.
   */
  static void store(Call call, int i, SortedSetValue result, KeyEvent event) {
    long size = result.size();
    if (size > 0) {
      call.put(i, result);
      call.modified(i, event);
    } else if (call.remove(i)) {
      call.modified(i, KeyEvent.DEL);
    }
    call.reply().integer(size);
  }

  /** Begins a reply of this many members; {@link #reply} writes each. */
  static void begin(Reply reply, long members, boolean withScores) {
    reply.array(withScores && reply.protocol() != 3 ? members * 2 : members);
  }

  /** Replies with a member, and its score if wanted: a pair in RESP3. */
  static void reply(Reply reply, ScoredView member, boolean withScore) {
    if (withScore && reply.protocol() == 3) {
      reply.array(2);
    }
    reply.bulk(member.bytes(), member.offset(), member.length());
    if (withScore) {
      reply.number(member.score());
    }
  }
}
