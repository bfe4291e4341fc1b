package io.respite.jcache.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Writes the parameters of a method as the bytes of a key, so that equal parameters give equal
 * bytes in every JVM.
 *
 * <pre>
 *   key        4B 31 ("K1")  part*
 *   part       n                              null
 *              T | F                          true, false
 *              b 1   h 2   i 4   l 8   c 2     byte, short, int, long, char: big-endian
 *              f 4   d 8                      float, double: their bits, one NaN
 *              s text                         String
 *              e text text                    enum: class, constant
 *              N text   D text   C text       BigInteger, BigDecimal, Class
 *              u 16                           UUID
 *              t text text                    of java.time: simple name, toString
 *              o part                         a present Optional; an empty one is o n
 *              [ count part*                  array of objects
 *              p element count bytes          array of primitives; element is a letter of above, z for boolean
 *              L count part*                  List
 *              S count part*                  Set: parts in the order of their bytes
 *              M count (part part)*           Map: entries in the order of their bytes
 *              J length bytes                 anything else: Java serialization, made canonical
 *   text       length bytes                   UTF-8; a surrogate without its partner has three bytes
 *   count, length                             7 bits a byte, low ones first, the highest bit set but in the last
 * </pre>
 *
 * <p>Sets and maps have no order of their own, so their elements are sorted by their bytes; that is
 * why they are parts of keys here, while Java serialization must refuse them. What is stored so is
 * frozen by a test: caches on servers outlive versions of this class.
 */
final class KeyForm {
  static final byte HEADER_0 = 'K';
  static final byte HEADER_1 = '1';

  static final int MAX_DEPTH = 100;
  private static final int FIRST_SIZE = 48;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Types whose text stands for their value: equal values, and only they, have the same. */
  private static final Set<Class<?>> TIMES =
      Set.of(
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          Instant.class,
          OffsetDateTime.class,
          YearMonth.class,
          Duration.class);

  private byte[] buffer = new byte[FIRST_SIZE];
  private int length;

  /** Empty but for the header. */
  KeyForm() {
    put(HEADER_0);
    put(HEADER_1);
  }

  static boolean hasHeader(byte[] buffer, int offset, int length) {
    return length >= 2 && buffer[offset] == HEADER_0 && buffer[offset + 1] == HEADER_1;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer, length);
  }

  /**
   * Adds a part.
   *
   * @throws CodecException when it has no bytes that stand for its value
   */
  void write(Object part) {
    write(part, 0);
  }

  private void write(Object part, int depth) {
    if (part instanceof String text) {
      put('s');
      text(text);
    } else if (part instanceof Long number) {
      put('l');
      eight(number);
    } else if (part instanceof Integer number) {
      put('i');
      four(number);
    } else if (part == null) {
      put('n');
    } else if (part instanceof Boolean truth) {
      put(truth ? 'T' : 'F');
    } else if (part instanceof Enum<?> constant) {
      put('e');
      text(constant.getDeclaringClass().getName());
      text(constant.name());
    } else if (part instanceof UUID id) {
      put('u');
      eight(id.getMostSignificantBits());
      eight(id.getLeastSignificantBits());
    } else if (!simple(part)) {
      composite(part, depth);
    }
  }

  /** Adds one of the rarer simple values; false when the part is none. */
  private boolean simple(Object part) {
    if (part instanceof Byte number) {
      put('b');
      put(number);
    } else if (part instanceof Short number) {
      put('h');
      two(number);
    } else if (part instanceof Character unit) {
      put('c');
      two(unit);
    } else if (part instanceof Float number) {
      put('f');
      four(Float.floatToIntBits(number));
    } else if (part instanceof Double number) {
      put('d');
      eight(Double.doubleToLongBits(number));
    } else if (part.getClass() == BigInteger.class) {
      put('N');
      text(part.toString());
    } else if (part.getClass() == BigDecimal.class) {
      put('D');
      text(part.toString());
    } else if (part instanceof Class<?> type) {
      put('C');
      text(type.getName());
    } else if (TIMES.contains(part.getClass())) {
      put('t');
      text(part.getClass().getSimpleName());
      text(part.toString());
    } else {
      return false;
    }
    return true;
  }

  private void composite(Object part, int depth) {
    if (depth == MAX_DEPTH) {
      throw new CodecException(
          "it is nested more than %d levels deep, or contains itself".formatted(MAX_DEPTH));
    }
    if (part instanceof Object[] array) {
      put('[');
      count(array.length);
      for (Object element : array) {
        write(element, depth + 1);
      }
    } else if (part.getClass().isArray()) {
      primitives(part);
    } else if (part instanceof List<?> list) {
      Object[] elements = list.toArray();
      put('L');
      count(elements.length);
      for (Object element : elements) {
        write(element, depth + 1);
      }
    } else if (part instanceof Set<?> set) {
      List<byte[]> elements = new ArrayList<>();
      for (Object element : set) {
        elements.add(apart(depth, element));
      }
      put('S');
      sorted(elements);
    } else if (part instanceof Map<?, ?> map) {
      List<byte[]> entries = new ArrayList<>();
      map.forEach((key, value) -> entries.add(apart(depth, key, value)));
      put('M');
      sorted(entries);
    } else if (part instanceof Optional<?> optional) {
      put('o');
      write(optional.orElse(null), depth + 1);
    } else {
      put('J');
      byte[] serialized = JavaCodec.serializeKeyPart(part);
      count(serialized.length);
      bytes(serialized);
    }
  }

  /** The bytes of some parts by themselves. */
  private static byte[] apart(int depth, Object... parts) {
    var form = new KeyForm();
    form.length = 0;
    for (Object part : parts) {
      form.write(part, depth + 1);
    }
    return form.toBytes();
  }

  private void sorted(List<byte[]> parts) {
    parts.sort(Arrays::compareUnsigned);
    count(parts.size());
    parts.forEach(this::bytes);
  }

  private void primitives(Object array) {
    put('p');
    if (array instanceof byte[] bytes) {
      put('b');
      count(bytes.length);
      bytes(bytes);
    } else if (array instanceof int[] numbers) {
      put('i');
      count(numbers.length);
      for (int number : numbers) {
        four(number);
      }
    } else if (array instanceof long[] numbers) {
      put('l');
      count(numbers.length);
      for (long number : numbers) {
        eight(number);
      }
    } else if (array instanceof char[] units) {
      put('c');
      count(units.length);
      for (char unit : units) {
        two(unit);
      }
    } else if (array instanceof short[] numbers) {
      put('h');
      count(numbers.length);
      for (short number : numbers) {
        two(number);
      }
    } else if (array instanceof float[] numbers) {
      put('f');
      count(numbers.length);
      for (float number : numbers) {
        four(Float.floatToIntBits(number));
      }
    } else if (array instanceof double[] numbers) {
      put('d');
      count(numbers.length);
      for (double number : numbers) {
        eight(Double.doubleToLongBits(number));
      }
    } else {
      boolean[] truths = (boolean[]) array;
      put('z');
      count(truths.length);
      for (boolean truth : truths) {
        put(truth ? 1 : 0);
      }
    }
  }

  // ---- bytes

  private void text(String text) {
    int units = text.length();
    ensure(units + 5);
    int ascii = 0;
    while (ascii < units && text.charAt(ascii) < 0x80) {
      ascii++;
    }
    if (ascii == units) {
      count(units);
      for (int i = 0; i < units; i++) {
        buffer[length++] = (byte) text.charAt(i);
      }
      return;
    }
    var encoded = new KeyForm();
    encoded.length = 0;
    for (int i = 0; i < units; ) {
      int point = text.codePointAt(i);
      encoded.point(point);
      i += Character.charCount(point);
    }
    count(encoded.length);
    ensure(encoded.length);
    System.arraycopy(encoded.buffer, 0, buffer, length, encoded.length);
    length += encoded.length;
  }

  private void point(int point) {
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0 | (point >> 6));
      put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      put(0xE0 | (point >> 12));
      put(0x80 | ((point >> 6) & 0x3F));
      put(0x80 | (point & 0x3F));
    } else {
      put(0xF0 | (point >> 18));
      put(0x80 | ((point >> 12) & 0x3F));
      put(0x80 | ((point >> 6) & 0x3F));
      put(0x80 | (point & 0x3F));
    }
  }

  private void count(int count) {
    int rest = count;
    while (rest >= 0x80) {
      put((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    put(rest);
  }

  private void bytes(byte[] more) {
    ensure(more.length);
    System.arraycopy(more, 0, buffer, length, more.length);
    length += more.length;
  }

  private void put(int value) {
    ensure(1);
    buffer[length++] = (byte) value;
  }

  private void two(int value) {
    put(value >> 8);
    put(value);
  }

  private void four(int value) {
    ensure(Integer.BYTES);
    INTS.set(buffer, length, value);
    length += Integer.BYTES;
  }

  private void eight(long value) {
    ensure(Long.BYTES);
    LONGS.set(buffer, length, value);
    length += Long.BYTES;
  }

  private void ensure(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(length, more)));
    }
  }
}
