package io.respite.server.command.family.generic;

import io.respite.server.encoding.Crc64;
import java.nio.charset.StandardCharsets;

/** Makes DUMP payloads that are damaged on purpose and intact to the check. */
public final class Payloads {
  private static final int CRC_BYTES = 8;

  private Payloads() {}

  /** The payload with the check that its content has now, a byte a char. */
  static String sealed(byte[] payload) {
    byte[] sealed = payload.clone();
    int content = sealed.length - CRC_BYTES;
    long crc = Crc64.update(0, sealed, 0, content);
    for (int i = 0; i < CRC_BYTES; i++) {
      sealed[content + i] = (byte) (crc >>> (8 * i));
    }
    return new String(sealed, StandardCharsets.ISO_8859_1);
  }
}
