package io.respite.server;

import io.respite.server.aof.AofFileException;
import io.respite.server.aof.AofManifest;
import io.respite.server.aof.AofManifestException;
import io.respite.server.aof.AofReader;
import io.respite.server.command.family.server.Instance;
import io.respite.server.environment.Environment;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.rdb.RdbFileReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The program {@code respite-check-aof}, with the command line, the lines and the exit codes of
 * {@code redis-check-aof}: reads an append-only file, that is a manifest and what it names or a
 * single file, executes nothing, and says what it found. It can cut the last file in which there is
 * anything to what is good, or to what happened until some time.
 *
 * <p>0 for a file that is good, or good now; 1 for anything else.
 */
public final class CheckAof {
  private static final String USAGE =
      "Usage: respite-check-aof [--fix|--truncate-to-timestamp $timestamp]"
          + " <file.manifest|file.aof>";
  private static final int LARGEST_MANIFEST_BYTES = 1 << 20;
  private static final long LONGEST_ARGUMENT =
      Math.min(AofReader.LONGEST_ARGUMENT, Keyspace.longestString());

  /** What has become of a file. */
  private enum Found {
    GOOD,
    EMPTY,
    CUT,
    CUT_TO_TIME
  }

  /** There is nothing more to do; what there is to say has been said. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
  }

  private final Environment environment;
  private final Storage storage;
  private final InputStream in;
  private final PrintStream out;
  private final boolean fixes;

  /** Seconds since 1970; 0 for no such limit. */
  private final long until;

  /** Lines of all files so far. */
  private long lines = 1;

  private CheckAof(
      Environment environment, InputStream in, PrintStream out, boolean fixes, long until) {
    this.environment = environment;
    this.storage = environment.storage();
    this.in = in;
    this.out = out;
    this.fixes = fixes;
    this.until = until;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    int code = run(List.of(arguments), Environment.system(), System.in, System.out);
    System.out.flush();
    System.exit(code);
  }

  /** Runs the program; the exit code. */
  static int run(List<String> arguments, Environment environment, InputStream in, PrintStream out) {
    int count = arguments.size();
    if (count == 1 && List.of("-v", "--version").contains(arguments.get(0))) {
      out.println("respite-check-aof " + Instance.version());
      return 0;
    }
    boolean fixes = count == 2 && arguments.get(0).equals("--fix");
    boolean limited = count == 3 && arguments.get(0).equals("--truncate-to-timestamp");
    if (count != 1 && !fixes && !limited) {
      out.println(USAGE);
      return 1;
    }
    Optional<Long> until = limited ? seconds(arguments.get(1)) : Optional.of(0L);
    if (until.isEmpty()) {
      out.println("Invalid timestamp, aborting...");
      return 1;
    }
    try {
      new CheckAof(environment, in, out, fixes, until.get()).check(arguments.get(count - 1));
      return 0;
    } catch (Refused said) {
      return 1;
    } catch (IOException failed) {
      out.println("Failed to read from AOF " + arguments.get(count - 1) + ": " + failed);
      return 1;
    }
  }

  private static Optional<Long> seconds(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }

  private Refused refused(String text) {
    out.println(text);
    return new Refused();
  }

  private void check(String name) throws IOException, Refused {
    Path path = Path.of(name);
    if (isManifest(path, name)) {
      out.println("Start checking Multi Part AOF");
      checkAll(path);
    } else {
      out.println("Start checking Old-Style AOF");
      say("AOF ", name, checkFile(path, name, name, true, beginsWithRdb(path, name)));
    }
  }

  private Storage.Input open(Path path, String shown, String end) throws Refused {
    try {
      return storage.open(path);
    } catch (NoSuchFileException none) {
      throw refused("Cannot open file " + shown + ": No such file or directory" + end);
    } catch (IOException failed) {
      throw refused("Cannot open file " + shown + ": " + failed + end);
    }
  }

