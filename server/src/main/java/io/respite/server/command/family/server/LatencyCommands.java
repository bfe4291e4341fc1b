package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.command.Reply;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Directives;
import io.respite.server.metrics.LatencyMonitor;
import io.respite.server.metrics.LatencyMonitor.Event;
import io.respite.server.metrics.LatencyMonitor.History;
import io.respite.server.metrics.LatencyMonitor.Sample;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * LATENCY: what took at least {@code latency-monitor-threshold} milliseconds, and how long each
 * command takes.
 */
public final class LatencyCommands {
  private static final int GRAPH_COLUMNS = 80;

  /** The least duration that HISTOGRAM tells apart is 2^10 nanoseconds. */
  private static final int SMALLEST_POWER = 10;

  /** Durations of HISTOGRAM are rounded up to two digits: to a 128th of their power of two. */
  private static final int PRECISION_BITS = 7;

  private static final String ABOUT_PAUSES =
      "A pause of the garbage collector looks as if whatever it met took long: compare with"
          + " -Xlog:gc in RESPITE_JAVA_OPTS.";

  private final Instance instance;
  private final LatencyMonitor monitor;

  /** The family; follows the directive. */
  public LatencyCommands(Instance instance) throws BadValueException {
    this.instance = instance;
    this.monitor = instance.latency();
    instance
        .config()
        .follow(
            Directives.LATENCY_MONITOR_THRESHOLD,
            millis -> {
              monitor.threshold(millis);
              instance.dispatcher().onLong(monitor.thresholdNanos(), this::executed);
            });
  }

