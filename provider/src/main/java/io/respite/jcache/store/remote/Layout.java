package io.respite.jcache.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a cache looks like on a server. Format 1, which other programs may rely on:
 *
 * <pre>
 *   customers                        the hash of a cache with one bucket: an entry is a field
 *   customers#0 ... customers#B-1    the hashes of a cache with B buckets; a key's bucket is its CRC-32
 *                                    (that of zip files), taken as unsigned, modulo B
 *   {customers}#ttl                  beside each hash, on servers whose fields have no time to live of
 *                                    their own: a sorted set of deadlines in milliseconds since 1970 by
 *                                    the server's clock; an entry that lives for ever is not in it.
 *                                    Also where fields have one, while somebody listens for EXPIRED
 *                                    and the server does not tell of them
 *   {customers}#lasts                beside that: a hash of what the entries in it hold
 *   {customers}#events               beside each hash: the name that its sharded channels begin with
 *   {customers}#load:KEY             beside each hash: the lease of who is loading an entry, for some seconds
 *   {customers}#write:KEY            beside each hash: the claim of who writes an entry through, for some seconds
 *   customers#meta                   a hash: format, buckets, keys and values (the codecs' names)
 * </pre>
 *
 * A prefix, if the URI has one, stands before all of these names. The braces make what belongs to a
 * hash live in the same slot of a cluster; a cache's name must not contain any.
 */
final class Layout {
  /** The version of what is told above. */
  static final String FORMAT = "1";

  /** The end of the name of a channel that tells keys, for near caches. */
  static final String KEYS = ":keys";

  /** The end of the name of a channel that tells new values, for listeners. */
  static final String CHANGES = ":changes";

  /** The end of the name of a channel that tells new and old values. */
  static final String OLDS = ":olds";

  /**
   * The end of the name of a channel that those hear who have synchronous listeners, and on which
   * they are asked whether they have told them.
   */
  static final String SYNC = ":sync";

  /**
   * The end of the name of a channel on which nothing is said: scripts see who hears it, and note
   * what will expire.
   */
  static final String EXPIRED = ":expired";

  /** The names of one bucket. */
  static final class Bucket {
    final byte[] hash;
    final byte[] events;
    final byte[] deadlines;
    private final byte[] leases;
    private final byte[] claims;

    /**
     * Who changes something here, and the name that the channels begin with, as scripts want it.
     */
    final byte[] speaker;

    private Bucket(String hash, byte[] origin) {
      this.hash = hash.getBytes(UTF_8);
      this.events = ("{" + hash + "}#events").getBytes(UTF_8);
      this.deadlines = ("{" + hash + "}#ttl").getBytes(UTF_8);
      this.leases = ("{" + hash + "}#load:").getBytes(UTF_8);
      this.claims = ("{" + hash + "}#write:").getBytes(UTF_8);
      this.speaker = Arrays.copyOf(origin, origin.length + events.length);
      System.arraycopy(events, 0, speaker, origin.length, events.length);
    }

    /** The keys in which scripts find the entries, where fields have a time to live or not. */
    byte[][] keys(boolean fieldsExpire) {
      return fieldsExpire ? new byte[][] {hash} : new byte[][] {hash, deadlines};
    }

    /** {@link #keys} and another one, the last. */
    byte[][] keysAnd(byte[] last, boolean fieldsExpire) {
      return fieldsExpire ? new byte[][] {hash, last} : new byte[][] {hash, deadlines, last};
    }

    /** The key of the lease of who loads an entry. */
    byte[] lease(byte[] key) {
      return joined(leases, key);
    }

    /** The key of the claim of who changes an entry here and in its source. */
    byte[] claim(byte[] key) {
      return joined(claims, key);
    }
  }

  private final String name;
  private final Bucket[] buckets;

  private final byte[] origin =
      ByteBuffer.allocate(Long.BYTES).putLong(UUID.randomUUID().getMostSignificantBits()).array();

  /**
   * Names of a cache.
   *
   * @param name the prefix and the cache's name
   */
  Layout(String name, int count) {
    this.name = name;
    this.buckets = new Bucket[count];
    for (int i = 0; i < count; i++) {
      buckets[i] = new Bucket(count == 1 ? name : name + "#" + i, origin);
    }
  }

  /** Names of a cache's own keys; a cache of such a name could be taken for a part of another. */
  private static final Pattern PART = Pattern.compile(".*#(\\d+|meta)", Pattern.DOTALL);

  /**
   * Refuses a name that cannot be kept in one slot, or could be a part of another cache.
   *
   * @throws IllegalArgumentException with the reason
   */
  static void check(String cache) {
    if (cache.indexOf('{') >= 0 || cache.indexOf('}') >= 0) {
      throw new IllegalArgumentException(
          "Cache '%s': the name of a cache on a server must not contain braces, which decide where a cluster keeps a key"
              .formatted(cache));
    }
    if (PART.matcher(cache).matches()) {
      throw new IllegalArgumentException(
          "Cache '%s': the name of a cache on a server must not end in #meta or # and digits, as the parts of other caches do"
              .formatted(cache));
    }
  }

  static byte[] meta(String name) {
    return (name + "#meta").getBytes(UTF_8);
  }

  /** Who uses this cache here, in the messages about changes; by chance, in eight bytes. */
  byte[] origin() {
    return origin;
  }

  byte[] meta() {
    return meta(name);
  }

  int buckets() {
    return buckets.length;
  }

  Bucket bucket(int index) {
    return buckets[index];
  }

  /** The channels of all buckets whose names end so. */
  List<byte[]> channels(String end) {
    List<byte[]> channels = new ArrayList<>(buckets.length);
    for (Bucket bucket : buckets) {
      channels.add(channel(bucket, end));
    }
    return channels;
  }

  /** The channel of one bucket whose name ends so. */
  byte[] channel(Bucket bucket, String end) {
    return joined(bucket.events, end.getBytes(UTF_8));
  }

  /** The channel on which somebody is answered that others' listeners have heard. */
  byte[] answers(Bucket bucket, byte[] asker) {
    return channel(bucket, ":heard:" + HexFormat.of().formatHex(asker));
  }

  private static byte[] joined(byte[] prefix, byte[] end) {
    byte[] name = Arrays.copyOf(prefix, prefix.length + end.length);
    System.arraycopy(end, 0, name, prefix.length, end.length);
    return name;
  }

  /** The number of the bucket in which an entry is. */
  int indexOf(byte[] key) {
    if (buckets.length == 1) {
      return 0;
    }
    var crc = new CRC32();
    crc.update(key, 0, key.length);
    return (int) (crc.getValue() % buckets.length);
  }

  Bucket bucketOf(byte[] key) {
    return buckets[indexOf(key)];
  }
}
