package io.respite.server.command;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.StringView;
import io.respite.server.type.StringValue;

/**
 * Overwrites parts of the string at a key: for APPEND and SETRANGE as well as for bitmaps.
 *
 * <p>Short strings are written anew as records; a string that grows beyond {@link #SHORT} becomes
 * an object that is edited in place, so that building one from pieces costs no more than its
 * length.
 */
public final class StringEdit {
  private static final int SHORT = 256;

  private StringEdit() {}

  /**
   * Writes bytes into the string at key 1, from a position on, with zeros between the old end and
   * that position. The deadline stays.
   *
   * @param string what the key holds, null for nothing; not to be used any more
   * @return the string's new length
   * @throws CommandError when the string would become longer than is allowed
   */
  public static int write(
      Call call, StringView string, long at, byte[] source, int offset, int count) {
    Arguments arguments = call.arguments();
    if (at > call.keyspace().maxStringBytes() - count) {
      throw new CommandError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    }
    int old = string == null ? 0 : string.length();
    int length = (int) Math.max(old, at + count);
    if (length <= SHORT) {
      byte[] bytes = new byte[length];
      if (string != null) {
        System.arraycopy(string.bytes(), string.offset(), bytes, 0, old);
      }
      System.arraycopy(source, offset, bytes, (int) at, count);
      long deadline = string == null ? 0 : string.expireAt();
      call.putString(1, bytes, 0, length, deadline, PackedEntry.FORM_RAW);
    } else {
      StringValue value =
          call.database()
              .editableString(arguments.buffer(), arguments.offset(1), arguments.length(1));
      value.write((int) at, source, offset, count);
    }
    return length;
  }
}
