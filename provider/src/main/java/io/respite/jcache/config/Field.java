package io.respite.jcache.config;

import io.respite.jcache.codec.SerializationLimits;

/**
 * The fields of a configuration file: {@link ConfigurationFile} and {@link DeclarationReader} ask a
 * {@link Section} for them, and {@code docs/reference-caches.md} is made of what they have asked
 * for.
 */
enum Field {
  STORE(
      "store",
      StoreUri.DEFAULT.toString(),
      "Where the entries are: a URI as below. `${NAME}` in it stands for the system property or environment variable NAME, `${NAME:text}` for the text where there is neither."),
  CACHES("caches", "none", "Caches that are made when the manager opens, by name."),
  TEMPLATES(
      "templates",
      "none",
      "What other caches are like; the first whose `names` match counts, when the application makes such a cache."),
  ALLOWED_CLASSES_OF_ALL(
      "allowedClasses",
      "none",
      "Which classes of the application Java serialization may make, in all caches: `com.acme.Order`, `com.acme.*`, `com.acme.**`."),
  LIMITS_OF_ALL(
      "serializationLimits",
      "those below",
      "What Java serialization may ask for, in all caches that say nothing themselves."),
  NAMES("names", "required", "Names of caches; `*` in it stands for any text."),

  KEY_TYPE("keyType", "any class", "Class of the keys, or `byte[]`."),
  VALUE_TYPE("valueType", "any class", "Class of the values, or `byte[]`."),
  KEY_CODEC("keyCodec", "by the type", "How keys become bytes: a codec's name or class."),
  VALUE_CODEC("valueCodec", "by the type", "How values become bytes: a codec's name or class."),
  EXPIRY(
      "expiry",
      "\"eternal\"",
      "When an entry ends: so long after it was created, after its last change, after its last use, or after either (`touched`); or what a class of yours says."),
  LOADER("loader", "none", "Class that reads missing entries from their source."),
  READ_THROUGH("readThrough", "false", "A read of a missing entry asks the loader."),
  WRITER("writer", "none", "Class that is told of changes."),
  WRITE_THROUGH("writeThrough", "false", "A change tells the writer before it is done."),
  STATISTICS("statistics", "false", "Counts hits, misses and times, and shows them as an MXBean."),
  MANAGEMENT("management", "false", "Shows the configuration as an MXBean."),
  MAX_ENTRIES("maxEntries", "no limit", "How many entries there may be. Embedded stores alone."),
  MAX_BYTES(
      "maxBytes",
      "no limit",
      "How many bytes the entries may take, as the store counts them. Embedded stores alone."),
  EVICTION(
      "eviction",
      "\"lru\"",
      "Which entry makes room: the one not used for longest, the one used least often, or any. Only with a limit."),
  LIVE_BYTES(
      "liveBytes",
      "a 64th of the heap",
      "Bytes of values that cannot change (strings, numbers, dates, enumerations, records of such) that are kept as objects, too, beside their bytes; 0 for none."),
  ALLOWED_CLASSES(
      "allowedClasses",
      "none",
      "Which classes of the application Java serialization may make in this cache, besides those for all."),
  LIMITS(
      "serializationLimits", "those for all", "What Java serialization may ask for in this cache."),
  REGISTERED_CLASSES(
      "registeredClasses",
      "none",
      "Classes that codec `fory` writes as numbers: the same list in the same order everywhere."),
  BUCKETS(
      "buckets",
      "one hash",
      "Over how many hashes a server spreads the entries; fixed for the cache's life."),
  NEAR_CACHE_ENTRIES(
      "nearCacheEntries", "none", "How many entries of a server are also kept in this JVM."),
  LOAD_LEASE(
      "loadLease",
      "each JVM loads",
      "One JVM of all loads a missing entry, or computes it for `getOrLoad` or `@CacheResult`, and the others wait. If that JVM dies, another may after this time."),
  LISTENER_TIMEOUT(
      "listenerTimeout",
      "\"1s\"",
      "How long a change of a remote cache waits for synchronous listeners in other JVMs."),
  REFRESH_AHEAD(
      "refreshAhead", "never", "How long before its end an entry that is read is loaded anew."),
  WRITE_BEHIND(
      "writeBehind",
      "at once",
      "How long a change may wait until it is written, together with others. Only with `writeThrough`."),
  LOAD_WHEN_AWAY(
      "loadWhenAway",
      "false",
      "While a server cannot be reached, the source answers reads: the loader of `get`, the method with `@CacheResult` itself, the source given to `getOrLoad`."),

  DEPTH("depth", "" + SerializationLimits.DEFAULT.depth(), "Objects within objects."),
  REFERENCES(
      "references", "" + SerializationLimits.DEFAULT.references(), "Objects in one key or value."),
  ARRAY("array", "" + SerializationLimits.DEFAULT.array(), "Elements of one array."),
  BYTES("bytes", "" + SerializationLimits.DEFAULT.bytes(), "Bytes of one key or value.");

  private final String key;
  private final String usual;
  private final String meaning;

  /**
   * @param key its name in the file
   * @param usual what counts where it is absent
   * @param meaning what the reference says
   */
  Field(String key, String usual, String meaning) {
    this.key = key;
    this.usual = usual;
    this.meaning = meaning;
  }

  String key() {
    return key;
  }

  String usual() {
    return usual;
  }

  String meaning() {
    return meaning;
  }
}
