package io.respite.jcache.store.remote;

import io.respite.jcache.store.Claim;
import io.respite.jcache.store.Heard;
import io.respite.jcache.store.LoadLease;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreListener;
import io.respite.jcache.store.TimeToLive;
import io.respite.jcache.store.remote.Layout.Bucket;
import io.respite.jcache.store.remote.Outputs.Page;
import io.respite.jcache.store.remote.wire.Answer;
import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One cache's hashes on a server. Every operation is one round trip: a command, or a script where
 * one command cannot do it atomically. Operations on many entries are cut into calls of some
 * hundred entries of one bucket, which are all sent before the first reply is waited for.
 *
 * <p>A record compares equal to an entry by its value: whoever has put the same bytes meanwhile has
 * changed nothing that matters.
 */
final class RemoteStore implements Store {
  private static final byte[] YES = {'1'};
  private static final byte[] NO = {'0'};
  static final byte[] PUT = Server.bytes("put");
  static final byte[] REMOVE = Server.bytes("remove");
  private static final byte[] TOUCH = Server.bytes("touch");
  static final byte[] NOTHING = {};

  private final Server server;
  private final Layout layout;

  private final Changes changes;
  private final Acknowledgements acknowledgements;
  private final Leases leases;
  private final PlainReads reads;

  /** Null where the server does it, or while nobody wants to know; guarded by this. */
  private Sweeper sweeper;

  /** Uses a cache for a moment, without hearing anything. */
  RemoteStore(Server server, Layout layout) {
    this(server, layout, null, 0);
  }

  /**
   * Uses a cache.
   *
   * @param listener who hears of changes; null when nobody does
   * @param listenerTimeoutMillis how long to wait for others' synchronous listeners
   */
  RemoteStore(Server server, Layout layout, StoreListener listener, long listenerTimeoutMillis) {
    this.server = server;
    this.layout = layout;
    this.leases = new Leases(server, layout);
    this.reads = new PlainReads(server);
    this.acknowledgements = new Acknowledgements(server, layout, listener, listenerTimeoutMillis);
    this.changes = new Changes(server, layout, listener, acknowledgements);
    this.sweeper =
        listener == null || server.fieldsExpire()
            ? null
            : new Sweeper(server, layout, Script.SWEEP);
  }

  // ---- scripts

  private <T> Server.Run<T> run(
      Script script, Answer<T> answer, Bucket bucket, byte[]... arguments) {
    return server.run(script, answer, bucket.keys(server.fieldsExpire()), arguments);
  }

  private byte[] one(Script script, byte[] key, byte[]... arguments) {
    Bucket bucket = layout.bucketOf(key);
    return heard(
        bucket, key, this.<byte[]>run(script, new Outputs.One(key), bucket, arguments).send());
  }

  /** Waits for a script, and for others' synchronous listeners whom it has told something. */
  private <T> T heard(Bucket bucket, byte[] key, Server.Run<T> run) {
    T answer = run.await();
    if (run.number() > 0 && mustWait(bucket, run.number())) {
      acknowledgements.await(List.of(bucket), key);
    }
    return answer;
  }

  private boolean mustWait(Bucket bucket, long connections) {
    return connections > 1 || !changes.hearsAlone(bucket);
  }

  private byte[] speaker(byte[] key) {
    return layout.bucketOf(key).speaker;
  }

  // ---- single entries

  @Override
  public byte[] get(byte[] key) {
    Bucket bucket = layout.bucketOf(key);
    if (server.fieldsExpire()) {
      return server.ask(
          Server.request(Command.HGET, new Outputs.One(key), false, bucket.hash, key));
    }
    // Also without deadlines: two requests cost the client more than a small script the server.
    return one(Script.GET, key, key);
  }

  @Override
  public LoadLease lease(byte[] key, long millis, boolean waited) {
    return leases.one(key, millis, waited);
  }

  @Override
  public LoadLease[] leaseAll(byte[][] keys, long millis) {
    return leases.all(keys, millis);
  }

  @Override
  public LoadLease leaseRefresh(byte[] key, long millis) {
    return leases.refresh(key, millis);
  }

