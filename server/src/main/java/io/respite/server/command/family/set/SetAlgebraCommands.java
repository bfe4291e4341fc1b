package io.respite.server.command.family.set;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.UPDATE;
import static io.respite.server.command.family.set.SetSupport.row;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.encoding.Window;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SetValue;
import java.util.List;
import java.util.function.Predicate;

/**
 * Intersection, union and difference of sets. The members are found by {@link SetAlgebra}, and
 * either answered one by one as they are found, counted, or gathered in a new set for a key. A key
 * that does not exist is an empty set.
 */
public final class SetAlgebraCommands {
  private final Window window = new Window();

  /** The family. */
  public SetAlgebraCommands() {}

  /** One of the three operations. */
  private interface Operation {
    /** Shows the members of the result, each once, while the visitor wants to go on. */
    void forEach(SetAlgebra algebra, SetValue[] sources, Predicate<Window> visitor);
  }

  /** The rows. */
  public List<Command> rows() {
    KeySpec all = KeySpec.range(1, -1, 1, RO, ACCESS);
    KeySpec rest = KeySpec.range(2, -1, 1, RO, ACCESS);
    KeySpec target = KeySpec.at(1, OW, UPDATE);
    String smallest =
        "O(N*M) worst case, where N is the size of the smallest set and M the number of sets.";
    String total = "O(N) where N is the size of all the sets together.";
    return List.of(
        row("sinter", -2, "1.0.0", smallest)
            .flags(READONLY)
            .keys(all)
            .summary("Answers the members that all of several sets have.")
            .syntax("key [key ...]")
            .tip("nondeterministic_output_order")
            .handler(call -> answer(call, SetAlgebra::intersection)),
        row("sintercard", -3, "7.0.0", smallest)
            .flags(READONLY, MOVABLEKEYS)
            .keys(KeySpec.counted(1, RO, ACCESS))
            .summary("Answers how many members all of several sets have.")
            .syntax("numkeys key [key ...] [LIMIT limit:integer]")
            .handler(this::sintercard),
        row("sinterstore", -3, "1.0.0", smallest)
            .flags(WRITE, DENYOOM)
            .keys(target)
            .keys(rest)
            .summary("Stores the members that all of several sets have.")
            .syntax("destination key [key ...]")
            .handler(call -> store(call, SetAlgebra::intersection, KeyEvent.SINTERSTORE)),
        row("sunion", -2, "1.0.0", total)
            .flags(READONLY)
            .keys(all)
            .summary("Answers the members that any of several sets has.")
            .syntax("key [key ...]")
            .tip("nondeterministic_output_order")
            .handler(call -> answer(call, SetAlgebra::union)),
        row("sunionstore", -3, "1.0.0", total)
            .flags(WRITE, DENYOOM)
            .keys(target)
            .keys(rest)
            .summary("Stores the members that any of several sets has.")
            .syntax("destination key [key ...]")
            .handler(call -> store(call, SetAlgebra::union, KeyEvent.SUNIONSTORE)),
        row("sdiff", -2, "1.0.0", total)
            .flags(READONLY)
            .keys(all)
            .summary("Answers the members that the first of several sets has alone.")
            .syntax("key [key ...]")
            .tip("nondeterministic_output_order")
            .handler(call -> answer(call, SetAlgebra::difference)),
        row("sdiffstore", -3, "1.0.0", total)
            .flags(WRITE, DENYOOM)
            .keys(target)
            .keys(rest)
            .summary("Stores the members that the first of several sets has alone.")
            .syntax("destination key [key ...]")
            .handler(call -> store(call, SetAlgebra::difference, KeyEvent.SDIFFSTORE)));
  }

  /**
   * The sets at the keys in {@code count} arguments from {@code first} on; null for a missing one.
   */
  private static SetValue[] sources(Call call, int first, int count) {
    SetValue[] sources = new SetValue[count];
    for (int i = 0; i < count; i++) {
      sources[i] = call.value(first + i, SetValue.class);
    }
    return sources;
  }

  private SetAlgebra algebra(Call call) {
    return new SetAlgebra(window, () -> SetSupport.newSet(call));
  }

  private void answer(Call call, Operation operation) {
    SetValue[] sources = sources(call, 1, call.count() - 1);
    Reply reply = call.reply();
    int begin = reply.begin();
    int[] count = {0};
    operation.forEach(
        algebra(call),
        sources,
        member -> {
          SetSupport.reply(reply, member);
          count[0]++;
          return true;
        });
    reply.finishSet(begin, count[0]);
  }

  private void store(Call call, Operation operation, KeyEvent event) {
    SetValue[] sources = sources(call, 2, call.count() - 2);
    SetValue result = SetSupport.newSet(call);
    operation.forEach(
        algebra(call),
        sources,
        member -> {
          result.add(member);
          return true;
        });
    if (result.size() > 0) {
      call.put(1, result);
      call.modified(1, event);
    } else if (call.remove(1)) {
      call.modified(1, KeyEvent.DEL);
    }
    call.reply().integer(result.size());
  }

  private void sintercard(Call call) {
    long keys =
        Parse.integer(
            call,
            1,
            1,
            Long.MAX_VALUE,
            () -> new CommandError("ERR numkeys should be greater than 0"));
    if (keys > call.count() - 2) {
      throw new CommandError("ERR Number of keys can't be greater than number of args");
    }
    long limit = 0;
    for (int i = 2 + (int) keys; i < call.count(); i += 2) {
      if (!call.is(i, "limit") || i + 1 == call.count()) {
        throw CommandError.syntax();
      }
      limit =
          Parse.integer(
              call,
              i + 1,
              0,
              Long.MAX_VALUE,
              () -> new CommandError("ERR LIMIT can't be negative"));
    }
    long most = limit == 0 ? Long.MAX_VALUE : limit;
    long[] count = {0};
    algebra(call).intersection(sources(call, 2, (int) keys), member -> ++count[0] < most);
    call.reply().integer(count[0]);
  }
}
