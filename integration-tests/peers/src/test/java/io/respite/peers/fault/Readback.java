package io.respite.peers.fault;

import io.respite.rigs.Resp;
import io.respite.rigs.RespClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Compares what a server holds with what writers know. Nothing may be there that was never sent, or
 * twice, or in another order; a transaction is there whole or not at all; and of each connection
 * there is a beginning without gaps: what is lost are the last operations.
 */
final class Readback {
  private static final int BATCH = 500;

  private long acknowledged;
  private long lost;
  private long refusedAndThere;
  private long oldestLostAckNanos = Long.MAX_VALUE;

  /** Acknowledged operations. */
  long acknowledged() {
    return acknowledged;
  }

  /** Acknowledged operations that are not there. */
  long lost() {
    return lost;
  }

  /** Operations that are there though an error was answered. */
  long refusedAndThere() {
    return refusedAndThere;
  }

  /** Seconds between the oldest acknowledgement of a lost operation and a moment; 0 without one. */
  double oldestLostSeconds(long nanos) {
    return lost == 0 ? 0 : (nanos - oldestLostAckNanos) / 1e9;
  }

  /**
   * Compares all that these writers wrote.
   *
   * @throws AssertionError naming what should not be
   */
  Readback add(TestServer server, Load load) throws IOException {
    try (RespClient client = server.connect()) {
      for (Writer writer : load.writers) {
        compare(writer, present(writer, client));
      }
    }
    return this;
  }

  private static BitSet present(Writer writer, RespClient client) throws IOException {
    BitSet there = new BitSet();
    strings(writer, client, there);
    list(writer, client.ask("LRANGE", writer.prefix + "l", "0", "-1"), 1, there);
    list(writer, client.ask("LRANGE", writer.prefix + "m", "0", "-1"), 2, there);
    List<Resp> fields = client.ask("HGETALL", writer.prefix + "h").items();
    for (int i = 0; i < fields.size(); i += 2) {
      String number = fields.get(i).text();
      require(
          number.equals(fields.get(i + 1).text()),
          writer,
          "field " + number + " has another's value");
      found(writer, Integer.parseInt(number), Writer.Kind.FIELD, there);
    }
    counted(writer, client.ask("GET", writer.prefix + "c"), there);
    return there;
  }

  private static void strings(Writer writer, RespClient client, BitSet there) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (int number = 1; number <= writer.sent(); number++) {
      if (Writer.kind(number) == Writer.Kind.SET) {
        numbers.add(number);
      }
    }
    for (int from = 0; from < numbers.size(); from += BATCH) {
      List<Integer> batch = numbers.subList(from, Math.min(numbers.size(), from + BATCH));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      batch.forEach(number -> RespClient.write(out, "GET", writer.prefix + "k:" + number));
      client.send(out.toByteArray());
      for (int number : batch) {
        Resp reply = client.receive();
        if (reply.type() != '_') {
          require(
              reply.text().equals(writer.value(number)), writer, "key " + number + " is " + reply);
          found(writer, number, Writer.Kind.SET, there);
        }
      }
    }
  }

  private static void list(Writer writer, Resp reply, int times, BitSet there) {
    List<Resp> items = reply.items();
    require(items.size() % times == 0, writer, "half a transaction: " + items.size() + " elements");
    int before = 0;
    for (int i = 0; i < items.size(); i += times) {
      int number = Integer.parseInt(items.get(i).text());
      for (int j = 1; j < times; j++) {
        require(items.get(i + j).equals(items.get(i)), writer, "half of transaction " + number);
      }
      require(number > before, writer, "element " + number + " behind " + before);
      found(writer, number, times == 1 ? Writer.Kind.PUSH : Writer.Kind.TRANSACTION, there);
      before = number;
    }
  }

  private static void found(Writer writer, int number, Writer.Kind kind, BitSet there) {
    require(number >= 1 && number <= writer.sent(), writer, number + " was never sent");
    require(Writer.kind(number) == kind, writer, number + " was no " + kind);
    there.set(number);
  }

  /** The counter tells how many increments there are; they are the first ones. */
  private static void counted(Writer writer, Resp reply, BitSet there) {
    int left = reply.type() == '_' ? 0 : Integer.parseInt(reply.text());
    for (int number = 1; number <= writer.sent() && left > 0; number++) {
      if (Writer.kind(number) == Writer.Kind.COUNT && !writer.isRefused(number)) {
        there.set(number);
        left--;
      }
    }
    require(left == 0, writer, left + " more increments than were sent");
  }

  private void compare(Writer writer, BitSet there) {
    acknowledged += writer.acknowledged();
    int last = there.length() - 1;
    for (int number = 1; number <= writer.sent(); number++) {
      boolean present = there.get(number);
      if (writer.isRefused(number)) {
        refusedAndThere += present ? 1 : 0;
      } else if (!present) {
        require(number > last, writer, number + " is missing, and " + last + " is there");
        if (writer.isAcknowledged(number)) {
          lost++;
          oldestLostAckNanos = Math.min(oldestLostAckNanos, writer.ackNanos(number));
        }
      }
    }
  }

  private static void require(boolean holds, Writer writer, String otherwise) {
    if (!holds) {
      throw new AssertionError(writer.prefix + " " + otherwise);
    }
  }
}
