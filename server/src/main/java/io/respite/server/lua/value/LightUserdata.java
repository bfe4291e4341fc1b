package io.respite.server.lua.value;

/** A value of type userdata that stands for an address: {@code cjson.null} is the only one. */
public final class LightUserdata {
  /** The null address. */
  public static final LightUserdata NULL = new LightUserdata();

  private LightUserdata() {}
}
