package io.respite.remote.linear;

import java.util.Objects;

/** What one key of a cache does: the specification that a history is compared with. */
final class Register {
  /** Stands for an answer that cannot have been given. */
  private static final Step IMPOSSIBLE = new Step(false, null);

  private Register() {}

  /**
   * What comes of an operation.
   *
   * @param possible whether it can have answered what it did
   * @param state the value after it, or null for none
   */
  record Step(boolean possible, String state) {}

  /** Lets an operation take effect where the key has this value, or null for none. */
  static Step apply(String state, Operation operation) {
    return switch (operation.kind()) {
      case GET -> answer(operation, state, state);
      case PUT -> new Step(true, operation.value());
      case PUT_IF_ABSENT ->
          answer(operation, state == null, state == null ? operation.value() : state);
      case REPLACE -> {
        boolean equal = Objects.equals(state, operation.expected());
        yield answer(operation, equal, equal ? operation.value() : state);
      }
      case REMOVE -> answer(operation, state != null, null);
      case GET_AND_PUT -> answer(operation, state, operation.value());
    };
  }

  private static Step answer(Operation operation, boolean answer, String state) {
    return answer(operation, Boolean.toString(answer), state);
  }

  private static Step answer(Operation operation, String answer, String state) {
    return !operation.isKnown() || Objects.equals(answer, operation.result())
        ? new Step(true, state)
        : IMPOSSIBLE;
  }
}
