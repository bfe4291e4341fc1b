package io.respite.server.log;

import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands lines to the logging of the application that the engine lives in. */
public final class Slf4jSink implements ServerLog.Sink {
  private final Logger logger = LoggerFactory.getLogger("io.respite.server");

  /** Writes to the logger {@code io.respite.server}. */
  public Slf4jSink() {}

  @Override
  public void write(ServerLog.Level level, byte[] lines) {
    String text = new String(lines, StandardCharsets.UTF_8);
    switch (level) {
      case DEBUG, VERBOSE -> logger.debug(text);
      case NOTICE -> logger.info(text);
      case WARNING, NOTHING -> logger.warn(text);
    }
  }

  @Override
  public boolean wantsStamp() {
    return false;
  }
}
