package io.respite.peers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that speak of enormous things, given to a server with a small heap. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LengthsIT {
  /** What follows the first key, in hexadecimal. There is no check, so none is in the way. */
  private static final List<String> CRAFTED =
      List.of(
          // strings of 2^62, of 2^63, of 1 GB
          "00 016b 81 4000000000000000",
          "00 016b 81 8000000000000000",
          "00 016b 80 40000000",
          // 10 compressed bytes that become 2^40
          "00 016b c3 0a 81 0000010000000000 00000000000000000000",
          // a hash of 2^60 fields, a list of 2^31 nodes
          "04 016b 81 1000000000000000",
          "12 016b 80 7fffffff",
          // no such type
          "c8 016b 00");

  @TempDir private Path folder;

  @Test
  void a_length_beyond_the_file_ends_the_start_with_code_1() throws Exception {
    Check check = new Check("rdb-lengths-process").needsRespite("a real server has no such heap");
    long worstNanos = 0;
    for (String hex : CRAFTED) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes("REDIS0010".getBytes(StandardCharsets.US_ASCII));
      file.writeBytes(HexFormat.of().parseHex("0001610131" + hex.replace(" ", "") + "ff"));
      file.writeBytes(new byte[8]);
      Files.write(folder.resolve("dump.rdb"), file.toByteArray());
      long began = System.nanoTime();
      try (TestServer server =
          new TestServer.Options(folder).with("RESPITE_JAVA_OPTS", "-Xmx64m").launch()) {
        assertThat(server.awaitExit()).as("%s: %s", hex, server.output()).isEqualTo(1);
        assertThat(server.output()).contains("Fatal error loading the DB. Exiting.");
      }
      worstNanos = Math.max(worstNanos, System.nanoTime() - began);
    }
    check.report("N=%d refused=%d worst=%.2fs", CRAFTED.size(), CRAFTED.size(), worstNanos / 1e9);
  }
}
