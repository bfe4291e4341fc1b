package io.respite.server.command;

import java.util.Locale;

/**
 * The chapter of the command reference that a command belongs to; the names reach clients by
 * COMMAND DOCS.
 */
public enum CommandGroup {
  GENERIC,
  STRING,
  LIST,
  SET,
  SORTED_SET,
  HASH,
  PUBSUB,
  TRANSACTIONS,
  CONNECTION,
  SERVER,
  SCRIPTING,
  HYPERLOGLOG,
  CLUSTER,
  SENTINEL,
  GEO,
  STREAM,
  BITMAP;

  /** The name that clients see, with a hyphen. */
  public String groupName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
