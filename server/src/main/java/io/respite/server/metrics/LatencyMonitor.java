package io.respite.server.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What took long, by event: for each, the longest of each second in which something did, the newest
 * {@value #SAMPLES} of them, as LATENCY shows them ("Redis latency monitoring", redis.io/docs).
 *
 * <p>Safe from any thread; what calls it has just taken milliseconds.
 */
public final class LatencyMonitor {
  /** What can take long. The names reach clients. */
  public enum Event {
    /** A command that is not known to be fast. */
    COMMAND("command"),
    /** A command that says of itself that it is fast. */
    FAST_COMMAND("fast-command"),
    /** Removing what has expired. */
    EXPIRE_CYCLE("expire-cycle"),
    /** Making room below {@code maxmemory}. */
    EVICTION_CYCLE("eviction-cycle");

    private final String text;

    Event(String text) {
      this.text = text;
    }

    /** The name that clients see. */
    public String text() {
      return text;
    }
  }

  /**
   * The longest of a second.
   *
   * @param second since 1970
   * @param millis how long it took
   */
  public record Sample(long second, long millis) {}

  /**
   * What is known of an event.
   *
   * @param samples oldest first, at least one
   * @param longestMillis of all since the event was reset, also of those that are forgotten
   */
  public record History(String event, List<Sample> samples, long longestMillis) {
    /** The newest sample. */
    public Sample latest() {
      return samples.get(samples.size() - 1);
    }
  }

  private static final int SAMPLES = 160;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Map<String, List<Sample>> samples = new TreeMap<>();
  private final Map<String, Long> longest = new TreeMap<>();
  private volatile long thresholdNanos = Long.MAX_VALUE;

  /** Sets from how many milliseconds on something took long; 0 for never. */
  public void threshold(long millis) {
    thresholdNanos =
        millis == 0 || millis > Long.MAX_VALUE / NANOS_PER_MILLI
            ? Long.MAX_VALUE
            : millis * NANOS_PER_MILLI;
  }

  /** From how many nanoseconds on something took long. */
  public long thresholdNanos() {
    return thresholdNanos;
  }

  /** Remembers that something took so long, if that is long. */
  public void took(Event event, long nanos, long nowMillis) {
    if (nanos >= thresholdNanos) {
      remember(event.text, nowMillis / 1000, nanos / NANOS_PER_MILLI);
    }
  }

  private synchronized void remember(String event, long second, long millis) {
    longest.merge(event, millis, Math::max);
    List<Sample> known = samples.computeIfAbsent(event, name -> new ArrayList<>());
    int last = known.size() - 1;
    if (last >= 0 && known.get(last).second == second) {
      known.set(last, new Sample(second, Math.max(known.get(last).millis, millis)));
      return;
    }
    known.add(new Sample(second, millis));
    if (known.size() > SAMPLES) {
      known.remove(0);
    }
  }

  /** What is known of an event, or null when nothing is. */
  public synchronized History history(String event) {
    List<Sample> known = samples.get(event);
    return known == null ? null : new History(event, List.copyOf(known), longest.get(event));
  }

  /** All events of which something is known, by name. */
  public synchronized List<History> all() {
    return samples.keySet().stream().map(this::history).toList();
  }

  /** Forgets an event; whether anything was known of it. */
  public synchronized boolean reset(String event) {
    longest.remove(event);
    return samples.remove(event) != null;
  }
}
