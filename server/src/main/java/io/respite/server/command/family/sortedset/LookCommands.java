package io.respite.server.command.family.sortedset;

import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.RO;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.Draws;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.ScanOptions;
import io.respite.server.encoding.Numbers;
import io.respite.server.environment.RandomSource;
import io.respite.server.type.ScoredView;
import io.respite.server.type.SortedSetValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Asking for single members, for counts, for ranks, and for members by chance or in steps. */
final class LookCommands {
  /** Most draws of one ZRANDMEMBER; the real server would fill its memory. */
  private LookCommands() {}

  static List<Command> rows() {
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    String logarithm = "O(log(N)) where N is the number of members.";
    return List.of(
        SortedSets.row("zscore", 3, "1.2.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers the score of a member.")
            .syntax("key member")
            .handler(LookCommands::zscore),
        SortedSets.row("zmscore", -3, "6.2.0", "O(N) where N is the number of members named.")
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers the scores of several members.")
            .syntax("key member [member ...]")
            .handler(LookCommands::zmscore),
        SortedSets.row("zcard", 2, "1.2.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(KeySpec.at(1, RO))
            .summary("Answers the number of members.")
            .syntax("key")
            .handler(LookCommands::zcard),
        SortedSets.row("zcount", 4, "2.0.0", logarithm)
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Counts the members in a range of scores.")
            .syntax("key min:double max:double")
            .handler(call -> count(call, Interval.Kind.SCORE)),
        SortedSets.row("zlexcount", 4, "2.8.9", logarithm)
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Counts the members between two members.")
            .syntax("key min max")
            .handler(call -> count(call, Interval.Kind.MEMBER)),
        SortedSets.row("zrank", -3, "2.0.0", logarithm)
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers how many members have lower scores than a member.")
            .syntax("key member [WITHSCORE]")
            .changed("7.2.0", "Added the optional `WITHSCORE` argument.")
            .handler(call -> rank(call, false)),
        SortedSets.row("zrevrank", -3, "2.0.0", logarithm)
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers how many members have higher scores than a member.")
            .syntax("key member [WITHSCORE]")
            .changed("7.2.0", "Added the optional `WITHSCORE` argument.")
            .handler(call -> rank(call, true)),
        SortedSets.row(
                "zrandmember", -2, "6.2.0", "O(N) where N is the number of members answered.")
            .flags(READONLY)
            .keys(read)
            .summary("Answers members chosen at random.")
            .syntax("key [<count [WITHSCORES]>]")
            .tip("nondeterministic_output")
            .handler(LookCommands::zrandmember),
        SortedSets.row(
                "zscan",
                -3,
                "2.8.0",
                "O(1) for each call; O(N) for all calls until the cursor is 0.")
            .flags(READONLY)
            .keys(read)
            .summary("Goes through the members of a sorted set in steps.")
            .syntax("key cursor [MATCH pattern] [COUNT count]")
            .tip("nondeterministic_output")
            .handler(LookCommands::zscan));
  }

  private static void zscore(Call call) {
    SortedSetValue set = SortedSets.at(call, 1);
    replyScore(call.reply(), set == null ? Double.NaN : SortedSets.score(call, set, 2));
  }

  private static void replyScore(Reply reply, double score) {
    if (Double.isNaN(score)) {
      reply.nil();
    } else {
      reply.number(score);
    }
  }

  private static void zmscore(Call call) {
    SortedSetValue set = SortedSets.at(call, 1);
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      replyScore(call.reply(), set == null ? Double.NaN : SortedSets.score(call, set, i));
    }
  }

  private static void zcard(Call call) {
    SortedSetValue set = SortedSets.at(call, 1);
    call.reply().integer(set == null ? 0 : set.size());
  }

  private static void count(Call call, Interval.Kind kind) {
    Interval interval = Interval.parse(call, kind, 2, 3, false);
    SortedSetValue set = SortedSets.at(call, 1);
    call.reply().integer(set == null ? 0 : Math.max(0, interval.to(set) - interval.from(set)));
  }

