package io.respite.server.command;

/**
 * A mechanism's say in whether a call is executed: authentication, memory, loading, transactions.
 * The root puts the gates in order; each sees a call whose command is known and whose number of
 * arguments is right.
 */
@FunctionalInterface
public interface Gate {
  /**
   * Lets a call pass, refuses it, or deals with it.
   *
   * @return true to let it pass; false when the gate has written the reply and the call is not to
   *     be executed now
   * @throws CommandError to refuse it
   */
  boolean pass(Call call);
}
