package io.respite.server.command;

import java.util.Set;

/**
 * Where in a request the keys are and what the command does to them ("Command key specifications",
 * redis.io/docs).
 *
 * @param flags what happens to the keys
 * @param begin index of the first key; for a keyword, where the search starts (negative: from the
 *     end, backwards)
 * @param keyword the word after which keys begin, in upper case; empty for a fixed index
 * @param last for a range: index of the last key relative to the first; negative counts from the
 *     end of the request
 * @param step distance from key to key
 * @param limit for a range to the end: 2 means that only the first half of what follows are keys;
 *     else 0
 * @param keyCount for a counted list: index of the number of keys relative to begin; -1 for a range
 * @param first for a counted list: index of the first key relative to begin
 */
public record KeySpec(
    Set<Flag> flags,
    int begin,
    String keyword,
    int last,
    int step,
    int limit,
    int keyCount,
    int first) {
  /** What happens to a key, by the names clients see in upper case. */
  public enum Flag {
    /** Reads and writes, in any way. */
    RW,
    /** Reads alone. */
    RO,
    /** Overwrites without reading. */
    OW,
    /** Removes. */
    RM,
    /** Returns or copies what the key holds. */
    ACCESS,
    /** Changes what the key holds, depending on what it held. */
    UPDATE,
    /** Adds to what the key holds. */
    INSERT,
    /** Removes some of what the key holds. */
    DELETE,
    /** Not a key, but routed like one. */
    NOT_KEY,
    /** There may be keys that the specification does not find. */
    INCOMPLETE,
    /** What happens depends on other arguments. */
    VARIABLE_FLAGS
  }

  /** One key at a fixed index. */
  public static KeySpec at(int index, Flag... flags) {
    return new KeySpec(Set.of(flags), index, "", 0, 1, 0, -1, 0);
  }

  /** Keys from an index to another (negative: from the end), {@code step} apart. */
  public static KeySpec range(int index, int last, int step, Flag... flags) {
    return new KeySpec(Set.of(flags), index, "", last < 0 ? last : last - index, step, 0, -1, 0);
  }

  /** As many keys as the argument at {@code index} says, right after it. */
  public static KeySpec counted(int index, Flag... flags) {
    return new KeySpec(Set.of(flags), index, "", 0, 1, 0, 0, 1);
  }

  /** As many pairs of a key and something else as the argument at {@code index} says. */
  public static KeySpec countedPairs(int index, Flag... flags) {
    return new KeySpec(Set.of(flags), index, "", 0, 2, 0, 0, 1);
  }

  /** One key right after a keyword that is searched from {@code from}. */
  public static KeySpec after(String keyword, int from, Flag... flags) {
    return new KeySpec(Set.of(flags), from, keyword, 0, 1, 0, -1, 0);
  }

  /** Keys after a keyword that is searched from {@code from}, to an index counted from the end. */
  public static KeySpec rangeAfter(String keyword, int from, int last, Flag... flags) {
    return new KeySpec(Set.of(flags), from, keyword, last, 1, 0, -1, 0);
  }

  /**
   * Keys that no specification finds, because they may stand anywhere or depend on data; the
   * command has a {@link KeyFunction}.
   */
  public static KeySpec unknown(Flag... flags) {
    return new KeySpec(Set.of(flags), 0, "", 0, 1, 0, -1, 0);
  }

  /** Whether this is one of those. */
  public boolean isUnknown() {
    return begin == 0;
  }
}
