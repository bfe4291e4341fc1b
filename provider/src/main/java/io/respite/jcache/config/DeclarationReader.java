package io.respite.jcache.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.respite.jcache.codec.AllowedClasses;
import io.respite.jcache.codec.SerializationLimits;
import io.respite.jcache.store.SizeLimit;
import io.respite.jcache.store.StoredForm;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/** Reads what a configuration file says of one cache. */
final class DeclarationReader {
  private static final String POLICIES =
      "allowed is \"eternal\", or one of {\"created\": duration}, {\"modified\": duration}, {\"accessed\": duration}, "
          + "{\"touched\": duration}, {\"class\": name}";
  private static final String EXPIRIES =
      "`\"eternal\"`, or one of `{\"created\": duration}`, `{\"modified\": duration}`, "
          + "`{\"accessed\": duration}`, `{\"touched\": duration}`, `{\"class\": name}`";
  private static final int MAX_DEPTH = 10_000;

  private final ClassLoader loader;

  /** What the file says for all caches. */
  private final List<String> allowedForAll;

  private final SerializationLimits limitsForAll;

  DeclarationReader(ClassLoader loader, Section root) {
    this.loader = loader;
    this.allowedForAll =
        Objects.requireNonNullElse(allowedClasses(root, Field.ALLOWED_CLASSES_OF_ALL), List.of());
    this.limitsForAll = limits(root, Field.LIMITS_OF_ALL);
  }

  /** The names of all fields. */
  static Set<String> fields() {
    var empty = new Section("", "", JsonNodeFactory.instance.objectNode());
    new DeclarationReader(ClassLoader.getPlatformClassLoader(), empty).read(empty);
    return empty.known();
  }

  /** What is said of all caches, for one that is not named. */
  CacheDeclaration ofOthers() {
    return read(new Section("", "", JsonNodeFactory.instance.objectNode()));
  }

  CacheDeclaration read(Section section) {
    Factory<CacheLoader<Object, Object>> loading =
        section.parsed(Field.LOADER, "class name", (v, path) -> made(v, CacheLoader.class));
    Factory<CacheWriter<Object, Object>> writing =
        section.parsed(Field.WRITER, "class name", (v, path) -> made(v, CacheWriter.class));
    Boolean readThrough = section.bool(Field.READ_THROUGH);
    Boolean writeThrough = section.bool(Field.WRITE_THROUGH);
    if (Boolean.TRUE.equals(readThrough) && loading == null) {
      throw section.refusedField(Field.READ_THROUGH, "true only together with \"loader\"");
    }
    if (Boolean.TRUE.equals(writeThrough) && writing == null) {
      throw section.refusedField(Field.WRITE_THROUGH, "true only together with \"writer\"");
    }
    SerializationLimits limits = limits(section, Field.LIMITS);
    Long buckets = section.count(Field.BUCKETS, 1, StoredForm.MOST_BUCKETS);
    var declaration =
        new CacheDeclaration(
            section.parsed(Field.KEY_TYPE, "class name", (value, path) -> resolved(value)),
            section.parsed(Field.VALUE_TYPE, "class name", (value, path) -> resolved(value)),
            section.text(Field.KEY_CODEC),
            section.text(Field.VALUE_CODEC),
            section.parsed(Field.EXPIRY, EXPIRIES, (value, path) -> expiry(value)),
            loading,
            readThrough,
            writing,
            writeThrough,
            section.bool(Field.STATISTICS),
            section.bool(Field.MANAGEMENT),
            sizeLimit(section),
            section.parsed(Field.LIVE_BYTES, Units.SIZE_KIND, (value, path) -> Units.bytes(value)),
            allowed(section),
            limits == null ? limitsForAll : limits,
            section.texts(Field.REGISTERED_CLASSES),
            buckets == null ? null : buckets.intValue(),
            section.count(Field.NEAR_CACHE_ENTRIES, 1, Long.MAX_VALUE),
            section.parsed(
                Field.LOAD_LEASE, Units.DURATION_KIND, (value, path) -> Units.duration(value)),
            section.parsed(
                Field.LISTENER_TIMEOUT,
                Units.DURATION_KIND,
                (value, path) -> Units.duration(value)),
            section.parsed(
                Field.REFRESH_AHEAD, Units.DURATION_KIND, (value, path) -> Units.duration(value)),
            section.parsed(
                Field.WRITE_BEHIND, Units.DURATION_KIND, (value, path) -> Units.duration(value)),
            section.bool(Field.LOAD_WHEN_AWAY));
    section.end();
    return declaration;
  }

  private List<String> allowed(Section section) {
    List<String> patterns = new ArrayList<>(allowedForAll);
    List<String> own = allowedClasses(section, Field.ALLOWED_CLASSES);
    if (own != null) {
      patterns.addAll(own);
    }
    return patterns;
  }

