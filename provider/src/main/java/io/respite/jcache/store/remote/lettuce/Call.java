package io.respite.jcache.store.remote.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.DecoratedCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.respite.jcache.store.remote.wire.Answer;
import io.respite.jcache.store.remote.wire.Pending;
import io.respite.jcache.store.remote.wire.Request;
import java.nio.ByteBuffer;
import java.util.Collection;

/**
 * A command on its way to a server and back.
 *
 * <p>When the connection is lost, what has not been sent waits for the next one, and what only
 * reads is sent again. What may have been executed is not: it ends with {@link Lost}, because only
 * the application can tell whether doing it twice does harm.
 *
 * @param <T> what it answers
 */
final class Call<T> extends AsyncCommand<byte[], byte[], T> implements Pending {

  /** The connection was lost after the command had been sent and before its reply came. */
  static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Lost() {
      super("the connection was lost before the reply came");
    }
  }

  private final LettuceClient client;
  private final Request<T> request;

  /** Where it was sent last. */
  private volatile Line line;

  /** When it was sent there. */
  private volatile long sentNanos;

  Call(LettuceClient client, Request<T> request) {
    super(
        new Command<>(
            CommandType.valueOf(request.command().name()),
            new Output<>(request.answer()),
            new Arguments(request)));
    this.client = client;
    this.request = request;
  }

  /** The arguments of a request, which says itself what decides where a cluster takes it. */
  private static final class Arguments extends CommandArgs<byte[], byte[]> {
    private final byte[] key;

    Arguments(Request<?> request) {
      super(ByteArrayCodec.INSTANCE);
      this.key = request.key();
      for (int i = 0; i < request.arguments(); i++) {
        add(request.argument(i));
      }
    }

    @Override
    public ByteBuffer getFirstEncodedKey() {
      return key == null ? null : ByteBuffer.wrap(key);
    }
  }

  /** Passes a reply on to the request's answer. */
  private static final class Output<T> extends CommandOutput<byte[], byte[], T> {
    private final Answer<T> answer;

    Output(Answer<T> answer) {
      super(ByteArrayCodec.INSTANCE, null);
      this.answer = answer;
    }

    @Override
    public void multi(int count) {
      answer.multi(count);
    }

    @Override
    public void set(ByteBuffer bytes) {
      answer.set(bytes);
    }

    @Override
    public void set(long number) {
      answer.set(number);
    }

    @Override
    public T get() {
      return answer.value();
    }
  }

  @Override
  public void await() {
    client.await(this);
  }

  @Override
  public boolean wentWith(Pending other) {
    return line != null && other instanceof Call<?> call && line == call.line;
  }

  /** It ends with {@link Lost} when that connection is gone. */
  @Override
  public void sendBehind(Request<?> next) {
    Call<?> call = client.call(next);
    line.send(call, new Lost());
  }

  /**
   * Whether a command must not be sent any more after a loss of its connection; whoever waits for
   * it hears that then. A command that a node of a cluster has sent elsewhere has not lost its
   * connection.
   */
  static boolean endsWithConnection(RedisCommand<?, ?, ?> command) {
    Call<?> call = of(command);
    boolean ends =
        call != null && call.request.changes() && call.line != null && !call.line.isActive();
    if (ends) {
      call.completeExceptionally(new Lost());
    }
    return ends;
  }

  /** Whether it changes something and has been sent. */
  boolean mayHaveChanged() {
    return request.changes() && line != null;
  }

  /**
   * Closes the connection on which it was sent, if nothing at all has come on it since: the server
   * is frozen or no longer there, and only a new connection finds out where to ask now. A system
   * would believe in the old one for minutes.
   */
  void giveUpSilentLine() {
    Line silent = line;
    if (silent != null && silent.heardNanos - sentNanos < 0) {
      silent.close();
    }
  }

  private static Call<?> of(RedisCommand<?, ?, ?> command) {
    RedisCommand<?, ?, ?> at = command;
    while (!(at instanceof Call<?>)) {
      if (!(at instanceof DecoratedCommand<?, ?, ?> outer)) {
        return null;
      }
      at = outer.getDelegate();
    }
    return (Call<?>) at;
  }

  /**
   * The last in the pipeline of every connection, so that all commands come by. The client sends
   * again what was under way when a connection was lost, and asks nobody; here it is kept from
   * that, because what has ended is not sent.
   */
  static final class Line extends ChannelDuplexHandler {
    private volatile Channel channel;
    private volatile long heardNanos = System.nanoTime();

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      channel = context.channel();
    }

    boolean isActive() {
      return channel.isActive();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Whatever comes of it, the line is not used.
    void close() {
      channel.close();
    }

    /** Sends a command here and nowhere else. */
    @SuppressWarnings("FutureReturnValueIgnored") // The listener looks at it.
    void send(Call<?> call, Lost otherwise) {
      ChannelFutureListener listener =
          written -> {
            if (written.cause() != null) {
              call.completeExceptionally(otherwise);
            }
          };
      channel.writeAndFlush(call).addListener(listener);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      heardNanos = System.nanoTime();
      context.fireChannelReadComplete();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is the promise, whose owner looks at it.
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof RedisCommand<?, ?, ?> command) {
        send(command);
      } else if (message instanceof Collection<?> commands) {
        for (Object command : commands) {
          send((RedisCommand<?, ?, ?>) command);
        }
      }
      context.write(message, promise);
    }

    private void send(RedisCommand<?, ?, ?> command) {
      Call<?> call = of(command);
      // What is written to a line that is gone already was not sent, and waits for the next one.
      if (call != null && !endsWithConnection(call) && isActive()) {
        // Another line may have brought a part of the reply before it was lost.
        call.request.answer().begin();
        call.sentNanos = System.nanoTime();
        call.line = this;
      }
    }
  }
}
