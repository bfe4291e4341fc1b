package io.respite.server.command.family;

import io.respite.server.command.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection that keeps what it is sent: replies to requests that waited, and push messages. */
public final class TestConnection implements Session.Connection {
  private final List<String> sent = new ArrayList<>();
  private int resumed;

  /** What was sent and not yet asked for, each send as {@link Store} shows replies. */
  public List<String> received() {
    List<String> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  /** How often the client was told that it may go on. */
  public int resumed() {
    return resumed;
  }

  @Override
  public void send(byte[] bytes, int offset, int length) {
    sent.addAll(Store.show(new String(bytes, offset, length, StandardCharsets.ISO_8859_1)));
  }

  @Override
  public void closeAfterReply() {}

  @Override
  public void close() {}

  @Override
  public void resume() {
    resumed++;
  }

  @Override
  public String remoteAddress() {
    return "127.0.0.1:1";
  }

  @Override
  public String localAddress() {
    return "127.0.0.1:2";
  }
}
