package io.respite.server.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.encoding.Crc64;
import io.respite.server.encoding.Cuts;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Owner;
import io.respite.server.encoding.SeededHash;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.EncodingLimits;
import io.respite.server.type.HashValue;
import io.respite.server.type.ListValue;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import io.respite.server.type.StringValue;
import io.respite.server.type.Value;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lengths, strings and the old compact forms, byte by byte. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RdbFormsTest {
  private static final long LONGEST = 1 << 20;

  private static final ObjectFormats.Surroundings HERE =
      new ObjectFormats.Surroundings(new SeededHash(1, 2, 3, 4), new EncodingLimits(), LONGEST);

  private static RdbInput input(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return RdbInput.of(bytes, 0, bytes.length, LONGEST);
  }

  @Test
  void what_valkey_9_dumps_is_read() {
    byte[] payload =
        HexFormat.of()
            .parseHex("16020161c00100d8c32cbb0300000162c002ffffffffffffffff50005f5f2bc0a7e3b8d3");
    assertThat(DumpPayload.isIntact(payload)).isTrue();
    HashValue hash = (HashValue) DumpPayload.load(payload, HERE);
    assertThat(hash.size()).isEqualTo(2);
    assertThat(hash.withDeadline()).isOne();
    assertThat(hash.firstDeadline()).isEqualTo(4_102_444_800_000L);
  }

  @Test
  void the_number_of_its_hashes_means_nothing_elsewhere() {
    byte[] payload =
        HexFormat.of().parseHex("16020161c00100d8c32cbb0300000162c002ffffffffffffffff");
    RdbOutput out = new RdbOutput(false, LONGEST);
    for (byte b : payload) {
      out.writeByte(b);
    }
    byte[] older = DumpPayload.finish(out, ObjectFormats.NEWEST_VERSION);
    assertThat(DumpPayload.isIntact(older)).isTrue();
    assertThatThrownBy(() -> DumpPayload.load(older, HERE))
        .isInstanceOf(RdbFormatException.class)
        .hasMessageContaining("22");
  }

  @Test
  void the_check_of_the_nine_digits_is_the_known_one() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Crc64.update(0, digits, 0, 9)).isEqualTo(0xe9c6d914c4b8d9caL);
    long inTwo = Crc64.update(Crc64.update(0, digits, 0, 4), digits, 4, 5);
    assertThat(inTwo).isEqualTo(0xe9c6d914c4b8d9caL);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 63, 64, 16383, 16384, 0xFFFFFFFFL, 0x100000000L, Long.MAX_VALUE, -1})
  void lengths_come_back(long length) {
    RdbOutput out = new RdbOutput(false, LONGEST);
    out.writeLength(length);
    assertThat(RdbInput.of(out.buffer(), 0, out.size(), LONGEST).readLength()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "0",
        "-1",
        "127",
        "-129",
        "32768",
        "2147483647",
        "2147483648",
        "01",
        "-0"
      })
  void strings_come_back(String text) {
    RdbOutput out = new RdbOutput(true, LONGEST);
    out.writeString(text.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(RdbInput.of(out.buffer(), 0, out.size(), LONGEST).readString())
        .asString(StandardCharsets.ISO_8859_1)
        .isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "05 61", // five bytes of which one is there
        "80 7fffffff 61",
        "81 4000000000000000",
        "81 ffffffffffffffff",
        "c3 02 81 0000010000000000 0061", // two bytes that were a terabyte
        "c4 00",
        "82 00",
        "",
      })
  void a_length_that_cannot_be_takes_no_memory(String hex) {
    assertThatThrownBy(() -> input(hex).readString()).isInstanceOf(RdbFormatException.class);
  }

  @Test
  void a_hash_of_more_fields_than_bytes_is_refused() {
    assertThatThrownBy(() -> ObjectFormats.load(4, input("81 1000000000000000 0161 0162"), HERE))
        .isInstanceOf(RdbFormatException.class)
        .hasMessageContaining("1152921504606846976 elements");
  }

  @Test
  void an_unknown_form_is_named() {
    assertThatThrownBy(() -> ObjectFormats.load(200, input("00"), HERE))
        .hasMessage("Unknown RDB encoding type 200");
  }

  @Test
  void a_ziplist_of_every_encoding_is_read() {
    // header; "ab"; 5 (immediate); -2 (8 bits); 300 (16); 70000 (24); 2^31-1 (32); 2^40 (64)
    String entries =
        "00 02 6162"
            + "04 f6"
            + "02 fe fe"
            + "03 c0 2c01"
            + "04 f0 701101"
            + "05 d0 ffffff7f"
            + "06 e0 0000000000010000"
            + "0a 4003 787978";
    byte[] content = HexFormat.of().parseHex(entries.replace(" ", ""));
    byte[] list = new byte[10 + content.length + 1];
    list[0] = (byte) list.length;
    list[8] = 8;
    System.arraycopy(content, 0, list, 10, content.length);
    list[list.length - 1] = (byte) 0xFF;
    Listpack pack = Ziplist.toListpack(list);
    StringBuilder shown = new StringBuilder();
    for (int at = pack.first(); at != Listpack.NONE; at = pack.next(at)) {
      shown.append(new String(pack.bytesAt(at), StandardCharsets.ISO_8859_1)).append(' ');
    }
    assertThat(shown.toString()).isEqualTo("ab 5 -2 300 70000 2147483647 1099511627776 xyx ");
  }

  @Test
  void a_zipmap_is_read_as_a_hash() {
    // "MKD1" "e" with room for two more bytes behind it, "d" "42"
    HashValue hash =
        (HashValue)
            ObjectFormats.load(
                9, input("12 02 04 4d4b4431 01 02 65 0000 01 64 02 00 3432 ff"), HERE);
    TreeMap<String, String> pairs = new TreeMap<>();
    hash.forEach(
        field ->
            pairs.put(
                new String(field.name(), StandardCharsets.ISO_8859_1),
                new String(field.value(), StandardCharsets.ISO_8859_1)));
    assertThat(pairs).hasToString("{MKD1=e, d=42}");
  }

  @Test
  void a_list_of_plain_elements_is_read() {
    ListValue list = (ListValue) ObjectFormats.load(1, input("02 0161 c0 07"), HERE);
    assertThat(list.size()).isEqualTo(2);
  }

  @Test
  void a_list_without_elements_is_refused() {
    assertThatThrownBy(() -> ObjectFormats.load(1, input("00"), HERE))
        .hasMessage("a list without elements");
  }

  @Test
  void a_compressed_string_longer_than_strings_may_be_is_refused() {
    RdbOutput out = new RdbOutput(true, 1 << 22);
    out.writeString(new byte[(int) LONGEST + 1]);
    assertThat(out.size()).isLessThan(1 << 15);
    assertThatThrownBy(() -> RdbInput.of(out.buffer(), 0, out.size(), LONGEST).readString())
        .isInstanceOf(RdbFormatException.class)
        .hasMessage("a compressed string of 1048577 bytes");
  }

  @Test
  void more_than_may_be_written_is_refused() {
    RdbOutput out = new RdbOutput(false, 1000);
    out.writeString(new byte[900]);
    assertThatThrownBy(() -> out.writeString(new byte[200]))
        .isInstanceOf(RdbFormatException.class)
        .hasMessage("the value takes more than 1000 bytes when written");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_image_is_written_as_the_value_was_at_the_cut(boolean compress) {
    Cuts cuts = new Cuts(Owner.ALONE);
    EncodingLimits limits = new EncodingLimits(cuts);
    byte[] text = "a text that repeats itself ".repeat(12_000).getBytes(StandardCharsets.US_ASCII);
    StringValue string = new StringValue(cuts, text, 0, text.length);
    ListValue list = new ListValue(limits);
    for (int i = 0; i < 5000; i++) {
      byte[] element = ("element " + i).getBytes(StandardCharsets.US_ASCII);
      list.expect(element.length, 1);
      list.push(false, element, 0, element.length);
    }
    StreamValue stream = new StreamValue(limits);
    StreamGroup group = stream.addGroup(new byte[] {1}, StreamId.MIN, 0);
    for (int i = 1; i <= 100; i++) {
      group.deliver(new StreamId(i, 0), group.addConsumer(new byte[] {(byte) i}, i), i, 1);
    }
    byte[] before = saved(compress, string, list, stream);
    cuts.cut();
    string.set(70_000, 'x');
    string.write(text.length - 5, text, 0, 5);
    list.removeEnd(true);
    list.set(2500, text, 0, 9);
    group.acknowledge(new StreamId(50, 0));
    group.consumer(new byte[] {7}).seenTime(1);
    stream.removeGroup(new byte[] {1});
    assertThat(saved(compress, string, list, stream)).isNotEqualTo(before);
    byte[] images = saved(compress, string.atCut(), list.atCut(), stream.atCut());
    assertThat(images).isEqualTo(before);
  }

  private static byte[] saved(boolean compress, Value... values) {
    RdbOutput out = new RdbOutput(compress, LONGEST);
    for (Value value : values) {
      ObjectFormats.save(value, out);
    }
    return out.toByteArray();
  }
}
