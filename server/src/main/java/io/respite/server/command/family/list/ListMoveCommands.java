package io.respite.server.command.family.list;

import static io.respite.server.command.CommandFlag.BLOCKING;
import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.INSERT;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.family.list.ListCommands.row;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.Wait;
import io.respite.server.command.Words;
import io.respite.server.encoding.Window;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ListValue;
import java.util.List;

/**
 * The commands that take from the first list that has something, or move an element from list to
 * list; and their relatives that wait until there is something.
 *
 * <p>Where the list was found is journalled, and not the search or the waiting: BLPOP leaves LPOP,
 * BLMOVE leaves LMOVE.
 */
public final class ListMoveCommands {
  private static final long WITHOUT_WAITING = -1;

  private final ListSupport support = new ListSupport();
  private final Window window = new Window();

  /** The family. */
  public ListMoveCommands() {}

  /** The rows. */
  public List<Command> rows() {
    KeySpec from = KeySpec.at(1, RW, ACCESS, DELETE);
    KeySpec to = KeySpec.at(2, RW, INSERT);
    String moves = "source destination <LEFT | RIGHT> <LEFT | RIGHT>";
    String pops = "numkeys key [key ...] <LEFT | RIGHT> [COUNT count]";
    String search = "O(N) where N is the number of keys.";
    String takes = "O(N+M) where N is the number of keys and M the number of elements answered.";
    String fraction = "`timeout` is interpreted as a double instead of an integer.";
    return List.of(
        row("lmove", 5, "6.2.0", "O(1)")
            .flags(WRITE, DENYOOM)
            .keys(from)
            .keys(to)
            .summary("Moves an element from an end of one list to an end of another.")
            .syntax(moves)
            .handler(call -> move(call, left(call, 3), left(call, 4), WITHOUT_WAITING)),
        row("rpoplpush", 3, "1.2.0", "O(1)")
            .flags(WRITE, DENYOOM)
            .keys(from)
            .keys(to)
            .summary("Moves the last element of one list before the first of another.")
            .syntax("source destination")
            .deprecated("6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments")
            .handler(call -> move(call, false, true, WITHOUT_WAITING)),
        row("lmpop", -4, "7.0.0", takes)
            .flags(WRITE, MOVABLEKEYS)
            .keys(KeySpec.counted(1, RW, ACCESS, DELETE))
            .summary("Removes elements from an end of the first list that has some.")
            .syntax(pops)
            .handler(call -> popFromFirst(call, 1)),
        row("blpop", -3, "2.0.0", search)
            .flags(WRITE, BLOCKING)
            .keys(KeySpec.range(1, -2, 1, RW, ACCESS, DELETE))
            .summary("Removes the first element of the first list that has one; waits for it.")
            .syntax("key [key ...] timeout:double")
            .changed("6.0.0", fraction)
            .handler(call -> popOrWait(call, true)),
        row("brpop", -3, "2.0.0", search)
            .flags(WRITE, BLOCKING)
            .keys(KeySpec.range(1, -2, 1, RW, ACCESS, DELETE))
            .summary("Removes the last element of the first list that has one; waits for it.")
            .syntax("key [key ...] timeout:double")
            .changed("6.0.0", fraction)
            .handler(call -> popOrWait(call, false)),
        row("blmove", 6, "6.2.0", "O(1)")
            .flags(WRITE, DENYOOM, BLOCKING)
            .keys(from)
            .keys(to)
            .summary("Moves an element from an end of one list to an end of another; waits for it.")
            .syntax(moves + " timeout:double")
            .handler(
                call -> {
                  boolean wherefrom = left(call, 3);
                  boolean whereto = left(call, 4);
                  move(call, wherefrom, whereto, Parse.timeoutMillis(call, 5));
                }),
        row("brpoplpush", 4, "2.2.0", "O(1)")
            .flags(WRITE, DENYOOM, BLOCKING)
            .keys(from)
            .keys(to)
            .summary("Moves the last element of one list before another's first; waits for it.")
            .syntax("source destination timeout:double")
            .changed("6.0.0", fraction)
            .deprecated("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")
            .handler(call -> move(call, false, true, Parse.timeoutMillis(call, 3))),
        row("blmpop", -5, "7.0.0", takes)
            .flags(WRITE, BLOCKING, MOVABLEKEYS)
            .keys(KeySpec.counted(2, RW, ACCESS, DELETE))
            .summary("Removes elements from an end of the first list that has some; waits for it.")
            .syntax("timeout:double " + pops)
            .handler(call -> popFromFirst(call, 2)));
  }