  private static void rank(Call call, boolean reverse) {
    if (call.count() > 4) {
      throw CommandError.arity(call.command().fullName());
    }
    boolean withScore = call.count() == 4;
    if (withScore && !call.is(3, "withscore")) {
      throw CommandError.syntax();
    }
    Arguments arguments = call.arguments();
    SortedSetValue set = SortedSets.at(call, 1);
    long rank =
        set == null ? -1 : set.rank(arguments.buffer(), arguments.offset(2), arguments.length(2));
    Reply reply = call.reply();
    if (rank < 0) {
      if (withScore) {
        reply.nilArray();
      } else {
        reply.nil();
      }
      return;
    }
    if (withScore) {
      reply.array(2);
    }
    reply.integer(reverse ? set.size() - 1 - rank : rank);
    if (withScore) {
      reply.number(set.lastScore());
    }
  }

  private static void zrandmember(Call call) {
    Reply reply = call.reply();
    if (call.count() == 2) {
      SortedSetValue set = SortedSets.at(call, 1);
      if (set == null) {
        reply.nil();
      } else {
        SortedSets.reply(reply, set.random(call.keyspace().random()), false);
      }
      return;
    }
    long count = Parse.integer(call, 2, -Long.MAX_VALUE, Long.MAX_VALUE);
    boolean withScores = call.count() == 4 && call.is(3, "withscores");
    if (call.count() > 3 && !withScores) {
      throw CommandError.syntax();
    }
    if (withScores && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
      throw new CommandError("ERR value is out of range");
    }
    SortedSetValue set = SortedSets.at(call, 1);
    if (set == null || count == 0) {
      reply.array(0);
    } else if (count > 0) {
      different(call, set, Math.min(count, set.size()), withScores);
    } else {
      draws(call, set, -count, withScores);
    }
  }

  private static void draws(Call call, SortedSetValue set, long count, boolean withScores) {
    Draws.check(count, "members");
    SortedSets.begin(call.reply(), count, withScores);
    for (long i = 0; i < count; i++) {
      SortedSets.reply(call.reply(), set.random(call.keyspace().random()), withScores);
    }
  }

  /**
   * So many different members, each choice as likely as any other. A small part of the set is drawn
   * by rank (Floyd's method: Bentley, Communications of the ACM 30(9), 1987); a large part is found
   * by walking the whole and taking each member with the chance that is left for it.
   */
  private static void different(Call call, SortedSetValue set, long count, boolean withScores) {
    Reply reply = call.reply();
    RandomSource random = call.keyspace().random();
    long size = set.size();
    SortedSets.begin(reply, count, withScores);
    if (count > size / 8) {
      long[] left = {count, size};
      set.forEach(
          0,
          size,
          false,
          member -> {
            if (random.nextLong(left[1]--) < left[0]) {
              left[0]--;
              SortedSets.reply(reply, member, withScores);
            }
          });
      return;
    }
    Set<Long> ranks = new LinkedHashSet<>();
    for (long last = size - count; last < size; last++) {
      if (!ranks.add(random.nextLong(last + 1))) {
        ranks.add(last);
      }
    }
    for (long rank : ranks) {
      SortedSets.reply(reply, set.at(rank), withScores);
    }
  }

  private static void zscan(Call call) {
    long cursor = Parse.cursor(call, 2);
    Reply reply = call.reply();
    SortedSetValue set = SortedSets.at(call, 1);
    if (set == null) {
      reply.array(2);
      reply.bulk("0");
      reply.array(0);
      return;
    }
    ScanOptions options = ScanOptions.parse(call, 3, ScanOptions.Kind.MEMBERS);
    // A compact set shows the text that it holds, a large one all digits, as the real server does.
    boolean compact = set.isCompact();
    List<byte[]> found = new ArrayList<>();
    long next =
        set.scan(
            cursor,
            options.count(),
            member -> {
              if (options.matches(member.bytes(), member.offset(), member.length())) {
                found.add(member.member());
                found.add(scanned(member, compact));
              }
            });
    reply.array(2);
    reply.bulk(Long.toUnsignedString(next));
    reply.array(found.size());
    found.forEach(reply::bulk);
  }

  private static byte[] scanned(ScoredView member, boolean compact) {
    return compact ? Numbers.doubleBytes(member.score()) : Numbers.digits17(member.score());
  }
}
