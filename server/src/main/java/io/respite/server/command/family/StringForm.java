package io.respite.server.command.family;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.KeyEntry;

/** How an entry is stored, by the names of OBJECT ENCODING. */
final class StringForm {
  private static final int LONGEST_EMBEDDED = 44;
  private static final int LONGEST_NUMBER = 20;

  private StringForm() {}

  /** The name for what a key holds. */
  static String encoding(Object entry) {
    if (entry instanceof KeyEntry key) {
      return key.value().encoding();
    }
    byte[] record = (byte[]) entry;
    int length = PackedEntry.valueLength(record);
    if (PackedEntry.form(record) == PackedEntry.FORM_PLAIN
        && length <= LONGEST_NUMBER
        && isLong(PackedEntry.value(record))) {
      return "int";
    }
    boolean raw = PackedEntry.form(record) == PackedEntry.FORM_RAW || length > LONGEST_EMBEDDED;
    return raw ? "raw" : "embstr";
  }

  private static boolean isLong(byte[] value) {
    String text = new String(value, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (!text.equals("0") && !text.matches("-?[1-9][0-9]{0,18}")) {
      return false;
    }
    try {
      Long.parseLong(text);
      return true;
    } catch (NumberFormatException beyond64Bits) {
      return false;
    }
  }
}
