package io.respite.server.command.family.sort;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.Parse;
import java.util.ArrayList;
import java.util.List;

/** What stands behind the key in a SORT request. */
final class SortOptions {
  /** What to order by; null for the elements themselves. */
  SortPattern by;

  /** Whether the order of the collection is kept: BY a pattern that names no key per element. */
  boolean unsorted;

  boolean descending;
  boolean alphabetic;
  long offset;
  long count = -1;

  /** What to answer for each element; empty for the element itself. */
  final List<SortPattern> get = new ArrayList<>();

  /** The argument that names where the result goes; 0 for the client. */
  int store;

  /**
   * Reads the options.
   *
   * @param readOnly whether STORE is unknown here
   * @throws CommandError when one is unknown or incomplete, or a limit is no number
   */
  static SortOptions parse(Call call, boolean readOnly) {
    SortOptions o = new SortOptions();
    for (int i = 2; i < call.count(); i++) {
      int left = call.count() - i - 1;
      if (call.is(i, "asc")) {
        o.descending = false;
      } else if (call.is(i, "desc")) {
        o.descending = true;
      } else if (call.is(i, "alpha")) {
        o.alphabetic = true;
      } else if (call.is(i, "limit") && left >= 2) {
        o.offset = Parse.integer(call, ++i);
        o.count = Parse.integer(call, ++i);
      } else if (call.is(i, "store") && left >= 1 && !readOnly) {
        o.store = ++i;
      } else if (call.is(i, "by") && left >= 1) {
        o.by = new SortPattern(call.bytes(++i));
        // Once one of several names no key, none counts.
        o.unsorted |= !o.by.hasStar();
      } else if (call.is(i, "get") && left >= 1) {
        o.get.add(new SortPattern(call.bytes(++i)));
      } else {
        throw CommandError.syntax();
      }
    }
    return o;
  }

  /** Whether a field of some hash is read: it may be past its deadline and not yet removed. */
  boolean readsFields() {
    return (by != null && by.namesField()) || get.stream().anyMatch(SortPattern::namesField);
  }
}
