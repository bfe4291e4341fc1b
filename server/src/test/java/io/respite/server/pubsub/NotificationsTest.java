package io.respite.server.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import io.respite.server.command.family.TestConnection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is told of keys and fields, and on which channels. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NotificationsTest {
  private final Store store = new Store(2);
  private final Channels channels = new Channels();
  private final Notifications notifications = new Notifications(channels, store.keyspace());
  private final TestConnection connection = new TestConnection();
  private final Session client = store.newClient(connection);

  @BeforeEach
  void listen() {
    PubSubCommands commands = new PubSubCommands(channels);
    store.dispatcher().table().add(commands.rows());
    store.replies(client, "PSUBSCRIBE __*");
  }

  /** What is heard of a line, each as {@code channel message}. */
  private List<String> heard(String line) {
    connection.received();
    store.run(line);
    return connection.received().stream()
        .map(push -> push.replaceFirst("^\\[\"pmessage\" \"__\\*\" \"", ""))
        .map(push -> push.replaceFirst("\" \"", " ").replaceFirst("\"]$", ""))
        .toList();
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  class Keys {
    @Test
    void nothing_is_told_unless_it_is_asked_for() {
      assertThat(heard("SET k 1")).isEmpty();
      notifications.letters("K");
      assertThat(heard("SET k 1")).isEmpty();
      notifications.letters("$");
      assertThat(heard("SET k 1")).isEmpty();
    }

    @Test
    void the_key_is_told_on_the_event_s_channel_and_the_event_on_the_key_s() {
      notifications.letters("AKE");
      assertThat(heard("SET k 1 PX 100"))
          .containsExactly(
              "__keyspace@0__:k set",
              "__keyevent@0__:set k",
              "__keyspace@0__:k expire",
              "__keyevent@0__:expire k");
      assertThat(heard("DEL k nokey"))
          .containsExactly("__keyspace@0__:k del", "__keyevent@0__:del k");
    }

    @Test
    void a_class_can_be_chosen() {
      notifications.letters("Egx");
      assertThat(heard("SET k 1 PX 100")).containsExactly("__keyevent@0__:expire k");
      store.advanceMillis(100);
      assertThat(heard("GET k")).containsExactly("__keyevent@0__:expired k");
    }

    @Test
    void who_watches_a_dead_key_does_not_end_it() {
      notifications.letters("Ex");
      store.run("SET k 1 PX 10");
      store.advanceMillis(10);
      assertThat(heard("WATCH k")).isEmpty();
      assertThat(heard("GET k")).containsExactly("__keyevent@0__:expired k");
    }

    @Test
    void misses_and_new_keys_are_told_only_by_their_own_letters() {
      notifications.letters("AE");
      assertThat(heard("GET k")).isEmpty();
      notifications.letters("AEmn");
      assertThat(heard("GET k")).containsExactly("__keyevent@0__:keymiss k");
      assertThat(heard("SET k 1")).containsExactly("__keyevent@0__:new k", "__keyevent@0__:set k");
      assertThat(heard("SET k 2")).containsExactly("__keyevent@0__:set k");
      assertThat(heard("RENAME k l"))
          .containsExactly(
              "__keyevent@0__:new l", "__keyevent@0__:rename_from k", "__keyevent@0__:rename_to l");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  class Fields {
    @Test
    void are_named_on_four_channels() {
      notifications.letters("hSTIV");
      assertThat(heard("HSET h name Ada id 7"))
          .containsExactly(
              "__subkeyspace@0__:h hset|4:name,2:id",
              "__subkeyevent@0__:hset 1:h|4:name,2:id",
              "__subkeyspaceitem@0__:h\nname hset",
              "__subkeyspaceitem@0__:h\nid hset",
              "__subkeyspaceevent@0__:hset|h 4:name,2:id");
    }

    @Test
    void are_not_named_without_the_class_of_hashes() {
      notifications.letters("KSTIV");
      assertThat(heard("HSET h name Ada")).isEmpty();
    }

    @Test
    void that_are_removed_are_named() {
      notifications.letters("hgS");
      store.run("HSET h a 1 b 2 c 3");
      assertThat(heard("HDEL h a nofield c")).containsExactly("__subkeyspace@0__:h hdel|1:a,1:c");
      assertThat(heard("HGETDEL h FIELDS 1 b")).containsExactly("__subkeyspace@0__:h hdel|1:b");
    }

    @Test
    void that_count_are_named() {
      notifications.letters("hS");
      assertThat(heard("HINCRBY h n 1")).containsExactly("__subkeyspace@0__:h hincrby|1:n");
      assertThat(heard("HINCRBYFLOAT h n 1.5"))
          .containsExactly("__subkeyspace@0__:h hincrbyfloat|1:n");
      assertThat(heard("HSETNX h m 1")).containsExactly("__subkeyspace@0__:h hset|1:m");
    }

    @Test
    void that_get_or_lose_a_deadline_are_named() {
      notifications.letters("hS");
      store.run("HSET h a 1 b 2");
      assertThat(heard("HPEXPIRE h 100 FIELDS 2 a b"))
          .containsExactly("__subkeyspace@0__:h hexpire|1:a,1:b");
      assertThat(heard("HPERSIST h FIELDS 1 a"))
          .containsExactly("__subkeyspace@0__:h hpersist|1:a");
      assertThat(heard("HPEXPIRE h 0 FIELDS 1 a")).containsExactly("__subkeyspace@0__:h hdel|1:a");
      assertThat(heard("HSETEX h PX 50 FIELDS 1 c 3"))
          .containsExactly("__subkeyspace@0__:h hset|1:c", "__subkeyspace@0__:h hexpire|1:c");
    }

    @Test
    void that_expire_are_named_whoever_finds_them() {
      notifications.letters("hST");
      store.run("HSETEX h PX 100 FIELDS 1 a 1");
      store.run("HSET h b 2");
      store.advanceMillis(100);
      assertThat(heard("HSET h a 2"))
          .startsWith("__subkeyspace@0__:h hexpired|1:a", "__subkeyevent@0__:hexpired 1:h|1:a")
          .endsWith("__subkeyevent@0__:hset 1:h|1:a");
      store.run("HPEXPIRE h 100 FIELDS 1 a");
      store.advanceMillis(100);
      connection.received();
      store.keyspace().database(0).sweep(store.keyspace().database(0).sweepRound());
      assertThat(connection.received())
          .containsExactly(
              "[\"pmessage\" \"__*\" \"__subkeyspace@0__:h\" \"hexpired|1:a\"]",
              "[\"pmessage\" \"__*\" \"__subkeyevent@0__:hexpired\" \"1:h|1:a\"]");
    }

    @Test
    void with_a_line_s_end_in_the_key_have_no_channel_of_their_own() {
      notifications.letters("hI");
      assertThat(heard("HSET a\nb f 1")).isEmpty();
      assertThat(heard("HSET ab f 1")).containsExactly("__subkeyspaceitem@0__:ab\nf hset");
    }
  }
}
