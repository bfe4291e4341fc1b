package io.respite.neighbours.spring;

/** Thrown for a country that is none; an exception that is cached. */
public class UnknownCountryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownCountryException(String code) {
    super("no country has the code " + code);
  }
}
