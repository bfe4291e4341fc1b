package io.respite.jcache;

/** Which entry makes room when a cache has reached its size limit. */
public enum Eviction {
  /** The one that was not used for longest. */
  LRU,
  /** The one that is used least often. */
  LFU,
  /** Any. */
  RANDOM
}
