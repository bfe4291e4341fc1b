package io.respite.server.type;

import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Sorted;
import io.respite.server.encoding.StreamId;
import java.util.Arrays;
import java.util.HexFormat;

/** Everything that there is to know of a value, as text: node by node, byte by byte. */
final class Contents {
  private Contents() {}

  static String of(Value value) {
    StringBuilder text = new StringBuilder(value.typeName()).append('\n');
    if (value instanceof StringValue string) {
      text.append(hex(Arrays.copyOf(string.bytes(), string.length())));
    } else if (value instanceof ListValue list) {
      list(list, text);
    } else {
      stream((StreamValue) value, text);
    }
    return text.toString();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static void list(ListValue list, StringBuilder text) {
    text.append(list.encoding()).append(' ').append(list.size()).append('\n');
    list.forEachNode(
        node ->
            text.append(
                    node instanceof Listpack pack ? hex(pack.toByteArray()) : hex((byte[]) node))
                .append('\n'));
  }

  private static void stream(StreamValue stream, StringBuilder text) {
    line(text, stream.length(), stream.lastId(), stream.maxDeletedId(), stream.entriesAdded());
    line(text, stream.log().nodes(), stream.log().first(), stream.log().last());
    stream.log().forEachNode(node -> line(text, node.master(), hex(node.pack().toByteArray())));
    line(text, stream.groups().size());
    for (StreamGroup group : stream.groups()) {
      line(text, hex(group.name()), group.lastId(), group.entriesRead(), stream.lag(group));
      pending(group.pending(), text);
      line(text, group.consumers().size());
      for (StreamConsumer consumer : group.consumers()) {
        line(text, hex(consumer.name()), consumer.seenTime(), consumer.activeTime());
        pending(consumer.pending(), text);
      }
    }
  }

  private static void pending(Sorted<StreamId, PendingEntry> entries, StringBuilder text) {
    line(text, entries.size());
    for (PendingEntry entry : entries) {
      String owner = hex(entry.consumer().name());
      line(text, entry.id(), owner, entry.deliveryTime(), entry.deliveries());
    }
  }

  private static void line(StringBuilder text, Object... words) {
    for (Object word : words) {
      text.append(word).append(' ');
    }
    text.append('\n');
  }
}
