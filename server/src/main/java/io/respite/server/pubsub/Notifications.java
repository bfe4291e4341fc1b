package io.respite.server.pubsub;

import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.KeyListener;
import io.respite.server.keyspace.Keyspace;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Publishes what happens to keys, and to fields of hashes, on channels named after them, as far as
 * {@code notify-keyspace-events} asks for it ("Redis keyspace notifications" and "Redis subkey
 * notifications", redis.io/docs).
 *
 * <pre>
 *   letter  channel                                       message
 *   K       __keyspace@DB__:KEY                           EVENT
 *   E       __keyevent@DB__:EVENT                         KEY
 *   S       __subkeyspace@DB__:KEY                        EVENT|LEN:FIELD[,LEN:FIELD ...]
 *   T       __subkeyevent@DB__:EVENT                      LEN:KEY|LEN:FIELD[,LEN:FIELD ...]
 *   I       __subkeyspaceitem@DB__:KEY\nFIELD             EVENT
 *   V       __subkeyspaceevent@DB__:EVENT|KEY             LEN:FIELD[,LEN:FIELD ...]
 * </pre>
 *
 * The other letters choose classes of events. Fields are named before the event that they belong
 * to, so they are gathered until it comes. A channel that could be mistaken for another one is left
 * out: S, T and V where the key holds a {@code |} would still be unambiguous, but I where the key
 * holds a line's end would not.
 */
public final class Notifications implements KeyListener {
  private static final String SUBKEY_CHANNELS = "STIV";

  private final Channels channels;
  private final Keyspace keyspace;
  private String letters = "";
  private final List<byte[]> fields = new ArrayList<>();

  /** Silent until letters are {@linkplain #letters set}. */
  public Notifications(Channels channels, Keyspace keyspace) {
    this.channels = channels;
    this.keyspace = keyspace;
  }

  /**
   * Sets the letters of {@code notify-keyspace-events}; {@code A} stands for all common classes.
   */
  public void letters(String classes) {
    boolean before = !letters.isEmpty();
    letters = classes.replace("A", "g$lshzxetd");
    if (!before && !letters.isEmpty()) {
      keyspace.addListener(this);
    } else if (before && letters.isEmpty()) {
      keyspace.removeListener(this);
    }
    boolean keys = wants('K') || wants('E');
    keyspace.tellsMisses(keys && wants('m'));
    keyspace.tellsNewKeys(keys && wants('n'));
    keyspace.namesFields(
        wants('h') && letters.chars().anyMatch(c -> SUBKEY_CHANNELS.indexOf(c) >= 0));
    fields.clear();
  }

  private boolean wants(char letter) {
    return letters.indexOf(letter) >= 0;
  }

  @Override
  public void modified(int database, byte[] bytes, int offset, int length, KeyEvent event) {
    if (wants(event.eventClass()) && !channels.silent()) {
      byte[] key = Arrays.copyOfRange(bytes, offset, offset + length);
      byte[] name = ascii(event.eventName());
      if (!fields.isEmpty()) {
        publishFields(database, key, event.eventName(), name);
      }
      if (wants('K')) {
        channels.publish(channel("keyspace", database, key), name);
      }
      if (wants('E')) {
        channels.publish(channel("keyevent", database, name), key);
      }
    }
    fields.clear();
  }

  @Override
  public void named(byte[] bytes, int offset, int length) {
    fields.add(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  @Override
  public void missed(int database, byte[] bytes, int offset, int length) {
    modified(database, bytes, offset, length, KeyEvent.KEYMISS);
  }

  @Override
  public void added(int database, byte[] bytes, int offset, int length) {
    List<byte[]> named = List.copyOf(fields);
    modified(database, bytes, offset, length, KeyEvent.NEW);
    fields.addAll(named);
  }

  @Override
  public void flushed(int database) {
    // Redis has no event for this: what is flushed is not named.
  }

  @Override
  public void swapped(int first, int second) {
    // No event either.
  }

  private void publishFields(int database, byte[] key, String event, byte[] name) {
    byte[] all = list();
    if (wants('S')) {
      channels.publish(channel("subkeyspace", database, key), join(ascii(event + "|"), all));
    }
    if (wants('T')) {
      byte[] head = join(ascii(key.length + ":"), key, ascii("|"));
      channels.publish(channel("subkeyevent", database, name), join(head, all));
    }
    if (wants('I') && !contains(key, '\n')) {
      for (byte[] field : fields) {
        byte[] item = join(key, ascii("\n"), field);
        channels.publish(channel("subkeyspaceitem", database, item), name);
      }
    }
    if (wants('V')) {
      channels.publish(channel("subkeyspaceevent", database, join(ascii(event + "|"), key)), all);
    }
  }

  /** The gathered fields, each behind its length. */
  private byte[] list() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] field : fields) {
      if (out.size() > 0) {
        out.write(',');
      }
      out.writeBytes(ascii(field.length + ":"));
      out.writeBytes(field);
    }
    return out.toByteArray();
  }

  private static boolean contains(byte[] bytes, char wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }

  private static byte[] channel(String space, int database, byte[] name) {
    return join(ascii("__" + space + "@" + database + "__:"), name);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
