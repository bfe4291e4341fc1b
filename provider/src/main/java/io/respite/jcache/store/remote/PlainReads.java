package io.respite.jcache.store.remote;

import io.respite.jcache.store.remote.Layout.Bucket;
import io.respite.jcache.store.remote.wire.Command;
import io.respite.jcache.store.remote.wire.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a cache by single commands: always where fields have a time to live; where they have none,
 * as long as no entry has a deadline, for what a script does to a page of a thousand entries takes
 * the server longer than to read them.
 *
 * <p>There the server is asked before each read, and together with it, whether the bucket has
 * deadlines.
 *
 * <pre>
 *   EXISTS {c}#ttl     0: now no entry has a deadline, so all there are are alive
 *        │                  others may change entries here
 *   HMGET c ...        finds entries from before, alive then, or from in between, alive when put
 * </pre>
 *
 * So each value was an entry's at a moment between the question and the answer. It holds in this
 * order alone: asked afterwards, the server might already have removed an entry whose time is over
 * and which was read, and with it the last deadline. Therefore both must have come to one server by
 * one connection, which is not so in a cluster, where one of them may be sent elsewhere, nor among
 * replicas, nor when the connection was lost in between. Then, and where there are deadlines, the
 * answer counts for nothing, and a script is asked.
 *
 * <p>A cache of which deadlines have been seen is likely to have some always, so it is not asked
 * this way again.
 */
final class PlainReads {
  private final Server server;

  /** Whether some bucket has had deadlines. */
  private volatile boolean seen;

  PlainReads(Server server) {
    this.server = server;
  }

  /** Whether to try; else a script has to be asked. */
  boolean worthTrying() {
    return server.fieldsExpire() || (!seen && server.isOne());
  }

  /** A read, and the question before it. */
  private record Asked<T>(Request<Long> question, Request<T> read) {}

  /**
   * Reads.
   *
   * @param buckets of each request
   * @return what they answered, in their order; null when a script has to be asked instead
   */
  <T> List<T> read(List<Bucket> buckets, List<Request<T>> reads) {
    if (server.fieldsExpire()) {
      return server.askAll(reads);
    }
    List<Asked<T>> asked = new ArrayList<>(reads.size());
    List<Request<?>> all = new ArrayList<>(2 * reads.size());
    for (int i = 0; i < reads.size(); i++) {
      Request<Long> question =
          Server.request(Command.EXISTS, new Outputs.Count(), false, buckets.get(i).deadlines);
      asked.add(new Asked<>(question, reads.get(i)));
      all.add(question);
      all.add(reads.get(i));
    }
    server.sendAll(all);
    List<T> answers = new ArrayList<>(reads.size());
    boolean holds = true;
    for (Asked<T> each : asked) {
      seen |= each.question.await() != 0;
      answers.add(each.read.await());
      holds &= each.read.wentWith(each.question);
    }
    return holds && !seen ? answers : null;
  }

  /** {@link #read(List, List)} of one request. */
  <T> List<T> read(Bucket bucket, Request<T> read) {
    return read(List.of(bucket), List.of(read));
  }
}
