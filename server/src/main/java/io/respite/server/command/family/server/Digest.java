package io.respite.server.command.family.server;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.type.Value;
import io.respite.server.type.ValueDigest;
import java.nio.charset.StandardCharsets;

/**
 * Redis's checksum of a data set, by which two servers are compared (DEBUG DIGEST): keys are added
 * to the whole; a key is mixed from its name, the number of its type, and what it holds.
 */
final class Digest {
  private static final byte[] EXPIRES = "!!expire!!".getBytes(StandardCharsets.US_ASCII);
  private static final int STRING = 0;

  private Digest() {}

  /** Of all live keys of all databases. */
  static String of(Keyspace keyspace) {
    ValueDigest whole = new ValueDigest();
    for (int i = 0; i < keyspace.size(); i++) {
      Database database = keyspace.database(i);
      if (database.size() == 0) {
        continue;
      }
      whole.mix(bigEndian(i));
      database.forEach(
          entry -> {
            if (!database.dead(entry)) {
              ValueDigest key = new ValueDigest();
              key.mix(Database.keyOf(entry));
              value(key, entry);
              whole.add(key);
            }
          });
    }
    return whole.hex();
  }

  /** Of what one key holds. */
  static String ofValue(Object entry) {
    ValueDigest digest = new ValueDigest();
    value(digest, entry);
    return digest.hex();
  }

  private static void value(ValueDigest digest, Object entry) {
    if (entry instanceof byte[] record) {
      digest.mix(bigEndian(STRING));
      digest.mix(PackedEntry.value(record));
    } else {
      Value value = ((KeyEntry) entry).value();
      digest.mix(bigEndian(value.typeNumber()));
      value.digest(digest);
    }
    if (Database.expireAt(entry) != 0) {
      digest.add(EXPIRES);
    }
  }

  private static byte[] bigEndian(int i) {
    return new byte[] {(byte) (i >> 24), (byte) (i >> 16), (byte) (i >> 8), (byte) i};
  }
}
