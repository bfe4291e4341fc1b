package io.respite.examples.web;

import jakarta.enterprise.context.RequestScoped;

/** Whether this request has asked the database. */
@RequestScoped
public class DatabaseAsked {
  private boolean asked;

  void happened() {
    asked = true;
  }

  boolean hasHappened() {
    return asked;
  }
}
