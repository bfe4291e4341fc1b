package io.respite.server.command.family.sortedset;

import io.respite.server.command.family.Store;

/** In which forms each test of a sorted set runs: both encodings, both protocols. */
public enum SortedSetForm {
  LISTPACK_RESP2(2, 128),
  LISTPACK_RESP3(3, 128),
  SKIPLIST_RESP2(2, 0),
  SKIPLIST_RESP3(3, 0);

  private final int protocol;
  private final int entries;

  SortedSetForm(int protocol, int entries) {
    this.protocol = protocol;
    this.entries = entries;
  }

  public Store open() {
    Store store = new Store(protocol);
    store.keyspace().limits().sortedSetEntries(entries);
    return store;
  }

  public boolean compact() {
    return entries > 0;
  }

  public String encoding() {
    return compact() ? "\"listpack\"" : "\"skiplist\"";
  }

  /** How a score is shown. */
  public String score(String text) {
    return protocol == 3 ? "," + text : "\"" + text + "\"";
  }

  /** How members are shown with their scores: pairs in RESP3. Members and scores take turns. */
  public String pairs(String... membersAndScores) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < membersAndScores.length; i += 2) {
      String pair = "\"" + membersAndScores[i] + "\" " + score(membersAndScores[i + 1]);
      shown.append(i == 0 ? "" : " ").append(protocol == 3 ? "[" + pair + "]" : pair);
    }
    return "[" + shown + "]";
  }

  /** How members are shown with their scores where there are pairs in both protocols. */
  public String alwaysPairs(String... membersAndScores) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < membersAndScores.length; i += 2) {
      shown.append(i == 0 ? "" : " ").append("[\"").append(membersAndScores[i]).append("\" ");
      shown.append(score(membersAndScores[i + 1])).append("]");
    }
    return "[" + shown + "]";
  }
}
