package io.respite.jcache.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.store.remote.wire.Answer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Turns replies into records while they are read, without a copy in between. */
final class Outputs {
  private Outputs() {}

  /**
   * A reply of one or several elements; a number may follow, by which a script tells something
   * else.
   */
  abstract static class Numbered<T> extends Answer<T> {
    private final int own;
    private int elements;
    private int seen;
    private long number;

    /**
     * Expects a reply.
     *
     * @param own how many elements it has without the number
     */
    Numbered(int own) {
      this.own = own;
    }

    /** The number that followed, or 0. */
    long number() {
      return number;
    }

    @Override
    public void begin() {
      elements = 0;
      seen = 0;
      number = 0;
    }

    @Override
    public void multi(int count) {
      elements = count;
    }

    @Override
    public final void set(ByteBuffer value) {
      seen++;
      element(value);
    }

    @Override
    public final void set(long value) {
      seen++;
      if (elements > own && seen == elements) {
        number = value;
      } else {
        element(value);
      }
    }

    /** An element, or null. */
    void element(ByteBuffer value) {
      throw new IllegalStateException("a text came where a number was expected");
    }

    void element(long value) {
      throw new IllegalStateException(
          "the number %d came where a text was expected".formatted(value));
    }
  }

  /** A value, or nothing, that belongs to a key; the record, or null. */
  static final class One extends Numbered<byte[]> {
    private final byte[] key;
    private byte[] record;

    One(byte[] key) {
      super(1);
      this.key = key;
    }

    @Override
    public void begin() {
      super.begin();
      record = null;
    }

    @Override
    void element(ByteBuffer value) {
      record = value == null ? null : Records.of(key, value, 0);
    }

    @Override
    public byte[] value() {
      return record;
    }
  }

  /** Values, each of them perhaps nothing, in the order of their keys; records, or nulls. */
  static final class Several extends Numbered<byte[][]> {
    private final byte[][] keys;
    private final byte[][] records;
    private int next;

    Several(byte[][] keys) {
      super(keys.length);
      this.keys = keys;
      this.records = new byte[keys.length][];
    }

    @Override
    public void begin() {
      super.begin();
      next = 0;
    }

    @Override
    void element(ByteBuffer value) {
      if (next < keys.length) {
        records[next] = value == null ? null : Records.of(keys[next], value, 0);
        next++;
      }
    }

    @Override
    public byte[][] value() {
      return records;
    }
  }

  /** Values with what is left of their times to live, in milliseconds, -1 for ever; or nothing. */
  static final class SeveralTimed extends Answer<byte[][]> {
    private final byte[][] keys;
    private final byte[][] records;
    private final long begin;
    private int next;

    SeveralTimed(byte[][] keys, long begin) {
      this.keys = keys;
      this.records = new byte[keys.length][];
      this.begin = begin;
    }

    @Override
    public void begin() {
      next = 0;
    }

    @Override
    public void set(ByteBuffer value) {
      if (next < keys.length) {
        records[next] = value == null ? null : Records.of(keys[next], value, 0);
      }
    }

    @Override
    public void set(long millis) {
      if (next < keys.length && records[next] != null && millis >= 0) {
        Records.deadline(records[next], begin + millis);
      }
      next++;
    }

    @Override
    public byte[][] value() {
      return records;
    }
  }

  /** Whole numbers. */
  static final class Counts extends Answer<long[]> {
    private final long[] numbers;
    private int next;

    Counts(int count) {
      this.numbers = new long[count];
    }

    @Override
    public void begin() {
      next = 0;
    }

    @Override
    public void set(ByteBuffer bytes) {
      throw new IllegalStateException("a text came where a number was expected");
    }

    @Override
    public void set(long number) {
      if (next < numbers.length) {
        numbers[next++] = number;
      }
    }

    @Override
    public long[] value() {
      return numbers;
    }
  }

  /** A step of a walk: where the next one begins, and records. */
  static final class Page {
    private final List<byte[]> records = new ArrayList<>();
    private long cursor = -1;

    /** The server's cursor of the next step; 0 after the last. */
    long cursor() {
      return cursor;
    }

    List<byte[]> records() {
      return records;
    }
  }

  /** A cursor, and keys with values. */
  static final class OfPage extends Answer<Page> {
    private Page page = new Page();
    private byte[] key;

    @Override
    public void begin() {
      page = new Page();
      key = null;
    }

    @Override
    public void set(ByteBuffer bytes) {
      if (page.cursor < 0) {
        page.cursor = Long.parseUnsignedLong(text(bytes));
      } else if (key == null) {
        key = new byte[bytes.remaining()];
        bytes.get(key);
      } else {
        page.records.add(Records.of(key, bytes, 0));
        key = null;
      }
    }

    @Override
    public void set(long number) {
      throw new IllegalStateException(
          "the number %d came where a text was expected".formatted(number));
    }

    @Override
    public Page value() {
      return page;
    }
  }

  /** A whole number. */
  static final class Count extends Numbered<Long> {
    private long count;

    Count() {
      super(1);
    }

    @Override
    public void begin() {
      super.begin();
      count = 0;
    }

    @Override
    void element(long number) {
      count = number;
    }

    @Override
    void element(ByteBuffer bytes) {
      // A script that returns nothing.
    }

    @Override
    public Long value() {
      return count;
    }
  }

  /** Texts, in any nesting. */
  static final class Texts extends Answer<List<String>> {
    private final List<String> texts = new ArrayList<>();

    @Override
    public void begin() {
      texts.clear();
    }

    @Override
    public void set(ByteBuffer bytes) {
      texts.add(bytes == null ? null : text(bytes));
    }

    @Override
    public void set(long number) {
      texts.add(Long.toString(number));
    }

    @Override
    public List<String> value() {
      return texts;
    }
  }

  private static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes).toString();
  }
}
