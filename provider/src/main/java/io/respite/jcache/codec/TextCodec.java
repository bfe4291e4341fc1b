package io.respite.jcache.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.reflect.Modifier;
import java.util.function.Function;

/**
 * A number or another small value as the text its class prints and parses: {@code long} 42 is the
 * two bytes {@code 42}, which HGET shows and HINCRBY increments.
 *
 * <p>Equal values have equal texts in all classes used here: {@link java.math.BigDecimal} 1.0 and
 * 1.00 print differently, and are not equal; a {@link Double} is equal to another if and only if
 * both print alike.
 *
 * @param <T> the class, whose text is ASCII
 */
final class TextCodec<T> implements Codec<T> {
  /**
   * No value of these classes needs more, and no parser here is let loose on more (BigInteger's is
   * quadratic).
   */
  private static final int MAX_LENGTH = 10_000;

  private final String name;
  private final Class<T> type;
  private final Function<T, String> print;
  private final Function<String, T> parse;

  TextCodec(String name, Class<T> type, Function<T, String> print, Function<String, T> parse) {
    this.name = name;
    this.type = type;
    this.print = print;
    this.parse = parse;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean makesImmutables() {
    return true;
  }

  @Override
  public boolean decodesToEqual() {
    // An object of a subclass comes back as one of the class.
    return Modifier.isFinal(type.getModifiers());
  }

  @Override
  public byte[] encode(T value) {
    String text = print.apply(type.cast(value));
    if (text.length() > MAX_LENGTH) {
      throw new CodecException(
          "A %s of %d digits is longer than the %d that codec '%s' keeps"
              .formatted(type.getName(), text.length(), MAX_LENGTH, name));
    }
    return text.getBytes(ISO_8859_1);
  }

  @Override
  public T decode(byte[] buffer, int offset, int length) {
    if (length > MAX_LENGTH) {
      throw notA(length + " bytes", null);
    }
    String text = new String(buffer, offset, length, ISO_8859_1);
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw notA("'" + Texts.printable(text) + "'", e);
    }
  }

  private CodecException notA(String what, Throwable cause) {
    return new CodecException(
        "Codec '%s' cannot read %s as a %s".formatted(name, what, type.getName()), cause);
  }
}
