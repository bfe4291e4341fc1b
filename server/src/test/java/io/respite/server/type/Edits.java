package io.respite.server.type;

import io.respite.server.encoding.ListCursor;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Pieces;
import io.respite.server.encoding.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random edits: the same seed does the same to two values with the same content. Every method that
 * changes a value occurs.
 */
final class Edits {
  private Edits() {}

  static void edit(Value value, long seed) {
    Random random = new Random(seed);
    if (value instanceof StringValue string) {
      edit(string, random);
    } else if (value instanceof ListValue list) {
      edit(list, random);
    } else {
      edit((StreamValue) value, random);
    }
  }

  private static byte[] bytes(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  // ---- strings

  private static void edit(StringValue string, Random random) {
    int length = string.length();
    byte[] some = bytes(random, random.nextInt(8) == 0 ? 200_000 : 100);
    switch (random.nextInt(9)) {
      case 0 -> string.write(length, some, 0, some.length);
      case 1 -> {
        int at = Math.min(300_000, length + random.nextInt(1000));
        string.write(at, some, 0, some.length);
      }
      case 2, 3 -> string.write(random.nextInt(length + 1), some, 0, Math.min(some.length, 100));
      case 4, 5 -> {
        if (length > 0) {
          string.set(random.nextInt(length), random.nextInt());
        }
      }
      case 6, 7 -> {
        int at = random.nextInt(length + 1);
        int removed = random.nextInt(length - at + 1);
        string.splice(at, removed, some, 0, some.length);
      }
      default -> {
        if (random.nextInt(4) == 0) {
          string.replace(some);
        }
      }
    }
  }

  // ---- lists

  private static byte[] element(Random random) {
    String text =
        switch (random.nextInt(12)) {
          case 0 -> "large".repeat(2000);
          case 1, 2 -> "a text that can be compressed ".repeat(1 + random.nextInt(10));
          case 3 -> "" + random.nextLong();
          default -> "" + random.nextInt(20);
        };
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void edit(ListValue list, Random random) {
    byte[] element = element(random);
    long size = list.size();
    boolean grows = size < 400;
    switch (size == 0 ? 0 : random.nextInt(grows ? 12 : 20)) {
      case 0, 1, 2, 3, 4 -> {
        list.expect(element.length, 1);
        list.push(random.nextBoolean(), element, 0, element.length);
      }
      case 5, 6, 7 -> {
        list.expect(element.length, 1);
        ListCursor cursor = new ListCursor();
        list.seek(cursor, random.nextInt((int) size));
        list.insert(cursor, random.nextBoolean(), element, 0, element.length);
      }
      case 8, 9 -> list.set(random.nextInt((int) size), element, 0, element.length);
      case 10 -> {
        Listpack pack = new Listpack();
        for (int i = random.nextInt(6); i > 0; i--) {
          byte[] other = element(random);
          pack.append(other, 0, other.length);
        }
        list.appendNode(pack);
      }
      case 11, 12 ->
          list.removeEqual(element, 0, element.length, 1 + random.nextInt(5), random.nextBoolean());
      case 13 -> list.shrunk();
      case 14 -> list.removeRange(random.nextInt((int) size), random.nextInt((int) size + 1));
      default -> list.removeEnd(random.nextBoolean());
    }
  }

  // ---- streams

  /** Words in one array. */
  private static final class Words implements Pieces {
    private final byte[] buffer;
    private final List<Integer> offsets;

    Words(byte[] buffer, List<Integer> offsets) {
      this.buffer = buffer;
      this.offsets = offsets;
    }

    @Override
    public int count() {
      return offsets.size() - 1;
    }

    @Override
    public byte[] buffer() {
      return buffer;
    }

    @Override
    public int offset(int i) {
      return offsets.get(i);
    }

    @Override
    public int length(int i) {
      return offsets.get(i + 1) - offsets.get(i);
    }
  }

  static Pieces words(String... words) {
    StringBuilder all = new StringBuilder();
    List<Integer> offsets = new ArrayList<>(List.of(0));
    for (String word : words) {
      all.append(word);
      offsets.add(all.length());
    }
    return new Words(all.toString().getBytes(StandardCharsets.ISO_8859_1), offsets);
  }

  private static StreamId some(StreamValue stream, Random random) {
    long first = stream.log().first().millis();
    long range = Math.max(1, stream.lastId().millis() - first + 1);
    return new StreamId(first + (long) (random.nextDouble() * range), random.nextInt(2));
  }

  private static void edit(StreamValue stream, Random random) {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        for (int i = random.nextInt(5); i >= 0; i--) {
          append(stream, random);
        }
      }
      case 3 -> {
        for (int i = random.nextInt(5); i >= 0; i--) {
          stream.delete(some(stream, random));
        }
      }
      case 4 -> editAround(stream, random);
      default -> {
        if (stream.groups().size() < 3 && random.nextInt(4) == 0) {
          byte[] name = {(byte) random.nextInt(4)};
          if (stream.group(name) == null) {
            stream.addGroup(name, some(stream, random), random.nextInt(5) - 1L);
          }
        }
        List<StreamGroup> groups = List.copyOf(stream.groups());
        if (!groups.isEmpty()) {
          StreamGroup group = groups.get(random.nextInt(groups.size()));
          for (int i = random.nextInt(10); i >= 0; i--) {
            edit(stream, group, random);
          }
        }
      }
    }
  }

  private static void append(StreamValue stream, Random random) {
    StreamId id =
        random.nextInt(3) == 0
            ? stream.lastId().next()
            : new StreamId(stream.lastId().millis() + 1 + random.nextInt(3), 0);
    String value = "x".repeat(random.nextInt(40));
    boolean same = random.nextInt(4) > 0;
    stream.append(id, same ? words("a", value) : words("b", value, "c", "7"), 0, same ? 1 : 2);
  }

  private static void editAround(StreamValue stream, Random random) {
    switch (random.nextInt(7)) {
      case 0 -> stream.lastId(stream.lastId().next());
      case 1 -> stream.maxDeletedId(some(stream, random));
      case 2 -> stream.entriesAdded(stream.entriesAdded() + 1);
      case 3 -> stream.trim(random.nextInt(600), null, random.nextBoolean(), 0);
      case 4 -> stream.trim(0, new StreamId(stream.log().first().millis() + 3, 0), false, 0);
      case 5 -> stream.removeGroup(new byte[] {(byte) random.nextInt(4)});
      default -> {
        StreamValue other = new StreamValue(new EncodingLimits());
        other.lastId(stream.lastId());
        append(other, random);
        other.log().forEachNode(node -> stream.load(node.master(), node.pack().copy()));
        stream.lastId(other.lastId());
      }
    }
  }

  private static void edit(StreamValue stream, StreamGroup group, Random random) {
    byte[] name = {(byte) random.nextInt(30)};
    StreamConsumer consumer = group.consumer(name);
    if (consumer == null) {
      consumer = group.addConsumer(name, random.nextInt(1000));
    }
    StreamId id = some(stream, random);
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> group.deliver(id, consumer, random.nextInt(1000), random.nextInt(9));
      case 4, 5 -> group.acknowledge(id);
      case 6 -> consumer.seenTime(random.nextInt(1000));
      case 7 -> consumer.activeTime(random.nextInt(1000));
      case 8 -> {
        if (random.nextInt(5) == 0) {
          group.removeConsumer(consumer);
        }
      }
      default -> {
        group.lastId(id);
        group.entriesRead(random.nextInt(1000));
        stream.advance(group, id.next());
      }
    }
  }
}
