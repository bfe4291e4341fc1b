package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside another provider, as in servers that have one of their own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StepAsideIT {
  @TempDir Path folder;

  /** The other provider; nobody opens anything of it. */
  public static final class Other implements CachingProvider {
    @Override
    public ClassLoader getDefaultClassLoader() {
      return Other.class.getClassLoader();
    }

    @Override
    public URI getDefaultURI() {
      return URI.create("other:");
    }

    @Override
    public Properties getDefaultProperties() {
      return new Properties();
    }

    @Override
    public CacheManager getCacheManager(URI uri, ClassLoader loader, Properties properties) {
      throw new UnsupportedOperationException("the other provider is not meant");
    }

    @Override
    public CacheManager getCacheManager(URI uri, ClassLoader loader) {
      return getCacheManager(uri, loader, null);
    }

    @Override
    public CacheManager getCacheManager() {
      return getCacheManager(null, null, null);
    }

    @Override
    public void close() {}

    @Override
    public void close(ClassLoader loader) {}

    @Override
    public void close(URI uri, ClassLoader loader) {}

    @Override
    public boolean isSupported(OptionalFeature feature) {
      return false;
    }
  }

  /** What {@link Caching#getCachingProvider()} answers. */
  public static final class Asked implements Callable<String> {
    @Override
    public String call() {
      try {
        return Caching.getCachingProvider().getClass().getName();
      } catch (CacheException e) {
        return e.getMessage();
      }
    }
  }

  /** What an application with annotations gets. */
  public static final class Application implements Callable<String> {
    @Override
    public String call() throws Exception {
      try (var container = Container.start(Lab.class)) {
        Lab lab = container.bean(Lab.class);
        lab.own("a");
        return lab.own("a") + " of " + container.manager().getClass().getName();
      }
    }
  }

  /** Calls a class in an application of its own, with the other provider and one of our jars. */
  private String in(String jar, Class<? extends Callable<String>> call) throws Exception {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("javax.cache.spi.CachingProvider"), Other.class.getName() + "\n");
    List<URL> path = new ArrayList<>();
    path.add(folder.toUri().toURL());
    boolean replaced = false;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      boolean provider =
          entry.matches(".*respite-provider[^/]*\\.jar|.*/provider/target/classes/?");
      replaced |= provider;
      path.add(new File(provider && jar != null ? jar : entry).toURI().toURL());
    }
    assertThat(replaced).isTrue();
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    try (var loader =
        new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      current.setContextClassLoader(loader);
      Object made = loader.loadClass(call.getName()).getConstructor().newInstance();
      return (String) ((Callable<?>) made).call();
    } finally {
      current.setContextClassLoader(before);
    }
  }

  @Test
  void the_usual_jar_makes_the_choice_ambiguous() throws Exception {
    assertThat(in(null, Asked.class)).startsWith("Multiple CachingProviders");
  }

  @Test
  void and_the_standard_property_decides() throws Exception {
    System.setProperty(Caching.JAVAX_CACHE_CACHING_PROVIDER, Other.class.getName());
    try {
      assertThat(in(null, Asked.class)).isEqualTo(Other.class.getName());
    } finally {
      System.clearProperty(Caching.JAVAX_CACHE_CACHING_PROVIDER);
    }
  }

  @Test
  void the_unlisted_jar_steps_aside() throws Exception {
    assertThat(in(System.getProperty("respite.unlisted"), Asked.class))
        .isEqualTo(Other.class.getName());
  }

  @Test
  void annotations_use_respite_with_either_jar() throws Exception {
    String expected = "a#1 of io.respite.jcache.RespiteCacheManager";
    assertThat(in(null, Application.class)).isEqualTo(expected);
    assertThat(in(System.getProperty("respite.unlisted"), Application.class)).isEqualTo(expected);
  }
}