  /** Whether the first line that is no remark begins as a manifest's does. */
  private boolean isManifest(Path path, String name) throws IOException, Refused {
    try (Storage.Input input = open(path, name, "")) {
      if (input.size() > LARGEST_MANIFEST_BYTES) {
        return false;
      }
    }
    String text =
        new String(storage.read(path, LARGEST_MANIFEST_BYTES), StandardCharsets.ISO_8859_1);
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .findFirst()
        .orElse("")
        .startsWith("file");
  }

  private boolean beginsWithRdb(Path path, String shown) throws IOException, Refused {
    try (Storage.Input input = open(path, shown, "")) {
      return new AofReader(input).beginsWithRdb();
    }
  }

  // ---- a manifest and its files

  private void checkAll(Path path) throws IOException, Refused {
    AofManifest manifest = manifest(path);
    Optional<AofManifest.Entry> base = manifest.base();
    List<AofManifest.Entry> increments = manifest.increments();
    if (base.isPresent()) {
      String name = base.get().name();
      Path file = path.resolveSibling(name);
      String shown = shown(path, name);
      boolean rdb = beginsWithRdb(file, shown);
      out.println("Start to check BASE AOF (" + (rdb ? "RDB" : "RESP") + " format).");
      say("BASE AOF ", name, checkFile(file, shown, name, nothingIn(path, increments), rdb));
    }
    if (!increments.isEmpty()) {
      out.println("Start to check INCR files.");
    }
    for (int i = 0; i < increments.size(); i++) {
      String name = increments.get(i).name();
      boolean last = nothingIn(path, increments.subList(i + 1, increments.size()));
      Path file = path.resolveSibling(name);
      say("INCR AOF ", name, checkFile(file, shown(path, name), name, last, false));
    }
    out.println("All AOF files and manifest are valid");
  }

