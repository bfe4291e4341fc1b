package io.respite.server.command.family.server;

import io.respite.server.command.family.Store;
import java.nio.charset.StandardCharsets;

/** The checksum of what a key holds, as DEBUG DIGEST-VALUE shows it. */
public final class Digests {
  private Digests() {}

  public static String of(Store store, String key) {
    byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
    return Digest.ofValue(store.keyspace().database(0).peek(name, 0, name.length));
  }
}
