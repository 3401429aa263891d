/**
 * Sessions between four parties, each in a process of its own, beside plain gRPC calls between the same processes over the
 * same TLS: messages a second, the time of a round, streams, and what an idle session costs.
 *
 * <pre>{@code
 * $ benchmarks/parties --rounds 3
 * }</pre>
 */
package io.attestedmesh.benchmarks.parties;