  @Override
  public Claim claim(byte[] key) {
    return RemoteClaim.of(this, server, key, layout.bucketOf(key).claim(key), Leases.holder());
  }

  /** Asks for a claim; the number behind the entry says whether it was granted. */
  Server.Run<byte[]> claim(byte[] key, byte[] name, byte[] holder, long millis) {
    Bucket bucket = layout.bucketOf(key);
    return server
        .<byte[]>run(
            Script.CLAIM,
            new Outputs.One(key),
            bucket.keysAnd(name, server.fieldsExpire()),
            bucket.speaker,
            key,
            holder,
            Server.bytes(millis))
        .send();
  }

  @Override
  public byte[] getTimed(byte[] key) {
    return getAllTimed(new byte[][] {key})[0];
  }

  @Override
  public boolean contains(byte[] key) {
    Bucket bucket = layout.bucketOf(key);
    if (server.fieldsExpire()) {
      return server.ask(
              Server.request(Command.HEXISTS, new Outputs.Count(), false, bucket.hash, key))
          == 1;
    }
    return timeToLive(key) != TimeToLive.NOW;
  }

  @Override
  public long timeToLive(byte[] key) {
    Bucket bucket = layout.bucketOf(key);
    long answer =
        server.fieldsExpire()
            ? server.ask(
                Server.request(
                    Command.HPTTL,
                    new Outputs.Count(),
                    false,
                    bucket.hash,
                    Server.bytes("FIELDS"),
                    YES,
                    key))
            : this.<Long>run(Script.LIFE, new Outputs.Count(), bucket, key).send().await();
    return answer == -2 ? TimeToLive.NOW : answer == -1 ? TimeToLive.ETERNAL : Math.max(1, answer);
  }

  @Override
  public byte[] getAndTouch(byte[] key, long ttl) {
    return one(Script.TOUCH, key, speaker(key), Server.bytes(ttl), key);
  }

  @Override
  public boolean touch(byte[] key, byte[] expected, long ttl) {
    return compare(key, expected, TOUCH, ttl, NOTHING);
  }

  @Override
  public byte[] put(byte[] key, byte[] value, long creationTtl, long updateTtl) {
    return one(
        Script.PUT,
        key,
        speaker(key),
        YES,
        Server.bytes(creationTtl),
        Server.bytes(updateTtl),
        key,
        value);
  }

  @Override
  public void set(byte[] key, byte[] value, long creationTtl, long updateTtl) {
    one(
        Script.PUT,
        key,
        speaker(key),
        NO,
        Server.bytes(creationTtl),
        Server.bytes(updateTtl),
        key,
        value);
  }

  @Override
  public byte[] putIfAbsent(byte[] key, byte[] value, long creationTtl) {
    return one(Script.PUT_IF_ABSENT, key, speaker(key), Server.bytes(creationTtl), key, value);
  }

  @Override
  public byte[] replace(byte[] key, byte[] value, long updateTtl) {
    return one(Script.REPLACE, key, speaker(key), Server.bytes(updateTtl), key, value);
  }

  @Override
  public byte[] remove(byte[] key) {
    return one(Script.REMOVE, key, speaker(key), YES, key);
  }

  @Override
  public boolean delete(byte[] key) {
    Bucket bucket = layout.bucketOf(key);
    return heard(
            bucket,
            key,
            this.<Long>run(Script.REMOVE, new Outputs.Count(), bucket, bucket.speaker, NO, key)
                .send())
        > 0;
  }

  @Override
  public byte[] replaceEqual(
      byte[] key, byte[] expectedValue, byte[] value, long updateTtl, long mismatchTtl) {
    return one(
        Script.EXCHANGE,
        key,
        speaker(key),
        key,
        expectedValue,
        PUT,
        Server.bytes(updateTtl),
        Server.bytes(mismatchTtl),
        value);
  }

  @Override
  public byte[] removeEqual(byte[] key, byte[] expectedValue, long mismatchTtl) {
    return one(
        Script.EXCHANGE,
        key,
        speaker(key),
        key,
        expectedValue,
        REMOVE,
        NO,
        Server.bytes(mismatchTtl),
        NOTHING);
  }

