package io.respite.jcache.codec;

/**
 * A value that cannot be encoded, or bytes that cannot or may not be decoded. The message names the
 * class concerned and, where a setting would help, the setting.
 */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CodecException(String message) {
    super(message);
  }

  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
