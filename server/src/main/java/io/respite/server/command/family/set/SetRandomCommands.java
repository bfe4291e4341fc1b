package io.respite.server.command.family.set;

import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.family.set.SetSupport.row;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.Draws;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.Words;
import io.respite.server.encoding.Window;
import io.respite.server.environment.RandomSource;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SetValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * SPOP and SRANDMEMBER. Every member is as likely as any other, and every selection of different
 * members as any other of the same size.
 *
 * <p>Several different members are chosen in one of two ways. When few are wanted of a large set,
 * members are drawn until enough different ones have come. Else all members are passed over once,
 * and each is chosen with the probability (still wanted) / (still to come): Knuth's algorithm S
 * (The Art of Computer Programming, volume 2, section 3.4.2), which needs no memory.
 *
 * <p>What SPOP took is journalled as SREM, or as DEL when it took all.
 */
public final class SetRandomCommands {
  /** Sets up to this size are passed over rather than drawn from. */
  private static final int SMALL = 128;

  /** Sets up to this size are copied before many draws. */
  private static final int GATHERED = 1 << 16;

  /** Most members in one SREM of the journal. */
  private static final int EFFECT_MEMBERS = 1024;

  private final Window window = new Window();

  /** The family. */
  public SetRandomCommands() {}

  /** The rows. */
  public List<Command> rows() {
    String cost = "O(N) where N is the number of members answered.";
    return List.of(
        row("spop", -2, "1.0.0", cost)
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, DELETE))
            .summary("Removes members chosen at random, and answers them.")
            .syntax("key [count]")
            .changed("3.2.0", "Added the `count` argument.")
            .tip("nondeterministic_output")
            .handler(this::spop),
        row("srandmember", -2, "1.0.0", cost)
            .flags(READONLY)
            .keys(KeySpec.at(1, RO, ACCESS))
            .summary("Answers members chosen at random.")
            .syntax("key [count]")
            .changed("2.6.0", "Added the optional `count` argument.")
            .tip("nondeterministic_output")
            .handler(this::srandmember));
  }

  private static void requireOneCount(Call call) {
    if (call.count() > 3) {
      throw CommandError.syntax();
    }
  }

  private static boolean journalled(Call call) {
    return call.keyspace().effects().active();
  }

  // ---- SPOP

  private void spop(Call call) {
    requireOneCount(call);
    if (call.count() == 3) {
      popSeveral(call);
      return;
    }
    SetValue set = call.valueForWrite(1, SetValue.class);
    if (set == null) {
      call.reply().nil();
      return;
    }
    set.showRandom(call.keyspace().random(), window);
    SetSupport.reply(call.reply(), window);
    if (journalled(call)) {
      call.effect(Words.of("SREM"), call.bytes(1), window.copy());
    }
    set.remove(window);
    SetSupport.changed(call, 1, set, KeyEvent.SPOP);
  }

  private void popSeveral(Call call) {
    long count =
        Parse.integer(
            call,
            2,
            0,
            Long.MAX_VALUE,
            () -> new CommandError("ERR value is out of range, must be positive"));
    SetValue set = call.valueForWrite(1, SetValue.class);
    Reply reply = call.reply();
    if (set == null || count == 0) {
      reply.set(0);
      return;
    }
    if (count >= set.size()) {
      SetSupport.replyAll(reply, set, window);
      if (journalled(call)) {
        call.effect(Words.of("DEL"), call.bytes(1));
      }
      set.become(SetSupport.newSet(call));
    } else {
      reply.set(count);
      Journal journal = new Journal(call);
      if (wouldDraw(count, set.size())) {
        for (long i = 0; i < count; i++) {
          set.showRandom(call.keyspace().random(), window);
          SetSupport.reply(reply, window);
          journal.add(window);
          set.remove(window);
        }
      } else {
        divide(call, set, count, journal);
      }
      journal.finish();
    }
    SetSupport.changed(call, 1, set, KeyEvent.SPOP);
  }

  /** Collects what was removed, and leaves it as effects. */
  private static final class Journal {
    private final Call call;
    private final boolean active;
    private final List<byte[]> words = new ArrayList<>();

    Journal(Call call) {
      this.call = call;
      this.active = journalled(call);
    }

    void add(Window member) {
      if (!active) {
        return;
      }
      if (words.isEmpty()) {
        words.add(Words.of("SREM"));
        words.add(call.bytes(1));
      }
      words.add(member.copy());
      if (words.size() == EFFECT_MEMBERS + 2) {
        finish();
      }
    }

    void finish() {
      if (!words.isEmpty()) {
        call.effect(words.toArray(byte[][]::new));
        words.clear();
      }
    }
  }

  /** Chooses the members that go, replies with them, and lets the set consist of the others. */
  private void divide(Call call, SetValue set, long count, Journal journal) {
    SetValue rest = SetSupport.newSet(call);
    Predicate<Window> chosen = selection(call.keyspace().random(), count, set.size());
    set.forEach(
        window,
        member -> {
          if (chosen.test(member)) {
            SetSupport.reply(call.reply(), member);
            journal.add(member);
          } else {
            rest.add(member);
          }
        });
    set.become(rest);
  }

  // ---- SRANDMEMBER

  private void srandmember(Call call) {
    requireOneCount(call);
    boolean several = call.count() == 3;
    long count = several ? Parse.integer(call, 2, -Long.MAX_VALUE, Long.MAX_VALUE) : 1;
    SetValue set = call.value(1, SetValue.class);
    Reply reply = call.reply();
    if (!several) {
      if (set == null) {
        reply.nil();
      } else {
        set.showRandom(call.keyspace().random(), window);
        SetSupport.reply(reply, window);
      }
    } else if (set == null || count == 0) {
      reply.array(0);
    } else if (count < 0) {
      draws(call, set, -count);
    } else {
      different(call, set, count);
    }
  }

  private void draws(Call call, SetValue set, long count) {
    Draws.check(count, "members");
    Reply reply = call.reply();
    RandomSource random = call.keyspace().random();
    reply.array(count);
    if (count > set.size() && set.size() <= GATHERED) {
      // Many draws from few members: an array answers them faster than any form of a set.
      List<byte[]> members = new ArrayList<>();
      set.forEach(window, member -> members.add(member.copy()));
      for (long i = 0; i < count; i++) {
        reply.bulk(members.get(random.nextInt(members.size())));
      }
      return;
    }
    for (long i = 0; i < count; i++) {
      set.showRandom(random, window);
      SetSupport.reply(reply, window);
    }
  }

  private void different(Call call, SetValue set, long count) {
    Reply reply = call.reply();
    RandomSource random = call.keyspace().random();
    long size = set.size();
    if (count >= size) {
      reply.array(size);
      set.forEach(window, member -> SetSupport.reply(reply, member));
      return;
    }
    reply.array(count);
    if (wouldDraw(count, size)) {
      Set<ByteBuffer> known = new HashSet<>();
      while (known.size() < count) {
        set.showRandom(random, window);
        if (known.add(ByteBuffer.wrap(window.copy()))) {
          SetSupport.reply(reply, window);
        }
      }
      return;
    }
    Predicate<Window> chosen = selection(random, count, size);
    long[] left = {count};
    set.forEachWhile(
        window,
        member -> {
          if (chosen.test(member)) {
            SetSupport.reply(reply, member);
            left[0]--;
          }
          return left[0] > 0;
        });
  }

  /** Whether so few of so many members are wanted that drawing them is cheaper. */
  private static boolean wouldDraw(long count, long size) {
    return size > SMALL && count <= size / 4;
  }

  /** Chooses {@code count} of {@code size} members as they are passed over. */
  private static Predicate<Window> selection(RandomSource random, long count, long size) {
    long[] wantedAndLeft = {count, size};
    return member -> {
      boolean chosen = random.nextLong(wantedAndLeft[1]--) < wantedAndLeft[0];
      if (chosen) {
        wantedAndLeft[0]--;
      }
      return chosen;
    };
  }
}
