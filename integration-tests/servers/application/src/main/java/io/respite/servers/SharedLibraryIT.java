package io.respite.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * WARs without a provider in a server that has it: one copy of Respite's classes serves them all,
 * and each application has its own caches of its own classes. The server's module says how the
 * provider gets there; this runs in a start of the server of its own.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharedLibraryIT {
  private static final int ROUNDS = 5;

  /** Servers keep a little of the application that has gone last. */
  private static final int MAY_LINGER = 2;

  @ArquillianResource private Deployer deployer;

  @Deployment(name = "probe", order = 1)
  static WebArchive probe() {
    return Wars.probe();
  }

  @Deployment(name = "first", order = 2, testable = false)
  static WebArchive first() {
    return Wars.withoutProvider("first", null);
  }

  @Deployment(name = "second", managed = false, testable = false)
  static WebArchive second() {
    return Wars.withoutProvider("second", null);
  }

  @Test
  void applications_share_the_provider_and_nothing_else() {
    Web first = new Web("first");
    Web second = new Web("second");
    Web probe = new Web("probe");
    first.put("greetings/Ada/1");
    first.put("notes/Ada/2");
    for (int round = 0; round < ROUNDS; round++) {
      deployer.deploy("second");
      assertThat(second.get("manager")).isEqualTo("respite:embedded own");
      assertThat(second.get("notes/Ada")).as("of the other application").isEqualTo("null");
      second.put("notes/Ada/" + (10 + round));
      assertThat(second.get("notes/Ada")).isEqualTo("Ada " + (10 + round));
      String greeting = second.get("greetings/Ada");
      assertThat(second.get("greetings/Ada")).isEqualTo(greeting);
      deployer.undeploy("second");
      assertThat(first.get("greetings/Ada")).as("after the other has gone").isEqualTo("Ada 1");
      assertThat(first.get("notes/Ada")).isEqualTo("Ada 2");
      assertThat(first.get("manager")).isEqualTo("respite:embedded own");
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              String[] loaders = probe.get("loaders/second").split(" ", -1);
              assertThat(Integer.parseInt(loaders[0])).isEqualTo(ROUNDS);
              assertThat(Integer.parseInt(loaders[1]))
                  .as("class loaders that are held")
                  .isLessThanOrEqualTo(MAY_LINGER);
            });
    System.out.printf(
        "CHECK shared-library rounds=%d loaders(started held)=%s%n",
        ROUNDS, probe.get("loaders/second"));
  }
}
