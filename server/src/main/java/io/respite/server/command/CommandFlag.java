package io.respite.server.command;

import java.util.Locale;

/**
 * What COMMAND INFO tells of a command ("Command flags", redis.io/docs); the names reach clients.
 */
public enum CommandFlag {
  WRITE,
  READONLY,
  DENYOOM,
  ADMIN,
  PUBSUB,
  NOSCRIPT,
  BLOCKING,
  LOADING,
  STALE,
  SKIP_MONITOR,
  SKIP_SLOWLOG,
  ASKING,
  FAST,
  NO_AUTH,
  MAY_REPLICATE,
  NO_MANDATORY_KEYS,
  NO_ASYNC_LOADING,
  NO_MULTI,
  MOVABLEKEYS,
  ALLOW_BUSY;

  private final String lowerCase = name().toLowerCase(Locale.ROOT);

  /** The name that clients see. */
  public String flagName() {
    return lowerCase;
  }
}
