package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Resp;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import io.respite.server.command.Command;
import io.respite.server.command.CommandFlag;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Every command with an extreme value in each place of its requests, against a server with a heap
 * of half a gigabyte: it answers soon, briefly, and goes on. {@code -Drespite.extremes.seed=}
 * repeats a run.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExtremesIT {
  private static final int REQUESTS_OF_A_ROW = 4;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int HUGE_BYTES = 10_000_000;
  private static final long MOST_REPLY_BYTES = 160L << 20;
  private static final int SHOWN = 8;

  private static final List<byte[]> EXTREMES =
      List.of(
          latin("-9223372036854775808"),
          latin("-9223372036854775807"),
          latin("-4611686018427387905"),
          latin("-1"),
          latin("0"),
          latin("2147483648"),
          latin("4294967296"),
          latin("9223372036854775807"),
          latin("nan"),
          latin("inf"),
          latin(""),
          latin("\u00ff\u00ff"));

  /** End the server or the connection, answer several times or never, or wait by intention. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "shutdown",
          "quit",
          "monitor",
          "subscribe",
          "psubscribe",
          "ssubscribe",
          "unsubscribe",
          "punsubscribe",
          "sunsubscribe",
          "client|reply",
          "client|kill",
          "client|pause",
          "debug");

  private static final String[][] FILLING = {
    {"SET", "s0", "12"},
    {"SET", "s1", "hello"},
    {"RPUSH", "l0", "a", "b", "c", "1", "2"},
    {"SADD", "t0", "a", "b", "c"},
    {"SADD", "t1", "1", "2", "3"},
    {"ZADD", "z0", "1", "a", "2", "b", "3", "c"},
    {"HSET", "h0", "a", "1", "b", "2", "c", "x"},
    {"XADD", "x0", "1-1", "a", "b"},
    {"XADD", "x0", "2-2", "a", "b"},
    {"XGROUP", "CREATE", "x0", "g1", "0"},
    {"XREADGROUP", "GROUP", "g1", "c1", "COUNT", "1", "STREAMS", "x0", ">"},
    {"PFADD", "p0", "a", "b", "c"},
    {"GEOADD", "g0", "13.361389", "38.115556", "a", "15.087269", "37.502669", "b"},
  };

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Counts what is read. */
  private static final class Counting extends FilterInputStream {
    private long bytes;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      bytes += Math.max(0, count);
      return count;
    }
  }

  /** A connection that measures. */
  private static final class Probe implements AutoCloseable {
    private final Socket socket;
    private final Counting counting;
    private final InputStream in;
    private final OutputStream out;

    Probe(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      counting = new Counting(socket.getInputStream());
      in = new BufferedInputStream(counting, 1 << 16);
      out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    Resp ask(List<byte[]> words) throws IOException {
      out.write(latin("*" + words.size() + "\r\n"));
      for (byte[] word : words) {
        out.write(latin("$" + word.length + "\r\n"));
        out.write(word);
        out.write(latin("\r\n"));
      }
      out.flush();
      return Resp.read(in);
    }

    Resp ask(String... words) throws IOException {
      return ask(Arrays.stream(words).map(ExtremesIT::latin).toList());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** A request and how long it took. */
  private record Timed(long micros, String request) {}

  private final long seed = Long.getLong("respite.extremes.seed", Seeds.first());
  private final List<Timed> slowest = new ArrayList<>();
  private int asked;

  private static List<Command> rows() {
    return CommandRows.all().stream().filter(row -> !LEFT_OUT.contains(row.fullName())).toList();
  }

  private static ServerProcess server() throws IOException {
    ServerProcess server =
        ServerProcess.launch(
            ServerProcess.LAUNCHER,
            List.of(),
            Map.of("RESPITE_JAVA_OPTS", "-Xmx512m"),
            "--enable-debug-command",
            "yes");
    server.awaitAnswer();
    return server;
  }

  @Test
  void every_argument_may_be_an_extreme_number() throws Exception {
    try (ServerProcess server = server();
        Probe probe = new Probe(server.port)) {
      for (Command row : rows()) {
        for (List<byte[]> request : requests(row)) {
          fill(probe);
          for (int place = 1; place < request.size(); place++) {
            for (byte[] extreme : EXTREMES) {
              ask(server, probe, row, with(request, place, extreme));
            }
          }
        }
        alive(server, probe, row);
      }
    }
    report("extreme numbers");
  }

  @Test
  void every_argument_may_be_ten_megabytes_long() throws Exception {
    byte[] huge = new byte[HUGE_BYTES];
    Arrays.fill(huge, (byte) '7');
    try (ServerProcess server = server();
        Probe probe = new Probe(server.port)) {
      for (Command row : rows()) {
        List<byte[]> request = longest(requests(row));
        for (int place = 1; place < request.size(); place++) {
          fill(probe);
          ask(server, probe, row, with(request, place, huge));
        }
        alive(server, probe, row);
      }
    }
    report("long arguments");
  }

  /** Requests of a row that meet the keys of {@link #FILLING}. */
  private List<List<byte[]>> requests(Command row) {
    RequestGenerator generator = new RequestGenerator(seed, List.of(row), new HashSet<>());
    List<List<byte[]>> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS_OF_A_ROW; i++) {
      requests.add(
          generator.next().words().stream()
              .map(word -> latin(word.replaceAll("^([sltzhxpg])[0-3]$", "$10")))
              .toList());
    }
    return requests;
  }

  private static List<byte[]> longest(List<List<byte[]>> requests) {
    return requests.stream().max((a, b) -> Integer.compare(a.size(), b.size())).orElseThrow();
  }

  private static List<byte[]> with(List<byte[]> request, int place, byte[] word) {
    List<byte[]> changed = new ArrayList<>(request);
    changed.set(place, word);
    return changed;
  }

  private static void fill(Probe probe) throws IOException {
    probe.ask("FLUSHALL");
    for (String[] line : FILLING) {
      assertThat(probe.ask(line).isError()).as(line[0]).isFalse();
    }
  }

  private void ask(ServerProcess server, Probe probe, Command row, List<byte[]> request) {
    // Within a transaction nothing waits.
    boolean waits = row.is(CommandFlag.BLOCKING) || row.name().startsWith("wait");
    long before = probe.counting.bytes;
    long start = System.nanoTime();
    try {
      if (waits) {
        probe.ask("MULTI");
      }
      probe.ask(request);
      if (waits) {
        probe.ask("EXEC");
      }
    } catch (IOException failed) {
      throw new AssertionError(
          "no answer to " + shown(request) + ", seed " + seed + ": " + server.output(), failed);
    }
    asked++;
    slowest.add(new Timed((System.nanoTime() - start) / 1000, shown(request)));
    slowest.sort((a, b) -> Long.compare(b.micros, a.micros));
    slowest.subList(Math.min(SHOWN, slowest.size()), slowest.size()).clear();
    assertThat(probe.counting.bytes - before)
        .as("bytes in reply to %s", shown(request))
        .isLessThan(MOST_REPLY_BYTES);
  }

  /** A request as people can read it. */
  private static String shown(List<byte[]> request) {
    StringBuilder shown = new StringBuilder();
    for (byte[] word : request) {
      String text = new String(word, 0, Math.min(word.length, 40), StandardCharsets.ISO_8859_1);
      shown.append(word.length > 40 ? word.length + " bytes" : '"' + Resp.escaped(text) + '"');
      shown.append(' ');
    }
    return shown.toString();
  }

  private void alive(ServerProcess server, Probe probe, Command row) throws IOException {
    probe.ask("DISCARD");
    probe.ask("SELECT", "0");
    Resp pong = probe.ask("PING");
    assertThat(pong.text())
        .as("PING after %s: %s", row.fullName(), server.output())
        .isEqualTo("PONG");
  }

  private void report(String what) {
    System.out.println(asked + " requests with " + what + ", seed " + seed + "; the slowest:");
    slowest.forEach(
        timed -> System.out.println("  " + timed.micros / 1000 + " ms " + timed.request));
    assertThat(slowest.get(0).micros).as("%s", slowest.get(0)).isLessThan(5_000_000);
  }
}
