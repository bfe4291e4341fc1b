package io.respite.jcache.codec;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a codec is made for: one role in one cache of one manager.
 *
 * @param type the class of the keys or values, as the cache's configuration gives it; {@link
 *     Object} when it gives none
 * @param forKeys whether it encodes keys, for which equal objects must give equal bytes
 * @param loader resolves the classes of what is decoded
 * @param allowed the classes that may be decoded
 * @param limits how much a serialized object may ask for
 * @param registeredClasses names of the classes that the Fory codec registers, in this order,
 *     besides {@code type}
 */
public record CodecSettings(
    Class<?> type,
    boolean forKeys,
    ClassLoader loader,
    AllowedClasses allowed,
    SerializationLimits limits,
    List<String> registeredClasses) {

  public CodecSettings {
    requireNonNull(type, "type");
    requireNonNull(loader, "loader");
    requireNonNull(allowed, "allowed");
    requireNonNull(limits, "limits");
    registeredClasses = List.copyOf(registeredClasses);
  }

  /** Settings for a type with defaults for all else. */
  public static CodecSettings forType(Class<?> type, boolean forKeys, ClassLoader loader) {
    return new CodecSettings(
        type,
        forKeys,
        loader,
        new AllowedClasses(List.of()),
        SerializationLimits.DEFAULT,
        List.of());
  }
}
