package io.respite.server.command.family.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Arguments;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import io.respite.server.command.family.server.ConnectionCommands;
import io.respite.server.environment.Dialer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
@DisplayNameGeneration(ReplaceUnderscores.class)
public class MigrateCommandTest {
  @Parameter int protocol;
  private Store target;
  private Store store;
  private final List<String> dialed = new ArrayList<>();

  /** How many bytes the network carries to the target before it fails. */
  private long carried = Long.MAX_VALUE;

  @BeforeEach
  void open() {
    target = new Store(2);
    // SELECT asks nothing of the server that the others tell of.
    target
        .dispatcher()
        .table()
        .add(
            new ConnectionCommands(null, List.of())
                .rows().stream().filter(row -> row.name().equals("select")).toList());
    store = new Store(protocol, this::dial);
    store.clock().advanceMillis(target.clock().millis() - store.clock().millis());
  }

  private Dialer.Stream dial(String host, int port, int timeoutMillis) throws IOException {
    dialed.add(host + ":" + port + " " + timeoutMillis);
    if (host.equals("nowhere")) {
      throw new ConnectException("refused");
    }
    if (host.equals("silent")) {
      throw new SocketTimeoutException("no answer");
    }
    return new Wire();
  }

  /** A network in the test's thread, with a real dispatcher at its other end. */
  private final class Wire implements Dialer.Stream {
    private final Session session = target.newSession();
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

    @Override
    public void write(byte[] bytes) throws IOException {
      ByteBuffer requests = ByteBuffer.wrap(bytes);
      while (requests.hasRemaining()) {
        byte[][] words = new byte[number(requests)][];
        for (int i = 0; i < words.length; i++) {
          words[i] = new byte[number(requests)];
          requests.get(words[i]);
          number(requests);
        }
        carried -= words.length;
        if (carried < 0) {
          throw new IOException("broken");
        }
        Reply reply = new Reply();
        target.keyspace().baton().take();
        try {
          target.dispatcher().dispatch(session, Arguments.of(words), reply);
        } finally {
          target.keyspace().baton().pass();
        }
        answers.writeBytes(reply.toBytes());
      }
    }

    /** The number on the next line, behind its type; 0 on an empty line. */
    private int number(ByteBuffer requests) {
      StringBuilder line = new StringBuilder();
      for (char c = (char) requests.get(); c != '\n'; c = (char) requests.get()) {
        line.append(c);
      }
      String text = line.toString().trim();
      return text.isEmpty() ? 0 : Integer.parseInt(text.substring(1));
    }

    @Override
    public int read(byte[] into) throws IOException {
      byte[] all = answers.toByteArray();
      int count = Math.min(all.length, Math.min(3, into.length));
      if (count == 0) {
        throw new IOException("nothing came");
      }
      System.arraycopy(all, 0, into, 0, count);
      answers.reset();
      answers.write(all, count, all.length - count);
      return count;
    }

    @Override
    public void close() {}
  }

  private String run(String line) {
    return store.run(line);
  }

  @Nested
  class Migrate {
    @Test
    void moves_a_key_with_its_deadline() {
      run("RPUSH l a b c");
      run("PEXPIRE l 5000");
      assertThat(store.fresh("MIGRATE there 7000 l 3 250")).isEqualTo("OK");
      assertThat(dialed).containsExactly("there:7000 250");
      assertThat(store.effects()).containsExactly("DEL l");
      assertThat(store.events()).containsExactly("del l");
      assertThat(run("EXISTS l")).isEqualTo(":0");
      target.run("SELECT 3");
      assertThat(target.run("LRANGE l 0 -1")).isEqualTo("[\"a\" \"b\" \"c\"]");
      assertThat(target.run("PTTL l")).isEqualTo(":5000");
    }

    @Test
    void moves_several_keys_of_those_that_exist() {
      run("SET a 1");
      run("SADD b x");
      assertThat(store.call("MIGRATE", "there", "1", "", "0", "10", "KEYS", "a", "none", "b"))
          .isEqualTo("OK");
      assertThat(store.effects()).endsWith("DEL a b");
      assertThat(target.run("GET a")).isEqualTo("\"1\"");
      assertThat(target.run("SMEMBERS b")).isEqualTo("[\"x\"]");
    }

    @Test
    void moves_more_keys_than_travel_at_once() {
      List<String> words = new ArrayList<>(List.of("MIGRATE", "there", "1", "", "0", "10", "KEYS"));
      for (int i = 0; i < 1000; i++) {
        run("SET k" + i + " " + i);
        words.add("k" + i);
      }
      assertThat(store.call(words.toArray(String[]::new))).isEqualTo("OK");
      assertThat(run("EXISTS k0 k999")).isEqualTo(":0");
      assertThat(target.run("MGET k0 k500 k999")).isEqualTo("[\"0\" \"500\" \"999\"]");
    }

