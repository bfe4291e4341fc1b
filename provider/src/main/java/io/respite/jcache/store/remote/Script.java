package io.respite.jcache.store.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The scripts that a remote store runs. Each is put together of what the scripts of its kind have
 * in common and of a body; those that change entries have a form for each way in which servers know
 * times to live of fields.
 */
final class Script {
  /** How a server keeps the times to live of fields. */
  enum Form {
    /** Not at all: a sorted set beside the hash does. */
    DEADLINES(false, ""),

    /** It does. */
    FIELDS(true, "local at_once, keeps = false, false\n"),

    /** It does, and sets values and their times to live by one command, HSETEX. */
    FIELDS_AT_ONCE(true, "local at_once, keeps = true, false\n"),

    /** That command can be told to keep the times of all fields, also of those that are over. */
    FIELDS_KEPT(true, "local at_once, keeps = true, true\n");

    final boolean fieldsExpire;
    private final String says;

    Form(boolean fieldsExpire, String says) {
      this.fieldsExpire = fieldsExpire;
      this.says = says;
    }
  }

  static final Script PUT =
      new Script(
          true,
          joined("events time put_head put_native native change", "put"),
          joined("events time put_head put_fallback fallback change", "put"));
  static final Script PUT_IF_ABSENT = changing("put_if_absent");
  static final Script REPLACE = changing("replace");
  static final Script REMOVE = changing("remove");
  static final Script TOUCH = changing("touch");
  static final Script COMPARE = changing("compare");

  /** {@link #COMPARE} by who has a claim, which ends with it. */
  static final Script COMPARE_CLAIMED = changing("unclaim", "compare");

  static final Script CLAIM = changing("claim");
  static final Script EXCHANGE = changing("exchange");
  static final Script CLEAR = changing("clear");
  static final Script LEASE = changing("lease");
  static final Script LEASE_END = alone("lease_end");
  static final Script ATTACH = alone("attach");

  /** Only for servers whose fields have no time to live. */
  static final Script SWEEP = changing("sweep");

  // Only for servers whose fields have one, and which do not tell what they remove.
  static final Script BEGIN_EXPIRED = natively("begin_expired");
  static final Script EXPIRED = natively("expired");

  // Where fields have a time to live, the server or one of its own commands does what these do.
  static final Script GET = reading("get");
  static final Script GET_TIMED = reading("get_timed");
  static final Script LIFE = reading("life");
  static final Script SCAN = reading("scan");
  static final Script SIZE = reading("size");

  /** A script's text, and the digest by which servers know it; made when first asked for. */
  static final class Text {
    final byte[] text;
    final byte[] digest;

    private Text(String first, String... parts) {
      var joined = new ByteArrayOutputStream();
      joined.writeBytes(first.getBytes(US_ASCII));
      for (String part : parts) {
        joined.writeBytes(resource(part));
      }
      this.text = joined.toByteArray();
      try {
        // The name that the protocol gives to a script; nothing is secured by it.
        byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(this.text);
        this.digest = HexFormat.of().formatHex(sha1).getBytes(US_ASCII);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final boolean changes;

  /** The parts of each form, or null where there is none. */
  private final String[] nativeParts;

  private final String[] fallbackParts;

  /** Made when they are asked for first. */
  private final Map<Form, Text> texts = new ConcurrentHashMap<>();

  private Script(boolean changes, String[] nativeParts, String[] fallbackParts) {
    this.changes = changes;
    this.nativeParts = nativeParts;
    this.fallbackParts = fallbackParts;
  }

  /** A script whose body has several parts, perhaps. */
  private static Script changing(String... body) {
    return new Script(
        true,
        joined("events time native change", body),
        joined("events time fallback change", body));
  }

  private static Script natively(String name) {
    return new Script(true, joined("events time native", name), null);
  }

  private static Script reading(String name) {
    return new Script(false, null, joined("time read", name));
  }

  private static Script alone(String name) {
    String[] parts = {name};
    return new Script(true, parts, parts);
  }

  private static String[] joined(String head, String... body) {
    String[] first = head.split(" ", -1);
    String[] all = Arrays.copyOf(first, first.length + body.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }

  private static byte[] resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("The script " + name + ".lua is missing from the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it may change something; else it may run on a replica. */
  boolean changes() {
    return changes;
  }

  /** Its form for a server. */
  Text text(Form form) {
    Text text = texts.get(form);
    if (text == null) {
      // Two threads may make the same.
      text = new Text(form.says, form.fieldsExpire ? nativeParts : fallbackParts);
      texts.put(form, text);
    }
    return text;
  }
}
