/** The examples for neighbours, as a user runs them. */
package io.respite.neighbours.examples;
