package io.respite.server.command.family.server;

import io.respite.server.command.Arguments;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.FoundKey;
import io.respite.server.command.KeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds the keys in a request by the command's key specifications or function. */
public final class KeyFinder {
  private KeyFinder() {}

  /**
   * The keys in a request whose number of arguments is right.
   *
   * @throws CommandError when a number of keys in the request is none, or does not fit
   */
  public static List<FoundKey> find(Command command, Arguments request) {
    if (command.keyFunction() != null) {
      return command.keyFunction().find(request);
    }
    List<FoundKey> keys = new ArrayList<>();
    for (KeySpec spec : command.keySpecs()) {
      int begin = begin(spec, request);
      if (begin <= 0 || begin >= request.count()) {
        continue;
      }
      int before = keys.size();
      if (spec.keyCount() >= 0) {
        counted(spec, begin, request, keys);
        requireOne(command, keys.size() == before);
      } else {
        range(spec, begin, request, keys);
      }
    }
    return keys;
  }

  /** Where a specification's keys begin; 0 when its keyword is not there. */
  private static int begin(KeySpec spec, Arguments request) {
    if (spec.keyword().isEmpty()) {
      return spec.begin();
    }
    String word = spec.keyword().toLowerCase(Locale.ROOT);
    boolean backwards = spec.begin() < 0;
    int step = backwards ? -1 : 1;
    int from = backwards ? request.count() + spec.begin() : spec.begin();
    for (int i = from; i > 0 && i < request.count(); i += step) {
      if (request.is(i, word)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** A number of keys may be 0 only where the command makes do without keys. */
  private static void requireOne(Command command, boolean none) {
    if (none && !command.is(CommandFlag.NO_MANDATORY_KEYS)) {
      throw new CommandError("ERR Invalid arguments specified for command");
    }
  }

  private static void range(KeySpec spec, int begin, Arguments request, List<FoundKey> keys) {
    int last = spec.last() >= 0 ? begin + spec.last() : request.count() + spec.last();
    if (spec.last() == -1 && spec.limit() > 1) {
      last = begin + (request.count() - begin) / spec.limit() - 1;
    }
    for (int i = begin; i <= last && i < request.count(); i += spec.step()) {
      keys.add(new FoundKey(i, spec));
    }
  }

  private static void counted(KeySpec spec, int begin, Arguments request, List<FoundKey> keys) {
    int at = begin + spec.keyCount();
    long count = at < request.count() ? number(request.text(at)) : -1;
    int first = begin + spec.first();
    if (count < 0 || count > (request.count() - (long) first) / spec.step()) {
      throw new CommandError("ERR Invalid arguments specified for command");
    }
    for (int i = 0; i < count; i++) {
      keys.add(new FoundKey(first + i * spec.step(), spec));
    }
  }

  private static long number(String text) {
    return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
  }
}
