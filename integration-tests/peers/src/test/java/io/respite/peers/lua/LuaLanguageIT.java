package io.respite.peers.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Seeds;
import io.respite.server.lua.machine.TranslateWhen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * The engine beside Lua 5.1: the same programs and expressions must print, return and raise the
 * same, text by text; where functions are interpreted, and where they are translated to bytecode of
 * the JVM.
 *
 * <p>{@code -Drespite.lua.seed=} repeats one random program and one random expression.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LuaLanguageIT {
  private static final int RANDOM_PROGRAMS = 1000;
  private static final int RANDOM_EXPRESSIONS = 3000;
  private static final int SHOWN = 20;

  /** What the globals of {@link ProgramGenerator} are to an expression. */
  private static final String EXPRESSION_PRELUDE =
      """
      local ga, gb, gc, gd = 1, "s", {x = 2, n = 3, 4}, function(...) return ... end
      local fuel = 10000
      local function burn() fuel = fuel - 1 if fuel < 0 then error("no fuel", 0) end end
      local function cut(v) if type(v) == "string" then return v:sub(1, 5) end return v end
      local function num(v) return tonumber(v) or 3 end
      local function tab(v) if type(v) == "table" then return v end return gc end
      local function call(f, ...) if type(f) == "function" then return f(...) end return f, ... end
      return\s""";

  private static LuaPeer peer;
  private static final Map<TranslateWhen, LuaEngine> ENGINES = new EnumMap<>(TranslateWhen.class);

  @BeforeAll
  static void start() throws IOException {
    String run;
    try (InputStream in = LuaLanguageIT.class.getResourceAsStream("run.lua")) {
      run =
          new String(
              Objects.requireNonNull(in, "run.lua").readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    peer = new LuaPeer(run);
    for (TranslateWhen when : List.of(TranslateWhen.NEVER, TranslateWhen.ALWAYS)) {
      ENGINES.put(when, new LuaEngine(run, when));
    }
  }

  @AfterAll
  static void stop() throws IOException {
    if (peer != null) {
      peer.close();
    }
  }

  @Test
  void runs_programs_to_the_same_output() {
    List<String> programs = CaseFile.read("running.cases");
    assertThat(programs).hasSizeGreaterThan(70);
    List<String> differences = new ArrayList<>();
    programs.forEach(program -> compare("program", program, differences));
    assertThat(differences).isEmpty();
  }

  @Test
  void evaluates_expressions_to_the_same_values_and_errors() {
    List<String> expressions = ExpressionCases.all();
    assertThat(expressions).hasSizeGreaterThan(15_000);
    List<String> differences = new ArrayList<>();
    for (String expression : expressions) {
      compare(expression, "return " + expression, differences);
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void runs_random_programs_to_the_same_output() {
    random("programs", RANDOM_PROGRAMS, ProgramGenerator::program);
  }

  @Test
  void evaluates_random_expressions_to_the_same_values_and_errors() {
    random(
        "expressions",
        RANDOM_EXPRESSIONS,
        seed -> EXPRESSION_PRELUDE + ProgramGenerator.expression(seed));
  }

  private static void random(String what, int count, LongFunction<String> generator) {
    Long only = Long.getLong("respite.lua.seed");
    long first = only == null ? Seeds.first() : only;
    System.out.println("Lua " + what + " from seed " + first);
    List<String> differences = new ArrayList<>();
    for (long seed = first; seed < first + (only == null ? count : 1); seed++) {
      compare("seed " + seed, generator.apply(seed), differences);
    }
    assertThat(differences.stream().limit(SHOWN)).isEmpty();
  }

  private static void compare(String name, String program, List<String> differences) {
    String theirs = peer.run(bytes(program));
    ENGINES.forEach(
        (when, engine) -> {
          String ours = engine.run(bytes(program));
          if (!ours.equals(theirs)) {
            differences.add(difference(name + ", translated " + when, ours, theirs));
          }
        });
  }

  private static String difference(String name, String ours, String theirs) {
    String[] ourLines = ours.split("\n", -1);
    String[] theirLines = theirs.split("\n", -1);
    int line = java.util.Arrays.mismatch(ourLines, theirLines);
    return name
        + ("\n  ours: " + (line < ourLines.length ? ourLines[line] : "(end)"))
        + ("\n  Lua:  " + (line < theirLines.length ? theirLines[line] : "(end)"));
  }

  private static byte[] bytes(String source) {
    return source.getBytes(StandardCharsets.ISO_8859_1);
  }
}
