package io.respite.jcache.store.remote.lettuce;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.respite.jcache.network.BorrowedThread;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.wire.Receiver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sharded channels that this JVM hears on one datastore, and who wants to hear them.
 *
 * <p>A channel is <i>heard</i> from the server's confirmation on until its connection is lost, the
 * server ends the subscription, as it does when the slot moves to another node, or the connection
 * does not answer any more. A receiver is told of both, because in between it has missed messages.
 * A look once a second subscribes again whatever is wanted and not heard.
 */
public final class Subscriptions {
  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
  private static final long LOOK_MILLIS = 1_000;

  /** A channel that somebody wants. */
  private static final class Channel {
    final byte[] name;
    final List<Receiver> receivers = new CopyOnWriteArrayList<>();
    StatefulRedisPubSubConnection<byte[], byte[]> connection;
    boolean heard;

    Channel(byte[] name) {
      this.name = name;
    }
  }

  private final LettuceClient client;
  private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();
  private final Set<StatefulRedisPubSubConnection<byte[], byte[]>> known = new HashSet<>();

  private final ScheduledFuture<?> looking;

  Subscriptions(
      LettuceClient client,
      StatefulRedisPubSubConnection<byte[], byte[]> connection,
      ScheduledExecutorService scheduler) {
    this.client = client;
    this.connection = connection;
    this.looking =
        scheduler.scheduleWithFixedDelay(
            this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static String key(byte[] channel) {
    return new String(channel, ISO_8859_1);
  }

  /**
   * Hears a channel from now on.
   *
   * @throws StoreException when the server does not confirm that in time
   */
  public void subscribe(byte[] name, Receiver receiver) {
    BorrowedThread.run(() -> begin(name, receiver));
  }

  private void begin(byte[] name, Receiver receiver) {
    Channel channel;
    synchronized (this) {
      channel = channels.computeIfAbsent(key(name), key -> new Channel(name));
      channel.receivers.add(receiver);
      if (channel.heard) {
        receiver.resumed();
        return;
      }
    }
    try {
      subscribe(channel);
    } catch (StoreException e) {
      end(name, receiver);
      throw e;
    }
  }

  private void subscribe(Channel channel) {
    StatefulRedisPubSubConnection<byte[], byte[]> on;
    RedisFuture<Void> confirmed;
    try {
      on = connectionOf(channel.name);
      synchronized (this) {
        channel.connection = on;
        if (known.add(on)) {
          var listener = new Listener(on);
          on.addListener((RedisPubSubListener<byte[], byte[]>) listener);
          on.addListener((RedisConnectionStateListener) listener);
        }
      }
      confirmed = on.async().ssubscribe(channel.name);
    } catch (RedisException e) {
      throw client.failures().unheard(e);
    }
    client.await(confirmed);
    heard(channel.name, on);
  }

  /** The connection on which a channel is heard: in a cluster, to the node that has its slot. */
  private StatefulRedisPubSubConnection<byte[], byte[]> connectionOf(byte[] channel) {
    if (connection instanceof StatefulRedisClusterPubSubConnection<byte[], byte[]> cluster) {
      RedisClusterNode node = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(channel));
      if (node == null) {
        throw new RedisException("no node has the slot of a channel");
      }
      return cluster.getConnection(node.getNodeId());
    }
    return connection;
  }

  /** How many hear a channel here. */
  public int receivers(byte[] name) {
    Channel channel = channels.get(key(name));
    return channel == null ? 0 : channel.receivers.size();
  }

  /** Hears a channel no longer; never fails. */
  public void unsubscribe(byte[] name, Receiver receiver) {
    BorrowedThread.run(() -> end(name, receiver));
  }

  private void end(byte[] name, Receiver receiver) {
    Channel channel;
    synchronized (this) {
      channel = channels.get(key(name));
      if (channel == null) {
        return;
      }
      channel.receivers.remove(receiver);
      if (!channel.receivers.isEmpty()) {
        return;
      }
      channels.remove(key(name));
      if (channel.connection == null) {
        return;
      }
    }
    try {
      RedisFuture<Void> unheard = channel.connection.async().sunsubscribe(name);
      unheard.exceptionally(
          e -> {
            LOG.debug("The end of a subscription was not confirmed", e);
            return null;
          });
    } catch (RedisException e) {
      LOG.debug("A subscription ends with its connection", e);
    }
  }

  private synchronized void heard(byte[] name, StatefulRedisPubSubConnection<byte[], byte[]> on) {
    Channel channel = channels.get(key(name));
    if (channel != null && channel.connection == on && !channel.heard) {
      channel.heard = true;
      channel.receivers.forEach(Receiver::resumed);
    }
  }

  private synchronized void unheard(Channel channel) {
    if (channel.heard) {
      channel.heard = false;
      channel.receivers.forEach(Receiver::interrupted);
    }
  }

  private synchronized void allUnheard(StatefulRedisPubSubConnection<byte[], byte[]> on) {
    for (Channel channel : channels.values()) {
      if (channel.connection == on) {
        unheard(channel);
      }
    }
  }

  /** Looks after the channels no longer; what is heard ends with its connection. */
  public void close() {
    looking.cancel(false);
  }

  // ---- once a second

  private void look() {
    try {
      List<Channel> missing = new ArrayList<>();
      Set<StatefulRedisPubSubConnection<byte[], byte[]>> used = new HashSet<>();
      synchronized (this) {
        for (Channel channel : channels.values()) {
          if (channel.heard) {
            used.add(channel.connection);
          } else {
            missing.add(channel);
          }
        }
      }
      used.forEach(this::test);
      missing.forEach(this::subscribeAgain);
    } catch (RuntimeException e) {
      LOG.warn("Subscriptions at {} could not be looked after", client.place(), e);
    }
  }

  /** A connection whose other end has vanished without a word looks alive until it is asked. */
  private void test(StatefulRedisPubSubConnection<byte[], byte[]> on) {
    try {
      client.await(on.async().ping());
    } catch (StoreException | RedisException e) {
      LOG.debug("A connection to {} does not answer", client.place(), e);
      allUnheard(on);
    }
  }

  private void subscribeAgain(Channel channel) {
    try {
      subscribe(channel);
    } catch (StoreException | RedisException e) {
      LOG.debug("A channel at {} cannot be heard yet", client.place(), e);
    }
  }

  /** What happens on one connection. */
  private final class Listener
      implements RedisPubSubListener<byte[], byte[]>, RedisConnectionStateListener {
    private final StatefulRedisPubSubConnection<byte[], byte[]> on;

    Listener(StatefulRedisPubSubConnection<byte[], byte[]> on) {
      this.on = on;
    }

    @Override
    public void smessage(byte[] name, byte[] message) {
      Channel channel = channels.get(key(name));
      if (channel == null) {
        return;
      }
      for (Receiver receiver : channel.receivers) {
        try {
          receiver.received(message);
        } catch (RuntimeException e) {
          LOG.warn("A message of {} could not be understood", client.place(), e);
        }
      }
    }

    @Override
    public void ssubscribed(byte[] name, long count) {
      heard(name, on);
    }

    @Override
    public void sunsubscribed(byte[] name, long count) {
      Channel channel = channels.get(key(name));
      if (channel != null) {
        unheard(channel);
      }
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
      allUnheard(on);
    }

    @Override
    public void message(byte[] channel, byte[] message) {}

    @Override
    public void message(byte[] pattern, byte[] channel, byte[] message) {}

    @Override
    public void subscribed(byte[] channel, long count) {}

    @Override
    public void psubscribed(byte[] pattern, long count) {}

    @Override
    public void unsubscribed(byte[] channel, long count) {}

    @Override
    public void punsubscribed(byte[] pattern, long count) {}
  }
}
