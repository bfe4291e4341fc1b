package io.respite.jcache.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * {@code java}: Java serialization, for anything {@link java.io.Serializable}, behind an allow list
 * and limits. The only class of Respite that reads serialized objects.
 *
 * <p><b>Safety.</b> Before an object is made, its class must be the cache's configured type, a
 * subclass of it, or one of {@link AllowedClasses}; depth, number of objects, array lengths and
 * bytes are limited. A refusal names the class or the limit, and the setting that would allow it.
 * Classes are resolved by the manager's class loader, never by the one of whichever thread happens
 * to call.
 *
 * <p><b>Equal keys give equal bytes.</b> Serialization writes an object that occurs twice as a
 * reference to its first occurrence, by identity: {@code new Pair(s, s)} and {@code new Pair(s, new
 * String(s))} are equal and yet differ in bytes. For keys, therefore, an object that equals one
 * written before is replaced by it, so that equal parts are always shared. A hash set or hash map
 * inside a key has no defined order and is refused.
 *
 * <p><b>Speed.</b> Strings, longs and integers, by far the commonest keys and values of caches
 * without types, are written and read without a stream, in the very same bytes ({@link PlainForm}).
 * A {@link GeneratedKey} is its own bytes, which are no serialized object's.
 *
 * @param <T> the cache's configured type, possibly {@link Object}
 */
final class JavaCodec<T> implements Codec<T> {
  static final String NAME = "java";

  private final CodecSettings settings;
  private final Class<?> type;

  /** Whether the configured type says something; otherwise it allows nothing by itself. */
  private final boolean typeIsSpecific;

  JavaCodec(CodecSettings settings) {
    this.settings = settings;
    this.type = settings.type();
    this.typeIsSpecific =
        !type.isAssignableFrom(String.class) && !type.getName().startsWith("java.");
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
    byte[] plain = PlainForm.encode(value);
    if (plain != null) {
      return plain;
    }
    if (value instanceof GeneratedKey key) {
      return key.bytes();
    }
    // Its class may not occur in the stream, if it is replaced when written and made again when
    // read.
    settings.allowed().allow(value.getClass());
    return serialize(value, settings.forKeys(), settings.allowed(), settings.limits());
  }

  /**
   * The canonical bytes of one part of a {@link GeneratedKey}; they are compared and never read.
   *
   * @throws CodecException when it cannot be serialized, or equal objects might give other bytes
   */
  static byte[] serializeKeyPart(Object part) {
    return serialize(part, true, new AllowedClasses(List.of()), SerializationLimits.DEFAULT);
  }

  private static byte[] serialize(
      Object value, boolean forKeys, AllowedClasses allowed, SerializationLimits limits) {
    var bytes = new LimitedBytes(limits.bytes());
    try (ObjectOutputStream out =
        forKeys ? new KeyOutput(bytes, allowed) : new Output(bytes, allowed)) {
      out.writeObject(value);
    } catch (NotSerializableException e) {
      throw new CodecException(
          "%s is not Serializable; make it so, or choose another codec (string, json, fory or your own)"
              .formatted(e.getMessage()),
          e);
    } catch (IOException e) {
      throw new CodecException(
          "%s cannot be serialized: %s".formatted(value.getClass().getName(), e.getMessage()), e);
    }
    return bytes.toByteArray();
  }

  @Override
  public T decode(byte[] buffer, int offset, int length) {
    Object value = PlainForm.decode(buffer, offset, length);
    if (value == null) {
      // A serialized object begins with AC ED, so the two forms cannot be taken for each other.
      value =
          GeneratedKey.isForm(buffer, offset, length)
              ? GeneratedKey.read(buffer, offset, length)
              : deserialize(buffer, offset, length);
    }
    if (!type.isInstance(value)) {
      throw new CodecException(
          "The stored object is %s, but the configured type is %s"
              .formatted(
                  value == null ? "null" : "of " + value.getClass().getName(), type.getName()));
    }
    @SuppressWarnings(
        "unchecked") // T is the configured type, tested above, or a supertype the caller chose
    // unchecked.
    T typed = (T) value;
    return typed;
  }

