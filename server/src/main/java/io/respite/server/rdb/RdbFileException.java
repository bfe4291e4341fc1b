package io.respite.server.rdb;

import java.io.IOException;

/** A file is not what it should be; the message says where and why. */
public final class RdbFileException extends IOException {
  private static final long serialVersionUID = 1;

  private final long offset;
  private final String reason;

  RdbFileException(long offset, RdbFileReader.Doing doing, String reason, Throwable cause) {
    super(reason + " (at byte " + offset + ", while reading " + doing.what() + ")", cause);
    this.offset = offset;
    this.reason = reason;
  }

  /** How many bytes had been read by then. */
  public long offset() {
    return offset;
  }

  /** What is wrong, without the place. */
  public String reason() {
    return reason;
  }
}
