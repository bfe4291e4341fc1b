/** Micrometer reads the figures of caches of this provider. */
package io.respite.neighbours.micrometer;
