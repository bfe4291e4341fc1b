package io.respite.server.command.family;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.type.HashValue;
import io.respite.server.type.StringValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Redis's checksum of a data set, by which two servers are compared (DEBUG DIGEST): the same data
 * give the same forty digits here and there.
 *
 * <p>Two operations on twenty bytes make it. <em>Add</em> xors with the SHA-1 of something, so
 * order does not matter; <em>mix</em> adds and then replaces the sum by its own SHA-1, so order
 * matters. Keys are added to the whole, fields to their hash; a key is mixed from its name, the
 * number of its type, and what it holds.
 */
final class Digest {
  /** The checksum of no value. */
  static final String NOTHING = "0".repeat(40);

  private static final byte[] EXPIRES = "!!expire!!".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STRING = {0, 0, 0, 0};
  private static final byte[] HASH = {0, 0, 0, 4};
  private static final int SIZE = 20;

  private final byte[] sum = new byte[SIZE];
  private final MessageDigest sha;

  private Digest() {
    try {
      sha = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-1", impossible);
    }
  }

  /** Of all live keys of all databases. */
  static String of(Keyspace keyspace) {
    Digest whole = new Digest();
    for (int i = 0; i < keyspace.size(); i++) {
      Database database = keyspace.database(i);
      if (database.size() == 0) {
        continue;
      }
      whole.mix(new byte[] {(byte) (i >> 24), (byte) (i >> 16), (byte) (i >> 8), (byte) i});
      database.forEach(
          entry -> {
            if (!database.dead(entry)) {
              Digest key = new Digest();
              key.mix(Database.keyOf(entry));
              key.value(entry);
              whole.add(key.sum);
            }
          });
    }
    return whole.hex();
  }

  /** Of what one key holds. */
  static String ofValue(Object entry) {
    Digest digest = new Digest();
    digest.value(entry);
    return digest.hex();
  }

  private void value(Object entry) {
    if (entry instanceof byte[] record) {
      mix(STRING);
      mix(PackedEntry.value(record));
    } else {
      object((KeyEntry) entry);
    }
    if (Database.expireAt(entry) != 0) {
      add(EXPIRES);
    }
  }

  private void object(KeyEntry entry) {
    if (entry.value() instanceof StringValue string) {
      mix(STRING);
      mix(Arrays.copyOf(string.bytes(), string.length()));
    } else if (entry.value() instanceof HashValue hash) {
      mix(HASH);
      hash.forEach(
          field -> {
            Digest pair = new Digest();
            pair.mix(field.name());
            pair.mix(field.value());
            add(pair.sum);
          });
    }
  }

  private void add(byte[] bytes) {
    byte[] hash = sha.digest(bytes);
    for (int i = 0; i < SIZE; i++) {
      sum[i] ^= hash[i];
    }
  }

  private void mix(byte[] bytes) {
    add(bytes);
    System.arraycopy(sha.digest(sum), 0, sum, 0, SIZE);
  }

  private String hex() {
    return HexFormat.of().formatHex(sum);
  }
}
