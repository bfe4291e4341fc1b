package io.respite.server.command.family.generic;

import io.respite.server.environment.Dialer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The server that keys are moved to: sends it commands, several at once, and reads its answers. */
final class MigrateTarget implements AutoCloseable {
  /** Longest answer that is read; it is an error, or OK. */
  private static final int LONGEST_LINE = 1 << 16;

  private final Dialer.Stream stream;
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[4096];
  private int at;
  private int end;

  MigrateTarget(Dialer.Stream stream) {
    this.stream = stream;
  }

  /** Adds a command to what is to be sent. */
  void add(byte[]... words) {
    line('*', words.length);
    for (byte[] word : words) {
      line('$', word.length);
      unsent.writeBytes(word);
      unsent.write('\r');
      unsent.write('\n');
    }
  }

  private void line(char type, int number) {
    unsent.writeBytes(
        (type + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Bytes that wait to be sent. */
  int unsentBytes() {
    return unsent.size();
  }

  /** Sends what was added. */
  void send() throws IOException {
    stream.write(unsent.toByteArray());
    unsent.reset();
  }

  /** The next answer: null when all is well, else the error without its minus sign. */
  String receiveError() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = next(); b != '\n'; b = next()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("the answer is longer than " + LONGEST_LINE + " bytes");
      }
      line.append((char) b);
    }
    String answer = line.toString().stripTrailing();
    return answer.startsWith("-") ? answer.substring(1) : null;
  }

  private int next() throws IOException {
    if (at == end) {
      end = stream.read(buffer);
      at = 0;
    }
    return buffer[at++] & 0xFF;
  }

  @Override
  public void close() {
    stream.close();
  }
}
