package io.respite.servers.application;

import io.respite.jcache.cdi.CacheName;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** The greetings by HTTP, through the annotations and through an injected cache. */
@Path("")
@RequestScoped
public class GreetingsResource {
  @Inject private Greetings greetings;

  @Inject
  @CacheName("notes")
  private Cache<String, Greeting> notes;

  @Inject @CacheName private CacheManager manager;

  /** A greeting as {@code name number}. */
  @GET
  @Path("greetings/{name}")
  public String greet(@PathParam("name") String name) {
    return greetings.greet(name).toString();
  }

  /** Sets a greeting. */
  @PUT
  @Path("greetings/{name}/{number}")
  public void learn(@PathParam("name") String name, @PathParam("number") int number) {
    greetings.learn(name, new Greeting(name, number));
  }

  /** Forgets a greeting. */
  @DELETE
  @Path("greetings/{name}")
  public void forget(@PathParam("name") String name) {
    greetings.forget(name);
  }

  /** Forgets all greetings. */
  @DELETE
  @Path("greetings")
  public void forgetAll() {
    greetings.forgetAll();
  }

  /** What the injected cache holds, as {@code name number}, or {@code null}. */
  @GET
  @Path("notes/{name}")
  public String note(@PathParam("name") String name) {
    return String.valueOf(notes.get(name));
  }

  /** Puts into the injected cache. */
  @PUT
  @Path("notes/{name}/{number}")
  public void note(@PathParam("name") String name, @PathParam("number") int number) {
    notes.put(name, new Greeting(name, number));
  }

  /** Where the caches are, and whose classes they make. */
  @GET
  @Path("manager")
  public String manager() throws ClassNotFoundException {
    Class<?> seen = manager.getClassLoader().loadClass(Greeting.class.getName());
    return manager.getURI() + " " + (seen == Greeting.class ? "own" : "other");
  }
}
