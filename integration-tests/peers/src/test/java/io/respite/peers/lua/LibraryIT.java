package io.respite.peers.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Seeds;
import io.respite.server.lua.machine.TranslateWhen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /**
   * A result of a function that no library computes exactly: what differs in the 16th digit may be
   * rounded to another 13th one.
   */
  private static final Pattern INEXACT =
      Pattern.compile(
          "\"(sin|cos|tan|asin|acos|atan|sinh|cosh|tanh|exp|log|log10|atan2|pow)\""
              + " \"(-?[0-9.]+(?:e[+-][0-9]+)?)\"");

  /** Relative; a little more than one in the 13th digit. */
  private static final double LAST_DIGIT = 1.01e-12;

  private static LuaPeer peer;
  private static LuaEngine engine;

  @BeforeAll
  static void start() throws IOException {
    String program = String.join("", CaseFile.read("library.lua"));
    peer = new LuaPeer(program);
    engine = new LuaEngine(program, TranslateWhen.HOT);
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
    long first = only == null ? 1 + new Random(Seeds.first()).nextInt(SEED_BOUND - SEEDS) : only;
    System.out.println("Calls of the Lua library from seed " + first);
    for (long seed = first; seed < first + (only == null ? SEEDS : 1); seed++) {
      byte[] source = (seed + " " + CALLS).getBytes(StandardCharsets.ISO_8859_1);
      List<String> ours = engine.run(source).lines().toList();
      List<String> theirs = new ArrayList<>(peer.run(source).lines().toList());
      for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
        if (areRoundedOtherwise(ours.get(i), theirs.get(i))) {
          theirs.set(i, ours.get(i));
        }
      }
      assertThat(ours).as("seed %d", seed).containsExactlyElementsOf(theirs);
    }
  }

  /** Whether both are the same inexact function's result but for the last of 13 digits. */
  private static boolean areRoundedOtherwise(String one, String other) {
    Matcher first = INEXACT.matcher(one);
    Matcher second = INEXACT.matcher(other);
    if (one.equals(other)
        || !first.matches()
        || !second.matches()
        || !first.group(1).equals(second.group(1))) {
      return false;
    }
    double a = Double.parseDouble(first.group(2));
    double b = Double.parseDouble(second.group(2));
    return Math.abs(a - b) <= LAST_DIGIT * Math.abs(a);
  }
}
