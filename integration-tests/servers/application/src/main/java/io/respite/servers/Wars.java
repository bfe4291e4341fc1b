package io.respite.servers;

import io.respite.servers.application.Greetings;
import io.respite.servers.doubled.Counted;
import io.respite.servers.probe.ProbeResource;
import java.io.File;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The archives that tests deploy. */
public final class Wars {
  private static final String BEANS =
      """
      <beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="annotated"/>
      """;

  private Wars() {}

  /**
   * The application, with the provider in {@code WEB-INF/lib}.
   *
   * @param configuration the content of {@code respite.json}, or null for none
   */
  public static WebArchive application(String name, String configuration) {
    return withoutProvider(name, configuration).addAsLibraries(libraries());
  }

  /** The application alone; the server has the provider. */
  public static WebArchive withoutProvider(String name, String configuration) {
    WebArchive war =
        ShrinkWrap.create(WebArchive.class, name + ".war")
            .addPackage(Greetings.class.getPackage())
            .addAsWebInfResource(new StringAsset(BEANS), "beans.xml");
    String structure = System.getProperty("servers.structure");
    if (structure != null) {
      war.addAsWebInfResource(new File(structure), "jboss-deployment-structure.xml");
    }
    return configuration == null
        ? war
        : war.addAsResource(new StringAsset(configuration), "respite.json");
  }

  /**
   * The application that tells which caches are used, with the provider.
   *
   * @param settings the content of {@code microprofile-config.properties}
   */
  public static WebArchive counted(String name, String settings) {
    return ShrinkWrap.create(WebArchive.class, name + ".war")
        .addPackage(Counted.class.getPackage())
        .addAsWebInfResource(new StringAsset(BEANS), "beans.xml")
        .addAsResource(new StringAsset(settings), "META-INF/microprofile-config.properties")
        .addAsLibraries(libraries());
  }

  /** The jar that a class is from. */
  public static File jarOf(Class<?> type) {
    return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  /** What tells about the JVM. */
  public static WebArchive probe() {
    return ShrinkWrap.create(WebArchive.class, "probe.war")
        .addPackage(ProbeResource.class.getPackage())
        .addAsWebInfResource(new StringAsset(BEANS), "beans.xml");
  }

  /** The provider and everything it needs. */
  private static File[] libraries() {
    String folder = System.getProperty("respite.war.libraries");
    File[] jars = new File(folder).listFiles((parent, name) -> name.endsWith(".jar"));
    if (jars == null || jars.length == 0) {
      throw new IllegalStateException("no libraries in " + folder);
    }
    return jars;
  }
}
