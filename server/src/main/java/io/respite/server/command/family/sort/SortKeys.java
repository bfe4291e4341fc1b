package io.respite.server.command.family.sort;

import io.respite.server.command.Arguments;
import io.respite.server.command.FoundKey;
import io.respite.server.command.KeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the keys in a SORT request: the one to sort, and the one behind STORE, which may stand
 * anywhere. What BY and GET name depends on the data and is not found.
 */
final class SortKeys {
  private static final KeySpec SOURCE = KeySpec.at(1, KeySpec.Flag.RO, KeySpec.Flag.ACCESS);
  private static final KeySpec DESTINATION = KeySpec.at(1, KeySpec.Flag.OW, KeySpec.Flag.UPDATE);

  private SortKeys() {}

  /** The keys of a request of SORT. */
  static List<FoundKey> find(Arguments request) {
    List<FoundKey> keys = new ArrayList<>(findSource(request));
    int destination = 0;
    for (int i = 2; i < request.count(); i++) {
      if (request.is(i, "limit")) {
        i += 2;
      } else if (request.is(i, "get") || request.is(i, "by")) {
        i++;
      } else if (request.is(i, "store") && i + 1 < request.count()) {
        // Of several, the last one counts.
        destination = ++i;
      }
    }
    if (destination != 0) {
      keys.add(new FoundKey(destination, DESTINATION));
    }
    return keys;
  }

  /** The keys of a request of SORT_RO. */
  static List<FoundKey> findSource(Arguments request) {
    return List.of(new FoundKey(1, SOURCE));
  }
}
