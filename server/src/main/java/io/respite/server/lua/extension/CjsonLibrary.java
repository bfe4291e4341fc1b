package io.respite.server.lua.extension;

import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LightUserdata;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;

/**
 * {@code cjson}: JSON, as lua-cjson 2.1.0 has it, without {@code cjson.safe}.
 *
 * <p>{@code cjson.new()} makes another module with settings of its own. All modules of a machine
 * share one encoder and one decoder, and their buffers: no call of one happens inside another.
 */
public final class CjsonLibrary {
  private static final LuaString CJSON = LuaString.name("cjson");
  private static final LuaString ON = LuaString.name("on");
  private static final LuaString OFF = LuaString.name("off");
  private static final LuaString NULL = LuaString.name("null");

  /** What a module takes in memory beside its table: its functions and its settings. */
  private static final int MODULE_BYTES = 512;

  private final JsonEncoder encoder;
  private final JsonDecoder decoder;

  private CjsonLibrary(Meter meter) {
    encoder = new JsonEncoder(meter);
    decoder = new JsonDecoder(meter);
  }

  /** Sets the global {@code cjson}. */
  public static void install(Machine machine) {
    LuaTable module = new CjsonLibrary(machine.meter()).module(machine.meter());
    machine.globals().set(CJSON, module);
  }

  private LuaTable module(Meter meter) {
    meter.allocate(MODULE_BYTES);
    JsonSettings settings = new JsonSettings();
    LuaTable module = new LuaTable(meter);
    set(module, "encode", call -> encode(call, settings));
    set(module, "decode", call -> decode(call, settings));
    set(module, "encode_sparse_array", call -> encodeSparseArray(call, settings));
    set(module, "encode_max_depth", call -> encodeMaxDepth(call, settings));
    set(module, "decode_max_depth", call -> decodeMaxDepth(call, settings));
    set(module, "encode_number_precision", call -> encodeNumberPrecision(call, settings));
    set(module, "encode_keep_buffer", call -> encodeKeepBuffer(call, settings));
    set(module, "encode_invalid_numbers", call -> encodeInvalidNumbers(call, settings));
    set(module, "decode_invalid_numbers", call -> decodeInvalidNumbers(call, settings));
    set(module, "new", call -> call.push(module(call.meter())));
    module.set(NULL, LightUserdata.NULL);
    module.set(LuaString.name("_NAME"), CJSON);
    module.set(LuaString.name("_VERSION"), LuaString.name("2.1.0"));
    return module;
  }

  private static void set(LuaTable module, String name, JavaFunction.Body body) {
    module.set(LuaString.name(name), new JavaFunction(body));
  }

  // ---- conversion

  private void encode(LuaCall call, JsonSettings settings) {
    call.check(call.count() == 1, 1, "expected 1 argument");
    try {
      call.push(encoder.encode(call.get(1), settings, call::worked));
    } catch (Refusal refusal) {
      throw call.error(refusal.getMessage());
    }
  }

  private void decode(LuaCall call, JsonSettings settings) {
    call.check(call.count() == 1, 1, "expected 1 argument");
    LuaString text = call.string(1);
    try {
      call.push(decoder.decode(text, settings, call::worked));
    } catch (Refusal refusal) {
      throw call.error(refusal.getMessage());
    }
  }

  // ---- settings: each answers what holds, and sets what is given

  private static void encodeSparseArray(LuaCall call, JsonSettings settings) {
    checkCount(call, 3);
    settings.sparseConvert = truth(call, settings.sparseConvert);
    call.push(settings.sparseConvert);
    settings.sparseRatio = integer(call, 2, settings.sparseRatio, 0, Integer.MAX_VALUE);
    call.push((double) settings.sparseRatio);
    settings.sparseSafe = integer(call, 3, settings.sparseSafe, 0, Integer.MAX_VALUE);
    call.push((double) settings.sparseSafe);
  }

  private static void encodeMaxDepth(LuaCall call, JsonSettings settings) {
    checkCount(call, 1);
    settings.encodeMaxDepth = integer(call, 1, settings.encodeMaxDepth, 1, Integer.MAX_VALUE);
    call.push((double) settings.encodeMaxDepth);
  }

  private static void decodeMaxDepth(LuaCall call, JsonSettings settings) {
    checkCount(call, 1);
    settings.decodeMaxDepth = integer(call, 1, settings.decodeMaxDepth, 1, Integer.MAX_VALUE);
    call.push((double) settings.decodeMaxDepth);
  }

  private static void encodeNumberPrecision(LuaCall call, JsonSettings settings) {
    checkCount(call, 1);
    settings.numberPrecision = integer(call, 1, settings.numberPrecision, 1, 14);
    call.push((double) settings.numberPrecision);
  }

  private static void encodeKeepBuffer(LuaCall call, JsonSettings settings) {
    checkCount(call, 1);
    settings.keepBuffer = truth(call, settings.keepBuffer);
    call.push(settings.keepBuffer);
  }

  private static void encodeInvalidNumbers(LuaCall call, JsonSettings settings) {
    checkCount(call, 1);
    if (!call.isNil(1)) {
      settings.encodeInvalidNumbers = invalidNumbers(call);
    }
    switch (settings.encodeInvalidNumbers) {
      case REFUSED -> call.push(false);
      case WRITTEN -> call.push(true);
      case NULL -> call.push((Object) NULL);
    }
  }

  private static JsonSettings.InvalidNumbers invalidNumbers(LuaCall call) {
    if (!(call.get(1) instanceof Boolean) && call.string(1).equals(NULL)) {
      return JsonSettings.InvalidNumbers.NULL;
    }
    return truth(call, false)
        ? JsonSettings.InvalidNumbers.WRITTEN
        : JsonSettings.InvalidNumbers.REFUSED;
  }

  private static void decodeInvalidNumbers(LuaCall call, JsonSettings settings) {
    checkCount(call, 1);
    settings.decodeInvalidNumbers = truth(call, settings.decodeInvalidNumbers);
    call.push(settings.decodeInvalidNumbers);
  }

  private static void checkCount(LuaCall call, int most) {
    call.check(call.count() <= most, most + 1, "found too many arguments");
  }

  /** The first argument as a boolean or as "on" or "off"; the present value when it is nil. */
  private static boolean truth(LuaCall call, boolean present) {
    Object value = call.get(1);
    if (value == null) {
      return present;
    } else if (value instanceof Boolean given) {
      return given;
    }
    LuaString option = call.string(1);
    if (option.equals(ON)) {
      return true;
    } else if (option.equals(OFF)) {
      return false;
    }
    throw call.argumentError(1, "invalid option '" + option + "'");
  }

  /** An argument as an integer of 32 bits, or the present value when it is nil. */
  private static int integer(LuaCall call, int i, int present, int min, int max) {
    if (call.isNil(i)) {
      return present;
    }
    int value = (int) call.integer(i);
    // About the first argument, whichever it is.
    call.check(value >= min && value <= max, 1, "expected integer between " + min + " and " + max);
    return value;
  }
}
