package io.respite.examples.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;

/** Round trips: the database is asked for those that the cache does not hold. */
@ApplicationScoped
@CacheDefaults(cacheName = "journeys")
public class Journeys {
  @Inject private Database database;
  @Inject private DatabaseAsked asked;

  /** The shortest round trip from a country's capital. */
  @CacheResult
  public Journey shortestFrom(String code) {
    asked.happened();
    return database.shortestFrom(code);
  }

  /** Forgets all, so that the database is asked again. */
  @CacheRemoveAll
  public void forget() {}
}
