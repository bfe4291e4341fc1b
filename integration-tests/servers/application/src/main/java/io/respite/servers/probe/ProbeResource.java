package io.respite.servers.probe;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Application;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.stream.Collectors;

/** Tells what applications have left behind. */
@Path("")
public class ProbeResource {
  /** Makes {@link ProbeResource} be found at the root of the application. */
  @ApplicationPath("/")
  public static class ProbeApplication extends Application {}

  /** The names of all live threads, one in a line. */
  @GET
  @Path("threads")
  public String threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /**
   * How often an application has started, and how many of its class loaders are still held, as
   * {@code started held}, after a collection of the heap.
   */
  @GET
  @Path("loaders/{application}")
  @SuppressWarnings("unchecked") // Watch puts it there.
  public String loaders(@PathParam("application") String application) {
    var loaders =
        (List<WeakReference<ClassLoader>>)
            System.getProperties().get("io.respite.servers.loaders/" + application);
    System.gc();
    long held = loaders.stream().filter(loader -> loader.get() != null).count();
    return loaders.size() + " " + held;
  }
}
