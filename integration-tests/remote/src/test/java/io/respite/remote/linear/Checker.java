package io.respite.remote.linear;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decides whether a history is linearizable: whether each operation can be given one moment between
 * its beginning and its end at which it took effect, so that all answers come out as they did.
 *
 * <p><b>How.</b> The search of Wing and Gong ("Testing and verifying concurrent objects", 1993)
 * with the memory of Lowe ("Testing for linearizability", 2017). Beginnings and ends are events in
 * a list, by time. Whatever begins before the first end in the list may be the next to take effect;
 * it is tried, taken out of the list, and the search goes on from the front. When an end is met
 * whose operation has not taken effect, the last choice was wrong and is taken back. Which
 * operations have taken effect and which value they left decides all that can follow, so the same
 * pair is never tried twice. A history of independent keys is linearizable if that of each key is
 * (Herlihy and Wing), so keys are searched one by one.
 *
 * <p><b>Operations that never returned</b> have a beginning and no end: they may take effect at any
 * time after it, or never; the search is over when all others have taken effect. They are tried
 * after those that have returned, because most are not needed to explain anything, and each one
 * that takes effect in vain doubles what there is to search.
 *
 * <p>A history that is wrong is wrong from some end on: the answer names the first one, and shows
 * what happened around it.
 */
public final class Checker {
  /** How many pairs of the search are remembered before it is given up. */
  private static final int MOST_CONFIGURATIONS = 2_000_000;

  private static final int SHOWN_BEFORE = 12;

  private Checker() {}

  /** Two events at one moment: the beginning comes first, which forgives rather than accuses. */
  private static final Comparator<Event> BY_TIME =
      Comparator.comparingLong((Event event) -> event.time).thenComparing(event -> event.isEnd);

  /** What has taken effect, and the value that is left. */
  private record Configuration(BitSet done, String state) {}

  /** A beginning or an end, in a list that it can leave and come back to. */
  private static final class Event {
    final int number;
    final Operation operation;
    final boolean isEnd;
    final long time;
    Event end;
    Event before;
    Event after;

    Event(int number, Operation operation, boolean isEnd) {
      this.number = number;
      this.operation = operation;
      this.isEnd = isEnd;
      this.time = isEnd ? operation.returned() : operation.invoked();
    }

    void leave() {
      before.after = after;
      if (after != null) {
        after.before = before;
      }
    }

    void comeBack() {
      before.after = this;
      if (after != null) {
        after.before = this;
      }
    }
  }

  /**
   * Searches a history of any number of keys, which have no value in the beginning.
   *
   * @return a description of what cannot have happened, or an empty text when all can have
   * @throws IllegalStateException when the search takes more memory than it may
   */
  public static String check(List<Operation> history) {
    Map<String, List<Operation>> byKey =
        history.stream().collect(groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
    StringBuilder wrong = new StringBuilder();
    byKey.forEach(
        (key, operations) -> {
          if (!isLinearizable(operations)) {
            wrong.append(explain(key, operations));
          }
        });
    return wrong.toString();
  }

  /** Searches a history of one key. */
  static boolean isLinearizable(List<Operation> history) {
    Event head = events(history);
    int left = (int) history.stream().filter(Operation::isKnown).count();
    BitSet done = new BitSet(history.size());
    String state = null;
    Set<Configuration> tried = new HashSet<>();
    Deque<Event> chosen = new ArrayDeque<>();
    // A deque holds no null, and a key may have no value.
    List<String> states = new ArrayList<>();
    Event event = head.after;
    boolean pending = false;
    while (left > 0) {
      if (!event.isEnd && event.operation.isKnown() == pending) {
        event = event.after;
      } else if (!event.isEnd) {
        Register.Step step = Register.apply(state, event.operation);
        // What nobody knows of and what changes nothing need not have happened.
        boolean useful =
            step.possible() && (event.operation.isKnown() || !Objects.equals(step.state(), state));
        if (useful && isNew(tried, done, event.number, step.state())) {
          chosen.push(event);
          states.add(state);
          state = step.state();
          done.set(event.number);
          event.leave();
          if (event.end != null) {
            event.end.leave();
            left--;
          }
          event = head.after;
          pending = false;
        } else {
          event = event.after;
        }
      } else if (!pending) {
        event = head.after;
        pending = true;
      } else {
        if (chosen.isEmpty()) {
          return false;
        }
        Event last = chosen.pop();
        state = states.remove(states.size() - 1);
        done.clear(last.number);
        if (last.end != null) {
          last.end.comeBack();
          left++;
        }
        last.comeBack();
        event = last.after;
        pending = !last.operation.isKnown();
      }
    }
    return true;
  }

  private static boolean isNew(Set<Configuration> tried, BitSet done, int number, String state) {
    BitSet next = (BitSet) done.clone();
    next.set(number);
    if (tried.size() >= MOST_CONFIGURATIONS) {
      throw new IllegalStateException(
          "a history of one key is not decided after "
              + MOST_CONFIGURATIONS
              + " steps; too many of its operations never returned");
    }
    return tried.add(new Configuration(next, state));
  }

  /** The events by time, behind a head that is none. */
  private static Event events(List<Operation> history) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      Event begin = new Event(i, history.get(i), false);
      events.add(begin);
      if (history.get(i).isKnown()) {
        begin.end = new Event(i, history.get(i), true);
        events.add(begin.end);
      }
    }
    events.sort(BY_TIME);
    Event head =
        new Event(-1, new Operation("", 0, Operation.Kind.GET, null, null, 0, 0, null), true);
    Event last = head;
    for (Event event : events) {
      last.after = event;
      event.before = last;
      last = event;
    }
    return head;
  }

  // ---- saying what is wrong

  private static String explain(String key, List<Operation> history) {
    List<Operation> returned =
        history.stream()
            .filter(Operation::isKnown)
            .sorted(Comparator.comparingLong(Operation::returned))
            .toList();
    // What is wrong stays wrong, whatever comes after it.
    int right = -1;
    int wrong = returned.size() - 1;
    while (wrong - right > 1) {
      int middle = (right + wrong) >>> 1;
      if (isLinearizable(until(history, returned.get(middle).returned()))) {
        right = middle;
      } else {
        wrong = middle;
      }
    }
    Operation culprit = returned.get(wrong);
    long start = history.stream().mapToLong(Operation::invoked).min().orElseThrow();
    List<Operation> shown =
        until(history, culprit.returned()).stream()
            .filter(operation -> !operation.equals(culprit))
            .sorted(Comparator.comparingLong(Operation::returned))
            .toList();
    long pending = shown.stream().filter(operation -> !operation.isKnown()).count();
    long skipped = Math.max(0, shown.size() - pending - SHOWN_BEFORE);
    return "key %s: no order explains [%s] after%n%s%n"
        .formatted(
            key,
            culprit.describe(start),
            shown.stream()
                .skip(skipped)
                .map(operation -> "  " + operation.describe(start))
                .collect(Collectors.joining(System.lineSeparator())));
  }

  /** What was known of a history at a time. */
  private static List<Operation> until(List<Operation> history, long time) {
    return history.stream()
        .filter(operation -> operation.invoked() <= time)
        .map(operation -> operation.returned() <= time ? operation : operation.pending())
        .toList();
  }
}
