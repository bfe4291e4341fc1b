package io.respite.server.rdb;

import io.respite.server.encoding.Crc64;
import io.respite.server.type.Value;

/**
 * What DUMP answers and RESTORE takes.
 *
 * <pre>
 *   form | value | version u16le | CRC-64 of all before, u64le
 * </pre>
 */
public final class DumpPayload {
  private static final int VERSION_BYTES = 2;
  private static final int CRC_BYTES = 8;
  static final int FOOTER = VERSION_BYTES + CRC_BYTES;

  private DumpPayload() {}

  /**
   * The payload of a value.
   *
   * @throws RdbFormatException when it would have more than {@code most} bytes
   */
  public static byte[] of(Value value, long most) {
    RdbOutput out = new RdbOutput(true, most);
    out.writeByte(ObjectFormats.form(value));
    ObjectFormats.save(value, out);
    return finish(out, ObjectFormats.version(value));
  }

  /**
   * The payload of a string.
   *
   * @throws RdbFormatException when it would have more than {@code most} bytes
   */
  public static byte[] ofString(byte[] bytes, int offset, int length, long most) {
    RdbOutput out = new RdbOutput(true, most);
    out.writeByte(ObjectFormats.STRING);
    out.writeString(bytes, offset, length);
    return finish(out, ObjectFormat.COMMON_VERSION);
  }

  static byte[] finish(RdbOutput out, int version) {
    out.writeLittleEndian(version, VERSION_BYTES);
    out.writeLittleEndian(Crc64.update(0, out.buffer(), 0, out.size()), CRC_BYTES);
    return out.toByteArray();
  }

  /** Whether a payload is of a version that is read here, and its check is right. */
  public static boolean isIntact(byte[] payload) {
    if (payload.length < FOOTER) {
      return false;
    }
    int content = payload.length - FOOTER;
    RdbInput footer = RdbInput.of(payload, content, FOOTER, FOOTER);
    long version = footer.readLittleEndian(VERSION_BYTES) & 0xFFFF;
    long crc = footer.readLittleEndian(CRC_BYTES);
    return (version <= ObjectFormats.NEWEST_VERSION || version == ObjectFormats.VALKEY_VERSION)
        && crc == Crc64.update(0, payload, 0, content + VERSION_BYTES);
  }

  /**
   * The value of an {@linkplain #isIntact intact} payload.
   *
   * @throws RdbFormatException when it makes no sense all the same
   */
  public static Value load(byte[] payload, ObjectFormats.Surroundings surroundings) {
    int content = payload.length - FOOTER;
    long version =
        RdbInput.of(payload, content, FOOTER, FOOTER).readLittleEndian(VERSION_BYTES) & 0xFFFF;
    RdbInput in = RdbInput.of(payload, 0, content, surroundings.longestString());
    int form = ObjectFormats.form(in.readByte(), version == ObjectFormats.VALKEY_VERSION);
    Value value = ObjectFormats.load(form, in, surroundings);
    if (in.remaining() > 0) {
      throw new RdbFormatException(in.remaining() + " bytes behind the value");
    }
    return value;
  }
}
