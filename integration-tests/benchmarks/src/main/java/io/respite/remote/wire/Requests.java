package io.respite.remote.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the requests in a stream of bytes that comes in pieces: arrays of bulk strings, as clients
 * send them, and lines of words. Keeps nothing but the name of the command that it is in.
 */
final class Requests {
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int LONGEST_NAME = 64;

  private enum Part {
    /** At the first byte of a request. */
    START,
    /** In a line that is a whole request. */
    INLINE,
    /** In the number of arguments. */
    ARGUMENTS,
    /** In the length of an argument, or before its dollar sign. */
    LENGTH,
    /** In an argument, or in the line end after it. */
    ARGUMENT
  }

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream name = new ByteArrayOutputStream();
  private Part part = Part.START;
  private long argumentsLeft;
  private long bytesLeft;
  private boolean first;

  /**
   * Takes the next bytes.
   *
   * @return the names, in capitals, of the commands whose requests end in them
   * @throws IOException when they are no requests
   */
  List<String> next(byte[] bytes, int count) throws IOException {
    List<String> complete = new ArrayList<>();
    int at = 0;
    while (at < count) {
      if (part == Part.ARGUMENT) {
        int taken = (int) Math.min(bytesLeft, count - at);
        take(bytes, at, taken);
        at += taken;
        if (bytesLeft == 0) {
          endArgument(complete);
        }
      } else {
        take(bytes[at++], complete);
      }
    }
    return complete;
  }

  /** Whether the bytes so far end with a whole request. */
  boolean isComplete() {
    return part == Part.START;
  }

  private void take(byte next, List<String> complete) throws IOException {
    if (part == Part.START) {
      part = next == '*' ? Part.ARGUMENTS : Part.INLINE;
    }
    if (next != '\n') {
      if (line.size() == LONGEST_LINE) {
        throw new IOException("a request has a line of more than " + LONGEST_LINE + " bytes");
      }
      line.write(next);
      return;
    }
    String text = line.toString(US_ASCII).strip();
    line.reset();
    switch (part) {
      case INLINE -> {
        part = Part.START;
        if (!text.isEmpty()) {
          complete.add(text.split("\\s+", 2)[0].toUpperCase(Locale.ROOT));
        }
      }
      case ARGUMENTS -> {
        argumentsLeft = number(text, '*');
        first = true;
        part = argumentsLeft > 0 ? Part.LENGTH : Part.START;
      }
      case LENGTH -> {
        bytesLeft = number(text, '$') + 2;
        part = Part.ARGUMENT;
      }
      default -> throw new IllegalStateException(part.toString());
    }
  }

  private void take(byte[] bytes, int from, int count) {
    if (first) {
      // The last two bytes are the line end.
      long wanted = Math.min(bytesLeft - 2, LONGEST_NAME - (long) name.size());
      name.write(bytes, from, (int) Math.max(0, Math.min(count, wanted)));
    }
    bytesLeft -= count;
  }

  private void endArgument(List<String> complete) {
    first = false;
    argumentsLeft--;
    part = argumentsLeft > 0 ? Part.LENGTH : Part.START;
    if (argumentsLeft == 0) {
      complete.add(name.toString(US_ASCII).toUpperCase(Locale.ROOT));
      name.reset();
    }
  }

  private static long number(String text, char sign) throws IOException {
    if (!text.isEmpty() && text.charAt(0) == sign) {
      try {
        long number = Long.parseLong(text, 1, text.length(), 10);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException notOne) {
        throw new IOException("a request has '" + text + "' where a number belongs", notOne);
      }
    }
    throw new IOException("a request has '" + text + "' where " + sign + " and a number belong");
  }
}
