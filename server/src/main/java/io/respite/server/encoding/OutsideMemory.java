package io.respite.server.encoding;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory outside the heap that is given back when its owner says so, and not when the collector
 * comes round: from Java 22 on a shared arena, before that direct buffers and what frees them. Both
 * are looked up by name, because this is compiled for Java 17. Where a JDK has neither, the
 * collector gives the memory back.
 *
 * <p>One owner at a time. <b>Nobody may touch a buffer after {@link #free}.</b>
 */
final class OutsideMemory {
  private static final int FIRST_WITH_ARENAS = 22;
  private static final int ALIGNMENT = 8;

  /** Makes an arena; null where there are none. */
  private static final MethodHandle NEW_ARENA;

  private static final MethodHandle ALLOCATE;
  private static final MethodHandle CLOSE;

  /** {@code (ByteBuffer) -> void}, or null. */
  private static final MethodHandle CLEANER;

  static {
    MethodHandle newArena = null;
    MethodHandle allocate = null;
    MethodHandle close = null;
    MethodHandle cleaner = null;
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      if (Runtime.version().feature() >= FIRST_WITH_ARENAS) {
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        MethodHandle make =
            lookup.findVirtual(
                arena, "allocate", MethodType.methodType(segment, long.class, long.class));
        MethodHandle view =
            lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
        newArena =
            lookup
                .findStatic(arena, "ofShared", MethodType.methodType(arena))
                .asType(MethodType.methodType(Object.class));
        allocate =
            MethodHandles.filterReturnValue(make, view)
                .asType(
                    MethodType.methodType(ByteBuffer.class, Object.class, long.class, long.class));
        close =
            lookup
                .findVirtual(arena, "close", MethodType.methodType(void.class))
                .asType(MethodType.methodType(void.class, Object.class));
      } else {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field only = type.getDeclaredField("theUnsafe");
        only.setAccessible(true);
        cleaner =
            lookup
                .findVirtual(
                    type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                .bindTo(only.get(null));
      }
    } catch (ReflectiveOperationException | RuntimeException none) {
      newArena = null;
      cleaner = null;
    }
    NEW_ARENA = newArena;
    ALLOCATE = allocate;
    CLOSE = close;
    CLEANER = cleaner;
  }

  private final List<ByteBuffer> buffers = new ArrayList<>();
  private Object arena;

  /**
   * So many bytes, all zero.
   *
   * @throws OutOfMemoryError when the system, or the JVM's bound for memory outside the heap, has
   *     no more
   */
  ByteBuffer allocate(int bytes) {
    if (NEW_ARENA == null) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
      buffers.add(buffer);
      return buffer;
    }
    try {
      if (arena == null) {
        arena = (Object) NEW_ARENA.invokeExact();
      }
      return (ByteBuffer) ALLOCATE.invokeExact(arena, (long) bytes, (long) ALIGNMENT);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable checked) {
      throw new IllegalStateException("no memory outside the heap", checked);
    }
  }

  /** Gives everything back. */
  void free() {
    try {
      if (arena != null) {
        CLOSE.invokeExact(arena);
        arena = null;
      }
      if (CLEANER != null) {
        for (ByteBuffer buffer : buffers) {
          CLEANER.invokeExact(buffer);
        }
      }
      buffers.clear();
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable checked) {
      throw new IllegalStateException("memory outside the heap cannot be given back", checked);
    }
  }
}
