package io.respite.benchmarks;

import io.respite.jcache.RespiteConfiguration;
import java.util.List;
import javax.cache.configuration.Configuration;

/** Respite's configuration with the Fory codec for values. */
public final class ForyConfiguration implements JCacheBenchmark.ConfigurationMaker {
  @Override
  public <V> Configuration<String, V> make(Class<V> type) {
    return new RespiteConfiguration<String, V>()
        .setTypes(String.class, type)
        .setValueCodec("fory")
        .setRegisteredClasses(List.of(type.getName()));
  }
}
