package io.respite.server.rdb;

/** What a file holds beside keys: the bytes that stand where a value's form would. */
final class RdbOpcode {
  /** Valkey: the state of a slot's import; Redis since 8.6: metadata of a key. */
  static final int LATER = 243;

  /** A slot and how many keys it has. */
  static final int SLOT_INFO = 244;

  /** The code of a library of functions. */
  static final int FUNCTION = 245;

  /** The same in preliminary versions of Redis 7. */
  static final int PRELIMINARY_FUNCTION = 246;

  /** What a module keeps beside keys. */
  static final int MODULE_AUX = 247;

  /** Seconds since the next key was used. */
  static final int IDLE = 248;

  /** How often the next key was used, as a logarithmic counter of one byte. */
  static final int FREQUENCY = 249;

  /** A name and a value about the file as a whole. */
  static final int AUX = 250;

  /** How many keys the database has, and how many of them have deadlines. */
  static final int RESIZE = 251;

  /** The next key's deadline in milliseconds. */
  static final int DEADLINE_MILLIS = 252;

  /** The next key's deadline in seconds. */
  static final int DEADLINE_SECONDS = 253;

  /** The number of the database that the next keys are in. */
  static final int SELECT = 254;

  static final int END = 255;

  private RdbOpcode() {}
}
