package io.respite.server.command.family.set;

import io.respite.server.command.family.Store;

/** In which forms each test of a set runs: compact ones and the table, both protocols. */
enum SetForm {
  COMPACT_RESP2(2, 512, 128),
  COMPACT_RESP3(3, 512, 128),
  LISTPACK_RESP2(2, 0, 128),
  HASHTABLE_RESP2(2, 0, 0),
  HASHTABLE_RESP3(3, 0, 0);

  final int protocol;
  private final int integers;
  private final int members;

  SetForm(int protocol, int integers, int members) {
    this.protocol = protocol;
    this.integers = integers;
    this.members = members;
  }

  Store open() {
    Store store = new Store(protocol);
    store.keyspace().limits().setIntsetEntries(integers);
    store.keyspace().limits().setListpackEntries(members);
    return store;
  }

  /** How a small set of integers is kept. */
  String ofIntegers() {
    return integers > 0 ? "\"intset\"" : ofStrings();
  }

  /** How a small set of strings is kept. */
  String ofStrings() {
    return members > 0 ? "\"listpack\"" : "\"hashtable\"";
  }

  /** How a set of these members is shown. */
  String set(String content) {
    return protocol == 3 ? "~[" + content + "]" : "[" + content + "]";
  }
}
