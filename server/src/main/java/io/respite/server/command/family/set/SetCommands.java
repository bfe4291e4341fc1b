package io.respite.server.command.family.set;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.INSERT;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.family.set.SetSupport.row;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.ScanOptions;
import io.respite.server.encoding.Window;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.SetValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The commands on the members of one set: SADD, SISMEMBER and their relatives. */
public final class SetCommands {
  /** Moved from member to member; the rows of one engine are executed by one caller at a time. */
  private final Window window = new Window();

  /** The family. */
  public SetCommands() {}

  /** The rows. */
  public List<Command> rows() {
    String perMember = "O(N) where N is the number of members named.";
    KeySpec look = KeySpec.at(1, RO);
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    return List.of(
        row("sadd", -3, "1.0.0", "O(1) for each member given.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, INSERT))
            .summary("Adds members to a set, which is made if there is none.")
            .syntax("key member [member ...]")
            .changed("2.4.0", "Accepts multiple `member` arguments.")
            .handler(SetCommands::sadd),
        row("srem", -3, "1.0.0", perMember)
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Removes members; the set goes with its last one.")
            .syntax("key member [member ...]")
            .changed("2.4.0", "Accepts multiple `member` arguments.")
            .handler(SetCommands::srem),
        row("sismember", 3, "1.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(look)
            .summary("Tells whether a string is a member.")
            .syntax("key member")
            .handler(SetCommands::sismember),
        row("smismember", -3, "6.2.0", perMember)
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Tells of several strings whether they are members.")
            .syntax("key member [member ...]")
            .handler(SetCommands::smismember),
        row("scard", 2, "1.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(look)
            .summary("Answers the number of members.")
            .syntax("key")
            .handler(SetCommands::scard),
        row("smembers", 2, "1.0.0", "O(N) where N is the number of members.")
            .flags(READONLY)
            .keys(read)
            .summary("Answers all members.")
            .syntax("key")
            .tip("nondeterministic_output_order")
            .handler(this::smembers),
        row("smove", 4, "1.0.0", "O(1)")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, DELETE))
            .keys(KeySpec.at(2, RW, INSERT))
            .summary("Moves a member from one set to another.")
            .syntax("source destination member")
            .handler(SetCommands::smove),
        row("sscan", -3, "2.8.0", "O(1) for each call; O(N) for all calls until the cursor is 0.")
            .flags(READONLY)
            .keys(read)
            .summary("Goes through the members of a set in steps.")
            .syntax("key cursor [MATCH pattern] [COUNT count]")
            .tip("nondeterministic_output")
            .handler(this::sscan));
  }

  private static void sadd(Call call) {
    SetValue set = call.valueForWrite(1, SetValue.class);
    int given = call.count() - 2;
    if (set == null) {
      set = SetSupport.newSet(call, 1, 2, given);
    } else {
      set.expect(given);
    }
    int added = 0;
    for (int i = 2; i < call.count(); i++) {
      if (SetSupport.add(call, set, i)) {
        added++;
      }
    }
    if (added > 0) {
      call.modified(1, KeyEvent.SADD);
    }
    call.reply().integer(added);
  }

  private static void srem(Call call) {
    SetValue set = call.valueForWrite(1, SetValue.class);
    int removed = 0;
    for (int i = 2; set != null && i < call.count() && set.size() > 0; i++) {
      if (SetSupport.remove(call, set, i)) {
        removed++;
      }
    }
    if (removed > 0) {
      SetSupport.changed(call, 1, set, KeyEvent.SREM);
    }
    call.reply().integer(removed);
  }

  private static void sismember(Call call) {
    SetValue set = call.value(1, SetValue.class);
    call.reply().integer(set != null && SetSupport.contains(call, set, 2) ? 1 : 0);
  }

  private static void smismember(Call call) {
    SetValue set = call.value(1, SetValue.class);
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      call.reply().integer(set != null && SetSupport.contains(call, set, i) ? 1 : 0);
    }
  }

  private static void scard(Call call) {
    SetValue set = call.value(1, SetValue.class);
    call.reply().integer(set == null ? 0 : set.size());
  }

  private void smembers(Call call) {
    SetValue set = call.value(1, SetValue.class);
    if (set == null) {
      call.reply().set(0);
    } else {
      SetSupport.replyAll(call.reply(), set, window);
    }
  }

  private static void smove(Call call) {
    SetValue source = call.valueForWrite(1, SetValue.class);
    if (source == null) {
      call.reply().integer(0);
      return;
    }
    SetValue destination = call.valueForWrite(2, SetValue.class);
    if (source == destination) {
      call.reply().integer(SetSupport.contains(call, source, 3) ? 1 : 0);
      return;
    }
    if (!SetSupport.remove(call, source, 3)) {
      call.reply().integer(0);
      return;
    }
    SetSupport.changed(call, 1, source, KeyEvent.SREM);
    if (destination == null) {
      destination = SetSupport.newSet(call, 2, 3, 1);
    }
    if (SetSupport.add(call, destination, 3)) {
      call.modified(2, KeyEvent.SADD);
    }
    call.reply().integer(1);
  }

  private void sscan(Call call) {
    long cursor = Parse.cursor(call, 2);
    Reply reply = call.reply();
    SetValue set = call.value(1, SetValue.class);
    if (set == null) {
      reply.array(2);
      reply.bulk("0");
      reply.array(0);
      return;
    }
    ScanOptions options = ScanOptions.parse(call, 3, ScanOptions.Kind.MEMBERS);
    List<byte[]> found = new ArrayList<>();
    long next =
        set.scan(
            cursor,
            options.count(),
            window,
            member -> {
              byte[] bytes = member.bytes();
              int offset = member.offset();
              int length = member.length();
              if (options.matches(bytes, offset, length)) {
                found.add(Arrays.copyOfRange(bytes, offset, offset + length));
              }
            });
    reply.array(2);
    reply.bulk(Long.toUnsignedString(next));
    reply.array(found.size());
    found.forEach(reply::bulk);
  }
}
