package io.respite.servers.timing;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Application;
import java.util.Locale;

/** Times calls that a cache answers. */
@Path("")
@RequestScoped
public class TimingResource {
  /** Makes {@link TimingResource} be found at the root of the application. */
  @ApplicationPath("/")
  public static class TimingApplication extends Application {}

  private static final int ROUNDS = 8;

  @Inject private Timed bean;

  /** The best round of some: nanoseconds of a plain call, and of one that a cache answers. */
  @GET
  @Path("{calls}")
  public String time(@PathParam("calls") int calls) {
    double plain = Double.MAX_VALUE;
    double hit = Double.MAX_VALUE;
    long length = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long began = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        length += bean.plain("key").length();
      }
      long between = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        length += bean.find("key").length();
      }
      plain = Math.min(plain, (double) (between - began) / calls);
      hit = Math.min(hit, (double) (System.nanoTime() - between) / calls);
    }
    return String.format(Locale.ROOT, "plain %.0f ns, hit %.0f ns (%d)", plain, hit, length % 10);
  }
}
