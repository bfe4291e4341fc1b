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

/** Publish and subscribe, as clients see it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
public class PubSubTest {
  private final Store store = new Store(2);
  private final Channels channels = new Channels();
  private final TestConnection connection = new TestConnection();
  private final TestConnection other = new TestConnection();
  private final Session client = store.newClient(connection);
  private final Session resp3 = store.newClient(other);

  @BeforeEach
  void addCommands() {
    PubSubCommands commands = new PubSubCommands(channels);
    store.dispatcher().table().add(commands.rows());
    store.dispatcher().gates(List.of(commands, store.transactions()));
    resp3.protocol(3);
  }

  private String first(Session session, String line) {
    return store.replies(session, line).get(0);
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class Subscribe {
    @Test
    void tells_each_channel_with_the_number_of_subscriptions() {
      assertThat(store.replies(client, "SUBSCRIBE a b a"))
          .containsExactly(
              "[\"subscribe\" \"a\" :1]", "[\"subscribe\" \"b\" :2]", "[\"subscribe\" \"a\" :2]");
      assertThat(store.replies(resp3, "SUBSCRIBE a")).containsExactly(">[\"subscribe\" \"a\" :1]");
    }

    @Test
    void keeps_a_RESP2_client_from_asking_what_it_could_not_tell_from_a_message() {
      store.replies(client, "SUBSCRIBE a");
      store.replies(resp3, "SUBSCRIBE a");
      assertThat(store.run(client, "GET x"))
          .isEqualTo(
              "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT /"
                  + " RESET are allowed in this context");
      assertThat(store.run(resp3, "GET x")).isEqualTo("nil");
      store.replies(client, "UNSUBSCRIBE a");
      assertThat(store.run(client, "GET x")).isEqualTo("nil");
    }

    @Test
    void is_told_although_the_client_wants_no_replies() {
      client.replies(Session.Replies.OFF);
      assertThat(store.replies(client, "SUBSCRIBE a")).isEmpty();
      assertThat(connection.received()).containsExactly("[\"subscribe\" \"a\" :1]");
    }

    @Test
    void is_refused_to_a_client_that_cannot_be_sent_messages() {
      assertThat(store.run("SUBSCRIBE a"))
          .isEqualTo("-ERR SUBSCRIBE isn't allowed for a DENY BLOCKING client");
    }

    @Test
    void ends_with_the_session() {
      store.replies(client, "SUBSCRIBE a");
      client.end();
      assertThat(store.run("PUBLISH a x")).isEqualTo(":0");
      assertThat(channels.clientCount()).isZero();
      assertThat(channels.channelCount()).isZero();
    }

    @Test
    void may_stand_in_a_transaction() {
      store.run(client, "MULTI");
      store.run(client, "SUBSCRIBE q");
      assertThat(store.run(client, "EXEC")).isEqualTo("[[\"subscribe\" \"q\" :1]]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class Unsubscribe {
    @Test
    void without_names_ends_all_subscriptions_to_channels() {
      store.replies(client, "SUBSCRIBE a b");
      store.replies(client, "PSUBSCRIBE p*");
      assertThat(store.replies(client, "UNSUBSCRIBE"))
          .containsExactly("[\"unsubscribe\" \"a\" :2]", "[\"unsubscribe\" \"b\" :1]");
      assertThat(store.run("PUBLISH a x")).isEqualTo(":0");
    }

    @Test
    void answers_even_if_there_was_nothing_to_end() {
      assertThat(store.replies(client, "UNSUBSCRIBE")).containsExactly("[\"unsubscribe\" nil :0]");
      assertThat(store.replies(client, "UNSUBSCRIBE x"))
          .containsExactly("[\"unsubscribe\" \"x\" :0]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PSubscribe {
    @Test
    void hears_what_matches_once_for_each_pattern_and_name() {
      store.replies(client, "PSUBSCRIBE n* ne?s");
      store.replies(client, "SUBSCRIBE news");
      assertThat(store.run("PUBLISH news hi")).isEqualTo(":3");
      assertThat(connection.received())
          .containsExactly(
              "[\"message\" \"news\" \"hi\"]",
              "[\"pmessage\" \"n*\" \"news\" \"hi\"]",
              "[\"pmessage\" \"ne?s\" \"news\" \"hi\"]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PUnsubscribe {
    @Test
    void ends_patterns_and_leaves_channels() {
      store.replies(client, "SUBSCRIBE a");
      store.replies(client, "PSUBSCRIBE a* b*");
      assertThat(store.replies(client, "PUNSUBSCRIBE a*"))
          .containsExactly("[\"punsubscribe\" \"a*\" :2]");
      assertThat(store.run("PUBLISH a x")).isEqualTo(":1");
      assertThat(store.run("PUBLISH b x")).isEqualTo(":1");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class SSubscribe {
    @Test
    void is_a_space_of_its_own() {
      store.replies(client, "SUBSCRIBE a");
      assertThat(first(client, "SSUBSCRIBE a")).isEqualTo("[\"ssubscribe\" \"a\" :1]");
      assertThat(store.run("PUBLISH a x")).isEqualTo(":1");
      assertThat(connection.received()).containsExactly("[\"message\" \"a\" \"x\"]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class SUnsubscribe {
    @Test
    void ends_shard_channels() {
      store.replies(client, "SSUBSCRIBE a b");
      assertThat(store.replies(client, "SUNSUBSCRIBE"))
          .containsExactly("[\"sunsubscribe\" \"a\" :1]", "[\"sunsubscribe\" \"b\" :0]");
      assertThat(client.subscriptions()).isZero();
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class Publish {
    @Test
    void reaches_clients_of_both_protocols_in_their_own_form() {
      store.replies(client, "SUBSCRIBE a");
      store.replies(resp3, "SUBSCRIBE a");
      assertThat(store.run("PUBLISH a hello")).isEqualTo(":2");
      assertThat(connection.received()).containsExactly("[\"message\" \"a\" \"hello\"]");
      assertThat(other.received()).containsExactly(">[\"message\" \"a\" \"hello\"]");
    }

    @Test
    void answers_0_when_nobody_listens() {
      assertThat(store.run("PUBLISH a hello")).isEqualTo(":0");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class SPublish {
    @Test
    void reaches_who_listens_to_the_shard_channel() {
      store.replies(client, "SSUBSCRIBE a");
      assertThat(store.run("SPUBLISH a hello")).isEqualTo(":1");
      assertThat(connection.received()).containsExactly("[\"smessage\" \"a\" \"hello\"]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PubSubChannels {
    @Test
    void lists_what_somebody_listens_to() {
      store.replies(client, "SUBSCRIBE a b ab");
      assertThat(store.run("PUBSUB CHANNELS")).isEqualTo("[\"a\" \"b\" \"ab\"]");
      assertThat(store.run("PUBSUB CHANNELS a*")).isEqualTo("[\"a\" \"ab\"]");
      assertThat(store.run("PUBSUB CHANNELS a b"))
          .isEqualTo("-ERR wrong number of arguments for 'pubsub|channels' command");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PubSubNumPat {
    @Test
    void counts_different_patterns() {
      store.replies(client, "PSUBSCRIBE a* b*");
      store.replies(resp3, "PSUBSCRIBE a*");
      assertThat(store.run("PUBSUB NUMPAT")).isEqualTo(":2");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PubSubNumSub {
    @Test
    void counts_who_listens_by_name() {
      store.replies(client, "SUBSCRIBE a");
      store.replies(resp3, "SUBSCRIBE a");
      assertThat(store.run("PUBSUB NUMSUB a b")).isEqualTo("[\"a\" :2 \"b\" :0]");
      assertThat(store.run("PUBSUB NUMSUB")).isEqualTo("[]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PubSubShardChannels {
    @Test
    void lists_shard_channels_alone() {
      store.replies(resp3, "SUBSCRIBE a");
      store.replies(resp3, "SSUBSCRIBE s");
      assertThat(store.run("PUBSUB SHARDCHANNELS")).isEqualTo("[\"s\"]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PubSubShardNumSub {
    @Test
    void counts_who_listens_to_shard_channels() {
      store.replies(resp3, "SSUBSCRIBE s");
      assertThat(store.run("PUBSUB SHARDNUMSUB s t")).isEqualTo("[\"s\" :1 \"t\" :0]");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  public class PubSubHelp {
    @Test
    void names_the_subcommands() {
      assertThat(store.run("PUBSUB HELP")).contains("NUMSUB").contains("SHARDCHANNELS");
    }
  }
}
