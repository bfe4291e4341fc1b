package io.respite.benchmarks.remote;

import io.lettuce.core.HSetExArgs;
import io.lettuce.core.KeyValue;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What an application without JCache would do: the hash commands themselves, by the synchronous API
 * of one connection that all threads share. Where the server has HSETEX, entries get their lifetime
 * by it; where not, they get none, which is less than a cache does.
 */
final class LettuceContender implements Contender {
  private static final int SCAN_COUNT = 1000;
  private static final String COMPARE_AND_SET =
      "if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then "
          + "redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) return 1 end return 0";

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisCommands<String, String> commands;
  private final String hash;
  private final HSetExArgs lifetime;
  private final String compareAndSet;

  LettuceContender(String uri, String hash, Duration lifetime) {
    client = RedisClient.create(uri);
    connection = client.connect();
    commands = connection.sync();
    this.hash = hash;
    boolean fieldsExpire = lifetime != null && commands.commandInfo("HSETEX").get(0) != null;
    this.lifetime = fieldsExpire ? new HSetExArgs().px(lifetime) : null;
    compareAndSet = commands.scriptLoad(COMPARE_AND_SET);
  }

  @Override
  public String get(String key) {
    return commands.hget(hash, key);
  }

  @Override
  public void put(String key, String value) {
    if (lifetime == null) {
      commands.hset(hash, key, value);
    } else {
      commands.hsetex(hash, lifetime, Map.of(key, value));
    }
  }

  @Override
  public Map<String, String> getAll(Set<String> keys) {
    List<KeyValue<String, String>> found = commands.hmget(hash, keys.toArray(String[]::new));
    Map<String, String> values = new HashMap<>(found.size() * 2);
    for (KeyValue<String, String> pair : found) {
      if (pair.hasValue()) {
        values.put(pair.getKey(), pair.getValue());
      }
    }
    return values;
  }

  @Override
  public void putAll(Map<String, String> entries) {
    if (lifetime == null) {
      commands.hset(hash, entries);
    } else {
      commands.hsetex(hash, lifetime, entries);
    }
  }

  @Override
  public void advance(String key) {
    String[] keys = {hash};
    Boolean done = false;
    while (!done) {
      String old = commands.hget(hash, key);
      done =
          commands.evalsha(
              compareAndSet, ScriptOutputType.BOOLEAN, keys, key, old, Texts.next(old));
    }
  }

  @Override
  public long iterate(BooleanSupplier stop) {
    long seen = 0;
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      MapScanCursor<String, String> page =
          commands.hscan(hash, cursor, ScanArgs.Builder.limit(SCAN_COUNT));
      for (Map.Entry<String, String> entry : page.getMap().entrySet()) {
        if (entry.getValue() == null) {
          throw new IllegalStateException(entry.getKey() + " has no value");
        }
        seen++;
        if (stop.getAsBoolean()) {
          return seen;
        }
      }
      cursor = page;
    } while (!cursor.isFinished());
    return seen;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
