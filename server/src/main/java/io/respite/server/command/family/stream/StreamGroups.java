package io.respite.server.command.family.stream;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.Parse;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;

/** Finds groups and consumers, with the errors that clients know. */
final class StreamGroups {
  private StreamGroups() {}

  /** The group of a stream that is named in argument {@code i}; null without stream or group. */
  static StreamGroup find(Call call, StreamValue stream, int i) {
    return stream == null ? null : stream.group(call.bytes(i));
  }

  /** The group of the stream at key 1 that is named in argument 2, which has to be there. */
  static StreamGroup require(Call call, StreamValue stream) {
    StreamGroup group = find(call, stream, 2);
    if (group == null) {
      throw new CommandError(
          "NOGROUP No such key '" + call.text(1) + "' or consumer group '" + call.text(2) + "'");
    }
    return group;
  }

  /**
   * The consumer named in an argument, made if there is none; it was seen just now.
   *
   * @param key the argument that holds the stream's key
   */
  static StreamConsumer consumer(Call call, int key, StreamGroup group, int argument) {
    StreamConsumer consumer = group.consumer(call.bytes(argument));
    if (consumer == null) {
      consumer = group.addConsumer(call.bytes(argument), call.now());
      call.modified(key, KeyEvent.XGROUP_CREATECONSUMER);
    }
    consumer.seenTime(call.now());
    return consumer;
  }

  /**
   * An argument that says for how long an entry must have been left alone; negative ones mean 0.
   */
  static long minIdle(Call call, int i, String command) {
    long idle =
        Parse.integer(
            call,
            i,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            () -> new CommandError("ERR Invalid min-idle-time argument for " + command));
    return Math.max(0, idle);
  }
}
