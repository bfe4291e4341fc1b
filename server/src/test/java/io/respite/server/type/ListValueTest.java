package io.respite.server.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.encoding.ListCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ListValueTest {
  private final EncodingLimits limits = new EncodingLimits();

  private static void push(ListValue list, String... elements) {
    for (String element : elements) {
      byte[] bytes = element.getBytes(StandardCharsets.ISO_8859_1);
      list.expect(bytes.length, 1);
      list.push(false, bytes, 0, bytes.length);
    }
  }

  private static List<String> content(ListValue list) {
    List<String> all = new ArrayList<>();
    ListCursor cursor = new ListCursor();
    for (boolean more = list.seek(cursor, 0); more; more = cursor.next()) {
      all.add(new String(cursor.window().copy(), StandardCharsets.ISO_8859_1));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, 2, 1000})
  void has_the_checksum_that_a_real_server_shows(long fill) {
    limits.listFill(fill);
    ListValue list = new ListValue(limits);
    push(list, "a", "1", "-77", "", "x".repeat(9000), "12345678901", "zz");
    ValueDigest digest = new ValueDigest();
    digest.mix(new byte[] {0, 0, 0, (byte) list.typeNumber()});
    list.digest(digest);
    assertThat(digest.hex()).isEqualTo("5fa1bddaecacf1708ab4e801afabdab5679d4b4b");
  }

  @Test
  void is_a_listpack_up_to_the_number_of_elements_of_one_node_and_again_from_half_of_it() {
    limits.listFill(6);
    ListValue list = new ListValue(limits);
    push(list, "1", "2", "3", "4", "5", "6");
    assertThat(list.encoding()).isEqualTo("listpack");
    push(list, "7");
    assertThat(list.encoding()).isEqualTo("quicklist");
    list.removeEnd(true);
    list.removeEnd(false);
    list.removeEnd(true);
    assertThat(list.size()).isEqualTo(4);
    assertThat(list.encoding()).isEqualTo("quicklist");
    list.removeEnd(true);
    assertThat(list.encoding()).isEqualTo("listpack");
    assertThat(content(list)).containsExactly("4", "5", "6");
  }

  @Test
  void is_a_listpack_up_to_the_bytes_of_one_node_and_again_from_half_of_them() {
    ListValue list = new ListValue(limits);
    String quarter = "x".repeat(2040);
    push(list, quarter, quarter, quarter, quarter);
    assertThat(list.encoding()).isEqualTo("listpack");
    push(list, "y".repeat(20));
    assertThat(list.encoding()).isEqualTo("quicklist");
    list.removeEnd(false);
    assertThat(list.encoding()).isEqualTo("quicklist");
    list.removeEnd(true);
    list.removeEnd(true);
    assertThat(list.encoding()).isEqualTo("listpack");
    assertThat(content(list)).containsExactly(quarter, quarter);
  }

  @Test
  void is_a_quicklist_at_once_when_much_is_announced() {
    ListValue list = new ListValue(limits);
    list.expect(8186, 1);
    assertThat(list.encoding()).isEqualTo("quicklist");
    list.shrunk();
    assertThat(list.encoding()).isEqualTo("listpack");
    list.expect(8185, 1);
    assertThat(list.encoding()).isEqualTo("listpack");
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, 2})
  void shares_nothing_with_its_copy(long fill) {
    limits.listFill(fill);
    ListValue list = new ListValue(limits);
    push(list, "1", "2", "3");
    ListValue copy = list.copy();
    push(copy, "4");
    list.set(0, new byte[] {'x'}, 0, 1);
    assertThat(content(list)).containsExactly("x", "2", "3");
    assertThat(content(copy)).containsExactly("1", "2", "3", "4");
    assertThat(copy.encoding()).isEqualTo(list.encoding());
  }

  @Test
  void weighs_more_when_it_holds_more() {
    ListValue list = new ListValue(limits);
    long empty = list.heapBytes();
    push(list, "x".repeat(1000));
    long one = list.heapBytes();
    assertThat(one - empty).isBetween(1000L, 1300L);
    for (int i = 0; i < 2000; i++) {
      push(list, "y".repeat(1000));
    }
    assertThat(list.heapBytes()).isBetween(2_000_000L, 2_700_000L);
  }
}
