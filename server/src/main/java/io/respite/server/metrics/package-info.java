/**
 * Counters and histograms, without an opinion on who counts or reads. A leaf: it depends on nothing
 * of the server.
 */
package io.respite.server.metrics;
