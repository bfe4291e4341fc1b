package io.respite.server;

import io.respite.server.command.family.server.Instance;
import io.respite.server.encoding.SeededHash;
import io.respite.server.environment.Environment;
import io.respite.server.environment.RandomSource;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.rdb.ObjectFormats;
import io.respite.server.rdb.RdbFileException;
import io.respite.server.rdb.RdbFileReader;
import io.respite.server.rdb.RdbKey;
import io.respite.server.type.EncodingLimits;
import io.respite.server.type.Value;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The program {@code respite-check-rdb}, with the command line, the lines and the exit codes of
 * {@code redis-check-rdb}: reads a file as a server would, keeps nothing, and says what it found.
 *
 * <p>0 for a file that is good, 1 for anything else.
 */
public final class CheckRdb implements RdbFileReader.Visitor {
  /** The forms' names, by their numbers. */
  private static final List<String> FORMS =
      List.of(
          "string",
          "list-linked",
          "set-hashtable",
          "zset-v1",
          "hash-hashtable",
          "zset-v2",
          "module-pre-release",
          "module-value",
          "unused",
          "hash-zipmap",
          "list-ziplist",
          "set-intset",
          "zset-ziplist",
          "hash-ziplist",
          "quicklist",
          "stream",
          "hash-listpack",
          "zset-listpack",
          "quicklist-v2",
          "stream-v2",
          "set-listpack",
          "stream-v3",
          "unused",
          "unused",
          "hash-metadata",
          "hash-listpack-metadata");

  private final Environment environment;
  private final PrintStream out;
  private RdbFileReader reader;
  private long keys;
  private long expires;
  private long expired;
  private boolean checked;

  private CheckRdb(Environment environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    int code = run(List.of(arguments), Environment.system(), System.out, System.err);
    System.out.flush();
    System.exit(code);
  }

  /** Runs the program; the exit code. */
  static int run(
      List<String> arguments, Environment environment, PrintStream out, PrintStream err) {
    if (arguments.size() != 1) {
      err.println("Usage: respite-check-rdb <rdb-file-name>");
      return 1;
    }
    if (arguments.get(0).equals("-v") || arguments.get(0).equals("--version")) {
      out.println("respite-check-rdb " + Instance.version());
      return 0;
    }
    return new CheckRdb(environment, out).check(arguments.get(0)) ? 0 : 1;
  }

  /**
   * Checks what stands before the commands of an append-only file, and says what it found.
   *
   * @return the reader, which knows what follows; null when it is damaged
   */
  static RdbFileReader checkPreamble(
      Environment environment, PrintStream out, String name, Storage.Input input)
      throws IOException {
    CheckRdb check = new CheckRdb(environment, out);
    return check.check(name, input) ? check.reader : null;
  }

  private boolean check(String name) {
    try (Storage.Input input = environment.storage().open(Path.of(name))) {
      return check(name, input);
    } catch (IOException unreadable) {
      out.println("Cannot read the file: " + unreadable);
      return false;
    }
  }

  private boolean check(String name, Storage.Input input) throws IOException {
    line(0, "Checking RDB file " + name);
    RandomSource random = environment.random();
    ObjectFormats.Surroundings surroundings =
        new ObjectFormats.Surroundings(
            new SeededHash(
                random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
            new EncodingLimits(),
            Keyspace.longestString());
    try {
      reader = new RdbFileReader(input, surroundings, true);
      reader.read(this);
    } catch (RdbFileException damaged) {
      out.println("--- RDB ERROR DETECTED ---");
      line(damaged.offset(), damaged.reason());
      place();
      figures();
      return false;
    }
    line(
        reader.position(),
        checked ? "Checksum OK" : "RDB file was saved with checksum disabled: no check performed.");
    line(reader.position(), "\\o/ RDB looks OK! \\o/");
    figures();
    return true;
  }

  private void line(long offset, String text) {
    out.println("[offset " + offset + "] " + text);
  }

  private void place() {
    out.println("[additional info] While doing: " + reader.doing().word());
    RdbKey key = reader.lastKey();
    if (key == null) {
      return;
    }
    boolean within = reader.doing() == RdbFileReader.Doing.VALUE;
    out.println(
        "[additional info] " + (within ? "Reading" : "Last") + " key '" + text(key.name()) + "'");
    String form = key.form() < FORMS.size() ? FORMS.get(key.form()) : "hash-v2";
    out.println(
        "[additional info] "
            + (within ? "Reading" : "Last")
            + " type "
            + key.form()
            + " ("
            + form
            + ")");
  }

  private void figures() {
    out.println("[info] " + keys + " keys read");
    out.println("[info] " + expires + " expires");
    out.println("[info] " + expired + " already expired");
  }

  private static String text(byte[] bytes) {
    return ServerLog.escaped(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  // ---- what the file says

  @Override
  public void aux(String name, byte[] value) {
    line(reader.position(), "AUX FIELD " + ServerLog.escaped(name) + " = '" + text(value) + "'");
  }

  @Override
  public void database(long number) {
    line(reader.position(), "Selecting DB ID " + number);
  }

  @Override
  public void skippedModuleData(String module) {
    line(reader.position(), "MODULE AUX for: " + module);
  }

  @Override
  public boolean skipsModuleValues() {
    return true;
  }

  @Override
  public void key(RdbKey key) {
    keys++;
    if (key.hasDeadline()) {
      expires++;
      expired += key.expireAt() < environment.clock().millis() ? 1 : 0;
    }
  }

  /** A string of any kind is a good one. */
  @Override
  public void string(RdbKey key, byte[] record) {}

  /** The reader has checked it. */
  @Override
  public void value(RdbKey key, Value value) {}

  @Override
  public void checked(boolean present) {
    checked = present;
  }
}
