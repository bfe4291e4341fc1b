package io.respite.server.persistence;

import io.respite.server.command.InfoSection;
import io.respite.server.command.Session;
import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Baton;
import java.util.function.LongSupplier;

/**
 * That data is being loaded, and how far. Who loads holds the baton, and passes it now and then to
 * those who wait for it: they get an answer, if only that they have to wait.
 */
final class Loading {
  private final Clock clock;
  private final Baton baton;
  private volatile boolean underWay;
  private LongSupplier total = () -> 0;
  private LongSupplier position = () -> 0;
  private long beganMillis;
  private long keysLoaded;
  private long keysExpired;

  Loading(Clock clock, Baton baton) {
    this.clock = clock;
    this.baton = baton;
  }

  void begin() {
    if (!underWay) {
      beganMillis = clock.millis();
      underWay = true;
    }
  }

  void end() {
    underWay = false;
    total = () -> 0;
    position = () -> 0;
  }

  boolean underWay() {
    return underWay;
  }

  /** Whether a session is one that executes what is being loaded. */
  boolean isOwn(Session session) {
    return session.connection() == Session.Connection.NONE;
  }

  /** Says how much there is to load, and how much of it has been, in bytes. */
  void of(LongSupplier all, LongSupplier done) {
    total = all;
    position = done;
  }

  /** Between two keys or commands: lets those have the baton who wait. */
  void pause(long bytes) {
    if (underWay && baton.wanted()) {
      baton.rest();
    }
  }

  /** What the last RDB file held. */
  void loaded(long keys, long expired) {
    keysLoaded = keys;
    keysExpired = expired;
  }

  // ---- figures

  void state(InfoSection.Lines lines) {
    lines.add("loading", underWay ? 1 : 0).add("async_loading", 0);
  }

  void last(InfoSection.Lines lines) {
    lines
        .add("rdb_last_load_keys_expired", keysExpired)
        .add("rdb_last_load_keys_loaded", keysLoaded);
  }

  void progress(InfoSection.Lines lines) {
    if (!underWay) {
      return;
    }
    long all = total.getAsLong();
    long done = position.getAsLong();
    long seconds = Math.max(1, (clock.millis() - beganMillis) / 1000);
    long left = done == 0 ? 1 : Math.max(0, (all - done) * seconds / done);
    lines
        .add("loading_start_time", beganMillis / 1000)
        .add("loading_total_bytes", all)
        .add("loading_rdb_used_mem", 0)
        .add("loading_loaded_bytes", done)
        .add(
            "loading_loaded_perc",
            String.format(java.util.Locale.ROOT, "%.2f", all == 0 ? 0 : 100.0 * done / all))
        .add("loading_eta_seconds", left);
  }
}
