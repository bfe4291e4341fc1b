package io.respite.server.lua.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.library.BaseLibrary;
import io.respite.server.lua.library.StringLibrary;
import io.respite.server.lua.library.TableLibrary;
import io.respite.server.lua.machine.ControlLibrary;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.machine.LuaKilled;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.MachineLimits;
import io.respite.server.lua.machine.Watch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The libraries as scripts see them: each file has pieces of Lua and what redis-server 7.0.15
 * answered, {@code show.lua} being what makes text of values there and here.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LibrariesTest {
  private final Machine machine = new Machine(MachineLimits.of(1 << 28));
  private final String show = resource("show.lua").strip();

  LibrariesTest() {
    ControlLibrary.install(machine);
    BaseLibrary.install(machine);
    StringLibrary.install(machine);
    TableLibrary.install(machine);
    CjsonLibrary.install(machine);
    CmsgpackLibrary.install(machine);
    StructLibrary.install(machine);
    BitLibrary.install(machine);
  }

  private static String resource(String name) {
    try (InputStream in = LibrariesTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String run(String lua) {
    byte[] source =
        (show + " return show(pcall(function() " + lua + " end))")
            .getBytes(StandardCharsets.ISO_8859_1);
    machine.begin(new LuaClosure(LuaCompiler.compile(source, "@user_script"), machine.globals()));
    return machine.run() == Machine.Outcome.RETURNED
        ? String.valueOf(machine.results()[0])
        : "failed: " + machine.failure().getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cjson", "cmsgpack", "struct", "bit"})
  void answer_as_those_of_redis_do(String library) {
    SoftAssertions all = new SoftAssertions();
    List<String> rows = resource(library + ".tsv").lines().skip(1).toList();
    for (String row : rows) {
      int tab = row.indexOf('\t');
      String lua = row.substring(0, tab);
      all.assertThat(run(lua)).as(lua).isEqualTo(row.substring(tab + 1));
    }
    assertThat(rows).hasSizeGreaterThan(30);
    all.assertAll();
  }

  @Test
  void tohex_takes_the_smallest_number_as_a_width() {
    assertThat(run("return bit.tohex(255, -2147483648)")).isEqualTo("true \"000000FF\"");
  }

  /** A watch that ends the program at its third look. */
  private void killEarly() {
    int[] looks = {0};
    machine.watch(
        () -> {
          if (++looks[0] == 3) {
            throw new LuaKilled("enough");
          }
          return Watch.Verdict.CONTINUE;
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local t = {} for i = 1, 20 do t = {t, t} end return cjson.encode(t)",
        "local t = {} for i = 1, 15 do t = {t, t, t} end return cmsgpack.pack(t)",
        "return cjson.decode('[' .. ('1,'):rep(3000000) .. '1]')",
        "return cmsgpack.unpack('\\221\\0\\100\\0\\0' .. ('\\1'):rep(6553600))",
        "return struct.pack(('x'):rep(9000000))",
        "return struct.size(('i'):rep(9000000))",
      })
  void can_be_ended_in_the_middle_and_used_again(String lua) {
    killEarly();
    assertThatThrownBy(() -> run("return pcall(function() " + lua + " end)"))
        .isInstanceOf(LuaKilled.class);
    machine.watch(() -> Watch.Verdict.CONTINUE);
    assertThat(run("return cjson.encode(cjson.decode('[1]'))")).isEqualTo("true \"[1]\"");
    assertThat(run("return cmsgpack.unpack(cmsgpack.pack(1, {2}))")).isEqualTo("true 1 {2}");
    assertThat(run("return struct.unpack('bb', struct.pack('bb', 1, 2))")).isEqualTo("true 1 2 3");
  }
}
