package io.respite.server.rdb;

import io.respite.server.type.StringValue;

/** Form 0: one string. */
final class StringFormat extends ObjectFormat<StringValue> {
  /** Strings up to this length are written as one: they may be numbers, or cost nothing much. */
  private static final int WHOLE = 1 << 16;

  @Override
  Class<StringValue> values() {
    return StringValue.class;
  }

  @Override
  boolean reads(int form) {
    return form == ObjectFormats.STRING;
  }

  @Override
  int form(StringValue value) {
    return ObjectFormats.STRING;
  }

  @Override
  void save(StringValue value, RdbOutput out) {
    if (value.length() <= WHOLE || out.compresses()) {
      out.writeString(value.bytes(), 0, value.length());
    } else {
      out.writeLength(value.length());
      value.forEachPiece(out::writeBytes);
    }
  }

  @Override
  StringValue load(int form, RdbInput in, ObjectFormats.Surroundings surroundings) {
    byte[] bytes = in.readString();
    return new StringValue(surroundings.limits().cuts(), bytes, 0, bytes.length);
  }
}
