package io.respite.server.lua.machine;

import java.util.function.Consumer;

/**
 * What a function of the library has in its hands while a program may go on: the state of a {@link
 * ResumableFunction.Activity}, or of a {@link JavaFunction.Body} that was made for one program. It
 * implements this so that the memory it keeps is counted as the program's.
 */
public interface Holder {
  /**
   * Names every value that it holds.
   *
   * @param reach takes them; null is allowed
   * @return bytes that it holds beside these values
   */
  long hold(Consumer<Object> reach);
}
