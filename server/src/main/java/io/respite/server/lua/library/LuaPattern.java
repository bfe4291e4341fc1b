package io.respite.server.lua.library;

import io.respite.server.lua.machine.Holder;
import io.respite.server.lua.value.LuaString;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Matches a pattern against a subject ("Lua 5.1 Reference Manual", section 5.4.1).
 *
 * <p>A pattern is a sequence of items. They are tried from left to right; an item that can match in
 * several ways takes one and leaves a note how to take the next. When an item does not match, the
 * newest note is followed; when none is left, there is no match at this place. Notes are kept in an
 * array, not on the Java stack, so that a pattern may have as many items as it likes, up to {@value
 * #MAX_NOTES} that left one:
 *
 * <pre>
 *   item         note                      followed by
 *   x?           AGAIN   s, p              matching on at s, p: without the x
 *   x* x+        FEWER   s, n, p           matching on at p with n-1 times x behind s
 *   x-           MORE    s, p, end         matching on behind end with one x more
 *   (            OPENED                    forgetting the capture, and the note before
 *   )            CLOSED  capture           opening the capture again, and the note before
 * </pre>
 *
 * <p>Time: every comparison of a byte, and every part of a set that is looked at, is a step; steps
 * are told as progress and counted against a limit. As in Lua 5.1, a byte 0 ends a pattern ({@code
 * %z} stands for it), and what is wrong with a pattern is found when matching gets there.
 */
final class LuaPattern {
  /** Most notes that can be open. */
  private static final int MAX_NOTES = 100_000;

  private static final int MAX_CAPTURES = 32;

  /** Length of a capture that is not closed, and of one that is a position. */
  private static final int UNFINISHED = -1;

  private static final int POSITION = -2;

  private static final int AGAIN = 0;
  private static final int FEWER = 1;
  private static final int MORE = 2;
  private static final int OPENED = 3;
  private static final int CLOSED = 4;

  private static final int NOTE_SIZE = 4;

  /** After how many steps progress is told, and what a step costs. */
  private static final int STRETCH = 4096;

  private static final int STEP_UNITS = 3;

  /** Steps that matching may take for each byte of the subject, beside the limit. */
  private static final int STEPS_PER_BYTE = 100;

  private static final int[] NONE = {};

  private final LuaString subject;
  private final LuaString source;
  private final byte[] text;
  private final byte[] pattern;
  private final long limit;

  private Progress progress;
  private int countdown = STRETCH;
  private long taken;

  private int level;
  private int[] starts = new int[4];
  private int[] lengths = new int[4];
  private int[] notes = NONE;
  private int top;

  // Where matching goes on, set when a note is followed.
  private int s;
  private int p;

  /**
   * A pattern for a subject.
   *
   * @param steps steps that all matches together may take, beside some for each byte
   */
  LuaPattern(LuaString subject, LuaString pattern, long steps) {
    this.subject = subject;
    this.source = pattern;
    this.text = subject.bytes();
    this.pattern = pattern.bytes();
    this.limit = steps + (long) STEPS_PER_BYTE * text.length;
  }

  /** Says whom to tell from now on. */
  LuaPattern during(Progress call) {
    progress = call;
    return this;
  }

  /** Forgets the steps so far, and gives back memory, for a match that may come much later. */
  void rest() {
    taken = 0;
    notes = NONE;
    progress = null;
  }

  /** Whether the pattern begins with {@code ^}. */
  boolean anchored() {
    return at(0) == '^';
  }

  /** How many captures the last match has. */
  int captures() {
    return level;
  }

  // ---- matching

  /**
   * Matches at one place.
   *
   * @param from index in the subject
   * @param begin index in the pattern: 1 behind a {@code ^}
   * @return the index behind the match; -1 when there is none
   */
  int match(int from, int begin) {
    step();
    level = 0;
    top = 0;
    s = from;
    p = begin;
    do {
      if (matchItems()) {
        return s;
      }
    } while (follow());
    return -1;
  }

  /** Matches items from s, p on until the pattern is at its end, or one does not match. */
  private boolean matchItems() {
    while (true) {
      int c = at(p);
      if (c == 0) {
        return true;
      } else if (c == '(') {
        open();
        continue;
      } else if (c == ')') {
        close();
        continue;
      } else if (c == '$' && at(p + 1) == 0) {
        return s == text.length;
      } else if (c == '%') {
        int next = at(p + 1);
        if (next == 'b' || next == 'f' || isDigit(next)) {
          boolean matches =
              next == 'b' ? balanced() : next == 'f' ? frontier() : captured(next - '1');
          if (!matches) {
            return false;
          }
          continue;
        }
      }
      if (!matchSingle()) {
        return false;
      }
    }
  }

  /** Matches a class of characters and what may stand behind it: {@code ? * + -}. */
  private boolean matchSingle() {
    int item = p;
    int end = classEnd(item);
    int suffix = at(end);
    if (suffix == '-') {
      note(MORE, s, item, end);
      p = end + 1;
      return true;
    } else if (suffix == '*') {
      repeat(item, end);
      return true;
    }
    boolean matches = single(s, item, end);
    if (suffix == '?') {
      if (matches) {
        note(AGAIN, s, end + 1, 0);
        s++;
      }
      p = end + 1;
      return true;
    } else if (!matches) {
      return false;
    }
    s++;
    if (suffix == '+') {
      repeat(item, end);
    } else {
      p = end;
    }
    return true;
  }

  private void repeat(int item, int end) {
    int last = s;
    if (pattern[item] == '.') {
      last = text.length;
    } else {
      while (single(last, item, end)) {
        last++;
      }
    }
    if (last > s) {
      note(FEWER, s, last - s, end + 1);
    }
    s = last;
    p = end + 1;
  }

  private void open() {
    if (level >= MAX_CAPTURES) {
      throw progress.error("too many captures");
    }
    boolean position = at(p + 1) == ')';
    if (level == starts.length) {
      starts = Arrays.copyOf(starts, level * 2);
      lengths = Arrays.copyOf(lengths, level * 2);
    }
    starts[level] = s;
    lengths[level] = position ? POSITION : UNFINISHED;
    level++;
    note(OPENED, 0, 0, 0);
    p += position ? 2 : 1;
  }

  private void close() {
    int capture = level - 1;
    while (capture >= 0 && lengths[capture] != UNFINISHED) {
      capture--;
    }
    if (capture < 0) {
      throw progress.error("invalid pattern capture");
    }
    lengths[capture] = s - starts[capture];
    note(CLOSED, capture, 0, 0);
    p++;
  }

  private boolean balanced() {
    int begin = at(p + 2);
    int end = at(p + 3);
    if (begin == 0 || end == 0) {
      throw progress.error("unbalanced pattern");
    }
    if (s >= text.length || (text[s] & 0xff) != begin) {
      return false;
    }
    int open = 1;
    for (int i = s + 1; i < text.length; i++) {
      step();
      int c = text[i] & 0xff;
      if (c == end) {
        if (--open == 0) {
          s = i + 1;
          p += 4;
          return true;
        }
      } else if (c == begin) {
        open++;
      }
    }
    return false;
  }

  private boolean frontier() {
    int set = p + 2;
    if (at(set) != '[') {
      throw progress.error("missing '[' after '%f' in pattern");
    }
    int end = classEnd(set);
    int before = s == 0 ? 0 : text[s - 1] & 0xff;
    int here = s < text.length ? text[s] & 0xff : 0;
    if (inSet(before, set, end - 1) || !inSet(here, set, end - 1)) {
      return false;
    }
    p = end;
    return true;
  }

  private boolean captured(int capture) {
    if (capture < 0 || capture >= level || lengths[capture] == UNFINISHED) {
      throw progress.error("invalid capture index");
    }
    int length = lengths[capture];
    int from = starts[capture];
    if (length < 0 || text.length - s < length) {
      return false;
    }
    steps(length >> 3);
    if (!Arrays.equals(text, from, from + length, text, s, s + length)) {
      return false;
    }
    s += length;
    p += 2;
    return true;
  }

  // ---- notes

  private void note(int kind, int a, int b, int c) {
    if (top == notes.length) {
      if (top >= MAX_NOTES * NOTE_SIZE) {
        throw progress.error("pattern too complex");
      }
      notes =
          Arrays.copyOf(notes, Math.max(8 * NOTE_SIZE, Math.min(top * 2, MAX_NOTES * NOTE_SIZE)));
    }
    notes[top] = kind;
    notes[top + 1] = a;
    notes[top + 2] = b;
    notes[top + 3] = c;
    top += NOTE_SIZE;
  }

  /** Follows the newest note that leads somewhere; false when there is none. */
  private boolean follow() {
    while (top > 0) {
      step();
      int at = top - NOTE_SIZE;
      int a = notes[at + 1];
      int b = notes[at + 2];
      int c = notes[at + 3];
      top = at;
      switch (notes[at]) {
        case AGAIN -> {
          s = a;
          p = b;
          return true;
        }
        case FEWER -> {
          int count = b - 1;
          if (count > 0) {
            notes[at + 2] = count;
            top = at + NOTE_SIZE;
          }
          s = a + count;
          p = c;
          return true;
        }
        case MORE -> {
          if (single(a, b, c)) {
            notes[at + 1] = a + 1;
            top = at + NOTE_SIZE;
            s = a + 1;
            p = c + 1;
            return true;
          }
        }
        case OPENED -> level--;
        default -> lengths[a] = UNFINISHED;
      }
    }
    return false;
  }

  // ---- classes of characters

  /** A byte of the pattern; 0 behind its end. */
  private int at(int i) {
    return i < pattern.length ? pattern[i] & 0xff : 0;
  }

  /** The index behind the class of characters that begins there. */
  private int classEnd(int begin) {
    int i = begin + 1;
    int c = at(begin);
    if (c == '%') {
      if (at(i) == 0) {
        throw progress.error("malformed pattern (ends with '%')");
      }
      return i + 1;
    } else if (c != '[') {
      return i;
    }
    if (at(i) == '^') {
      i++;
    }
    do {
      int part = at(i++);
      if (part == 0) {
        throw progress.error("malformed pattern (missing ']')");
      } else if (part == '%' && at(i) != 0) {
        i++;
      }
      step();
    } while (at(i) != ']');
    return i + 1;
  }

  /** Whether the byte of the subject is in the class; none is behind the end. */
  private boolean single(int index, int item, int end) {
    step();
    if (index >= text.length) {
      return false;
    }
    int c = text[index] & 0xff;
    int kind = pattern[item] & 0xff;
    return switch (kind) {
      case '.' -> true;
      case '%' -> inClass(c, pattern[item + 1] & 0xff);
      case '[' -> inSet(c, item, end - 1);
      default -> kind == c;
    };
  }

  /** Whether a byte is in the set from its {@code [} to its {@code ]}. */
  private boolean inSet(int c, int begin, int end) {
    int i = begin + 1;
    boolean found = true;
    if (at(i) == '^') {
      found = false;
      i++;
    }
    while (i < end) {
      step();
      int part = pattern[i] & 0xff;
      if (part == '%') {
        if (inClass(c, at(i + 1))) {
          return found;
        }
        i += 2;
      } else if (at(i + 1) == '-' && i + 2 < end) {
        if (part <= c && c <= (pattern[i + 2] & 0xff)) {
          return found;
        }
        i += 3;
      } else {
        if (part == c) {
          return found;
        }
        i++;
      }
    }
    return !found;
  }

  private static boolean inClass(int c, int letter) {
    boolean in;
    switch (letter | 0x20) {
      case 'a' -> in = isLetter(c);
      case 'c' -> in = c < 32 || c == 127;
      case 'd' -> in = isDigit(c);
      case 'l' -> in = c >= 'a' && c <= 'z';
      case 'p' -> in = c > 32 && c < 127 && !isLetter(c) && !isDigit(c);
      case 's' -> in = c == ' ' || (c >= 9 && c <= 13);
      case 'u' -> in = c >= 'A' && c <= 'Z';
      case 'w' -> in = isLetter(c) || isDigit(c);
      case 'x' -> in = isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
      case 'z' -> in = c == 0;
      default -> {
        return letter == c;
      }
    }
    // An upper case letter, which nothing but that bit tells apart, stands for all others.
    return in == ((letter & 0x20) != 0);
  }

  private static boolean isLetter(int c) {
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  // ---- captures

  /** Whether capture {@code i}, from 0, is a position. */
  boolean isPosition(int i) {
    return i < level && lengths[i] == POSITION;
  }

  /** The index where capture {@code i} begins; see {@link #captureEnd}. */
  int captureStart(int i, int matchStart) {
    return i < level ? starts[i] : matchStart;
  }

  /**
   * The index behind capture {@code i}, from 0. Capture 0 of a pattern without captures is the
   * match itself.
   *
   * @throws RuntimeException {@code invalid capture index} or {@code unfinished capture}
   */
  int captureEnd(int i, int matchEnd) {
    if (i >= level) {
      if (i == 0) {
        return matchEnd;
      }
      throw progress.error("invalid capture index");
    }
    if (lengths[i] == UNFINISHED) {
      throw progress.error("unfinished capture");
    }
    return lengths[i] == POSITION ? starts[i] : starts[i] + lengths[i];
  }

  /** The subject. */
  LuaString subject() {
    return subject;
  }

  /** See {@link Holder#hold}. */
  long hold(Consumer<Object> reach) {
    reach.accept(subject);
    reach.accept(source);
    return (long) Integer.BYTES * (notes.length + starts.length + lengths.length);
  }

  // ---- steps

  private void step() {
    if (--countdown <= 0) {
      tell();
    }
  }

  private void steps(int count) {
    countdown -= count;
    if (countdown <= 0) {
      tell();
    }
  }

  private void tell() {
    long stretch = (long) STRETCH - countdown;
    countdown = STRETCH;
    taken += stretch;
    progress.worked(stretch * STEP_UNITS);
    if (taken > limit) {
      throw progress.error("pattern too complex: more than " + limit + " steps");
    }
  }
}
