package io.respite.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.respite.server.environment.SocketFile;
import io.respite.server.environment.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The machine's network by Netty: epoll where it can be had, NIO elsewhere.
 *
 * <p>There is one event loop, and it is the thread in which commands run; one handler per channel
 * and no pipeline of codecs. Buffers come from the pooled allocator, which is named explicitly
 * because Netty 4.2's default is another one.
 */
public final class NettyTransport implements Transport {
  /** One read takes at most this much; then the next client has its turn. */
  private static final int READ_BYTES = 64 << 10;

  /**
   * {@link Receiver#drained} is called when what is unsent has fallen from the high to the low
   * mark.
   */
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(32 << 10, 64 << 10);

  private static final int QUIET_MILLIS = 0;
  private static final int STOP_TIMEOUT_MILLIS = 5_000;

  private final boolean epoll;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final EventLoopGroup loop;
  private final ReceiveBuffers buffers = new ReceiveBuffers(READ_BYTES);

  /** Accepts. A thread of its own, so that CONFIG SET port can wait for it in the event loop. */
  private final EventLoopGroup doors;

  /**
   * Starts the event loop's thread.
   *
   * @param allowEpoll whether epoll may be used
   * @param daemon whether the thread lets the virtual machine end
   */
  public NettyTransport(boolean allowEpoll, boolean daemon) {
    this.epoll = allowEpoll && Epoll.isAvailable();
    this.loop = group("respite-net", daemon);
    this.doors = group("respite-accept", daemon);
  }

  private EventLoopGroup group(String name, boolean daemon) {
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(1, new NamedThreads(name, daemon), io);
  }

  @Override
  public String mechanism() {
    return epoll ? "epoll" : "nio";
  }

