package io.respite.neighbours.spring;

import java.io.Serializable;

/** What a method answers: no class of the JDK. */
public record Capital(String name, int inhabitants) implements Serializable {}
