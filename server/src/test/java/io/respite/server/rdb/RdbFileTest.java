package io.respite.server.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.encoding.Crc64;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.SeededHash;
import io.respite.server.type.EncodingLimits;
import io.respite.server.type.HashValue;
import io.respite.server.type.StringValue;
import io.respite.server.type.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files: what is written is read, and what is damaged is refused. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RdbFileTest {
  private static final long LONGEST = 1 << 20;

  private static final ObjectFormats.Surroundings HERE =
      new ObjectFormats.Surroundings(new SeededHash(1, 2, 3, 4), new EncodingLimits(), LONGEST);

  /** What a file holds: keys with database, deadline, use, and the payload of what they hold. */
  private static class Collected implements RdbFileReader.Visitor {
    final Map<String, String> keys = new TreeMap<>();
    final Map<String, String> about = new TreeMap<>();
    final List<String> functions = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final List<Value> values = new ArrayList<>();
    boolean skipsModules;
    boolean checked;

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String name(RdbKey key) {
      return key.database()
          + ":"
          + text(key.name())
          + (key.hasDeadline() ? "@" + key.expireAt() : "")
          + (key.idleSeconds() >= 0 ? " idle " + key.idleSeconds() : "")
          + (key.frequency() >= 0 ? " used " + key.frequency() : "");
    }

    @Override
    public void aux(String name, byte[] value) {
      about.put(name, text(value));
    }

    @Override
    public void function(byte[] code) {
      functions.add(text(code));
    }

    @Override
    public void skippedModuleData(String module) {
      notes.add("module " + module);
    }

    @Override
    public boolean skipsModuleValues() {
      return skipsModules;
    }

    @Override
    public void string(RdbKey key, byte[] record) {
      keys.put(name(key), text(PackedEntry.value(record)));
    }

    @Override
    public void value(RdbKey key, Value value) {
      values.add(value);
      keys.put(name(key), HexFormat.of().formatHex(DumpPayload.of(value, LONGEST)));
    }

    @Override
    public void empty(RdbKey key) {
      notes.add("empty " + name(key));
    }

    @Override
    public void checked(boolean present) {
      checked = present;
    }
  }

  private static Collected read(byte[] file, boolean checks) throws IOException {
    Collected collected = new Collected();
    new RdbFileReader(MemoryFile.input(file), HERE, checks).read(collected);
    return collected;
  }

  /** A file of this head and content, with its end and its check. */
  private static byte[] file(String head, String hex) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    out.write(0xFF);
    return withCheck(out.toByteArray(), out.size());
  }

  private static byte[] withCheck(byte[] file, int length) {
    return ByteBuffer.allocate(length + 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(file, 0, length)
        .putLong(Crc64.update(0, file, 0, length))
        .array();
  }

  private static byte[] golden() throws IOException {
    try (InputStream in = RdbFileTest.class.getResourceAsStream("redis-7.0.15.rdb")) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Nested
  class A_file_of_a_real_redis_server {
    @Test
    void is_read_whole() throws IOException {
      Collected file = read(golden(), true);

      assertThat(file.checked).isTrue();
      assertThat(file.about)
          .containsEntry("redis-ver", "7.0.15")
          .containsEntry("redis-bits", "64")
          .containsEntry("aof-base", "0");
      assertThat(file.functions).singleElement().asString().startsWith("#!lua name=lib");
      assertThat(file.keys)
          .hasSize(26)
          .containsEntry("0:text", "hello")
          .containsEntry("0:int64", "123456789012")
          .containsEntry("0:int8", "-7")
          .containsEntry("0:long", "abc".repeat(40))
          .containsEntry("0:dead-later@4102444800000", "x")
          .containsEntry("5:other", "db")
          .containsKey("0:small-hash@4102444800000");
    }

    @Test
    void comes_back_from_our_writer_value_by_value() throws IOException {
      Collected theirs = read(golden(), true);
      MemoryFile.Output output = new MemoryFile.Output();
      RdbFileWriter writer =
          new RdbFileWriter(
              output, new RdbFileWriter.Options(10, true, true, RdbFileWriter.Use.NONE));
      writer.begin();
      theirs.about.forEach(writer::aux);
      theirs.functions.forEach(code -> writer.function(bytes(code)));
      writer.database(0, 24, 2);
      RdbFileReader.Visitor copier =
          new RdbFileReader.Visitor() {
            @Override
            public void database(long number) {
              if (number > 0) {
                writer.database((int) number, 2, 0);
              }
            }

            @Override
            public void string(RdbKey key, byte[] record) {
              writer.entry(record, 0);
            }

            @Override
            public void value(RdbKey key, Value value) {
              writer.entry(key.name(), value, key.expireAt(), 0);
            }
          };
      new RdbFileReader(MemoryFile.input(golden()), HERE, true).read(copier);
      writer.end();
      byte[] ours = output.bytes();

      Collected again = read(ours, true);
      assertThat(again.keys).isEqualTo(theirs.keys);
      assertThat(again.about).isEqualTo(theirs.about);
      assertThat(again.functions).isEqualTo(theirs.functions);
      assertThat(ours).startsWith(bytes("REDIS0010"));
      assertThat(writer.keys()).isEqualTo(26);
      assertThat(writer.bytes()).isEqualTo(ours.length);
      assertThat(ours.length).isLessThan(golden().length + 100);
    }

    @Test
    void is_refused_with_any_byte_changed() throws IOException {
      byte[] file = golden();
      int refused = 0;
      for (int i = 0; i < file.length; i++) {
        byte before = file[i];
        for (int flip : new int[] {0x01, 0x80, 0xFF}) {
          file[i] = (byte) (before ^ flip);
          assertThatThrownBy(() -> read(file, true))
              .as("byte %d", i)
              .isInstanceOf(RdbFileException.class);
          refused++;
        }
        file[i] = before;
      }
      System.Logger log = System.getLogger("check");
      log.log(
          System.Logger.Level.INFO, "CHECK rdb-flip N={0} refused={1}", 3 * file.length, refused);
      assertThat(read(file, true).keys).hasSize(26);
    }

    @Test
    void is_refused_or_makes_sense_with_any_byte_changed_and_the_check_made_right()
        throws IOException {
      byte[] file = golden();
      int length = file.length - 8;
      for (int i = 0; i < length; i++) {
        for (int flip : new int[] {0x01, 0x40, 0x80, 0xFF}) {
          byte[] changed = withCheck(file, length);
          changed[i] ^= (byte) flip;
          refusedOrWhole(withCheck(changed, length));
        }
      }
    }

    @Test
    void is_refused_or_makes_sense_with_several_bytes_changed() throws IOException {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      System.getLogger("check").log(System.Logger.Level.INFO, "CHECK rdb-fuzz seed={0}", seed);
      byte[] file = golden();
      int length = file.length - 8;
      for (int round = 0; round < 5_000; round++) {
        byte[] changed = withCheck(file, length);
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
          changed[9 + random.nextInt(length - 9)] = (byte) random.nextInt();
        }
        refusedOrWhole(withCheck(changed, length));
      }
    }

    private void refusedOrWhole(byte[] file) throws IOException {
      try {
        assertThat(read(file, true).keys).isNotNull();
      } catch (RdbFileException refused) {
        assertThat(refused.offset()).isBetween(0L, (long) file.length);
        assertThat(refused.reason()).isNotEmpty();
      }
    }

    @Test
    void is_refused_when_it_ends_early() throws IOException {
      byte[] file = golden();
      for (int length = 0; length < file.length; length++) {
        byte[] prefix = java.util.Arrays.copyOf(file, length);
        assertThatThrownBy(() -> read(prefix, true))
            .as("%d bytes", length)
            .isInstanceOf(RdbFileException.class);
      }
    }
  }

  @Nested
  class A_damaged_file {
    @ParameterizedTest
    @CsvSource({
      "RIDES0010, Wrong signature trying to load DB from file",
      "REDISabcd, Wrong signature trying to load DB from file",
      "REDIS9999, Can't handle RDB format version 9999",
      "REDIS0000, Can't handle RDB format version 0",
      "REDIS0080, Can't handle RDB format version 80",
      "VALKEY081, Can't handle RDB format version VALKEY 81",
    })
    void is_named_by_its_head(String head, String reason) {
      assertThatThrownBy(() -> read(file(head, ""), true))
          .isInstanceOf(RdbFileException.class)
          .hasMessage(reason + " (at byte 9, while reading the head)");
    }

    @ParameterizedTest
    @CsvSource({
      "00 01 6b 80 7fffffff, a string of 2147483647 bytes; at most 1048576 can be held",
      "00 81 4000000000000000, a string of 4611686018427387904 bytes; at most 1048576 can be held",
      "00 81 ffffffffffffffff, a length of 18446744073709551615 where 9 bytes are left",
      "00 01 6b 7f ff, a length of 16383 where 9 bytes are left",
      "00 01 6b c3 0a 81 0000010000000000, a compressed string of 1099511627776 bytes",
      "04 01 6b 81 1000000000000000, 1152921504606846976 elements where 9 bytes are left",
      "02 01 6b 80 00ffffff 0161, 16777215 elements where 11 bytes are left",
      "c8 01 6b, Invalid object type: 200",
      "fe 81 0000000100000000, database 4294967296",
      "f6, functions of a preliminary version of Redis 7",
    })
    void is_refused_before_memory_is_taken(String hex, String reason) {
      byte[] file = file("REDIS0010", hex);
      // Without a check, as who crafts a file has it.
      java.util.Arrays.fill(file, file.length - 8, file.length, (byte) 0);
      assertThatThrownBy(() -> read(file, true))
          .isInstanceOf(RdbFileException.class)
          .hasMessageStartingWith(reason);
    }

    @Test
    void says_where_it_stops_making_sense() {
      assertThatThrownBy(() -> read(file("REDIS0010", "fe00 00 016b 0176 c8"), true))
          .hasMessage("Invalid object type: 200 (at byte 17, while reading what comes next)");
    }

    @Test
    void may_have_a_wrong_check_where_nobody_looks() throws IOException {
      byte[] file = file("REDIS0010", "fe00 00 016b 0176");
      file[file.length - 1] ^= 1;
      assertThatThrownBy(() -> read(file, true))
          .hasMessageStartingWith("Wrong RDB checksum: the file says ");
      assertThat(read(file, false).keys).containsEntry("0:k", "v");
    }
  }

  @Nested
  class A_string {
    private final Map<String, String> strings = new TreeMap<>();

    /** Strings of every form and of lengths around all that matter. */
    private byte[] strings(long seed) {
      Random random = new Random(seed);
      MemoryFile.Output output = new MemoryFile.Output();
      RdbFileWriter writer =
          new RdbFileWriter(
              output, new RdbFileWriter.Options(10, true, true, RdbFileWriter.Use.NONE));
      writer.begin();
      writer.database(0, 600, 300);
      int[] lengths = {1, 11, 20, 21, 63, 64, 500, 16_383, 16_384, 70_000};
      for (int i = 0; i < 600; i++) {
        byte[] key = bytes("x".repeat(i % 7 == 0 ? random.nextInt(200) : 0) + i);
        byte[] value = new byte[random.nextInt(lengths[random.nextInt(lengths.length)] + 1)];
        switch (random.nextInt(4)) {
          case 0 -> random.nextBytes(value);
          case 1 -> java.util.Arrays.fill(value, (byte) random.nextInt());
          case 2 -> value = bytes(Long.toString(random.nextLong() >> random.nextInt(64)));
          default -> {
            int period = 1 + random.nextInt(60);
            for (int j = 0; j < value.length; j++) {
              value[j] = (byte) (j % period);
            }
          }
        }
        long deadline = random.nextBoolean() ? 0 : 1 + random.nextInt(1_000_000);
        writer.entry(PackedEntry.of(key, value, deadline), 0);
        strings.put(
            "0:" + Collected.text(key) + (deadline == 0 ? "" : "@" + deadline),
            Collected.text(value));
      }
      writer.end();
      return output.bytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 61, 4093, 1 << 20})
    void is_read_wherever_in_it_the_input_pauses(int most) throws IOException {
      long seed = new Random().nextLong();
      byte[] file = strings(seed);
      Collected collected = new Collected();
      new RdbFileReader(MemoryFile.input(file, most), HERE, true).read(collected);
      assertThat(collected.keys).as("seed %d", seed).isEqualTo(strings);
      assertThat(collected.checked).isTrue();
    }

    @Test
    void that_is_damaged_is_named_by_its_key() {
      RdbFileReader[] reader = {null};
      assertThatThrownBy(
              () -> {
                byte[] file = file("REDIS0010", "00 0161 0141 00 0162 c3 04 20 00 61 20 05");
                reader[0] = new RdbFileReader(MemoryFile.input(file), HERE, true);
                reader[0].read(new Collected());
              })
          .hasMessageStartingWith("Invalid LZF compressed string (at byte 24,");
      assertThat(reader[0].lastKey().name()).asString().isEqualTo("b");
      assertThat(reader[0].doing()).isEqualTo(RdbFileReader.Doing.VALUE);
    }
  }

  @Nested
  class The_number_of_keys {
    private long claimed(String hex) throws IOException {
      long[] claimed = {-1};
      new RdbFileReader(MemoryFile.input(file("REDIS0010", hex)), HERE, true)
          .read(
              new Collected() {
                @Override
                public void keys(int database, long count) {
                  assertThat(database).isEqualTo(7);
                  claimed[0] = count;
                }
              });
      return claimed[0];
    }

    @Test
    void is_told_as_the_file_has_it() throws IOException {
      assertThat(claimed("fe07 fb 02 00 00 0161 0141 00 0162 0141")).isEqualTo(2);
    }

    @Test
    void is_never_more_than_the_file_has_room_for() throws IOException {
      // The entry, the end and the check: 14 bytes.
      assertThat(claimed("fe07 fb 80 7fffffff 00 00 0161 0141")).isEqualTo(4);
      assertThat(claimed("fe07 fb 81 ffffffffffffffff 00 00 0161 0141")).isEqualTo(4);
    }
  }

  @Nested
  class An_older_or_newer_file {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
    void of_any_version_is_read(int version) throws IOException {
      Collected file =
          read(file("REDIS%04d".formatted(version), "fe03 fd 80436d38 00 016b 0176"), true);
      assertThat(file.keys).containsEntry("3:k@" + 0x386d4380L * 1000, "v");
      assertThat(file.checked).isEqualTo(version >= 5);
    }

    @Test
    void holds_every_old_form() throws IOException {
      Collected file =
          read(
              file(
                  "REDIS0003",
                  "fe00"
                      // 1, 2, 4: plain elements
                      + "01 026c31 02 0161 c007"
                      + "02 027331 02 0161 0162"
                      + "04 026831 01 0166 0176"
                      // 3: scores in decimal, with the three that are no digits
                      + "03 027a31 04 0161 03312e35 0162 fe 0163 ff 0164 022d32"
                      // 9: a zipmap
                      + "09 026832 07 01 01 66 01 00 76 ff"
                      // 10, 12, 13: ziplists
                      + "0a 026c32 0d 0d000000 0a000000 0100 00f6 ff"
                      + "0c 027a32 10 10000000 0d000000 0200 000161 03f6 ff"
                      + "0d 026833 10 10000000 0d000000 0200 000166 03f6 ff"
                      // 11: an intset of 16 bits
                      + "0b 027332 0c 02000000 02000000 0100 0200"
                      // 14: a list of ziplists
                      + "0e 026c33 01 0d 0d000000 0a000000 0100 00f6 ff"),
              true);
      assertThat(file.keys.keySet())
          .containsExactlyInAnyOrder(
              "0:l1", "0:s1", "0:h1", "0:z1", "0:h2", "0:l2", "0:z2", "0:h3", "0:s2", "0:l3");
      assertThat(file.values).hasSize(10);
      assertThat(file.checked).isFalse();
    }

    @Test
    void of_Valkey_has_hashes_whose_fields_have_deadlines() throws IOException {
      String pairs = "16 0168 02 0161 0131 ffffffffffffffff 0162 0132 00f0b2bbbb030000";
      HashValue hash = (HashValue) read(file("VALKEY080", "fe00 " + pairs), true).values.get(0);

      assertThat(hash.size()).isEqualTo(2);
      assertThat(hash.withDeadline()).isEqualTo(1);
      assertThat(hash.firstDeadline()).isEqualTo(0x3bbbbb2f000L);
      assertThatThrownBy(() -> read(file("REDIS0012", "fe00 " + pairs), true))
          .hasMessageStartingWith("Invalid object type: 22");
    }

    @Test
    void may_hold_what_is_skipped() throws IOException {
      // 244 slot info; 247 data of a module with a part of each kind; 251 a hint beyond all bounds
      String module = "81 2029a2bc1e4b5c01";
      Collected file =
          read(
              file(
                  "REDIS0012",
                  "f7 "
                      + module
                      + " 02 01 01 05 02 06 03 00000000 04 0000000000000000 05 0161 00"
                      + "fe00 fb 81 4000000000000000 81 4000000000000000"
                      + "f4 01 02 03"
                      + "f8 05 00 0161 0131 f9 ff 00 0162 0132"),
              true);
      assertThat(file.notes).singleElement().asString().startsWith("module ");
      assertThat(file.keys).containsEntry("0:a idle 5", "1").containsEntry("0:b used 255", "2");
    }

    @Test
    void may_hold_values_of_modules_which_only_a_check_skips() throws IOException {
      byte[] file = file("REDIS0010", "fe00 07 016d 05 02 07 00 00 016b 0176");
      assertThatThrownBy(() -> read(file, true))
          .hasMessageStartingWith("the key holds a value of the module type 'AAAAAAAAA'");
      Collected collected = new Collected();
      collected.skipsModules = true;
      new RdbFileReader(MemoryFile.input(file), HERE, true).read(collected);
      assertThat(collected.keys).containsEntry("0:k", "v");
    }

    @Test
    void may_hold_values_without_elements_which_are_left_out() throws IOException {
      Collected file = read(file("REDIS0010", "fe00 01 0165 00 04 0166 00 00 016b 0176"), true);
      assertThat(file.notes).containsExactly("empty 0:e", "empty 0:f");
      assertThat(file.keys).hasSize(1);
    }
  }

  @Nested
  class Our_writer {
    private final MemoryFile.Output output = new MemoryFile.Output();

    private RdbFileWriter writer(int version, boolean checksum, RdbFileWriter.Use use) {
      RdbFileWriter writer =
          new RdbFileWriter(output, new RdbFileWriter.Options(version, false, checksum, use));
      writer.begin();
      return writer;
    }

    @Test
    void writes_the_use_of_keys_where_it_is_asked_to() throws IOException {
      RdbFileWriter idle = writer(10, true, RdbFileWriter.Use.IDLE_SECONDS);
      idle.database(0, 1, 1);
      idle.entry(PackedEntry.of(bytes("a"), bytes("1"), 77), 5000);
      idle.end();
      assertThat(read(output.bytes(), true).keys).containsEntry("0:a@77 idle 5000", "1");
    }

    @Test
    void writes_no_check_where_none_is_wanted() throws IOException {
      RdbFileWriter writer = writer(10, false, RdbFileWriter.Use.FREQUENCY);
      writer.database(0, 1, 0);
      writer.entry(bytes("a"), new StringValue(HERE.limits().cuts(), bytes("xyz"), 0, 3), 0, 200);
      writer.end();
      assertThat(output.bytes()).endsWith(0, 0, 0, 0, 0, 0, 0, 0);
      Collected file = read(output.bytes(), true);
      assertThat(file.checked).isFalse();
      assertThat(file.keys).containsEntry("0:a used 200", "xyz");
    }

    @Test
    void writes_deadlines_of_fields_in_version_12_alone() throws IOException {
      HashValue hash = new HashValue(HERE.hasher(), HERE.limits());
      hash.put(bytes("f"), 0, 1, bytes("v"), 0, 1, 4102444800000L);
      assertThatThrownBy(
              () -> writer(10, true, RdbFileWriter.Use.NONE).entry(bytes("h"), hash, 0, 0))
          .hasMessage("a value of version 12 in a file of version 10");

      MemoryFile.Output second = new MemoryFile.Output();
      RdbFileWriter writer =
          new RdbFileWriter(
              second, new RdbFileWriter.Options(12, true, true, RdbFileWriter.Use.NONE));
      writer.begin();
      writer.database(0, 1, 0);
      writer.entry(bytes("h"), hash, 0, 0);
      writer.end();
      HashValue back = (HashValue) read(second.bytes(), true).values.get(0);
      assertThat(back.firstDeadline()).isEqualTo(4102444800000L);
    }

    @Test
    void writes_values_larger_than_its_buffer() throws IOException {
      byte[] large = new byte[300_000];
      new Random(7).nextBytes(large);
      RdbFileWriter writer = writer(10, true, RdbFileWriter.Use.NONE);
      writer.database(0, 2, 0);
      writer.entry(PackedEntry.of(bytes("large"), large, 0), 0);
      HashValue hash = new HashValue(HERE.hasher(), HERE.limits());
      for (int i = 0; i < 20_000; i++) {
        byte[] field = bytes("field:" + i);
        hash.put(field, 0, field.length, field, 0, field.length, 0);
      }
      writer.entry(bytes("hash"), hash, 0, 0);
      writer.end();
      Collected file = read(output.bytes(), true);
      assertThat(file.keys)
          .containsEntry("0:large", new String(large, StandardCharsets.ISO_8859_1));
      assertThat(((HashValue) file.values.get(0)).size()).isEqualTo(20_000);
    }
  }
}
