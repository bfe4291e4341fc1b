package io.respite.server.pubsub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.respite.server.keyspace.FieldListener;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.FieldView;
import java.nio.ByteBuffer;

/**
 * Tells those who listen to a cache of entries whose time is over, with the values that they had:
 * what the notifications of keys and fields cannot tell. A cache is a hash, and who listens to one
 * has subscribed to sharded channels named after it, on which its clients tell each other of
 * changes (Respite's provider, format 1):
 *
 * <pre>
 *   channel   {KEY}#events:changes or {KEY}#events:olds
 *   message   | 'E' | 8 zero bytes | length of the field | field | 0       | value, on :olds alone |
 *               1     8              4                             4
 * </pre>
 *
 * Numbers are big-endian. Costs nothing while nobody listens to any sharded channel.
 */
public final class ExpiredFields implements FieldListener {
  private static final byte[] HEAD = "{".getBytes(US_ASCII);
  private static final byte[] CHANGES = "}#events:changes".getBytes(US_ASCII);
  private static final byte[] OLDS = "}#events:olds".getBytes(US_ASCII);
  private static final byte EXPIRED = 'E';
  private static final int ORIGIN_BYTES = 8;

  private final Channels channels;

  /** Tells it on these channels. */
  public ExpiredFields(Channels channels) {
    this.channels = channels;
  }

  @Override
  public void fieldModified(int database, byte[] key, KeyEvent event, FieldView field) {
    if (event != KeyEvent.HEXPIRED || channels.shardChannelCount() == 0) {
      return;
    }
    channels.publishShard(joined(HEAD, key, CHANGES), message(field, 0));
    channels.publishShard(joined(HEAD, key, OLDS), message(field, field.valueLength()));
  }

  private static byte[] message(FieldView field, int valueBytes) {
    int bytes = 1 + ORIGIN_BYTES + 2 * Integer.BYTES + field.nameLength() + valueBytes;
    return ByteBuffer.allocate(bytes)
        .put(EXPIRED)
        .putLong(0)
        .putInt(field.nameLength())
        .put(field.nameBytes(), field.nameOffset(), field.nameLength())
        .putInt(0)
        .put(field.valueBytes(), field.valueOffset(), valueBytes)
        .array();
  }

  private static byte[] joined(byte[] head, byte[] key, byte[] tail) {
    return ByteBuffer.allocate(head.length + key.length + tail.length)
        .put(head)
        .put(key)
        .put(tail)
        .array();
  }
}
