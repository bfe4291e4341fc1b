package io.respite.server.script;

import java.util.Map;

/**
 * A library of functions.
 *
 * @param name its name
 * @param code its text, first line included
 * @param functions by their names, in lower case because names may be written in either
 */
// A record with an array: nobody compares libraries.
@SuppressWarnings("ArrayRecordComponent")
record Library(String name, byte[] code, Map<String, Function> functions) {
  /**
   * A function of a library.
   *
   * @param program what is run; its name is the function's
   * @param description what it is for; null when nothing was said
   */
  record Function(Program program, String description) {}
}
