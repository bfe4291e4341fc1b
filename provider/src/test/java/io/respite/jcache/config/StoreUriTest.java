package io.respite.jcache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StoreUriTest {
  private static StoreUri parse(String uri) {
    return StoreUri.parse(URI.create(uri));
  }

  @Test
  void embedded_alone_is_an_engine_of_ones_own() {
    assertThat(parse("respite:embedded")).isEqualTo(new EmbeddedUri("", 0, Map.of()));
  }

  @Test
  void a_name_a_port_and_settings_are_taken_apart() {
    assertThat(parse("respite:embedded:orders?port=7379&maxmemory=64mb&save=900%201"))
        .isEqualTo(new EmbeddedUri("orders", 7379, Map.of("maxmemory", "64mb", "save", "900 1")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://localhost:6379             | its scheme is 'http'",
        "customers                         | its scheme is missing",
        "respite:remote                    | no store 'remote'",
        "respite://embedded                | no store '//embedded'",
        "respite:embedded:                 | an engine's name",
        "respite:embedded:a/b              | an engine's name",
        "respite:embedded?port=0           | from 1 to 65535",
        "respite:embedded?port=65536       | from 1 to 65535",
        "respite:embedded?port=x           | parameter port is 'x'",
        "respite:embedded?port             | 'port' is not parameter=value",
        "respite:embedded?                 | '' is not parameter=value",
        "respite:embedded?a=1&a=2          | parameter a is given twice"
      })
  void anything_else_is_refused_with_what_is_known(String uri, String why) {
    assertThatThrownBy(() -> parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(uri)
        .hasMessageContaining(why)
        .hasMessageContaining("respite:embedded:NAME");
  }

  private static RemoteUri remote(String uri) {
    return (RemoteUri) parse(uri);
  }

  @Test
  void a_server_has_a_host_a_port_a_database_and_a_login() {
    RemoteUri uri = remote("redis://ann:p%40ss@cache.acme:7000/3?timeout=500&prefix=shop:&wait=1");
    assertThat(uri.kind()).isEqualTo(RemoteUri.Kind.SERVER);
    assertThat(uri.hosts()).containsExactly(new RemoteUri.Host("cache.acme", 7000));
    assertThat(uri.database()).isEqualTo(3);
    assertThat(uri.user()).isEqualTo("ann");
    assertThat(uri.password()).isEqualTo("p@ss");
    assertThat(uri.tls()).isFalse();
    assertThat(uri.timeoutMillis()).isEqualTo(500);
    assertThat(uri.prefix()).isEqualTo("shop:");
    assertThat(uri.waitReplicas()).isEqualTo(1);
    assertThat(uri.toString()).doesNotContain("p@ss").doesNotContain("ann");
  }

  @Test
  void direct_lines_are_for_one_server_without_TLS() {
    assertThat(remote("redis://a").directLines()).isEqualTo(2);
    assertThat(remote("redis+unix:///run/redis.sock").directLines()).isEqualTo(2);
    assertThat(remote("redis://a?direct=5").directLines()).isEqualTo(5);
    assertThat(remote("redis://a?direct=0").directLines()).isZero();
    assertThat(remote("redis://a?read-from=replica").directLines()).isZero();
    assertThat(remote("rediss://a?direct=0").directLines()).isZero();
    assertThat(remote("redis-sentinel://a/main").directLines()).isZero();
    assertThat(remote("redis-cluster://a").directLines()).isZero();
  }

  @Test
  void what_is_not_said_is_usual() {
    RemoteUri uri = remote("rediss://:secret@[::1]");
    assertThat(uri.hosts()).containsExactly(new RemoteUri.Host("::1", 6379));
    assertThat(uri.user()).isNull();
    assertThat(uri.password()).isEqualTo("secret");
    assertThat(uri.tls()).isTrue();
    assertThat(uri.verify()).isTrue();
    assertThat(uri.readFrom()).isEqualTo(RemoteUri.ReadFrom.PRIMARY);
    assertThat(remote("redis-sentinel://a,b:1/main").hosts())
        .containsExactly(new RemoteUri.Host("a", 26_379), new RemoteUri.Host("b", 1));
    assertThat(remote("redis-sentinel://a/main?db=2").master()).isEqualTo("main");
    assertThat(remote("redis-cluster://a,b").kind()).isEqualTo(RemoteUri.Kind.CLUSTER);
    assertThat(remote("redis-cluster://a,b?wait=1").waitReplicas()).isOne();
    assertThat(remote("redis+unix:///run/redis.sock?db=1").socket()).isEqualTo("/run/redis.sock");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://                          | a host is missing",
        "redis://a,b                       | it has several hosts",
        "redis://a:0                       | from 1 to 65535",
        "redis://a?direct=65               | from 0 to 64",
        "redis://a?direct=x                | parameter direct is 'x'",
        "rediss://a?direct=1               | parameter direct is for redis:// and redis+unix://",
        "redis-cluster://a?direct=1        | parameter direct is for redis:// and redis+unix://",
        "redis-sentinel://a/m?direct=1     | parameter direct is for redis:// and redis+unix://",
        "redis://a?direct=1&read-from=any  | parameter direct is for redis:// and redis+unix://",
        "redis://a:x                       | must be a number",
        "redis://a/x                       | must be a number",
        "redis://a?timeout=0               | timeout is '0'",
        "redis://a?verify=maybe            | one of [full, none]",
        "redis://a?read-from=moon          | one of [primary",
        "redis://a?colour=red              | there is no parameter colour",
        "redis://a?prefix=%7Ba%7D          | must not contain braces",
        "redis://a?ca=/x.pem               | parameter ca is for rediss",
        "redis-sentinel://a                | the master's name is missing",
        "redis-cluster://a/1               | a cluster has one database",
        "redis+unix://                     | the path of a socket is missing"
      })
  void a_server_that_is_none_is_refused_without_its_secrets(String uri, String why) {
    assertThatThrownBy(() -> parse(uri.replace("://", "://u:secret@")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }
}