    @Test
    void copies_and_replaces() {
      run("SET a 1");
      assertThat(store.fresh("MIGRATE there 1 a 0 10 COPY")).isEqualTo("OK");
      assertThat(store.effects()).isEmpty();
      assertThat(run("GET a")).isEqualTo("\"1\"");
      assertThat(run("MIGRATE there 1 a 0 10"))
          .isEqualTo(
              "-ERR Target instance replied with error: BUSYKEY Target key name already exists.");
      assertThat(run("EXISTS a")).isEqualTo(":1");
      run("SET a 2");
      assertThat(run("MIGRATE there 1 a 0 10 REPLACE")).isEqualTo("OK");
      assertThat(target.run("GET a")).isEqualTo("\"2\"");
    }

    @Test
    void keeps_what_the_target_refused_and_removes_the_rest() {
      run("SET a 1");
      run("SET b 2");
      target.run("SET a x");
      assertThat(store.call("MIGRATE", "there", "1", "", "0", "10", "KEYS", "a", "b"))
          .startsWith("-ERR Target instance replied with error: BUSYKEY");
      assertThat(run("MGET a b")).isEqualTo("[\"1\" nil]");
      assertThat(store.effects()).endsWith("DEL b");
    }

    @Test
    void passes_on_that_the_database_is_none() {
      run("SET a 1");
      assertThat(run("MIGRATE there 1 a 99 10"))
          .isEqualTo("-ERR Target instance replied with error: ERR DB index is out of range");
      assertThat(run("EXISTS a")).isEqualTo(":1");
    }

    @Test
    void says_who_it_is_first() {
      run("SET a 1");
      for (String auth : new String[] {"AUTH secret", "AUTH2 user secret"}) {
        assertThat(run("MIGRATE there 1 a 0 10 " + auth))
            .startsWith("-ERR Target instance replied with error: ERR unknown command 'AUTH'");
        assertThat(run("EXISTS a")).isEqualTo(":1");
      }
    }

    @Test
    void answers_that_there_is_no_key_before_it_dials() {
      assertThat(run("MIGRATE nowhere 1 none 0 10")).isEqualTo("NOKEY");
      assertThat(dialed).isEmpty();
    }

    @Test
    void loses_nothing_when_the_network_fails() {
      run("SET a 1");
      assertThat(run("MIGRATE silent 1 a 0 10"))
          .isEqualTo("-IOERR error or timeout connecting to the client");
      assertThat(run("MIGRATE nowhere 1 a 0 10"))
          .isEqualTo("-IOERR error or timeout writing to target instance");
      carried = 2;
      assertThat(run("MIGRATE there 1 a 0 10"))
          .isEqualTo("-IOERR error or timeout writing to target instance");
      assertThat(run("EXISTS a")).isEqualTo(":1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "x", "-1", "999999999999", "\"\""})
    void dials_no_port_that_is_none(String port) {
      run("SET a 1");
      assertThat(run("MIGRATE there " + port + " a 0 10"))
          .isEqualTo("-IOERR error or timeout connecting to the client");
      assertThat(dialed).isEmpty();
    }

    @Test
    void waits_a_second_unless_told_otherwise() {
      run("SET a 1");
      run("MIGRATE nowhere 1 a 0 0");
      run("MIGRATE nowhere 1 a 0 -5");
      run("MIGRATE nowhere 1 a 0 9223372036854775807");
      assertThat(dialed)
          .containsExactly("nowhere:1 1000", "nowhere:1 1000", "nowhere:1 2147483647");
    }

    @Test
    void says_what_is_wrong() {
      run("SET a 1");
      for (String options : new String[] {"x", "AUTH", "AUTH2 user", "COPY x"}) {
        assertThat(run("MIGRATE there 1 a 0 10 " + options))
            .as(options)
            .isEqualTo("-ERR syntax error");
      }
      assertThat(run("MIGRATE there 1 a 0 10 KEYS a"))
          .isEqualTo(
              "-ERR When using MIGRATE KEYS option, the key argument must be set to the empty"
                  + " string");
      assertThat(run("MIGRATE there 1 a x 10"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("MIGRATE there 1 a 0 x"))
          .isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Test
  void a_payload_is_carried_byte_for_byte() {
    String bytes = new String(new byte[] {0, (byte) 0xFF, '\r', '\n'}, StandardCharsets.ISO_8859_1);
    store.call("SET", "k", bytes);
    assertThat(run("MIGRATE there 1 k 0 10")).isEqualTo("OK");
    assertThat(target.run("GET k")).isEqualTo("\"" + bytes + "\"");
  }
}
