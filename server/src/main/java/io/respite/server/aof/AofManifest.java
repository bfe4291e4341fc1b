package io.respite.server.aof;

import io.respite.server.config.Words;
import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Which files make up the append-only file, in the form of Redis 7.0: a text with one line a file,
 * {@code file appendonly.aof.1.base.rdb seq 1 type b}.
 *
 * <p>The data set is what the base holds, and then what the increments add, in the order of their
 * numbers. History are files that a newer base has replaced: they are only there to be deleted. A
 * manifest never changes; each operation answers another one. The one on disk is replaced
 * atomically, so that after a crash either the old files count or the new ones.
 *
 * <p>Read are the lines that Redis reads: words as in {@code redis.conf}, unknown keys left out,
 * lines that begin with {@code #} left out, a line with its end at most 1024 bytes.
 */
public final class AofManifest {
  /** Bytes of a line, with its end. */
  private static final int LONGEST_LINE = 1024;

  /** Room for ten thousand files, which no server lets gather. */
  private static final int LARGEST_BYTES = 1 << 20;

  private static final String INVALID = "Invalid AOF manifest file format";
  private static final String BASE_PART = ".base";
  private static final String INCR_PART = ".incr";

  /** What a file is for. */
  public enum Type {
    /** The data set at some time. */
    BASE('b'),
    /** What a newer base has made superfluous. */
    HISTORY('h'),
    /** What has changed since the base, or since the increment before. */
    INCR('i');

    private final char letter;

    Type(char letter) {
      this.letter = letter;
    }
  }

  /**
   * A file.
   *
   * @param name without a folder
   * @param seq its number, not 0
   */
  public record Entry(String name, long seq, Type type) {
    /** The line of this file, with its end, in ASCII. */
    String line() {
      String bytes = Words.fromUnicode(name);
      boolean plain = bytes.chars().allMatch(c -> c > ' ' && c <= '~' && "\\\"'".indexOf(c) < 0);
      return "file "
          + (plain ? bytes : Words.quote(bytes))
          + " seq "
          + seq
          + " type "
          + type.letter
          + "\n";
    }

    private Entry asHistory() {
      return new Entry(name, seq, Type.HISTORY);
    }
  }

  /** No files. */
  public static final AofManifest EMPTY = new AofManifest(null, List.of(), List.of(), 0, 0);

  private final Entry base;
  private final List<Entry> history;
  private final List<Entry> increments;

  /** The highest numbers given to a base and to an increment so far; not in the text. */
  private final long lastBase;

  private final long lastIncrement;

  private AofManifest(
      Entry base, List<Entry> history, List<Entry> increments, long lastBase, long lastIncrement) {
    this.base = base;
    this.history = List.copyOf(history);
    this.increments = List.copyOf(increments);
    this.lastBase = Math.max(lastBase, Math.max(base == null ? 0 : base.seq, lastInHistory(true)));
    long last = increments.isEmpty() ? 0 : increments.get(increments.size() - 1).seq;
    this.lastIncrement = Math.max(lastIncrement, Math.max(last, lastInHistory(false)));
  }

  // ---- names

  /** The manifest's name. */
  public static String fileName(String appendFilename) {
    return appendFilename + ".manifest";
  }

  /** The name that a manifest has while it is being written. */
  public static String temporaryName(String appendFilename) {
    return "temp-" + fileName(appendFilename);
  }

  /**
   * The name of a base.
   *
   * @param rdb whether its form is RDB; else it holds commands
   */
  public static String baseName(String appendFilename, long seq, boolean rdb) {
    return appendFilename + "." + seq + BASE_PART + (rdb ? ".rdb" : ".aof");
  }

  /** The name of an increment. */
  public static String incrementName(String appendFilename, long seq) {
    return appendFilename + "." + seq + INCR_PART + ".aof";
  }

  // ---- what there is

  /** The base, if there is one. */
  public Optional<Entry> base() {
    return Optional.ofNullable(base);
  }

  /** The increments by their numbers. */
  public List<Entry> increments() {
    return increments;
  }

  /** The increment that is appended to, if there is one. */
  public Optional<Entry> lastIncrement() {
    return increments.isEmpty()
        ? Optional.empty()
        : Optional.of(increments.get(increments.size() - 1));
  }

  /** What is only there to be deleted. */
  public List<Entry> history() {
    return history;
  }

  /** The files to be loaded, in order: the base and the increments. */
  public List<Entry> files() {
    List<Entry> files = new ArrayList<>();
    if (base != null) {
      files.add(base);
    }
    files.addAll(increments);
    return files;
  }

  /** Whether there is nothing to load. */
  public boolean isEmpty() {
    return base == null && increments.isEmpty();
  }

  // ---- operations

  /** With one more increment, whose number follows the last one's. */
  public AofManifest withNewIncrement(String appendFilename) {
    long seq = lastIncrement + 1;
    List<Entry> more = new ArrayList<>(increments);
    more.add(new Entry(incrementName(appendFilename, seq), seq, Type.INCR));
    return new AofManifest(base, history, more, lastBase, lastIncrement);
  }

  /**
   * With a new base, whose number follows the last one's. The old base becomes history, and so do
   * the increments before {@code first}; that one and those behind it stay.
   *
   * @param rdb the base's form, see {@link #baseName}
   * @param first what has changed since the new base was cut; null when no increment stays
   * @throws IllegalArgumentException when {@code first} is no increment of this manifest
   */
  public AofManifest withNewBase(String appendFilename, boolean rdb, Entry first) {
    if (first != null && !increments.contains(first)) {
      throw new IllegalArgumentException("no increment of this manifest: " + first);
    }
    List<Entry> past = new ArrayList<>(history);
    if (base != null) {
      past.add(base.asHistory());
    }
    List<Entry> stay = new ArrayList<>();
    for (Entry increment : increments) {
      if (first == null || increment.seq < first.seq) {
        past.add(increment.asHistory());
      } else {
        stay.add(increment);
      }
    }
    long seq = lastBase + 1;
    Entry fresh = new Entry(baseName(appendFilename, seq, rdb), seq, Type.BASE);
    return new AofManifest(fresh, past, stay, lastBase, lastIncrement);
  }

  /** Without what is only there to be deleted. */
  public AofManifest withoutHistory() {
    return new AofManifest(base, List.of(), increments, lastBase, lastIncrement);
  }

  /** Of the single file of a server before Redis 7, which becomes the base under its own name. */
  public static AofManifest upgraded(String appendFilename) {
    return new AofManifest(new Entry(appendFilename, 1, Type.BASE), List.of(), List.of(), 0, 0);
  }

  /**
   * The same files. Their followers get higher numbers than the other's, too: files of those names
   * may be on disk, and may be named by the manifest there, whose writing ended in an error.
   */
  public AofManifest passingOver(AofManifest other) {
    return new AofManifest(
        base,
        history,
        increments,
        Math.max(lastBase, other.lastBase),
        Math.max(lastIncrement, other.lastIncrement));
  }

  /** Deleting history may have failed, and its names must not be given again. */
  private long lastInHistory(boolean bases) {
    return history.stream()
        .filter(entry -> bases != entry.name.contains(INCR_PART))
        .mapToLong(Entry::seq)
        .max()
        .orElse(0);
  }

  // ---- the text

  /** The text: the base, what is history, the increments. */
  public byte[] format() {
    StringBuilder text = new StringBuilder();
    if (base != null) {
      text.append(base.line());
    }
    history.forEach(entry -> text.append(entry.line()));
    increments.forEach(entry -> text.append(entry.line()));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a text.
   *
   * @throws AofManifestException with Redis's message, when it is none of a manifest
   */
  public static AofManifest parse(byte[] content) throws AofManifestException {
    return new Parser(new String(content, StandardCharsets.ISO_8859_1)).parse();
  }

  /**
   * Reads the manifest in a folder.
   *
   * @return {@link #EMPTY} when the folder or the manifest does not exist
   * @throws AofManifestException with Redis's message, when it is none
   * @throws IOException when it cannot be read, or has more than a mebibyte
   */
  public static AofManifest read(Storage storage, Path folder, String appendFilename)
      throws IOException {
    Path file = folder.resolve(fileName(appendFilename));
    return storage.exists(file) ? parse(storage.read(file, LARGEST_BYTES)) : EMPTY;
  }

  /**
   * Puts this manifest in the place of the one in a folder, atomically and durably: under another
   * name first, forced, renamed, and the folder forced.
   *
   * @throws IOException when that fails; the manifest is the old one then, or else the new one
   */
  public void write(Storage storage, Path folder, String appendFilename) throws IOException {
    Path temporary = folder.resolve(temporaryName(appendFilename));
    try (Storage.Output output = storage.create(temporary)) {
      output.write(ByteBuffer.wrap(format()));
      output.force();
    }
    storage.rename(temporary, folder.resolve(fileName(appendFilename)));
    storage.forceDirectory(folder);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AofManifest that
        && Objects.equals(base, that.base)
        && history.equals(that.history)
        && increments.equals(that.increments);
  }

  @Override
  public int hashCode() {
    return Objects.hash(base, history, increments);
  }

  @Override
  public String toString() {
    return new String(format(), StandardCharsets.US_ASCII);
  }

  /**
   * One text being read, as C reads it: in pieces of at most a line, a zero byte ending a piece
   * early.
   */
  private static final class Parser {
    private final String text;
    private final List<Entry> history = new ArrayList<>();
    private final List<Entry> increments = new ArrayList<>();
    private Entry base;
    private int number;
    private boolean inLine;
    private String line = "";

    Parser(String text) {
      this.text = text;
    }

    AofManifest parse() throws AofManifestException {
      if (text.isEmpty()) {
        throw wrong("Found an empty AOF manifest");
      }
      int end;
      for (int at = 0; at < text.length(); at = end) {
        int newline = text.indexOf('\n', at);
        int longest = Math.min(at + LONGEST_LINE, text.length());
        end = newline < 0 || newline >= longest ? longest : newline + 1;
        String piece = text.substring(at, end);
        int zero = piece.indexOf('\0');
        number++;
        if (!piece.startsWith("#")) {
          take(zero < 0 ? piece : piece.substring(0, zero));
        }
      }
      return new AofManifest(base, history, increments, 0, 0);
    }

    private AofManifestException wrong(String message) {
      return new AofManifestException(message, inLine ? number : 0, line);
    }

    private void take(String piece) throws AofManifestException {
      if (piece.indexOf('\n') < 0) {
        throw wrong("The AOF manifest file contains too long line");
      }
      line = trimmed(piece);
      inLine = true;
      add(entry(Words.split(line).orElseThrow(() -> wrong(INVALID))));
      line = "";
      inLine = false;
    }

    private static String trimmed(String piece) {
      int from = 0;
      int to = piece.length();
      while (from < to && " \t\r\n".indexOf(piece.charAt(from)) >= 0) {
        from++;
      }
      while (to > from && " \t\r\n".indexOf(piece.charAt(to - 1)) >= 0) {
        to--;
      }
      return piece.substring(from, to);
    }

    private Entry entry(List<String> words) throws AofManifestException {
      if (words.size() < 6 || words.size() % 2 != 0) {
        throw wrong(INVALID);
      }
      String name = "";
      long seq = 0;
      String type = "";
      for (int i = 0; i < words.size(); i += 2) {
        String value = words.get(i + 1);
        switch (words.get(i).toLowerCase(Locale.ROOT)) {
          case "file" -> name = name(value);
          case "seq" -> seq = number(value);
          case "type" -> type = value;
          default -> {
            // Of a later version: left out, as Redis leaves it out.
          }
        }
      }
      if (name.isEmpty() || seq == 0 || seq == Long.MAX_VALUE || type.isEmpty()) {
        throw wrong(INVALID);
      }
      return new Entry(Words.toUnicode(name), seq, type(type.charAt(0)));
    }

    private String name(String value) throws AofManifestException {
      boolean path = value.indexOf('/') >= 0 || value.indexOf('\\') >= 0;
      if (path || value.equals(".") || value.equals("..")) {
        throw wrong("File can't be a path, just a filename");
      }
      if (value.indexOf('\0') >= 0) {
        throw wrong(INVALID);
      }
      return value;
    }

    private Type type(char letter) throws AofManifestException {
      for (Type type : Type.values()) {
        if (type.letter == letter) {
          return type;
        }
      }
      throw wrong("Unknown AOF file type");
    }

    /** As C's atoll: digits as far as they go, 0 where there are none; at most what fits. */
    private static long number(String value) {
      int at = 0;
      while (at < value.length() && Words.isSpace(value.charAt(at))) {
        at++;
      }
      boolean negative = at < value.length() && value.charAt(at) == '-';
      if (at < value.length() && "+-".indexOf(value.charAt(at)) >= 0) {
        at++;
      }
      long number = 0;
      for (; at < value.length(); at++) {
        int digit = value.charAt(at) - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
      }
      return negative ? -number : number;
    }

    private void add(Entry entry) throws AofManifestException {
      switch (entry.type) {
        case BASE -> {
          if (base != null) {
            throw wrong("Found duplicate base file information");
          }
          base = entry;
        }
        case HISTORY -> history.add(entry);
        case INCR -> {
          long last = increments.isEmpty() ? 0 : increments.get(increments.size() - 1).seq;
          if (entry.seq <= last) {
            throw wrong("Found a non-monotonic sequence number");
          }
          increments.add(entry);
        }
      }
    }
  }
}
