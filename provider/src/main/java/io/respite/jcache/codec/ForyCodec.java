package io.respite.jcache.codec;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.fory.Fory;
import org.apache.fory.config.CompatibleMode;
import org.apache.fory.config.Language;
import org.apache.fory.logging.LoggerFactory;
import org.apache.fory.memory.MemoryBuffer;

/**
 * {@code fory}: Apache Fory's binary form, for objects, many times faster than Java serialization.
 * The application brings the library ({@code org.apache.fory:fory-core}). The only class of this
 * package that uses it.
 *
 * <p>Every class must be registered: the configured type is, then the classes named in {@code
 * registeredClasses}, in order. The order is part of the stored form, because a class is written as
 * its number: add new classes at the end.
 *
 * <p>References are not tracked, so an object that occurs twice in a value is stored and returned
 * twice, and a value must not hold itself. That also makes equal keys give equal bytes, unless they
 * hold a set or map without order.
 *
 * <p>A Fory instance serves one thread at a time. A small pool hands them out: the slot is chosen
 * by the thread, so threads seldom meet; nothing stays behind in thread locals when the cache
 * manager closes.
 *
 * @param <T> the configured type
 */
final class ForyCodec<T> implements Codec<T> {
  static final String NAME = "fory";
  private static final int MAX_DEPTH = 100;

  static {
    // Fory would print its messages to the standard output.
    LoggerFactory.useSlf4jLogging(true);
  }

  private final CodecSettings settings;
  private final Class<?> type;
  private final int slots =
      Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 4 - 1) << 1;
  private final AtomicReferenceArray<Fory> idle = new AtomicReferenceArray<>(slots);

  ForyCodec(CodecSettings settings) {
    this.settings = settings;
    this.type = settings.type();
    if (type == Object.class && settings.registeredClasses().isEmpty()) {
      throw new IllegalArgumentException(
          "Codec 'fory' needs to know the classes: call setTypes(...) or name them in 'registeredClasses'");
    }
    release(newFory());
  }

  private Fory newFory() {
    Fory fory =
        Fory.builder()
            .withLanguage(Language.JAVA)
            .withRefTracking(false)
            .withCompatibleMode(CompatibleMode.SCHEMA_CONSISTENT)
            .withClassLoader(settings.loader())
            .withAsyncCompilation(false)
            .withMaxDepth(MAX_DEPTH)
            .requireClassRegistration(true)
            .suppressClassRegistrationWarnings(true)
            .build();
    for (Class<?> registered : registered()) {
      fory.register(registered);
    }
    return fory;
  }

  private Deque<Class<?>> registered() {
    var classes = new ArrayDeque<Class<?>>();
    if (!type.isInterface() && !type.getName().startsWith("java.")) {
      classes.add(type);
    }
    for (String name : settings.registeredClasses()) {
      try {
        Class<?> named = Class.forName(name, false, settings.loader());
        if (!classes.contains(named)) {
          classes.add(named);
        }
      } catch (ClassNotFoundException e) {
        throw new IllegalArgumentException(
            "registeredClasses names %s, which the class loader of this cache manager does not know"
                .formatted(name),
            e);
      }
    }
    return classes;
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
    Fory fory = acquire();
    byte[] bytes;
    try {
      bytes = fory.serialize(value);
    } catch (RuntimeException | StackOverflowError e) {
      // The instance may be left half-way through a value: it is dropped.
      throw new CodecException(
          "%s cannot be written by Fory: %s (unregistered classes go into setting 'registeredClasses')"
              .formatted(value.getClass().getName(), e.getMessage()),
          e);
    }
    release(fory);
    return bytes;
  }

  @Override
  public T decode(byte[] buffer, int offset, int length) {
    Fory fory = acquire();
    Object value;
    try {
      value = fory.deserialize(MemoryBuffer.fromByteArray(buffer, offset, length));
    } catch (RuntimeException | StackOverflowError e) {
      throw new CodecException(
          "The stored bytes are not a value that Fory reads with the registered classes: "
              + e.getMessage(),
          e);
    }
    release(fory);
    if (!type.isInstance(value)) {
      throw new CodecException("The stored object is not a %s".formatted(type.getName()));
    }
    @SuppressWarnings("unchecked") // T is the configured type, tested above.
    T typed = (T) value;
    return typed;
  }

  private Fory acquire() {
    int slot = slotOfThread();
    for (int i = 0; i < slots; i++) {
      Fory fory = idle.getAndSet((slot + i) & (slots - 1), null);
      if (fory != null) {
        return fory;
      }
    }
    return newFory();
  }

  private void release(Fory fory) {
    int slot = slotOfThread();
    for (int i = 0; i < slots; i++) {
      if (idle.compareAndSet((slot + i) & (slots - 1), null, fory)) {
        return;
      }
    }
  }

  private int slotOfThread() {
    long id = Thread.currentThread().getId();
    return (int) (id ^ (id >>> 16)) & (slots - 1);
  }
}
