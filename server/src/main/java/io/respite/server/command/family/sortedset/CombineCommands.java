package io.respite.server.command.family.sortedset;

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
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.ScoreSums;
import io.respite.server.type.ScoreSums.Aggregate;
import io.respite.server.type.ScoredMembers;
import io.respite.server.type.ScoredView;
import io.respite.server.type.SortedSetValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Unions, intersections and differences of sorted sets and plain sets, answered or kept.
 *
 * <p>Unions and intersections take the smallest input first, as the real server does: sums of
 * doubles depend on the order, and clients compare them to the last digit.
 */
final class CombineCommands {
  private CombineCommands() {}

  /** What is done with the inputs. */
  private enum Operation {
    UNION,
    INTERSECTION,
    DIFFERENCE
  }

  /** What becomes of the result. */
  private enum Use {
    ANSWER,
    STORE,
    COUNT
  }

  /** One input: a collection, or null for a key that is not there, and the factor of its scores. */
  private record Input(ScoredMembers members, double weight) {
    long size() {
      return members == null ? 0 : members.elements();
    }

    double weighted(double score) {
      double product = weight * score;
      return Double.isNaN(product) ? 0 : product;
    }
  }

  static List<Command> rows() {
    String union = "O(N)+O(M*log(M)) for N members in all sets and M in the result.";
    String inter =
        "O(N*K)+O(M*log(M)) for N members in the smallest of K sets and M in the result.";
    String diff = "O(L + (N-K)*log(N)) for L members in all sets, N in the first, K in the result.";
    String weights = " [WEIGHTS weight:double [weight ...]] [AGGREGATE <SUM | MIN | MAX>]";
    return List.of(
        answer("zunion", union, Operation.UNION)
            .summary("Answers the union of sorted sets.")
            .syntax("numkeys key [key ...]" + weights + " [WITHSCORES]"),
        answer("zinter", inter, Operation.INTERSECTION)
            .summary("Answers the intersection of sorted sets.")
            .syntax("numkeys key [key ...]" + weights + " [WITHSCORES]"),
        answer("zdiff", diff, Operation.DIFFERENCE)
            .summary("Answers what the first sorted set has and no other one.")
            .syntax("numkeys key [key ...] [WITHSCORES]"),
        store("zunionstore", "2.0.0", union, Operation.UNION, KeyEvent.ZUNIONSTORE)
            .summary("Keeps the union of sorted sets.")
            .syntax("destination numkeys key [key ...]" + weights),
        store("zinterstore", "2.0.0", inter, Operation.INTERSECTION, KeyEvent.ZINTERSTORE)
            .summary("Keeps the intersection of sorted sets.")
            .syntax("destination numkeys key [key ...]" + weights),
        store("zdiffstore", "6.2.0", diff, Operation.DIFFERENCE, KeyEvent.ZDIFFSTORE)
            .summary("Keeps what the first sorted set has and no other one.")
            .syntax("destination numkeys key [key ...]"),
        SortedSets.row("zintercard", -3, "7.0.0", "O(N*K) for N members in the smallest of K sets.")
            .flags(READONLY, MOVABLEKEYS)
            .keys(KeySpec.counted(1, RO, ACCESS))
            .summary("Counts the intersection of sorted sets.")
            .syntax("numkeys key [key ...] [LIMIT limit:integer]")
            .handler(
                call -> combine(call, 1, Operation.INTERSECTION, Use.COUNT, KeyEvent.ZINTERSTORE)));
  }

  private static Command answer(String name, String complexity, Operation operation) {
    return SortedSets.row(name, -3, "6.2.0", complexity)
        .flags(READONLY, MOVABLEKEYS)
        .keys(KeySpec.counted(1, RO, ACCESS))
        .handler(call -> combine(call, 1, operation, Use.ANSWER, KeyEvent.ZUNIONSTORE));
  }

  private static Command store(
      String name, String since, String complexity, Operation operation, KeyEvent event) {
    return SortedSets.row(name, -4, since, complexity)
        .flags(WRITE, DENYOOM, MOVABLEKEYS)
        .keys(KeySpec.at(1, OW, UPDATE))
        .keys(KeySpec.counted(2, RO, ACCESS))
        .handler(call -> combine(call, 2, operation, Use.STORE, event));
  }

