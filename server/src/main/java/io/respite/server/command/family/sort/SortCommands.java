package io.respite.server.command.family.sort;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Words;
import io.respite.server.encoding.ListCursor;
import io.respite.server.encoding.Window;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ListValue;
import io.respite.server.type.SetValue;
import io.respite.server.type.SortedSetValue;
import io.respite.server.type.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * SORT and SORT_RO.
 *
 * <p>BY a pattern without a star keeps the collection's own order: that of a list, or of a sorted
 * set's scores, and then only the range that LIMIT names is visited. The order of a plain set is
 * nobody's business; where the result is stored it must be the same on every replica, and therefore
 * is that of the members' bytes.
 *
 * <p>The journal gets the request, which finds the same data where it is executed again. Only where
 * a field of a hash is read, the result itself: such a field may be past its deadline here and not
 * yet removed, which is no fact that the journal tells.
 */
public final class SortCommands {
  /** Elements that one RPUSH of the journal holds. */
  private static final int CHUNK = 1024;

  private SortCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    String syntax =
        "key [BY by-pattern:pattern] [LIMIT offset count] [GET get-pattern:pattern"
            + " [GET get-pattern:pattern ...]] [ASC | DESC] [ALPHA]";
    return List.of(
        row("sort", "1.0.0")
            .flags(WRITE, DENYOOM, MOVABLEKEYS)
            .keys(KeySpec.at(1, RO, ACCESS))
            .keys(KeySpec.unknown(RO, ACCESS))
            .keys(KeySpec.unknown(OW, UPDATE))
            .keyFunction(SortKeys::find)
            .summary("Orders the elements of a list, a set or a sorted set, and may store them.")
            .syntax(syntax + " [STORE destination]")
            .handler(call -> sort(call, false)),
        row("sort_ro", "7.0.0")
            .flags(READONLY, MOVABLEKEYS)
            .keys(KeySpec.at(1, RO, ACCESS))
            .keys(KeySpec.unknown(RO, ACCESS))
            .keyFunction(SortKeys::findSource)
            .summary("Orders the elements of a list, a set or a sorted set for a reader.")
            .syntax(syntax)
            .handler(call -> sort(call, true)));
  }

  private static Command row(String name, String since) {
    return Command.named(name)
        .arity(-2)
        .group(CommandGroup.GENERIC)
        .since(since)
        .categories("set", "sortedset", "list", "dangerous")
        .withoutCategory("keyspace")
        .complexity(
            "O(N+M*log(M)) where N is the number of elements in the collection and M the number of"
                + " elements to return; O(N) when nothing is to be sorted.");
  }

  private static void sort(Call call, boolean readOnly) {
    SortOptions options = SortOptions.parse(call, readOnly);
    Value source = source(call);
    if (options.unsorted && options.store != 0 && source instanceof SetValue) {
      options.unsorted = false;
      options.alphabetic = true;
      options.by = null;
    }
    long size = source == null ? 0 : source.elements();
    long from = Math.min(Math.max(options.offset, 0), size);
    long count = options.count < 0 ? size - from : Math.min(options.count, size - from);
    List<SortElement> elements;
    if (options.unsorted) {
      elements = inOrder(source, options.descending, from, count);
    } else {
      elements = load(source);
      order(call, source, options, elements);
      elements = elements.subList((int) from, (int) (from + count));
    }
    if (options.store == 0) {
      reply(call, options, elements);
    } else {
      store(call, options, elements);
    }
  }

  /** What is to be sorted; null when there is no such key. */
  private static Value source(Call call) {
    Object entry = call.lookup(1);
    if (entry == null) {
      return null;
    }
    if (entry instanceof KeyEntry keyed
        && (keyed.value() instanceof ListValue
            || keyed.value() instanceof SetValue
            || keyed.value() instanceof SortedSetValue)) {
      return keyed.value();
    }
    throw CommandError.wrongType();
  }

  // ---- loading

  private static List<SortElement> load(Value source) {
    return inOrder(source, false, 0, source == null ? 0 : source.elements());
  }

  /** A range of the collection in its own order, or in the opposite one; a set has none. */
  private static List<SortElement> inOrder(
      Value source, boolean descending, long from, long count) {
    List<SortElement> elements = new ArrayList<>(Math.toIntExact(count));
    if (count == 0) {
      return elements;
    }
    if (source instanceof ListValue list) {
      ListCursor cursor = new ListCursor();
      boolean more = list.seek(cursor, descending ? -1 - from : from);
      while (more && elements.size() < count) {
        elements.add(new SortElement(cursor.window().copy()));
        more = descending ? cursor.previous() : cursor.next();
      }
    } else if (source instanceof SortedSetValue sorted) {
      long first = descending ? sorted.size() - 1 - from : from;
      sorted.forEach(
          first, count, descending, member -> elements.add(new SortElement(member.member())));
    } else if (source instanceof SetValue set) {
      long[] index = {0};
      set.forEachWhile(
          new Window(),
          member -> {
            if (index[0]++ >= from) {
              elements.add(new SortElement(member.copy()));
            }
            return elements.size() < count;
          });
    }
    return elements;
  }

  // ---- ordering

  private static void order(
      Call call, Value source, SortOptions options, List<SortElement> elements) {
    boolean byText = options.alphabetic && options.by != null;
    if (byText || !options.alphabetic) {
      for (SortElement element : elements) {
        byte[] found =
            options.by == null
                ? element.bytes
                : options.by.lookup(call.database(), call.expiryNow(), element.bytes);
        if (byText) {
          element.text(found);
        } else if (found != null) {
          element.number(found);
        }
      }
    }
    Comparator<SortElement> comparator =
        options.alphabetic
            ? options.by == null ? SortElement.BY_BYTES : SortElement.BY_TEXT
            : SortElement.BY_NUMBER;
    if (byText && !(source instanceof ListValue)) {
      comparator = comparator.thenComparing(SortElement.BY_BYTES);
    }
    elements.sort(options.descending ? comparator.reversed() : comparator);
  }

  // ---- answering

  private static void reply(Call call, SortOptions options, List<SortElement> elements) {
    int perElement = Math.max(1, options.get.size());
    call.reply().array((long) elements.size() * perElement);
    for (SortElement element : elements) {
      if (options.get.isEmpty()) {
        call.reply().bulk(element.bytes);
      }
      for (SortPattern pattern : options.get) {
        byte[] found = pattern.lookup(call.database(), call.expiryNow(), element.bytes);
        if (found == null) {
          call.reply().nil();
        } else {
          call.reply().bulk(found);
        }
      }
    }
  }

  private static void store(Call call, SortOptions options, List<SortElement> elements) {
    ListValue list = new ListValue(call.keyspace().limits());
    for (SortElement element : elements) {
      if (options.get.isEmpty()) {
        append(list, element.bytes);
      }
      for (SortPattern pattern : options.get) {
        byte[] found = pattern.lookup(call.database(), call.expiryNow(), element.bytes);
        append(list, found == null ? new byte[0] : found);
      }
    }
    if (list.size() > 0) {
      call.put(options.store, list);
      if (options.readsFields() && call.keyspace().effects().active()) {
        journal(call, options.store, list);
      }
      call.modified(options.store, KeyEvent.SORTSTORE);
    } else if (call.remove(options.store)) {
      call.effect(Words.of("DEL"), call.bytes(options.store));
      call.modified(options.store, KeyEvent.DEL);
    }
    call.reply().integer(list.size());
  }

  private static void append(ListValue list, byte[] element) {
    list.expect(element.length, 1);
    list.push(false, element, 0, element.length);
  }

  private static void journal(Call call, int key, ListValue list) {
    byte[] name = call.bytes(key);
    call.effect(Words.of("DEL"), name);
    ListCursor cursor = new ListCursor();
    List<byte[]> words = new ArrayList<>();
    for (boolean more = list.seek(cursor, 0); more; more = cursor.next()) {
      if (words.isEmpty()) {
        words.add(Words.of("RPUSH"));
        words.add(name);
      }
      words.add(cursor.window().copy());
      if (words.size() == CHUNK + 2) {
        call.effect(words.toArray(byte[][]::new));
        words.clear();
      }
    }
    if (!words.isEmpty()) {
      call.effect(words.toArray(byte[][]::new));
    }
  }
}
