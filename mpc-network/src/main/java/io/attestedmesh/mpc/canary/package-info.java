/**
 * Computations that all parties run every so often to see whether the others are there: nobody asks anybody, for the time
 * says when, and session ids follow from it.
 *
 * <pre>{@code
 * try (Canary canary = Canary.start(network, contexts, CanaryPlan.DEFAULT, meters, clock)) {
 *     canary.last("kms").ifPresent(run -> System.out.println(run.failures()));
 * }
 * }</pre>
 */
package io.attestedmesh.mpc.canary;
