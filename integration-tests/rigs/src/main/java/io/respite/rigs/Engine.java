package io.respite.rigs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * Which program serves.
 *
 * <p>Tests that run on several engines take them from {@link #usual} or {@link #newest}; the system
 * property {@code respite.engines} says others: names with commas between them, or {@code all}.
 * Tests that need one real engine, as those of clusters and sentinels, take {@link #real}, the
 * first of those names that is not ours. By hand:
 *
 * <pre>
 *   mvn -pl integration-tests/remote -am verify -Drespite.engines=VALKEY_9
 * </pre>
 */
public enum Engine {
  /** Ours. */
  RESPITE(null, ""),
  /** The system's redis-server: 7.0, whose fields have no time to live. */
  REDIS("redis", ""),
  /** Redis 8.0. */
  REDIS_8("redis", "-8.0"),
  /** Valkey 8.1, whose fields have no time to live. */
  VALKEY_8("valkey", "-8.1"),
  /** Valkey 9. */
  VALKEY_9("valkey", "-9");

  private static final String ALL = "all";

  private final String family;
  private final String suffix;

  Engine(String family, String suffix) {
    this.family = family;
    this.suffix = suffix;
  }

  /** Ours and the system's redis-server, if nothing else is asked for. */
  public static Stream<Engine> usual() {
    return asked(RESPITE, REDIS);
  }

  /**
   * {@link #usual}, and the newest Redis, for what depends on how a server keeps entries and does
   * not take long.
   */
  public static Stream<Engine> newest() {
    return asked(RESPITE, REDIS, REDIS_8);
  }

  /** The engine of tests that need one real one. */
  public static Engine real() {
    return asked(REDIS).filter(engine -> engine != RESPITE).findFirst().orElse(REDIS);
  }

  private static Stream<Engine> asked(Engine... usual) {
    String names = System.getProperty("respite.engines", "");
    if (names.isEmpty()) {
      return Stream.of(usual);
    }
    if (names.equalsIgnoreCase(ALL)) {
      return Stream.of(values());
    }
    Set<Engine> engines = EnumSet.noneOf(Engine.class);
    for (String name : names.split(",", -1)) {
      engines.add(named(name.strip()));
    }
    return engines.stream();
  }

  /**
   * The engine of a name, in whatever letters.
   *
   * @throws IllegalArgumentException that tells which there are
   */
  public static Engine named(String name) {
    for (Engine engine : values()) {
      if (engine.name().equals(name.toUpperCase(Locale.ROOT))) {
        return engine;
      }
    }
    throw new IllegalArgumentException(
        "there is no engine '%s'; there are %s"
            .formatted(
                name, Stream.of(values()).map(Engine::name).collect(Collectors.joining(", "))));
  }

  /** Where the program is; an error that names it when it is not installed. */
  public Path program() {
    return this == RESPITE ? ServerProcess.LAUNCHER : program("server");
  }

  /** Where the command-line client is that knows this engine's clusters. */
  Path cli() {
    return program("cli");
  }

  /** Where the program is that looks at this engine's snapshots. */
  public Path checkRdb() {
    return program("check-rdb");
  }

  /** Where the program is that looks at this engine's journals. */
  public Path checkAof() {
    return program("check-aof");
  }

  private Path program(String part) {
    if (family == null) {
      throw new IllegalArgumentException(this + " has no " + part + " of its own");
    }
    String name = family + "-" + part + suffix;
    return suffix.isEmpty() ? ServerProcess.required(name) : newer(name);
  }

  /**
   * A program that .ci/newer-servers fetches. Without it the test is skipped, but not where all of
   * them have to run.
   */
  private static Path newer(String name) {
    Path program = newerServers().resolve(name);
    if (Files.isExecutable(program)) {
      return program;
    }
    String missing = "no " + program + "; .ci/newer-servers fetches it";
    if ("true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(missing);
    }
    throw new TestAbortedException(missing);
  }

  private static Path newerServers() {
    String folder =
        System.getProperty("respite.newer.servers", System.getenv("RESPITE_NEWER_SERVERS"));
    return folder != null && !folder.isEmpty()
        ? Path.of(folder)
        : Path.of(System.getProperty("user.home"), ".cache", "respite", "newer-servers", "bin");
  }
}
