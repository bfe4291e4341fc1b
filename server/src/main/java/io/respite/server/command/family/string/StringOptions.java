package io.respite.server.command.family.string;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.Parse;

/**
 * The options of SET, GETEX and MSETEX. Reading them finds words that are unknown or exclude each
 * other; the time itself is read by {@link #deadline}, because GETEX looks at the key in between.
 */
final class StringOptions {
  boolean onlyNew;
  boolean onlyOld;
  boolean get;
  boolean keep;
  boolean persist;

  /** What the old string must be like; null for anything. */
  StringCondition condition;

  private int timeAt;
  private boolean seconds;
  private boolean absolute;

  private StringOptions() {}

  /** Whose options they are. */
  enum Grammar {
    SET,
    GETEX,
    MSETEX
  }

  /** Reads the arguments from {@code from} on. */
  static StringOptions parse(Call call, int from, Grammar grammar) {
    StringOptions o = new StringOptions();
    boolean stores = grammar != Grammar.GETEX;
    for (int i = from; i < call.count(); i++) {
      boolean more = i + 1 < call.count();
      if (stores && call.is(i, "nx") && !o.onlyOld && o.condition == null) {
        o.onlyNew = true;
      } else if (stores && call.is(i, "xx") && !o.onlyNew && o.condition == null) {
        o.onlyOld = true;
      } else if (grammar == Grammar.SET && call.is(i, "get")) {
        o.get = true;
      } else if (stores && call.is(i, "keepttl") && o.timeAt == 0) {
        o.keep = true;
      } else if (!stores && call.is(i, "persist") && o.timeAt == 0) {
        o.persist = true;
      } else if (more && !o.keep && !o.persist && o.takesTime(call, i)) {
        o.timeAt = ++i;
      } else if (grammar == Grammar.SET && more && o.takesCondition(call, i)) {
        i++;
      } else {
        throw CommandError.syntax();
      }
    }
    return o;
  }

  /** Whether argument {@code i} announces a condition, and it is the only one. */
  private boolean takesCondition(Call call, int i) {
    if (onlyNew || onlyOld || condition != null) {
      return false;
    }
    condition = StringCondition.at(call, i);
    return condition != null;
  }

  /** Whether argument {@code i} announces a time, of the same kind if there was one before. */
  private boolean takesTime(Call call, int i) {
    boolean inSeconds = call.is(i, "ex") || call.is(i, "exat");
    boolean fromEpoch = call.is(i, "exat") || call.is(i, "pxat");
    if (!inSeconds && !fromEpoch && !call.is(i, "px")) {
      return false;
    }
    if (timeAt != 0 && (inSeconds != seconds || fromEpoch != absolute)) {
      return false;
    }
    seconds = inSeconds;
    absolute = fromEpoch;
    return true;
  }

  /** Whether a time was given. */
  boolean expires() {
    return timeAt != 0;
  }

  /** The deadline in milliseconds since 1970, 0 when no time was given. */
  long deadline(Call call) {
    return timeAt == 0 ? 0 : Parse.expiry(call, timeAt, seconds, absolute);
  }
}
