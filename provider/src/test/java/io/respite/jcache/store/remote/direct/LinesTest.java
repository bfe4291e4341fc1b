package io.respite.jcache.store.remote.direct;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.config.StoreUri;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.wire.Answer;
import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Failures;
import io.respite.jcache.store.remote.wire.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Lines to a server that does what a test says: it answers, is silent, or hangs up. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LinesTest {
  private static final String HANG_UP = "";
  private static final String NOTHING = "nothing";

  /** An answer, and with it all behind it, that comes when the test says so. */
  private static final String LATER = "later";

  private final ServerSocket door = open();
  private final ExecutorService pool = Executors.newCachedThreadPool();

  /** What it has been asked, introductions aside. */
  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

  private final AtomicInteger connections = new AtomicInteger();
  private final List<Socket> sockets = new ArrayList<>();
  private volatile String greeting = "+OK\r\n";

  /** What it answers next; "+OK" when there is nothing. */
  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();

  /** What an answer waits for that is {@link #LATER}. */
  private final CountDownLatch now = new CountDownLatch(1);

  private Lines lines;

  private static ServerSocket open() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void serve() {
    pool.execute(
        () -> {
          while (true) {
            Socket socket;
            try {
              socket = door.accept();
            } catch (IOException closed) {
              return;
            }
            connections.incrementAndGet();
            synchronized (sockets) {
              sockets.add(socket);
            }
            pool.execute(() -> talk(socket));
          }
        });
  }

  private void talk(Socket socket) {
    try (socket) {
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int count = Integer.parseInt(line.substring(1));
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          in.readLine();
          words.add(in.readLine());
        }
        String reply = greeting;
        if (!words.get(0).equals("HELLO")) {
          asked.add(String.join(" ", words));
          String next = replies.poll();
          reply = next == null ? "+OK\r\n" : next;
        }
        if (reply.equals(HANG_UP)) {
          return;
        }
        if (reply.equals(LATER)) {
          now.await();
          reply = "+" + String.join(" ", words) + "\r\n";
        }
        if (!reply.equals(NOTHING)) {
          socket.getOutputStream().write(reply.getBytes(US_ASCII));
        }
      }
    } catch (IOException | InterruptedException ended) {
      // The test has closed it.
      return;
    }
  }

  private RemoteUri uri(String parameters) {
    return (RemoteUri)
        StoreUri.parse(URI.create("redis://127.0.0.1:" + door.getLocalPort() + "/0" + parameters));
  }

  private Lines lines(String parameters) {
    RemoteUri uri = uri(parameters);
    lines = Lines.open(uri, new Failures(uri.toString(), uri.timeoutMillis()));
    return lines;
  }

  @AfterEach
  void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
    door.close();
    hangUp();
    pool.shutdownNow();
  }

  private static boolean refuses(int port) {
    try {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      return false;
    } catch (IOException refused) {
      return true;
    }
  }

  private void hangUp() throws IOException {
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
      sockets.clear();
    }
  }

  /** Keeps the last text. */
  private static final class Text extends Answer<String> {
    private String text;

    @Override
    public void begin() {
      text = null;
    }

    @Override
    public void set(ByteBuffer bytes) {
      text = bytes == null ? null : US_ASCII.decode(bytes).toString();
    }

    @Override
    public void set(long number) {
      throw new IllegalStateException("the number %d is no text".formatted(number));
    }

    @Override
    public String value() {
      return text;
    }
  }

  private static Request<String> reading(String key) {
    return new Request<>(Command.HGET, new Text(), false, null, key.getBytes(US_ASCII));
  }

  private static Request<String> changing(String key) {
    return new Request<>(Command.SET, new Text(), true, null, key.getBytes(US_ASCII));
  }

  private static String lastOf(Lines lines, Request<String> request) {
    lines.exchange(List.of(request));
    return request.await();
  }

  @Nested
  class A_call {
    @Test
    void is_answered_and_uses_one_connection() {
      lines("");
      replies.add("$1\r\na\r\n");
      assertThat(lastOf(lines, reading("k"))).isEqualTo("a");
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
      assertThat(connections).hasValue(1);
      assertThat(asked).containsExactly("HGET k", "HGET k");
    }

    @Test
    void of_several_requests_gets_the_reply_of_each() {
      lines("");
      replies.addAll(List.of("+1\r\n", "-ERR two\r\n", "+3\r\n"));
      List<Request<String>> requests = List.of(reading("a"), changing("b"), reading("c"));
      lines.exchange(requests);
      assertThat(requests.get(0).await()).isEqualTo("1");
      assertThatThrownBy(requests.get(1)::await)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("refuses: ERR two");
      assertThat(requests.get(2).await()).isEqualTo("3");
    }

    @Test
    void that_nobody_answers_ends_in_time_with_its_line() {
      lines("?timeout=100");
      replies.add(NOTHING);
      Request<String> request = reading("k");
      assertThatThrownBy(() -> lastOf(lines, request))
          .hasMessageContaining("did not answer within 100 ms");
      // A late reply to it must not be taken for the next one's.
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
      assertThat(connections).hasValue(2);
    }

    @Test
    void that_is_interrupted_says_so_and_ends_its_line() throws Exception {
      lines("?timeout=60000");
      replies.add(NOTHING);
      var thread = new CountDownLatch(1);
      var threads = new LinkedBlockingQueue<Thread>();
      Future<Boolean> interrupted =
          pool.submit(
              () -> {
                threads.add(Thread.currentThread());
                thread.countDown();
                Request<String> request = changing("k");
                assertThatThrownBy(() -> lastOf(lines, request))
                    .hasMessageContaining("The thread was interrupted while it waited");
                return Thread.interrupted();
              });
      thread.await();
      assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo("SET k");
      threads.remove().interrupt();
      assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
      assertThat(connections).hasValue(2);
    }

    @Test
    void of_an_interrupted_thread_sends_nothing() {
      lines("");
      Thread.currentThread().interrupt();
      try {
        Request<String> request = changing("k");
        assertThatThrownBy(() -> lastOf(lines, request)).hasMessageContaining("interrupted");
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(asked).isEmpty();
    }

    @Test
    void that_gets_what_is_no_reply_ends_its_line() {
      lines("");
      replies.add("HTTP/1.1 400\r\n");
      Request<String> request = reading("k");
      assertThatThrownBy(() -> lastOf(lines, request))
          .hasMessageContaining("cannot be asked")
          .hasMessageContaining("which is no reply");
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
    }

    @Test
    void whose_answer_does_not_fit_ends_its_line() {
      lines("");
      replies.add(":7\r\n");
      Request<String> request = reading("k");
      assertThatThrownBy(() -> lastOf(lines, request))
          .hasMessageContaining("the number 7 is no text");
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
      assertThat(connections).hasValue(2);
    }
  }

  @Nested
  class A_lost_line {
    @Test
    void is_replaced_before_anything_is_sent_when_it_was_idle() throws IOException {
      lines("");
      hangUp();
      assertThat(lastOf(lines, changing("k"))).isEqualTo("OK");
      assertThat(asked).containsExactly("SET k");
      assertThat(connections).hasValue(2);
    }

    @Test
    void makes_what_only_reads_be_sent_again() {
      lines("");
      replies.addAll(List.of(HANG_UP, HANG_UP));
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
      assertThat(asked).containsExactly("HGET k", "HGET k", "HGET k");
    }

    @Test
    void leaves_nothing_of_half_a_reply() {
      lines("");
      replies.addAll(List.of("*2\r\n+half\r\n", "+whole\r\n"));
      Request<String> request = reading("k");
      Future<String> value = pool.submit(() -> lastOf(lines, request));
      assertThat(asked).isNotNull();
      Awaitility.await().until(() -> asked.size() == 1);
      assertThat(value.isDone()).isFalse();
      assertThatNoOneIsLeft();
      assertThat(value).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("whole");
    }

    private void assertThatNoOneIsLeft() {
      try {
        hangUp();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Test
    void fails_what_may_have_changed_something_and_never_repeats_it() {
      lines("");
      replies.add(HANG_UP);
      Request<String> request = changing("k");
      assertThatThrownBy(() -> lastOf(lines, request))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(
              "was lost before it answered; what it was asked to change may have");
      assertThat(asked).containsExactly("SET k");
    }

    @Test
    void parts_requests_that_were_sent_together() {
      lines("");
      replies.addAll(List.of("+1\r\n", HANG_UP));
      List<Request<String>> requests = List.of(changing("a"), changing("b"), reading("c"));
      lines.exchange(requests);
      assertThat(requests.get(0).await()).isEqualTo("1");
      assertThatThrownBy(requests.get(1)::await).hasMessageContaining("was lost");
      assertThat(requests.get(2).await()).isEqualTo("OK");
      assertThat(asked).containsExactly("SET a", "SET b", "HGET c");
    }

    @Test
    void is_tried_again_until_the_time_is_over() throws IOException {
      lines("?timeout=300");
      door.close();
      // Its port takes connections until the thread that accepts them has noticed.
      Awaitility.await().until(() -> refuses(door.getLocalPort()));
      hangUp();
      Request<String> request = changing("k");
      assertThatThrownBy(() -> lastOf(lines, request))
          .hasMessageContaining("cannot be asked")
          .hasMessageContaining("refused");
      assertThat(asked).isEmpty();
    }
  }

  @Nested
  class Being_let_in {
    @Test
    void fails_in_the_servers_words() {
      greeting = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
      assertThatThrownBy(() -> lines(""))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("cannot be reached: WRONGPASS invalid");
    }

    @Test
    void by_a_server_that_knows_no_HELLO_happens_the_old_way() {
      greeting = "-ERR unknown command 'HELLO'\r\n";
      RemoteUri uri =
          (RemoteUri)
              StoreUri.parse(
                  URI.create("redis://me:secret@127.0.0.1:" + door.getLocalPort() + "/3"));
      lines = Lines.open(uri, new Failures(uri.toString(), uri.timeoutMillis()));
      assertThat(asked).containsExactly("AUTH me secret", "CLIENT SETNAME respite", "SELECT 3");
    }

    @Test
    void is_tried_again_while_there_are_too_many() throws IOException {
      lines("?timeout=10000");
      greeting = "-ERR max number of clients reached\r\n";
      hangUp();
      Request<String> request = reading("k");
      Future<String> value = pool.submit(() -> lastOf(lines, request));
      Awaitility.await().until(() -> connections.get() >= 4);
      assertThat(value.isDone()).isFalse();
      greeting = "+OK\r\n";
      assertThat(value).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("OK");
    }

    @Test
    void fails_at_once_when_the_password_has_changed() throws IOException {
      lines("?timeout=60000");
      greeting = "-WRONGPASS no\r\n";
      hangUp();
      Request<String> request = reading("k");
      assertThatThrownBy(() -> lastOf(lines, request))
          .hasMessageContaining("cannot be asked: WRONGPASS no");
      greeting = "+OK\r\n";
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
    }
  }

  @Nested
  class A_line_that_several_use {
    private Future<String> call(Request<String> request) {
      int before = asked.size();
      Future<String> value = pool.submit(() -> lastOf(lines, request));
      Awaitility.await().until(() -> asked.size() > before || sent.get() > 0);
      return value;
    }

    /** Calls that the server has not read yet, because it is busy with the first one. */
    private final AtomicInteger sent = new AtomicInteger();

    private Future<String> callBehind(Request<String> request) {
      sent.incrementAndGet();
      return call(request);
    }

    private void awaitCallers(int count) {
      Awaitility.await().until(() -> lines.callers() == count);
    }

    @Test
    void gives_each_caller_its_own_reply() throws Exception {
      lines("?direct=1&timeout=20000");
      replies.addAll(List.of(LATER, "+two\r\n", "+three\r\n"));
      Future<String> first = call(reading("a"));
      Future<String> second = callBehind(changing("b"));
      awaitCallers(2);
      Future<String> third = callBehind(reading("c"));
      awaitCallers(3);
      assertThat(first.isDone() || second.isDone() || third.isDone()).isFalse();
      now.countDown();
      assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("HGET a");
      assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("two");
      assertThat(third).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("three");
      assertThat(asked).containsExactly("HGET a", "SET b", "HGET c");
      assertThat(connections).hasValue(1);
    }

    @Test
    void is_used_when_there_is_no_place_for_another_one() {
      lines("?direct=2&timeout=20000");
      replies.addAll(List.of(LATER, LATER));
      Future<String> first = call(reading("a"));
      Future<String> second = call(reading("b"));
      assertThat(connections).hasValue(2);
      Future<String> third = callBehind(reading("c"));
      awaitCallers(3);
      now.countDown();
      assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("HGET a");
      assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("HGET b");
      assertThat(third).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("OK");
      assertThat(connections).hasValue(2);
    }

    @Test
    void ends_for_each_caller_in_time() {
      lines("?direct=1&timeout=300");
      replies.add(LATER);
      Future<String> first = call(reading("a"));
      Future<String> second = callBehind(changing("b"));
      for (Future<String> each : List.of(first, second)) {
        assertThat(each)
            .failsWithin(Duration.ofSeconds(10))
            .withThrowableThat()
            .withMessageContaining("did not answer within 300 ms");
      }
      now.countDown();
      assertThat(lastOf(lines, reading("c"))).isEqualTo("OK");
      assertThat(connections).hasValue(2);
    }

    @Test
    void serves_the_others_when_one_is_interrupted() throws Exception {
      lines("?direct=1&timeout=20000");
      replies.add(LATER);
      var threads = new LinkedBlockingQueue<Thread>();
      List<Future<String>> calls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Request<String> request = reading("k" + i);
        calls.add(
            pool.submit(
                () -> {
                  threads.add(Thread.currentThread());
                  return lastOf(lines, request);
                }));
        awaitCallers(i + 1);
      }
      // The one that reads, and one that sleeps.
      threads.remove().interrupt();
      threads.remove().interrupt();
      for (int i = 0; i < 2; i++) {
        assertThat(calls.get(i))
            .failsWithin(Duration.ofSeconds(10))
            .withThrowableThat()
            .withMessageContaining("The thread was interrupted while it waited");
      }
      assertThat(calls.get(2).isDone()).isFalse();
      now.countDown();
      assertThat(calls.get(2)).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("OK");
      // The line that they left is used by nobody else.
      assertThat(lastOf(lines, reading("c"))).isEqualTo("OK");
      assertThat(connections).hasValue(2);
    }

    @Test
    void is_lost_for_all_and_each_is_told_or_repeated_as_if_it_were_alone() throws IOException {
      lines("?direct=1&timeout=20000");
      replies.add(LATER);
      Future<String> reads = call(reading("a"));
      Future<String> changes = callBehind(changing("b"));
      awaitCallers(2);
      hangUp();
      assertThat(changes)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("was lost before it answered");
      assertThat(reads).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("OK");
      assertThat(asked).startsWith("HGET a").endsWith("HGET a");
    }

    @Test
    void refuses_a_reply_that_does_not_fit_to_one_caller_alone() {
      lines("?direct=1&timeout=20000");
      replies.addAll(List.of(LATER, ":7\r\n"));
      Future<String> first = call(reading("a"));
      Future<String> misfit = callBehind(reading("b"));
      awaitCallers(2);
      Future<String> third = callBehind(reading("c"));
      awaitCallers(3);
      now.countDown();
      assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("HGET a");
      assertThat(misfit)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("the number 7 is no text");
      assertThat(third).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("OK");
    }
  }

  @Nested
  class Many_callers {
    private static final int THREADS = 16;

    /** Echoes what it is asked in pieces of any size, and hangs up now and then. */
    private void echo(ServerSocket server, long seed, int hangUps) {
      var random = new Random(seed);
      while (true) {
        try (Socket socket = server.accept()) {
          socket.setTcpNoDelay(true);
          var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
          for (String line = in.readLine(); line != null; line = in.readLine()) {
            String last = "";
            for (int i = Integer.parseInt(line.substring(1)); i > 0; i--) {
              in.readLine();
              last = in.readLine();
            }
            if (hangUps > 0 && random.nextInt(hangUps) == 0 && !last.equals("respite")) {
              break;
            }
            byte[] reply = ("$" + last.length() + "\r\n" + last + "\r\n").getBytes(US_ASCII);
            int cut = random.nextInt(4) == 0 ? random.nextInt(reply.length) : reply.length;
            socket.getOutputStream().write(reply, 0, cut);
            socket.getOutputStream().write(reply, cut, reply.length - cut);
          }
        } catch (IOException ended) {
          if (server.isClosed()) {
            return;
          }
        }
      }
    }

    private void run(int hangUps, int calls) throws Exception {
      long seed = System.nanoTime();
      try (ServerSocket server = open()) {
        pool.execute(() -> echo(server, seed, hangUps));
        RemoteUri uri =
            (RemoteUri)
                StoreUri.parse(
                    URI.create("redis://127.0.0.1:" + server.getLocalPort() + "?direct=1"));
        lines = Lines.open(uri, new Failures(uri.toString(), 20_000));
        List<Future<Integer>> parts = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          String prefix = t + ":";
          var random = new Random(seed + t);
          parts.add(pool.submit(() -> callMany(prefix, random, calls, hangUps > 0)));
        }
        int lost = 0;
        for (Future<Integer> part : parts) {
          lost += part.get(60, TimeUnit.SECONDS);
        }
        assertThat(lost > 0).as("seed %d: %d lost", seed, lost).isEqualTo(hangUps > 0);
      }
    }

    private int callMany(String prefix, Random random, int calls, boolean mayBeLost) {
      int lost = 0;
      for (int i = 0; i < calls; i++) {
        List<Request<String>> requests = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int r = 1 + random.nextInt(3); r > 0; r--) {
          // Longer than what is written or read at once, now and then.
          String key = prefix + i + ":" + r + "x".repeat(random.nextInt(50) == 0 ? 70_000 : 5);
          keys.add(key);
          requests.add(random.nextBoolean() ? reading(key) : changing(key));
        }
        lines.exchange(requests);
        for (int r = 0; r < keys.size(); r++) {
          try {
            assertThat(requests.get(r).await()).isEqualTo(keys.get(r));
          } catch (StoreException e) {
            assertThat(mayBeLost && requests.get(r).changes()).isTrue();
            assertThat(e).hasMessageContaining("was lost before it answered");
            lost++;
          }
        }
      }
      return lost;
    }

    @Test
    void get_their_own_replies() throws Exception {
      run(0, 400);
    }

    @Test
    void get_their_own_replies_or_hear_of_the_loss() throws Exception {
      run(300, 200);
    }
  }

  @Nested
  class What_nobody_waits_for {
    @Test
    void is_sent_and_its_reply_is_passed_over() {
      lines("");
      replies.addAll(List.of("+first\r\n", "-ERR second\r\n", "+third\r\n"));
      assertThat(lines.forget(changing("a"))).isTrue();
      assertThat(lines.forget(changing("b"))).isTrue();
      assertThat(lastOf(lines, reading("c"))).isEqualTo("third");
      assertThat(lastOf(lines, reading("d"))).isEqualTo("OK");
      assertThat(connections).hasValue(1);
      assertThat(asked).containsExactly("SET a", "SET b", "HGET c", "HGET d");
    }

    @Test
    void is_bounded() {
      lines("");
      int sent = 0;
      while (sent < 1000 && lines.forget(changing("k"))) {
        sent++;
      }
      assertThat(sent).isEqualTo(256);
      assertThat(lastOf(lines, reading("k"))).isEqualTo("OK");
      assertThat(lines.forget(changing("k"))).isTrue();
    }

    @Test
    void is_not_sent_where_that_would_mean_to_connect() throws IOException {
      lines("");
      hangUp();
      Awaitility.await().until(() -> !lines.forget(changing("k")));
      assertThat(connections).hasValue(1);
    }
  }

  @Nested
  class Closing {
    @Test
    void ends_a_call_on_its_way() {
      lines("?timeout=60000");
      replies.add(NOTHING);
      Request<String> request = changing("k");
      Future<?> call = pool.submit(() -> lines.exchange(List.of(request)));
      Awaitility.await().until(() -> !asked.isEmpty());
      lines.close();
      assertThat(call).succeedsWithin(Duration.ofSeconds(10));
      assertThatThrownBy(request::await).hasMessageContaining("was lost before it answered");
      Request<String> later = reading("k");
      assertThatThrownBy(() -> lastOf(lines, later)).hasMessageContaining("cannot be asked");
    }
  }
}
