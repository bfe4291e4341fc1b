package io.respite.jcache.store;

/** Whether the caller is the one, of all JVMs that share a store, who may load a missing entry. */
public interface LoadLease {
  /** For stores that no other JVM uses: everybody may. */
  LoadLease ALWAYS = of(State.GRANTED);

  /** There is an entry. */
  LoadLease NOT_NEEDED = of(State.PRESENT);

  private static LoadLease of(State state) {
    return new LoadLease() {
      @Override
      public State state() {
        return state;
      }

      @Override
      public void end(boolean foundNothing) {
        // There is nobody to tell.
      }
    };
  }

  /** What has come of asking. */
  enum State {
    /** The caller loads; nobody else does until {@link LoadLease#end}. */
    GRANTED,
    /** Somebody else is loading. */
    BUSY,
    /** There is an entry by now. */
    PRESENT,
    /** Somebody else has loaded just now, and the source had nothing. */
    NOTHING
  }

  State state();

  /**
   * Ends a lease that was granted; never fails. It would end by itself when its holder dies.
   *
   * @param foundNothing whether the source had nothing, which those who wait then know
   */
  void end(boolean foundNothing);
}
