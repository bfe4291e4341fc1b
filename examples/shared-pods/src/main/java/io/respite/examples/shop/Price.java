package io.respite.examples.shop;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * What an article costs. The cache holds it as JSON, so that {@code report.py} reads and writes it
 * too; the names of the components are the names there.
 *
 * @param by who has set it
 * @param cents the price
 * @param micros when it was set, just before it was sent to the server: microseconds since 1970
 */
public record Price(String by, int cents, long micros) {
  /** A price that is set now. */
  static Price now(String by, int cents) {
    return new Price(by, cents, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }

  /** How long ago it was set, by the clock that all programs of one machine share. */
  Duration age() {
    return Duration.between(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), Instant.now());
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
  }
}
