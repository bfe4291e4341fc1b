package io.respite.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.cdi.CacheName;
import io.respite.servers.application.Greeting;
import io.respite.servers.application.Greetings;
import jakarta.inject.Inject;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.spi.CachingProvider;
import org.assertj.core.api.Assertions;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A WAR that brings the provider, and keeps its caches in itself. */
@ExtendWith(ArquillianExtension.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class EmbeddedIT {
  @Deployment
  static WebArchive war() {
    return Wars.application("embedded", null).addAsLibraries(Wars.jarOf(Assertions.class));
  }

  @Inject Greetings greetings;
  @Inject @CacheName CachingProvider provider;
  @Inject @CacheName CacheManager manager;

  @Inject
  @CacheName("notes")
  Cache<String, Greeting> notes;

  @BeforeEach
  void forget() {
    if (greetings != null) {
      greetings.forgetAll();
    }
  }

  @Test
  void a_result_is_computed_once() {
    int before = greetings.computed();
    Greeting first = greetings.greet("Ada");
    assertThat(greetings.greet("Ada")).isEqualTo(first);
    assertThat(greetings.computed()).isEqualTo(before + 1);
  }

  @Test
  void put_and_remove_are_seen_by_result() {
    greetings.learn("Grace", new Greeting("Grace", 1906));
    assertThat(greetings.greet("Grace").number()).isEqualTo(1906);
    greetings.forget("Grace");
    assertThat(greetings.greet("Grace").number()).isNotEqualTo(1906);
  }

  @Test
  void caches_are_injected() {
    notes.put("Alan", new Greeting("Alan", 1912));
    assertThat(notes.get("Alan")).isEqualTo(new Greeting("Alan", 1912));
    assertThat(manager.getCache("notes", String.class, Greeting.class)).isSameAs(notes);
  }

  @Test
  void values_are_of_the_classes_of_the_application() throws ClassNotFoundException {
    assertThat(manager.getClassLoader().loadClass(Greeting.class.getName()))
        .isSameAs(Greeting.class);
    assertThat(provider.getClass().getName()).isEqualTo("io.respite.jcache.RespiteCachingProvider");
  }

  @Test
  void the_manager_is_the_one_that_the_api_gives() {
    assertThat(Caching.getCachingProvider(provider.getClass().getName()).getCacheManager())
        .isSameAs(manager.unwrap(io.respite.jcache.RespiteCacheManager.class));
  }

  @Test
  @RunAsClient
  void requests_find_what_was_computed() {
    Web web = new Web("embedded");
    String first = web.get("greetings/Barbara");
    assertThat(first).startsWith("Barbara ");
    assertThat(web.get("greetings/Barbara")).isEqualTo(first);
    web.delete("greetings/Barbara");
    assertThat(web.get("greetings/Barbara")).isNotEqualTo(first);
    web.put("greetings/Barbara/7");
    assertThat(web.get("greetings/Barbara")).isEqualTo("Barbara 7");
    assertThat(web.get("manager")).isEqualTo("respite:embedded own");
  }
}
