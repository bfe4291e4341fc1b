package io.respite.server.aof;

import java.io.IOException;

/** A manifest is not what it should be; the message is Redis's. */
public final class AofManifestException extends IOException {
  private static final long serialVersionUID = 1;

  private final int lineNumber;
  private final String line;

  AofManifestException(String message, int lineNumber, String line) {
    super(message);
    this.lineNumber = lineNumber;
    this.line = line;
  }

  /** The number of the line that is wrong, from 1; 0 when it is none in particular. */
  public int lineNumber() {
    return lineNumber;
  }

  /**
   * The line that is wrong, without the white space at both sides, one char a byte. Empty when it
   * could not be read as a line.
   */
  public String line() {
    return line;
  }
}
