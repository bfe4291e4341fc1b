package io.respite.server.persistence;

import io.respite.server.environment.Storage;
import io.respite.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of files that are being written, as Redis gives them: they hold the process that writes. A
 * process that was killed leaves such a file behind, as large as the data perhaps; the next start
 * removes it, unless the process it names still lives.
 */
final class Unfinished {
  private static final Pattern NAME =
      Pattern.compile("temp-(?:bgsave-|rewriteaof-bg-)?([0-9]{1,18})\\.(?:rdb|aof)");

  private Unfinished() {}

  /** Of SAVE. */
  static String save() {
    return name("", "rdb");
  }

  /** Of BGSAVE. */
  static String saveBeside() {
    return name("bgsave-", "rdb");
  }

  /** Of BGREWRITEAOF. */
  static String rewrite() {
    return name("rewriteaof-bg-", "aof");
  }

  private static String name(String work, String form) {
    return "temp-" + work + ProcessHandle.current().pid() + "." + form;
  }

  /** Removes what processes that are no more have left in a folder, which may be missing. */
  static void removeLeft(Storage storage, Path folder, ServerLog log) {
    if (!storage.exists(folder)) {
      return;
    }
    try {
      for (Path file : storage.list(folder)) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (matcher.matches() && isOfThePast(Long.parseLong(matcher.group(1)))) {
          storage.delete(file);
          log.notice("Removed " + file + ", which a process that has ended did not finish");
        }
      }
    } catch (IOException failed) {
      // It takes room, and nothing else.
      log.warning("Can't remove unfinished files from " + folder + ": " + RdbSaving.reason(failed));
    }
  }

  /** In a container the process that was killed may have had this one's number. */
  private static boolean isOfThePast(long pid) {
    return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
  }
}
