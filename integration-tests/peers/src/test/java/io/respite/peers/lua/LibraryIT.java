package io.respite.peers.lua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * The functions of the library beside those of Lua 5.1: random calls, made by the same program in
 * both, with functions that are called back, metatables, and arguments that are wrong.
 *
 * <p>{@code -Drespite.lua.seed=} repeats the calls of one seed.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LibraryIT {
  private static final int SEEDS = 40;
  private static final int CALLS = 250;

  /** Seeds of the program's generator lie below this. */
  private static final int SEED_BOUND = 2_147_483_646;

  private static LuaPeer peer;
  private static LuaEngine engine;

  @BeforeAll
  static void start() throws IOException {
    String program = String.join("", CaseFile.read("library.lua"));
    peer = new LuaPeer(program);
    engine = new LuaEngine(program);
  }

  @AfterAll
  static void stop() throws IOException {
    if (peer != null) {
      peer.close();
    }
  }

  @Test
  void answers_random_calls_alike() {
    Long only = Long.getLong("respite.lua.seed");
    long first = only == null ? 1 + new Random().nextInt(SEED_BOUND - SEEDS) : only;
    System.out.println("Calls of the Lua library from seed " + first);
    for (long seed = first; seed < first + (only == null ? SEEDS : 1); seed++) {
      byte[] source = (seed + " " + CALLS).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(engine.run(source).lines())
          .as("seed %d", seed)
          .containsExactlyElementsOf(peer.run(source).lines().toList());
    }
  }
}
