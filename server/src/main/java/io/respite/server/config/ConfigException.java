package io.respite.server.config;

/** A CONFIG command is refused. The message is the text of the error reply, without its code. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