  /**
   * Whether files are empty, so that the one before them may be cut: a rewrite begins with an
   * increment that stays empty for a while, and a server loads that.
   */
  private boolean nothingIn(Path manifest, List<AofManifest.Entry> files) throws IOException {
    for (AofManifest.Entry file : files) {
      Path path = manifest.resolveSibling(file.name());
      if (!storage.exists(path)) {
        return false;
      }
      try (Storage.Input input = storage.open(path)) {
        if (input.size() > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private AofManifest manifest(Path path) throws IOException, Refused {
    try {
      return AofManifest.parse(storage.read(path, LARGEST_MANIFEST_BYTES));
    } catch (AofManifestException wrong) {
      out.println("*** FATAL AOF MANIFEST FILE ERROR ***");
      if (wrong.lineNumber() > 0) {
        out.println("Reading the manifest file, at line " + wrong.lineNumber());
        out.println(">>> '" + wrong.line().replaceAll("[^ -~]", "?") + "'");
      }
      throw refused(wrong.getMessage());
    }
  }

  /** A file's name behind the manifest's folder. */
  private static String shown(Path manifest, String name) {
    Path folder = manifest.getParent();
    return (folder == null ? "." : folder) + "/" + name;
  }

  private void say(String kind, String name, Found found) {
    out.println(
        switch (found) {
          case GOOD -> kind + name + " is valid";
          case EMPTY -> kind + name + " is empty";
          case CUT -> "Successfully truncated AOF " + name;
          case CUT_TO_TIME -> "Successfully truncated AOF " + name + " to timestamp " + until;
        });
  }

  // ---- one file

  private Found checkFile(Path path, String shown, String name, boolean last, boolean rdb)
      throws IOException, Refused {
    try (Storage.Input input = open(path, shown, ", aborting...")) {
      if (input.size() == 0) {
        return Found.EMPTY;
      }
      AofReader reader;
      if (rdb) {
        RdbFileReader preamble = CheckRdb.checkPreamble(environment, out, name, input);
        if (preamble == null) {
          throw refused("RDB preamble of AOF file is not sane, aborting.");
        }
        out.println("RDB preamble is OK, proceeding with AOF tail...");
        reader = new AofReader(preamble.rest(), preamble.position(), LONGEST_ARGUMENT);
      } else {
        reader = new AofReader(input, 0, LONGEST_ARGUMENT);
      }
      return new Single(path, shown, name, last, reader).check();
    }
  }

  /** The commands of one file. */
  private final class Single {
    private final Path path;
    private final String shown;
    private final String name;
    private final boolean last;
    private final AofReader reader;

    /** Up to where the file is good, outside of transactions. */
    private long good;

    Single(Path path, String shown, String name, boolean last, AofReader reader) {
      this.path = path;
      this.shown = shown;
      this.name = name;
      this.last = last;
      this.reader = reader;
    }

    Found check() throws IOException, Refused {
      if (until != 0) {
        reader.timestampsMatter();
      }
      try {
        for (AofReader.Item item = next(); item != AofReader.Item.END; item = next()) {
          if (item == AofReader.Item.TIMESTAMP && until != 0 && reader.timestamp() > until) {
            return cutToTime();
          }
        }
      } catch (AofFileException damage) {
        lines += reader.lines();
        return damaged(damage);
      }
      lines += reader.lines();
      if (until != 0) {
        out.println("Truncate nothing in AOF " + name + " to timestamp " + until);
      } else {
        analyzed();
      }
      return Found.GOOD;
    }

    /** The next item; what lies before it is good, unless it is in a transaction. */
    private AofReader.Item next() throws IOException {
      boolean within = reader.inTransaction();
      try {
        return reader.next();
      } finally {
        if (!within) {
          good = reader.itemOffset();
        }
      }
    }

    private void analyzed() {
      out.println(
          "AOF analyzed: filename="
              + name
              + ", size="
              + reader.size()
              + ", ok_up_to="
              + good
              + ", ok_up_to_line="
              + lines
              + ", diff="
              + (reader.size() - good));
    }

    private Found damaged(AofFileException damage) throws IOException, Refused {
      explain(damage);
      analyzed();
      if (!fixes) {
        throw refused("AOF " + name + " is not valid. Use the --fix option to try fixing it.");
      }
      if (!last) {
        throw refused("Failed to truncate AOF " + name + " because it is not the last file");
      }
      long size = reader.size();
      out.println(
          "This will shrink the AOF "
              + name
              + " from "
              + size
              + " bytes, with "
              + (size - good)
              + " bytes, to "
              + good
              + " bytes");
      out.print("Continue? [y/N]: ");
      out.flush();
      int answer = in.read();
      if (answer != 'y' && answer != 'Y') {
        throw refused("Aborting...");
      }
      cut(good, "Failed to truncate AOF " + name);
      return Found.CUT;
    }

    private void explain(AofFileException damage) throws Refused {
      String reason = damage.reason();
      if (reason.equals("Invalid timestamp annotation")) {
        throw refused(reason);
      }
      if (reason.startsWith("Expected prefix '*'")) {
        out.println("AOF " + name + " format error");
      } else if (reason.equals(AofReader.END_OF_FILE)) {
        // The original has nothing to say of a file that ends between two lines of a command,
        // unless that is in a transaction.
        if (reader.inTransaction()) {
          explain(reader.size(), AofReader.NO_EXEC);
        }
      } else {
        boolean misplaced = reason.equals("Unexpected MULTI") || reason.equals("Unexpected EXEC");
        explain(damage.offset(), reason + (misplaced ? " in AOF " + name : ""));
      }
    }

    private void explain(long offset, String reason) {
      out.println(String.format(Locale.ROOT, "0x%16x: ", offset) + reason);
    }

    private Found cutToTime() throws Refused {
      long from = reader.itemOffset();
      if (from == 0) {
        throw refused("AOF " + shown + " has nothing before timestamp " + until + ", aborting...");
      }
      String failed = "Failed to truncate AOF " + shown + " to timestamp " + until;
      if (!last) {
        out.println(failed + " to offset " + from + " because it is not the last file.");
        throw refused(
            "If you insist, please delete all files after this file according to the manifest file"
                + " and delete the corresponding records in manifest file manually. Then re-run"
                + " respite-check-aof.");
      }
      cut(from, failed);
      return Found.CUT_TO_TIME;
    }

    private void cut(long bytes, String failure) throws Refused {
      try {
        storage.truncate(path, bytes);
      } catch (IOException failed) {
        throw refused(failure + ": " + failed);
      }
    }
  }
}
