package io.respite.jcache.codec;

import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * The codecs there are.
 *
 * <table>
 * <caption>Built-in codecs</caption>
 * <tr><th>name</th><th>stores</th></tr>
 * <tr><td>string</td><td>UTF-8</td></tr>
 * <tr><td>long int short byte double float boolean char biginteger bigdecimal uuid</td><td>the value's text</td></tr>
 * <tr><td>bytes</td><td>a byte array as it is</td></tr>
 * <tr><td>json</td><td>JSON of the configured type</td></tr>
 * <tr><td>java</td><td>Java serialization behind an allow list</td></tr>
 * <tr><td>fory</td><td>Apache Fory</td></tr>
 * </table>
 *
 * A cache with types uses the plain codec of its type by default, and Java serialization for every
 * other type. A built-in codec is one line here.
 */
public final class Codecs {
  private static final Map<Class<?>, Codec<?>> PLAIN = new LinkedHashMap<>();
  private static final Map<String, Function<CodecSettings, Codec<?>>> BY_NAME =
      new LinkedHashMap<>();

  static {
    plain(String.class, new StringCodec());
    plain(byte[].class, new BytesCodec());
    plain(Long.class, new TextCodec<>("long", Long.class, n -> Long.toString(n), Long::valueOf));
    plain(
        Integer.class,
        new TextCodec<>("int", Integer.class, n -> Integer.toString(n), Integer::valueOf));
    plain(
        Short.class, new TextCodec<>("short", Short.class, n -> Short.toString(n), Short::valueOf));
    plain(Byte.class, new TextCodec<>("byte", Byte.class, n -> Byte.toString(n), Byte::valueOf));
    plain(
        Double.class,
        new TextCodec<>("double", Double.class, n -> Double.toString(n), Double::valueOf));
    plain(
        Float.class, new TextCodec<>("float", Float.class, n -> Float.toString(n), Float::valueOf));
    plain(
        Boolean.class,
        new TextCodec<>("boolean", Boolean.class, b -> Boolean.toString(b), Codecs::parseBoolean));
    plain(
        Character.class,
        new TextCodec<>("char", Character.class, c -> Integer.toString(c), Codecs::parseCharacter));
    plain(
        BigInteger.class,
        new TextCodec<>("biginteger", BigInteger.class, BigInteger::toString, BigInteger::new));
    plain(
        BigDecimal.class,
        new TextCodec<>("bigdecimal", BigDecimal.class, BigDecimal::toString, BigDecimal::new));
    plain(UUID.class, new TextCodec<>("uuid", UUID.class, UUID::toString, UUID::fromString));
    BY_NAME.put("json", JsonCodec::new);
    BY_NAME.put(JavaCodec.NAME, JavaCodec::new);
    BY_NAME.put("fory", ForyCodec::new);
  }

  private Codecs() {}

  private static <T> void plain(Class<T> type, Codec<T> codec) {
    PLAIN.put(type, codec);
    BY_NAME.put(codec.name(), settings -> checked(codec, type, settings));
  }

  private static Codec<?> checked(Codec<?> codec, Class<?> type, CodecSettings settings) {
    if (settings.type() != Object.class && settings.type() != type) {
      throw new IllegalArgumentException(
          "Codec '%s' stores %s, but the configured type is %s"
              .formatted(codec.name(), type.getName(), settings.type().getName()));
    }
    return codec;
  }

  /** The codec a cache uses when its configuration names none. */
  public static Codec<?> byDefault(CodecSettings settings) {
    Codec<?> plain = PLAIN.get(settings.type());
    return plain != null ? plain : new JavaCodec<>(settings);
  }

  /**
   * The codec of a name: a built-in one, or the name of a class that implements {@link Codec} and
   * has a public constructor without parameters.
   *
   * @throws IllegalArgumentException when there is no such codec, its library is missing, or it
   *     does not suit the type
   */
  public static Codec<?> named(String name, CodecSettings settings) {
    Function<CodecSettings, Codec<?>> builtIn = BY_NAME.get(name);
    if (builtIn == null) {
      return instantiate(name, settings);
    }
    try {
      return builtIn.apply(settings);
    } catch (NoClassDefFoundError e) {
      throw new IllegalArgumentException(
          "Codec '%s' needs a library that is not on the class path: %s"
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private static Codec<?> instantiate(String name, CodecSettings settings) {
    if (name.indexOf('.') < 0) {
      throw new IllegalArgumentException(
          "There is no codec '%s'; there are %s, and class names of your own"
              .formatted(name, new TreeSet<>(BY_NAME.keySet())));
    }
    try {
      return Class.forName(name, true, settings.loader())
          .asSubclass(Codec.class)
          .getConstructor()
          .newInstance();
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | ClassCastException
        | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "Codec class %s must be visible, public, implement %s and have a public constructor without parameters: %s"
              .formatted(name, Codec.class.getName(), e),
          e);
    } catch (InstantiationException | InvocationTargetException e) {
      throw new IllegalArgumentException(
          "Codec class %s cannot be instantiated: %s".formatted(name, e), e);
    }
  }

  private static Boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  /** A character is stored as the number of its code unit, because a lone surrogate has no text. */
  private static Character parseCharacter(String text) {
    int unit = Integer.parseInt(text);
    if (unit < Character.MIN_VALUE || unit > Character.MAX_VALUE) {
      throw new IllegalArgumentException("not a character");
    }
    return (char) unit;
  }
}
