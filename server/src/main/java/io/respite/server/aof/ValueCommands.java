package io.respite.server.aof;

import io.respite.server.encoding.ListCursor;
import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.Window;
import io.respite.server.type.HashValue;
import io.respite.server.type.ListValue;
import io.respite.server.type.SetValue;
import io.respite.server.type.SortedSetValue;
import io.respite.server.type.StreamValue;
import io.respite.server.type.StringValue;
import io.respite.server.type.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Turns a key into the commands that make it anew: what a rewritten append-only file consists of
 * when it does not begin with an RDB file. Any server from Redis 7.0 on understands them, but for
 * the deadlines of a hash's fields, which came with 7.4.
 *
 * <pre>
 *   string      SET key bytes, then APPEND key bytes ... where it is long
 *   list        RPUSH key element ...
 *   set         SADD key member ...
 *   sorted set  ZADD key score member ...
 *   hash        HMSET key field value ..., HPEXPIREAT key millis FIELDS n field ...
 *   stream      see {@link StreamCommands}
 *   deadline    PEXPIREAT key millis
 * </pre>
 *
 * <p>A command has at most {@value Batch#ELEMENTS} elements and ends with the first that takes it
 * beyond {@value Batch#BYTES} bytes, so that neither a large collection nor large elements make one
 * that nobody can hold. A value is visited once, from the first element to the last, as images may
 * be.
 */
public final class ValueCommands {
  /** Bytes of a string that one command has at most. */
  private static final int STRING_BYTES = 1 << 20;

  private static final byte[] SET = word("SET");
  private static final byte[] APPEND = word("APPEND");
  private static final byte[] RPUSH = word("RPUSH");
  private static final byte[] SADD = word("SADD");
  private static final byte[] ZADD = word("ZADD");
  private static final byte[] HMSET = word("HMSET");
  private static final byte[] HPEXPIREAT = word("HPEXPIREAT");
  private static final byte[] FIELDS = word("FIELDS");
  private static final byte[] PEXPIREAT = word("PEXPIREAT");

  private ValueCommands() {}

  static byte[] word(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Writes the commands that make a key with a value, which may be an image.
   *
   * @param expireAt the key's deadline, milliseconds since 1970, 0 for none
   * @param sink takes each command: its words, which it may keep but must not change
   */
  public static void write(byte[] key, Value value, long expireAt, Consumer<byte[][]> sink) {
    if (value instanceof StringValue string) {
      string(key, string, sink);
    } else if (value instanceof ListValue list) {
      list(key, list, sink);
    } else if (value instanceof SetValue set) {
      set(key, set, sink);
    } else if (value instanceof SortedSetValue sorted) {
      sortedSet(key, sorted, sink);
    } else if (value instanceof HashValue hash) {
      hash(key, hash, sink);
    } else if (value instanceof StreamValue stream) {
      new StreamCommands(key, stream, sink).write();
    } else {
      throw new IllegalArgumentException("no commands make a " + value.typeName());
    }
    deadline(key, expireAt, sink);
  }

  /**
   * Writes the commands that make a key with a string.
   *
   * @param bytes where the string is: {@code [offset, offset + length)}, which is copied
   * @param expireAt the key's deadline, milliseconds since 1970, 0 for none
   * @param sink as of {@link #write}
   */
  public static void writeString(
      byte[] key, byte[] bytes, int offset, int length, long expireAt, Consumer<byte[][]> sink) {
    StringPart parts = new StringPart(key, sink);
    parts.add(bytes, offset, length);
    parts.finish();
    deadline(key, expireAt, sink);
  }

  private static void deadline(byte[] key, long expireAt, Consumer<byte[][]> sink) {
    if (expireAt != 0) {
      sink.accept(new byte[][] {PEXPIREAT, key, Numbers.longBytes(expireAt)});
    }
  }

  /** Cuts a string that comes in pieces of any size into commands. */
  private static final class StringPart {
    private final byte[] key;
    private final Consumer<byte[][]> sink;
    private byte[] part = new byte[0];
    private int size;
    private boolean begun;

    StringPart(byte[] key, Consumer<byte[][]> sink) {
      this.key = key;
      this.sink = sink;
    }

    void add(byte[] source, int offset, int count) {
      for (int at = 0; at < count; ) {
        if (size == STRING_BYTES) {
          emit();
        }
        int taken = Math.min(count - at, STRING_BYTES - size);
        if (size + taken > part.length) {
          part = Arrays.copyOf(part, Math.min(STRING_BYTES, Math.max(size + taken, 2 * size)));
        }
        System.arraycopy(source, offset + at, part, size, taken);
        size += taken;
        at += taken;
      }
    }

    void finish() {
      if (size > 0 || !begun) {
        emit();
      }
    }

    private void emit() {
      byte[] bytes = size == part.length ? part : Arrays.copyOf(part, size);
      sink.accept(new byte[][] {begun ? APPEND : SET, key, bytes});
      begun = true;
      part = new byte[0];
      size = 0;
    }
  }

  private static void string(byte[] key, StringValue string, Consumer<byte[][]> sink) {
    StringPart parts = new StringPart(key, sink);
    string.forEachPiece(parts::add);
    parts.finish();
  }

  private static void list(byte[] key, ListValue list, Consumer<byte[][]> sink) {
    Batch batch = new Batch(sink, RPUSH, key);
    ListCursor cursor = new ListCursor();
    for (boolean more = list.seek(cursor, 0); more; more = cursor.next()) {
      batch.add(cursor.window().copy());
    }
    batch.flush();
  }

  private static void set(byte[] key, SetValue set, Consumer<byte[][]> sink) {
    Batch batch = new Batch(sink, SADD, key);
    set.forEach(new Window(), member -> batch.add(member.copy()));
    batch.flush();
  }

  private static void sortedSet(byte[] key, SortedSetValue sorted, Consumer<byte[][]> sink) {
    Batch batch = new Batch(sink, ZADD, key);
    sorted.forEachScored(member -> batch.add(Numbers.doubleBytes(member.score()), member.member()));
    batch.flush();
  }

  private static void hash(byte[] key, HashValue hash, Consumer<byte[][]> sink) {
    Batch batch = new Batch(sink, HMSET, key);
    // The deadlines of the fields that are in the command under way.
    Map<Long, List<byte[]>> deadlines = new LinkedHashMap<>();
    hash.forEach(
        field -> {
          byte[] name = field.name();
          if (field.expireAt() != 0) {
            deadlines.computeIfAbsent(field.expireAt(), none -> new ArrayList<>()).add(name);
          }
          if (batch.add(name, field.value())) {
            fieldDeadlines(key, deadlines, sink);
          }
        });
    batch.flush();
    fieldDeadlines(key, deadlines, sink);
  }

  private static void fieldDeadlines(
      byte[] key, Map<Long, List<byte[]>> deadlines, Consumer<byte[][]> sink) {
    deadlines.forEach(
        (deadline, fields) -> {
          List<byte[]> words = new ArrayList<>();
          words.addAll(List.of(HPEXPIREAT, key, Numbers.longBytes(deadline)));
          words.addAll(List.of(FIELDS, Numbers.longBytes(fields.size())));
          words.addAll(fields);
          sink.accept(words.toArray(byte[][]::new));
        });
    deadlines.clear();
  }
}
