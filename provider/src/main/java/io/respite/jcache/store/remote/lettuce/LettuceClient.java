package io.respite.jcache.store.remote.lettuce;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.network.BorrowedThread;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.wire.Failures;
import io.respite.jcache.store.remote.wire.Refusal;
import io.respite.jcache.store.remote.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lettuce's client of what a URI names. One connection serves all threads: requests of many callers
 * follow each other on it without waiting for replies.
 */
public final class LettuceClient {
  /** Commands that may wait for a connection or for their replies. */
  private static final int MOST_REQUESTS = 1 << 16;

  /** How often at least to try whether a server that is away is back. */
  private static final Duration RECONNECT = Duration.ofMillis(500);

  /** How long connections and threads may take to end. */
  private static final Duration SHUTDOWN = Duration.ofSeconds(2);

  private final RemoteUri uri;
  private final Failures failures;
  private final ClientResources resources;
  private final AbstractRedisClient client;
  private volatile StatefulConnection<byte[], byte[]> connection;

  private LettuceClient(RemoteUri uri, Failures failures) {
    this.uri = uri;
    this.failures = failures;
    this.resources = resources();
    this.client = client(uri);
  }

  /** A client that has not connected yet. */
  public static LettuceClient of(RemoteUri uri, Failures failures) {
    return BorrowedThread.call(
        () -> {
          var made = new LettuceClient(uri, failures);
          try {
            made.configure();
          } catch (RuntimeException e) {
            made.shutdown();
            throw e;
          }
          return made;
        });
  }

  private void configure() {
    if (client instanceof RedisClusterClient cluster) {
      ClusterTopologyRefreshOptions refresh =
          ClusterTopologyRefreshOptions.builder()
              .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
              .enablePeriodicRefresh(Duration.ofSeconds(15))
              .build();
      cluster.setOptions(
          options(ClusterClientOptions.builder().topologyRefreshOptions(refresh)).build());
    } else {
      ((RedisClient) client).setOptions(options(ClientOptions.builder()).build());
    }
  }

  /**
   * Makes the connection for requests.
   *
   * @throws StoreException when the datastore cannot be reached
   */
  public void connect() {
    try {
      connection = BorrowedThread.call(this::connected);
    } catch (RedisException e) {
      throw failures.unreachable(e);
    }
  }

  /** Whether there is a connection for requests, or has been and will be again. */
  public boolean isConnected() {
    return connection != null;
  }

