package io.respite.server.pubsub;

import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.encoding.Glob;
import io.respite.server.pubsub.Subscriptions.Kind;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who listens to what. A message is encoded once for each protocol, however many listen, and given
 * to their connections at once; who is slow to read is their connection's business.
 *
 * <p>Subscribing by name costs O(1), publishing O(listeners + patterns). A client that listens to a
 * channel by name and by two patterns that match hears a message three times, as with Redis.
 */
public final class Channels {
  private final Map<Kind, Map<ByteBuffer, Set<Subscriptions>>> listeners =
      new EnumMap<>(Kind.class);
  private int clients;

  /** Nobody listens. */
  public Channels() {
    for (Kind kind : Kind.values()) {
      listeners.put(kind, new LinkedHashMap<>());
    }
  }

  /** Lets a session listen; whether it did not before. The name is copied by the caller. */
  boolean subscribe(Kind kind, byte[] name, Subscriptions listener) {
    ByteBuffer key = ByteBuffer.wrap(name);
    int before = listener.session().subscriptions();
    if (!listener.add(kind, key)) {
      return false;
    }
    listeners.get(kind).computeIfAbsent(key, k -> new LinkedHashSet<>()).add(listener);
    clients += before == 0 ? 1 : 0;
    return true;
  }

  /** Lets a session listen no longer; whether it did before. */
  boolean unsubscribe(Kind kind, ByteBuffer name, Subscriptions listener) {
    if (!listener.remove(kind, name)) {
      return false;
    }
    Map<ByteBuffer, Set<Subscriptions>> all = listeners.get(kind);
    Set<Subscriptions> others = all.get(name);
    others.remove(listener);
    if (others.isEmpty()) {
      all.remove(name);
    }
    clients -= listener.session().subscriptions() == 0 ? 1 : 0;
    return true;
  }

  /** Ends all subscriptions of a session, silently. */
  void forget(Subscriptions listener) {
    for (Kind kind : Kind.values()) {
      for (ByteBuffer name : Set.copyOf(listener.names(kind))) {
        unsubscribe(kind, name, listener);
      }
    }
  }

  /** Ends all subscriptions of a session, silently, as RESET does. */
  public void reset(Session session) {
    Subscriptions subscriptions = Subscriptions.find(session);
    if (subscriptions != null) {
      forget(subscriptions);
    }
  }

  /** Whether anybody listens to channels or patterns at all. */
  boolean silent() {
    return listeners.get(Kind.CHANNEL).isEmpty() && listeners.get(Kind.PATTERN).isEmpty();
  }

  /**
   * Sends a message to who listens to a channel, by name or by a pattern.
   *
   * @return how many times it was sent
   */
  public long publish(byte[] channel, byte[] message) {
    long receivers = deliver(Kind.CHANNEL, channel, message);
    for (Map.Entry<ByteBuffer, Set<Subscriptions>> entry : listeners.get(Kind.PATTERN).entrySet()) {
      byte[] pattern = bytes(entry.getKey());
      if (Glob.matches(pattern, 0, pattern.length, channel, 0, channel.length, false)) {
        receivers +=
            send(
                entry.getValue(),
                reply -> {
                  reply.push(4);
                  reply.bulk(Kind.PATTERN.message());
                  reply.bulk(pattern);
                  reply.bulk(channel);
                  reply.bulk(message);
                });
      }
    }
    return receivers;
  }

  /** Sends a message to who listens to a shard channel; how many do. */
  public long publishShard(byte[] channel, byte[] message) {
    return deliver(Kind.SHARD, channel, message);
  }

  private long deliver(Kind kind, byte[] channel, byte[] message) {
    Set<Subscriptions> named = listeners.get(kind).get(ByteBuffer.wrap(channel));
    if (named == null) {
      return 0;
    }
    return send(
        named,
        reply -> {
          reply.push(3);
          reply.bulk(kind.message());
          reply.bulk(channel);
          reply.bulk(message);
        });
  }

  private static long send(Collection<Subscriptions> receivers, Consumer<Reply> message) {
    Reply[] encoded = new Reply[2];
    for (Subscriptions receiver : receivers) {
      int protocol = receiver.session().protocol();
      Reply reply = encoded[protocol - 2];
      if (reply == null) {
        reply = new Reply();
        reply.protocol(protocol);
        message.accept(reply);
        encoded[protocol - 2] = reply;
      }
      receiver.session().connection().send(reply.buffer(), 0, reply.size());
    }
    return receivers.size();
  }

  /** A name's bytes: the whole array that it was made of; shared. */
  static byte[] bytes(ByteBuffer name) {
    if (name.arrayOffset() != 0 || name.remaining() != name.array().length) {
      throw new IllegalStateException("a name is a whole array");
    }
    return name.array();
  }

  // ---- figures

  /** The names of one kind that somebody listens to; shared. */
  Set<ByteBuffer> names(Kind kind) {
    return listeners.get(kind).keySet();
  }

  /** How many listen to a name. */
  int count(Kind kind, byte[] name) {
    Set<Subscriptions> named = listeners.get(kind).get(ByteBuffer.wrap(name));
    return named == null ? 0 : named.size();
  }

  /** Number of channels that somebody listens to. */
  public int channelCount() {
    return names(Kind.CHANNEL).size();
  }

  /** Number of patterns that somebody listens to. */
  public int patternCount() {
    return names(Kind.PATTERN).size();
  }

  /** Number of shard channels that somebody listens to. */
  public int shardChannelCount() {
    return names(Kind.SHARD).size();
  }

  /** Number of sessions that listen to something. */
  public int clientCount() {
    return clients;
  }

  /** What CLIENT LIST shows of a session: {@code sub=1 psub=0 ssub=0}. */
  public static String describe(Session session) {
    Subscriptions subscriptions = Subscriptions.find(session);
    if (subscriptions == null) {
      return "sub=0 psub=0 ssub=0";
    }
    return "sub="
        + subscriptions.names(Kind.CHANNEL).size()
        + " psub="
        + subscriptions.names(Kind.PATTERN).size()
        + " ssub="
        + subscriptions.names(Kind.SHARD).size();
  }
}
