package io.respite.server.keyspace;

/**
 * What can happen to a key, by the names and classes of Redis's keyspace notifications ("Redis
 * keyspace notifications", redis.io/docs). The names reach clients and are frozen by a test.
 */
public enum KeyEvent {
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
  HEXPIRED("hexpired", 'h');

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

  /** The letter that switches the event's class on in {@code notify-keyspace-events}. */
  public char eventClass() {
    return eventClass;
  }
}