  private void executed(Call call, long nanos) {
    // What EXEC took is told of the commands that it executed.
    if (!call.command().fullName().equals("exec")) {
      monitor.took(call.command().is(FAST) ? Event.FAST_COMMAND : Event.COMMAND, nanos, call.now());
    }
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        row("latency", -2, "2.8.13")
            .complexity("Depends on subcommand.")
            .summary("A container for commands about what took long.")
            .subcommand(
                asker("doctor", 2, "2.8.13")
                    .complexity("O(1)")
                    .summary("Says in words what took long, and what may help.")
                    .tip("response_policy:special")
                    .handler(this::doctor))
            .subcommand(
                asker("graph", 3, "2.8.13")
                    .complexity("O(1)")
                    .summary("Draws how long an event took of late.")
                    .syntax("event")
                    .tip("response_policy:special")
                    .handler(this::graph))
            .subcommand(Help.row("2.8.13"))
            .subcommand(
                asker("histogram", -2, "7.0.0")
                    .complexity(
                        "O(N) where N is the number of commands with latency information being"
                            + " retrieved.")
                    .summary("Answers how often commands took how long.")
                    .syntax("[command [command ...]]")
                    .tip("response_policy:special")
                    .handler(this::histogram))
            .subcommand(
                asker("history", 3, "2.8.13")
                    .complexity("O(1)")
                    .summary("Answers when an event took how long.")
                    .syntax("event")
                    .tip("response_policy:special")
                    .handler(this::history))
            .subcommand(
                asker("latest", 2, "2.8.13")
                    .complexity("O(1)")
                    .summary("Answers of each event when it last took long, and how long.")
                    .tip("response_policy:special")
                    .handler(this::latest))
            .subcommand(
                row("reset", -2, "2.8.13")
                    .flags(ADMIN, NOSCRIPT, LOADING, STALE)
                    .complexity("O(1)")
                    .summary("Forgets what took long.")
                    .syntax("[event [event ...]]")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:agg_sum")
                    .handler(this::reset)));
  }

  private static Command row(String name, int arity, String since) {
    return Command.named(name).group(CommandGroup.SERVER).since(since).arity(arity);
  }

  private static Command asker(String name, int arity, String since) {
    return row(name, arity, since)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .tip("nondeterministic_output")
        .tip("request_policy:all_nodes");
  }

  private void latest(Call call) {
    List<History> all = monitor.all();
    Reply reply = call.reply();
    reply.array(all.size());
    for (History history : all) {
      reply.array(4);
      reply.bulk(history.event());
      reply.integer(history.latest().second());
      reply.integer(history.latest().millis());
      reply.integer(history.longestMillis());
    }
  }

  private void history(Call call) {
    History history = monitor.history(call.text(2));
    List<Sample> samples = history == null ? List.of() : history.samples();
    Reply reply = call.reply();
    reply.array(samples.size());
    for (Sample sample : samples) {
      reply.array(2);
      reply.integer(sample.second());
      reply.integer(sample.millis());
    }
  }

  private void reset(Call call) {
    int forgotten = 0;
    if (call.count() == 2) {
      for (History history : monitor.all()) {
        forgotten += monitor.reset(history.event()) ? 1 : 0;
      }
    }
    for (int i = 2; i < call.count(); i++) {
      forgotten += monitor.reset(call.text(i)) ? 1 : 0;
    }
    call.reply().integer(forgotten);
  }

  // ---- the histogram

  private void histogram(Call call) {
    // A command that is named more than once is answered once: the reply has bounds.
    Set<Command> shown = new LinkedHashSet<>();
    if (call.count() == 2) {
      instance.dispatcher().table().commands().forEach(command -> addUsed(command, shown));
    }
    for (int i = 2; i < call.count(); i++) {
      Command command = named(call.text(i));
      if (command != null) {
        addUsed(command, shown);
      }
    }
    Reply reply = call.reply();
    reply.map(shown.size());
    for (Command command : shown) {
      write(reply, command);
    }
  }

  /** The command of this full name, as {@code config|get}; null when there is none. */
  private Command named(String fullName) {
    String[] names = fullName.toLowerCase(Locale.ROOT).split("\\|", 2);
    Command command = instance.dispatcher().table().find(names[0]);
    return command == null || names.length == 1 ? command : command.subcommands().get(names[1]);
  }

  private static void addUsed(Command command, Set<Command> used) {
    if (command.statistics().calls > 0) {
      used.add(command);
    }
    command.subcommands().values().forEach(child -> addUsed(child, used));
  }

  private static void write(Reply reply, Command command) {
    long[] cumulated = command.statistics().cumulated();
    reply.bulk(command.fullName());
    reply.map(2);
    reply.bulk("calls");
    reply.integer(command.statistics().calls);
    reply.bulk("histogram_usec");
    long different = Arrays.stream(cumulated).filter(count -> count > 0).distinct().count();
    reply.map(different);
    long before = 0;
    for (int i = 0; i < cumulated.length; i++) {
      if (cumulated[i] > before) {
        int power = SMALLEST_POWER + i;
        long nanos = (1L << power) + (1L << (power - PRECISION_BITS)) - 1;
        reply.integer(nanos / 1000);
        reply.integer(cumulated[i]);
        before = cumulated[i];
      }
    }
  }

  // ---- for people

  private void graph(Call call) {
    History history = monitor.history(call.text(2));
    if (history == null) {
      throw new CommandError("ERR No samples available for event '" + call.quoted(2) + "'");
    }
    long now = call.now() / 1000;
    List<Sample> samples = history.samples();
    List<Sample> shown =
        samples.subList(Math.max(0, samples.size() - GRAPH_COLUMNS), samples.size());
    long high = shown.stream().mapToLong(Sample::millis).max().orElse(0);
    long low = shown.stream().mapToLong(Sample::millis).min().orElse(0);
    String text =
        "%s - high %d ms, low %d ms (all time high %d ms)\n"
                .formatted(history.event(), high, low, history.longestMillis())
            + "-".repeat(GRAPH_COLUMNS)
            + "\n";
    long[] heights = shown.stream().mapToLong(Sample::millis).toArray();
    List<String> labels = shown.stream().map(sample -> age(now - sample.second())).toList();
    call.reply().verbatim("txt", text + LatencyGraph.draw(heights, labels));
  }

  /** How long ago something was, as short as can be. */
  private static String age(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  private void doctor(Call call) {
    call.reply().verbatim("txt", diagnosis());
  }

  private String diagnosis() {
    List<History> all = monitor.all();
    if (all.isEmpty()) {
      return monitor.thresholdNanos() == Long.MAX_VALUE
          ? "Nothing is watched: latency-monitor-threshold is 0. Set it to the milliseconds that are"
              + " too many, for example: CONFIG SET latency-monitor-threshold 100\n"
          : "Nothing has taken as long as latency-monitor-threshold says.\n";
    }
    StringBuilder text = new StringBuilder("What took long:\n\n");
    for (History history : all) {
      List<Sample> samples = history.samples();
      double mean = samples.stream().mapToLong(Sample::millis).average().orElse(0);
      double deviation =
          samples.stream()
              .mapToDouble(sample -> Math.abs(sample.millis() - mean))
              .average()
              .orElse(0);
      long seconds = history.latest().second() - samples.get(0).second();
      text.append(
          String.format(
              Locale.ROOT,
              "- %s: in %d seconds of the last %d; %.0f ms on average (mean deviation %.0f ms),"
                  + " %d ms at most.\n",
              history.event(),
              samples.size(),
              seconds + 1,
              mean,
              deviation,
              history.longestMillis()));
    }
    text.append("\nWhat may help:\n\n");
    for (History history : all) {
      text.append("- ").append(advice(history.event())).append('\n');
    }
    return text.append("- ").append(ABOUT_PAUSES).append('\n').toString();
  }

  private static String advice(String event) {
    if (event.equals(Event.COMMAND.text())) {
      return "command: SLOWLOG GET names the requests, LATENCY HISTOGRAM the commands. Ask for large"
          + " collections in parts (SCAN, HSCAN, ZRANGE with LIMIT) and not at once.";
    }
    if (event.equals(Event.FAST_COMMAND.text())) {
      return "fast-command: these take microseconds by themselves, so the machine was elsewhere:"
          + " look for other processes, and for a processor quota of the container.";
    }
    if (event.equals(Event.EXPIRE_CYCLE.text())) {
      return "expire-cycle: many entries expired at one moment. Times to live that differ by a random"
          + " part expire one after the other.";
    }
    return "eviction-cycle: writes come faster than room is made for them. Give it more maxmemory, or"
        + " entries times to live.";
  }
}
