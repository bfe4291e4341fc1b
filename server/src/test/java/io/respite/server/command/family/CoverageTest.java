package io.respite.server.command.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Command;
import io.respite.server.command.Syntax;
import io.respite.server.command.family.bitmap.BitmapCommandsTest;
import io.respite.server.command.family.generic.DumpCommandsTest;
import io.respite.server.command.family.generic.KeyCommandsTest;
import io.respite.server.command.family.generic.KeyExpiryCommandsTest;
import io.respite.server.command.family.generic.MigrateCommandTest;
import io.respite.server.command.family.generic.ObjectCommandsTest;
import io.respite.server.command.family.generic.ScanCommandsTest;
import io.respite.server.command.family.generic.WaitCommandsTest;
import io.respite.server.command.family.geo.GeoCommandsTest;
import io.respite.server.command.family.hash.HashCommandsTest;
import io.respite.server.command.family.hash.HashExpiryCommandsTest;
import io.respite.server.command.family.hyperloglog.HyperLogLogCommandsTest;
import io.respite.server.command.family.list.ListCommandsTest;
import io.respite.server.command.family.list.ListMoveCommandsTest;
import io.respite.server.command.family.set.SetAlgebraCommandsTest;
import io.respite.server.command.family.set.SetCommandsTest;
import io.respite.server.command.family.set.SetRandomCommandsTest;
import io.respite.server.command.family.sort.SortCommandsTest;
import io.respite.server.command.family.sortedset.SortedSetCombinationsTest;
import io.respite.server.command.family.sortedset.SortedSetMembersTest;
import io.respite.server.command.family.sortedset.SortedSetRangesTest;
import io.respite.server.command.family.stream.StreamCommandsTest;
import io.respite.server.command.family.stream.StreamGroupCommandsTest;
import io.respite.server.command.family.string.StringCommandsTest;
import io.respite.server.command.family.string.StringConditionCommandsTest;
import io.respite.server.script.EvalCommandsTest;
import io.respite.server.script.FunctionCommandsTest;
import io.respite.server.script.ScriptCommandsTest;
import io.respite.server.transaction.TransactionsTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every row must have, so that a new command cannot forget it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CoverageTest {
  /** Where the tests of commands are. */
  private static final List<Class<?>> TESTS =
      List.of(
          StringCommandsTest.class,
          StringConditionCommandsTest.class,
          HashCommandsTest.class,
          HashExpiryCommandsTest.class,
          KeyCommandsTest.class,
          KeyExpiryCommandsTest.class,
          ScanCommandsTest.class,
          ObjectCommandsTest.class,
          SortedSetMembersTest.class,
          SortedSetRangesTest.class,
          SortedSetCombinationsTest.class,
          GeoCommandsTest.class,
          BitmapCommandsTest.class,
          HyperLogLogCommandsTest.class,
          StreamCommandsTest.class,
          StreamGroupCommandsTest.class,
          WaitCommandsTest.class,
          DumpCommandsTest.class,
          MigrateCommandTest.class,
          ListCommandsTest.class,
          ListMoveCommandsTest.class,
          SetCommandsTest.class,
          SetRandomCommandsTest.class,
          SetAlgebraCommandsTest.class,
          SortCommandsTest.class,
          TransactionsTest.class,
          EvalCommandsTest.class,
          ScriptCommandsTest.class,
          FunctionCommandsTest.class);

  static Stream<Command> rows() {
    Store store = new Store(2);
    List<Command> rows = new ArrayList<>(Families.rows());
    rows.addAll(store.transactions.rows());
    rows.addAll(store.scripting.rows());
    return rows.stream()
        .flatMap(row -> Stream.concat(Stream.of(row), row.subcommands().values().stream()));
  }

  /** A name without what no class can have in its own, or need not. */
  private static String letters(String name) {
    return name.replaceAll("[^a-z0-9]", "");
  }

  private static Set<String> nestedTests() {
    Set<String> names = new TreeSet<>();
    for (Class<?> test : TESTS) {
      for (Class<?> nested : test.getDeclaredClasses()) {
        if (nested.isAnnotationPresent(Nested.class)) {
          names.add(letters(nested.getSimpleName().toLowerCase(Locale.ROOT)));
        }
      }
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_row_says_what_it_is(Command row) {
    assertThat(row.summary()).as(row.fullName()).endsWith(".");
    assertThat(row.complexity()).as(row.fullName()).isNotEmpty();
    assertThat(row.since()).as(row.fullName()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(row.group()).as(row.fullName()).isNotNull();
    assertThat(row.arity()).as(row.fullName()).isNotZero();
    boolean takesArguments = Math.abs(row.arity()) > (row.parent() == null ? 1 : 2);
    boolean container = !row.subcommands().isEmpty();
    if (takesArguments && !container) {
      assertThat(Syntax.parse(row.syntax())).as(row.fullName()).isNotEmpty();
    }
    assertThat(row.handler() == null).as(row.fullName()).isEqualTo(container);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_row_has_a_nested_test_of_its_name(Command row) {
    if (row.subcommands().isEmpty()) {
      assertThat(nestedTests()).contains(letters(row.fullName()));
    }
  }
}
