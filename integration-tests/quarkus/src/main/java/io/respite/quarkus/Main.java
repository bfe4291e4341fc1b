package io.respite.quarkus;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import javax.cache.CacheManager;
import javax.cache.spi.CachingProvider;

/** Prints what callers of the bean see. */
@QuarkusMain
public class Main implements QuarkusApplication {
  @Inject Capitals capitals;
  @Inject CacheManager manager;

  @Override
  public int run(String... arguments) {
    System.out.println("manager: " + manager.getURI());
    // Injected nowhere, so that it is there only if it is kept.
    System.out.println(
        "provider: " + CDI.current().select(CachingProvider.class).get().getClass().getName());
    System.out.println("first: " + capitals.of("Peru"));
    System.out.println("again: " + capitals.of("Peru"));
    System.out.println("in the injected cache: " + capitals.cache().get("Peru"));
    capitals.put("Peru", "Lima");
    System.out.println("after put: " + capitals.of("Peru"));
    capitals.forget("Peru");
    System.out.println("after remove: " + capitals.of("Peru"));
    capitals.forgetAll();
    System.out.println("after all are removed: " + capitals.cache().containsKey("Peru"));
    System.out.println("by a bean's key: " + capitals.shouted("Peru"));
    System.out.println(
        "under it: "
            + manager.getCache("shouted").get(new Shouting.Key(manager.getURI() + " Peru")));
    return 0;
  }
}
