package io.respite.server.command.family.stream;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.Parse;
import io.respite.server.command.Words;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.StreamValue;
import java.util.List;

/**
 * What is written before the id in XADD, and after the key in XTRIM: {@code [NOMKSTREAM]
 * [MAXLEN|MINID [=|~] threshold [LIMIT count]]}.
 */
final class TrimOptions {
  /** Entries that an approximate trim removes at most, in nodes, when it is not told. */
  private static final long DEFAULT_NODES = 100;

  private static final long DEFAULT_LIMIT = 10_000;
  private static final long MAX_DEFAULT_LIMIT = 1_000_000;

  private boolean noMakeStream;
  private boolean byLength;
  private long maxLength;
  private StreamId minId;
  private boolean approximate;
  private boolean limitGiven;
  private long limit;
  private int end;

  private TrimOptions() {}

  /** The options of XADD, from argument 2 on, up to the id; {@link #check} must follow. */
  static TrimOptions ofAdd(Call call) {
    TrimOptions options = new TrimOptions();
    options.read(call, true);
    return options;
  }

  /** The options of XTRIM, from argument 2 on, up to the end. */
  static TrimOptions ofTrim(Call call) {
    TrimOptions options = new TrimOptions();
    options.read(call, false);
    options.check(call, false);
    return options;
  }

  private void read(Call call, boolean add) {
    int i = 2;
    for (; i < call.count(); i++) {
      boolean more = i + 1 < call.count();
      if (more && (call.is(i, "maxlen") || call.is(i, "minid"))) {
        i = readThreshold(call, i);
      } else if (more && call.is(i, "limit")) {
        limit = Parse.integer(call, ++i);
        limitGiven = true;
        if (limit < 0) {
          throw new CommandError("ERR The LIMIT argument must be >= 0.");
        }
      } else if (add && call.is(i, "nomkstream")) {
        noMakeStream = true;
      } else if (add) {
        break;
      } else {
        throw CommandError.syntax();
      }
    }
    end = i;
  }

  private int readThreshold(Call call, int at) {
    if (trims()) {
      throw new CommandError(
          "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
    }
    int i = at;
    if (i + 2 < call.count()) {
      approximate = call.is(i + 1, "~");
      if (approximate || call.is(i + 1, "=")) {
        i++;
      }
    }
    if (call.is(at, "maxlen")) {
      byLength = true;
      maxLength = Parse.integer(call, ++i);
      if (maxLength < 0) {
        throw new CommandError("ERR The MAXLEN argument must be >= 0.");
      }
    } else {
      minId = StreamIds.parse(call, ++i);
    }
    return i;
  }

  /** Refuses options that do not go together. */
  void check(Call call, boolean add) {
    if (limit > 0 && !trims()) {
      throw new CommandError(
          "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
    }
    if (!add && !trims()) {
      throw new CommandError("ERR syntax error, XTRIM must be called with a trimming strategy");
    }
    if (limitGiven && trims() && !approximate) {
      throw new CommandError("ERR syntax error, LIMIT cannot be used without the special ~ option");
    }
    if (approximate && !limitGiven) {
      long entries = DEFAULT_NODES * call.keyspace().limits().streamNodeEntries();
      limit = entries <= 0 ? DEFAULT_LIMIT : Math.min(entries, MAX_DEFAULT_LIMIT);
    }
  }

  /** Whether a stream that is not there is not made. */
  boolean noMakeStream() {
    return noMakeStream;
  }

  /** Whether there is anything to trim by. */
  boolean trims() {
    return byLength || minId != null;
  }

  /** Whether whole nodes alone are removed, so that the result depends on how entries lie. */
  boolean approximate() {
    return approximate;
  }

  /** Index of the first argument behind the options. */
  int end() {
    return end;
  }

  /** Removes what the options say; how many entries that were. */
  long apply(StreamValue stream) {
    return stream.trim(byLength ? maxLength : 0, minId, approximate, limit);
  }

  /** Adds the words that trim a stream exactly to what it is now. */
  void exactly(StreamValue stream, List<byte[]> words) {
    words.add(Words.of(byLength ? "MAXLEN" : "MINID"));
    words.add(Words.of("="));
    if (byLength) {
      words.add(Words.of(stream.length()));
    } else {
      // Of an empty stream the first id says nothing; all that was there lay below the threshold.
      words.add((stream.length() == 0 ? minId : stream.log().first()).toBytes());
    }
  }
}
