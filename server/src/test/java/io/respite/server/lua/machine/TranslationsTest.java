package io.respite.server.lua.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.library.Chunks;
import io.respite.server.lua.value.LuaString;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When functions become bytecode of the JVM. That they do the same then is what all tests of the
 * language show, which run a second time with every function translated.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TranslationsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SUM = "local s = 0 for i = 1, 100 do s = s + i end return s";

  private static Machine machine(TranslateWhen when) {
    return Chunks.machine(MachineLimits.of(64 << 20), when);
  }

  private static LuaClosure compiled(Machine machine, String chunk) {
    byte[] source = chunk.getBytes(StandardCharsets.ISO_8859_1);
    return new LuaClosure(LuaCompiler.compile(source, "=case"), machine.globals());
  }

  private static Object result(Machine machine, LuaClosure function) {
    machine.begin(function);
    assertThat(machine.run()).isEqualTo(Machine.Outcome.RETURNED);
    return machine.results()[0];
  }

  private static boolean isTranslated(LuaClosure function) {
    return function.prototype().heat().translation() instanceof TranslatedFunction;
  }

  @Nested
  class A_function {
    @Test
    void is_translated_when_it_has_been_called_often() {
      Machine machine = machine(TranslateWhen.HOT);
      LuaClosure function = compiled(machine, "return ... or 1");
      assertThat(result(machine, function)).isEqualTo(1.0);
      assertThat(isTranslated(function)).isFalse();
      Awaitility.await("translation")
          .atMost(PATIENCE)
          .until(
              () -> {
                for (int i = 0; i < 3_000; i++) {
                  assertThat(result(machine, function)).isEqualTo(1.0);
                }
                return isTranslated(function);
              });
      assertThat(result(machine, function)).isEqualTo(1.0);
    }

    @Test
    void is_translated_while_it_loops() {
      Machine machine = machine(TranslateWhen.HOT);
      LuaClosure function =
          compiled(machine, "local s = 0 repeat s = s + 1 until done(s) return s");
      machine
          .globals()
          .set(
              LuaString.name("done"),
              new JavaFunction(call -> call.push(isTranslated(function) && call.number(1) > 1e4)));
      double rounds = (Double) result(machine, function);
      assertThat(rounds).isGreaterThan(1e4);
    }

    @Test
    void is_translated_at_once_where_that_is_wanted() {
      Machine machine = machine(TranslateWhen.ALWAYS);
      LuaClosure function = compiled(machine, SUM);
      assertThat(result(machine, function)).isEqualTo(5050.0);
      assertThat(isTranslated(function)).isTrue();
    }

    @Test
    void is_not_translated_where_that_is_not_wanted() {
      Machine machine = machine(TranslateWhen.NEVER);
      LuaClosure function = compiled(machine, SUM);
      for (int i = 0; i < 5_000; i++) {
        assertThat(result(machine, function)).isEqualTo(5050.0);
      }
      assertThat(isTranslated(function)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"20, true", "150, false", "2000, false"})
    void is_not_translated_when_the_JVM_would_not_compile_what_becomes_of_it(
        int statements, boolean translated) {
      Machine machine = machine(TranslateWhen.ALWAYS);
      String chunk = "local t = {} " + "t[#t + 1] = (t.x or 1) + 1 ".repeat(statements);
      LuaClosure function = compiled(machine, chunk + "return #t");
      assertThat(result(machine, function)).isEqualTo((double) statements);
      assertThat(isTranslated(function)).isEqualTo(translated);
    }
  }

  @Test
  void a_wrong_time_is_refused_in_words() {
    String before = System.getProperty(TranslateWhen.PROPERTY);
    System.setProperty(TranslateWhen.PROPERTY, "sometimes");
    try {
      assertThatThrownBy(TranslateWhen::configured)
          .hasMessage(
              "The system property respite.lua.translate is 'sometimes'; it may be hot, always or"
                  + " never");
    } finally {
      if (before == null) {
        System.clearProperty(TranslateWhen.PROPERTY);
      } else {
        System.setProperty(TranslateWhen.PROPERTY, before);
      }
    }
  }

  @Test
  void a_translation_goes_with_its_function() {
    Machine machine = machine(TranslateWhen.ALWAYS);
    LuaClosure function = compiled(machine, SUM);
    result(machine, function);
    WeakReference<Class<?>> written =
        new WeakReference<>(function.prototype().heat().translation().getClass());
    assertThat(written.get()).isNotNull();
    function = null;
    machine.begin(compiled(machine, "return 1"));
    machine.run();
    Awaitility.await("its class to be unloaded")
        .atMost(PATIENCE)
        .until(
            () -> {
              System.gc();
              return written.get() == null;
            });
  }
}
