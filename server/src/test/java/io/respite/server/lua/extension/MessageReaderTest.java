package io.respite.server.lua.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MessageReaderTest {
  private final Meter meter = new Meter(1 << 26);
  private final MessageReader reader = new MessageReader(meter);
  private final MessageWriter writer = new MessageWriter(meter);

  private Object read(LuaString message) {
    reader.start(message, 0, units -> {});
    return reader.read(1);
  }

  private Object read(String hex) {
    return read(LuaString.wrap(HexFormat.of().parseHex(hex)));
  }

  private LuaString write(Object value) {
    writer.start(units -> {});
    writer.write(value);
    return writer.string();
  }

  @Nested
  class Numbers {
    @Test
    void come_back_as_they_were_written() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 50_000; i++) {
        double number =
            switch (i % 4) {
              case 0 -> (double) (random.nextLong() >> random.nextInt(64));
              case 1 -> random.nextInt(70_000) - 35_000;
              case 2 -> random.nextFloat();
              default -> Double.longBitsToDouble(random.nextLong());
            };
        assertThat(read(write(number))).as("seed %d", seed).isEqualTo(number);
      }
    }

    @Test
    void are_written_in_the_shortest_form() {
      assertThat(write(0.0).length()).isEqualTo(1);
      assertThat(write(-32.0).length()).isEqualTo(1);
      assertThat(write(-33.0).length()).isEqualTo(2);
      assertThat(write(255.0).length()).isEqualTo(2);
      assertThat(write(65_535.0).length()).isEqualTo(3);
      assertThat(write(0xffffffffL * 1.0).length()).isEqualTo(5);
      assertThat(write(0x1p32).length()).isEqualTo(9);
      assertThat(write(0.5).length()).isEqualTo(5);
      assertThat(write(0.1).length()).isEqualTo(9);
      assertThat(write(0x1p63).length()).isEqualTo(5);
    }
  }

  @Nested
  class Lengths_that_lie {
    @Test
    void end_where_the_input_ends() {
      for (String hex :
          new String[] {
            "ddffffffff",
            "dfffffffff",
            "dbffffffff61",
            "dcffff01",
            "deffff01",
            "da000261",
            "d90261",
            "a261"
          }) {
        long before = meter.used();
        assertThatThrownBy(() -> read(hex))
            .isInstanceOf(Refusal.class)
            .hasMessage("Missing bytes in input.");
        assertThat(meter.used() - before).isLessThan(10_000);
      }
    }
  }

  @Nested
  class Nesting {
    private LuaString repeated(int byteValue, int count) {
      byte[] bytes = new byte[count];
      java.util.Arrays.fill(bytes, (byte) byteValue);
      return LuaString.wrap(bytes);
    }

    @Test
    void of_arrays_is_bounded() {
      assertThatThrownBy(() -> read(repeated(0x91, 3999))).hasMessage("Missing bytes in input.");
      assertThatThrownBy(() -> read(repeated(0x91, 1_000_000)))
          .isInstanceOf(Refusal.class)
          .hasMessage("stack overflow (in function mp_decode_to_lua_array)");
    }

    @Test
    void of_maps_is_bounded() {
      assertThatThrownBy(() -> read(repeated(0x81, 1_000_000)))
          .isInstanceOf(Refusal.class)
          .hasMessageStartingWith("stack overflow (too many return values at once");
    }

    @Test
    void of_tables_is_cut_off_when_written() {
      LuaTable table = new LuaTable(meter);
      table.set(1, table);
      assertThat(HexFormat.of().formatHex(write(table).bytes())).isEqualTo("91".repeat(16) + "c0");
    }
  }

  @Nested
  class Damaged {
    @Test
    void messages_end_in_a_value_or_an_error() {
      meter.census(() -> 0);
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      int values = 0;
      for (int i = 0; i < 50_000; i++) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        try {
          read(LuaString.wrap(bytes));
          values++;
        } catch (Refusal refusal) {
          assertThat(refusal.getMessage()).as("seed %d", seed).endsWith("in input.");
        } catch (LuaFault fault) {
          assertThat(fault.getMessage()).as("seed %d", seed).matches("table index is (nil|NaN)");
        }
      }
      assertThat(values).as("seed %d", seed).isPositive();
    }
  }
}
