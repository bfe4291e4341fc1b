package io.respite.peers.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Seeds;
import io.respite.server.lua.code.Listing;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.value.LuaError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * The compiler beside that of Lua 5.1: the same instructions, constants, lines, variables and
 * upvalues for the same source, or the same message. Compared are listings, and bit by bit the
 * numbers.
 *
 * <p>{@code -Drespite.lua.seed=} repeats one random program.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CompilerIT {
  private static final int RANDOM_PROGRAMS = 500;

  private static LuaPeer peer;

  @BeforeAll
  static void start() throws IOException {
    peer = new LuaPeer("");
  }

  @AfterAll
  static void stop() throws IOException {
    if (peer != null) {
      peer.close();
    }
  }

  @Test
  void compiles_programs_that_cover_the_grammar_to_the_same_code() {
    List<String> cases = CaseFile.read("programs.cases");
    assertThat(cases).hasSizeGreaterThan(80);
    assertThat(cases.stream().map(CompilerIT::difference)).containsOnly("");
  }

  @Test
  void answers_wrong_sources_with_the_same_messages() {
    List<String> cases = CaseFile.read("wrong.cases");
    assertThat(cases).hasSizeGreaterThan(300);
    assertThat(cases.stream().map(CompilerIT::difference)).containsOnly("");
  }

  @Test
  void compiles_random_programs_to_the_same_code() {
    Long only = Long.getLong("respite.lua.seed");
    long first = only == null ? Seeds.first() : only;
    System.out.println("Lua programs from seed " + first);
    List<String> differences = new ArrayList<>();
    for (long seed = first; seed < first + (only == null ? RANDOM_PROGRAMS : 1); seed++) {
      String source = ProgramGenerator.program(seed);
      assertThat(peer.compile(bytes(source)).letter()).as("seed %d is valid", seed).isEqualTo('c');
      String difference = difference(source);
      if (!difference.isEmpty()) {
        differences.add("seed " + seed + ": " + difference);
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void cuts_valid_programs_anywhere_with_the_same_messages() {
    long seed = Seeds.first();
    Random random = new Random(seed);
    List<String> cases = CaseFile.read("programs.cases");
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      String source = cases.get(random.nextInt(cases.size()));
      source = source.substring(0, Math.min(source.length(), 2000));
      int from = random.nextInt(source.length() + 1);
      int to = Math.min(source.length(), from + random.nextInt(6));
      differences.add(difference(source.substring(0, from) + source.substring(to)));
      differences.add(difference(source.substring(0, from)));
    }
    assertThat(differences).as("seed %d", seed).containsOnly("");
  }

  @Test
  void stops_at_the_same_limits() {
    List<String> sources =
        List.of(
            // Jumps reach 131071 instructions; the list of an "and" ends at its last operand.
            "if a then " + "x = y ".repeat(65535) + "end",
            "if a then " + "x = y ".repeat(65536) + "end",
            "while a do " + "x = y ".repeat(65534) + "end",
            "while a do " + "x = y ".repeat(65535) + "end",
            "for i = 1, 2 do " + "x = y ".repeat(65535) + "end",
            "for i = 1, 2 do " + "x = y ".repeat(65536) + "end",
            // A name, and then as many numbers as there is room for.
            numbers(262142),
            "f(function() end)".repeat(262142),
            "do local a, b, c end ".repeat(10922),
            "x = {" + "1,".repeat(30000) + "}");
    assertThat(sources.stream().map(CompilerIT::difference)).containsOnly("");
  }

  @Test
  void stops_where_tables_of_the_compiler_are_full() {
    // The standalone interpreter adds a traceback to these.
    for (String source :
        List.of(
            numbers(262143),
            "f(function() end)".repeat(262144),
            "do local a, b, c end ".repeat(10923))) {
      String theirs = peer.compile(bytes(source)).text();
      assertThat(theirs).startsWith(ours(source) + "\nstack traceback:");
    }
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> "x=" + i).collect(Collectors.joining(";"));
  }

  /** What is different, or nothing. */
  private static String difference(String source) {
    String ours = ours(source);
    LuaPeer.Answer answer = peer.compile(bytes(source));
    String theirs = answer.letter() == 'c' ? show(DumpReader.read(answer.bytes())) : answer.text();
    if (ours.equals(theirs)) {
      return "";
    }
    String[] ourLines = ours.split("\n");
    String[] theirLines = theirs.split("\n");
    int line = Arrays.mismatch(ourLines, theirLines);
    return source.substring(0, Math.min(500, source.length()))
        + ("\n  ours: " + (line < ourLines.length ? ourLines[line] : "(end)"))
        + ("\n  Lua:  " + (line < theirLines.length ? theirLines[line] : "(end)"));
  }

  private static String ours(String source) {
    try {
      return show(LuaCompiler.compile(bytes(source), "=s"));
    } catch (LuaError e) {
      return e.getMessage();
    }
  }

  private static String show(Prototype prototype) {
    StringBuilder bits = new StringBuilder();
    numberBits(prototype, bits);
    return Listing.of(prototype) + bits;
  }

  private static void numberBits(Prototype prototype, StringBuilder out) {
    for (Object constant : prototype.constants()) {
      if (constant instanceof Double number) {
        out.append(Long.toHexString(Double.doubleToRawLongBits(number))).append('\n');
      }
    }
    for (Prototype inner : prototype.inner()) {
      numberBits(inner, out);
    }
  }

  private static byte[] bytes(String source) {
    return source.getBytes(StandardCharsets.ISO_8859_1);
  }
}
