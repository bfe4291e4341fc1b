package io.respite.server.pubsub;

import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.MAY_REPLICATE;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.PUBSUB;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Gate;
import io.respite.server.command.Help;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.encoding.Glob;
import io.respite.server.pubsub.Subscriptions.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The commands of publish and subscribe, and the gate that keeps a RESP2 client that listens from
 * asking for anything whose reply it could not tell from a message.
 */
public final class PubSubCommands implements Gate {
  private static final Set<String> ALLOWED =
      Set.of(
          "subscribe",
          "ssubscribe",
          "psubscribe",
          "unsubscribe",
          "sunsubscribe",
          "punsubscribe",
          "ping",
          "quit",
          "reset");

  private final Channels channels;

  /** The commands on these channels. */
  public PubSubCommands(Channels channels) {
    this.channels = channels;
  }

  @Override
  public boolean pass(Call call) {
    Session session = call.session();
    if (session.subscriptions() > 0
        && session.protocol() == 2
        && !ALLOWED.contains(call.command().fullName())) {
      throw new CommandError(
          "ERR Can't execute '"
              + call.command().fullName()
              + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this"
              + " context");
    }
    return true;
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        subscriber("subscribe", "2.0.0", "channel [channel ...]", Kind.CHANNEL)
            .complexity("O(N) where N is the number of channels to subscribe to.")
            .summary("Listens to channels."),
        subscriber("psubscribe", "2.0.0", "pattern:pattern [pattern ...]", Kind.PATTERN)
            .complexity("O(N) where N is the number of patterns to subscribe to.")
            .summary("Listens to all channels whose names match a pattern."),
        subscriber("ssubscribe", "7.0.0", "shardchannel [shardchannel ...]", Kind.SHARD)
            .keys(KeySpec.range(1, -1, 1, KeySpec.Flag.NOT_KEY))
            .complexity("O(N) where N is the number of shard channels to subscribe to.")
            .summary("Listens to shard channels."),
        unsubscriber("unsubscribe", "2.0.0", "[channel [channel ...]]", Kind.CHANNEL)
            .complexity("O(N) where N is the number of channels to unsubscribe.")
            .summary("Listens to channels no longer, or to none at all."),
        unsubscriber("punsubscribe", "2.0.0", "[pattern:pattern [pattern ...]]", Kind.PATTERN)
            .complexity("O(N) where N is the number of patterns to unsubscribe.")
            .summary("Listens to patterns no longer, or to none at all."),
        unsubscriber("sunsubscribe", "7.0.0", "[shardchannel [shardchannel ...]]", Kind.SHARD)
            .keys(KeySpec.range(1, -1, 1, KeySpec.Flag.NOT_KEY))
            .complexity("O(N) where N is the number of shard channels to unsubscribe.")
            .summary("Listens to shard channels no longer, or to none at all."),
        row("publish", "2.0.0", 3)
            .flags(PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE)
            .complexity(
                "O(N+M) where N is the number of clients subscribed to the channel and M is the"
                    + " number of subscribed patterns.")
            .summary("Sends a message to who listens to a channel.")
            .syntax("channel message")
            .handler(call -> call.reply().integer(channels.publish(call.bytes(1), call.bytes(2)))),
        row("spublish", "7.0.0", 3)
            .flags(PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE)
            .keys(KeySpec.at(1, KeySpec.Flag.NOT_KEY))
            .complexity("O(N) where N is the number of clients subscribed to the shard channel.")
            .summary("Sends a message to who listens to a shard channel.")
            .syntax("shardchannel message")
            .handler(
                call -> call.reply().integer(channels.publishShard(call.bytes(1), call.bytes(2)))),
        container());
  }

  private Command container() {
    return row("pubsub", "2.8.0", -2)
        .complexity("Depends on subcommand.")
        .summary("A container for questions about publish and subscribe.")
        .subcommand(
            asker("channels", "2.8.0", -2)
                .complexity("O(N) where N is the number of active channels")
                .summary("Lists the channels that somebody listens to.")
                .syntax("[pattern:pattern]")
                .handler(call -> list(call, Kind.CHANNEL)))
        .subcommand(Help.row("6.2.0").withoutCategory("pubsub"))
        .subcommand(
            asker("numpat", "2.8.0", 2)
                .complexity("O(1)")
                .summary("Counts the patterns that somebody listens to.")
                .handler(call -> call.reply().integer(channels.patternCount())))
        .subcommand(
            asker("numsub", "2.8.0", -2)
                .complexity("O(N) for the NUMSUB subcommand, where N is the number of channels")
                .summary("Counts who listens to channels.")
                .syntax("[channel [channel ...]]")
                .handler(call -> count(call, Kind.CHANNEL)))
        .subcommand(
            asker("shardchannels", "7.0.0", -2)
                .complexity("O(N) where N is the number of active shard channels")
                .summary("Lists the shard channels that somebody listens to.")
                .syntax("[pattern:pattern]")
                .handler(call -> list(call, Kind.SHARD)))
        .subcommand(
            asker("shardnumsub", "7.0.0", -2)
                .complexity("O(N) where N is the number of shard channels")
                .summary("Counts who listens to shard channels.")
                .syntax("[shardchannel [shardchannel ...]]")
                .handler(call -> count(call, Kind.SHARD)));
  }

  private static Command row(String name, String since, int arity) {
    return Command.named(name).group(CommandGroup.PUBSUB).since(since).arity(arity);
  }

  private static Command asker(String name, String since, int arity) {
    return row(name, since, arity).flags(PUBSUB, LOADING, STALE);
  }

  private Command subscriber(String name, String since, String syntax, Kind kind) {
    return row(name, since, -2)
        .flags(PUBSUB, NOSCRIPT, LOADING, STALE)
        .syntax(syntax)
        .handler(call -> subscribe(call, kind));
  }

  private Command unsubscriber(String name, String since, String syntax, Kind kind) {
    return row(name, since, -1)
        .flags(PUBSUB, NOSCRIPT, LOADING, STALE)
        .syntax(syntax)
        .handler(call -> unsubscribe(call, kind));
  }

  private void subscribe(Call call, Kind kind) {
    if (call.session().connection() == Session.Connection.NONE) {
      throw new CommandError(
          "ERR "
              + call.command().name().toUpperCase(Locale.ROOT)
              + " isn't allowed for a DENY BLOCKING client");
    }
    Subscriptions listener = Subscriptions.of(call.session(), channels);
    for (int i = 1; i < call.count(); i++) {
      byte[] name = call.bytes(i);
      channels.subscribe(kind, name, listener);
      tell(call, kind, true, name, listener.toldCount(kind));
    }
  }

  private void unsubscribe(Call call, Kind kind) {
    Subscriptions listener = Subscriptions.of(call.session(), channels);
    List<byte[]> names = new ArrayList<>();
    for (int i = 1; i < call.count(); i++) {
      names.add(call.bytes(i));
    }
    if (call.count() == 1) {
      listener.names(kind).forEach(name -> names.add(Channels.bytes(name)));
    }
    for (byte[] name : names) {
      channels.unsubscribe(kind, ByteBuffer.wrap(name), listener);
      tell(call, kind, false, name, listener.toldCount(kind));
    }
    if (names.isEmpty()) {
      tell(call, kind, false, null, listener.toldCount(kind));
    }
  }

  /**
   * Tells a client of its subscription. That is a message and no reply: a client that wants no
   * replies hears it all the same.
   */
  private static void tell(Call call, Kind kind, boolean subscribed, byte[] name, int count) {
    Session session = call.session();
    boolean asReply = session.replies() == Session.Replies.ON;
    Reply to = asReply ? call.reply() : new Reply();
    to.protocol(session.protocol());
    to.push(3);
    to.bulk(kind.told(subscribed));
    if (name == null) {
      to.nil();
    } else {
      to.bulk(name);
    }
    to.integer(count);
    if (!asReply) {
      session.connection().send(to.buffer(), 0, to.size());
    }
  }

  private void list(Call call, Kind kind) {
    if (call.count() > 3) {
      throw CommandError.arity(call.command().fullName());
    }
    byte[] pattern = call.count() == 3 ? call.bytes(2) : null;
    Reply reply = call.reply();
    int begin = reply.begin();
    long found = 0;
    for (ByteBuffer name : channels.names(kind)) {
      byte[] bytes = Channels.bytes(name);
      if (pattern == null
          || Glob.matches(pattern, 0, pattern.length, bytes, 0, bytes.length, false)) {
        reply.bulk(bytes);
        found++;
      }
    }
    reply.finishArray(begin, found);
  }

  private void count(Call call, Kind kind) {
    call.reply().array(2L * (call.count() - 2));
    for (int i = 2; i < call.count(); i++) {
      byte[] name = call.bytes(i);
      call.reply().bulk(name);
      call.reply().integer(channels.count(kind, name));
    }
  }
}
