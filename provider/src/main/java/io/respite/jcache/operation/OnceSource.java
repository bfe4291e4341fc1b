package io.respite.jcache.operation;

/**
 * A source that is asked at most once, and answers the same afterwards. For one call of one thread.
 */
final class OnceSource<V, E extends Exception> implements Source<V, E> {
  private final Source<? extends V, E> source;
  private boolean asked;
  private boolean answered;
  private V value;

  OnceSource(Source<? extends V, E> source) {
    this.source = source;
  }

  /** Whether the source was asked, and threw. */
  boolean hasFailed() {
    return asked && !answered;
  }

  @Override
  public V load() throws E {
    if (!answered) {
      asked = true;
      value = source.load();
      answered = true;
    }
    return value;
  }
}
