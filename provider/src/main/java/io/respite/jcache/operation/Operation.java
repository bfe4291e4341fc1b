package io.respite.jcache.operation;

/**
 * A change to one entry, as a value: what it does, when, and what it counts as. The table is
 * JSR-107 1.1.1 in short (the documentation of {@link javax.cache.Cache} and {@link
 * javax.cache.management.CacheStatisticsMXBean}).
 */
enum Operation {
  PUT(Action.PUT, Condition.ALWAYS, false, true, true),
  GET_AND_PUT(Action.PUT, Condition.ALWAYS, true, true, true),
  PUT_IF_ABSENT(Action.PUT, Condition.ABSENT, true, true, true),
  REPLACE(Action.PUT, Condition.PRESENT, true, true, true),
  REPLACE_EQUAL(Action.PUT, Condition.EQUAL, true, true, true),
  REMOVE(Action.REMOVE, Condition.ALWAYS, false, true, true),
  GET_AND_REMOVE(Action.REMOVE, Condition.ALWAYS, true, true, true),
  REMOVE_EQUAL(Action.REMOVE, Condition.EQUAL, true, true, true),

  /** One of many entries that the writer has already written as a batch. */
  PUT_WRITTEN(Action.PUT, Condition.ALWAYS, false, true, false),

  /** One of many entries that the writer has already deleted as a batch. */
  REMOVE_DELETED(Action.REMOVE, Condition.ALWAYS, false, true, false),

  /**
   * A value from the loader replaces what there is. It came from the source: it is not written
   * back, and is no put.
   */
  LOAD(Action.PUT, Condition.ALWAYS, false, false, false),

  /** A value from the loader, where there is none. */
  LOAD_ABSENT(Action.PUT, Condition.ABSENT, false, false, false);

  enum Action {
    PUT,
    REMOVE
  }

  enum Condition {
    ALWAYS,
    ABSENT,
    PRESENT,
    /** Present, with a value equal to the given one. */
    EQUAL
  }

  final Action action;
  final Condition condition;

  /** Whether it counts as a hit or miss. */
  final boolean countsLookup;

  /** Whether it counts as a put or removal when it was done. */
  final boolean countsChange;

  /** Whether the writer hears of it. */
  final boolean writesThrough;

  Operation(
      Action action,
      Condition condition,
      boolean countsLookup,
      boolean countsChange,
      boolean writesThrough) {
    this.action = action;
    this.condition = condition;
    this.countsLookup = countsLookup;
    this.countsChange = countsChange;
    this.writesThrough = writesThrough;
  }

  boolean puts() {
    return action == Action.PUT;
  }
}
