package io.respite.jcache.codec;

import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Which classes have no object that could ever be changed: some of the JDK's, enumerations, and
 * records that consist of such alone. Only classes without subclasses count, so that the class of a
 * component says all about what is in it.
 */
final class Immutables {
  private static final Set<Class<?>> KNOWN =
      Set.of(
          String.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          UUID.class,
          URI.class,
          DayOfWeek.class,
          Duration.class,
          Instant.class,
          LocalDate.class,
          LocalDateTime.class,
          LocalTime.class,
          OffsetDateTime.class,
          Period.class,
          Year.class,
          YearMonth.class,
          ZonedDateTime.class);

  private Immutables() {}

  /** Whether no object of a class can be changed. */
  static boolean areAllOf(Class<?> type) {
    return areAllOf(type, new HashSet<>());
  }

  /** The same while it is assumed of some. */
  private static boolean areAllOf(Class<?> type, Set<Class<?>> assumed) {
    if (type.isPrimitive() || type.isEnum() || KNOWN.contains(type) || !assumed.add(type)) {
      return true;
    }
    if (!type.isRecord()) {
      return false;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (!areAllOf(component.getType(), assumed)) {
        return false;
      }
    }
    return true;
  }
}
