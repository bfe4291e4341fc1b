/** Benchmarks. What they measured is in docs/benchmarks.md. */
package io.respite.benchmarks;
