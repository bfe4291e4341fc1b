package io.respite.jcache.store.remote.wire;

/** The commands that the provider sends, under the names by which they are sent. */
public enum Command {
  AUTH,
  CLIENT,
  COMMAND,
  DEL,
  EVAL,
  EVAL_RO,
  EVALSHA,
  EVALSHA_RO,
  EXISTS,
  HELLO,
  HEXISTS,
  HGET,
  HGETALL,
  HLEN,
  HMGET,
  HPTTL,
  HSCAN,
  HSET,
  INFO,
  SELECT,
  SET,
  SPUBLISH,
  WAIT
}
