package io.respite.server;

/** Which entry leaves a hash that has reached its limit. */
public enum Eviction {
  /** One that has not been used for long. */
  LRU,
  /** One that has been used seldom. */
  LFU,
  /** Any. */
  RANDOM
}
