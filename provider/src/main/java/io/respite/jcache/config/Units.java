package io.respite.jcache.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as configuration files write them. */
final class Units {
  private static final String DURATIONS =
      "allowed is a duration such as 500ms, 30s, 10m, 2h, 1d or the ISO-8601 form PT10M, longer than nothing";
  private static final String SIZES =
      "allowed is a number of bytes, or a text such as 512kb, 64mb or 2gb";

  /** How the reference calls what {@link #duration} and {@link #bytes} read. */
  static final String DURATION_KIND = "duration";

  static final String SIZE_KIND = "size";

  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(b|kb|mb|gb)?");

  private Units() {}

  static Duration duration(JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException(DURATIONS);
    }
    String text = value.textValue();
    Matcher matcher = DURATION.matcher(text);
    Duration duration;
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
    } else {
      try {
        duration = Duration.parse(text);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(DURATIONS, e);
      }
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(DURATIONS);
    }
    return duration;
  }

  static long bytes(JsonNode value) {
    String text =
        value.isIntegralNumber() || value.isTextual()
            ? value.asText().toLowerCase(Locale.ROOT)
            : "";
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(SIZES);
    }
    long amount = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    int shift =
        switch (unit == null ? "b" : unit) {
          case "kb" -> 10;
          case "mb" -> 20;
          case "gb" -> 30;
          default -> 0;
        };
    if (amount > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException(SIZES);
    }
    return amount << shift;
  }
}
