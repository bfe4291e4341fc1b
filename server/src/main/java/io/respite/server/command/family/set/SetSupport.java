package io.respite.server.command.family.set;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Reply;
import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.Window;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SetValue;

/** What the commands on sets share. Keys and members are named by the index of their argument. */
final class SetSupport {
  private SetSupport() {}

  static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.SET)
        .since(since)
        .complexity(complexity);
  }

  /** A new and empty set, which no key holds yet. */
  static SetValue newSet(Call call) {
    return new SetValue(call.keyspace().hasher(), call.keyspace().limits());
  }

  /** Lets a key hold a new set, in the form for so many members from argument {@code first} on. */
  static SetValue newSet(Call call, int key, int first, long members) {
    Arguments arguments = call.arguments();
    boolean integer =
        Numbers.isLong(arguments.buffer(), arguments.offset(first), arguments.length(first));
    SetValue set =
        SetValue.sized(call.keyspace().hasher(), call.keyspace().limits(), integer, members);
    call.put(key, set);
    return set;
  }

  static boolean contains(Call call, SetValue set, int member) {
    Arguments arguments = call.arguments();
    return set.contains(arguments.buffer(), arguments.offset(member), arguments.length(member));
  }

  static boolean add(Call call, SetValue set, int member) {
    Arguments arguments = call.arguments();
    return set.add(arguments.buffer(), arguments.offset(member), arguments.length(member));
  }

  static boolean remove(Call call, SetValue set, int member) {
    Arguments arguments = call.arguments();
    return set.remove(arguments.buffer(), arguments.offset(member), arguments.length(member));
  }

  /** Replies with a member. */
  static void reply(Reply reply, Window member) {
    if (member.isLong()) {
      reply.bulk(member.longValue());
    } else {
      reply.bulk(member.bytes(), member.offset(), member.length());
    }
  }

  /** Replies with all members. */
  static void replyAll(Reply reply, SetValue set, Window window) {
    reply.set(set.size());
    set.forEach(window, member -> reply(reply, member));
  }

  /** Tells that the set at a key has changed, and removes the key if no member is left. */
  static void changed(Call call, int key, SetValue set, KeyEvent event) {
    call.modified(key, event);
    if (set.size() == 0) {
      call.remove(key);
      call.modified(key, KeyEvent.DEL);
    }
  }
}
