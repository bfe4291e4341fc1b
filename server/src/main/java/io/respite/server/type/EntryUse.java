package io.respite.server.type;

/** Makes the 24 bits in which an entry remembers its use, for eviction. Any thread may ask. */
public interface EntryUse {
  /** The bits of a new entry. */
  int fresh();

  /** The bits of an entry that is used now. */
  int used(int bits);
}
