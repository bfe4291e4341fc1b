package io.respite.jcache.processor;

import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;

/**
 * What a processor returned or threw for one of several keys.
 *
 * @param result what it returned
 * @param failure what it threw, or null
 * @param <T> the type of results
 */
public record ProcessorResult<T>(T result, EntryProcessorException failure)
    implements EntryProcessorResult<T> {
  @Override
  public T get() {
    if (failure != null) {
      throw failure;
    }
    return result;
  }
}
