package io.respite.server.aof;

import io.respite.server.aof.AofFileException.Kind;
import io.respite.server.encoding.Pieces;
import io.respite.server.environment.RestInput;
import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a file of commands from front to back, one {@linkplain #next item} at a time.
 *
 * <pre>
 *   file       := [ RDB preamble ] item*
 *   item       := command | annotation
 *   command    := '*' count CRLF ( '$' length CRLF bytes CRLF )+
 *   annotation := '#' anything LF          "#TS:" seconds, checksums, or somebody's remark
 * </pre>
 *
 * <p>The item lies in the reader's array, which grows with the largest one; a length is compared
 * with what is left of the file before room is made for it. Where the file has {@linkplain
 * AofEncoder checksums}, a command is answered only when its own has been found right; one that has
 * none, because the file ends there or another server wrote it, is answered as it is.
 *
 * <p>A file may end before its time, because it was being written. Then everything up to {@link
 * #validUpTo} is good: the end of the last command that is complete and outside of a transaction. A
 * transaction without its EXEC is none of it.
 */
public final class AofReader implements Pieces {
  /** What has been read. */
  public enum Item {
    /** A command, which this object holds as {@link Pieces} until the next call. */
    COMMAND,
    /** The time of what follows, see {@link #timestamp}. */
    TIMESTAMP,
    /** Nothing: the file has ended where it may. */
    END
  }

  /** Most bytes of one argument that a server takes. */
  public static final long LONGEST_ARGUMENT = 512L << 20;

  private static final int BUFFER_BYTES = 1 << 18;
  private static final int LARGEST_BYTES = Integer.MAX_VALUE - 64;

  /** Bytes of a line of remarks, its end included; Redis takes what is behind for a new line. */
  private static final int LONGEST_LINE = 1023;

  private static final byte[] TIMESTAMP = "#TS:".getBytes(StandardCharsets.US_ASCII);
  private static final int PREAMBLE_BYTES = 5;

  /** The reason when a file ends where a number should begin. */
  public static final String END_OF_FILE = "Unexpected end of file";

  /** The reason of a file that ends within a transaction. */
  public static final String NO_EXEC = "Reached EOF before reading EXEC for MULTI";

  private static final String LINE_END = "Expected \\r\\n, got: ";

  private final Storage.Input input;
  private final long fileBytes;
  private final long longestArgument;
  private final long largestCommand;
  private byte[] buffer;

  /** The file's bytes before the buffer's. */
  private long before;

  /** The buffer's unread bytes. */
  private int at;

  private int end;

  /** Where the item begins, which stays in the buffer; and where in the file that is. */
  private int start;

  private long itemOffset;

  /** Where in the file that part of it begins that is being read, for messages. */
  private long place;

  // The command's arguments, counted from its beginning.
  private int[] offsets = new int[8];
  private int[] lengths = new int[8];
  private int count;

  private long lines;
  private boolean timestampsMatter;
  private long timestamp;
  private boolean inTransaction;
  private long validUpTo;

  private boolean checked;
  private final AofChecksum checksum = new AofChecksum();
  private final byte[] expected = new byte[AofChecksum.LONGEST_LINE];

  // The check of what is uncovered of the valid part.
  private int validCrc;
  private long validUncovered;
  private boolean validChecked;

  /** Of a whole file, which stays open. */
  public AofReader(Storage.Input input) throws IOException {
    this(input, 0, LONGEST_ARGUMENT);
  }

  /**
   * Of a file or of what is left of it; it stays open.
   *
   * @param position how much of the file lies before what the input still has
   * @param longestArgument most bytes that one argument may have
   */
  public AofReader(Storage.Input input, long position, long longestArgument) throws IOException {
    this.input = input;
    this.fileBytes = input.size();
    this.buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(64, fileBytes - position + 1))];
    this.before = position;
    this.validUpTo = position;
    this.itemOffset = position;
    this.longestArgument = Math.min(longestArgument, LARGEST_BYTES);
    this.largestCommand = Math.min(LARGEST_BYTES, 2 * this.longestArgument + BUFFER_BYTES);
  }

  // ---- where it is

  /**
   * Whether the file begins as an RDB file does. Then {@link #rest} is for who reads those, and a
   * new reader for what follows. To be asked before anything is read.
   */
  public boolean beginsWithRdb() throws IOException {
    return has(PREAMBLE_BYTES) && (holds("REDIS") || holds("VALKE"));
  }

  private boolean holds(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (buffer[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** What has not been read; this reader must not be used any more then. */
  public Storage.Input rest() {
    return new RestInput(buffer, at, end, input);
  }

  /** How many bytes of the file lie behind: where the item last read ends. */
  public long position() {
    return before + at;
  }

  /** Where the item begins that was read last or, after an exception, was being read. */
  public long itemOffset() {
    return itemOffset;
  }

  /** How many ends of lines have been read, without those of annotations. */
  public long lines() {
    return lines;
  }

  /** Refuses timestamps that are none from now on; else they are remarks. */
  public void timestampsMatter() {
    timestampsMatter = true;
  }

  /** Bytes in the file. */
  public long size() {
    return fileBytes;
  }

  /**
   * Up to where everything is good: the end of the last command outside of a transaction, its
   * checksum included; when the end has been reached, the end.
   */
  public long validUpTo() {
    return validUpTo;
  }

  /** Whether a transaction has begun that has not ended. */
  public boolean inTransaction() {
    return inTransaction;
  }

  /** Whether the file has checksums at {@link #validUpTo}. */
  public boolean checked() {
    return validChecked;
  }

  /** The check of what lies between the last checksum and {@link #validUpTo}. */
  public AofChecksum uncovered() {
    return new AofChecksum(validCrc, validUncovered);
  }

  // ---- the item

  /** The seconds since 1970 of the timestamp read last; 0 before the first. */
  public long timestamp() {
    return timestamp;
  }

  /** The array in which the arguments lie; good until the next call of {@link #next}. */
  @Override
  public byte[] buffer() {
    return buffer;
  }

  /** How many arguments the command has, its name included. */
  @Override
  public int count() {
    return count;
  }

  @Override
  public int offset(int i) {
    return start + offsets[i];
  }

  @Override
  public int length(int i) {
    return lengths[i];
  }

  /** Copies of the arguments. */
  public byte[][] words() {
    byte[][] words = new byte[count][];
    for (int i = 0; i < count; i++) {
      words[i] = Arrays.copyOfRange(buffer, offset(i), offset(i) + lengths[i]);
    }
    return words;
  }

  private boolean isCommand(String lower) {
    if (lengths[0] != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      if ((buffer[offset(0) + i] | 0x20) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  // ---- reading

  /**
   * Reads the next item.
   *
   * @throws AofFileException when it is not what it should be
   * @throws IOException when the file cannot be read
   */
  public Item next() throws IOException {
    count = 0;
    while (true) {
      start = at;
      itemOffset = position();
      if (!has(1)) {
        return end();
      }
      byte first = buffer[at];
      if (first == '*') {
        command();
        return Item.COMMAND;
      }
      if (first != '#') {
        place = position();
        throw malformed("Expected prefix '*', got: '" + (char) (first & 0xFF) + "'");
      }
      if (checked ? checkedAnnotation() : annotation()) {
        return Item.TIMESTAMP;
      }
    }
  }

  private Item end() throws AofFileException {
    if (inTransaction) {
      throw new AofFileException(Kind.TRUNCATED, place, NO_EXEC);
    }
    valid();
    return Item.END;
  }

  private void valid() {
    validUpTo = position();
    validChecked = checked;
    validUncovered = checksum.bytes();
    validCrc = validUncovered == 0 ? 0 : checksum.value();
  }

  private void command() throws IOException {
    long words = header('*');
    if (words < 1 || words > Integer.MAX_VALUE) {
      throw malformed("a command of " + words + " arguments");
    }
    for (long i = 0; i < words; i++) {
      long length = header('$');
      long needed = length + 2;
      place = position();
      if (length > fileBytes - position()) {
        throw truncated(needed, fileBytes - position());
      }
      if (length > longestArgument) {
        throw malformed(
            "an argument of " + length + " bytes; at most " + longestArgument + " can be held");
      }
      if (at - start + needed > largestCommand) {
        throw malformed(
            "a command of more than " + largestCommand + " bytes, which cannot be held");
      }
      if (!has((int) needed)) {
        throw truncated(needed, (long) end - at);
      }
      add(at - start, (int) length);
      at += (int) length;
      lineEnd();
    }
    transaction();
    if (checked) {
      cover();
    }
    if (!inTransaction) {
      valid();
    }
  }

  private void add(int offset, int length) {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    offsets[count] = offset;
    lengths[count++] = length;
  }

  private void transaction() throws AofFileException {
    if (isCommand("multi")) {
      if (inTransaction) {
        throw malformed("Unexpected MULTI");
      }
      inTransaction = true;
    } else if (isCommand("exec")) {
      if (!inTransaction) {
        throw malformed("Unexpected EXEC");
      }
      inTransaction = false;
    }
  }

  /**
   * A mark, a number in its shortest form, and the end of line.
   *
   * @return the number; one that is too large for a long is refused
   */
  private long header(char mark) throws IOException {
    place = position();
    if (!has(1)) {
      throw truncated(END_OF_FILE);
    }
    if (buffer[at] != mark) {
      throw malformed("Expected prefix '" + mark + "', got: '" + (char) (buffer[at] & 0xFF) + "'");
    }
    long number = 0;
    int digits = 0;
    for (int length = 1; ; length++) {
      if (end - at <= length && !has(length + 1)) {
        throw truncated(LINE_END + "0000");
      }
      int digit = buffer[at + length] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (number > (Long.MAX_VALUE - digit) / 10 || (digits > 0 && number == 0)) {
        throw malformed("a number that is too large, or not in its shortest form");
      }
      number = number * 10 + digit;
      digits++;
    }
    at += 1 + digits;
    lineEnd();
    if (digits == 0) {
      throw malformed("a mark without a number");
    }
    return number;
  }

  private void lineEnd() throws IOException {
    if (!has(2)) {
      throw truncated(LINE_END + (at < end ? hex(buffer[at]) : "00") + "00");
    }
    if (buffer[at] != '\r' || buffer[at + 1] != '\n') {
      throw malformed(LINE_END + hex(buffer[at]) + hex(buffer[at + 1]));
    }
    at += 2;
    lines++;
  }

  private static String hex(byte b) {
    return Integer.toHexString((b & 0xFF) | 0x100).substring(1);
  }

  // ---- annotations

  /** Reads a line where there are no checksums; whether it is a timestamp. */
  private boolean annotation() throws IOException {
    int length = line();
    if (isBegin(length)) {
      at += length;
      checked = true;
      checksum.clear();
      if (!inTransaction) {
        valid();
      }
      return false;
    }
    at += length;
    boolean isTimestamp = isTimestamp(length);
    if (timestampsMatter && !isTimestamp && beginsLikeTimestamp(length)) {
      place = itemOffset;
      throw malformed("Invalid timestamp annotation");
    }
    return isTimestamp;
  }

  /** The bytes of the line that begins here, its end included. */
  private int line() throws IOException {
    for (int length = 1; ; length++) {
      if (length > LONGEST_LINE) {
        place = position();
        throw malformed("an annotation of more than " + LONGEST_LINE + " bytes");
      }
      if (end - at < length && !has(length)) {
        isBegin(length - 1);
        place = itemOffset;
        throw truncated("an annotation that is cut off");
      }
      if (buffer[at + length - 1] == '\n') {
        return length;
      }
    }
  }

  /** Whether the line announces checksums. One that nearly does is a damaged one that did. */
  private boolean isBegin(int length) throws AofFileException {
    byte[] begin = AofChecksum.BEGIN;
    int same = 0;
    int common = Math.min(length, begin.length);
    for (int i = 0; i < common; i++) {
      same += buffer[at + i] == begin[i] ? 1 : 0;
    }
    if (same == begin.length && length == begin.length) {
      return true;
    }
    boolean nearly = common == begin.length && same == common - 1;
    boolean isChecksum =
        length >= 3 && buffer[at + 1] == 'C' && buffer[at + 2] == ':' && same < common;
    if (nearly || isChecksum) {
      throw new AofFileException(
          Kind.CHECKSUM, position(), "a checksum that nothing announces, or a damaged one");
    }
    return false;
  }

  /** Reads the time, if that is what the line is about. */
  private boolean isTimestamp(int length) {
    if (!beginsLikeTimestamp(length)) {
      return false;
    }
    int from = at - length;
    long seconds = 0;
    int last = from + length - 2;
    for (int i = from + TIMESTAMP.length; i < last; i++) {
      int digit = buffer[i] - '0';
      if (digit < 0 || digit > 9 || seconds > (Long.MAX_VALUE - digit) / 10) {
        return false;
      }
      seconds = seconds * 10 + digit;
    }
    if (buffer[last] != '\r' || length == TIMESTAMP.length + 2) {
      return false;
    }
    timestamp = seconds;
    return true;
  }

  private boolean beginsLikeTimestamp(int length) {
    int from = at - length;
    for (int i = 0; i < TIMESTAMP.length; i++) {
      if (i >= length || buffer[from + i] != TIMESTAMP[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a line that follows no command, where there are checksums: a timestamp, or the checksum
   * of what another server left uncovered.
   */
  private boolean checkedAnnotation() throws IOException {
    if (checksum.bytes() > 0 && has(2) && buffer[at + 1] == 'C') {
      if (!covered()) {
        throw new AofFileException(Kind.TRUNCATED, position(), "a checksum that is cut off");
      }
      if (!inTransaction) {
        valid();
      }
      return false;
    }
    int length = line();
    at += length;
    if (!isTimestamp(length)) {
      throw new AofFileException(
          Kind.CHECKSUM, itemOffset(), "an annotation that stands for nothing among checksums");
    }
    cover();
    return true;
  }

  // ---- checksums

  /** Covers the item, and compares the line behind it if there is one. */
  private void cover() throws IOException {
    int length = at - start;
    long uncovered = checksum.bytes();
    checksum.cover(buffer, start, length);
    boolean follows = has(1) && buffer[at] == '#';
    if (follows && (!has(2) || buffer[at + 1] != 'T')) {
      if (covered()) {
        return;
      }
    }
    new LostChecksum(uncovered, itemOffset).search(buffer, start, at);
  }

  /**
   * Reads the line that has to come here.
   *
   * @return false when the file ends before the line does
   */
  private boolean covered() throws IOException {
    int length = checksum.line(expected, 0);
    boolean whole = has(length);
    int there = whole ? length : end - at;
    if (!Arrays.equals(expected, 0, there, buffer, at, at + there)) {
      throw new AofFileException(
          Kind.CHECKSUM,
          position(),
          "a wrong checksum: the "
              + checksum.bytes()
              + " bytes before it give "
              + text(expected, 0, length - 2)
              + ", and the file says "
              + printable(buffer, at, at + Math.max(0, there - 2)));
    }
    if (whole) {
      at += length;
      checksum.clear();
    }
    return whole;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static String printable(byte[] bytes, int from, int to) {
    return text(bytes, from, to).replaceAll("[^ -~]", "?");
  }

  private AofFileException malformed(String reason) {
    return new AofFileException(Kind.MALFORMED, place, reason);
  }

  private AofFileException truncated(long expectedBytes, long got) throws IOException {
    return truncated("Expected to read " + expectedBytes + " bytes, got " + got + " bytes");
  }

  /** The file ends, unless it only seems to. */
  private AofFileException truncated(String reason) throws IOException {
    if (checked) {
      LostChecksum lost = new LostChecksum(checksum.bytes(), itemOffset);
      lost.search(buffer, start, end);
      // The item is not needed any more: the rest goes through the buffer piece by piece.
      do {
        before += end;
        end = Math.max(0, input.read(ByteBuffer.wrap(buffer)));
        start = 0;
        at = 0;
        lost.search(buffer, 0, end);
      } while (end > 0);
    }
    return new AofFileException(Kind.TRUNCATED, place, reason);
  }

  // ---- the buffer

  /** Whether so many bytes are there; reads more of the file if they are not. */
  private boolean has(int bytes) throws IOException {
    while (end - at < bytes) {
      if (!fill(bytes)) {
        return false;
      }
    }
    return true;
  }

  private boolean fill(int bytes) throws IOException {
    int kept = end - start;
    long needed = (long) at - start + bytes;
    if (needed > buffer.length - start || end == buffer.length) {
      int capacity = BUFFER_BYTES;
      if (needed > capacity || kept == capacity) {
        capacity = (int) Math.min(LARGEST_BYTES, Math.max(needed, 2L * kept));
      }
      byte[] target = capacity == buffer.length ? buffer : new byte[capacity];
      System.arraycopy(buffer, start, target, 0, kept);
      buffer = target;
      before += start;
      at -= start;
      end = kept;
      start = 0;
    }
    int read = input.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
    end += Math.max(0, read);
    return read > 0;
  }
}
