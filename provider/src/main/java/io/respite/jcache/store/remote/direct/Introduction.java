package io.respite.jcache.store.remote.direct;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Refusal;
import io.respite.jcache.store.remote.wire.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said first on a line: the version of the protocol, who asks, and for which database. In
 * one HELLO where the server knows it, else by commands that every server knows.
 */
final class Introduction {
  private static final String NAME = "respite";

  private final Line line;
  private final long deadlineNanos;

  /**
   * An introduction on a line that nobody else uses.
   *
   * @param deadlineNanos when it has to be over, by {@link System#nanoTime}
   */
  Introduction(Line line, long deadlineNanos) {
    this.line = line;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Introduces who uses a URI.
   *
   * @throws Refusal when the server does not let it in
   */
  void of(RemoteUri uri) throws IOException {
    if (!greet(uri)) {
      if (uri.password() != null) {
        ask(
            Command.AUTH,
            uri.user() == null ? List.of(uri.password()) : List.of(uri.user(), uri.password()));
      }
      ask(Command.CLIENT, List.of("SETNAME", NAME));
    }
    if (uri.database() != 0) {
      ask(Command.SELECT, List.of(Integer.toString(uri.database())));
    }
  }

  /** Asks for RESP3; whether the server knows of it. */
  private boolean greet(RemoteUri uri) throws IOException {
    List<String> words = new ArrayList<>();
    words.add("3");
    if (uri.password() != null) {
      words.add("AUTH");
      words.add(uri.user() == null ? "default" : uri.user());
      words.add(uri.password());
    }
    words.add("SETNAME");
    words.add(NAME);
    try {
      ask(Command.HELLO, words);
      return true;
    } catch (Refusal refusal) {
      if (refusal.is("ERR unknown command") || refusal.is("NOPROTO")) {
        return false;
      }
      throw refusal;
    }
  }

  private void ask(Command command, List<String> words) throws IOException {
    var arguments = new byte[words.size()][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = words.get(i).getBytes(UTF_8);
    }
    var request = new Request<>(command, ReplyReader.NOBODY, true, null, arguments);
    var exchange = new Exchange(List.of(request), Thread.currentThread(), deadlineNanos, 0);
    line.exchange(exchange);
    if (!exchange.isDone()) {
      Exception failure = exchange.failure();
      throw failure instanceof IOException e ? e : new IOException(failure.getMessage(), failure);
    }
    try {
      request.await();
    } catch (StoreException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }
}
