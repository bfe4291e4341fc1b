package io.respite.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two WARs in one Jakarta server that share their caches on a server of caches. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharedServerIT {
  private static SingleServer server;

  private final Web one = new Web("one");
  private final Web two = new Web("two");

  private static synchronized String configuration() {
    if (server == null) {
      server = SingleServer.start(Engine.RESPITE, "--appendonly", "yes", "--appendfsync", "always");
    }
    return """
        {
          "store": "%s?timeout=1000",
          "caches": {
            "greetings": {"expiry": {"created": "1h"}},
            "notes": {
              "keyType": "java.lang.String",
              "valueType": "io.respite.servers.application.Greeting",
              "valueCodec": "json"
            }
          }
        }
        """
        .formatted(server.uri());
  }

  @Deployment(name = "one")
  static WebArchive one() {
    return Wars.application("one", configuration());
  }

  @Deployment(name = "two")
  static WebArchive two() {
    return Wars.application("two", configuration());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void what_one_has_computed_the_other_finds() {
    one.put("greetings/Ada/1815");
    assertThat(two.get("greetings/Ada")).isEqualTo("Ada 1815");
    String computed = two.get("greetings/Grace");
    assertThat(one.get("greetings/Grace")).isEqualTo(computed);
    one.delete("greetings/Ada");
    assertThat(two.get("greetings/Ada")).isNotEqualTo("Ada 1815");
  }

  @Test
  void an_injected_cache_is_shared() {
    one.put("notes/Alan/1912");
    assertThat(two.get("notes/Alan")).isEqualTo("Alan 1912");
    assertThat(one.get("manager")).endsWith(" own");
    assertThat(two.get("manager")).endsWith(" own");
  }

  @Test
  void both_go_on_after_the_server_was_away() {
    one.put("greetings/Barbara/1939");
    server.stop();
    assertThat(two.status("GET", "greetings/Barbara")).isEqualTo(500);
    server.restart();
    assertThat(two.get("greetings/Barbara")).isEqualTo("Barbara 1939");
    two.put("notes/Barbara/1");
    assertThat(one.get("notes/Barbara")).isEqualTo("Barbara 1");
  }
}
