package io.respite.server.persistence;

import java.util.List;

/** The libraries of functions, which are saved together with the keys. */
public interface Functions {
  /** The codes of all libraries. */
  List<byte[]> codes();

  /**
   * Loads libraries, all of them or none.
   *
   * @throws io.respite.server.command.CommandError when one of them cannot be loaded
   */
  void load(List<byte[]> codes, Joining joining);

  /** Whether one is in the middle of its work, or a script is: what there is now is half done. */
  boolean running();
}
