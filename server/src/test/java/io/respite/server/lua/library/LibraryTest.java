package io.respite.server.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Chunks and what Lua 5.1 answered to them. Each case has two lines in a file beside this test: the
 * chunk, and what it returned behind {@code =}, or the error that it raised behind {@code !}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LibraryTest {
  @TestFactory
  Stream<DynamicTest> base() throws IOException {
    return cases("base.cases");
  }

  @TestFactory
  Stream<DynamicTest> string() throws IOException {
    return cases("string.cases");
  }

  @TestFactory
  Stream<DynamicTest> table() throws IOException {
    return cases("table.cases");
  }

  @TestFactory
  Stream<DynamicTest> math() throws IOException {
    return cases("math.cases");
  }

  private static Stream<DynamicTest> cases(String file) throws IOException {
    List<String> lines;
    try (InputStream in = LibraryTest.class.getResourceAsStream(file)) {
      lines = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
    }
    assertThat(lines).hasSizeGreaterThan(50).hasSizeLessThan(1000);
    return IntStream.range(0, lines.size() / 2)
        .mapToObj(i -> dynamicCase(lines.get(2 * i), lines.get(2 * i + 1)));
  }

  private static DynamicTest dynamicCase(String chunk, String expected) {
    return DynamicTest.dynamicTest(
        chunk, () -> assertThat(Chunks.outcome(chunk)).isEqualTo(expected));
  }
}