  private static List<String> allowedClasses(Section section, Field field) {
    List<String> patterns = section.texts(field);
    if (patterns != null) {
      try {
        new AllowedClasses(patterns);
      } catch (IllegalArgumentException e) {
        throw section.refusedField(field, e);
      }
    }
    return patterns;
  }

  private static SerializationLimits limits(Section parent, Field field) {
    Section section = parent.section(field);
    if (section == null) {
      return null;
    }
    SerializationLimits usual = SerializationLimits.DEFAULT;
    Long depth = section.count(Field.DEPTH, 1, MAX_DEPTH);
    Long references = section.count(Field.REFERENCES, 1, Long.MAX_VALUE);
    Long array = section.count(Field.ARRAY, 1, Long.MAX_VALUE);
    Long bytes = section.parsed(Field.BYTES, Units.SIZE_KIND, (value, path) -> Units.bytes(value));
    section.end();
    return new SerializationLimits(
        depth == null ? usual.depth() : depth.intValue(),
        references == null ? usual.references() : references,
        array == null ? usual.array() : array,
        bytes == null ? usual.bytes() : bytes);
  }

  private static SizeLimit sizeLimit(Section section) {
    Long entries = section.count(Field.MAX_ENTRIES, 1, Long.MAX_VALUE);
    Long bytes =
        section.parsed(Field.MAX_BYTES, Units.SIZE_KIND, (value, path) -> Units.bytes(value));
    SizeLimit.Policy policy =
        section.parsed(
            Field.EVICTION, "`\"lru\"`, `\"lfu\"`, `\"random\"`", (value, path) -> policy(value));
    if (entries == null && bytes == null) {
      if (policy != null) {
        throw section.refusedField(
            Field.EVICTION, "a policy only together with \"maxEntries\" or \"maxBytes\"");
      }
      return null;
    }
    return new SizeLimit(
        entries == null ? 0 : entries,
        bytes == null ? 0 : bytes,
        policy == null ? SizeLimit.Policy.LRU : policy);
  }

  private static SizeLimit.Policy policy(JsonNode value) {
    for (SizeLimit.Policy policy : SizeLimit.Policy.values()) {
      if (policy.name().toLowerCase(Locale.ROOT).equals(value.asText())) {
        return policy;
      }
    }
    throw new IllegalArgumentException("allowed is \"lru\", \"lfu\" or \"random\"");
  }

  private Factory<ExpiryPolicy> expiry(JsonNode value) {
    if (value.isTextual() && value.textValue().equals("eternal")) {
      return EternalExpiryPolicy.factoryOf();
    }
    if (!value.isObject() || value.size() != 1) {
      throw new IllegalArgumentException(POLICIES);
    }
    Map.Entry<String, JsonNode> only = value.properties().iterator().next();
    JsonNode how = only.getValue();
    return switch (only.getKey()) {
      case "created" -> CreatedExpiryPolicy.factoryOf(standard(Units.duration(how)));
      case "modified" -> ModifiedExpiryPolicy.factoryOf(standard(Units.duration(how)));
      case "accessed" -> AccessedExpiryPolicy.factoryOf(standard(Units.duration(how)));
      case "touched" -> TouchedExpiryPolicy.factoryOf(standard(Units.duration(how)));
      case "class" -> made(how, ExpiryPolicy.class);
      default -> throw new IllegalArgumentException(POLICIES);
    };
  }

  private static javax.cache.expiry.Duration standard(Duration duration) {
    return new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, duration.toMillis());
  }

  private Class<?> resolved(JsonNode value) {
    String name = value.asText();
    if (name.equals("byte[]")) {
      return byte[].class;
    }
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "allowed is the name of a class that %s knows, or byte[]".formatted(loader), e);
    }
  }

  /** A factory of objects of the class that a field names. */
  @SuppressWarnings(
      "unchecked") // The class is tested to be a subclass; its type arguments cannot be.
  private <T> Factory<T> made(JsonNode value, Class<?> role) {
    Class<?> type = resolved(value);
    String allowed =
        "allowed is a public class that implements "
            + role.getName()
            + " and has a public constructor without parameters";
    if (!role.isAssignableFrom(type)
        || Modifier.isAbstract(type.getModifiers())
        || !hasConstructor(type)) {
      throw new IllegalArgumentException(allowed);
    }
    return new Maker<>((Class<? extends T>) type);
  }

  private static boolean hasConstructor(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && Stream.of(type.getConstructors())
            .anyMatch(constructor -> constructor.getParameterCount() == 0);
  }

  /** Makes objects of a class. */
  private record Maker<T>(Class<? extends T> type) implements Factory<T>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public T create() {
      try {
        return type.getConstructor().newInstance();
      } catch (NoSuchMethodException
          | InstantiationException
          | IllegalAccessException
          | InvocationTargetException e) {
        throw new CacheException("An object of " + type.getName() + " cannot be made", e);
      }
    }
  }
}
