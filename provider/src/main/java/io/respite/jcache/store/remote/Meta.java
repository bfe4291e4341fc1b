package io.respite.jcache.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.store.StoredForm;
import io.respite.jcache.store.remote.wire.Command;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the datastore knows of a cache as a whole: the form that it is stored in. Whoever opens the
 * cache first writes it down; everybody else has to fit in.
 *
 * <p>A cache without entries may be given another form, except that its number of buckets is fixed
 * for its life: others may be using it.
 */
final class Meta {
  private static final String FORMAT = "format";
  private static final String BUCKETS = "buckets";
  private static final String KEYS = "keys";
  private static final String VALUES = "values";

  private final Server server;
  private final String name;
  private final byte[] key;

  Meta(Server server, String name) {
    this.server = server;
    this.name = name;
    this.key = Layout.meta(name);
  }

  /**
   * Writes the form down, or fits into the one there is.
   *
   * @throws IllegalArgumentException when that one is another
   */
  Layout attach(String cache, StoredForm form) {
    Map<String, String> mine = new LinkedHashMap<>();
    mine.put(FORMAT, Layout.FORMAT);
    mine.put(BUCKETS, Integer.toString(Math.max(1, form.buckets())));
    mine.put(KEYS, form.keys());
    mine.put(VALUES, form.values());
    Map<String, String> stored =
        pairs(server.run(Script.ATTACH, new Outputs.Texts(), sent(), flat(mine)).send().await());
    if (!Layout.FORMAT.equals(stored.get(FORMAT))) {
      throw contradiction(cache, "is stored in format " + stored.get(FORMAT), Layout.FORMAT);
    }
    int buckets = buckets(cache, stored);
    if (form.buckets() > 0 && buckets != form.buckets()) {
      throw contradiction(cache, "has " + buckets + " buckets", form.buckets() + " buckets");
    }
    var layout = new Layout(name, buckets);
    boolean fits = form.keys().equals(stored.get(KEYS)) && form.values().equals(stored.get(VALUES));
    if (!fits && new RemoteStore(server, layout).size() > 0) {
      throw contradiction(
          cache,
          "has keys of codec '%s' and values of codec '%s'"
              .formatted(stored.get(KEYS), stored.get(VALUES)),
          "'%s' and '%s'".formatted(form.keys(), form.values()));
    }
    if (!fits) {
      mine.put(BUCKETS, Integer.toString(buckets));
      server.change(Server.request(Command.HSET, new Outputs.Count(), true, key, flat(mine)));
    }
    return layout;
  }

  /** The layout of what is stored; of one bucket if nothing is known. */
  Layout layout() {
    Map<String, String> stored =
        pairs(server.ask(Server.request(Command.HGETALL, new Outputs.Texts(), false, key)));
    return new Layout(name, stored.containsKey(BUCKETS) ? buckets(name, stored) : 1);
  }

  /** Forgets it. */
  void delete() {
    server.change(Server.request(Command.DEL, new Outputs.Count(), true, key));
  }

  private byte[][] sent() {
    return new byte[][] {key};
  }

  private static byte[][] flat(Map<String, String> pairs) {
    List<byte[]> flat = new ArrayList<>();
    pairs.forEach(
        (name, value) -> {
          flat.add(name.getBytes(UTF_8));
          flat.add(value.getBytes(UTF_8));
        });
    return flat.toArray(byte[][]::new);
  }

  private static Map<String, String> pairs(List<String> flat) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      pairs.put(flat.get(i), flat.get(i + 1));
    }
    return pairs;
  }

  private int buckets(String cache, Map<String, String> stored) {
    String text = stored.get(BUCKETS);
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= StoredForm.MOST_BUCKETS) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(damaged(cache, text), e);
    }
    throw new IllegalArgumentException(damaged(cache, text));
  }

  private String damaged(String cache, String text) {
    return "Cache '%s': its number of buckets in the datastore at %s is '%s', and must be one from 1 to %d"
        .formatted(cache, server, text, StoredForm.MOST_BUCKETS);
  }

  private IllegalArgumentException contradiction(String cache, String there, String mine) {
    return new IllegalArgumentException(
        "Cache '%s' in the datastore at %s %s; the configuration says %s. Use the stored form, another name, or destroy the cache first"
            .formatted(cache, server, there, mine));
  }
}
