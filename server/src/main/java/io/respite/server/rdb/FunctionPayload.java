package io.respite.server.rdb;

import java.util.ArrayList;
import java.util.List;

/**
 * The payload of FUNCTION DUMP: the code of libraries, each as a file of Redis holds it, and the
 * footer of {@link DumpPayload}.
 *
 * <pre>
 *   0xF5 string   0xF5 string   ...   version (2 bytes)   CRC-64 (8 bytes)
 * </pre>
 */
public final class FunctionPayload {
  /** The mark in front of a library's code; also in files. */
  public static final int LIBRARY = 0xf5;

  /** What a preliminary version of Redis 7 wrote; nobody else did. */
  private static final int PRELIMINARY = 0xf6;

  private FunctionPayload() {}

  /**
   * The payload of libraries, given by their codes.
   *
   * @throws RdbFormatException when it would have more than {@code most} bytes
   */
  public static byte[] of(List<byte[]> codes, long most) {
    RdbOutput out = new RdbOutput(true, most);
    for (byte[] code : codes) {
      out.writeByte(LIBRARY);
      out.writeString(code);
    }
    return DumpPayload.finish(out, ObjectFormat.COMMON_VERSION);
  }

  /**
   * The codes in a payload that is {@linkplain DumpPayload#isIntact intact}.
   *
   * @param longest bytes that a code may have
   * @throws RdbFormatException saying what is wrong
   */
  public static List<byte[]> codes(byte[] payload, long longest) {
    RdbInput in = RdbInput.of(payload, 0, payload.length - DumpPayload.FOOTER, longest);
    List<byte[]> codes = new ArrayList<>();
    while (in.remaining() > 0) {
      int mark = in.readByte();
      if (mark == PRELIMINARY) {
        throw new RdbFormatException("Failed loading engine name");
      } else if (mark != LIBRARY) {
        throw new RdbFormatException("given type is not a function");
      }
      try {
        codes.add(in.readString());
      } catch (RdbFormatException damaged) {
        throw new RdbFormatException("Failed loading library payload", damaged);
      }
    }
    return codes;
  }
}
