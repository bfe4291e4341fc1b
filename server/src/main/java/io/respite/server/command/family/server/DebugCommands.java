package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Handler;
import io.respite.server.config.Directives;
import io.respite.server.keyspace.AccessClock;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.type.ValueDigest;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * DEBUG: for tests of clients and of this server. Off unless {@code enable-debug-command} says
 * otherwise. One row without subcommands, as in Redis.
 */
public final class DebugCommands {
  private static final long LONGEST_SLEEP_SECONDS = 3_600;

  private final Instance instance;
  private final Consumer<Boolean> activeExpiry;
  private final Map<String, Handler> more;

  /**
   * The family.
   *
   * @param activeExpiry switches the removal of dead keys that nobody meets
   * @param more subcommands of others by their names in lower case
   */
  public DebugCommands(
      Instance instance, Consumer<Boolean> activeExpiry, Map<String, Handler> more) {
    this.instance = instance;
    this.activeExpiry = activeExpiry;
    this.more = more;
    instance.config().heed(Directives.ENABLE_DEBUG_COMMAND);
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        Command.named("debug")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(-2)
            .flags(ADMIN, NOSCRIPT, LOADING, STALE)
            .complexity("Depends on subcommand.")
            .summary("A container for debugging commands.")
            .syntax("subcommand [argument ...]")
            .handler(this::debug));
  }

  private void debug(Call call) {
    requirePermission(call);
    String word = call.text(1).toLowerCase(java.util.Locale.ROOT);
    switch (word + "/" + (call.count() - 2)) {
      case "sleep/1" -> sleep(call);
      case "set-active-expire/1" -> {
        activeExpiry.accept(!call.text(2).equals("0"));
        call.reply().ok();
      }
      case "snapshot-checks/1" -> {
        call.keyspace().limits().cuts().checks(!call.text(2).equals("0"));
        call.reply().ok();
      }
      case "object/1", "object/2" -> object(call);
      case "digest/0" -> call.reply().simple(Digest.of(call.keyspace()));
      case "jmap/0" -> histogram(call);
      case "change-repl-id/0",
          "quicklist-packed-threshold/1",
          "stringmatch-len/2",
          "set-disable-deny-scripts/1",
          "replicate/2",
          "pause-cron/1",
          "dict-resizing/1" ->
          call.reply().ok();
      case "help/0" -> help(call);
      default -> {
        if (word.equals("digest-value")) {
          digestValues(call);
          return;
        }
        if (more.containsKey(word)) {
          more.get(word).handle(call);
          return;
        }
        throw new CommandError(
            "ERR unknown subcommand or wrong number of arguments for '"
                + call.text(1)
                + "'. Try DEBUG HELP.");
      }
    }
  }

  /** What the heap holds, class by class, as the virtual machine's own tools show it. */
  private static void histogram(Call call) {
    try {
      Object text =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      call.reply().bulk(text.toString());
    } catch (JMException impossible) {
      throw new CommandError(
          "ERR this virtual machine tells nothing of its heap: " + impossible.getMessage());
    }
  }

  private void requirePermission(Call call) {
    String allowed = instance.config().get(Directives.ENABLE_DEBUG_COMMAND);
    Clients.Traffic traffic = ConnectionCommands.traffic(call.session());
    boolean local = traffic == null || traffic.fromHere();
    if (!allowed.equals("yes") && !(allowed.equals("local") && local)) {
      throw new CommandError(
          "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\","
              + " you can run it from a local connection, otherwise you need to set this option in"
              + " the configuration file, and then restart the server.");
    }
  }

  private static void sleep(Call call) {
    double seconds;
    try {
      seconds = Double.parseDouble(call.text(2));
    } catch (NumberFormatException malformed) {
      seconds = 0;
    }
    long nanos = (long) (Math.max(0, Math.min(seconds, LONGEST_SLEEP_SECONDS)) * 1e9);
    long end = call.keyspace().environment().clock().nanos() + nanos;
    for (long left = nanos; left > 0; left = end - call.keyspace().environment().clock().nanos()) {
      LockSupport.parkNanos(left);
    }
    call.reply().ok();
  }

  private static void object(Call call) {
    Object entry = call.peek(2);
    if (entry == null) {
      throw new CommandError("ERR no such key");
    }
    AccessClock clock = call.keyspace().accessClock();
    int access = Database.access(entry);
    long bytes = entry instanceof byte[] record ? record.length : heapBytes(entry);
    call.reply()
        .simple(
            "Value at:0x%012x refcount:1 encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d"
                .formatted(
                    System.identityHashCode(entry),
                    Database.encoding(entry),
                    bytes,
                    access,
                    clock.idleSeconds(access, call.now())));
  }

  private static long heapBytes(Object entry) {
    return ((KeyEntry) entry).value().heapBytes();
  }

  private static void digestValues(Call call) {
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      Object entry = call.peek(i);
      call.reply().simple(entry == null ? ValueDigest.NOTHING : Digest.ofValue(entry));
    }
  }

  private static void help(Call call) {
    List<String> lines =
        List.of(
            "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "DIGEST",
            "    Answers a checksum of all keys and what they hold.",
            "DIGEST-VALUE <key> [<key> ...]",
            "    Answers a checksum of what each key holds.",
            "OBJECT <key>",
            "    Describes how a key's value is stored.",
            "RELOAD [NOSAVE] [NOFLUSH] [MERGE]",
            "    Saves all databases and loads them again. NOSAVE loads the file that is there;",
            "    NOFLUSH keeps what is in memory, unless a key is in both; MERGE takes the file's.",
            "SET-ACTIVE-EXPIRE <0|1>",
            "    Switches the removal of expired keys that nobody asks for.",
            "SLEEP <seconds>",
            "    Stops the server for some time; decimals are allowed.",
            "HELP",
            "    Prints this help.");
    call.reply().array(lines.size());
    lines.forEach(call.reply()::simple);
  }
}
