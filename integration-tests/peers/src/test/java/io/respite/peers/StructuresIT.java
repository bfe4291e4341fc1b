package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.Consumer;
import io.lettuce.core.GeoArgs;
import io.lettuce.core.GeoSearch;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.args.GeoUnit;
import redis.clients.jedis.resps.StreamEntry;

/** The structures as applications use them: queues, rankings, logs, places, messages. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StructuresIT {
  private static ServerProcess server;

  @BeforeAll
  static void start() throws IOException {
    server = ServerProcess.respite("--notify-keyspace-events", "AKEhST");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() {
    try (Jedis jedis = jedis()) {
      jedis.flushAll();
    }
  }

  private static Jedis jedis() {
    return new Jedis("127.0.0.1", server.port);
  }

  private static RedisClient lettuce() {
    return RedisClient.create("redis://127.0.0.1:" + server.port);
  }

  private static void awaitWaiting(Jedis jedis) {
    Awaitility.await("a waiting client")
        .atMost(ServerProcess.PATIENCE)
        .until(() -> jedis.info("clients").contains("blocked_clients:1"));
  }

  @Test
  void a_queue_hands_each_job_to_one_worker() throws Exception {
    try (Jedis producer = jedis()) {
      CompletableFuture<List<String>> worker =
          CompletableFuture.supplyAsync(
              () -> {
                try (Jedis jedis = jedis()) {
                  return jedis.blpop(20, "jobs:high", "jobs:low");
                }
              });
      awaitWaiting(producer);
      producer.rpush("jobs:low", "clean", "sweep");
      assertThat(worker.get(10, TimeUnit.SECONDS)).containsExactly("jobs:low", "clean");
      assertThat(producer.lrange("jobs:low", 0, -1)).containsExactly("sweep");
      assertThat(producer.blpop(0.01, "jobs:none")).isNull();
    }
  }

  @Test
  void lettuce_waits_on_one_connection_and_works_on_another() throws Exception {
    try (RedisClient client = lettuce();
        Jedis jedis = jedis()) {
      var waiting = client.connect().async().bzpopmin(20, "ranking");
      awaitWaiting(jedis);
      assertThat(client.connect().sync().zadd("ranking", 2.5, "Ada")).isEqualTo(1);
      KeyValue<String, ScoredValue<String>> first = waiting.get(10, TimeUnit.SECONDS);
      assertThat(first.getKey()).isEqualTo("ranking");
      assertThat(first.getValue()).isEqualTo(ScoredValue.just(2.5, "Ada"));
    }
  }

  @Test
  void a_ranking_is_ordered_and_counted() {
    try (Jedis jedis = jedis()) {
      jedis.zadd("ranking", Map.of("Ada", 3.5, "Bob", 1.0, "Cy", 2.0));
      assertThat(jedis.zrange("ranking", 0, -1)).containsExactly("Bob", "Cy", "Ada");
      assertThat(jedis.zrevrank("ranking", "Ada")).isZero();
      assertThat(jedis.zincrby("ranking", 10, "Bob")).isEqualTo(11.0);
      assertThat(jedis.zrangeByScore("ranking", 2, 5)).containsExactly("Cy", "Ada");
      assertThat(jedis.zcount("ranking", "-inf", "(11")).isEqualTo(2);
    }
  }

  @Test
  void sets_meet_and_part() {
    try (Jedis jedis = jedis()) {
      jedis.sadd("a", "1", "2", "3");
      jedis.sadd("b", "2", "3", "x");
      assertThat(jedis.sinter("a", "b")).containsExactlyInAnyOrder("2", "3");
      assertThat(jedis.sdiffstore("c", "a", "b")).isEqualTo(1);
      assertThat(jedis.objectEncoding("a")).isEqualTo("intset");
      assertThat(jedis.objectEncoding("b")).isEqualTo("listpack");
    }
  }

  @Test
  @SuppressWarnings("unchecked") // Lettuce takes generic varargs.
  void a_group_of_consumers_shares_a_stream() {
    try (RedisClient client = lettuce()) {
      var commands = client.connect().sync();
      commands.xgroupCreate(
          XReadArgs.StreamOffset.from("log", "0"),
          "readers",
          io.lettuce.core.XGroupCreateArgs.Builder.mkstream());
      String id = commands.xadd("log", Map.of("event", "login"));
      commands.xadd("log", Map.of("event", "logout"));
      List<StreamMessage<String, String>> first =
          commands.xreadgroup(
              Consumer.from("readers", "one"),
              XReadArgs.Builder.count(1),
              XReadArgs.StreamOffset.lastConsumed("log"));
      assertThat(first).hasSize(1);
      assertThat(first.get(0).getId()).isEqualTo(id);
      assertThat(first.get(0).getBody()).containsEntry("event", "login");
      assertThat(commands.xpending("log", "readers").getCount()).isEqualTo(1);
      assertThat(commands.xack("log", "readers", id)).isEqualTo(1);
      assertThat(commands.xrange("log", Range.unbounded())).hasSize(2);
    }
  }

  @Test
  void jedis_waits_for_new_entries_of_a_stream() throws Exception {
    try (Jedis writer = jedis()) {
      CompletableFuture<List<Map.Entry<String, List<StreamEntry>>>> reader =
          CompletableFuture.supplyAsync(
              () -> {
                try (Jedis jedis = jedis()) {
                  return jedis.xread(
                      new redis.clients.jedis.params.XReadParams().block(20_000),
                      Map.of("log", StreamEntryID.XREAD_NEW_ENTRY));
                }
              });
      awaitWaiting(writer);
      writer.xadd("log", StreamEntryID.NEW_ENTRY, Map.of("n", "1"));
      var entries = reader.get(10, TimeUnit.SECONDS);
      assertThat(entries.get(0).getValue().get(0).getFields()).containsEntry("n", "1");
    }
  }

  @Test
  void places_are_found_by_distance() {
    try (Jedis jedis = jedis();
        RedisClient client = lettuce()) {
      jedis.geoadd("sicily", 13.361389, 38.115556, "Palermo");
      jedis.geoadd("sicily", 15.087269, 37.502669, "Catania");
      assertThat(jedis.geodist("sicily", "Palermo", "Catania", GeoUnit.KM)).isEqualTo(166.2742);
      assertThat(
              client
                  .connect()
                  .sync()
                  .geosearch(
                      "sicily",
                      GeoSearch.fromCoordinates(15, 37),
                      GeoSearch.byRadius(100, GeoArgs.Unit.km)))
          .containsExactly("Catania");
    }
  }

  @Test
  void visitors_are_counted_in_little_room() {
    try (Jedis jedis = jedis()) {
      for (int i = 0; i < 1_000; i++) {
        jedis.pfadd("visitors", "user:" + i % 500);
      }
      assertThat(jedis.pfcount("visitors")).isBetween(490L, 510L);
      jedis.setbit("online", 1_000_000, true);
      assertThat(jedis.bitcount("online")).isEqualTo(1);
    }
  }

  @Test
  void messages_reach_subscribers_of_both_protocols() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (RedisClient client = lettuce();
        Jedis publisher = jedis()) {
      var connection = client.connectPubSub();
      connection.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, String message) {
              heard.add("lettuce " + channel + " " + message);
            }
          });
      connection.sync().psubscribe("news.*");
      JedisPubSub listener =
          new JedisPubSub() {
            @Override
            public void onMessage(String channel, String message) {
              heard.add("jedis " + channel + " " + message);
              unsubscribe();
            }
          };
      CompletableFuture<Void> subscriber =
          CompletableFuture.runAsync(
              () -> {
                try (Jedis jedis = jedis()) {
                  jedis.subscribe(listener, "news.sport");
                }
              });
      Awaitility.await("both subscribers")
          .atMost(ServerProcess.PATIENCE)
          .until(() -> publisher.pubsubNumSub("news.sport").get("news.sport") == 1);
      assertThat(publisher.publish("news.sport", "1:0")).isEqualTo(2);
      subscriber.get(10, TimeUnit.SECONDS);
      assertThat(List.of(poll(heard), poll(heard)))
          .containsExactlyInAnyOrder("jedis news.sport 1:0", "lettuce news.sport 1:0");
    }
  }

  @Test
  void an_expired_field_is_named_to_who_listens() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (RedisClient client = lettuce();
        Jedis jedis = jedis()) {
      var connection = client.connectPubSub();
      connection.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              heard.add(message);
            }
          });
      connection.sync().subscribe("__subkeyevent@0__:hexpired");
      jedis.hset("session", Map.of("token", "t", "name", "Ada"));
      jedis.hpexpire("session", 30, "token");
      assertThat(poll(heard)).isEqualTo("7:session|5:token");
      assertThat(jedis.hgetAll("session")).isEqualTo(Map.of("name", "Ada"));
    }
  }

  @Test
  void a_value_moves_between_keys_by_dump_and_restore() {
    try (Jedis jedis = jedis()) {
      jedis.rpush("list", "a", "b", "c");
      jedis.restore("copy", 0, jedis.dump("list"));
      assertThat(jedis.lrange("copy", 0, -1)).containsExactly("a", "b", "c");
    }
  }

  private static String poll(BlockingQueue<String> heard) throws InterruptedException {
    return heard.poll(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
  }
}
