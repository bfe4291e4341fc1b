package io.respite.server.script;

import io.respite.server.lua.code.Prototype;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compiled scripts by their digest. Those that SCRIPT LOAD has brought stay until SCRIPT FLUSH; of
 * those that came with EVAL only the latest used are kept, because programs make up scripts without
 * end.
 */
final class ScriptCache {
  /** How many scripts that came with EVAL are kept. */
  private static final int MOST_EVALUATED = 500;

  /** Bytes that those may take together. */
  private static final long MOST_EVALUATED_BYTES =
      Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 16);

  /** What a script takes beside its text, roughly: its compiled form. */
  private static final int BYTES_PER_TEXT_BYTE = 8;

  /** A script. */
  static final class Entry {
    final String name;
    final Prototype prototype;
    final ScriptHeader header;
    final byte[] text;
    private boolean kept;

    Entry(String name, Prototype prototype, ScriptHeader header, byte[] text) {
      this.name = name;
      this.prototype = prototype;
      this.header = header;
      this.text = text;
    }
  }

  private final Map<Sha1, Entry> loaded = new LinkedHashMap<>();
  private final Map<Sha1, Entry> evaluated = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long evaluatedBytes;

  /** The script with a digest, or null. */
  Entry get(Sha1 digest) {
    Entry entry = loaded.get(digest);
    return entry != null ? entry : evaluated.get(digest);
  }

  /** Adds a script, to be kept or not. */
  void add(Sha1 digest, Entry entry, boolean keep) {
    entry.kept = keep;
    bytes += cost(entry);
    if (keep) {
      loaded.put(digest, entry);
      return;
    }
    evaluated.put(digest, entry);
    evaluatedBytes += cost(entry);
    Iterator<Entry> oldest = evaluated.values().iterator();
    while (evaluated.size() > MOST_EVALUATED || evaluatedBytes > MOST_EVALUATED_BYTES) {
      long cost = cost(oldest.next());
      bytes -= cost;
      evaluatedBytes -= cost;
      oldest.remove();
    }
  }

  /** Keeps a script from now on. */
  void keep(Sha1 digest, Entry entry) {
    if (!entry.kept) {
      evaluated.remove(digest);
      evaluatedBytes -= cost(entry);
      entry.kept = true;
      loaded.put(digest, entry);
    }
  }

  private static long cost(Entry entry) {
    return (long) BYTES_PER_TEXT_BYTE * entry.text.length;
  }

  /** Forgets all. */
  void clear() {
    loaded.clear();
    evaluated.clear();
    bytes = 0;
    evaluatedBytes = 0;
  }

  /** How many there are. */
  int size() {
    return loaded.size() + evaluated.size();
  }

  /** Bytes that they take, roughly. */
  long bytes() {
    return bytes;
  }
}
