package io.respite.server.keyspace;

/**
 * What can happen to a key, by the names and classes of Redis's keyspace notifications ("Redis
 * keyspace notifications", redis.io/docs). The names reach clients and are frozen by a test.
 */
public enum KeyEvent {
  /** A change that no subscriber hears of, but WATCH notices. */
  UNNAMED("", ' '),
  DEL("del", 'g'),
  RENAME_FROM("rename_from", 'g'),
  RENAME_TO("rename_to", 'g'),
  MOVE_FROM("move_from", 'g'),
  MOVE_TO("move_to", 'g'),
  COPY_TO("copy_to", 'g'),
  RESTORE("restore", 'g'),
  EXPIRE("expire", 'g'),
  PERSIST("persist", 'g'),
  EXPIRED("expired", 'x'),
  EVICTED("evicted", 'e'),
  NEW("new", 'n'),
  KEYMISS("keymiss", 'm'),
  SET("set", '$'),
  APPEND("append", '$'),
  SETRANGE("setrange", '$'),
  INCRBY("incrby", '$'),
  INCRBYFLOAT("incrbyfloat", '$'),
  SETBIT("setbit", '$'),
  HSET("hset", 'h'),
  HDEL("hdel", 'h'),
  HINCRBY("hincrby", 'h'),
  HINCRBYFLOAT("hincrbyfloat", 'h'),
  HEXPIRE("hexpire", 'h'),
  HPERSIST("hpersist", 'h'),
  HEXPIRED("hexpired", 'h'),
  PFADD("pfadd", '$'),
  LPUSH("lpush", 'l'),
  RPUSH("rpush", 'l'),
  LPOP("lpop", 'l'),
  RPOP("rpop", 'l'),
  LINSERT("linsert", 'l'),
  LSET("lset", 'l'),
  LREM("lrem", 'l'),
  LTRIM("ltrim", 'l'),
  SORTSTORE("sortstore", 'l'),
  SADD("sadd", 's'),
  SREM("srem", 's'),
  SPOP("spop", 's'),
  SINTERSTORE("sinterstore", 's'),
  SUNIONSTORE("sunionstore", 's'),
  SDIFFSTORE("sdiffstore", 's'),
  ZADD("zadd", 'z'),
  ZINCR("zincr", 'z'),
  ZREM("zrem", 'z'),
  ZREMRANGEBYSCORE("zremrangebyscore", 'z'),
  ZREMRANGEBYRANK("zremrangebyrank", 'z'),
  ZREMRANGEBYLEX("zremrangebylex", 'z'),
  ZPOPMIN("zpopmin", 'z'),
  ZPOPMAX("zpopmax", 'z'),
  ZINTERSTORE("zinterstore", 'z'),
  ZUNIONSTORE("zunionstore", 'z'),
  ZDIFFSTORE("zdiffstore", 'z'),
  ZRANGESTORE("zrangestore", 'z'),
  GEORADIUSSTORE("georadiusstore", 'z'),
  GEOSEARCHSTORE("geosearchstore", 'z'),
  XADD("xadd", 't'),
  XDEL("xdel", 't'),
  XTRIM("xtrim", 't'),
  XSETID("xsetid", 't'),
  XGROUP_CREATE("xgroup-create", 't'),
  XGROUP_CREATECONSUMER("xgroup-createconsumer", 't'),
  XGROUP_DELCONSUMER("xgroup-delconsumer", 't'),
  XGROUP_DESTROY("xgroup-destroy", 't'),
  XGROUP_SETID("xgroup-setid", 't');

  private final String eventName;
  private final char eventClass;

  KeyEvent(String eventName, char eventClass) {
    this.eventName = eventName;
    this.eventClass = eventClass;
  }

  /** The name that subscribers see. */
  public String eventName() {
    return eventName;
  }

  /**
   * Whether the event is about what belongs to a stream beside its entries: groups, consumers and
   * its last ID. The real server tells subscribers of it, but not those who WATCH the key.
   */
  public boolean isAboutGroups() {
    return this == XSETID || (compareTo(XGROUP_CREATE) >= 0 && compareTo(XGROUP_SETID) <= 0);
  }

  /** The letter that switches the event's class on in {@code notify-keyspace-events}. */
  public char eventClass() {
    return eventClass;
  }
}
