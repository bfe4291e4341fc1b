package io.respite.jcache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every codec keeps, whichever it is. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CodecContractTest {
  private static final ClassLoader LOADER = CodecContractTest.class.getClassLoader();

  /** An object for the codecs of objects. */
  public static final class Order implements Serializable {
    private static final long serialVersionUID = 1L;
    public String customer;
    public int items;
    public long cents;

    public Order() {}

    Order(String customer, int items, long cents) {
      this.customer = customer;
      this.items = items;
      this.cents = cents;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Order order
          && customer.equals(order.customer)
          && items == order.items
          && cents == order.cents;
    }

    @Override
    public int hashCode() {
      return customer.hashCode() + items;
    }
  }

  /** A codec, with values that differ from each other. */
  record Case(String name, Codec<Object> codec, List<Object> values) {
    @Override
    public String toString() {
      return name;
    }
  }

  @SuppressWarnings("unchecked") // Each case pairs a codec with values of its type.
  private static Case of(String name, Class<?> type, Object... values) {
    Codec<?> codec = Codecs.named(name, CodecSettings.forType(type, true, LOADER));
    return new Case(name + " of " + type.getSimpleName(), (Codec<Object>) codec, List.of(values));
  }

  static Stream<Case> codecs() {
    Object[] orders = {
      new Order("ann", 1, 2),
      new Order("ann", 1, 3),
      new Order("ünïcode \ud83d\ude00", -1, Long.MIN_VALUE)
    };
    return Stream.of(
        of(
            "string",
            String.class,
            "",
            "a",
            "why?",
            "ä",
            "日本語",
            "\ud83d\ude00",
            "a\0b",
            "x".repeat(100_000)),
        of(
            "bytes",
            byte[].class,
            new byte[0],
            new byte[] {0},
            new byte[] {-1, 13, 10},
            new byte[70_000]),
        of("long", Long.class, 0L, -1L, 42L, Long.MAX_VALUE, Long.MIN_VALUE),
        of("int", Integer.class, 0, -1, 42, Integer.MAX_VALUE, Integer.MIN_VALUE),
        of("short", Short.class, (short) 0, Short.MIN_VALUE, Short.MAX_VALUE),
        of("byte", Byte.class, (byte) 0, Byte.MIN_VALUE, Byte.MAX_VALUE),
        of(
            "double",
            Double.class,
            0.0,
            -0.0,
            1.5,
            Double.NaN,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE),
        of("float", Float.class, 0f, -0f, 1.5f, Float.NaN, Float.MAX_VALUE),
        of("boolean", Boolean.class, true, false),
        of("char", Character.class, 'a', '\0', '\ud800', '\uffff'),
        of(
            "biginteger",
            BigInteger.class,
            BigInteger.ZERO,
            BigInteger.ONE.shiftLeft(2000).negate()),
        of(
            "bigdecimal",
            BigDecimal.class,
            new BigDecimal("1.0"),
            new BigDecimal("1.00"),
            new BigDecimal("-1E+400")),
        of("uuid", UUID.class, new UUID(0, 0), new UUID(-1, 1)),
        of("json", Order.class, orders),
        of("java", Order.class, orders),
        of(
            "java",
            Object.class,
            "a",
            "ä",
            "x".repeat(70_000),
            1,
            1L,
            1.0,
            orders[0],
            List.of(1, "a"),
            new byte[] {1}),
        of("fory", Order.class, orders));
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void gives_back_what_it_was_given(Case tested) {
    for (Object value : tested.values) {
      byte[] bytes = tested.codec.encode(value);
      assertThat(tested.codec.decode(bytes, 0, bytes.length)).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void reads_from_the_middle_of_a_buffer_and_leaves_it_alone(Case tested) {
    for (Object value : tested.values) {
      byte[] bytes = tested.codec.encode(value);
      byte[] buffer = new byte[bytes.length + 20];
      Arrays.fill(buffer, (byte) 7);
      System.arraycopy(bytes, 0, buffer, 13, bytes.length);
      byte[] before = buffer.clone();
      assertThat(tested.codec.decode(buffer, 13, bytes.length)).isEqualTo(value);
      assertThat(buffer).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void gives_equal_bytes_for_equal_values_and_different_bytes_for_different_ones(Case tested) {
    for (Object one : tested.values) {
      for (Object other : tested.values) {
        boolean same = one == other;
        assertThat(Arrays.equals(tested.codec.encode(one), tested.codec.encode(other)))
            .isEqualTo(same);
      }
      byte[] bytes = tested.codec.encode(one);
      Object copy = tested.codec.decode(bytes, 0, bytes.length);
      assertThat(tested.codec.encode(copy)).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void hands_out_an_array_of_its_own_each_time(Case tested) {
    Object value = tested.values.get(0);
    byte[] bytes = tested.codec.encode(value);
    Arrays.fill(bytes, (byte) 1);
    byte[] again = tested.codec.encode(value);
    assertThat(tested.codec.decode(again, 0, again.length)).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void has_a_name_under_which_it_is_found(Case tested) {
    assertThat(tested.name).startsWith(tested.codec.name() + " ");
  }

  /** Damaged bytes give another value or a CodecException, and nothing else. */
  @ParameterizedTest
  @MethodSource("codecs")
  void meets_damaged_bytes_with_a_codec_exception_at_worst(Case tested) {
    var random = new Random(20_261_121);
    for (Object value : tested.values) {
      byte[] bytes = tested.codec.encode(value);
      if (bytes.length > 1000) {
        continue;
      }
      for (int round = 0; round < 200; round++) {
        byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 2));
        if (damaged.length > 0) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          assertThat(tested.codec.decode(damaged, 0, damaged.length)).isNotNull();
        } catch (CodecException e) {
          assertThat(e).hasMessageMatching("(?s).{10,}");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void serves_many_threads_at_once(Case tested) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Boolean> work =
          () -> {
            for (int round = 0; round < 50; round++) {
              for (Object value : tested.values) {
                byte[] bytes = tested.codec.encode(value);
                if (!areEqual(tested.codec.decode(bytes, 0, bytes.length), value)) {
                  return false;
                }
              }
            }
            return true;
          };
      for (Future<Boolean> done : threads.invokeAll(List.of(work, work, work, work))) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean areEqual(Object one, Object other) {
    return one instanceof byte[] bytes ? Arrays.equals(bytes, (byte[]) other) : one.equals(other);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void refuses_a_value_of_another_class(Case tested) {
    if (!tested.name.endsWith("Object")) {
      assertThatThrownBy(() -> tested.codec.encode(new Object()))
          .isInstanceOf(ClassCastException.class);
    }
  }
}
