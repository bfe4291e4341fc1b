package io.respite.servers.application;

import java.io.Serializable;

/**
 * A value of a class that only the application knows.
 *
 * @param name who is greeted
 * @param number the how many-eth computation this is
 */
public record Greeting(String name, int number) implements Serializable {
  @Override
  public String toString() {
    return name + " " + number;
  }
}
