package io.respite.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The provider on a class path that knows nothing of Jakarta EE and MicroProfile. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WithoutContainerTest {

  /** Loads everything anew, and remembers what. */
  private static final class Remembering extends URLClassLoader {
    private final Set<String> loaded = ConcurrentHashMap.newKeySet();

    Remembering(List<URL> path) {
      super(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      loaded.add(name);
      return super.findClass(name);
    }
  }

  /** Uses a cache. */
  public static final class Use implements Callable<String> {
    @Override
    public String call() {
      var provider = Caching.getCachingProvider();
      try {
        Cache<String, String> cache =
            provider
                .getCacheManager()
                .createCache(
                    "a",
                    new MutableConfiguration<String, String>()
                        .setTypes(String.class, String.class));
        cache.put("key", "value");
        return cache.get("key");
      } finally {
        provider.close();
      }
    }
  }

  private static List<URL> path() throws MalformedURLException {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("jakarta") && !entry.contains("microprofile")) {
        path.add(new File(entry).toURI().toURL());
      }
    }
    return path;
  }

  @Test
  void works_and_loads_nothing_of_the_container_s_part() throws Exception {
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    try (var loader = new Remembering(path())) {
      assertThatThrownBy(() -> loader.loadClass("jakarta.enterprise.inject.spi.Extension"))
          .isInstanceOf(ClassNotFoundException.class);
      current.setContextClassLoader(loader);
      Object use = loader.loadClass(Use.class.getName()).getConstructor().newInstance();
      assertThat(((Callable<?>) use).call()).isEqualTo("value");
      assertThat(loader.loaded)
          .contains(RespiteCache.class.getName())
          .noneMatch(name -> name.startsWith("io.respite.jcache.cdi."))
          .noneMatch(name -> name.startsWith("io.respite.jcache.annotation."));
    } finally {
      current.setContextClassLoader(before);
    }
  }
}
