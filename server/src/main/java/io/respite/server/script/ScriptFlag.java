package io.respite.server.script;

import java.util.Locale;

/** What a script says of itself in its first line ("Script flags", redis.io/docs). */
enum ScriptFlag {
  /** It changes nothing. */
  NO_WRITES,
  /** It may run although memory is at an end. */
  ALLOW_OOM,
  /** It may run on a replica that has lost its primary. */
  ALLOW_STALE,
  /** It must not run in a cluster. */
  NO_CLUSTER,
  /** It may touch keys of several slots. */
  ALLOW_CROSS_SLOT_KEYS;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The word that scripts and clients use. */
  String word() {
    return word;
  }

  /** The flag of a word, or null. */
  static ScriptFlag of(String word) {
    for (ScriptFlag flag : values()) {
      if (flag.word.equals(word)) {
        return flag;
      }
    }
    return null;
  }
}