  @Override
  public boolean compareAndPut(byte[] key, byte[] expected, byte[] value, long ttl) {
    return compare(key, expected, PUT, ttl, value);
  }

  @Override
  public boolean compareAndRemove(byte[] key, byte[] expected) {
    return compare(key, expected, REMOVE, TimeToLive.NOW, NOTHING);
  }

  private boolean compare(byte[] key, byte[] expected, byte[] what, long ttl, byte[] value) {
    Bucket bucket = layout.bucketOf(key);
    byte[][] arguments = comparison(bucket, key, expected, what, ttl, value);
    return heard(
            bucket,
            key,
            this.<Long>run(Script.COMPARE, new Outputs.Count(), bucket, arguments).send())
        == 1;
  }

  private static byte[][] comparison(
      Bucket bucket, byte[] key, byte[] expected, byte[] what, long ttl, byte[] value) {
    byte[] old =
        expected == null
            ? NOTHING
            : Arrays.copyOfRange(expected, Records.valueOffset(expected), expected.length);
    return new byte[][] {
      bucket.speaker, key, expected == null ? NO : YES, old, what, Server.bytes(ttl), value
    };
  }

  /** Compares and changes, and ends a claim. */
  boolean compareClaimed(
      byte[] key,
      byte[] expected,
      byte[] what,
      long ttl,
      byte[] value,
      byte[] claim,
      byte[] holder) {
    Bucket bucket = layout.bucketOf(key);
    byte[][] arguments = comparison(bucket, key, expected, what, ttl, value);
    arguments = Arrays.copyOf(arguments, arguments.length + 1);
    arguments[arguments.length - 1] = holder;
    return heard(
            bucket,
            key,
            server
                .<Long>run(
                    Script.COMPARE_CLAIMED,
                    new Outputs.Count(),
                    bucket.keysAnd(claim, server.fieldsExpire()),
                    arguments)
                .send())
        == 1;
  }

  // ---- many entries

  /** Runs a script for each part, all sent before the first reply is waited for. */
  private <T> List<T> runAll(List<Part> parts, Function<Part, Server.Run<T>> script) {
    return runAll(parts, script, answers -> {});
  }

  /** The same; does something with the answers before others' listeners are waited for. */
  private <T> List<T> runAll(
      List<Part> parts, Function<Part, Server.Run<T>> script, Consumer<List<T>> then) {
    List<Server.Run<T>> runs = new ArrayList<>(parts.size());
    List<Request<?>> requests = new ArrayList<>(parts.size());
    for (Part part : parts) {
      Server.Run<T> run = script.apply(part);
      runs.add(run);
      run.addTo(requests);
    }
    server.sendAll(requests);
    List<T> answers = new ArrayList<>(parts.size());
    Set<Bucket> told = new LinkedHashSet<>();
    for (int i = 0; i < runs.size(); i++) {
      Server.Run<T> run = runs.get(i);
      answers.add(run.await());
      if (run.number() > 0 && mustWait(parts.get(i).bucket, run.number())) {
        told.add(parts.get(i).bucket);
      }
    }
    try {
      then.accept(answers);
    } finally {
      if (!told.isEmpty()) {
        acknowledgements.await(told, null);
      }
    }
    return answers;
  }

  /** Runs a script that answers a value, or nothing, for each key. */
  private byte[][] records(Script script, byte[][] keys, Function<Part, byte[][]> arguments) {
    return records(script, keys, arguments, records -> {});
  }

  private byte[][] records(
      Script script, byte[][] keys, Function<Part, byte[][]> arguments, Consumer<byte[][]> then) {
    List<Part> parts = Part.of(layout, keys);
    var records = new byte[keys.length][];
    runAll(
        parts,
        part -> run(script, new Outputs.Several(part.of(keys)), part.bucket, arguments.apply(part)),
        answers -> {
          Part.join(parts, answers, records);
          then.accept(records);
        });
    return records;
  }

