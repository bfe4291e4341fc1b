package io.respite.server.command;

import java.util.List;

/**
 * Finds the keys of requests whose {@linkplain KeySpec key specifications} do not tell the whole
 * truth: where one is {@linkplain KeySpec#unknown unknown} or incomplete, or where what happens to
 * a key depends on the options.
 */
@FunctionalInterface
public interface KeyFunction {
  /**
   * The keys in a request whose number of arguments is right.
   *
   * @throws CommandError when there can be none in such a request
   */
  List<FoundKey> find(Arguments request);
}
