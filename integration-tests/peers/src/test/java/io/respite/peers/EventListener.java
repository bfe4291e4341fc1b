package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Resp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One server, a connection that asks, and one that listens to what happens to keys. */
final class EventListener implements AutoCloseable {
  private final Peer client;
  private final Peer subscriber;
  private Resp reply = Peer.SILENT;
  private int asked;

  /** Connections to a server on this port; requests are answered in this version of RESP. */
  EventListener(int port, int protocol) throws IOException {
    client = new Peer(port);
    subscriber = new Peer(port);
    assertThat(client.ask("HELLO", Integer.toString(protocol)).isError()).isFalse();
    assertThat(client.ask("CONFIG", "SET", "notify-keyspace-events", "AKE").text()).isEqualTo("OK");
    // What is dead is found by those who look, not by a clock.
    assertThat(client.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0").text()).isEqualTo("OK");
    assertThat(subscriber.ask("PSUBSCRIBE", "__key*__:*").items()).hasSize(3);
  }

  /** The reply to the last request. */
  Resp reply() {
    return reply;
  }

  /** The events of a request and of those before it, in alphabetical order. */
  List<String> events(Request request, List<Request> before) throws IOException {
    List<Request> sent = new ArrayList<>(before);
    sent.add(request);
    // A message that is surely the last, whatever state a transaction is in.
    String mark = "end of " + asked++;
    client.send(sent);
    for (int i = 0; i < sent.size(); i++) {
      reply = client.receive();
    }
    try (Peer other = new Peer(client.port())) {
      other.ask("PUBLISH", "__keyspace@0__:mark", mark);
    }
    List<String> events = new ArrayList<>();
    while (true) {
      Resp message = subscriber.receive();
      assertThat(message.items()).as("%s", message).hasSize(4);
      if (message.items().get(3).text().equals(mark)) {
        Collections.sort(events);
        return events;
      }
      events.add(message.items().get(2).text() + " " + message.items().get(3).text());
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    subscriber.close();
  }
}