  @Override
  public byte[][] getAll(byte[][] keys, long ttl) {
    if (ttl != TimeToLive.KEEP) {
      byte[][] first = {null, Server.bytes(ttl)};
      return records(Script.TOUCH, keys, part -> part.after(first, keys));
    }
    if (!reads.worthTrying()) {
      return records(Script.GET, keys, part -> part.of(keys));
    }
    List<Part> parts = Part.of(layout, keys);
    List<Request<byte[][]>> requests = new ArrayList<>(parts.size());
    List<Bucket> buckets = new ArrayList<>(parts.size());
    for (Part part : parts) {
      byte[][] mine = part.of(keys);
      requests.add(
          Server.request(Command.HMGET, new Outputs.Several(mine), false, part.bucket.hash, mine));
      buckets.add(part.bucket);
    }
    List<byte[][]> answers = reads.read(buckets, requests);
    return answers == null
        ? records(Script.GET, keys, part -> part.of(keys))
        : Part.joined(keys.length, parts, answers);
  }

  /**
   * {@link #getAll} with the ends of their times to live in the records, still in one round trip.
   */
  byte[][] getAllTimed(byte[][] keys) {
    List<Part> parts = Part.of(layout, keys);
    // Counted from before the server has been asked, so that it can only be too early.
    long begin = Records.now();
    if (!server.fieldsExpire()) {
      List<byte[][]> answers =
          runAll(
              parts,
              part ->
                  run(
                      Script.GET_TIMED,
                      new Outputs.SeveralTimed(part.of(keys), begin),
                      part.bucket,
                      part.of(keys)));
      return Part.joined(keys.length, parts, answers);
    }
    List<Request<byte[][]>> values = new ArrayList<>(parts.size());
    List<Request<long[]>> lives = new ArrayList<>(parts.size());
    List<Request<?>> requests = new ArrayList<>(2 * parts.size());
    for (Part part : parts) {
      byte[][] mine = part.of(keys);
      values.add(
          Server.request(Command.HMGET, new Outputs.Several(mine), false, part.bucket.hash, mine));
      byte[][] fields = {Server.bytes("FIELDS"), Server.bytes(mine.length)};
      lives.add(
          Server.request(
              Command.HPTTL,
              new Outputs.Counts(mine.length),
              false,
              part.bucket.hash,
              part.after(fields, keys)));
      requests.add(values.get(values.size() - 1));
      requests.add(lives.get(lives.size() - 1));
    }
    server.sendAll(requests);
    List<byte[][]> answers = new ArrayList<>(parts.size());
    for (int p = 0; p < parts.size(); p++) {
      byte[][] records = values.get(p).await();
      long[] millis = lives.get(p).await();
      for (int i = 0; i < records.length; i++) {
        if (records[i] != null && millis[i] == -2) {
          // It has ended between the two commands.
          records[i] = null;
        } else if (records[i] != null && millis[i] >= 0) {
          Records.deadline(records[i], begin + millis[i]);
        }
      }
      answers.add(records);
    }
    return Part.joined(keys.length, parts, answers);
  }

  @Override
  public byte[][] putAll(
      byte[][] keys, byte[][] values, long creationTtl, long updateTtl, Consumer<byte[][]> then) {
    byte[][] first = {null, YES, Server.bytes(creationTtl), Server.bytes(updateTtl)};
    return records(Script.PUT, keys, part -> part.pairs(first, keys, values), then);
  }

  @Override
  public byte[][] putAllIfAbsent(byte[][] keys, byte[][] values, long creationTtl) {
    byte[][] first = {null, Server.bytes(creationTtl)};
    return records(Script.PUT_IF_ABSENT, keys, part -> part.pairs(first, keys, values));
  }

  @Override
  public void setAll(byte[][] keys, byte[][] values, long creationTtl, long updateTtl) {
    byte[][] first = {null, NO, Server.bytes(creationTtl), Server.bytes(updateTtl)};
    runAll(
        Part.of(layout, keys),
        part ->
            this.<Long>run(
                Script.PUT, new Outputs.Count(), part.bucket, part.pairs(first, keys, values)));
  }

  @Override
  public byte[][] removeAll(byte[][] keys, Consumer<byte[][]> then) {
    byte[][] first = {null, YES};
    return records(Script.REMOVE, keys, part -> part.after(first, keys), then);
  }

