package io.respite.server.command;

import io.respite.server.encoding.Glob;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The options of SCAN, HSCAN, SSCAN and ZSCAN. */
public final class ScanOptions {
  /** Which command's options are understood. */
  public enum Kind {
    /** SCAN's: MATCH, COUNT and TYPE. */
    KEYS,
    /** HSCAN's: MATCH, COUNT and NOVALUES. */
    HASH,
    /** SSCAN's and ZSCAN's: MATCH and COUNT. */
    MEMBERS
  }

  private static final int DEFAULT_COUNT = 10;

  private byte[] pattern;
  private long count = DEFAULT_COUNT;
  private String type;
  private boolean values = true;

  private ScanOptions() {}

  /**
   * Reads the options from argument {@code from} to the last.
   *
   * @throws CommandError when one is unknown, incomplete or not of this kind
   */
  public static ScanOptions parse(Call call, int from, Kind kind) {
    ScanOptions o = new ScanOptions();
    for (int i = from; i < call.count(); i++) {
      boolean more = i + 1 < call.count();
      if (call.is(i, "count") && more) {
        o.count = Parse.integer(call, ++i);
        if (o.count < 1) {
          throw CommandError.syntax();
        }
      } else if (call.is(i, "match") && more) {
        byte[] given = call.bytes(++i);
        o.pattern = Glob.matchesEverything(given) ? null : given;
      } else if (call.is(i, "type") && more && kind == Kind.KEYS) {
        o.type = new String(call.bytes(++i), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
      } else if (call.is(i, "novalues")) {
        if (kind != Kind.HASH) {
          throw new CommandError("ERR NOVALUES option can only be used in HSCAN");
        }
        o.values = false;
      } else {
        throw CommandError.syntax();
      }
    }
    return o;
  }

  /** Roughly how many elements to look at. */
  public long count() {
    return count;
  }

  /** Whether values are answered beside names. */
  public boolean values() {
    return values;
  }

  /** Whether an entry of this type is asked for. */
  public boolean wantsType(String name) {
    return type == null || type.equals(name);
  }

  /** Whether a name is asked for. */
  public boolean matches(byte[] bytes, int offset, int length) {
    return pattern == null
        || Glob.matches(pattern, 0, pattern.length, bytes, offset, length, false);
  }
}
