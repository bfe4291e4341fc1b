package io.respite.server.command.family.string;

import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.RO;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.keyspace.StringView;
import io.respite.server.keyspace.WrongTypeException;
import java.util.List;

/**
 * LCS: the longest common subsequence of two strings.
 *
 * <p>The textbook's dynamic programme (Wagner and Fischer, 1974): {@code len(i, j)} is one more
 * than {@code len(i-1, j-1)} where the bytes are equal, else the larger of {@code len(i-1, j)} and
 * {@code len(i, j-1)}. Only two rows of lengths are held. To walk back from the end, all that is
 * needed of each cell is which of the two was larger, and that is one bit: a 32nd of what a full
 * matrix takes. Where both were equal the walk takes the second string's byte away, as the real
 * server does, so that of several longest subsequences the same one is found.
 */
public final class LcsCommand {
  private static final byte[] NOTHING = {};

  private LcsCommand() {}

  /** The row. */
  public static List<Command> rows() {
    return List.of(
        Command.named("lcs")
            .arity(-3)
            .group(CommandGroup.STRING)
            .since("7.0.0")
            .complexity("O(N*M) where N and M are the lengths of the two strings.")
            .flags(READONLY)
            .keys(KeySpec.range(1, 2, 1, RO, ACCESS))
            .summary("Finds the longest common subsequence of the strings at two keys.")
            .syntax(
                "key1:key key2:key [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]")
            .handler(LcsCommand::lcs));
  }

  private static void lcs(Call call) {
    byte[] a = string(call, 1);
    byte[] b = string(call, 2);
    boolean length = false;
    boolean ranges = false;
    boolean withLengths = false;
    long least = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "idx")) {
        ranges = true;
      } else if (call.is(i, "len")) {
        length = true;
      } else if (call.is(i, "withmatchlen")) {
        withLengths = true;
      } else if (call.is(i, "minmatchlen") && i + 1 < call.count()) {
        least = Math.max(0, Parse.integer(call, ++i));
      } else {
        throw CommandError.syntax();
      }
    }
    if (length && ranges) {
      throw new CommandError("ERR If you want both the length and indexes, please just use IDX.");
    }
    // What a matrix of 32-bit lengths would take; the limit is part of the command's contract.
    if ((a.length + 1L) * (b.length + 1L) * Integer.BYTES > call.keyspace().maxStringBytes()) {
      throw new CommandError(
          "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    }
    Lengths lengths = new Lengths(a, b, !length);
    if (length) {
      call.reply().integer(lengths.total);
    } else if (ranges) {
      replyRanges(call.reply(), lengths, least, withLengths);
    } else {
      call.reply().bulk(lengths.subsequence());
    }
  }

  private static byte[] string(Call call, int i) {
    try {
      StringView string = call.string(i);
      return string == null ? NOTHING : string.copy();
    } catch (WrongTypeException e) {
      throw new CommandError("ERR The specified keys must contain string values");
    }
  }

  private static void replyRanges(Reply reply, Lengths lengths, long least, boolean withLengths) {
    reply.map(2);
    reply.bulk("matches");
    int begin = reply.begin();
    int count = 0;
    int i = lengths.a.length;
    int j = lengths.b.length;
    while (i > 0 && j > 0) {
      if (lengths.a[i - 1] != lengths.b[j - 1]) {
        if (lengths.up(i, j)) {
          i--;
        } else {
          j--;
        }
        continue;
      }
      int endA = i - 1;
      int endB = j - 1;
      while (i > 0 && j > 0 && lengths.a[i - 1] == lengths.b[j - 1]) {
        i--;
        j--;
      }
      int length = endA - i + 1;
      if (length >= least) {
        reply.array(withLengths ? 3 : 2);
        reply.array(2);
        reply.integer(i);
        reply.integer(endA);
        reply.array(2);
        reply.integer(j);
        reply.integer(endB);
        if (withLengths) {
          reply.integer(length);
        }
        count++;
      }
    }
    reply.finishArray(begin, count);
    reply.bulk("len");
    reply.integer(lengths.total);
  }

  /** The programme's result: the length, and for each cell which way back. */
  private static final class Lengths {
    final byte[] a;
    final byte[] b;
    final int total;
    private final long[] ups;

    Lengths(byte[] a, byte[] b, boolean walkBack) {
      this.a = a;
      this.b = b;
      this.ups = new long[walkBack ? (int) (((long) a.length * b.length + 63) / 64) : 0];
      int[] above = new int[b.length + 1];
      int[] row = new int[b.length + 1];
      for (int i = 1; i <= a.length; i++) {
        for (int j = 1; j <= b.length; j++) {
          if (a[i - 1] == b[j - 1]) {
            row[j] = above[j - 1] + 1;
          } else if (above[j] > row[j - 1]) {
            row[j] = above[j];
            if (walkBack) {
              long cell = cell(i, j);
              ups[(int) (cell >> 6)] |= 1L << cell;
            }
          } else {
            row[j] = row[j - 1];
          }
        }
        int[] done = row;
        row = above;
        above = done;
      }
      total = above[b.length];
    }

    private long cell(int i, int j) {
      return (i - 1L) * b.length + (j - 1);
    }

    boolean up(int i, int j) {
      long cell = cell(i, j);
      return (ups[(int) (cell >> 6)] & (1L << cell)) != 0;
    }

    byte[] subsequence() {
      byte[] result = new byte[total];
      int at = total;
      int i = a.length;
      int j = b.length;
      while (at > 0) {
        if (a[i - 1] == b[j - 1]) {
          result[--at] = a[i - 1];
          i--;
          j--;
        } else if (up(i, j)) {
          i--;
        } else {
          j--;
        }
      }
      return result;
    }
  }
}