  /** Whether argument {@code i} is LEFT; it may else be RIGHT. */
  private static boolean left(Call call, int i) {
    boolean left = call.is(i, "left");
    if (!left && !call.is(i, "right")) {
      throw CommandError.syntax();
    }
    return left;
  }

  private static byte[] end(boolean first) {
    return Words.of(first ? "LEFT" : "RIGHT");
  }

  private void move(Call call, boolean fromFirst, boolean toFirst, long timeoutMillis) {
    ListValue source = call.valueForWrite(1, ListValue.class);
    if (source == null) {
      if (timeoutMillis == WITHOUT_WAITING) {
        call.reply().nil();
      } else {
        call.block(
            Wait.on(ListValue.class)
                .keys(call, 1, 1)
                .timeoutMillis(timeoutMillis)
                .timeUp(Reply::nilArray)
                .refused(Reply::nil));
      }
      return;
    }
    ListValue destination = call.valueForWrite(2, ListValue.class);
    source.showEnd(fromFirst, window);
    byte[] element = window.copy();
    source.removeEnd(fromFirst);
    if (destination == null) {
      destination = ListSupport.newList(call, 2);
    }
    destination.expect(element.length, 1);
    destination.push(toFirst, element, 0, element.length);
    if (timeoutMillis != WITHOUT_WAITING && call.keyspace().effects().active()) {
      call.effect(Words.of("LMOVE"), call.bytes(1), call.bytes(2), end(fromFirst), end(toFirst));
    }
    call.reply().bulk(element);
    call.modified(2, toFirst ? KeyEvent.LPUSH : KeyEvent.RPUSH);
    ListSupport.popped(call, 1, source, fromFirst);
  }

  private void popOrWait(Call call, boolean first) {
    int last = call.count() - 1;
    long timeout = Parse.timeoutMillis(call, last);
    for (int key = 1; key < last; key++) {
      ListValue list = call.valueForWrite(key, ListValue.class);
      if (list != null) {
        effect(call, key, first);
        call.reply().array(2);
        replyKey(call, key);
        support.popOne(call, key, list, first);
        return;
      }
    }
    call.block(
        Wait.on(ListValue.class)
            .keys(call, 1, last - 1)
            .timeoutMillis(timeout)
            .timeUp(Reply::nilArray));
  }

  private static void replyKey(Call call, int key) {
    call.reply()
        .bulk(
            call.arguments().buffer(), call.arguments().offset(key), call.arguments().length(key));
  }

  private static void effect(Call call, int key, boolean first, byte[]... more) {
    if (!call.keyspace().effects().active()) {
      return;
    }
    byte[][] words = new byte[2 + more.length][];
    words[0] = Words.of(first ? "LPOP" : "RPOP");
    words[1] = call.bytes(key);
    System.arraycopy(more, 0, words, 2, more.length);
    call.effect(words);
  }

  /** LMPOP and, with the timeout before the number of keys, BLMPOP. */
  private void popFromFirst(Call call, int numkeys) {
    boolean waits = numkeys > 1;
    long keys =
        Parse.integer(
            call,
            numkeys,
            1,
            Long.MAX_VALUE,
            () -> new CommandError("ERR numkeys should be greater than 0"));
    if (keys > call.count() - numkeys - 2L) {
      throw CommandError.syntax();
    }
    int first = numkeys + 1;
    int end = first + (int) keys;
    boolean left = left(call, end);
    long count = 1;
    if (call.count() > end + 1) {
      if (call.count() < end + 3 || !call.is(end + 1, "count")) {
        throw CommandError.syntax();
      }
      count =
          Parse.integer(
              call,
              end + 2,
              1,
              Long.MAX_VALUE,
              () -> new CommandError("ERR count should be greater than 0"));
      if (call.count() > end + 3) {
        throw CommandError.syntax();
      }
    }
    long timeout = waits ? Parse.timeoutMillis(call, 1) : 0;
    for (int key = first; key < end; key++) {
      ListValue list = call.valueForWrite(key, ListValue.class);
      if (list != null) {
        effect(call, key, left, Words.of(Math.min(count, list.size())));
        call.reply().array(2);
        replyKey(call, key);
        support.popSeveral(call, key, list, left, count);
        return;
      }
    }
    if (waits) {
      call.block(
          Wait.on(ListValue.class)
              .keys(call, first, (int) keys)
              .timeoutMillis(timeout)
              .timeUp(Reply::nilArray));
    } else {
      call.reply().nilArray();
    }
  }
}
