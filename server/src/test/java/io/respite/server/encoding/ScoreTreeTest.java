package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ScoreTreeTest {
  private record Entry(double score, String member) {}

  private static final Comparator<Entry> ORDER =
      Comparator.comparingDouble(Entry::score).thenComparing(Entry::member);

  private final ScoreTree tree = new ScoreTree();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] record(double score, String member) {
    byte[] bytes = bytes(member);
    return ScoredEntry.of(bytes, 0, bytes.length, score);
  }

  private static Entry entry(byte[] record) {
    return new Entry(
        ScoredEntry.score(record),
        new String(PackedEntry.key(record), StandardCharsets.ISO_8859_1));
  }

  private List<Entry> content(boolean backwards) {
    List<Entry> found = new ArrayList<>();
    ScoreTree.Cursor cursor = tree.at(backwards ? tree.size() - 1 : 0);
    while (cursor.record() != null) {
      found.add(entry(cursor.record()));
      if (backwards) {
        cursor.back();
      } else {
        cursor.forward();
      }
    }
    return found;
  }

  @Nested
  class Agrees_with_a_tree_map {
    private final TreeMap<Entry, byte[]> model = new TreeMap<>(ORDER);
    private final List<Entry> all = new ArrayList<>();
    private Random random;

    private void add(double score, String member) {
      Entry entry = new Entry(score, member);
      byte[] record = record(score, member);
      if (model.putIfAbsent(entry, record) == null) {
        tree.insert(record);
        all.add(entry);
      }
    }

    private Entry takeAny() {
      int at = random.nextInt(all.size());
      Entry entry = all.get(at);
      all.set(at, all.get(all.size() - 1));
      all.remove(all.size() - 1);
      return entry;
    }

    private void removeAny() {
      Entry entry = takeAny();
      if (random.nextBoolean()) {
        assertThat(tree.remove(model.remove(entry))).isTrue();
      } else {
        long rank = model.headMap(entry).size();
        assertThat(tree.take(rank)).isSameAs(model.remove(entry));
      }
    }

    private void changeAny() {
      Entry entry = takeAny();
      byte[] old = model.remove(entry);
      double near = random.nextBoolean() ? entry.score + 1e-9 : random.nextInt(50);
      Entry other = new Entry(near, entry.member);
      if (model.containsKey(other)) {
        model.put(entry, old);
        all.add(entry);
        return;
      }
      if (random.nextBoolean()) {
        tree.rescore(old, near);
        assertThat(ScoredEntry.score(old)).isEqualTo(near);
        model.put(other, old);
      } else {
        byte[] record = ScoredEntry.withScore(old, near);
        tree.replace(old, record);
        model.put(other, record);
      }
      all.add(other);
    }

    private void compare() {
      tree.check();
      assertThat(content(false)).isEqualTo(new ArrayList<>(model.keySet()));
      assertThat(content(true)).isEqualTo(new ArrayList<>(model.descendingKeySet()));
    }

    @ParameterizedTest
    @CsvSource({"20000, 70", "20000, 45", "4000, 20"})
    void on_random_operations(int operations, int additions) {
      long seed = new Random().nextLong();
      random = new Random(seed);
      int grown = 5000;
      for (int i = 0; i < grown; i++) {
        add(random.nextInt(100), "m" + random.nextInt(3000));
      }
      try {
        for (int i = 0; i < operations; i++) {
          int dice = random.nextInt(100);
          if (dice < additions || all.isEmpty()) {
            add(random.nextInt(50), "m" + random.nextInt(3000));
          } else if (dice < additions + (100 - additions) / 2) {
            removeAny();
          } else {
            changeAny();
          }
          if (i % 2000 == 0) {
            compare();
          }
        }
        compare();
        while (!all.isEmpty()) {
          removeAny();
        }
        compare();
      } catch (AssertionError | IllegalStateException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }

    @Test
    void on_ranks_and_bounds() {
      long seed = new Random().nextLong();
      random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        add(random.nextInt(300) / 2.0, "m" + random.nextInt(100_000));
      }
      List<Entry> sorted = new ArrayList<>(model.keySet());
      for (int i = 0; i < 1000; i++) {
        int rank = random.nextInt(sorted.size());
        Entry entry = sorted.get(rank);
        byte[] member = bytes(entry.member);
        assertThat(tree.rank(entry.score, member, 0, member.length))
            .as("seed %d", seed)
            .isEqualTo(rank);
        assertThat(entry(tree.at(rank).record())).as("seed %d", seed).isEqualTo(entry);
        double bound = random.nextInt(320) / 2.0 - 2.25 + (random.nextBoolean() ? 0.25 : 0);
        assertThat(tree.countBelow(bound, false))
            .as("seed %d bound %s", seed, bound)
            .isEqualTo(sorted.stream().filter(e -> e.score < bound).count());
        assertThat(tree.countBelow(bound, true))
            .as("seed %d bound %s", seed, bound)
            .isEqualTo(sorted.stream().filter(e -> e.score <= bound).count());
      }
    }

    @Test
    void on_bounds_of_members() {
      long seed = new Random().nextLong();
      random = new Random(seed);
      for (int i = 0; i < 5000; i++) {
        add(0, "m" + random.nextInt(20_000));
      }
      for (int i = 0; i < 1000; i++) {
        String bound = "m" + random.nextInt(20_000);
        byte[] member = bytes(bound);
        assertThat(tree.countBelow(member, 0, member.length, false))
            .as("seed %d bound %s", seed, bound)
            .isEqualTo(model.headMap(new Entry(0, bound), false).size());
        assertThat(tree.countBelow(member, 0, member.length, true))
            .as("seed %d bound %s", seed, bound)
            .isEqualTo(model.headMap(new Entry(0, bound), true).size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void stays_dense_when_scores_only_ascend_or_descend(int step) {
    for (int i = 0; i < 100_000; i++) {
      tree.insert(record((double) i * step, "m" + i));
    }
    tree.check();
    assertThat(tree.heapBytes()).isLessThan(100_000 * 15L);
  }

  @Test
  void orders_members_as_unsigned_bytes_and_the_shorter_first() {
    for (String member : List.of("b", "", "\u00ff", "a\u0000", "a", "\u007f")) {
      tree.insert(record(1, member));
    }
    assertThat(content(false).stream().map(Entry::member))
        .containsExactly("", "a", "a\u0000", "b", "\u007f", "\u00ff");
  }

  @Test
  void takes_zero_and_minus_zero_as_equal_and_infinities_as_ends() {
    tree.insert(record(0.0, "b"));
    tree.insert(record(-0.0, "c"));
    tree.insert(record(Double.POSITIVE_INFINITY, "a"));
    tree.insert(record(Double.NEGATIVE_INFINITY, "d"));
    assertThat(content(false).stream().map(Entry::member)).containsExactly("d", "b", "c", "a");
    assertThat(tree.countBelow(0, false)).isEqualTo(1);
    assertThat(tree.countBelow(-0.0, true)).isEqualTo(3);
    assertThat(tree.countBelow(Double.POSITIVE_INFINITY, true)).isEqualTo(4);
  }

  @Test
  void answers_nothing_for_ranks_that_there_are_not() {
    assertThat(tree.at(0).record()).isNull();
    tree.insert(record(1, "a"));
    assertThat(tree.at(1).record()).isNull();
    assertThat(tree.at(-1).record()).isNull();
    assertThat(tree.remove(record(2, "a"))).isFalse();
    assertThat(tree.size()).isEqualTo(1);
  }
}
