package io.respite.server.config;

/**
 * A configuration file, or the options of the command line, cannot be used. The message is
 * complete: several lines that name file, line number and the line itself.
 */
public final class ConfigFileException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigFileException(String message) {
    super(message);
  }
}
