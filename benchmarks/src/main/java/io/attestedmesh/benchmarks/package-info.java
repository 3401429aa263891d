/**
 * Measurements, each as a ratio to a baseline of the same run (docs/performance.md). {@code benchmarks/run} builds and
 * runs them:
 *
 * <pre>{@code
 * benchmarks/run                                # everything, three rounds
 * benchmarks/run --rounds 1 VerificationBenchmark
 * }</pre>
 */
package io.attestedmesh.benchmarks;
