package io.respite.server.command.family.list;

import io.respite.server.command.Call;
import io.respite.server.command.Reply;
import io.respite.server.encoding.ListCursor;
import io.respite.server.encoding.Window;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ListValue;

/** What the commands on lists share. Keys are named by the index of their argument. */
final class ListSupport {
  private final ListCursor cursor = new ListCursor();
  private final Window window = new Window();

  ListSupport() {}

  /** Lets a key hold a new and empty list. */
  static ListValue newList(Call call, int key) {
    ListValue list = new ListValue(call.keyspace().limits());
    call.put(key, list);
    return list;
  }

  /** Replies with an element. */
  static void reply(Reply reply, Window element) {
    if (element.isLong()) {
      reply.bulk(element.longValue());
    } else {
      reply.bulk(element.bytes(), element.offset(), element.length());
    }
  }

  /** Removes the first or last element of a list that is not empty, and replies with it. */
  void popOne(Call call, int key, ListValue list, boolean first) {
    list.showEnd(first, window);
    reply(call.reply(), window);
    list.removeEnd(first);
    popped(call, key, list, first);
  }

  /**
   * Removes up to {@code count} elements from an end of a list that is not empty, and replies with
   * them as an array.
   *
   * @return how many there were
   */
  long popSeveral(Call call, int key, ListValue list, boolean first, long count) {
    long size = list.size();
    long taken = Math.min(count, size);
    call.reply().array(taken);
    list.seek(cursor, first ? 0 : -1);
    reply(call.reply(), cursor.window());
    for (long left = taken - 1; left > 0; left--) {
      if (first) {
        cursor.next();
      } else {
        cursor.previous();
      }
      reply(call.reply(), cursor.window());
    }
    list.removeRange(first ? 0 : size - taken, taken);
    popped(call, key, list, first);
    return taken;
  }

  /** Tells that elements were taken from an end of a list. */
  static void popped(Call call, int key, ListValue list, boolean first) {
    changed(call, key, list, first ? KeyEvent.LPOP : KeyEvent.RPOP);
  }

  /** Tells that the list at a key has changed, and removes the key if no element is left. */
  static void changed(Call call, int key, ListValue list, KeyEvent event) {
    call.modified(key, event);
    if (list.size() == 0) {
      call.remove(key);
      call.modified(key, KeyEvent.DEL);
    }
  }
}
