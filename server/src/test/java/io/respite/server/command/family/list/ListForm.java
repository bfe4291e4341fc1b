package io.respite.server.command.family.list;

import io.respite.server.command.family.Store;

/** In which forms each test of a list runs: both encodings, nodes of several sizes, protocols. */
enum ListForm {
  LISTPACK_RESP2(2, -2, 0),
  LISTPACK_RESP3(3, -2, 0),
  QUICKLIST_RESP2(2, 1, 0),
  QUICKLIST_RESP3(3, 1, 0),
  QUICKLIST_OF_PAIRS(2, 2, 0),
  QUICKLIST_COMPRESSED(2, 3, 1);

  final int protocol;
  final long fill;
  private final long depth;

  ListForm(int protocol, long fill, long depth) {
    this.protocol = protocol;
    this.fill = fill;
    this.depth = depth;
  }

  Store open() {
    Store store = new Store(protocol);
    store.keyspace().limits().listFill(fill);
    store.keyspace().limits().listCompressDepth(depth);
    return store;
  }

  /** How a list of so many short elements is kept, unless it has been longer. */
  String encoding(int elements) {
    return fill < 0 || elements <= fill ? "\"listpack\"" : "\"quicklist\"";
  }
}
