package io.respite.server.command.family;

/** In which forms each test of a hash runs: both encodings, both protocols. */
public enum Form {
  LISTPACK_RESP2(2, 512),
  LISTPACK_RESP3(3, 512),
  HASHTABLE_RESP2(2, 0),
  HASHTABLE_RESP3(3, 0);

  public final int protocol;
  private final int entries;

  Form(int protocol, int entries) {
    this.protocol = protocol;
    this.entries = entries;
  }

  public Store open() {
    Store store = new Store(protocol);
    store.keyspace.limits().hashEntries(entries);
    return store;
  }

  /** How a map of these fields and values is shown. */
  public String map(String content) {
    return protocol == 3 ? "{" + content + "}" : "[" + content + "]";
  }

  public boolean compact() {
    return entries > 0;
  }
}
