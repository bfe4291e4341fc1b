package io.respite.server.log;

import io.respite.server.environment.Clock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * Writes lines as Redis does: {@code 1234:M 21 Nov 2026 03:30:00.123 * message}.
 *
 * <p>What comes from a client goes through {@link #escaped} first, so that one event stays one line
 * and no terminal is fooled. Any thread may log; a line is one write to the sink.
 */
public final class ServerLog {
  /** How much a line matters; the mark stands between date and message. */
  public enum Level {
    /** A lot of information, for development. */
    DEBUG('.'),
    /** Many rarely useful lines. */
    VERBOSE('-'),
    /** What an operator wants to know. */
    NOTICE('*'),
    /** What an operator has to know. */
    WARNING('#'),
    /** As a threshold: no line at all. */
    NOTHING(' ');

    private final char mark;

    Level(char mark) {
      this.mark = mark;
    }
  }

  /** Where lines go; each ends with a newline. Called by one thread at a time. */
  @FunctionalInterface
  public interface Sink {
    /** Writes the bytes of one or several whole lines. A sink that cannot write says nothing. */
    void write(Level level, byte[] lines);

    /** Whether lines begin with process, date and level, because nobody else adds them. */
    default boolean wantsStamp() {
      return true;
    }
  }

  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };
  private static final int LONGEST_QUOTE = 128;
  private static final int LOWEST_DIRECTION_MARK = 0x202A;
  private static final int HIGHEST_DIRECTION_MARK = 0x202E;

  private final Clock clock;
  private final long pid;
  private final ZoneId zone = ZoneId.systemDefault();
  private volatile Sink sink;
  private volatile Level threshold = Level.NOTICE;

  /** A log of the process {@code pid} that shows lines from NOTICE on. */
  public ServerLog(Clock clock, long pid, Sink sink) {
    this.clock = clock;
    this.pid = pid;
    this.sink = sink;
  }

  /** Lets lines go elsewhere from now on. */
  public void sink(Sink newSink) {
    sink = newSink;
  }

  /** Hides lines below a level. */
  public void threshold(Level level) {
    threshold = level;
  }

  /** Whether lines of this level are shown. */
  public boolean shows(Level level) {
    return level.compareTo(threshold) >= 0 && level != Level.NOTHING;
  }

  /** Logs for development. */
  public void debug(String message) {
    log(Level.DEBUG, message);
  }

  /** Logs a detail. */
  public void verbose(String message) {
    log(Level.VERBOSE, message);
  }

  /** Logs what an operator wants to know. */
  public void notice(String message) {
    log(Level.NOTICE, message);
  }

  /** Logs what an operator has to know. */
  public void warning(String message) {
    log(Level.WARNING, message);
  }

  /** Logs what an operator has to know, with the place where it went wrong. */
  public void warning(String message, Throwable cause) {
    StringBuilder text = new StringBuilder(message).append(": ").append(cause);
    for (StackTraceElement frame : cause.getStackTrace()) {
      text.append(" | ").append(frame);
    }
    log(Level.WARNING, text.toString());
  }

  /** Logs one line. */
  public void log(Level level, String message) {
    if (shows(level)) {
      boolean stamped = sink.wantsStamp();
      emit(level, stamped ? stamp(level).append(message).append('\n').toString() : message);
    }
  }

  /** Shows text as it is, without date and level. */
  public void raw(Level level, String text) {
    if (shows(level)) {
      emit(level, text);
    }
  }

  private void emit(Level level, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    synchronized (this) {
      sink.write(level, bytes);
    }
  }

  private StringBuilder stamp(Level level) {
    // By hand: a DateTimeFormatter would cost the start of the server tens of milliseconds.
    LocalDateTime now = LocalDateTime.ofInstant(Instant.ofEpochMilli(clock.millis()), zone);
    StringBuilder line = new StringBuilder(128).append(pid).append(":M ");
    padded(line, now.getDayOfMonth(), 2).append(' ');
    line.append(MONTHS[now.getMonthValue() - 1]).append(' ').append(now.getYear()).append(' ');
    padded(line, now.getHour(), 2).append(':');
    padded(line, now.getMinute(), 2).append(':');
    padded(line, now.getSecond(), 2).append('.');
    padded(line, now.getNano() / 1_000_000, 3).append(' ');
    return line.append(level.mark).append(' ');
  }

  private static StringBuilder padded(StringBuilder line, int number, int width) {
    String digits = Integer.toString(number);
    return line.append("0".repeat(width - digits.length())).append(digits);
  }

  /**
   * Text of a client's as it may stand in a log line: at most 128 characters, and control
   * characters, line ends and marks that change the direction of writing as {@code \\uXXXX}.
   */
  public static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length() && i < LONGEST_QUOTE; i++) {
      char c = text.charAt(i);
      boolean direction = c >= LOWEST_DIRECTION_MARK && c <= HIGHEST_DIRECTION_MARK;
      if (Character.isISOControl(c) || direction || Character.isSurrogate(c)) {
        safe.append("\\u").append("%04x".formatted((int) c));
      } else {
        safe.append(c);
      }
    }
    return text.length() > LONGEST_QUOTE ? safe.append("...").toString() : safe.toString();
  }
}
