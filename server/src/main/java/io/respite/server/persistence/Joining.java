package io.respite.server.persistence;

/** What becomes of the data set that is there when another is loaded. */
public enum Joining {
  /** It goes. */
  REPLACE,
  /** It stays, and nothing may be in both. */
  ADD,
  /** It stays, except for what is loaded anew. */
  MERGE
}
