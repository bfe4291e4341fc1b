package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Command;
import io.respite.server.command.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What every row of the command table must have, so that COMMAND DOCS has something to say. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RowsTest {
  private static List<Command> rows() {
    List<Command> rows = new ArrayList<>();
    try (Engine engine = Engine.open(Map.of())) {
      for (Command command : engine.dispatcher().table().commands()) {
        rows.add(command);
        rows.addAll(command.subcommands().values());
      }
    }
    return rows;
  }

  @Test
  void every_row_has_a_summary_a_version_a_group_an_arity_and_a_handler() {
    for (Command row : rows()) {
      assertThat(row.summary()).as(row.fullName()).endsWith(".");
      assertThat(row.since()).as(row.fullName()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
      assertThat(row.group()).as(row.fullName()).isNotNull();
      assertThat(row.arity()).as(row.fullName()).isNotZero();
      assertThat(row.handler() != null || !row.subcommands().isEmpty()).as(row.fullName()).isTrue();
    }
  }

  @Test
  void every_syntax_can_be_read_and_has_arguments_where_the_arity_asks_for_some() {
    for (Command row : rows()) {
      int words = row.parent() == null ? 1 : 2;
      List<Syntax.Argument> arguments = Syntax.parse(row.syntax());
      if (row.subcommands().isEmpty() && Math.abs(row.arity()) > words) {
        assertThat(arguments).as(row.fullName()).isNotEmpty();
      }
      if (row.arity() == words) {
        assertThat(arguments).as(row.fullName()).isEmpty();
      }
    }
  }
}
