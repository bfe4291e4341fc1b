package io.respite.server.aof;

import java.io.IOException;

/** A file of commands is not what it should be; the message says where and why. */
public final class AofFileException extends IOException {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Kind {
    /** The file ends in the middle of something, as one does that was being written. */
    TRUNCATED,
    /** What is there makes no sense. */
    MALFORMED,
    /** What is there makes sense but is not what was written. */
    CHECKSUM
  }

  private final Kind kind;
  private final long offset;
  private final String reason;

  AofFileException(Kind kind, long offset, String reason) {
    super(reason + " (at byte " + offset + ")");
    this.kind = kind;
    this.offset = offset;
    this.reason = reason;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** Where it was noticed: a byte of the file, from 0. */
  public long offset() {
    return offset;
  }

  /** What is wrong in words, without the place. */
  public String reason() {
    return reason;
  }
}
