package io.respite.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.command.Syntax.Argument;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SyntaxTest {
  /** The tree in one line: name:type, TOKEN= before it, ? + and ++ behind it, members in braces. */
  private static String show(List<Argument> arguments) {
    return arguments.stream().map(SyntaxTest::show).collect(Collectors.joining(" "));
  }

  private static String show(Argument a) {
    return (a.token().isEmpty() ? "" : a.token() + "=")
        + a.name()
        + ":"
        + a.type().typeName()
        + (a.optional() ? "?" : "")
        + (a.multipleToken() ? "++" : a.multiple() ? "+" : "")
        + (a.children().isEmpty() ? "" : "{" + show(a.children()) + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "key; key:key",
        "key value; key:key value:string",
        "key increment:double; key:key increment:double",
        "key [key ...]; key:key+",
        "key field value [field value ...]; key:key data:block+{field:string value:string}",
        "key [NX | XX]; key:key condition:oneof?{NX=nx:pure-token XX=xx:pure-token}",
        "key [EX seconds|PERSIST];"
            + " key:key expiration:oneof?{EX=seconds:integer PERSIST=persist:pure-token}",
        "cursor [MATCH pattern] [COUNT count];"
            + " cursor:integer MATCH=pattern:pattern? COUNT=count:integer?",
        "key FIELDS numfields field [field ...];"
            + " key:key FIELDS=fields:block{numfields:integer field:string+}",
        "key FIELDS numfields field value [field value ...]; key:key"
            + " FIELDS=fields:block{numfields:integer data:block+{field:string value:string}}",
        "key [<count [WITHVALUES]>];"
            + " key:key options:block?{count:integer WITHVALUES=withvalues:pure-token?}",
        "key [GET pattern [GET pattern ...]]; key:key GET=pattern:pattern?++",
        "key [LIMIT offset count]; key:key LIMIT=limit:block?{offset:integer count:integer}",
        "key unix-time-seconds; key:key unix-time-seconds:unix-time",
        "key [equal='=' | approximately='~']; key:key"
            + " condition:oneof?{==equal:pure-token ~=approximately:pure-token}",
        "<auto-id='*' | id>; condition:oneof{*=auto-id:pure-token id:string}",
        "end='>' pair='...'; >=end:pure-token ...=pair:pure-token"
      })
  void grammars_become_trees(String grammar, String tree) {
    assertThat(show(Syntax.parse(grammar))).isEqualTo(tree);
  }

  @Test
  void no_arguments_are_an_empty_tree() {
    assertThat(Syntax.parse("")).isEmpty();
  }

  @Test
  void a_malformed_grammar_is_refused_with_the_place() {
    assertThatThrownBy(() -> Syntax.parse("key [NX")).hasMessageContaining("']' is missing");
    assertThatThrownBy(() -> Syntax.parse("key ]")).hasMessageContaining("has no beginning");
    assertThatThrownBy(() -> Syntax.parse("[field ...]")).hasMessageContaining("repeat");
    assertThatThrownBy(() -> Syntax.parse("end='>")).hasMessageContaining("quote");
  }
}
