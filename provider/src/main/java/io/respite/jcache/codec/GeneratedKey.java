package io.respite.jcache.codec;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import javax.cache.annotation.GeneratedCacheKey;

/**
 * The key that is made of a method's parameters where {@code @CacheResult} and its siblings name no
 * generator of their own. Whoever uses the same cache without annotations makes the same key by
 * {@link #of}.
 *
 * <p>The key is its stored form ({@link KeyForm}): the parameters are turned into bytes once, when
 * the key is made, and nothing of them is kept or serialized again. Keys are equal when their bytes
 * are; that is so exactly when the parameters are equal in the sense of {@link Arrays#deepEquals}.
 */
public final class GeneratedKey implements GeneratedCacheKey {
  private static final long serialVersionUID = 1L;

  private final byte[] form;

  /** Zero until it is asked for. */
  private transient int hash;

  private GeneratedKey(byte[] form) {
    this.form = form;
  }

  /**
   * The key of some parameters.
   *
   * @param parameters may hold null, simple values, enums, arrays, lists, sets and maps of all
   *     these, and any {@link java.io.Serializable}
   * @throws CodecException when one of them has no bytes that stand for its value
   */
  public static GeneratedKey of(Object... parameters) {
    var form = new KeyForm();
    for (Object parameter : parameters) {
      form.write(parameter);
    }
    return new GeneratedKey(form.toBytes());
  }

  /**
   * The key of some parameters of many.
   *
   * @param positions which ones, in this order
   * @throws CodecException when one of them has no bytes that stand for its value; the message
   *     names its position
   */
  public static GeneratedKey of(Object[] parameters, int[] positions) {
    var form = new KeyForm();
    for (int position : positions) {
      try {
        form.write(parameters[position]);
      } catch (CodecException e) {
        throw new CodecException(
            "parameter %d cannot be part of a key: %s".formatted(position, e.getMessage()), e);
      }
    }
    return new GeneratedKey(form.toBytes());
  }

  /** Whether these bytes are the stored form of such a key. */
  static boolean isForm(byte[] buffer, int offset, int length) {
    return KeyForm.hasHeader(buffer, offset, length);
  }

  /** The key of a stored form. */
  static GeneratedKey read(byte[] buffer, int offset, int length) {
    return new GeneratedKey(Arrays.copyOfRange(buffer, offset, offset + length));
  }

  /** The stored form; a copy. */
  byte[] bytes() {
    return requireNonNull(form, "form").clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GeneratedKey key && Arrays.equals(form, key.form);
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = Arrays.hashCode(form);
      hash = known;
    }
    return known;
  }

  /** The parameters as text, such as {@code (42, "abc", [1, 2])}. */
  @Override
  public String toString() {
    return new KeyFormText(form).toString();
  }
}
