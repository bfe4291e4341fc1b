package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Resp;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Random requests of SORT and SORT_RO to our server and to a real redis-server. Where the order is
 * left open, equal texts behind BY with ALPHA or a plain set that is not sorted, only how many
 * elements come is compared.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SortIT {
  private static final int ROUNDS = 150;
  private static final int SORTS_OF_A_ROUND = 25;
  private static final String[] NUMBERS = {
    "0", "1", "2", "-1", "10", "3.25", "1e3", "0x10", "inf", "-inf", "", "01", "1.0", "5", " 4"
  };
  private static final String[] TEXTS = {
    "1", "2", "10", "-1", "a", "b", "c", "aa", "B", "zz", "\u00ff", "b b", ""
  };
  private static final String[] PATTERNS = {
    "w_*", "w_*", "h_*->f", "h_*->g", "nosort", "#", "n_*", "*", "h_*->", "x*y", "w_*->f"
  };

  private final long seed = Long.getLong("respite.sort.seed", Seeds.first());
  private final Random random = new Random(seed);

  private record Peer(Socket socket, InputStream in) implements AutoCloseable {
    static Peer of(ServerProcess server) throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
      socket.setTcpNoDelay(true);
      return new Peer(socket, new BufferedInputStream(socket.getInputStream()));
    }

    Resp ask(List<String> words) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new Request(words.get(0), words).writeTo(out);
      socket.getOutputStream().write(out.toByteArray());
      return Resp.read(in);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private String one(String... of) {
    return of[random.nextInt(of.length)];
  }

  private boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  @Test
  void sorts_as_redis_does() throws Exception {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    System.out.println("SORT: seed " + seed);
    try (ServerProcess respite = ServerProcess.respite();
        ServerProcess redis = ServerProcess.redis().orElseThrow();
        Peer ours = Peer.of(respite);
        Peer theirs = Peer.of(redis)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (List<String> request : data()) {
          ours.ask(request);
          theirs.ask(request);
        }
        for (int i = 0; i < SORTS_OF_A_ROUND; i++) {
          compare(ours, theirs, sort());
        }
      }
    }
  }

  private List<List<String>> data() {
    List<List<String>> requests = new ArrayList<>();
    requests.add(List.of("FLUSHALL"));
    String[] pool = percent(50) ? NUMBERS : TEXTS;
    int count = List.of(0, 1, 3, 8, 40, 200).get(random.nextInt(6));
    for (int i = 0; i < count; i++) {
      requests.add(List.of("RPUSH", "l", one(pool)));
      requests.add(List.of("SADD", "s", one(pool)));
      requests.add(List.of("ZADD", "z", one("1", "2", "3.5", "-1"), one(pool)));
    }
    for (String[] words : new String[][] {NUMBERS, TEXTS}) {
      for (String word : words) {
        if (percent(70)) {
          requests.add(List.of("SET", "w_" + word, percent(97) ? one(NUMBERS) : "no number"));
          requests.add(List.of("HSET", "h_" + word, "f", one(NUMBERS)));
        }
        if (percent(30)) {
          requests.add(List.of("SET", "n_" + word, one(TEXTS)));
        }
      }
    }
    return requests;
  }

  private List<String> sort() {
    List<List<String>> options = new ArrayList<>();
    if (percent(50)) {
      options.add(List.of("BY", one(PATTERNS)));
    }
    if (percent(45)) {
      options.add(List.of("ALPHA"));
    }
    if (percent(40)) {
      options.add(
          List.of("LIMIT", one("0", "1", "2", "5", "-1", "100"), one("0", "1", "3", "-1", "99")));
    }
    if (percent(40)) {
      options.add(List.of(one("ASC", "DESC")));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      options.add(List.of("GET", one(PATTERNS)));
    }
    if (percent(30)) {
      options.add(List.of("STORE", "d"));
    }
    Collections.shuffle(options, random);
    List<String> words = new ArrayList<>(List.of(one("SORT", "SORT", "SORT_RO")));
    words.add(one("l", "s", "z", "none", percent(20) ? "w_1" : "l"));
    options.forEach(words::addAll);
    return words;
  }

  private static void compare(Peer ours, Peer theirs, List<String> words) throws IOException {
    String request = words.toString();
    Resp mine = ours.ask(words);
    Resp yours = theirs.ask(words);
    int by = words.indexOf("BY");
    boolean sorted = by < 0 || words.get(by + 1).contains("*");
    boolean stores = words.contains("STORE");
    boolean open = sorted ? by > 0 && words.contains("ALPHA") : words.get(1).equals("s") && !stores;
    if (!open) {
      assertThat(mine).as(request).isEqualTo(yours);
    } else {
      assertThat(mine.type()).as(request).isEqualTo(yours.type());
      assertThat(mine.items()).as(request).hasSameSizeAs(yours.items());
    }
    if (stores && !open) {
      List<String> look = List.of("LRANGE", "d", "0", "-1");
      assertThat(ours.ask(look)).as(request).isEqualTo(theirs.ask(look));
    } else if (stores) {
      ours.ask(List.of("DEL", "d"));
      theirs.ask(List.of("DEL", "d"));
    }
  }
}
