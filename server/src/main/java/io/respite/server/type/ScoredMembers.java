package io.respite.server.type;

import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A collection of members that all have a score: what unions, intersections and differences of
 * sorted sets take. A plain set is one too; each of its members has the score 1.
 */
public sealed interface ScoredMembers extends Value permits SortedSetValue, SetValue {
  /** The member's score, or not-a-number when it is no member. */
  double scoreOf(byte[] member, int offset, int length);

  /**
   * Visits every member, in the order that the collection has. The visitor must not change the
   * collection; the view is shared.
   */
  default void forEachScored(Consumer<ScoredView> visitor) {
    whileScored(
        member -> {
          visitor.accept(member);
          return true;
        });
  }

  /** The same, until the visitor answers that it has seen enough. */
  void whileScored(Predicate<ScoredView> visitor);
}
