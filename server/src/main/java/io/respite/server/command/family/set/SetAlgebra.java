package io.respite.server.command.family.set;

import io.respite.server.encoding.Window;
import io.respite.server.type.SetValue;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The operations on several sets. Each shows the members of its result one by one, so that what is
 * not kept is never gathered, except where that bounds the cost:
 *
 * <ul>
 *   <li>The intersection looks each member of the smallest set up in the others, the next smallest
 *       first.
 *   <li>The union of few sets looks each member up in the sets before; of many, it gathers.
 *   <li>The difference has two ways. Looking each member of the first set up in the others costs at
 *       most the first set's size times their number; gathering the first set and taking the
 *       others' members from it costs the size of all together. The cheaper one is taken, and
 *       looking up counts half because it can end early.
 * </ul>
 *
 * Missing sets are null, and empty.
 */
final class SetAlgebra {
  /** Up to so many sets a union is not gathered. */
  private static final int FEW = 3;

  private final Window window;
  private final Supplier<SetValue> newSet;

  /**
   * The operations.
   *
   * @param window what members are shown in
   * @param newSet makes an empty set
   */
  SetAlgebra(Window window, Supplier<SetValue> newSet) {
    this.window = window;
    this.newSet = newSet;
  }

  private static long size(SetValue set) {
    return set == null ? 0 : set.size();
  }

  void intersection(SetValue[] sources, Predicate<Window> visitor) {
    SetValue[] ascending = sources.clone();
    Arrays.sort(ascending, Comparator.comparingLong(SetAlgebra::size));
    SetValue smallest = ascending[0];
    if (smallest != null) {
      smallest.forEachWhile(
          window, member -> !isInAll(member, ascending, smallest) || visitor.test(member));
    }
  }

  private static boolean isInAll(Window member, SetValue[] sets, SetValue except) {
    for (SetValue set : sets) {
      if (set != except && !set.contains(member)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInAny(Window member, SetValue[] sets, int from, int to) {
    for (int i = from; i < to; i++) {
      if (sets[i].contains(member)) {
        return true;
      }
    }
    return false;
  }

  void union(SetValue[] sources, Predicate<Window> visitor) {
    SetValue[] sets = Arrays.stream(sources).filter(Objects::nonNull).toArray(SetValue[]::new);
    if (sets.length > FEW) {
      SetValue all = newSet.get();
      for (SetValue set : sets) {
        set.forEach(window, all::add);
      }
      all.forEachWhile(window, visitor);
      return;
    }
    for (int i = 0; i < sets.length; i++) {
      int before = i;
      sets[i].forEachWhile(
          window, member -> isInAny(member, sets, 0, before) || visitor.test(member));
    }
  }

  void difference(SetValue[] sources, Predicate<Window> visitor) {
    SetValue first = sources[0];
    if (first == null) {
      return;
    }
    SetValue[] others =
        Arrays.stream(sources, 1, sources.length)
            .filter(Objects::nonNull)
            .sorted(Comparator.comparingLong(SetAlgebra::size).reversed())
            .toArray(SetValue[]::new);
    long together = first.size();
    for (SetValue other : others) {
      if (other == first) {
        return;
      }
      together += other.size();
    }
    if (first.size() * (others.length + 1L) / 2 <= together) {
      first.forEachWhile(
          window, member -> isInAny(member, others, 0, others.length) || visitor.test(member));
      return;
    }
    SetValue left = newSet.get();
    first.forEach(window, left::add);
    for (int i = 0; i < others.length && left.size() > 0; i++) {
      others[i].forEach(window, left::remove);
    }
    left.forEachWhile(window, visitor);
  }
}