  private static void combine(
      Call call, int numkeys, Operation operation, Use use, KeyEvent event) {
    long keys = Parse.integer(call, numkeys);
    if (keys < 1) {
      throw new CommandError(
          "ERR at least 1 input key is needed for '" + call.command().fullName() + "' command");
    }
    if (keys > call.count() - numkeys - 1) {
      throw CommandError.syntax();
    }
    int firstOption = numkeys + 1 + (int) keys;
    List<ScoredMembers> sets = new ArrayList<>();
    for (int i = numkeys + 1; i < firstOption; i++) {
      sets.add(call.value(i, ScoredMembers.class));
    }
    double[] weights = null;
    Aggregate aggregate = Aggregate.SUM;
    boolean withScores = false;
    long limit = 0;
    boolean weighable = operation != Operation.DIFFERENCE && use != Use.COUNT;
    for (int i = firstOption; i < call.count(); i++) {
      int left = call.count() - i;
      if (weighable && left > keys && call.is(i, "weights")) {
        weights = new double[(int) keys];
        for (int j = 0; j < keys; j++) {
          weights[j] =
              Parse.number(call, ++i, () -> new CommandError("ERR weight value is not a float"));
        }
      } else if (weighable && left >= 2 && call.is(i, "aggregate")) {
        aggregate = aggregate(call, ++i);
      } else if (use == Use.ANSWER && call.is(i, "withscores")) {
        withScores = true;
      } else if (use == Use.COUNT && left >= 2 && call.is(i, "limit")) {
        limit =
            Parse.integer(
                call,
                ++i,
                0,
                Long.MAX_VALUE,
                () -> new CommandError("ERR LIMIT can't be negative"));
      } else {
        throw CommandError.syntax();
      }
    }
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      inputs.add(new Input(sets.get(i), weights == null ? 1 : weights[i]));
    }
    if (operation != Operation.DIFFERENCE) {
      inputs.sort(Comparator.comparingLong(Input::size));
    }
    if (use == Use.COUNT) {
      call.reply().integer(countCommon(inputs, limit == 0 ? Long.MAX_VALUE : limit));
      return;
    }
    ScoreSums sums = new ScoreSums(call.keyspace().hasher());
    switch (operation) {
      case UNION -> unite(inputs, sums, aggregate);
      case INTERSECTION -> intersect(inputs, sums, aggregate);
      case DIFFERENCE -> subtract(inputs, sums);
    }
    SortedSetValue result = sums.toSortedSet(call.keyspace().limits(), use == Use.STORE);
    if (use == Use.STORE) {
      SortedSets.store(call, 1, result, event);
      return;
    }
    Reply reply = call.reply();
    boolean scores = withScores;
    SortedSets.begin(reply, result.size(), scores);
    result.forEachScored(member -> SortedSets.reply(reply, member, scores));
  }

  private static Aggregate aggregate(Call call, int i) {
    for (Aggregate aggregate : Aggregate.values()) {
      if (call.is(i, aggregate.name().toLowerCase(Locale.ROOT))) {
        return aggregate;
      }
    }
    throw CommandError.syntax();
  }

  private static void unite(List<Input> inputs, ScoreSums sums, Aggregate aggregate) {
    for (Input input : inputs) {
      if (input.members != null) {
        input.members.forEachScored(
            member -> sums.add(member, input.weighted(member.score()), aggregate));
      }
    }
  }

  private static void intersect(List<Input> inputs, ScoreSums sums, Aggregate aggregate) {
    Input smallest = inputs.get(0);
    if (smallest.members == null) {
      return;
    }
    smallest.members.forEachScored(
        member -> {
          double score = smallest.weighted(member.score());
          for (int i = 1; i < inputs.size(); i++) {
            Input input = inputs.get(i);
            double other = scoreIn(input, smallest, member);
            if (Double.isNaN(other)) {
              return;
            }
            // Not weighted(): the real server takes what is no number here as it is.
            score = aggregate.of(score, input.weight * other);
          }
          sums.add(member, score, aggregate);
        });
  }

  /** The score in another input, which may be the very collection that is being visited. */
  private static double scoreIn(Input input, Input visited, ScoredView member) {
    return input.members == visited.members
        ? member.score()
        : input.members.scoreOf(member.bytes(), member.offset(), member.length());
  }

  private static long countCommon(List<Input> inputs, long limit) {
    Input smallest = inputs.get(0);
    if (smallest.members == null) {
      return 0;
    }
    long[] count = {0};
    smallest.members.whileScored(
        member -> {
          for (int i = 1; i < inputs.size(); i++) {
            if (Double.isNaN(scoreIn(inputs.get(i), smallest, member))) {
              return true;
            }
          }
          return ++count[0] < limit;
        });
    return count[0];
  }

  /**
   * Looks each member of the first set up in the others, or removes the others' members one by one,
   * whichever is less work.
   */
  private static void subtract(List<Input> inputs, ScoreSums sums) {
    Input first = inputs.get(0);
    if (first.members == null) {
      return;
    }
    long others = 0;
    for (int i = 1; i < inputs.size(); i++) {
      if (inputs.get(i).members == first.members) {
        return;
      }
      others += inputs.get(i).size();
    }
    if (first.size() * inputs.size() / 2 <= first.size() + others) {
      first.members.forEachScored(
          member -> {
            for (int i = 1; i < inputs.size(); i++) {
              Input input = inputs.get(i);
              if (input.members != null && !Double.isNaN(scoreIn(input, first, member))) {
                return;
              }
            }
            sums.add(member, member.score(), Aggregate.SUM);
          });
      return;
    }
    first.members.forEachScored(member -> sums.add(member, member.score(), Aggregate.SUM));
    for (int i = 1; i < inputs.size(); i++) {
      if (inputs.get(i).members != null) {
        inputs.get(i).members.forEachScored(sums::remove);
      }
    }
  }
}
