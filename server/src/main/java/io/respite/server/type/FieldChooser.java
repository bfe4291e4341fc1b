package io.respite.server.type;

import io.respite.server.encoding.RecordTable;

/** Who keeps account of the use of a hash's fields in his own way, and so knows which is to go. */
@FunctionalInterface
public interface FieldChooser {
  /** The record that is to go first; null when the table is empty. */
  byte[] victim(RecordTable table);
}