  private Object deserialize(byte[] buffer, int offset, int length) {
    if (length > settings.limits().bytes()) {
      throw new CodecException(tooMuch("bytes", length, settings.limits().bytes()));
    }
    var filter = new Filter();
    try (var in = new Input(new ByteArrayInputStream(buffer, offset, length), settings.loader())) {
      in.setObjectInputFilter(filter);
      return in.readObject();
    } catch (ClassNotFoundException e) {
      throw new CodecException(
          "Class %s is not visible to the class loader of this cache manager (%s)"
              .formatted(e.getMessage(), settings.loader()),
          e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Application classes may throw anything from readObject; whatever it is, this value cannot
      // be had.
      String refusal = filter.refusal;
      throw new CodecException(
          refusal != null ? refusal : "The stored bytes are not a readable serialized object: " + e,
          e);
    }
  }

  /** Decides about each class, and remembers in words what it refused. */
  private final class Filter implements ObjectInputFilter {
    private String refusal;

    @Override
    public Status checkInput(FilterInfo info) {
      SerializationLimits limits = settings.limits();
      Class<?> asked = info.serialClass();
      if (info.depth() > limits.depth()) {
        return refuse("depth", info.depth(), limits.depth());
      }
      if (info.references() > limits.references()) {
        return refuse("references", info.references(), limits.references());
      }
      if (info.arrayLength() > limits.array()) {
        return refuse("array", info.arrayLength(), limits.array());
      }
      if (info.streamBytes() > limits.bytes()) {
        return refuse("bytes", info.streamBytes(), limits.bytes());
      }
      // The interfaces of a dynamic proxy are asked for one by one before the proxy itself.
      if (asked == null || Proxy.isProxyClass(asked)) {
        return Status.UNDECIDED;
      }
      if (settings.allowed().contains(asked)
          || (typeIsSpecific && type.isAssignableFrom(AllowedClasses.elementOf(asked)))) {
        return Status.ALLOWED;
      }
      refusal =
          "Class %s may not be deserialized: this manager has never written it, it is not the cache's configured type, and no "
                  .formatted(asked.getName())
              + "pattern allows it (setting 'allowedClasses')";
      return Status.REJECTED;
    }

    private Status refuse(String limit, long found, long allowed) {
      refusal = tooMuch(limit, found, allowed);
      return Status.REJECTED;
    }
  }

  private static String tooMuch(String limit, long found, long allowed) {
    return "A serialized object exceeds the limit '%s': %d, allowed are %d (setting 'serializationLimits')"
        .formatted(limit, found, allowed);
  }

  /** Resolves classes by the manager's loader, without initializing them. */
  private static final class Input extends ObjectInputStream {
    private final ClassLoader loader;

    Input(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass descriptor)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(descriptor.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        // Class objects of primitive types, and of array types in some loaders, are only known to
        // the stream itself.
        Class<?> primitive = primitive(descriptor.getName());
        if (primitive == null) {
          throw e;
        }
        return primitive;
      }
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces)
        throws IOException, ClassNotFoundException {
      var resolved = new Class<?>[interfaces.length];
      for (int i = 0; i < interfaces.length; i++) {
        resolved[i] = Class.forName(interfaces[i], false, loader);
      }
      @SuppressWarnings(
          "deprecation") // The stream protocol needs the class; the handler comes with the object.
      Class<?> proxy = Proxy.getProxyClass(loader, resolved);
      return proxy;
    }

    private static Class<?> primitive(String name) {
      return switch (name) {
        case "boolean" -> boolean.class;
        case "byte" -> byte.class;
        case "char" -> char.class;
        case "short" -> short.class;
        case "int" -> int.class;
        case "long" -> long.class;
        case "float" -> float.class;
        case "double" -> double.class;
        case "void" -> void.class;
        default -> null;
      };
    }
  }

  /** Notes the class of every object written. */
  private static class Output extends ObjectOutputStream {
    private final AllowedClasses allowed;

    Output(OutputStream out, AllowedClasses allowed) throws IOException {
      super(out);
      this.allowed = allowed;
    }

    @Override
    protected void annotateClass(Class<?> type) {
      allowed.allow(type);
    }

    @Override
    protected void annotateProxyClass(Class<?> type) {
      for (Class<?> face : type.getInterfaces()) {
        allowed.allow(face);
      }
    }
  }

  /** Also writes equal parts as one, and refuses parts without an order. */
  private static final class KeyOutput extends Output {
    private final KeyParts parts = new KeyParts();

    KeyOutput(OutputStream out, AllowedClasses allowed) throws IOException {
      super(out, allowed);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object part) {
      return parts.canonical(part);
    }
  }

  /** Grows up to a limit. */
  private static final class LimitedBytes extends ByteArrayOutputStream {
    private final long limit;

    LimitedBytes(long limit) {
      super(256);
      this.limit = limit;
    }

    @Override
    public synchronized void write(int b) {
      check(1);
      super.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      check(length);
      super.write(bytes, offset, length);
    }

    private void check(int more) {
      if ((long) count + more > limit) {
        throw new CodecException(
            "A serialized object exceeds the limit 'bytes': allowed are %d (setting 'serializationLimits')"
                .formatted(limit));
      }
    }
  }
}
