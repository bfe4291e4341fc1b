package io.respite.jcache.codec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Which classes the objects of a manager's caches may be made of. Decoding refuses every other
 * class before an object of it exists and before its static initializer has run.
 *
 * <p>Allowed are: plain values and collections of the JDK (a fixed list, none of which calls code
 * of other classes beyond {@code equals}, {@code hashCode} and {@code compareTo}); the patterns
 * given; and every class that this manager has itself encoded, because then the application already
 * holds such objects. The type that a cache's configuration names is allowed by the codec made for
 * it.
 *
 * <p>Patterns: {@code com.acme.Order} is one class, {@code com.acme.*} the classes of a package,
 * {@code com.acme.**} those of the packages below it too.
 */
public final class AllowedClasses {
  private static final Pattern PATTERN = Pattern.compile("[\\w$]+(\\.[\\w$]+)*(\\.\\*{1,2})?");

  private static final Set<String> JDK =
      Set.of(
          "java.io.Serializable", // As the type of an array; no object has it as its class.
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.Character",
          "java.lang.Double",
          "java.lang.Enum",
          "java.lang.Exception", // A cached exception is of these and of a class of the
          // application.
          "java.lang.Float",
          "java.lang.IllegalArgumentException",
          "java.lang.IllegalStateException",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Number",
          "java.lang.Object",
          "java.lang.Record",
          "java.lang.RuntimeException",
          "java.lang.Short",
          "java.lang.StackTraceElement",
          "java.lang.String",
          "java.lang.Throwable",
          "java.math.BigDecimal",
          "java.math.BigInteger",
          "java.math.RoundingMode",
          "java.net.URI",
          "java.util.AbstractCollection",
          "java.util.AbstractList",
          "java.util.AbstractMap",
          "java.util.AbstractSet",
          "java.util.ArrayDeque",
          "java.util.ArrayList",
          "java.util.Arrays$ArrayList",
          "java.util.BitSet",
          "java.util.CollSer",
          "java.util.Collections$EmptyList",
          "java.util.Currency",
          "java.util.Date",
          "java.util.EnumMap",
          "java.util.EnumSet",
          "java.util.EnumSet$SerializationProxy",
          "java.util.HashMap",
          "java.util.JumboEnumSet",
          "java.util.RegularEnumSet",
          "java.util.HashSet",
          "java.util.LinkedHashMap",
          "java.util.LinkedHashSet",
          "java.util.LinkedList",
          "java.util.Locale",
          "java.util.Map$Entry",
          "java.util.TreeMap",
          "java.util.TreeSet",
          "java.util.UUID",
          "java.sql.Date",
          "java.sql.Time",
          "java.sql.Timestamp");

  private final List<String> packages = new ArrayList<>();
  private final List<String> packageTrees = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /**
   * What the manager has encoded or expects, shared by the lists of its caches; names, so that it
   * pins no class.
   */
  private final Set<String> encoded;

  /**
   * The JDK's list and the patterns.
   *
   * @throws IllegalArgumentException when a pattern is none, or would allow everything
   */
  public AllowedClasses(List<String> patterns) {
    this(patterns, ConcurrentHashMap.newKeySet());
  }

  private AllowedClasses(List<String> patterns, Set<String> encoded) {
    this.encoded = encoded;
    for (String pattern : patterns) {
      if (!PATTERN.matcher(pattern).matches()) {
        throw new IllegalArgumentException(
            "'%s' is not a pattern for allowed classes: use a class name, 'package.*' or 'package.**'"
                .formatted(Texts.printable(pattern)));
      }
      if (pattern.endsWith(".**")) {
        packageTrees.add(pattern.substring(0, pattern.length() - 2));
      } else if (pattern.endsWith(".*")) {
        packages.add(pattern.substring(0, pattern.length() - 1));
      } else {
        names.add(pattern);
      }
    }
  }

  /** Other patterns, but the same memory of what has been encoded. */
  public AllowedClasses withPatterns(List<String> patterns) {
    return new AllowedClasses(patterns, encoded);
  }

  /**
   * Allows one class in all caches of the manager. It is for classes that this manager has encoded,
   * and for those that the application's own code says it expects.
   */
  public void allow(Class<?> type) {
    String name = elementOf(type).getName();
    if (!encoded.contains(name)) {
      encoded.add(name);
    }
  }

  /** Whether objects of the class may be decoded; for an array that is asked of its elements. */
  boolean contains(Class<?> type) {
    Class<?> element = elementOf(type);
    String name = element.getName();
    if (element.isPrimitive()
        || names.contains(name)
        || encoded.contains(name)
        || JDK.contains(name)) {
      return true;
    }
    if (name.startsWith("java.time.") || name.startsWith("java.util.ImmutableCollections$")) {
      return true;
    }
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return false;
    }
    String ownPackage = name.substring(0, dot + 1);
    return packages.contains(ownPackage) || packageTrees.stream().anyMatch(ownPackage::startsWith);
  }

  static Class<?> elementOf(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element;
  }
}