  @Override
  public AutoCloseable every(long millis, Runnable task) {
    Future<?> ticks = loop.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    return () -> ticks.cancel(false);
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public void afterTurn(Runnable task) {
    ((SingleThreadEventLoop) loop.next()).executeAfterEventLoopIteration(task);
  }

  @Override
  public Door listen(Endpoint endpoint, Acceptor acceptor) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(doors, loop)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, buffers)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    // TLS, when a door asks for it, goes before this handler.
                    channel.pipeline().addLast(new LinkHandler(channel, acceptor));
                  }
                });
    if (endpoint instanceof Endpoint.Tcp tcp) {
      return listenTcp(bootstrap, tcp);
    }
    return listenUnix(bootstrap, (Endpoint.Unix) endpoint);
  }

  private Door listenTcp(ServerBootstrap bootstrap, Endpoint.Tcp tcp) throws IOException {
    String host =
        switch (tcp.host()) {
          case "*" -> "0.0.0.0";
          case "::*" -> "::";
          default -> tcp.host();
        };
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), tcp.port());
    Class<? extends ServerChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    bootstrap
        .channel(type)
        .option(ChannelOption.SO_BACKLOG, tcp.backlog())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true);
    Channel channel = bind(bootstrap, address);
    return new OpenDoor(channel, ((InetSocketAddress) channel.localAddress()).getPort(), "");
  }

  private Door listenUnix(ServerBootstrap bootstrap, Endpoint.Unix unix) throws IOException {
    if (!epoll) {
      throw new IOException("Unix sockets need epoll, which is not available here");
    }
    SocketFile.remove(unix.path());
    bootstrap
        .channel(EpollServerDomainSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, unix.backlog());
    if (unix.permissions() == 0) {
      return new OpenDoor(bind(bootstrap, new DomainSocketAddress(unix.path())), 0, unix.path());
    }
    String hidden = SocketFile.hiddenBeside(unix.path());
    try {
      Channel channel = bind(bootstrap, new DomainSocketAddress(hidden));
      SocketFile.reveal(hidden, unix.path(), unix.permissions());
      return new OpenDoor(channel, 0, unix.path());
    } finally {
      SocketFile.discard(hidden);
    }
  }

  private static Channel bind(ServerBootstrap bootstrap, SocketAddress address) throws IOException {
    var binding = bootstrap.bind(address).awaitUninterruptibly();
    if (!binding.isSuccess()) {
      throw new IOException(binding.cause().getMessage(), binding.cause());
    }
    return binding.channel();
  }

  @Override
  public void close() {
    var accepting =
        doors.shutdownGracefully(QUIET_MILLIS, STOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    var serving = loop.shutdownGracefully(QUIET_MILLIS, STOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    accepting.awaitUninterruptibly();
    serving.awaitUninterruptibly();
    threads.forEach(NettyTransport::join);
    buffers.release();
  }

  /** The group says that it has ended a moment before its thread does. */
  private static void join(Thread thread) {
    if (thread == Thread.currentThread()) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Netty's threads, remembered so that closing can wait for their end. */
  private final class NamedThreads extends DefaultThreadFactory {
    NamedThreads(String name, boolean daemon) {
      super(name, daemon);
    }

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = super.newThread(task);
      threads.add(thread);
      return thread;
    }
  }

  /** An open listening socket; {@code path} is the Unix socket's file, or empty. */
  private record OpenDoor(Channel channel, int port, String path) implements Door {
    @Override
    public void close() {
      var closing = channel.close();
      if (!channel.eventLoop().inEventLoop()) {
        closing.awaitUninterruptibly();
      }
      if (!path.isEmpty()) {
        try {
          SocketFile.remove(path);
        } catch (IOException left) {
          // Somebody else's by now, or a folder that went: the next listener replaces it or says
          // so.
          return;
        }
      }
    }
  }

  /** One channel: both the link that the server writes to, and the handler that Netty calls. */
  private static final class LinkHandler extends ChannelInboundHandlerAdapter
      implements Link, Input {
    private final Channel channel;
    private final Acceptor acceptor;
    private Receiver receiver;
    private ByteBuf incoming;
    private boolean finished;

    LinkHandler(Channel channel, Acceptor acceptor) {
      this.channel = channel;
      this.acceptor = acceptor;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      receiver = acceptor.accepted(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      incoming = (ByteBuf) message;
      try {
        receiver.received(this);
      } finally {
        incoming.release();
        incoming = null;
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      receiver.receivedAll();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (channel.isWritable() && receiver != null) {
        receiver.drained();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      finish();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // A reset by the peer, or a failure of our own that the receiver has logged already.
      var unused = channel.close();
    }

    private void finish() {
      if (receiver != null && !finished) {
        finished = true;
        receiver.closed();
      }
    }

    @Override
    public int available() {
      return incoming.readableBytes();
    }

    @Override
    public void read(byte[] into, int offset, int length) {
      incoming.readBytes(into, offset, length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      ByteBuf copy = channel.alloc().ioBuffer(length);
      copy.writeBytes(bytes, offset, length);
      // The promise that reports failures to exceptionCaught, which closes.
      var unused = channel.write(copy, channel.voidPromise());
    }

    @Override
    public void flush() {
      channel.flush();
    }

    @Override
    public long unsent() {
      ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
      return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    @Override
    public void reading(boolean on) {
      channel.config().setAutoRead(on);
    }

    @Override
    public void closeAfterFlush() {
      channel.writeAndFlush(channel.alloc().ioBuffer(0)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void close() {
      var unused = channel.close();
    }

    @Override
    public void keepAlive(int seconds) {
      if (!(channel.remoteAddress() instanceof InetSocketAddress)) {
        return;
      }
      channel.config().setOption(ChannelOption.SO_KEEPALIVE, seconds > 0);
      if (seconds > 0
          && channel.config().getOptions().containsKey(EpollChannelOption.TCP_KEEPIDLE)) {
        // Three probes, so that a dead peer is found after twice the time: Redis's arithmetic.
        channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
        channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, Math.max(1, seconds / 3));
        channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, 3);
      }
    }

    @Override
    public String remote() {
      return name(channel.remoteAddress(), channel.localAddress());
    }

    @Override
    public String local() {
      return name(channel.localAddress(), channel.localAddress());
    }

    private static String name(SocketAddress address, SocketAddress local) {
      if (address instanceof InetSocketAddress ip) {
        String host = ip.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        String plain = zone < 0 ? host : host.substring(0, zone);
        return (plain.indexOf(':') < 0 ? plain : "[" + plain + "]") + ":" + ip.getPort();
      }
      return local instanceof DomainSocketAddress unix ? unix.path() + ":0" : "?:0";
    }

    @Override
    public boolean fromHere() {
      return !(channel.remoteAddress() instanceof InetSocketAddress ip)
          || ip.getAddress().isLoopbackAddress();
    }

    @Override
    public void execute(Runnable task) {
      if (channel.eventLoop().isShuttingDown()) {
        return;
      }
      try {
        channel.eventLoop().execute(task);
      } catch (RejectedExecutionException closedMeanwhile) {
        // Every link is closed by then, so that there is nothing left to do for this one.
        assert channel.eventLoop().isShuttingDown();
      }
    }

    @Override
    public boolean inThread() {
      return channel.eventLoop().inEventLoop();
    }
  }
}
