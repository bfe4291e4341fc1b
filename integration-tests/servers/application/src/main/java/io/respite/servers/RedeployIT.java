package io.respite.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.respite.rigs.Engine;
import io.respite.rigs.Ports;
import io.respite.rigs.SingleServer;
import java.time.Duration;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An application that comes and goes leaves no thread and no class behind. A second application
 * counts them from inside the server's JVM.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@DisplayNameGeneration(ReplaceUnderscores.class)
class RedeployIT {
  private static final int ROUNDS = Integer.getInteger("respite.redeploys", 20);

  /** Servers keep a little of the application that has gone last. */
  private static final int MAY_LINGER = 2;

  private static final String OURS =
      "(?i).*(respite|lettuce|netty|nio.*Loop|multithreadEvent|epoll).*";

  private static SingleServer server;

  @ArquillianResource private Deployer deployer;

  @Deployment(name = "probe", order = 1)
  static WebArchive probe() {
    return Wars.probe();
  }

  @Deployment(name = "comes-and-goes", managed = false, testable = false)
  static WebArchive embedded() {
    return Wars.application(
        "comes-and-goes", "{\"store\": \"respite:embedded?port=%d\"}".formatted(Ports.free()));
  }

  @Deployment(name = "remote-comes-and-goes", managed = false, testable = false)
  static WebArchive remote() {
    server = SingleServer.start(Engine.RESPITE);
    return Wars.application(
        "remote-comes-and-goes",
        """
        {
          "store": "%s",
          "caches": {
            "notes": {
              "keyType": "java.lang.String",
              "valueType": "io.respite.servers.application.Greeting",
              "nearCacheEntries": 100
            }
          }
        }
        """
            .formatted(server.uri()));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void embedded_caches_leave_nothing_behind() {
    comeAndGo("comes-and-goes");
  }

  @Test
  void remote_caches_leave_nothing_behind() {
    comeAndGo("remote-comes-and-goes");
  }

  private void comeAndGo(String name) {
    Web probe = new Web("probe");
    Web application = new Web(name);
    long before = ours(probe).size();
    for (int round = 0; round < ROUNDS; round++) {
      deployer.deploy(name);
      application.put("notes/Ada/" + round);
      assertThat(application.get("notes/Ada")).isEqualTo("Ada " + round);
      assertThat(application.get("greetings/Ada")).isEqualTo(application.get("greetings/Ada"));
      assertThat(ours(probe).size()).as("threads while it is there").isGreaterThan((int) before);
      deployer.undeploy(name);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(ours(probe)).as("threads that are left").hasSize((int) before);
              String[] loaders = probe.get("loaders/" + name).split(" ", -1);
              assertThat(Integer.parseInt(loaders[0])).isEqualTo(ROUNDS);
              assertThat(Integer.parseInt(loaders[1]))
                  .as("class loaders that are held, of " + loaders[0])
                  .isLessThanOrEqualTo(MAY_LINGER);
            });
    System.out.printf(
        "CHECK redeploy application=%s rounds=%d threads=%d loaders(started held)=%s%n",
        name, ROUNDS, ours(probe).size() - before, probe.get("loaders/" + name));
  }

  private static List<String> ours(Web probe) {
    return probe.get("threads").lines().filter(thread -> thread.matches(OURS)).toList();
  }
}
