package io.respite.server.pubsub;

import io.respite.server.command.Session;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What one session has subscribed to, in the order in which it did. */
final class Subscriptions {
  /** The three spaces of names, which know nothing of each other. */
  enum Kind {
    /** SUBSCRIBE: a channel by its name. */
    CHANNEL("subscribe", "message"),
    /** PSUBSCRIBE: all channels whose name matches a pattern. */
    PATTERN("psubscribe", "pmessage"),
    /** SSUBSCRIBE: a channel that lives in one slot of a cluster. */
    SHARD("ssubscribe", "smessage");

    private final String verb;
    private final String message;

    Kind(String verb, String message) {
      this.verb = verb;
      this.message = message;
    }

    /** What a client is told that has subscribed; the same with "un" that no longer has. */
    String told(boolean subscribed) {
      return subscribed ? verb : verb.replace("subscribe", "unsubscribe");
    }

    /** The first word of a message. */
    String message() {
      return message;
    }
  }

  private static final Session.Attachment<Subscriptions> PLACE =
      Session.Attachment.of(Subscriptions.class);

  private final Session session;
  private final Map<Kind, Set<ByteBuffer>> names = new EnumMap<>(Kind.class);

  private Subscriptions(Session session) {
    this.session = session;
    for (Kind kind : Kind.values()) {
      names.put(kind, new LinkedHashSet<>());
    }
  }

  /** A session's subscriptions; null when it never had any. */
  static Subscriptions find(Session session) {
    return session.get(PLACE);
  }

  /** A session's subscriptions, made if there are none. */
  static Subscriptions of(Session session, Channels channels) {
    Subscriptions subscriptions = session.get(PLACE);
    if (subscriptions == null) {
      Subscriptions fresh = new Subscriptions(session);
      session.set(PLACE, fresh);
      session.onClose(() -> channels.forget(fresh));
      return fresh;
    }
    return subscriptions;
  }

  Session session() {
    return session;
  }

  /** The names of one kind; shared. */
  Set<ByteBuffer> names(Kind kind) {
    return names.get(kind);
  }

  boolean add(Kind kind, ByteBuffer name) {
    boolean added = names.get(kind).add(name);
    count();
    return added;
  }

  boolean remove(Kind kind, ByteBuffer name) {
    boolean removed = names.get(kind).remove(name);
    count();
    return removed;
  }

  private void count() {
    session.subscriptions(
        names.get(Kind.CHANNEL).size()
            + names.get(Kind.PATTERN).size()
            + names.get(Kind.SHARD).size());
  }

  /**
   * The number that a client is told with a subscription: shard channels are counted by themselves,
   * channels and patterns together.
   */
  int toldCount(Kind kind) {
    return kind == Kind.SHARD
        ? names.get(Kind.SHARD).size()
        : names.get(Kind.CHANNEL).size() + names.get(Kind.PATTERN).size();
  }
}
