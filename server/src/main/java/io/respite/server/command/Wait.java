package io.respite.server.command;

import io.respite.server.type.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a blocking command waits for, and what its client hears if that does not come. Built by the
 * handler and given to {@link Call#block}:
 *
 * <pre>
 *   call.block(
 *       Wait.on(ListValue.class)       the type that must appear
 *           .keys(call, 1, 3)          under one of the keys in arguments 1 to 3
 *           .timeoutMillis(500)        0, the default: for ever
 *           .timeUp(Reply::nilArray))  what is answered then
 * </pre>
 */
public final class Wait {
  private final Class<? extends Value> type;
  private final List<byte[]> keys = new ArrayList<>();
  private BooleanSupplier condition;
  private boolean orGone;
  private long timeoutMillis;
  private Consumer<Reply> timeUp;
  private Consumer<Reply> refused;
  private Arguments request;

  private Wait(Class<? extends Value> type) {
    this.type = type;
  }

  /** A wait for keys that hold values of this type. */
  public static Wait on(Class<? extends Value> type) {
    return new Wait(Objects.requireNonNull(type));
  }

  /** A wait for no key: until time is up. */
  public static Wait forNothing() {
    return new Wait(null);
  }

  /**
   * A wait until something is true, which whoever makes it true tells {@link BlockedClients}; what
   * is answered then is the same as when time is up.
   */
  public static Wait until(BooleanSupplier condition) {
    Wait wait = new Wait(null);
    wait.condition = Objects.requireNonNull(condition);
    return wait;
  }

  /** Adds the keys in {@code count} arguments, from argument {@code first} on. */
  public Wait keys(Call call, int first, int count) {
    for (int i = first; i < first + count; i++) {
      keys.add(call.bytes(i));
    }
    return this;
  }

  /** Wakes up as well when a key is gone or holds another type. */
  public Wait orGone() {
    orGone = true;
    return this;
  }

  /** Sets how long to wait, in milliseconds; 0 for ever. */
  public Wait timeoutMillis(long millis) {
    timeoutMillis = millis;
    return this;
  }

  /** Sets what is answered when time is up. */
  public Wait timeUp(Consumer<Reply> answer) {
    timeUp = answer;
    return this;
  }

  /** Sets what is answered at once where a client may not wait, if it is not the same. */
  public Wait refused(Consumer<Reply> answer) {
    refused = answer;
    return this;
  }

  /** Sets the request that is executed when a key is ready, where it is not the same one again. */
  public Wait request(Arguments another) {
    request = another;
    return this;
  }

  /** What is waited for if it is no key; null if it is one, or nothing. */
  BooleanSupplier condition() {
    return condition;
  }

  Class<? extends Value> type() {
    return type;
  }

  List<byte[]> keys() {
    return keys;
  }

  boolean wakesWhenGone() {
    return orGone;
  }

  long timeoutMillis() {
    return timeoutMillis;
  }

  Consumer<Reply> timeUp() {
    return timeUp;
  }

  Consumer<Reply> refused() {
    return refused == null ? timeUp : refused;
  }

  Arguments request() {
    return request;
  }
}
