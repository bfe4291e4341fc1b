package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The door of an embedded engine: other programs see what the application keeps. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EngineDoorTest {
  private static String ask(int port, String requests) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((requests + "QUIT\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("respite-"))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void other_programs_see_the_hashes_of_the_application_and_change_them() throws IOException {
    try (Engine engine = Engine.open(Map.of())) {
      EmbeddedHash hash = engine.hash(bytes("cache"));
      hash.put(bytes("k"), bytes("v"), EmbeddedHash.ETERNAL, EmbeddedHash.KEEP);
      int port = engine.listen(0);

      assertThat(ask(port, "HGET cache k\r\nHSET cache k other\r\n"))
          .isEqualTo("$1\r\nv\r\n:0\r\n+OK\r\n");
      assertThat(hash.get(bytes("k"))).asString().contains("other");
    }
  }

  @Test
  void its_threads_are_daemons_and_end_with_the_engine() throws IOException {
    List<Thread> before = threads();
    int port;
    try (Engine engine = Engine.open(Map.of())) {
      port = engine.listen(0);
      assertThat(ask(port, "PING\r\n")).isEqualTo("+PONG\r\n+OK\r\n");
      assertThat(threads()).allMatch(Thread::isDaemon);
      assertThat(threads()).extracting(Thread::getName).anyMatch(name -> name.contains("net"));
    }
    assertThat(threads()).allMatch(before::contains);
    assertThatThrownBy(() -> ask(port, "PING\r\n")).isInstanceOf(IOException.class);
  }

  @Test
  void a_client_cannot_end_the_application() throws IOException {
    try (Engine engine = Engine.open(Map.of())) {
      assertThat(ask(engine.listen(0), "SHUTDOWN\r\nPING\r\n"))
          .startsWith("-ERR this server lives in an application, which alone may end it")
          .contains("+PONG");
    }
  }

  @Test
  void a_port_that_is_taken_is_named() throws IOException {
    try (Engine first = Engine.open(Map.of());
        Engine second = Engine.open(Map.of())) {
      int port = first.listen(0);

      assertThatThrownBy(() -> second.listen(port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void settings_are_directives_and_bad_ones_are_named() throws IOException {
    assertThatThrownBy(() -> Engine.open(Map.of("maxclients", "many")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("setting 'maxclients' is 'many': argument couldn't be parsed into an integer");
    assertThatThrownBy(() -> Engine.open(Map.of("nonsense", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nonsense");
    try (Engine engine = Engine.open(Map.of("requirepass", "pässword"))) {
      int port = engine.listen(0);
      assertThat(ask(port, "PING\r\n")).startsWith("-NOAUTH");
      assertThat(ask(port, "AUTH pässword\r\nPING\r\n")).startsWith("+OK\r\n+PONG");
    }
  }
}
