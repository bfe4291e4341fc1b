package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SortedBlocksTest {
  /** An item that knows its key. */
  private record Item(int key, int value) {}

  private static SortedBlocks<Integer, Item> none() {
    return new SortedBlocks<>((item, key) -> Integer.compare(item.key(), key));
  }

  private static List<Item> content(Iterable<Item> items) {
    List<Item> all = new ArrayList<>();
    items.forEach(all::add);
    return all;
  }

  private static void check(
      SortedBlocks<Integer, Item> items, NavigableMap<Integer, Item> model, String seed) {
    assertThat(content(items)).as(seed).isEqualTo(List.copyOf(model.values()));
    assertThat(items.size()).as(seed).isEqualTo(model.size());
    assertThat(items.isEmpty()).as(seed).isEqualTo(model.isEmpty());
    assertThat(items.first()).as(seed).isEqualTo(value(model.firstEntry()));
    assertThat(items.last()).as(seed).isEqualTo(value(model.lastEntry()));
    long weight = 0;
    for (int b = 0; b < items.blocks(); b++) {
      assertThat(items.count(b)).as(seed).isBetween(1, Blocks.BLOCK);
      weight += items.weight(b);
    }
    assertThat(weight).as(seed).isEqualTo(model.size());
  }

  private static Item value(Map.Entry<Integer, Item> entry) {
    return entry == null ? null : entry.getValue();
  }

  /** A map, and what it must hold. */
  private record Pair(SortedBlocks<Integer, Item> items, NavigableMap<Integer, Item> model) {
    Pair fork() {
      return new Pair(items.fork(), new TreeMap<>(model));
    }

    void edit(Random random, int range, String seed) {
      int key = random.nextInt(range);
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> {
          Item item = new Item(key, random.nextInt());
          assertThat(items.put(key, item)).as(seed).isEqualTo(model.put(key, item));
        }
        case 4, 5 -> {
          int last = model.isEmpty() ? 0 : model.lastKey() + 1;
          Item item = new Item(last, random.nextInt());
          assertThat(items.put(last, item)).as(seed).isNull();
          model.put(last, item);
        }
        case 6, 7 -> assertThat(items.remove(key)).as(seed).isEqualTo(model.remove(key));
        case 8 -> {
          for (int i = random.nextInt(40); i > 0 && !model.isEmpty(); i--) {
            int first = model.firstKey();
            assertThat(items.remove(first)).as(seed).isEqualTo(model.remove(first));
          }
        }
        case 9 -> {
          if (model.containsKey(key)) {
            Item item = new Item(key, random.nextInt());
            items.replace(key, item);
            model.put(key, item);
          }
        }
        default -> {
          assertThat(items.get(key)).as(seed).isEqualTo(model.get(key));
          boolean inclusive = random.nextBoolean();
          assertThat(content(items.from(key, inclusive)))
              .as(seed)
              .isEqualTo(List.copyOf(model.tailMap(key, inclusive).values()));
          assertThat(content(items.downFrom(key)))
              .as(seed)
              .isEqualTo(List.copyOf(model.headMap(key, true).descendingMap().values()));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 1000, 100_000})
  void agrees_with_a_sorted_map_of_the_JDK_while_forks_keep_and_change_what_they_had(int range) {
    long number = new Random().nextLong();
    String seed = "seed " + number;
    Random random = new Random(number);
    Pair live = new Pair(none(), new TreeMap<>());
    List<Pair> images = new ArrayList<>();
    List<Pair> changing = new ArrayList<>();
    for (int step = 0; step < 12_000; step++) {
      live.edit(random, range, seed);
      for (Pair other : changing) {
        other.edit(random, range, seed);
      }
      if (step % 1000 == 500) {
        images.add(live.fork());
        changing.add(live.fork());
        if (changing.size() > 3) {
          Pair gone = changing.remove(random.nextInt(changing.size()));
          check(gone.items, gone.model, seed);
          live = random.nextInt(4) == 0 ? gone : live;
        }
      }
      if (step % 500 == 0) {
        check(live.items, live.model, seed);
      }
    }
    for (Pair image : images) {
      check(image.items, image.model, seed);
    }
  }

  @Test
  void a_fork_copies_nothing_and_a_change_copies_one_block() {
    SortedBlocks<Integer, Item> items = none();
    for (int i = 0; i < 1_000_000; i++) {
      items.put(i, new Item(i, i));
    }
    SortedBlocks<Integer, Item> image = items.fork();
    assertThat(items.copiedBlocks() + image.copiedBlocks()).isZero();
    items.put(500_000, new Item(500_000, -1));
    items.put(500_000, new Item(500_000, -2));
    assertThat(items.copiedBlocks()).isEqualTo(1);
    items.put(1_000_000, new Item(1_000_000, 0));
    items.remove(0);
    assertThat(items.copiedBlocks()).isBetween(2, 3);
    assertThat(image.get(500_000).value()).isEqualTo(500_000);
    assertThat(image.size()).isEqualTo(1_000_000);
    assertThat(image.first().key()).isZero();
    assertThat(image.copiedBlocks()).isZero();
  }

  @Test
  void what_is_iterated_may_be_replaced() {
    SortedBlocks<Integer, Item> items = none();
    for (int i = 0; i < 1000; i++) {
      items.put(i, new Item(i, i));
    }
    SortedBlocks<Integer, Item> image = items.fork();
    int seen = 0;
    for (Item item : items) {
      assertThat(item.value()).isEqualTo(seen++);
      items.put(item.key(), new Item(item.key(), -1));
    }
    assertThat(seen).isEqualTo(1000);
    assertThat(content(items)).allMatch(item -> item.value() == -1);
    assertThat(content(image)).allMatch(item -> item.value() == item.key());
  }

  @Test
  void takes_about_four_bytes_for_each_item_that_comes_at_the_end() {
    SortedBlocks<Integer, Item> items = none();
    for (int i = 0; i < 128_000; i++) {
      items.put(i, new Item(i, i));
    }
    assertThat(items.heapBytes()).isBetween(4 * 128_000L, 5 * 128_000L);
  }

  @Test
  void says_so_when_there_is_nothing_to_replace_or_to_come() {
    SortedBlocks<Integer, Item> items = none();
    assertThatThrownBy(() -> items.replace(1, new Item(1, 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> items.iterator().next()).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> items.downFrom(1).iterator().next())
        .isInstanceOf(NoSuchElementException.class);
    assertThat(items.get(1)).isNull();
    assertThat(items.remove(1)).isNull();
  }
}
