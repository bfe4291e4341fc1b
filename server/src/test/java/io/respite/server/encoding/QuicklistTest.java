package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class QuicklistTest {
  private static final int STEPS = 4000;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(Window window) {
    return new String(window.copy(), StandardCharsets.ISO_8859_1);
  }

  private static Quicklist numbers(int fill, int count) {
    Quicklist list = new Quicklist(fill, 0);
    for (int i = 0; i < count; i++) {
      byte[] element = Numbers.longBytes(i);
      list.addLast(element, 0, element.length);
    }
    return list;
  }

  private static List<String> content(Quicklist list) {
    List<String> all = new ArrayList<>();
    ListCursor cursor = new ListCursor();
    for (boolean more = list.seek(cursor, 0); more; more = cursor.next()) {
      all.add(text(cursor.window()));
    }
    return all;
  }

  private static List<String> backwards(Quicklist list) {
    List<String> all = new ArrayList<>();
    ListCursor cursor = new ListCursor();
    for (boolean more = list.seek(cursor, -1); more; more = cursor.previous()) {
      all.add(0, text(cursor.window()));
    }
    return all;
  }

  /** A number, or a string from one byte to more than a node. */
  private static String element(Random random) {
    return switch (random.nextInt(40)) {
      case 0 -> "large" + "x".repeat(5000 + random.nextInt(5000));
      case 1, 2, 3 -> "a text that can be compressed ".repeat(1 + random.nextInt(20));
      case 4 -> "";
      case 5 -> "" + random.nextLong();
      case 6, 7, 8, 9, 10 -> "s" + random.nextInt(20);
      default -> "" + random.nextInt(30);
    };
  }

  private static void checkNodes(Quicklist list, int fill, String seed) {
    int[] nodes = {0};
    list.forEachNode(
        node -> {
          nodes[0]++;
          if (node instanceof Listpack pack) {
            assertThat(Listpack.isValid(pack.buffer(), pack.offset(), pack.byteSize()))
                .as(seed)
                .isTrue();
            assertThat(pack.count()).as(seed).isPositive();
            if (pack.count() > 1) {
              assertThat(Quicklist.exceedsNode(fill, pack.byteSize(), pack.count()))
                  .as(seed)
                  .isFalse();
            }
          } else {
            assertThat(((byte[]) node).length).as(seed).isGreaterThan(Quicklist.nodeBytes(fill));
          }
        });
    assertThat(list.nodeCount()).as(seed).isEqualTo(nodes[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0", "2, 0", "3, 1", "8, 2", "8, 40", "500, 1", "0, 0", "-1, 0", "-1, 1", "-2, 0", "-2, 3",
    "-5, 0", "-9, 1"
  })
  void agrees_with_a_list_of_the_JDK_on_random_operations(int fill, int depth) {
    long number = new Random().nextLong();
    String seed = "seed " + number;
    Random random = new Random(number);
    List<String> model = new ArrayList<>();
    Quicklist list = new Quicklist(fill, depth);
    ListCursor cursor = new ListCursor();
    boolean grows = true;
    for (int step = 0; step < STEPS; step++) {
      if (step % 500 == 0) {
        grows = !grows || model.size() < 300;
      }
      String text = element(random);
      byte[] element = bytes(text);
      int at = model.isEmpty() ? 0 : random.nextInt(model.size());
      switch (random.nextInt(grows ? 12 : 16)) {
        case 0, 1 -> {
          model.add(0, text);
          list.addFirst(element, 0, element.length);
        }
        case 2, 3 -> {
          model.add(text);
          list.addLast(element, 0, element.length);
        }
        case 4, 5, 6, 7, 8 -> {
          boolean found = list.seek(cursor, random.nextBoolean() ? at : at - model.size());
          assertThat(found).as(seed).isEqualTo(!model.isEmpty());
          if (found) {
            assertThat(text(cursor.window())).as(seed).isEqualTo(model.get(at));
            boolean after = random.nextBoolean();
            model.add(after ? at + 1 : at, text);
            list.insert(cursor, after, element, 0, element.length);
          }
        }
        case 9, 10 -> {
          if (!model.isEmpty()) {
            model.set(at, text);
            list.set(at, element, 0, element.length);
          }
        }
        case 11, 12 -> {
          if (!model.isEmpty()) {
            boolean first = random.nextBoolean();
            model.remove(first ? 0 : model.size() - 1);
            if (first) {
              list.removeFirst();
            } else {
              list.removeLast();
            }
          }
        }
        case 13 -> {
          boolean back = random.nextBoolean();
          boolean more = list.seek(cursor, at);
          int place = at;
          for (int i = random.nextInt(5); i >= 0 && more; i--) {
            assertThat(text(cursor.window())).as(seed).isEqualTo(model.get(place));
            if (random.nextInt(4) > 0) {
              model.remove(place);
              more = list.remove(cursor, back);
              place -= back ? 1 : 0;
            } else {
              more = back ? cursor.previous() : cursor.next();
              place += back ? -1 : 1;
            }
            assertThat(more).as(seed).isEqualTo(place >= 0 && place < model.size());
          }
          list.settle();
        }
        default -> {
          int count = random.nextInt(random.nextInt(10) == 0 ? 400 : 6);
          list.removeRange(at, count);
          if (!model.isEmpty()) {
            model.subList(at, Math.min(model.size(), at + count)).clear();
          }
        }
      }
      assertThat(list.size()).as(seed).isEqualTo(model.size());
      if (!model.isEmpty()) {
        Window window = new Window();
        list.showFirst(window);
        assertThat(text(window)).as(seed).isEqualTo(model.get(0));
        list.showLast(window);
        assertThat(text(window)).as(seed).isEqualTo(model.get(model.size() - 1));
      }
      if (step % 100 == 0) {
        assertThat(content(list)).as(seed).isEqualTo(model);
        assertThat(backwards(list)).as(seed).isEqualTo(model);
        checkNodes(list, fill, seed);
        Quicklist copy = list.copy();
        if (!model.isEmpty()) {
          copy.removeFirst();
        }
        assertThat(content(list)).as(seed).isEqualTo(model);
      }
    }
  }

  @Test
  void fills_nodes_as_far_as_they_may_be() {
    assertThat(numbers(1, 1000).nodeCount()).isEqualTo(1000);
    assertThat(numbers(0, 1000).nodeCount()).isEqualTo(1000);
    assertThat(numbers(10, 1000).nodeCount()).isEqualTo(100);
    // 128 integers of two bytes each, all others of three, in nodes of 4096 bytes with seven of
    // their own; each is allowed in while eight bytes and its digits are free.
    assertThat(numbers(-1, 1000).nodeCount()).isEqualTo(1);
    assertThat(numbers(-1, 1410).nodeCount()).isEqualTo(2);
    assertThat(numbers(-2, 1410).nodeCount()).isEqualTo(1);
  }

  @Test
  void keeps_an_element_that_is_larger_than_a_node_alone() {
    Quicklist list = numbers(-1, 10);
    byte[] large = new byte[4097];
    ListCursor cursor = new ListCursor();
    list.seek(cursor, 5);
    list.insert(cursor, false, large, 0, large.length);
    assertThat(list.nodeCount()).isEqualTo(3);
    assertThat(list.size()).isEqualTo(11);
    list.seek(cursor, 5);
    assertThat(cursor.window().length()).isEqualTo(4097);
    list.set(5, new byte[] {'7'}, 0, 1);
    assertThat(content(list))
        .containsExactly("0", "1", "2", "3", "4", "7", "5", "6", "7", "8", "9");
  }

  @Test
  void merges_halves_again_that_fit_into_one_node() {
    Quicklist list = numbers(4, 8);
    ListCursor cursor = new ListCursor();
    list.seek(cursor, 1);
    list.insert(cursor, true, new byte[] {'x'}, 0, 1);
    // 0 1 | x | 2 3 | 4 5 6 7 became 0 1 x | 2 3 | 4 5 6 7
    assertThat(list.nodeCount()).isEqualTo(3);
    assertThat(content(list)).containsExactly("0", "1", "x", "2", "3", "4", "5", "6", "7");
  }

  @Test
  void keeps_inner_nodes_compressed_and_the_ends_open() {
    Quicklist list = new Quicklist(-1, 1);
    Quicklist open = new Quicklist(-1, 0);
    for (int i = 0; i < 2000; i++) {
      byte[] element = bytes("an element like the others, number " + i);
      list.addLast(element, 0, element.length);
      open.addLast(element, 0, element.length);
    }
    assertThat(list.heapBytes()).isLessThan(open.heapBytes() / 2);
    assertThat(content(list)).isEqualTo(content(open));
  }

  @Test
  void reaches_every_place_of_a_list_of_many_blocks() {
    Quicklist list = numbers(2, 5000);
    ListCursor cursor = new ListCursor();
    for (int i = 0; i < 5000; i++) {
      assertThat(list.seek(cursor, i)).isTrue();
      assertThat(text(cursor.window())).isEqualTo("" + i);
      assertThat(list.seek(cursor, i - 5000)).isTrue();
      assertThat(text(cursor.window())).isEqualTo("" + i);
    }
    assertThat(list.seek(cursor, 5000)).isFalse();
    assertThat(list.seek(cursor, -5001)).isFalse();
    assertThat(list.seek(cursor, Long.MIN_VALUE)).isFalse();
    assertThat(list.seek(cursor, Long.MAX_VALUE)).isFalse();
  }

  @Test
  void an_image_of_ten_million_elements_copies_nothing_and_an_edit_one_node() {
    Quicklist list = numbers(-2, 10_000_000);
    Quicklist image = list.copy();
    assertThat(list.copiedNodes() + list.copiedBlocks()).isZero();
    assertThat(image.copiedNodes() + image.copiedBlocks()).isZero();
    list.set(5_000_000, bytes("x"), 0, 1);
    list.set(5_000_001, bytes("y"), 0, 1);
    assertThat(list.copiedNodes()).isEqualTo(1);
    assertThat(list.copiedBlocks()).isEqualTo(1);
    list.addLast(bytes("z"), 0, 1);
    list.removeFirst();
    assertThat(list.copiedNodes()).isEqualTo(3);
    assertThat(list.copiedBlocks()).isEqualTo(3);
    ListCursor cursor = new ListCursor();
    assertThat(image.size()).isEqualTo(10_000_000);
    for (int index : new int[] {0, 5_000_000, 5_000_001, 9_999_999}) {
      assertThat(image.seek(cursor, index)).isTrue();
      assertThat(text(cursor.window())).isEqualTo("" + index);
    }
    assertThat(image.copiedNodes() + image.copiedBlocks()).isZero();
  }
}
