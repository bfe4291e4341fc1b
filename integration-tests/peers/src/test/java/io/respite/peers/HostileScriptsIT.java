package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Resp;
import io.respite.rigs.ServerProcess;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scripts that want to hurt a server: {@code hostile-scripts.lua}, one after the other in one
 * server with a heap of {@value #HEAP_MEGABYTES} MB, where a script makes the engine busy after
 * {@value #THRESHOLD_MILLIS} ms.
 *
 * <p>While one runs, another client sends PING all the time. It may have to wait until the script
 * makes the engine busy, and {@value #PATIENCE_MILLIS} ms more; the garbage collector and other
 * programs on the machine take their share, so the figure is multiplied by {@link #FACTOR}: two, or
 * one and what the load of the machine is beyond its processors, for each of them. What still runs
 * after {@value #RUNNING_MILLIS} ms is ended by SCRIPT KILL, which has a second to do it.
 *
 * <p>What a script does to the server, it does each time; what another program on the machine does
 * to it, it does once. So a script that was too slow runs again, {@value #RUNS} times in all, and
 * fails when it was too slow each time. Every run that was is printed.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HostileScriptsIT {
  private static final int HEAP_MEGABYTES = 768;
  private static final int THRESHOLD_MILLIS = 200;
  private static final int PATIENCE_MILLIS = 100;
  private static final int RUNNING_MILLIS = 700;
  private static final int KILL_MILLIS = 1000;
  private static final int RUNS = 3;

  /** Longest that a script may take to end once nothing is left of it but its reply. */
  private static final int END_MILLIS = 20_000;

  /** How much slower than alone things go on this machine now; measured once, before all. */
  private static final double FACTOR = factor();

  private static ServerProcess server;
  private static double worstPing;
  private static String worstPinged = "";
  private static double worstKill;
  private static String worstKilled = "";
  private static long mostHeap;

  /** A script with a name. */
  private record Script(String name, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static double factor() {
    double load = Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    // This test keeps one and a half processors busy by itself.
    double most = 1 + load / Runtime.getRuntime().availableProcessors();
    return Double.parseDouble(
        System.getProperty("respite.hostile.factor", Double.toString(Math.max(2, most))));
  }

  static Stream<Script> scripts() throws IOException {
    try (InputStream in = HostileScriptsIT.class.getResourceAsStream("hostile-scripts.lua")) {
      String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      return Stream.of(all.split("(?m)^-- ## ", -1))
          .skip(1)
          .map(part -> part.split("\n", 2))
          .map(part -> new Script(part[0], part[1].strip()));
    }
  }

  @BeforeAll
  static void start() throws IOException {
    server =
        ServerProcess.launch(
            ServerProcess.LAUNCHER,
            List.of(),
            Map.of("RESPITE_JAVA_OPTS", "-Xmx" + HEAP_MEGABYTES + "m"),
            "--busy-reply-threshold",
            Integer.toString(THRESHOLD_MILLIS));
    server.awaitAnswer();
  }

  @AfterAll
  static void stop() {
    if (server == null) {
      return;
    }
    server.close();
    System.out.printf(
        "Worst PING beyond the threshold: %.0f ms (%s); worst SCRIPT KILL: %.0f ms (%s);"
            + " most heap: %d MB; factor %.1f%n",
        worstPing, worstPinged, worstKill, worstKilled, mostHeap >> 20, FACTOR);
    assertThat(server.output())
        .doesNotContain("Internal error")
        .doesNotContain("StackOverflowError")
        .doesNotContain("OutOfMemoryError");
  }

  /** A connection on which requests are answered one by one. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(END_MILLIS);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    void send(String... words) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new Request(words[0], List.of(words)).writeTo(out);
      socket.getOutputStream().write(out.toByteArray());
    }

    Resp ask(String... words) throws IOException {
      send(words);
      return Resp.read(in);
    }

    /** The beginning of a reply; the rest, which may be large, is never read. */
    String beginning() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b >= 0 && b != '\r'; b = in.read()) {
        if (line.length() < 100) {
          line.append((char) b);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  /** How long others waited for the server, in milliseconds, while a script ran. */
  private record Delays(double ping, double kill) {
    boolean areTooLong() {
      return ping >= PATIENCE_MILLIS * FACTOR || kill >= KILL_MILLIS * FACTOR;
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void others_are_served_and_nothing_is_left(Script script)
      throws IOException, InterruptedException, ExecutionException {
    Delays delays = run(script);
    for (int run = 2; delays.areTooLong() && run <= RUNS; run++) {
      System.out.printf(
          "Too slow: %s: PING %.0f ms, KILL %.0f ms; run %d of %d follows%n",
          script.name, delays.ping, delays.kill, run, RUNS);
      delays = run(script);
    }
    note(script, delays.ping, delays.kill);
    assertThat(delays.ping).as("milliseconds a PING was late").isLessThan(PATIENCE_MILLIS * FACTOR);
    assertThat(delays.kill).as("milliseconds of SCRIPT KILL").isLessThan(KILL_MILLIS * FACTOR);
  }

  private static Delays run(Script script)
      throws IOException, InterruptedException, ExecutionException {
    double late = 0;
    double kill = 0;
    try (Client attacker = new Client();
        Client other = new Client();
        Client operator = new Client()) {
      long began = System.nanoTime();
      attacker.send("EVAL", script.text, "0");
      CompletableFuture<String> reply = new CompletableFuture<>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  reply.complete(attacker.beginning());
                } catch (IOException failed) {
                  reply.completeExceptionally(failed);
                }
              });
      reader.setDaemon(true);
      reader.start();
      boolean killed = false;
      while (!reply.isDone() && millisSince(began) < END_MILLIS) {
        double mayWait = Math.max(0, THRESHOLD_MILLIS - millisSince(began));
        long sent = System.nanoTime();
        Resp pong = other.ask("PING");
        late = Math.max(late, millisSince(sent) - mayWait);
        assertThat(pong.text()).matches("PONG|BUSY .*");
        if (!killed && !reply.isDone() && millisSince(began) > RUNNING_MILLIS) {
          killed = true;
          long asked = System.nanoTime();
          Resp answer = operator.ask("SCRIPT", "KILL");
          if (answer.text().equals("OK")) {
            kill = await(reply, asked);
          }
        }
      }
      assertThat(reply).as("reply").isDone();
      assertThat(reply.get()).as("reply").doesNotContain("internal error").isNotEmpty();
    }
    assertNothingIsLeft();
    return new Delays(late, kill);
  }

  private static double await(CompletableFuture<String> reply, long since)
      throws InterruptedException, ExecutionException {
    try {
      reply.get(END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException stillRuns) {
      throw new AssertionError("SCRIPT KILL ends nothing", stillRuns);
    }
    return millisSince(since);
  }

  private static synchronized void note(Script script, double late, double kill) {
    if (late > worstPing) {
      worstPing = late;
      worstPinged = script.name;
    }
    if (kill > worstKill) {
      worstKill = kill;
      worstKilled = script.name;
    }
  }

  /** The next script finds a world as at the start, and the server has memory. */
  private static void assertNothingIsLeft() throws IOException {
    try (Client client = new Client()) {
      assertThat(client.ask("EVAL", WALK, "0").items().stream().map(Resp::text).toList())
          .as("what a script can reach")
          .containsExactlyElementsOf(reachable());
      assertThat(client.ask("EVAL", "return {#KEYS, #ARGV, cjson.encode({1})}", "0").toString())
          .isEqualTo("*[:0, :0, \"[1]\"]");
      Matcher heap =
          Pattern.compile("heap_used:(\\d+)").matcher(client.ask("INFO", "memory").text());
      assertThat(heap.find()).isTrue();
      long used = Long.parseLong(heap.group(1));
      mostHeap = Math.max(mostHeap, used);
      assertThat(used).as("heap in use").isLessThan((long) HEAP_MEGABYTES << 20);
    }
  }

  // ---- what can be reached

  /** Everything that leads from value to value: fields, keys, metatables, of _G and of values. */
  private static final String WALK =
      """
      local seen, found = {}, {}
      local function walk(path, value)
        local kind = type(value)
        if (kind == 'table' or kind == 'function') and seen[value] then return end
        if kind == 'table' or kind == 'function' then seen[value] = true end
        found[#found + 1] = path .. ':' .. kind
        local meta = getmetatable(value)
        if meta ~= nil and kind ~= 'string' then walk(path .. '.<metatable>', meta) end
        if kind == 'table' then
          local names = {}
          for k in pairs(value) do names[#names + 1] = k end
          table.sort(names)
          for _, k in ipairs(names) do walk(path .. '.' .. tostring(k), value[k]) end
        end
      end
      walk('_G', _G)
      walk('<string>', getmetatable(''))
      for name, value in pairs({number = 1, boolean = true, func = walk,
          thread = coroutine.create(walk), null = cjson.null}) do
        if getmetatable(value) ~= nil then walk('<' .. name .. '>', getmetatable(value)) end
      end
      if getmetatable(nil) ~= nil then walk('<nil>', getmetatable(nil)) end
      return found
      """;

  private static List<String> reachable() throws IOException {
    try (InputStream in = HostileScriptsIT.class.getResourceAsStream("reachable.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @Test
  void what_scripts_can_reach_is_in_the_list() throws IOException {
    try (Client client = new Client()) {
      Resp walked = client.ask("EVAL", WALK, "0");
      List<String> mine = walked.items().stream().map(Resp::text).toList();
      System.out.println(mine.size() + " values can be reached");
      assertThat(mine).containsExactlyElementsOf(reachable());
      assertThat(mine)
          .noneMatch(
              name ->
                  name.matches(
                      "_G\\.(io|package|debug|require|module|dofile|loadfile|print|luajava|java)"
                          + "\\b.*"))
          .noneMatch(name -> name.endsWith(":userdata") && !name.contains("null"));
    }
  }

  @Test
  void functions_of_libraries_reach_no_more_than_scripts() throws IOException {
    try (Client client = new Client()) {
      String library =
          "#!lua name=walker\nredis.register_function('walk', function() " + WALK + " end)";
      assertThat(client.ask("FUNCTION", "LOAD", library).text()).isEqualTo("walker");
      List<String> reached = new ArrayList<>();
      client.ask("FCALL", "walk", "0").items().forEach(item -> reached.add(item.text()));
      client.ask("FUNCTION", "FLUSH");
      assertThat(reached).isNotEmpty();
      assertThat(new TreeSet<>(reachable())).containsAll(reached);
    }
  }

  @Test
  void one_error_is_one_line_whatever_it_says() throws IOException {
    try (Client client = new Client()) {
      for (String script :
          List.of(
              "return redis.error_reply('ERR a\\r\\n+OK\\r\\n:1')",
              "return redis.status_reply('a\\r\\n+OK\\r\\n:1')",
              "return {err = 'a\\r\\n+OK'}",
              "return {ok = 'a\\r\\n+OK'}",
              "error('a\\r\\n+OK')",
              "error({err = 'a\\r\\n+OK'})",
              "return redis.call('GET\\r\\n+OK')",
              "redis.setresp(3) return {big_number = '1\\r\\n+OK'}")) {
        client.ask("EVAL", script, "0");
        assertThat(client.ask("ECHO", "in step").text()).as(script).isEqualTo("in step");
      }
    }
  }
}