  /** Ends all connections. */
  public void close() {
    BorrowedThread.run(this::shutdown);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // As it says below.
  private void shutdown() {
    client.shutdown(Duration.ZERO, SHUTDOWN);
    // Daemon threads, which end by themselves; nobody has to wait for them.
    resources.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ClientResources resources() {
    return ClientResources.builder()
        .reconnectDelay(
            Delay.exponential(Duration.ofMillis(1), RECONNECT, 2, TimeUnit.MILLISECONDS))
        .nettyCustomizer(
            new NettyCustomizer() {
              @Override
              public void afterChannelInitialized(Channel channel) {
                channel.pipeline().addLast(new Call.Line());
              }
            })
        .build();
  }

  // ---- connecting

  private AbstractRedisClient client(RemoteUri uri) {
    if (uri.kind() == RemoteUri.Kind.CLUSTER) {
      return RedisClusterClient.create(resources, addresses(uri));
    }
    return isOneServer(uri)
        ? new LeanClient(resources, addresses(uri).get(0))
        : RedisClient.create(resources);
  }

  /**
   * Whether one connection to one server is all there is. Under sentinels, too: such a connection
   * asks them whenever it connects. One that follows their messages returns to the old primary when
   * that comes back empty, until it hears of the new one.
   */
  private static boolean isOneServer(RemoteUri uri) {
    return uri.kind() != RemoteUri.Kind.CLUSTER && uri.readFrom() == RemoteUri.ReadFrom.PRIMARY;
  }

  private static List<RedisURI> addresses(RemoteUri uri) {
    List<RedisURI> addresses = new ArrayList<>();
    if (uri.socket() != null) {
      addresses.add(complete(uri, RedisURI.Builder.socket(uri.socket())));
    } else if (uri.kind() == RemoteUri.Kind.SENTINEL) {
      RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(uri.master());
      uri.hosts().forEach(host -> builder.withSentinel(host.name(), host.port()));
      addresses.add(complete(uri, builder));
    } else {
      uri.hosts()
          .forEach(
              host ->
                  addresses.add(complete(uri, RedisURI.Builder.redis(host.name(), host.port()))));
    }
    return addresses;
  }

  private static RedisURI complete(RemoteUri uri, RedisURI.Builder builder) {
    builder.withDatabase(uri.database()).withTimeout(Duration.ofMillis(uri.timeoutMillis()));
    if (uri.user() != null) {
      builder.withAuthentication(uri.user(), uri.password().toCharArray());
    } else if (uri.password() != null) {
      builder.withPassword(uri.password().toCharArray());
    }
    if (uri.socket() == null) {
      builder.withSsl(uri.tls());
      builder.withVerifyPeer(uri.verify() ? SslVerifyMode.FULL : SslVerifyMode.NONE);
    }
    return builder.withClientName("respite").build();
  }

  private StatefulConnection<byte[], byte[]> connected() {
    if (client instanceof RedisClusterClient cluster) {
      StatefulRedisClusterConnection<byte[], byte[]> connected =
          cluster.connect(ByteArrayCodec.INSTANCE);
      connected.setReadFrom(readFrom());
      return connected;
    }
    RedisClient single = (RedisClient) client;
    RedisURI address = addresses(uri).get(0);
    if (isOneServer(uri)) {
      return single.connect(ByteArrayCodec.INSTANCE, address);
    }
    StatefulRedisMasterReplicaConnection<byte[], byte[]> connected =
        MasterReplica.connect(single, ByteArrayCodec.INSTANCE, address);
    connected.setReadFrom(readFrom());
    return connected;
  }

  private <B extends ClientOptions.Builder> B options(B builder) {
    SocketOptions.Builder socket =
        SocketOptions.builder()
            .connectTimeout(Duration.ofMillis(uri.timeoutMillis()))
            .tcpNoDelay(true)
            .keepAlive(true);
    builder
        .socketOptions(socket.build())
        .requestQueueSize(MOST_REQUESTS)
        .replayFilter(Call::endsWithConnection);
    if (uri.tls() && uri.ca() != null) {
      builder.sslOptions(SslOptions.builder().trustManager(Trust.with(uri.ca())).build());
    }
    return builder;
  }

  private ReadFrom readFrom() {
    return switch (uri.readFrom()) {
      case PRIMARY -> ReadFrom.UPSTREAM;
      case PRIMARY_PREFERRED -> ReadFrom.UPSTREAM_PREFERRED;
      case REPLICA -> ReadFrom.REPLICA;
      case REPLICA_PREFERRED -> ReadFrom.REPLICA_PREFERRED;
      case NEAREST -> ReadFrom.LOWEST_LATENCY;
      case ANY -> ReadFrom.ANY;
    };
  }

  // ---- calling

  /** Hands requests over, to be sent together; others may be sent before they are answered. */
  public void send(List<? extends Request<?>> requests) {
    try {
      if (requests.size() == 1) {
        connection.dispatch(call(requests.get(0)));
      } else {
        List<Call<?>> calls = new ArrayList<>(requests.size());
        for (Request<?> request : requests) {
          calls.add(call(request));
        }
        connection.dispatch(calls);
      }
    } catch (RedisException e) {
      // It is closed, or too many wait already; nothing has been sent.
      throw failures.notAsked(e);
    }
  }

  <T> Call<T> call(Request<T> request) {
    var call = new Call<>(this, request);
    request.handedOver(call);
    return call;
  }

  /**
   * Waits for a reply.
   *
   * @throws StoreException when there is none in time, or when it is an error
   */
  <T> T await(Future<T> call) {
    try {
      return call.get(uri.timeoutMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (call instanceof Call<?> sent) {
        sent.giveUpSilentLine();
      }
      call.cancel(true);
      throw failures.silent(e);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw failures.interrupted(e);
    } catch (CancellationException e) {
      // The client has closed the connection to a server that is no longer the right one.
      throw failures.lost(e);
    } catch (ExecutionException e) {
      throw failure(call, e.getCause());
    }
  }

  private StoreException failure(Future<?> call, Throwable cause) {
    if (cause instanceof RedisCommandExecutionException) {
      return failures.refused(new Refusal(cause.getMessage(), cause));
    }
    return call instanceof Call<?> sent && sent.mayHaveChanged()
        ? failures.lost(cause)
        : failures.notAsked(cause);
  }

  // ---- listening

  /**
   * Makes a connection for channels.
   *
   * @param scheduler looks after them now and then
   * @throws StoreException when the datastore cannot be reached
   */
  public Subscriptions subscriptions(ScheduledExecutorService scheduler) {
    try {
      return new Subscriptions(this, BorrowedThread.call(this::connectedToListen), scheduler);
    } catch (RedisException e) {
      throw failures.unheard(e);
    }
  }

  private StatefulRedisPubSubConnection<byte[], byte[]> connectedToListen() {
    return client instanceof RedisClusterClient cluster
        ? cluster.connectPubSub(ByteArrayCodec.INSTANCE)
        : ((RedisClient) client).connectPubSub(ByteArrayCodec.INSTANCE, addresses(uri).get(0));
  }

  Failures failures() {
    return failures;
  }

  /** Where the datastore is, for messages. */
  String place() {
    return failures.place();
  }
}
