package io.respite.benchmarks.remote;

import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** One way to keep entries with String keys and String values on a server; safe for threads. */
interface Contender extends AutoCloseable {

  /** The value of a key, or null. */
  String get(String key);

  /** Creates or replaces an entry. */
  void put(String key, String value);

  /** The values that there are. */
  Map<String, String> getAll(Set<String> keys);

  /** Creates or replaces entries. */
  void putAll(Map<String, String> entries);

  /** Replaces the value of a key by {@link Texts#next} of it, atomically. */
  void advance(String key);

  /**
   * Walks over all entries once, or until told to stop.
   *
   * @return how many entries were seen
   */
  long iterate(BooleanSupplier stop);

  @Override
  void close();
}
