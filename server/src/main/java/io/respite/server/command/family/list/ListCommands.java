package io.respite.server.command.family.list;

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
import io.respite.server.encoding.ListCursor;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ListValue;
import java.util.List;

/** The commands on one list: LPUSH, LRANGE and their relatives. */
public final class ListCommands {
  /** Moved from list to list; the rows of one engine are executed by one caller at a time. */
  private final ListCursor cursor = new ListCursor();

  private final ListSupport support = new ListSupport();

  /** The family. */
  public ListCommands() {}

  /** The rows. */
  public List<Command> rows() {
    KeySpec insert = KeySpec.at(1, RW, INSERT);
    KeySpec take = KeySpec.at(1, RW, ACCESS, DELETE);
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    String perElement = "O(1) for each element given.";
    String perAnswer = "O(N) where N is the number of elements answered.";
    String toPlace =
        "O(N/K) where N is the distance to the nearer end and K the elements that fit into 128"
            + " nodes; O(1) at both ends.";
    return List.of(
        row("lpush", -3, "1.0.0", perElement)
            .flags(WRITE, DENYOOM, FAST)
            .keys(insert)
            .summary("Adds elements before the first; the list is made if there is none.")
            .syntax("key element [element ...]")
            .changed("2.4.0", "Accepts multiple `element` arguments.")
            .handler(call -> push(call, true, true)),
        row("rpush", -3, "1.0.0", perElement)
            .flags(WRITE, DENYOOM, FAST)
            .keys(insert)
            .summary("Adds elements after the last; the list is made if there is none.")
            .syntax("key element [element ...]")
            .changed("2.4.0", "Accepts multiple `element` arguments.")
            .handler(call -> push(call, false, true)),
        row("lpushx", -3, "2.2.0", perElement)
            .flags(WRITE, DENYOOM, FAST)
            .keys(insert)
            .summary("Adds elements before the first of a list that exists.")
            .syntax("key element [element ...]")
            .changed("4.0.0", "Accepts multiple `element` arguments.")
            .handler(call -> push(call, true, false)),
        row("rpushx", -3, "2.2.0", perElement)
            .flags(WRITE, DENYOOM, FAST)
            .keys(insert)
            .summary("Adds elements after the last of a list that exists.")
            .syntax("key element [element ...]")
            .changed("4.0.0", "Accepts multiple `element` arguments.")
            .handler(call -> push(call, false, false)),
        row("lpop", -2, "1.0.0", perAnswer)
            .flags(WRITE, FAST)
            .keys(take)
            .summary(
                "Removes the first elements and answers them; the list goes with its last one.")
            .syntax("key [count]")
            .changed("6.2.0", "Added the `count` argument.")
            .handler(call -> pop(call, true)),
        row("rpop", -2, "1.0.0", perAnswer)
            .flags(WRITE, FAST)
            .keys(take)
            .summary("Removes the last elements and answers them; the list goes with its last one.")
            .syntax("key [count]")
            .changed("6.2.0", "Added the `count` argument.")
            .handler(call -> pop(call, false)),
        row("llen", 2, "1.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(KeySpec.at(1, RO))
            .summary("Answers the number of elements.")
            .syntax("key")
            .handler(ListCommands::llen),
        row("lindex", 3, "1.0.0", toPlace)
            .flags(READONLY)
            .keys(read)
            .summary("Answers the element at a position.")
            .syntax("key index")
            .handler(this::lindex),
        row("lset", 4, "1.0.0", toPlace)
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Puts another element at a position.")
            .syntax("key index element")
            .handler(ListCommands::lset),
        row("lrange", 4, "1.0.0", "O(S+N) where S is the way to the start and N the elements read.")
            .flags(READONLY)
            .keys(read)
            .summary("Answers the elements between two positions.")
            .syntax("key start stop")
            .handler(this::lrange),
        row("linsert", 5, "2.2.0", "O(N) where N is the number of elements before the pivot.")
            .flags(WRITE, DENYOOM)
            .keys(insert)
            .summary("Adds an element beside the first one that equals the pivot.")
            .syntax("key <BEFORE | AFTER> pivot element")
            .handler(this::linsert),
        row("lrem", 4, "1.0.0", "O(N) where N is the number of elements.")
            .flags(WRITE)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Removes elements that equal the given one; the list goes with its last one.")
            .syntax("key count element")
            .handler(ListCommands::lrem),
        row("ltrim", 4, "1.0.0", "O(N) where N is the number of nodes removed.")
            .flags(WRITE)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Keeps only the elements between two positions.")
            .syntax("key start stop")
            .handler(ListCommands::ltrim),
        row("lpos", -3, "6.0.6", "O(N) where N is the number of elements compared.")
            .flags(READONLY)
            .keys(read)
            .summary("Answers the positions of elements that equal the given one.")
            .syntax(
                "key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]")
            .handler(this::lpos));
  }

  static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.LIST)
        .since(since)
        .complexity(complexity);
  }

  private static void push(Call call, boolean first, boolean orNew) {
    ListValue list = call.valueForWrite(1, ListValue.class);
    if (list == null) {
      if (!orNew) {
        call.reply().integer(0);
        return;
      }
      list = ListSupport.newList(call, 1);
    }
    Arguments arguments = call.arguments();
    long bytes = 0;
    for (int i = 2; i < call.count(); i++) {
      bytes += arguments.length(i);
    }
    list.expect(bytes, call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      list.push(first, arguments.buffer(), arguments.offset(i), arguments.length(i));
    }
    call.reply().integer(list.size());
    call.modified(1, first ? KeyEvent.LPUSH : KeyEvent.RPUSH);
  }

  private void pop(Call call, boolean first) {
    if (call.count() > 3) {
      throw CommandError.arity(call.command().fullName());
    }
    boolean counted = call.count() == 3;
    long count =
        counted
            ? Parse.integer(
                call,
                2,
                0,
                Long.MAX_VALUE,
                () -> new CommandError("ERR value is out of range, must be positive"))
            : 1;
    ListValue list = call.valueForWrite(1, ListValue.class);
    Reply reply = call.reply();
    if (list == null) {
      if (counted) {
        reply.nilArray();
      } else {
        reply.nil();
      }
    } else if (count == 0) {
      reply.array(0);
    } else if (counted) {
      support.popSeveral(call, 1, list, first, count);
    } else {
      support.popOne(call, 1, list, first);
    }
  }

  private static void llen(Call call) {
    ListValue list = call.value(1, ListValue.class);
    call.reply().integer(list == null ? 0 : list.size());
  }

  private void lindex(Call call) {
    ListValue list = call.value(1, ListValue.class);
    if (list != null && list.seek(cursor, Parse.integer(call, 2))) {
      ListSupport.reply(call.reply(), cursor.window());
    } else {
      call.reply().nil();
    }
  }

  private static void lset(Call call) {
    ListValue list = call.valueForWrite(1, ListValue.class);
    if (list == null) {
      throw new CommandError("ERR no such key");
    }
    long index = Parse.integer(call, 2);
    long place = index < 0 ? index + list.size() : index;
    if (place < 0 || place >= list.size()) {
      throw new CommandError("ERR index out of range");
    }
    Arguments arguments = call.arguments();
    list.set(place, arguments.buffer(), arguments.offset(3), arguments.length(3));
    call.modified(1, KeyEvent.LSET);
    call.reply().ok();
  }

  /** The index from 0 of a position that counts from the end when negative; not below 0. */
  private static long fromStart(long position, long size) {
    return position < 0 ? Math.max(0, position + size) : position;
  }

  private void lrange(Call call) {
    long start = Parse.integer(call, 2);
    long stop = Parse.integer(call, 3);
    ListValue list = call.value(1, ListValue.class);
    Reply reply = call.reply();
    long size = list == null ? 0 : list.size();
    long from = fromStart(start, size);
    long to = Math.min(stop < 0 ? stop + size : stop, size - 1);
    if (from > to) {
      reply.array(0);
      return;
    }
    reply.array(to - from + 1);
    list.seek(cursor, from);
    ListSupport.reply(reply, cursor.window());
    for (long left = to - from; left > 0; left--) {
      cursor.next();
      ListSupport.reply(reply, cursor.window());
    }
  }

  private void linsert(Call call) {
    boolean after = call.is(2, "after");
    if (!after && !call.is(2, "before")) {
      throw CommandError.syntax();
    }
    ListValue list = call.valueForWrite(1, ListValue.class);
    if (list == null) {
      call.reply().integer(0);
      return;
    }
    Arguments arguments = call.arguments();
    list.expect(arguments.length(4), 1);
    cursor.want(arguments.buffer(), arguments.offset(3), arguments.length(3));
    boolean more = list.seek(cursor, 0);
    while (more && !cursor.matches()) {
      more = cursor.next();
    }
    if (!more) {
      list.shrunk();
      call.recount(1); // room was made for an element that is not added
      call.reply().integer(-1);
      return;
    }
    list.insert(cursor, after, arguments.buffer(), arguments.offset(4), arguments.length(4));
    call.modified(1, KeyEvent.LINSERT);
    call.reply().integer(list.size());
  }

  private static void lrem(Call call) {
    long count = Parse.integer(call, 2, -Long.MAX_VALUE, Long.MAX_VALUE);
    ListValue list = call.valueForWrite(1, ListValue.class);
    if (list == null) {
      call.reply().integer(0);
      return;
    }
    long most = count == 0 ? Long.MAX_VALUE : Math.abs(count);
    Arguments arguments = call.arguments();
    long removed =
        list.removeEqual(
            arguments.buffer(), arguments.offset(3), arguments.length(3), most, count < 0);
    if (removed > 0) {
      ListSupport.changed(call, 1, list, KeyEvent.LREM);
    }
    call.reply().integer(removed);
  }

  private static void ltrim(Call call) {
    long start = Parse.integer(call, 2);
    long stop = Parse.integer(call, 3);
    ListValue list = call.valueForWrite(1, ListValue.class);
    if (list != null) {
      long size = list.size();
      long from = fromStart(start, size);
      long to = Math.min(stop < 0 ? stop + size : stop, size - 1);
      if (from > to) {
        list.removeRange(0, size);
      } else {
        list.removeRange(to + 1, size);
        list.removeRange(0, from);
      }
      ListSupport.changed(call, 1, list, KeyEvent.LTRIM);
    }
    call.reply().ok();
  }

  private void lpos(Call call) {
    long rank = 1;
    long count = -1;
    long most = 0;
    for (int i = 3; i < call.count(); i += 2) {
      if (i + 1 == call.count()) {
        throw CommandError.syntax();
      }
      if (call.is(i, "rank")) {
        rank = Parse.integer(call, i + 1, -Long.MAX_VALUE, Long.MAX_VALUE);
        if (rank == 0) {
          throw new CommandError(
              "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ..."
                  + " or use negative to start from the end of the list");
        }
      } else if (call.is(i, "count")) {
        count = notNegative(call, i + 1, "COUNT");
      } else if (call.is(i, "maxlen")) {
        most = notNegative(call, i + 1, "MAXLEN");
      } else {
        throw CommandError.syntax();
      }
    }
    ListValue list = call.value(1, ListValue.class);
    Reply reply = call.reply();
    if (count >= 0) {
      int begin = reply.begin();
      reply.finishArray(begin, list == null ? 0 : positions(call, list, rank, count, most));
    } else if (list == null || positions(call, list, rank, 1, most) == 0) {
      reply.nil();
    }
  }

  private static long notNegative(Call call, int i, String option) {
    return Parse.integer(
        call, i, 0, Long.MAX_VALUE, () -> new CommandError("ERR " + option + " can't be negative"));
  }

  /** Replies with the positions, and answers how many there are. */
  private long positions(Call call, ListValue list, long rank, long count, long most) {
    Arguments arguments = call.arguments();
    boolean backwards = rank < 0;
    cursor.want(arguments.buffer(), arguments.offset(2), arguments.length(2));
    long skip = backwards ? -(rank + 1) : rank - 1;
    long index = backwards ? list.size() - 1 : 0;
    long found = 0;
    long compared = 0;
    boolean more = list.seek(cursor, index);
    while (more && (most == 0 || compared < most)) {
      compared++;
      if (cursor.matches() && skip-- <= 0) {
        call.reply().integer(index);
        found++;
        if (found == count) {
          return found;
        }
      }
      more = backwards ? cursor.previous() : cursor.next();
      index += backwards ? -1 : 1;
    }
    return found;
  }
}
