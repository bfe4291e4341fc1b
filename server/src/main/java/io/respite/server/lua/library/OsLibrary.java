package io.respite.server.lua.library;

import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LuaTable;
import java.util.function.LongSupplier;

/**
 * {@code os} ("Lua 5.1 Reference Manual", section 5.8), of which only {@code clock} stays inside
 * the program.
 */
public final class OsLibrary {
  private static final long NANOS_PER_MICRO = 1000;
  private static final double MICROS_PER_SECOND = 1e6;

  private OsLibrary() {}

  /**
   * Defines {@code os}.
   *
   * @param nanos the processor time that has been used, in nanoseconds
   */
  public static void install(Machine machine, LongSupplier nanos) {
    LuaTable os = Library.table(machine, "os", 1);
    Library.function(
        os,
        "clock",
        call -> {
          // C's clock counts whole microseconds.
          long micros = nanos.getAsLong() / NANOS_PER_MICRO;
          call.push(micros / MICROS_PER_SECOND);
        });
  }
}
