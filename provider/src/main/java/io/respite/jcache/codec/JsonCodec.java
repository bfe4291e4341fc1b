package io.respite.jcache.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.Modifier;

/**
 * {@code json}: JSON by Jackson, which other languages read with plain HGET.
 *
 * <p>The type is the cache's configured type and nothing else: the bytes never choose a class, and
 * Jackson's default typing stays off. Properties and map entries are written in alphabetical order,
 * so equal keys give equal bytes unless they hold a set. The only class of this package that uses
 * Jackson.
 *
 * @param <T> the configured type
 */
final class JsonCodec<T> implements Codec<T> {
  static final String NAME = "json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Class<?> type;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  JsonCodec(CodecSettings settings) {
    this.type = settings.type();
    if (type == Object.class) {
      throw new IllegalArgumentException(
          "Codec 'json' needs the type: call setTypes(...) or name it in the configuration; JSON cannot tell classes apart");
    }
    if (!type.isEnum()
        && Modifier.isAbstract(type.getModifiers())
        && !type.isArray()
        && !isCollection(type)) {
      throw new IllegalArgumentException(
          "Codec 'json' needs a class it can make objects of, and %s is abstract"
              .formatted(type.getName()));
    }
    this.reader = MAPPER.readerFor(type);
    this.writer = MAPPER.writerFor(type);
  }

  private static boolean isCollection(Class<?> type) {
    return java.util.Collection.class.isAssignableFrom(type)
        || java.util.Map.class.isAssignableFrom(type);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean makesImmutables() {
    return Immutables.areAllOf(type);
  }

  @Override
  public byte[] encode(T value) {
    if (!type.isInstance(value)) {
      throw new ClassCastException(
          "The configured type is %s, and not %s"
              .formatted(type.getName(), value.getClass().getName()));
    }
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new CodecException(
          "%s cannot be written as JSON: %s".formatted(type.getName(), e.getOriginalMessage()), e);
    }
  }

  @Override
  public T decode(byte[] buffer, int offset, int length) {
    try {
      T value = reader.readValue(buffer, offset, length);
      if (value == null) {
        throw new CodecException(
            "The stored JSON is null, where a %s belongs".formatted(type.getName()));
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new CodecException(
          "The stored bytes are not JSON for %s: %s"
              .formatted(type.getName(), e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new CodecException(
          "The stored bytes are not JSON for %s: %s".formatted(type.getName(), e), e);
    }
  }
}
