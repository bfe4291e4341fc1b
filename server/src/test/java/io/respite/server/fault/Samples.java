package io.respite.server.fault;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import io.respite.server.encoding.Crc64;
import io.respite.server.encoding.SeededHash;
import io.respite.server.environment.Environment;
import io.respite.server.environment.RandomSource;
import io.respite.server.rdb.DumpPayload;
import io.respite.server.rdb.ObjectFormats;
import io.respite.server.rdb.RdbOutput;
import io.respite.server.type.EncodingLimits;
import io.respite.server.type.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Good data of every type, encoding and form, to be damaged; and engines to try them on. */
final class Samples {
  /** Where engines keep their files. */
  static final Path FOLDER = Path.of("/data");

  /** Bytes of a payload behind its content: the version and the check. */
  static final int FOOTER = 10;

  private static final long LONGEST = 1 << 24;

  private static final String LATER = "4102444800000";

  /** Small limits, so that few elements make a large encoding. */
  private static final String[] LIMITS = {
    "hash-max-listpack-entries", "4",
    "hash-max-listpack-value", "24",
    "set-max-intset-entries", "5",
    "zset-max-listpack-entries", "4",
    "zset-max-listpack-value", "24",
    "list-max-listpack-size", "4",
    "stream-node-max-entries", "4",
    "hll-sparse-max-bytes", "60",
  };

  private static final String LINES =
      """
      SET int8 -7
      SET int32 123456789
      SET text hello
      SET packed %2$s
      SET volatile x PXAT %1$s
      RPUSH list a b c d e f 1 2 -3 123456789012
      RPUSH short a 300
      RPUSH plain %2$s%2$s b
      SADD ints16 1 2 300
      SADD ints64 -5 7 12345678901234
      SADD words a b 1
      SADD many 1 2 3 4 5 6 7 8
      HSET hash f v n 12
      HSET large a 1 b 2 c 3 d 4 e 5 f 6
      HSET deadline f v g w
      HPEXPIREAT deadline %1$s FIELDS 1 f
      HSET deadlines a 1 b 2 c 3 d 4 e 5 f 6
      HPEXPIREAT deadlines %1$s FIELDS 2 f b
      ZADD zset 1 a 2.5 b -inf c
      ZADD scores 1 a 2 b 3.25 c 4 d 5 e inf f
      PFADD sparse a b c
      PFADD dense a b c d e f g h i j k l m n o p q r s t u v w x y z
      XADD stream 1-1 f v g w
      XADD stream 2-1 f v g w
      XADD stream 3-1 f y
      XADD stream 4-1 f z
      XADD stream 5-1 h z
      XDEL stream 2-1
      XGROUP CREATE stream g 0
      XGROUP CREATE stream two $
      XREADGROUP GROUP g ada COUNT 2 STREAMS stream >
      XREADGROUP GROUP g bob COUNT 1 STREAMS stream >
      XADD gone 1-1 a b
      XDEL gone 1-1
      SELECT 5
      SET other database
      SELECT 0
      """
          .formatted(LATER, "ab12".repeat(20));

  /** Forms that are read and no longer written, as the content of payloads. */
  private static final List<String> OLD_FORMS =
      List.of(
          // plain elements
          "01 03 0161 c007 026263",
          "02 03 0161 0162 c105ff",
          "04 02 0166 0176 0167 0177",
          // scores in decimal, and in bits
          "03 04 0161 03312e35 0162 fe 0163 ff 0164 022d32",
          "05 02 0161 000000000000f03f 0162 000000000000f07f",
          // a zipmap, ziplists
          "09 0c 02 01 66 01 00 76 01 67 01 00 77 ff",
          "0a 0d 0d000000 0a000000 0100 00f6 ff",
          "0a 10 10000000 0d000000 0200 000161 03f6 ff",
          "0c 10 10000000 0d000000 0200 000161 03f6 ff",
          "0d 10 10000000 0d000000 0200 000166 03f6 ff",
          "0e 02 0d 0d000000 0a000000 0100 00f6 ff 0d 0d000000 0a000000 0100 00f7 ff",
          // a set as a listpack
          "14 0f 0f000000 0300 816102 816202 0101 ff",
          // a list of a plain and a packed node
          "12 02 01 03616263 02 0a 0a000000 0100 816102 ff",
          // a stream before 7.0 and since 7.2, without groups
          "0f 00 00 00 00 00",
          "13 00 00 00 00 00 00 00 00 00 00",
          "15 00 00 00 00 00 00 00 00 00 00");

