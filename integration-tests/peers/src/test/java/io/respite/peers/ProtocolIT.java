package io.respite.peers;

import static io.respite.rigs.RawClient.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.RawClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests, good and bad, and the bytes that answer them. The table was measured on Redis 7.0.15;
 * where a redis-server is installed, it is asked again, so that the table cannot drift.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProtocolIT {
  private static final String ERR = "-ERR Protocol error: ";
  private static final String COUNT = ERR + "invalid multibulk length\r\n" + CLOSED;
  private static final String BULK = ERR + "invalid bulk length\r\n" + CLOSED;
  private static final String DEBUG =
      "-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you"
          + " can run it from a local connection, otherwise you need to set this option in the"
          + " configuration file, and then restart the server.\r\n";
  private static final int MANY = 1_000_000;

  private static ServerProcess respite;
  private static Optional<ServerProcess> redis;

  /**
   * A row of the table.
   *
   * @param newer whether only Redis 7.2 and we answer like this, and 7.0 does not
   */
  record Row(String request, String answer, boolean newer) {
    @Override
    public String toString() {
      String shown = request.length() > 70 ? request.substring(0, 70) + "..." : request;
      return shown.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
    }
  }

  private static Row bytes(String request, String answer) {
    return new Row(request, answer, false);
  }

  private static Row line(String request, String answer) {
    return new Row(request + "\r\n", answer + "\r\n", false);
  }

  private static Row newer(String request, String answer) {
    return new Row(request + "\r\n", answer + "\r\n", true);
  }

  @BeforeAll
  static void start() throws IOException {
    respite = ServerProcess.respite();
    redis = ServerProcess.redis();
  }

  @AfterAll
  static void stop() {
    respite.close();
    redis.ifPresent(ServerProcess::close);
  }

  static Stream<Row> framing() {
    return Stream.of(
        bytes("\r\nPING\r\n", "+PONG\r\n"),
        bytes("*0\r\nPING\r\n", "+PONG\r\n"),
        bytes("*-1\r\nPING\r\n", "+PONG\r\n"),
        bytes("*-10\r\nPING\r\n", "+PONG\r\n"),
        bytes("*3000000000\r\n", COUNT),
        bytes("*2147483648\r\n", COUNT),
        bytes("*abc\r\n", COUNT),
        bytes("*+1\r\n", COUNT),
        bytes("*01\r\n", COUNT),
        bytes("* 1\r\n", COUNT),
        bytes("*1.5\r\n", COUNT),
        bytes("*12345678901234567890\r\n", COUNT),
        bytes("*2147483647\r\n", ""),
        bytes("*1048577\r\n", ""),
        bytes("*1\r\n$-1\r\n", BULK),
        bytes("*1\r\n$-10\r\n", BULK),
        bytes("*1\r\n$blabla\r\n", BULK),
        bytes("*1\r\n$536870913\r\n", BULK),
        bytes("*1\r\n$2000000000\r\n", BULK),
        bytes("*1\r\n$9223372036854775808\r\n", BULK),
        bytes("*1\r\n*1\r\n", ERR + "expected '$', got '*'\r\n" + CLOSED),
        bytes("*1\r\n:1\r\n", ERR + "expected '$', got ':'\r\n" + CLOSED),
        bytes("*1\r\n_\r\n", ERR + "expected '$', got '_'\r\n" + CLOSED),
        bytes("*1\r\nfooz\r\n", ERR + "expected '$', got 'f'\r\n" + CLOSED),
        bytes("set \"a\r\n", ERR + "unbalanced quotes in request\r\n" + CLOSED),
        bytes("POST / HTTP/1.1\r\n", CLOSED),
        bytes("Host: localhost\r\n", CLOSED),
        bytes(
            "GET / HTTP/1.1\r\nAccept: a\r\n\r\n",
            Stream.of(
                    "-ERR wrong number of arguments for 'get' command",
                    "-ERR unknown command 'Accept:', with args beginning with: 'a' ")
                .map(error -> error + "\r\n")
                .collect(Collectors.joining())),
        bytes("\u0016\u0003\u0001\u0002\0\u0001\0\u0001", ""),
        bytes("*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n", "+PONG\r\n+PONG\r\n"),
        bytes("*1\n$4\nPING\n", ""),
        bytes("*2\r\n$4\r\nECHO\r\n$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"),
        bytes(
            "PING\r\nfoo\r\n*1\r\n_\r\nPING\r\n",
            "+PONG\r\n-ERR unknown command 'foo', with args beginning with: \r\n"
                + ERR
                + "expected '$', got '_'\r\n"
                + CLOSED),
        bytes("QUIT\r\nPING\r\n", "+OK\r\n" + CLOSED));
  }

  static Stream<Row> longFraming() {
    String tooLong = "1".repeat(65_537);
    return Stream.of(
        bytes("*" + tooLong, ERR + "too big mbulk count string\r\n" + CLOSED),
        bytes("*1\r\n$" + tooLong, ERR + "too big bulk count string\r\n" + CLOSED),
        bytes(tooLong, ERR + "too big inline request\r\n" + CLOSED),
        bytes("\0" + tooLong, ERR + "too big inline request\r\n" + CLOSED),
        bytes("ECHO " + tooLong + "\r\n", "$65537\r\n" + tooLong + "\r\n"));
  }

  static Stream<Row> commands() {
    return Stream.of(
        line("foo", "-ERR unknown command 'foo', with args beginning with: "),
        line("foo bar", "-ERR unknown command 'foo', with args beginning with: 'bar' "),
        bytes(
            "*2\r\n$200\r\n" + "f".repeat(200) + "\r\n$300\r\n" + "b".repeat(300) + "\r\n",
            "-ERR unknown command '"
                + "f".repeat(128)
                + "', with args beginning with: '"
                + "b".repeat(128)
                + "' \r\n"),
        bytes(
            "*2\r\n$4\r\nf\r\no\r\n$4\r\nb\r\nr\r\n",
            "-ERR unknown command 'f  o', with args beginning with: 'b  r' \r\n"),
        line("ping", "+PONG"),
        line("PiNg hello", "$5\r\nhello"),
        line("ping a b", "-ERR wrong number of arguments for 'ping' command"),
        line("echo", "-ERR wrong number of arguments for 'echo' command"),
        line("select 16", "-ERR DB index is out of range"),
        line("select x", "-ERR value is not an integer or out of range"),
        line("auth", "-ERR wrong number of arguments for 'auth' command"),
        line(
            "auth a",
            "-ERR AUTH <password> called without any password configured for the default user."
                + " Are you sure your configuration is correct?"),
        line("auth a b", "-WRONGPASS invalid username-password pair or user is disabled."),
        line("auth a b c", "-ERR syntax error"),
        line("hello x", "-ERR Protocol version is not an integer or out of range"),
        line("hello 4", "-NOPROTO unsupported protocol version"),
        line("hello 2 setname", "-ERR Syntax error in HELLO option 'setname'"),
        line("hello 2 foo", "-ERR Syntax error in HELLO option 'foo'"),
        line("reset", "+RESET"),
        line("client", "-ERR wrong number of arguments for 'client' command"),
        line("client foo", "-ERR unknown subcommand 'foo'. Try CLIENT HELP."),
        line("client kill 1.2.3.4:5", "-ERR No such client"),
        line("client kill id 987654321", ":0"),
        line("client kill id 0", "-ERR client-id should be greater than 0"),
        line("client kill type foo", "-ERR Unknown client type 'foo'"),
        line("client kill user nobody", "-ERR No such user 'nobody'"),
        line("client kill foo bar", "-ERR syntax error"),
        line("client list id x", "-ERR Invalid client ID"),
        line("client list type foo", "-ERR Unknown client type 'foo'"),
        line(
            "client setname \"a b\"",
            "-ERR Client names cannot contain spaces, newlines or special characters."),
        line("client setname abc", "+OK"),
        line("client getname", "$-1"),
        line("client no-evict x", "-ERR syntax error"),
        newer("client no-touch on", "+OK"),
        newer("client setinfo lib-name x", "+OK"),
        newer("client setinfo foo x", "-ERR Unrecognized option 'foo'"),
        newer(
            "client setinfo lib-ver \"a b\"",
            "-ERR lib-ver cannot contain spaces, newlines or special characters."),
        line("client reply x", "-ERR syntax error"),
        bytes("client reply off\r\nping\r\nclient reply on\r\nping\r\n", "+OK\r\n+PONG\r\n"),
        bytes("client reply skip\r\nping\r\nping\r\n", "+PONG\r\n"),
        line("client pause x", "-ERR timeout is not an integer or out of range"),
        line("client pause -1", "-ERR timeout is negative"),
        line("client pause 5 foo", "-ERR CLIENT PAUSE mode must be WRITE or ALL"),
        bytes(
            "client setname x\r\nclient getname\r\nreset\r\nclient getname\r\n",
            "+OK\r\n$1\r\nx\r\n+RESET\r\n$-1\r\n"),
        line("config", "-ERR wrong number of arguments for 'config' command"),
        line("config foo", "-ERR unknown subcommand 'foo'. Try CONFIG HELP."),
        line("config get tcp-KEEPALIVE", "*2\r\n$13\r\ntcp-KEEPALIVE\r\n$3\r\n300"),
        line("config get nonsense", "*0"),
        line("config get hash-max-list*-value", "*2\r\n$23\r\nhash-max-listpack-value\r\n$2\r\n64"),
        line("config set a b", "-ERR Unknown option or number of arguments for CONFIG SET - 'a'"),
        line(
            "config set dir /etc",
            "-ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected"
                + " config"),
        line(
            "config set databases 3",
            "-ERR CONFIG SET failed (possibly related to argument 'databases') - can't set"
                + " immutable config"),
        line(
            "config set hz 10 hz 10",
            "-ERR CONFIG SET failed (possibly related to argument 'hz') - duplicate parameter"),
        line(
            "config set port 65536",
            "-ERR CONFIG SET failed (possibly related to argument 'port') - argument must be"
                + " between 0 and 65535 inclusive"),
        line("config rewrite", "-ERR The server is running without a config file"),
        line("command foo", "-ERR unknown subcommand 'foo'. Try COMMAND HELP."),
        line("command getkeys mset a 1 b 2", "*2\r\n$1\r\na\r\n$1\r\nb"),
        line("command getkeys ping x", "-ERR The command has no key arguments"),
        line("command getkeys foo x", "-ERR Invalid command specified"),
        line("command list filterby foo bar", "-ERR syntax error"),
        line("command list filterby module foo", "*0"),
        line("command docs foo", "*0"),
        line("time x", "-ERR wrong number of arguments for 'time' command"),
        line("shutdown foo", "-ERR syntax error"),
        line("shutdown save nosave", "-ERR syntax error"),
        line("shutdown abort", "-ERR No shutdown in progress."),
        new Row("debug sleep 0\r\n", DEBUG, false),
        new Row("debug foo\r\n", DEBUG, false),
        line("swapdb a 1", "-ERR invalid first DB index"),
        line("swapdb 0 b", "-ERR invalid second DB index"),
        line("swapdb 0 99", "-ERR DB index is out of range"),
        line("flushall foo", "-ERR syntax error"),
        line("flushdb sync", "+OK"),
        line("dbsize", ":0"),
        line("memory usage nokey", "$-1"),
        line("memory usage k samples -1", "-ERR syntax error"),
        line("info nonsense", "$0\r\n"));
  }

  private static String answer(ServerProcess server, Row row) {
    try (RawClient client = server.connect()) {
      client.send(row.request);
      // A whole answer is waited for; where none is due, the connection must still be of use.
      return row.answer.isEmpty() ? client.receiveAll() : client.receive(row.answer);
    }
  }

  @ParameterizedTest
  @MethodSource({"framing", "longFraming", "commands"})
  void answers_in_these_bytes(Row row) {
    assertThat(answer(respite, row)).isEqualTo(row.answer);
  }

  @ParameterizedTest
  @MethodSource({"framing", "longFraming", "commands"})
  void a_real_server_answers_in_the_same_bytes(Row row) {
    assumeTrue(redis.isPresent(), "redis-server is not installed here");
    assumeTrue(!row.newer, "the installed redis-server is older than 7.2");

    assertThat(answer(redis.orElseThrow(), row)).isEqualTo(row.answer);
  }

  @ParameterizedTest
  @MethodSource("framing")
  void answers_the_same_when_the_request_comes_in_two_parts(Row row) {
    if (row.answer.isEmpty()) {
      return;
    }
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int cut = 1; cut < row.request.length(); cut++) {
        clients.add(respite.connect().send(row.request.substring(0, cut)));
      }
      for (int cut = 1; cut < row.request.length(); cut++) {
        RawClient client = clients.get(cut - 1).send(row.request.substring(cut));
        assertThat(client.receive(row.answer)).as("cut at %d", cut).isEqualTo(row.answer);
      }
    } finally {
      clients.forEach(RawClient::close);
    }
  }

  @Test
  void answers_a_million_pipelined_requests_in_order() throws Exception {
    try (RawClient client = respite.connect()) {
      Thread writer =
          new Thread(
              () -> {
                String batch = "PING\r\n".repeat(1000);
                for (int i = 0; i < MANY / 1000; i++) {
                  client.send(batch);
                }
                client.send("ECHO end\r\n");
              });
      writer.start();
      String expected = "+PONG\r\n".repeat(MANY) + "$3\r\nend\r\n";
      assertThat(client.receive(expected).equals(expected)).isTrue();
      writer.join();
    }
  }
}
