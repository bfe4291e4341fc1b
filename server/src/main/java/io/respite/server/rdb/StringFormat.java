package io.respite.server.rdb;

import io.respite.server.type.StringValue;

/** Form 0: one string. */
final class StringFormat extends ObjectFormat<StringValue> {
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
    out.writeString(value.bytes(), 0, value.length());
  }

  @Override
  StringValue load(int form, RdbInput in, ObjectFormats.Surroundings surroundings) {
    byte[] bytes = in.readString();
    return new StringValue(bytes, 0, bytes.length);
  }
}
