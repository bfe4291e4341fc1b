package io.respite.servers.payara;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import io.respite.servers.Wars;
import io.respite.servers.Web;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three WARs on one Payara Micro, beside the provider that it brings. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PayaraMicroIT {
  private static SingleServer server;
  private static PayaraMicro payara;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server = SingleServer.start(Engine.RESPITE, "--appendonly", "yes", "--appendfsync", "always");
    String shared = "{\"store\": \"%s?timeout=1000\"}".formatted(server.uri());
    payara =
        PayaraMicro.start(
            "payara-micro",
            folder,
            List.of("--nohazelcast"),
            List.of(
                Wars.application("embedded", null),
                Wars.application("one", shared),
                Wars.application("two", shared)));
  }

  @AfterAll
  static void stop() {
    if (payara != null) {
      payara.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void an_application_keeps_its_caches_in_itself() {
    Web web = new Web("embedded");
    assertThat(web.get("manager")).isEqualTo("respite:embedded own");
    String first = web.get("greetings/Barbara");
    assertThat(first).startsWith("Barbara ");
    assertThat(web.get("greetings/Barbara")).isEqualTo(first);
    web.delete("greetings/Barbara");
    assertThat(web.get("greetings/Barbara")).isNotEqualTo(first);
    web.put("greetings/Barbara/7");
    assertThat(web.get("greetings/Barbara")).isEqualTo("Barbara 7");
    web.put("notes/Ada/1");
    assertThat(web.get("notes/Ada")).isEqualTo("Ada 1");
  }

  @Test
  void two_applications_share_a_server_which_may_restart() {
    Web one = new Web("one");
    Web two = new Web("two");
    one.put("greetings/Ada/1815");
    assertThat(two.get("greetings/Ada")).isEqualTo("Ada 1815");
    server.stop();
    assertThat(two.status("GET", "greetings/Ada")).isEqualTo(500);
    server.restart();
    assertThat(two.get("greetings/Ada")).isEqualTo("Ada 1815");
    two.put("notes/Ada/3");
    assertThat(one.get("notes/Ada")).isEqualTo("Ada 3");
  }
}
