package io.respite.jcache.store.remote;

import io.respite.jcache.store.remote.Layout.Bucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Some of many entries, all in one bucket, that one call takes. */
final class Part {
  /** Entries in one call. */
  private static final int CHUNK = 256;

  final Bucket bucket;
  private final int[] indexes;
  private final int count;

  private Part(Bucket bucket, int[] indexes, int count) {
    this.bucket = bucket;
    this.indexes = indexes;
    this.count = count;
  }

  /** Cuts many entries into parts. */
  static List<Part> of(Layout layout, byte[][] keys) {
    List<Part> parts = new ArrayList<>();
    var open = new int[layout.buckets()][];
    var counts = new int[layout.buckets()];
    for (int i = 0; i < keys.length; i++) {
      int bucket = layout.indexOf(keys[i]);
      if (open[bucket] == null) {
        open[bucket] = new int[Math.min(CHUNK, keys.length)];
        counts[bucket] = 0;
      }
      open[bucket][counts[bucket]++] = i;
      if (counts[bucket] == open[bucket].length) {
        parts.add(new Part(layout.bucket(bucket), open[bucket], counts[bucket]));
        open[bucket] = null;
      }
    }
    for (int bucket = 0; bucket < open.length; bucket++) {
      if (open[bucket] != null) {
        parts.add(new Part(layout.bucket(bucket), open[bucket], counts[bucket]));
      }
    }
    return parts;
  }

  /** What of all is this part's. */
  byte[][] of(byte[][] all) {
    var mine = new byte[count][];
    for (int i = 0; i < count; i++) {
      mine[i] = all[indexes[i]];
    }
    return mine;
  }

  /** Arguments, and behind them what of all is this part's; a first null becomes the speaker. */
  byte[][] after(byte[][] first, byte[][] all) {
    byte[][] arguments = begun(first, count);
    for (int i = 0; i < count; i++) {
      arguments[first.length + i] = all[indexes[i]];
    }
    return arguments;
  }

  /** The same with keys and values by turns. */
  byte[][] pairs(byte[][] first, byte[][] keys, byte[][] values) {
    byte[][] arguments = begun(first, 2 * count);
    for (int i = 0; i < count; i++) {
      arguments[first.length + 2 * i] = keys[indexes[i]];
      arguments[first.length + 2 * i + 1] = values[indexes[i]];
    }
    return arguments;
  }

  private byte[][] begun(byte[][] first, int more) {
    byte[][] arguments = Arrays.copyOf(first, first.length + more);
    if (arguments[0] == null) {
      arguments[0] = bucket.speaker;
    }
    return arguments;
  }

  /** Puts the answers to parts where their keys are among all. */
  static void join(List<Part> parts, List<byte[][]> answers, byte[][] all) {
    for (int p = 0; p < parts.size(); p++) {
      Part part = parts.get(p);
      for (int i = 0; i < part.count; i++) {
        all[part.indexes[i]] = answers.get(p)[i];
      }
    }
  }

  /** The answers to parts in the order of all their keys. */
  static byte[][] joined(int count, List<Part> parts, List<byte[][]> answers) {
    var all = new byte[count][];
    join(parts, answers, all);
    return all;
  }
}