  @Override
  public long deleteAll(byte[][] keys) {
    byte[][] first = {null, NO};
    long count = 0;
    for (long part :
        runAll(
            Part.of(layout, keys),
            some ->
                this.<Long>run(
                    Script.REMOVE, new Outputs.Count(), some.bucket, some.after(first, keys)))) {
      count += part;
    }
    return count;
  }

  // ---- the whole cache

  /**
   * A cursor of the store holds the number of the bucket above a cursor of the server's, of which
   * it needs the low bits alone.
   */
  private static final int BUCKET_SHIFT = 48;

  private static final long CURSOR_MASK = (1L << BUCKET_SHIFT) - 1;

  @Override
  public long scan(long cursor, int count, Consumer<byte[]> records) {
    int index = (int) (cursor >>> BUCKET_SHIFT);
    byte[] at = Server.bytes(cursor & CURSOR_MASK);
    Page page = page(layout.bucket(index), at, Server.bytes(count));
    page.records().forEach(records);
    if (page.cursor() > CURSOR_MASK) {
      throw new IllegalStateException(
          "The cursor %d of %s needs more than %d bits"
              .formatted(page.cursor(), server, BUCKET_SHIFT));
    }
    if (page.cursor() != 0) {
      return (long) index << BUCKET_SHIFT | page.cursor();
    }
    return index + 1 == layout.buckets() ? 0 : (index + 1L) << BUCKET_SHIFT;
  }

  private Page page(Bucket bucket, byte[] cursor, byte[] count) {
    if (reads.worthTrying()) {
      List<Page> page =
          reads.read(
              bucket,
              Server.request(
                  Command.HSCAN,
                  new Outputs.OfPage(),
                  false,
                  bucket.hash,
                  cursor,
                  Server.bytes("COUNT"),
                  count));
      if (page != null) {
        return page.get(0);
      }
    }
    return this.<Page>run(Script.SCAN, new Outputs.OfPage(), bucket, cursor, count).send().await();
  }

  @Override
  public long size() {
    long size = 0;
    for (int i = 0; i < layout.buckets(); i++) {
      Bucket bucket = layout.bucket(i);
      size +=
          server.fieldsExpire()
              ? server.ask(Server.request(Command.HLEN, new Outputs.Count(), false, bucket.hash))
              : this.<Long>run(Script.SIZE, new Outputs.Count(), bucket).send().await();
    }
    return size;
  }

  @Override
  public void clear() {
    List<Server.Run<Long>> runs = new ArrayList<>();
    List<Request<?>> requests = new ArrayList<>();
    for (int i = 0; i < layout.buckets(); i++) {
      Bucket bucket = layout.bucket(i);
      Server.Run<Long> run = run(Script.CLEAR, new Outputs.Count(), bucket, bucket.speaker);
      runs.add(run);
      run.addTo(requests);
    }
    server.sendAll(requests);
    // No listener hears of it.
    runs.forEach(Server.Run::await);
  }

  @Override
  public synchronized void hear(Heard what) {
    changes.hear(what);
    if (server.expiresSilently()) {
      if (what.expirations() && sweeper == null) {
        sweeper = new Sweeper(server, layout, Script.EXPIRED);
      } else if (!what.expirations() && sweeper != null) {
        sweeper.close();
        sweeper = null;
      }
    }
  }

  @Override
  public boolean echoes(byte[] key) {
    return changes.echoes(layout.indexOf(key));
  }

  @Override
  public synchronized void detach() {
    changes.hear(Heard.NOTHING);
    acknowledgements.close();
    if (sweeper != null) {
      sweeper.close();
    }
  }

  // ---- records

  @Override
  public Object incarnation() {
    return null;
  }

  @Override
  public boolean isCurrent(byte[] record, Object incarnation) {
    return false;
  }

  @Override
  public int keyOffset(byte[] record) {
    return Records.keyOffset();
  }

  @Override
  public int keyLength(byte[] record) {
    return Records.keyLength(record);
  }

  @Override
  public int valueOffset(byte[] record) {
    return Records.valueOffset(record);
  }

  @Override
  public int valueLength(byte[] record) {
    return Records.valueLength(record);
  }

  @Override
  public long expireAt(byte[] record) {
    return Records.deadline(record);
  }

  @Override
  public long currentTimeMillis() {
    return Records.now();
  }
}
