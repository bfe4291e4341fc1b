package io.respite.server.net;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.respite.server.log.ServerLog;

/**
 * Lets Netty's warnings appear among the server's own lines. A standalone server has no logging
 * library on its class path, and starting one would take longer than starting the server.
 */
public final class NettyLog extends InternalLoggerFactory {
  private final ServerLog log;

  private NettyLog(ServerLog log) {
    this.log = log;
  }

  /**
   * To be called before anything of Netty is used; not in an application, whose Netty it may be.
   */
  public static void install(ServerLog log) {
    InternalLoggerFactory.setDefaultFactory(new NettyLog(log));
  }

  @Override
  protected InternalLogger newInstance(String name) {
    return new Lines(name, log);
  }

  private static final class Lines extends AbstractInternalLogger {
    private static final long serialVersionUID = 1L;

    private final transient ServerLog log;

    Lines(String name, ServerLog log) {
      super(name);
      this.log = log;
    }

    private void say(String message, Object... arguments) {
      String text = message;
      for (Object argument : arguments) {
        text = text.replaceFirst("\\{}", java.util.regex.Matcher.quoteReplacement(argument + ""));
      }
      log.warning("Netty, " + name() + ": " + ServerLog.escaped(text));
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public void trace(String message) {}

    @Override
    public void trace(String format, Object argument) {}

    @Override
    public void trace(String format, Object first, Object second) {}

    @Override
    public void trace(String format, Object... arguments) {}

    @Override
    public void trace(String message, Throwable cause) {}

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public void debug(String message) {}

    @Override
    public void debug(String format, Object argument) {}

    @Override
    public void debug(String format, Object first, Object second) {}

    @Override
    public void debug(String format, Object... arguments) {}

    @Override
    public void debug(String message, Throwable cause) {}

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public void info(String message) {}

    @Override
    public void info(String format, Object argument) {}

    @Override
    public void info(String format, Object first, Object second) {}

    @Override
    public void info(String format, Object... arguments) {}

    @Override
    public void info(String message, Throwable cause) {}

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public void warn(String message) {
      say(message);
    }

    @Override
    public void warn(String format, Object argument) {
      say(format, argument);
    }

    @Override
    public void warn(String format, Object first, Object second) {
      say(format, first, second);
    }

    @Override
    public void warn(String format, Object... arguments) {
      say(format, arguments);
    }

    @Override
    public void warn(String message, Throwable cause) {
      log.warning("Netty, " + name() + ": " + message, cause);
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    public void error(String message) {
      say(message);
    }

    @Override
    public void error(String format, Object argument) {
      say(format, argument);
    }

    @Override
    public void error(String format, Object first, Object second) {
      say(format, first, second);
    }

    @Override
    public void error(String format, Object... arguments) {
      say(format, arguments);
    }

    @Override
    public void error(String message, Throwable cause) {
      log.warning("Netty, " + name() + ": " + message, cause);
    }
  }
}
