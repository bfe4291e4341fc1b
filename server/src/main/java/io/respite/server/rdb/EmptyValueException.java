package io.respite.server.rdb;

/**
 * A value without elements, which no key may hold. It has been read to its end: who reads a file
 * may go on behind it, as Redis does, whose older versions sometimes wrote such values.
 */
final class EmptyValueException extends RdbFormatException {
  private static final long serialVersionUID = 1;

  EmptyValueException(String message) {
    super(message);
  }
}
