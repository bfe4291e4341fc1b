package io.respite.jcache.store;

/** What somebody else has done to an entry. */
public enum ChangeKind {
  CREATED,
  UPDATED,
  REMOVED,
  EXPIRED
}