  /** Held, for a logger that nobody holds forgets its level. */
  private static final Logger LOG = Logger.getLogger("io.respite.server");

  private Samples() {}

  /**
   * Keeps the engines' log from drowning what a check says: thousands of damaged files are
   * thousands of warnings.
   */
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  /** Lets the log speak again. */
  static void loud() {
    LOG.setLevel(null);
  }

  /**
   * An engine that has loaded what is in this storage, and keeps its data there.
   *
   * @throws java.io.UncheckedIOException when that cannot be loaded
   */
  static Engine engine(CrashStorage storage, ManualClock clock, String... settings) {
    return Engine.open(
        settings(settings), new Environment(clock, storage, RandomSource.seeded(42)));
  }

  private static Map<String, String> settings(String... more) {
    Map<String, String> all = new HashMap<>();
    all.put("dir", FOLDER.toString());
    all.put("enable-debug-command", "yes");
    all.put("save", "");
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  /** An engine without files, with small limits, and a bit of everything. */
  static Engine full(CrashStorage storage, ManualClock clock) {
    Engine engine = engine(storage, clock, LIMITS);
    fill(engine);
    return engine;
  }

  /** Makes a key of each type and encoding. */
  static void fill(Engine engine) {
    KeyTraffic client = new KeyTraffic(engine);
    LINES
        .lines()
        .forEach(
            line -> {
              String reply = client.line(line);
              if (reply.startsWith("-")) {
                throw new IllegalStateException(line + ": " + reply);
              }
            });
    client.call(
        "FUNCTION",
        "LOAD",
        "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
  }

  /** Contents of payloads, in every form that is read; none compressed, but for one string. */
  static List<byte[]> contents() {
    List<byte[]> contents = new ArrayList<>();
    try (Engine engine = full(CrashStorage.withFolders(FOLDER), new ManualClock())) {
      KeyTraffic client = new KeyTraffic(engine);
      String keys = client.line("KEYS *");
      for (String key : keys.lines().filter(line -> line.matches("[a-z0-9]+")).toList()) {
        byte[] dump =
            KeyTraffic.bulk(client.call("DUMP", key)).getBytes(StandardCharsets.ISO_8859_1);
        contents.add(Arrays.copyOf(dump, dump.length - FOOTER));
        contents.add(uncompressed(dump));
      }
    }
    OLD_FORMS.forEach(hex -> contents.add(HexFormat.of().parseHex(hex.replace(" ", ""))));
    return contents;
  }

  private static byte[] uncompressed(byte[] dump) {
    Value value =
        DumpPayload.load(
            dump,
            new ObjectFormats.Surroundings(
                new SeededHash(1, 2, 3, 4), new EncodingLimits(), LONGEST));
    RdbOutput out = new RdbOutput(false, LONGEST);
    out.writeByte(ObjectFormats.form(value));
    ObjectFormats.save(value, out);
    return out.toByteArray();
  }

  /** A payload as RESTORE takes it, a byte a char: the content, a version, and the right check. */
  static String payload(byte[] content, int length, int version) {
    byte[] whole =
        ByteBuffer.allocate(length + FOOTER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(content, 0, length)
            .putShort((short) version)
            .array();
    ByteBuffer.wrap(whole)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length + 2, Crc64.update(0, whole, 0, length + 2));
    return new String(whole, StandardCharsets.ISO_8859_1);
  }

  /** A file that a real redis-server 7.0.15 wrote. */
  static byte[] redisFile() throws IOException {
    try (InputStream in =
        Samples.class.getResourceAsStream("/io/respite/server/rdb/redis-7.0.15.rdb")) {
      return in.readAllBytes();
    }
  }

  /** A file of ours with a bit of everything, fields with deadlines included. */
  static byte[] ourFile(boolean compressed) throws IOException {
    CrashStorage storage = CrashStorage.withFolders(FOLDER);
    try (Engine engine = full(storage, new ManualClock())) {
      KeyTraffic client = new KeyTraffic(engine);
      client.line("CONFIG SET rdbcompression " + (compressed ? "yes" : "no"));
      if (!client.line("SAVE").startsWith("+OK")) {
        throw new IllegalStateException("the samples cannot be saved");
      }
    }
    return storage.content(FOLDER.resolve("dump.rdb"));
  }
}
